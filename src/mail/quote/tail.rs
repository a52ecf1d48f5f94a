//! Signature blocks and notices in the new text of a message.
//!
//! Each rule needs a clear sign; a short last paragraph alone is none. Lines that could be evidence (codes,
//! paths, error words) are never taken.

use std::sync::LazyLock;

use regex::Regex;

use super::{BlockKind, look, regex};

/// Lines of a signature block; longer ones are text that stands below a rule.
const MAX_SIGNATURE: usize = 25;

/// What phones and programs add.
static MOBILE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^[\s*_-]*(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłan[eo]|отправлено|lähetetty|odesláno)\s
        (?:from|via|with|using|von|depuis|de|desde|da|dal|dall['’]|vanaf|vanuit|met|från|fra|z|с|из|mit|by)\s.{1,70}
        |von\smeinem\s.{2,40}\sgesendet\.?|get\soutlook\sfor\s.{2,60}|(?:outlook|yahoo\smail)\sfor\s(?:ios|android|mac).{0,60}
        |download\sgmail.{0,40}|发自我?的?\s?.{1,30}|發自我?的?\s?.{1,30}|从我的\s?.{1,24}\s?发送|從我的\s?.{1,24}\s?傳送|来自我?的?\s?.{0,12}(?:手机|iphone|ipad|邮箱|客户端).{0,12}
        |发送自\s?.{1,40}|獲取\s?outlook.{0,30}|获取\s?(?:适用于\s?.{2,12}\s?的\s?)?outlook.{0,60}|.{1,24}から送信|나의\s.{1,20}에서\s보냄|随时随地.{0,20}邮箱.{0,12}
        |.{0,12}(?:网易邮箱|QQ邮箱|新浪邮箱)(?:手机版|大师|移动版)?.{0,12}发送.{0,6}|由\s?.{2,14}(?:邮箱大师|网易.{0,6})\s?定制)\s*$",
    )
});

/// Closing phrases that stand alone on their line.
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^\s*(?:(?:with\s)?(?:best|kind|warm|many|kindest|warmest)?\s?(?:regards|wishes)|thanks(?:\s(?:a\slot|again|so\smuch|and\sregards|&\sregards|in\sadvance))?
        |thank\syou(?:\s(?:very\smuch|again|in\sadvance))?|thx|many\sthanks|(?:yours\s)?(?:sincerely|faithfully|truly)|sincerely\syours|cheers|best|rgds|br|respectfully
        |mfg|vg|lg|viele\sgrüße|liebe\sgrüße|beste\sgrüße|schöne\sgrüße|mit\s(?:freundlichen|besten|lieben|freundlichem)\sgr(?:üßen|uß|uessen)|gruß|grüße
        |cordialement|bien\scordialement|bien\sà\svous|salutations|saludos|un\ssaludo|atentamente|saludos\scordiales|cordiali\ssaluti|distinti\ssaluti|saluti
        |met\svriendelijke\sgroet(?:en)?|groet(?:en|jes)?|mvh|med\s(?:vänliga?|vennlig|venlig)\shils(?:en|ning|ningar)|vänliga\shälsningar|hälsningar|hilsen|pozdrawiam|z\spoważaniem
        |с\sуважением|atenciosamente|obrigad[oa]|abraços|ystävällisin\sterveisin|saygılarımla
        |谢谢(?:您|你|大家|支持)?|謝謝(?:您|你)?|多谢|感谢|此致|敬礼|祝好|顺祝商祺|顺颂商祺|顺颂时祺|商祺|祝商祺|祝您?工作(?:愉快|顺利)|祝工作愉快|致礼|敬上|此致敬礼|敬祝|祝顺利|祝您?生活愉快)\s*[,，.。!！~～;、]*\s*$",
    )
});

/// Lines of a contact block.
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^[\s|*]*(?:(?:tel|phone|mobile|mob|cell|fax|office|direct|telefon|mobil|handy|t|m|p|f|o|e)\s?[.:：]\s*(?-i:[+(\d\w])
        |(?:tel|phone|mobile|fax|telefon|mobil)\s+[+(]?\d|e-?mail\s?[:：]|web(?:site)?\s?[:：]|(?:https?://|www\.)\S+\s*$|(?-i:[\w.+-]+@[\w.-]+\.\w+)\s*$
        |(?:电\s*话|手\s*机|座\s*机|传\s*真|邮\s*箱|邮\s*件|地\s*址|邮\s*编|联系电话|联系方式|移动电话|办公电话|电邮|网址|微信|公司地址|电話|電話|手機|傳真|郵箱|信箱|QQ|tel|mobile|mail)\s*[:：]
        |\+?\d[\d\s()./-]{6,20}\d\s*$)",
    )
});

