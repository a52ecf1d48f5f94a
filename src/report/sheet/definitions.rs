//! What the words of the report mean, in both languages: each heading and each row of its tables is a term here.

use super::Lang;
use crate::report::{
    section::{LEAST_TIMED, fresh::SILENT_DAYS},
    stats::{cusum::WATCHED, dispersion::SWITCH},
    table::{BASELINE, FALSE_SHARE, LEAST_HISTORY, LEAST_SEEN, MOVED},
};

/// Terms in English and Chinese with what they mean; several of one meaning are parted by `; `.
type Row = (&'static str, &'static str, String, String);

/// What cases, times and customers are.
fn of_cases() -> Vec<Row> {
    vec![
        (
            "cases opened; opened",
            "新开案例; 新开",
            "cases whose first message was sent in the span; without a date, when it was taken in".into(),
            "首封邮件在本时段内发出的案例；无日期者按入库时间".into(),
        ),
        (
            "closed",
            "关闭",
            "cases whose last close lies in the span, whenever they were opened; a case that was opened again is open".into(),
            "最后一次关闭在本时段内的案例，不论何时新开；重新打开的案例视为未关闭".into(),
        ),
        (
            "open at the end; open at its end; open at the beginning",
            "期末未关闭; 期初未关闭",
            "opened before that moment and not closed then; at the beginning + opened − closed = at the end".into(),
            "在该时刻之前新开且当时尚未关闭；期初 + 新开 − 关闭 = 期末".into(),
        ),
        (
            "period; period before; before; opened in the period before",
            "时段; 上一时段; 上一时段新开",
            "periods are as long as the span and end where the next begins: months for a month; the one before is the last of them before the span".into(),
            "时段与本时段等长、首尾相接：本时段为一个月时即为各月；上一时段指紧接在本时段之前的一个".into(),
        ),
        (
            "cases; number; its cases",
            "案例; 数量; 其案例",
            "how many cases, each once; JSON, CSV and HTML name them, tables and Markdown with --cases".into(),
            "案例数，每个案例计一次；JSON、CSV 和 HTML 列出案例号，表格和 Markdown 加 --cases".into(),
        ),
        (
            "customer; customers",
            "客户",
            "the case's customer; where none is named, the one that other cases of that mail domain name; else the domain of who opened it, or the address where anybody may have one; all others together are one".into(),
            "案例的客户；未注明时，取同一邮件域名的其他案例所注明的客户；否则取首封邮件的域名，公共邮箱则取地址；其余合计为一个".into(),
        ),
        (
            "share",
            "占比",
            "of all cases opened in the span".into(),
            "占本时段新开案例的比例".into(),
        ),
        (
            "change in points",
            "占比变化（百分点）",
            "the share of the cases opened now less the share in the period before, in percentage points".into(),
            "本时段占比减去上一时段占比，单位为百分点".into(),
        ),
        (
            "time to resolution; median time; median; 90th percentile",
            "处理时长; 中位时长; 中位数; 第 90 百分位",
            format!("from opening to the last close, over the cases opened in the span: half of them are closed within the median, nine in ten within the 90th percentile. By Kaplan and Meier, so that open cases count for as long as they were watched; none for fewer than {LEAST_TIMED} cases; “not reached” where fewer than that are closed yet; “too few at risk” where so many are closed, but fewer than {LEAST_TIMED} cases are left at risk by then, which is watched so long and not closed before: too few to tell"),
            format!("从新开到最后一次关闭，针对本时段新开的案例：半数在中位数之内关闭，九成在第 90 百分位之内关闭。用 Kaplan–Meier 法，未关闭的案例按已观察时长计；少于 {LEAST_TIMED} 个案例不给出；关闭的不足此比例则为“尚未达到”；已达到此比例，但届时仍在险（已观察这么久且此前未关闭）的案例少于 {LEAST_TIMED} 个而无法判断，则为“在险案例太少”"),
        ),
        (
            "time (95% interval)",
            "时长（95% 区间）",
            "where the true value lies in 95 of 100 such spans, by chance alone; “?”: not known yet".into(),
            "仅就偶然误差而言，100 个这样的时段中真值有 95 次落在其中；“?”：尚不可知".into(),
        ),
        (
            "hours in all",
            "总时长",
            "what a group costs: hours from opening to the last close of its cases. One that is open counts until now, but for no more than nine in ten of the store's cases take, so that one that nobody closed does not outweigh the rest. Where the curve ends before nine in ten are closed, it is the longest time that it tells of, as the note says".into(),
            "一组案例的代价：各案例从新开到最后一次关闭的小时数。未关闭的案例计至现在，但最多计到库中九成案例关闭所需的时长，因此一个无人关闭的案例不会盖过其余案例。曲线在九成案例关闭之前即终止时，取其所能给出的最长时长，见说明".into(),
        ),
        (
            "closed by now",
            "现已关闭",
            "of the cases opened in the span, those closed when the report was made".into(),
            "本时段新开的案例中，到生成报告时已关闭的".into(),
        ),
        (
            "severity; P1; P1 cases",
            "严重级别; P1; P1 案例",
            "P1 to P4 as the case's mails or its ticket system say; P1 is the most severe".into(),
            "案例邮件或工单系统所注明的 P1 至 P4；P1 最严重".into(),
        ),
        (
            "product; component; name; what; value",
            "产品; 组件; 名称; 项目; 值",
            "the product is that of the case's facts or mails; a component is a tag “component/…”, of which a case may have several; tags are given by rules, by articles or by hand".into(),
            "产品取自案例的环境信息或邮件；组件即标签“component/…”，一个案例可有多个；标签由规则、文章或人工给出".into(),
        ),
    ]
}

