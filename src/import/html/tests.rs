use super::*;

#[track_caller]
fn check(html: &str, expected: &str) {
    assert_eq!(to_markdown(html).trim_end(), expected, "of {html}");
}

#[test]
fn blocks_keep_what_they_are() {
    check("<h1>A</h1><p>b <b>c</b></p><h2>D<br>e</h2>f", "# A\n\nb c\n\n## D e\n\nf");
    check("<ul><li>a<ol><li>b</li><li><p>c</p></li></ol></li><li>d</ul>e", "- a\n    1. b\n    2. c\n- d\n\ne");
    check("<p>Run</p><pre><code>a  b\n &lt;c&gt;</code></pre>", "Run\n\n```\na  b\n <c>\n```");
    check("Run <code>net  stop</code>, then <kbd>F5</kbd>.", "Run `net stop`, then `F5`.");
    check("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n\n> b\n\nc");
    check("a<br>b<br/><br>c", "a  \nb  \n  \nc");
    check("&lt;script&gt; \\\\server\\share _x_", "\\<script> \\\\\\server\\share \\_x\\_");
}

#[test]
fn tables_that_tell_stay_and_those_that_lay_out_go() {
    check(
        "<table><tr><th>Code</th><th>Means</th></tr><tr><td><p>5</p></td><td>denied</td></tr></table>",
        "| Code | Means |\n| --- | --- |\n| 5 | denied |",
    );
    check("<table><tr><td><h2>Cause</h2><p>a</p></td><td>b</td></tr></table>", "## Cause\n\na\n\nb");
}

#[test]
fn what_leads_through_a_site_is_left_out() {
    check(
        "<body><header>Acme</header><nav>Home</nav><div class='breadcrumb-nav'>Docs</div><p>The pump sticks.</p>\
         <div id=cookie-banner>We use cookies</div><aside>More</aside><footer>2024</footer></body>",
        "The pump sticks.",
    );
    check(
        "<p>Search</p><main><header><h1>Pump</h1></header><div class=toc>1</div><aside>Mind it.</aside></main><p>About</p>",
        "# Pump\n\nMind it.",
    );
    check("<article><p>one</p></article><p>x</p><article><p>two</p></article>", "one\n\ntwo");
    check("<div role=navigation>a</div><p style='display: none'>b</p><span hidden>c</span>d", "d");
    // A page of nothing else is that.
    check("<main></main><nav>only this</nav>", "only this");
    check("<div class='menu-item'>a<div>b</div></div><p class='cookies-and-cream'>c</p>d", "d");
    check("<div class='headline'>a</div>", "a");
}

#[test]
fn pages_of_a_wiki_are_read_in_both_forms() {
    let exported = "<html><head><title>Operations : Pump sticks</title></head><body><div id=\"breadcrumb-section\">Operations</div>\
        <h1 id=\"title-heading\"><span id=\"title-text\">Operations : Pump sticks</span></h1>\
        <div id=\"main-content\" class=\"wiki-content group\"><h2>Cause</h2><p>A cold night.</p></div><div id=\"footer\">by</div></body></html>";
    assert_eq!(head(exported).title.as_deref(), Some("Pump sticks"));
    check(exported, "## Cause\n\nA cold night.");
    let index = "<html><head><title>Operations</title></head><body><h2 class=\"pageSectionTitle\">Space Details:</h2></body></html>";
    assert!(is_index("OPS/index.html", index) && !is_index("OPS/a.html", index) && !is_index("index.html", exported));
    check(
        "<p>Do:</p><ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">sh</ac:parameter><ac:plain-text-body>\
         <![CDATA[if a <b then\n  &x]]></ac:plain-text-body></ac:structured-macro>\
         <ac:structured-macro ac:name=\"warning\"><ac:parameter ac:name=\"title\">Mind</ac:parameter><ac:rich-text-body><p>hot</p>\
         </ac:rich-text-body></ac:structured-macro><p>See <ac:link><ri:page ri:content-title=\"Pump A\" /></ac:link>, <ac:link>\
         <ri:page ri:content-title=\"B\"/><ac:plain-text-link-body><![CDATA[that]]></ac:plain-text-link-body></ac:link>.</p>\
         <ac:structured-macro ac:name=\"toc\" /><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>\
         <ac:task-body>Warm it</ac:task-body></ac:task></ac:task-list>",
        "Do:\n\n```\nif a <b then\n  &x\n```\n\nWarning: Mind\n\nhot\n\nSee Pump A, that.\n\n- Warm it",
    );
}

#[test]
fn what_is_never_closed_loses_no_text() {
    check("<p>Run <code>sfc</p><h2>Resolution</h2><p>Restart</p>", "Run `sfc`\n\n## Resolution\n\nRestart");
    check("<p>Run <code>sfc", "Run `sfc`");
    check("<p>Run<pre>a\nb", "Run\n\n```\na\nb\n```");
}

#[test]
fn marks_that_repeat_take_linear_time() {
    let data = to_markdown(&"<![CDATA[".repeat(200_000));
    assert!(data.len() < 4 << 20);
    let brackets = to_markdown(&format!("<p>{}</p>", "[".repeat(400_000)));
    assert!(brackets.len() >= 400_000);
}

#[test]
fn deep_nesting_takes_linear_time() {
    for open in ["<div>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<ac:structured-macro ac:name=x>", "<![CDATA["]
    {
        let html = format!("{}x", open.repeat(50_000));
        assert!(to_markdown(&html).contains('x') || open.starts_with("<!"), "{open}");
    }
}