/// What a line of a signature never holds. Boundaries of words are those of ASCII here and below: among Chinese characters the
/// others would need an engine that is many times as slow.
static EVIDENCE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)0x[0-9a-f]{2,}|(?-u:\b)err(?:or)?(?-u:\b)|(?-u:\b)fail|(?-u:\b)warn|(?-u:\b)exception(?-u:\b)|(?-u:\b)KB\d{6}|(?-i:\\\w)|\.(?:log|sys|dll|exe|inf|msu|cab|evtx|dmp)(?-u:\b)|错误|失败|报错|异常|补丁|蓝屏|重启|更新|安装|事件|日志|錯誤|失敗|更新|[?？]\s*$|[{};=]\s*$",
    )
});

/// A notice: one of these suffices.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)(?:this|the\scontents?\sof\sthis|any\sattachments\sto\sthis)\s(?:e-?\s?mail|message|communication|electronic\smail|transmission)(?-u:\b)[^.]{0,160}(?-u:\b)(?:confidential|privileged|intended\s(?:only|solely|exclusively)|intended\sfor\sthe|proprietary)
        |information\s(?:contained\s)?(?:in|transmitted)\s(?:with|by|in)?\s?(?:this|the)\s?(?:e-?mail|message|communication|transmission)?[^.]{0,160}(?-u:\b)(?:confidential|privileged|intended)
        |information\scontained\sin\sthis\s(?:e-?mail|message|communication)
        |if\syou\s(?:are|have)\s(?:not\sthe\s(?:intended|named|addressee)|received\sthis\s(?:e-?mail|message|communication|transmission)\s(?:in\serror|by\smistake))
        |please\sconsider\sthe\senvironment\sbefore|(?:e-?mail|message)\s(?:has\sbeen|was)\sscanned\s(?:for|by)\s.{0,40}(?:virus|malware|security)|(?:checked|scanned)\s(?:for\sviruses\s)?by\savast
        |^\s*\W{0,4}(?:caution|warning|external(?:\se-?mail)?)\W{1,4}.{0,40}(?:originated|sent|came|received)\s(?:from|by)\s.{0,24}(?:outside|external)|this\s(?:e-?mail|message)\soriginated\s(?:from\s)?outside
        |diese\s(?:e-?mail|nachricht)\s.{0,80}vertrauliche?|ce\s(?:message|courriel|mail)\s.{0,120}confidentiel|le\sinformazioni\s(?:contenute|trasmesse).{0,120}(?:riservat|confidenzial)
        |este\s(?:mensaje|correo|e-?mail|mensagem).{0,120}confidenc|la\sinformación\scontenida\sen\seste
        |(?:本|此|这封|這封|该|本电子|本電子)\s?(?:电子)?(?:邮件|郵件|信件|e-?mail|mail|电邮|電郵)[^。]{0,60}(?:保密|机密|機密|专有|隐私|商业秘密|法律特权|仅供|僅供|仅限|僅限|仅发送)
        |(?:如果|如|若|倘若|假如)(?:您|你|阁下|收件人)?\s?(?:错误|错|误|誤|意外|不慎)(?:地)?(?:收|接)(?:到|了|受)|(?:您|你|阁下)(?:并)?(?:不是|非)[^。]{0,12}(?:预期|指定|目标|预定|正确)?[^。]{0,6}(?:收件人|接收者|收信人)
        |【?(?:外部邮件|外部郵件)】?.{0,12}(?:来自|來自|谨慎|注意|请勿)|此邮件来自(?:公司|组织)?外部",
    )
});

/// Titles that stand alone above a notice.
static NOTICE_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[\s*_=-]*(?:legal |e-?mail |confidentiality )?(?:disclaimer|confidentiality notice|confidentiality|notice of confidentiality|privacy notice|legal notice|haftungsausschluss|avertissement|免责声明|免責聲明|保密声明|保密聲明|保密提示|法律声明|声明|重要提示|信息安全声明)[\s:：*.。_=-]*$",
    )
});

