//! How the page looks. What is wider than the screen has a shadow at the edge behind which it goes on; on a phone the rows of wide tables
//! stand below each other, each number with its heading, and charts say that they can be moved.

/// Colors in light and dark told apart in lightness too, so that they differ in print and for who sees no red.
pub(super) const CSS: &str = "
:root{color-scheme:light dark;--bg:#fff;--fg:#1b2228;--muted:#586470;--line:#d5dbe1;--soft:#f1f4f7;--a:#1f5fa8;--b:#c8742c;--c:#3f8f63;--d:#8a6bb0;--e:#8b96a1;--f:#c3cad1;--up:#b4342b;--down:#1f5fa8;--edge:#1b222859}
@media (prefers-color-scheme:dark){:root{--bg:#14181c;--fg:#e4e8ec;--muted:#9aa6b2;--line:#333c45;--soft:#1e242a;--a:#6ea8ea;--b:#e5a166;--c:#75c499;--d:#bda2de;--e:#8b96a1;--f:#4d5862;--up:#f08a80;--down:#6ea8ea;--edge:#c9d6e473}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.2rem;margin:0 0 .5rem}
p{margin:.2rem 0 .6rem}
.muted{color:var(--muted)}
.lead{background:var(--soft);border-left:4px solid var(--a);margin:1.2rem 0;padding:.8rem 1rem .8rem 2.4rem}
.lead li{margin:.35rem 0;overflow-wrap:anywhere}
.lead a{color:inherit;text-decoration:none}
.lead a:hover,.lead a:focus{text-decoration:underline}
nav{margin:0 0 1.5rem;line-height:1.9}
nav a{color:var(--a);margin-right:.7rem;white-space:nowrap}
section{margin:2rem 0 0;padding-top:1rem;border-top:1px solid var(--line)}
.scroll{overflow-x:auto;background:linear-gradient(90deg,var(--bg) 35%,transparent) 0 0/3rem 100% no-repeat local,linear-gradient(270deg,var(--bg) 35%,transparent) 100% 0/3rem 100% no-repeat local,linear-gradient(90deg,var(--edge),transparent) 0 0/1rem 100% no-repeat scroll,linear-gradient(270deg,var(--edge),transparent) 100% 0/1rem 100% no-repeat scroll}
.swipe{display:none}
table{border-collapse:collapse;min-width:min(100%,26rem);font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600;word-break:keep-all}
th.n{white-space:normal}
.d{white-space:nowrap}
th.long{min-width:9rem}
td{min-width:3.5rem}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{font-family:ui-monospace,'Cascadia Mono',Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
td:first-child{min-width:9rem;overflow-wrap:anywhere}
td.s{min-width:13rem}
details{display:inline-block;max-width:100%}
summary{cursor:pointer;list-style:none;text-decoration:underline dotted var(--muted) 1px;text-underline-offset:3px}
summary::-webkit-details-marker{display:none}
.ids{display:inline-block;min-width:11rem;max-width:22rem;font-size:.85em;color:var(--muted);text-align:left;white-space:normal;overflow-wrap:anywhere}
svg{display:block;width:100%;min-width:34rem;max-width:48rem;height:auto;margin:.4rem 0 1rem}
svg text{fill:var(--fg);font:12px system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif}
svg .m{fill:var(--muted)}
svg .grid{stroke:var(--line);stroke-width:1}
svg .a{fill:var(--a)}svg .b{fill:var(--b)}svg .c{fill:var(--c)}svg .d{fill:var(--d)}svg .e{fill:var(--e)}svg .f{fill:var(--f)}
svg .up{fill:var(--up);stroke:var(--up)}svg .down{fill:var(--down);stroke:var(--down)}
svg .line{fill:none;stroke:var(--fg);stroke-width:2}
svg .curve{fill:none;stroke:var(--a);stroke-width:2}
svg .band{fill:var(--a);opacity:.18}
.swipe{color:var(--muted);font-size:.85rem;text-align:right;margin:0 0 .3rem}
@media screen and (max-width:36rem){
.swipe{display:block}
th,td{padding-right:.45rem}
th.long{min-width:0}
td:first-child{min-width:5.5rem}
.wide,.wide tbody,.wide tr,.wide td,.wide td.s{display:block;min-width:0}
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide tr{padding:.45rem 0;border-bottom:1px solid var(--line)}
.wide td{padding:0;border:0}
.wide td:not(:first-child){display:inline-block;max-width:100%;margin-right:.9rem;text-align:left;white-space:normal;overflow-wrap:anywhere}
.wide td:not(:first-child):not([data-h]){display:block;margin:0}
.wide td[data-h]::before{content:attr(data-h) '\\a0';color:var(--muted)}
.wide td:empty{display:none!important}
}
@media print{
:root{color-scheme:light;--bg:#fff;--fg:#000;--muted:#444;--line:#bbb;--soft:#f4f4f4;--a:#1f5fa8;--b:#c8742c;--c:#3f8f63;--d:#8a6bb0;--e:#8b96a1;--f:#c3cad1;--up:#b4342b;--down:#1f5fa8}
body{font-size:10pt}
main{max-width:none;padding:0}
nav{display:none}
.scroll{overflow:visible;background:none}
svg{min-width:0;max-width:16cm}
table{font-size:8.5pt}
th,td{padding:.15rem .4rem .15rem 0}
td:first-child,td.s{min-width:8rem}
th.long{min-width:0}
tr,svg,.lead{break-inside:avoid}
h2,section>.muted,.scroll:has(svg){break-after:avoid}
summary{text-decoration:none}
}
@page{margin:1.5cm}
";
