use super::*;

/// The files of a folder.
const FILES: [(&str, &str); 4] = [
    ("includes/backup.md", "---\ntitle: x\n---\nBack up the registry first.\n"),
    ("includes/twice.md", "[!INCLUDE [again](twice.md)]\n[!INCLUDE [other](backup.md)]\n"),
    ("scripts/stop.ps1", "Stop-Service -Name {{ name }}\n"),
    ("guide/note.md", "Beside.\n"),
];

fn clean(text: &str) -> Cleaned {
    let files = |place: &str| FILES.iter().find(|(own, _)| *own == place).map(|(_, text)| Rc::from(*text));
    markdown(text, "guide/page.md", &files)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(clean(text).text.trim_matches('\n'), expected.trim_matches('\n'), "of:\n{text}");
}

#[test]
fn marks_go_and_code_stays() {
    check(
        "> [!NOTE]\n> Mind the <b>pump</b>.\n\n::: zone\n{{< hint >}}a</br>b\n```xml\n<b>::: {{< x >}}</b>\n```\n",
        "> **Note:**\n> Mind the pump.\n\na b\n```xml\n<b>::: {{< x >}}</b>\n```\n",
    );
    check("Text `{{ a }}` and `<b>` stay, {% if x %}this too{% endif %}.", "Text `{{ a }}` and `<b>` stay, this too.");
    check("~~~~\n```\n{% x %}\n~~~\n~~~~\n{% x %}after", "~~~~\n```\n{% x %}\n~~~\n~~~~\nafter");
    check("See:\n\n    {{ value }} <b>\n\n{{ site.name }}done", "See:\n\n    {{ value }} <b>\n\ndone");
    check("> ```\n> {{< x >}}\n> ```\n> {{< x >}}y", "> ```\n> {{< x >}}\n> ```\n> y");
}

#[test]
fn comments_go_also_over_several_lines() {
    check("a <!-- b --> c\n<!--\n```\nhidden\n```\n--> d\ne", "a  c\n d\ne");
    check("`<!--` stays\n<!-- never closed\ntext", "`<!--` stays\n<!-- never closed\ntext");
    check(
        "{% comment %}\nhidden\n{% endcomment %}\na %% own %% b; for %%i in (*) do echo %%i",
        "a  b; for %%i in (*) do echo %%i",
    );
}

#[test]
fn boxes_of_mkdocs_keep_their_text_under_a_label() {
    check(
        "!!! warning \"Data loss\"\n    Back up first.\n\n    - one\n    - two\nAfter.",
        "**Warning: Data loss**\n\nBack up first.\n\n- one\n- two\n\nAfter.",
    );
    check("???+ note\n    Text\n\nAfter.", "**Note:**\nText\n\nAfter.");
    check("!!! danger \"\"\n    ```\n    {{ x }}\n    ```\n", "**Danger:**\n\n```\n{{ x }}\n```\n");
    check("1. Step\n\n    !!! tip\n        Use it.\n\n2. Next", "1. Step\n\n    **Tip:**\n    Use it.\n\n2. Next");
    check(
        "=== \"Windows\"\n    Run it.\n\n=== \"Linux\"\n    Start it.\n",
        "**Windows**\n\nRun it.\n\n**Linux**\n\nStart it.",
    );
    check(
        "!!! set: Could not create a device\n!!! ndis: failed",
        "!!! set: Could not create a device\n!!! ndis: failed",
    );
}

#[test]
fn boxes_of_colons_keep_their_text_under_a_label() {
    check("Before.\n:::note\nText\n:::\nAfter.", "Before.\n\n**Note:**\nText\nAfter.");
    check(":::warning Mind the gap\n\nText\n\n:::\n", "**Warning: Mind the gap**\n\nText\n");
    check(":::tip[Short cut]\nText\n:::", "**Tip: Short cut**\n\nText");
    check("::::{note} Title\n:class: wide\nText\n::::", "**Note: Title**\n\nText");
    check("::: {.caution}\nText\n:::", "**Caution:**\nText");
    check(
        "::: zone pivot=\"a\"\nText\n::: zone-end\n:::row:::\n:::column span=\"2\":::\nCell\n:::column-end:::\n:::row-end:::",
        "Text\nCell",
    );
    check(
        ":::image type=\"content\" source=\"m/a.png\" alt-text=\"The error 5.\" border=\"false\":::",
        "![The error 5.](m/a.png)",
    );
    check("::: mermaid\ngraph TD\n:::\n", "```mermaid\ngraph TD\n```");
    check(
        ":::code language=\"powershell\" source=\"~/scripts/stop.ps1\":::",
        "```powershell\nStop-Service -Name {{ name }}\n```",
    );
}