/// What is known, and what the articles did.
fn of_articles() -> Vec<Row> {
    vec![
        (
            "explained and linked; linked",
            "已解释并关联文章; 关联",
            "a person closed the case with an article, or accepted one for it".into(),
            "有人以文章关闭案例，或为其接受了文章".into(),
        ),
        (
            "explained, not linked; explained",
            "已解释，未关联; 已解释",
            "an article explains the case (verdict known), and nobody linked it; in a breakdown linked ones too".into(),
            "有文章能解释案例（判定为 known），但无人关联；分项表中包括已关联的".into(),
        ),
        (
            "possibly explained",
            "可能已解释",
            "no article explains the case, but one may (verdict possible): somebody should look".into(),
            "没有文章能解释案例，但可能有（判定为 possible）：需要有人查看".into(),
        ),
        (
            "new",
            "新问题",
            "no article explains the case, and none may (verdict unknown)".into(),
            "没有文章能解释案例，也没有文章可能解释（判定为 unknown）".into(),
        ),
        (
            "silenced; Silenced signatures",
            "已静音; 已静音的签名",
            "what the noise list (casebook noise) silences for a customer, or for all, is counted in its own table and in no other, and dates nothing: not when a signature was first seen, nor that it returned; a case in which nothing else fails, and that no article explains or may explain, is silenced".into(),
            "噪声清单（casebook noise）对某客户或所有客户静音的签名，只计入专门的表，也不影响任何日期（首次出现、重现）；除此之外没有其他失败、也没有文章能解释或可能解释的案例为已静音".into(),
        ),
        (
            "not matched yet; cases not matched yet",
            "尚未匹配; 尚未匹配的案例",
            "nobody held articles against the case so far: casebook tag apply does".into(),
            "案例尚未与文章匹配：casebook tag apply 可完成".into(),
        ),
        (
            "article; title",
            "文章; 标题",
            "a known issue of the knowledge base; its translations are the same article".into(),
            "知识库中的已知问题；其译文视为同一文章".into(),
        ),
        (
            "resolved",
            "已解决",
            "cases closed with the article in the span".into(),
            "本时段内以该文章关闭的案例".into(),
        ),
        (
            "explains; may explain",
            "能解释; 可能解释",
            "cases opened in the span that the article explains, or may explain, linked or not".into(),
            "本时段新开的案例中该文章能解释或可能解释的，不论是否关联".into(),
        ),
        (
            "accepted; rejected",
            "接受; 拒绝",
            "cases for which a person accepted or rejected the article in the span".into(),
            "本时段内有人接受或拒绝该文章的案例".into(),
        ),
        (
            "Articles that never matched",
            "从未匹配的文章",
            "no stored case up to the end of the span, whatever the filter, is one that they explain or may explain".into(),
            "截至期末库中没有任何案例为其所能解释或可能解释，不论筛选条件".into(),
        ),
        (
            "What to write next; cases × hours",
            "下一步该写什么; 案例×小时",
            format!("signatures that new and possibly explained cases are about: no article explains those. Ordered by cases times their median hours, in which open cases count as in “hours in all”; the median itself is not told for fewer than {LEAST_TIMED} cases"),
            format!("新问题与可能已解释的案例所关于的签名：这些案例没有文章能解释。按案例数乘以其中位小时数排序，未关闭的案例计法与“总时长”相同；少于 {LEAST_TIMED} 个案例不给出中位数"),
        ),
        (
            "named by",
            "提及它的文章",
            "articles that have the signature and do not explain these cases: one of them may want more".into(),
            "含有该签名但未能解释这些案例的文章：其中某篇可能需要补充".into(),
        ),
    ]
}