/// Marks signature and notice lines of a run of new text. Answers between quotes (`!is_last`) are only searched
/// for the marks that nobody writes by hand.
pub(super) fn mark(lines: &[&str], fenced: &[bool], is_last: bool, kinds: &mut [BlockKind]) {
    notices(lines, fenced, kinds);
    mobile(lines, fenced, kinds);
    delimiter(lines, fenced, kinds);
    if is_last {
        closing(lines, fenced, kinds);
        contact_block(lines, fenced, kinds);
    }
}

fn is_full(line: &str) -> bool {
    !line.trim().is_empty()
}

/// Paragraphs that are notices, from the line in which the notice begins.
fn notices(lines: &[&str], fenced: &[bool], kinds: &mut [BlockKind]) {
    let mut at = 0;
    let mut titled = None;
    while at < lines.len() {
        if !is_full(lines[at]) {
            at += 1;
            continue;
        }
        let end = (at..lines.len()).find(|end| !is_full(lines[*end])).unwrap_or(lines.len());
        if !fenced[at] {
            paragraph(lines, at, end, &mut titled, kinds);
        }
        at = end;
    }
}

fn paragraph(lines: &[&str], at: usize, end: usize, titled: &mut Option<usize>, kinds: &mut [BlockKind]) {
    // A notice is prose of some sentences: what is much longer is none.
    const MAX_NOTICE: usize = 8_000;
    let length: usize = lines[at..end].iter().map(|line| line.len() + 1).sum();
    if length > MAX_NOTICE {
        *titled = None;
        return;
    }
    let joined = lines[at..end].join(" ");
    if let Some(found) = NOTICE.find(&joined) {
        let mut passed = 0;
        let begin = (at..end).find(|line| {
            passed += lines[*line].len() + 1;
            passed > found.start()
        });
        let mut begin = begin.unwrap_or(at);
        // The sentence may begin on a line of the paragraph above the words; a title stands there too.
        while begin > at
            && !ends_sentence(lines[begin - 1])
            && !EVIDENCE.is_match(look(lines[begin - 1]))
            && lines[begin - 1].len() > 50
        {
            begin -= 1;
        }
        if begin > at && NOTICE_TITLE.is_match(look(lines[begin - 1])) {
            begin -= 1;
        }
        kinds[begin..end].fill(BlockKind::Disclaimer);
        if let Some(title) = titled.take() {
            kinds[title] = BlockKind::Disclaimer;
        }
    } else if end == at + 1 && NOTICE_TITLE.is_match(look(lines[at])) {
        *titled = Some(at);
    } else if lines[at..end].iter().any(|line| line.chars().any(char::is_alphanumeric)) {
        *titled = None;
    }
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['.', '。', '!', '！', '?', '？', ':', '：', ';', '；', '_', '-', '*', '='])
}

/// `Sent from my …`: what follows it in a mail from a phone is what it answers.
fn mobile(lines: &[&str], fenced: &[bool], kinds: &mut [BlockKind]) {
    let Some(found) = (0..lines.len()).find(|at| !fenced[*at] && is_mobile(lines, *at)) else { return };
    let mut below = BlockKind::Quoted;
    for at in found..lines.len() {
        if kinds[at] == BlockKind::Disclaimer {
            continue;
        }
        let is_mark = at == found || is_mobile(lines, at);
        // Evidence below is written by the sender more likely than by us: it stays new.
        if !is_mark && EVIDENCE.is_match(look(lines[at])) {
            below = BlockKind::New;
        }
        kinds[at] = if is_mark { BlockKind::Signature } else { below };
    }
}

/// Whether a line is one that a phone adds, and not a piece of a sentence that goes on over lines.
fn is_mobile(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    let goes_on = |line: &str| line.trim_start().starts_with(|c: char| c.is_lowercase());
    line.len() < 160
        && MOBILE.is_match(look(line))
        && !line.ends_with([',', '，', ':', '：'])
        && !(goes_on(line) && at > 0 && is_full(lines[at - 1]))
        && !lines.get(at + 1).is_some_and(|next| goes_on(next))
}