#[test]
fn alerts_have_labels_and_titles() {
    check("> [!warning]- Two pumps\n> Stop both.", "> **Warning: Two pumps**\n>\n> Stop both.");
    check(
        "> [!IMPORTANT] Stop both pumps before you begin.\n> Then wait.",
        "> **Important:** Stop both pumps before you begin.\n> Then wait.",
    );
    check("> [!div class=\"nextstepaction\"]\n> [Next](b.md)", "> [Next](b.md)");
    check("> [!analyze](x.md) prints it", "> [!analyze](x.md) prints it");
    check("Choose [!UICONTROL Save] now [!VIDEO https://example.com/v]", "Choose Save now <https://example.com/v>");
    check(
        "> [!CAUTION]\n> 请先备份数据，再修改注册表中的键值。",
        "> **注意：**\n> 请先备份数据，再修改注册表中的键值。",
    );
}

#[test]
fn directives_are_read_in_both_notations() {
    check(
        ".. warning:: Mind the gap\n   between the pumps.\n\nAfter.",
        "**Warning:** Mind the gap\nbetween the pumps.\n\nAfter.",
    );
    check(".. code-block:: bash\n   :linenos:\n\n   echo {{ x }}\n\nAfter.", "```bash\necho {{ x }}\n```\n\nAfter.");
    check(".. contents::\n   :depth: 2\n\nText", "\nText");
    check("```{warning} \nMind the gap.\n```\nAfter.", "**Warning:**\nMind the gap.\n\nAfter.");
    check("```{code-block} python\n:linenos:\nprint()\n```", "```python\nprint()\n```");
    check("```{include} note.md\n```", "Beside.");
    check("(target)=\n# Head\nSee {ref}`the page <target>` and {kbd}`Ctrl`.", "# Head\nSee the page and `Ctrl`.");
    check(".. image:: a.png\n   :alt: The error", "![The error](a.png)");
}

#[test]
fn tags_of_generators_go() {
    check("{% include note.html content=\"Back up first.\" %}", "**Note:** Back up first.");
    check("{% hint style=\"warning\" %}\nStop both.\n{% endhint %}", "**Warning:**\nStop both.\n");
    check(
        "{{% notice warning \"Mind the gap\" %}}\nStop both.\n{{% /notice %}}",
        "**Warning: Mind the gap**\n\nStop both.\n",
    );
    check(
        "{{< alert title=\"Two pumps\" color=\"warning\" >}}\nStop.\n{{< /alert >}}",
        "**Warning: Two pumps**\n\nStop.\n",
    );
    check(
        "{% raw %}\n{{ literal }}\n{% endraw %}\nIn {% raw %}{{ line }}{% endraw %}.",
        "{{ literal }}\nIn {{ line }}.",
    );
    check("{% highlight bash %}\necho {{ x }}\n{% endhighlight %}", "```bash\necho {{ x }}\n```");
    check(
        "See [there]({{< ref \"./Disk.md\" >}}) or [here]({{ site.baseurl }}{% link a/b.md %}) or [home]({{ site.url }}/x).",
        "See [there](./Disk.md) or [here](a/b.md) or [home](/x).",
    );
    check("A {{< glossary_tooltip text=\"pod\" term_id=\"pod\" >}} of {{{ .company }}} stops.", "A pod of stops.");
    check("{{< figure src=\"a.png\" alt=\"The error\" >}}", "![The error](a.png)");
    check(
        "Write {{</* note */>}} so. The alert says {{ $labels.job }} or {{ value }}.",
        "Write {{< note >}} so. The alert says {{ $labels.job }} or {{ value }}.",
    );
    check("{% assign x = 1 %}Now {{ x }}.", "Now.");
    check(
        "{{< tabs >}}\n{{% tab name=\"Windows\" %}}\nRun it.\n{{% /tab %}}\n{{< /tabs >}}",
        "**Windows**\n\nRun it.\n",
    );
}