/// What signatures are, and when they are new.
fn of_signatures() -> Vec<Row> {
    vec![
        (
            "signature; top signature",
            "签名; 主要签名",
            "an error code, exception, event or the like. A case counts one that fails in it, or that it is about, once; what is only quoted, listed, denied or recovered never counts; forms that mean the same are one (=). The top one is that of most cases, of several that which more cases are about".into(),
            "错误代码、异常、事件等。在案例中失败或案例所关于的签名每案例计一次；仅被引用、列出、否定或已恢复的不计；同义形式合并（=）。主要签名即案例最多者，相同时取更多案例以其为主者".into(),
        ),
        (
            "about it",
            "以其为主",
            "cases whose main fault it is: their primary signature".into(),
            "以其为主要故障（主签名）的案例".into(),
        ),
        (
            "first seen; last seen before",
            "首次出现; 上次出现",
            "when the first message that brought the signature into a case was sent: a later mail of an older case counts then. The tables of new and returned signatures go by it; all others by when a case was opened".into(),
            "首封把该签名带入案例的邮件的发出时间：旧案例的后续邮件按其自身时间计。新签名与重现的表以此为准；其他表以案例新开时间为准".into(),
        ),
        (
            "New signatures; reached",
            "新签名; 波及日期",
            "reached a second customer, or a P1 case, in this span for the first time in the store, whatever the filter, not after a silence that makes it a returned one: new in that one span, however long before one customer had it. Cases are those up to the end of the span".into(),
            "在本时段内首次波及第二个客户或首次出现在 P1 案例中，就整个库而言，不论筛选条件，且不属于长期沉寂后的重现：只在这一时段算新签名，不论此前某一客户已有多久。案例计至期末".into(),
        ),
        (
            "New at one customer only",
            "仅一个客户的新签名",
            "first seen in this span, at one customer and in no P1 case so far; most are never seen again. How many signatures nobody saw before chance alone brings is estimated by Good and Turing from those seen in one case".into(),
            "本时段首次出现，目前仅在一个客户且不在 P1 案例中；多数不会再现。偶然即会出现多少个从未见过的签名，按 Good–Turing 由只见于一个案例者估计".into(),
        ),
        (
            "Returned after 90 days; days between",
            "90 天后重现; 间隔天数",
            format!("came into a case in this span after {SILENT_DAYS} days or more in which it came into none"),
            format!("在至少 {SILENT_DAYS} 天未进入任何案例之后，于本时段再次进入案例"),
        ),
    ]
}

/// What the tests say.
fn of_tests() -> Vec<Row> {
    let percent = FALSE_SHARE * 100.0;
    vec![
        (
            "Rising; Fading",
            "上升; 下降",
            format!("seen at more or fewer distinct customers than the up to {BASELINE} periods before make expected, and not by chance: tested by the conditional binomial test with the volume of each period, where {LEAST_SEEN} or more were seen in all and the count moved by a fourth (× {MOVED}) of its level; {LEAST_HISTORY} periods before are needed. Of those called at most {percent}% are false, by Benjamini and Hochberg"),
            format!("不同客户数多于或少于此前至多 {BASELINE} 个时段所期望的，且非偶然：以各时段总量为基准作条件二项检验，合计达到 {LEAST_SEEN} 且变动超过其水平的四分之一（× {MOVED}）才判定；此前至少需 {LEAST_HISTORY} 个时段。按 Benjamini–Hochberg，判定结果中误报至多 {percent}%"),
        ),
        (
            "times as often",
            "倍数",
            "the rate now by the rate before, each per volume, with its 95% interval; the season is taken out; “∞”: without bound".into(),
            "现速率与此前速率之比，均按总量折算，附 95% 区间；已去除季节；“∞”：无上界".into(),
        ),
        (
            "expected",
            "期望客户",
            "how many customers the periods before make expected, with volume and season".into(),
            "由此前时段推算的期望客户数，已计入总量与季节".into(),
        ),
        (
            "cases before; customers before",
            "此前案例; 此前客户",
            "of the periods compared with, together; a customer counts once in each".into(),
            "所比较的各时段合计；每个客户在每个时段计一次".into(),
        ),
        (
            "p",
            "p",
            "how likely so many (or so few) customers are if nothing changed".into(),
            "若无变化，出现如此之多（或之少）客户的概率".into(),
        ),
        (
            "q",
            "q",
            format!("the same with all tests of the span in mind: called is what has at most {FALSE_SHARE}"),
            format!("考虑本时段全部检验之后的 p：不超过 {FALSE_SHARE} 者判定"),
        ),
        (
            "season",
            "季节",
            "how much more the same time of earlier years had than the level now: 1 says nothing. It only takes a rise or a fall back and never makes one".into(),
            "往年同期相对当前水平的倍数：1 表示无影响。季节只会收回上升或下降，不会造成判定".into(),
        ),
        (
            "Explained by the season; way; without the season; q without",
            "由季节解释; 方向; 不计季节的倍数; 不计季节的 q",
            "would be called rising or fading if no season were taken out, and is not: the same time of earlier years had it too".into(),
            "若不去除季节则会判定为上升或下降，实际未判定：往年同期也是如此".into(),
        ),
        (
            "dispersion",
            "离散度",
            format!("how far counts scatter from period to period: 1 is chance alone (a Poisson law); above {SWITCH} the tests ask for more (quasi-Poisson)"),
            format!("各时段计数的离散程度：1 为纯偶然（泊松分布）；高于 {SWITCH} 时检验更严（准泊松）"),
        ),
        (
            "volume",
            "总量",
            "of a period: how many pairs of a customer and the signature that its case is about; a signature's own part is left out".into(),
            "时段总量：客户与其案例主签名的组合数；不含该签名自身".into(),
        ),
        (
            "Watch list; sum",
            "观察名单; 累计",
            format!("too small to test: customers beyond what lies between its level and twice that, added up over the periods (CUSUM); from {WATCHED} on it is listed. It claims nothing"),
            format!("数量太小无法检验：超出其水平与两倍水平之间参考值的客户数逐期累计（CUSUM），达到 {WATCHED} 即列出；不作判断"),
        ),
    ]
}

