use super::*;

#[test]
fn what_may_be_meant_as_internal_is() {
    for line in [
        "audience: internal",
        "audience\u{200b}: internal",
        "\u{feff}audience: internal",
        "\u{200b}\u{2060}audience: inter\u{ad}nal",
        "<p>audience: internal</p>",
        "<div class=\"x\">audience: internal</div>",
        "<b>audience</b>: <i>internal</i>",
        "1. audience: internal",
        "（1）受众：内部",
        "⚠ Audience: internal",
        "⚠️ **Audience:** internal",
        "🔒 audience: internal",
        "[!NOTE] audience: internal",
        "> [!NOTE]- audience: internal",
        "**Note: audience: internal**",
        "**说明：受众：内部**",
        "audience\\: internal",
        "ａｕｄｉｅｎｃｅ： ｉｎｔｅｒｎａｌ",
        "audience&#58;&nbsp;internal",
        "audiance: internal",
        "audience: intrenal",
        "audience: intern",
        "audience:",
        "Audience - internal",
        "audience internal",
        "Audience → Internal only",
        "| Audience | Internal |",
        "target audience: internal use only",
        "The audience is internal.",
        "\"audience\": \"internal\",",
        "[//]: # (audience: internal)",
        "text <!-- audience: internal --> more",
        "{% comment %} audience: internal {% endcomment %}",
        "<section data-audience=\"internal\" id=x>",
        "<meta name=\"audience\" content=\"internal\">",
        "<div class=\"box internal\">",
        "**Internal: steps**",
        "受众内部",
        "受眾：內部",
        "读者：仅内部",
        "visibility: internal",
        "密级：内部",
        "internal: true",
        "INTERNAL USE ONLY - do not forward",
        "**Internal:** reboot it by hand",
        "> [!INTERNAL]",
        "Internal",
        "【内部】",
        "仅供内部使用",
        "audience: support staff and customers",
    ] {
        assert!(keeps_in(line), "{line}");
    }
}

#[test]
fn what_speaks_of_other_things_does_not() {
    for line in [
        "The audience: internal staff and guests.",
        "Internal server error 500",
        "audience: customer",
        "Audience: all users",
        "audience: https://sts.example.com",
        "aud: internal",
        "An internal error, see the log.",
        "- internal",
        "| Zone | Internal |",
        "The internal note was lost",
        "rpc error: code = Internal desc = stream terminated",
        "读者可以参考内部日志",
        "内部错误 0x80070005",
        "| Audience | Owner |",
        "International audience",
        "<a class=\"reference internal\" href=x>",
        "**Internal error 5**",
        "",
    ] {
        assert!(!keeps_in(line), "{line}");
    }
    assert_eq!(said("> audience: customer"), None);
    assert_eq!(said("**Audience:** Customer"), Some(Said::Customer));
    assert_eq!(said("audience: api://x"), Some(Said::Other("api://x".into())));
}

#[test]
fn headings_say_it_too() {
    for heading in [
        "## Workaround <!-- audience: internal -->",
        "## Notes (internal)",
        "## 备注（内部）",
        "## [Internal] Notes",
        "## Internal notes",
        "audience: internal\n---",
    ] {
        assert!(heading_keeps_in(heading), "{heading}");
    }
    for heading in ["## Internal server error", "## Cause", "## Reset the internal drive"] {
        assert!(!heading_keeps_in(heading), "{heading}");
    }
}

#[test]
fn a_closed_text_is_so_in_every_part() {
    let text = close("x\n\n## A\ny\n### B\nz\n\nC\n---\n");
    let sections = crate::article::parse_sections(&text);
    assert!(sections.len() >= 3 && sections.iter().all(|section| !section.audience.is_customer()), "{text}");
    assert_eq!(marks(&text), 4);
    assert_eq!(marks("<p>audience: internal</p><p>b</p><i>audience: internal</i>\n- internal\n"), 2);
}