#[test]
fn contents_tabs_and_attributes_go() {
    for mark in ["[TOC]", "[[_TOC_]]", "* TOC\n{:toc}", "[[_TOSP_]]", "{{< toc >}}"] {
        check(&format!("# Head\n\n{mark}\n\nText"), "# Head\n\nText");
    }
    check(
        "# [Windows](#tab/windows)\n\nRun it.\n\n# [Linux](#tab/linux)\n\nStart it.\n\n---\n\nAfter.\n\n---\n",
        "**Windows**\n\nRun it.\n\n**Linux**\n\nStart it.\n\nAfter.\n\n---\n",
    );
    check(
        "## Cause {#the-cause}\n[a](b){:target=\"_blank\"} [c](d){ .md-button } '{.items}'",
        "## Cause\n[a](b) [c](d) '{.items}'",
    );
    check(
        "{: .warning }\nMind the gap.\n\nMind it.\n{: .note}\n",
        "**Warning:**\nMind the gap.\n\n**Note:** Mind it.\n",
    );
    check(
        "import Tabs from '@theme/Tabs';\n\n<Tabs>\n<TabItem value=\"w\" label=\"Windows\">\nRun <Pod> it.\n</TabItem>\n</Tabs>",
        "\n**Windows**\nRun <Pod> it.\n",
    );
    check(
        "See [[Pump alarm|the alarm]] and [[Valve#Cause]]; [[1]](x) stays, [[ -f x ]] too.",
        "See the alarm and Valve; [[1]](x) stays, [[ -f x ]] too.",
    );
    check("<div class=\"alert alert-warning\">Mind it.</div>", "**Warning:** Mind it.");
}

#[test]
fn includes_are_put_in_and_none_leads_out() {
    check("[!INCLUDE [backup](../includes/backup.md)]\nThen go on.", "Back up the registry first.\nThen go on.");
    check("Do this: [!INCLUDE [backup](../includes/backup.md)] Then.", "Do this: Back up the registry first. Then.");
    check("--8<-- \"backup.md\"\n![[note]]", "Back up the registry first.\nBeside.");
    check("- One\n\n    {{% include \"includes/backup.md\" %}}\n", "- One\n\n    Back up the registry first.");
    // A file that takes itself in is taken in once.
    let twice = clean("[!INCLUDE [x](../includes/twice.md)]");
    assert_eq!((twice.text.trim(), twice.missing), ("Back up the registry first.", 1));
    let outside = clean("[!INCLUDE [x](../../etc/passwd)]\n[!INCLUDE [y](gone.md)]\nText");
    assert_eq!((outside.text.trim(), outside.missing), ("Text", 2));
}

#[test]
fn includes_have_a_number() {
    let asked = std::cell::Cell::new(0);
    let files = |place: &str| {
        asked.set(asked.get() + 1);
        match place {
            "half.md" => Some(Rc::from("![[empty]]\n".repeat(500))),
            "empty.md" => Some(Rc::from("")),
            _ => None,
        }
    };
    for name in ["half", "empty", "gone"] {
        asked.set(0);
        let cleaned = markdown(&format!("![[{name}]]\n").repeat(20_000), "page.md", &files);
        // Each is looked for in several places.
        assert!(asked.get() <= 6 * include::MOST_BYTES / include::LEAST_BYTES, "{name}: {}", asked.get());
        assert!(cleaned.missing > 0, "{name}: those that are left are counted");
    }
}

#[test]
fn hostile_text_takes_no_time() {
    for text in [
        "<!-- ",
        "`",
        "{{<",
        "{% raw %}",
        "{% comment %}\n",
        "{% raw %}\n",
        "[!INCLUDE [",
        ":::note\n",
        "!!! note\n    ",
        "> ",
        "[[",
        "``` ",
        "{: .note}\n",
        "<!--\n",
    ] {
        let long = text.repeat(60_000 / text.len());
        let begun = std::time::Instant::now();
        clean(&long);
        assert!(begun.elapsed().as_secs() < 20, "{text}: {:?}", begun.elapsed());
    }
    let deep: String = (0..300).map(|depth| format!("{}!!! note\n", "    ".repeat(depth))).collect();
    clean(&deep);
}