/// What the figures rest on.
fn of_quality() -> Vec<Row> {
    vec![
        (
            "not counted: newsletters and automatic mail",
            "未计入：群发或自动邮件",
            "threads that no person wrote in, no ticket system numbered and nobody judged: no support cases".into(),
            "无人撰写、无工单编号、也无人评判的邮件往来：不是支持案例".into(),
        ),
        (
            "cases with an undated message",
            "含无日期邮件的案例",
            "what an undated message says counts when it was taken in".into(),
            "无日期邮件的内容按入库时间计".into(),
        ),
        (
            "cases without a customer",
            "没有客户的案例",
            "nobody is named and no address stands for one: together they count as one customer".into(),
            "既未注明客户也无可代表的地址：合计为一个客户".into(),
        ),
        (
            "cases without a signature that counts",
            "没有计入签名的案例",
            "nothing fails in them that is known by a signature and not silenced".into(),
            "没有可由签名识别且未静音的失败".into(),
        ),
        (
            "cases matched with other rules or articles",
            "以其他规则或文章匹配的案例",
            "matched before articles or rules changed: casebook tag apply brings them up to date".into(),
            "匹配之后文章或规则有变化：casebook tag apply 可更新".into(),
        ),
        (
            "set aside because it could not be read",
            "因无法读取而搁置",
            "mails and files taken in within the span that are broken or too large: nothing of them is counted; casebook ingest --failed list names them".into(),
            "本时段内入库但损坏或过大的邮件和文件：均未计入；casebook ingest --failed list 可列出".into(),
        ),
        (
            "versions of the reader",
            "读取程序版本",
            "by which the span's messages were read; with more than one, signatures may have been found differently".into(),
            "读取本时段邮件的程序版本；多于一个时，签名的识别可能有差异".into(),
        ),
        (
            "time zone; made",
            "时区; 生成时间",
            "where days and months are cut (--tz), and when the report was made: open cases were watched until then".into(),
            "日与月的划分所依据的时区（--tz），以及报告生成时刻：未关闭的案例观察至该时刻".into(),
        ),
        (
            "first case of the store; its last case up to the end of the span",
            "库中首个案例; 库中截至期末的最后案例",
            "the days on which they were opened: what lies before is no history".into(),
            "其新开日期：更早的时间没有历史".into(),
        ),
    ]
}

/// Terms with what they mean here; the same as in `docs/report.md`.
pub(super) fn definitions(lang: Lang) -> Vec<(String, String)> {
    let all = [of_cases(), of_articles(), of_signatures(), of_tests(), of_quality()].into_iter().flatten();
    all.map(|(en, zh, told_en, told_zh)| match lang {
        Lang::En => (en.to_string(), told_en),
        Lang::Zh => (zh.replace("; ", "；"), told_zh),
    })
    .collect()
}