/// The line `-- ` and what follows.
fn delimiter(lines: &[&str], fenced: &[bool], kinds: &mut [BlockKind]) {
    let is_rule = |at: usize| {
        let line = look(lines[at]);
        !fenced[at] && (line == "-- " || matches!(line.trim(), "--" | "—" | "––" | "— —" | "- -" | "-- --"))
    };
    let Some(begin) = (0..lines.len()).rfind(|at| is_rule(*at)) else { return };
    let exact = lines[begin] == "-- ";
    let below: Vec<&str> = lines[begin + 1..].iter().copied().filter(|line| is_full(line)).collect();
    if below.len() > MAX_SIGNATURE || (!exact && below.iter().take(12).any(|line| EVIDENCE.is_match(look(line)))) {
        return;
    }
    for kind in kinds[begin..].iter_mut().filter(|kind| **kind == BlockKind::New) {
        *kind = BlockKind::Signature;
    }
}

/// Lines that can stand in a signature: short, without evidence, no sentence.
fn is_signature_line(line: &str) -> bool {
    let line = look(line).trim();
    !line.is_empty()
        && line.chars().count() <= 70
        && !EVIDENCE.is_match(line)
        && !line.ends_with(['。', '：', ':', '！'])
}

/// The end of the text that is still new, without what has been marked below it.
fn end_of_new(lines: &[&str], kinds: &[BlockKind]) -> usize {
    (0..lines.len()).rfind(|at| kinds[*at] == BlockKind::New && is_full(lines[*at])).map_or(0, |last| last + 1)
}

/// A closing phrase alone on its line, and below it nothing but a name block.
fn closing(lines: &[&str], fenced: &[bool], kinds: &mut [BlockKind]) {
    let end = end_of_new(lines, kinds);
    let begin =
        (0..end).rev().take(20).find(|at| !fenced[*at] && lines[*at].len() < 80 && CLOSING.is_match(look(lines[*at])));
    let Some(begin) = begin else { return };
    let below: Vec<usize> = (begin + 1..end).filter(|at| is_full(lines[*at]) && kinds[*at] == BlockKind::New).collect();
    if below.is_empty() || below.len() > 12 || !below.iter().all(|at| is_signature_line(lines[*at])) {
        return;
    }
    let contacts = below.iter().filter(|at| CONTACT.is_match(look(lines[**at]))).count();
    // Without any contact line only a name and a title or two.
    let short = below.len() <= 4 && below.iter().all(|at| is_name(lines[*at]));
    if contacts > 0 || short {
        // The closing goes with its name, unless it is all that was written.
        let alone = !(0..begin).any(|at| kinds[at] == BlockKind::New && is_full(lines[at]));
        kinds[begin] = if alone { BlockKind::New } else { BlockKind::Signature };
        for at in below {
            kinds[at] = BlockKind::Signature;
        }
    }
}

/// A name, title or firm: few words, no digits, no sentence.
fn is_name(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_whitespace().count();
    let han = line.chars().filter(|c| *c >= '\u{2e80}').count();
    words <= 5 && han <= 16 && !line.chars().any(|c| c.is_ascii_digit()) && !line.contains(['.', '，', '；', '、', '!'])
        || (words <= 3 && line.ends_with('.') && han == 0 && line.chars().count() <= 30)
}

/// A last paragraph of short lines with a telephone number or the like, and a name above it.
fn contact_block(lines: &[&str], fenced: &[bool], kinds: &mut [BlockKind]) {
    let end = end_of_new(lines, kinds);
    let mut begin = end;
    while begin > 0 && is_full(lines[begin - 1]) && end - begin < 12 {
        begin -= 1;
    }
    let earlier = (0..begin).any(|at| kinds[at] == BlockKind::New && is_full(lines[at]));
    if !earlier || begin == end || fenced[begin] || end - begin > 10 {
        return;
    }
    let block = begin..end;
    let fits = block.clone().all(|at| kinds[at] == BlockKind::New && is_signature_line(lines[at]));
    let contacts = block.clone().filter(|at| CONTACT.is_match(look(lines[*at]))).count();
    // `Phone: …` alone may be an answer to a question; a name or a second contact line makes it a block.
    let named = is_name(lines[begin]) && !CONTACT.is_match(look(lines[begin]));
    if fits && ((contacts >= 1 && named) || contacts >= 3) {
        kinds[block].fill(BlockKind::Signature);
    }
}
