//! Where history begins: lines such as `On … wrote:`, `-----Original Message-----`, and header blocks (see
//! `header_block`).
//!
//! The words are those that mail programs write in their languages: Outlook, Apple Mail, Gmail, Thunderbird,
//! Yahoo, Zoho, QQ Mail, NetEase, Foxmail.

use std::sync::LazyLock;

use regex::Regex;

use super::{header_block::header_block, look, regex};

/// What begins at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intro {
    /// `On … wrote:` of so many lines; what follows may be marked with `>` or not.
    Attribution {
        /// Lines that it takes.
        length: usize,
    },
    /// A separator or header block: all that follows is history.
    History,
    /// A line that says that a message is passed on.
    Forward,
}

/// Titles between dashes: the message below is the one answered.
static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^[\s*]*[-_=—－]{2,}\s*(?:original(?:\s(?:message|appointment|mail))?|reply\smessage|replied\smessage|original\se?-?mail
        |urspr(?:ü|ue)ngliche\s(?:nachricht|e-?mail|mail)|message\sd['’]origine|message\soriginal|courriel\soriginal
        |mensaje\soriginal|mensagem\soriginal|messaggio\soriginale|oorspronkelijk\sbericht|oprindelig\smeddelelse
        |ursprungligt\smeddelande|opprinnelig\smelding|alkuperäinen\sviesti|oryginalna\swiadomość|wiadomość\soryginalna
        |původní\szpráva|eredeti\süzenet|исходное\sсообщение|оригинальное\sсообщение|orijinal\silet[iı]|orijinal\smesaj
        |原始邮件|原始郵件|原邮件|原郵件|邮件原件|郵件原件|原始邮件信息|原始讯息|原始訊息|原始信息|原始消息|原信息|原消息|回复的原邮件|回复邮件信息|回复的邮件
        |答复邮件|元のメッセージ|オリジナルメッセージ|원본\s?메시지|원본\s?메일)\s*[-_=—－]{2,}[\s*]*$",
    )
});

/// Titles of forwards.
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^[\s*]*(?:
        [-_=—－]{2,}\s*(?:forwarded\s(?:message|by|mail|e-?mail)|weitergeleitete\s(?:nachricht|e-?mail)|message\stransféré
        |mensaje\sreenviado|mensagem\s(?:encaminhada|reencaminhada)|messaggio\sinoltrato|doorgestuurd\sbericht
        |videresendt\s(?:meddelelse|melding)|vidarebefordrat\smeddelande|przekazana\swiadomość|пересылаемое\sсообщение
        |пересланное\sсообщение|转发邮件信息|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|转寄邮件|转发信息|轉發郵件|转发消息|转发的消息|转发的信息|轉寄的訊息|轉寄訊息
        |転送メッセージ|전달된\s?메시지).{0,120}?[-_=—－]{2,}
        |(?:begin\sforwarded\smessage|début\sdu\smessage\s(?:transféré|réexpédié)|anfang\sder\sweitergeleiteten\s(?:nachricht|e-?mail)
        |inicio\sdel\smensaje\sreenviado|inizio\smessaggio\sinoltrato|下面是被转发的邮件|以下是转发的邮件|以下为转发邮件|开始转发的邮件)\s*[:：]
        )[\s*]*$",
    )
});

/// `---- On Wed, 24 Feb 2021 … wrote ----`, also with the words of other languages.
static DASHED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^\s*-{3,}\s*(?:on|le|am|el|il|op|在|于)\b?.{6,300}?(?:wrote|écrit|schrieb|escribió|ha scritto|schreef|写道?|撰写)\s*:?\s*-{3,}\s*$",
    )
});

/// Ends of attributions.
static WROTE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)(?:\b(?:wrote|writes|schrieb|schreibt|pisze|skrev|schreef|escreveu|escribió|escribio|napsala?|napísal\(a\)|napisał(?:\(a\)|a)?|kirjoitti|yazdı|scrie|skrifaði
        |ha\sscritto|a\sécrit|va\sescriure|het\svolgende\sgeschreven|geschreven|rakstīja|rašė|írta|shkroi|následující)
        |(?:написала?|написав|пишет|писал|έγραψε)|\((?:a|а)\)|写道|寫道|写了|寫了|撰写|說|さん(?:は|が)書きました|のメール|님이\s작성)\s*(?:<[^<>]{0,80}>)?\s*[:：]\s*$",
    )
});

/// Attributions with the verb before the name: `Am 1.6.2020 um 10:00 schrieb Name:`.
static VERB_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)\d.{0,40}\b(?:schrieb|skrev|schreef|escribió|escreveu|kirjoitti|napisał(?-i:\w*)|pisze|написал(?-i:\w*)|писал(?-i:\w*)|wrote\son|wrote\sat)\b.{1,120}[:：]\s*$
        |\b(?:wrote|schrieb)\s(?:on|at|am)\b.{0,30}\d.{0,60}[:：]\s*$|^\s*(?:quoting|zitat\svon|citando|citerar)\s.{1,120}@.{1,80}[:：]\s*$",
    )
});

/// `Name <address>:` with a date before: Yandex and Japanese Gmail.
static DATED_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)^[\s>]*(?:\d{4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\p{L}{2,12}\.?,?\s\d{1,2}).{0,160}
        <?[\w.+-]+@[\w.-]+>?\s*[:：]\s*$",
    )
});

/// Words that attributions begin with.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^[\s>*]*(?:(?:on|at|am|le|el|il|op|em|den|dne|dnia|w\sdniu|на|в|pe|ons|man|tir|tor|fre|lør|lör|søn|sön)\b[\s,]
        |在|于|於|\d{1,4}[-./年\s]\s?\d{1,2}|(?-i:\p{L}{2,12})\.?,\s?\d{1,2}|\d{1,2}\.?\s(?-i:\p{L}{3,10}))",
    )
});

/// An address, as it stands in attributions and header blocks.
pub(super) static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r"[\w.+-]@[\w-]+\.[\w.-]+|\[?mailto:"));

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:19|20)\d\d[-./年]|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?-u:\b)(?:19|20)\d\d(?-u:\b)|\d{1,2}[:.h]\d\d|\d{1,2}月\d{1,2}日",
    )
});

/// Lines that an attribution takes at most, where the program broke it.
const MOST_LINES: usize = 4;

fn ends_in_colon(line: &str) -> bool {
    line.trim_end().ends_with([':', '：'])
}

/// Whether a line ends as attributions do.
pub(super) fn ends_like_attribution(line: &str) -> bool {
    ends_in_colon(line) && (WROTE.is_match(line) || DATED_ADDRESS.is_match(line) || VERB_FIRST.is_match(line))
}

/// What begins at `lines[at]`.
pub(super) fn at(lines: &[&str], at: usize, marked: &[bool]) -> Option<Intro> {
    let line = look(lines[at]);
    if line.trim().is_empty() {
        return None;
    }
    let dashed = line.trim_start().starts_with(['-', '_', '=', '—', '－', '*']);
    if dashed {
        if SEPARATOR.is_match(line) || DASHED.is_match(line) {
            return Some(Intro::History);
        }
        // A rule directly above a header block belongs to it.
        let rule = line.trim().chars().all(|c| matches!(c, '-' | '_' | '=' | '—'));
        if rule && line.trim().len() >= 5 {
            let below = (at + 1..lines.len().min(at + 4)).find(|below| !lines[*below].trim().is_empty());
            if below.is_some_and(|below| header_block(lines, below)) {
                return Some(Intro::History);
            }
        }
    }
    if (dashed || ends_in_colon(line)) && FORWARD.is_match(line) {
        return Some(Intro::Forward);
    }
    if header_block(lines, at) {
        return Some(Intro::History);
    }
    attribution(lines, at, marked)
}

/// An attribution that begins at `at`: one line, or up to four where the program broke it.
fn attribution(lines: &[&str], at: usize, marked: &[bool]) -> Option<Intro> {
    let near = &lines[at..lines.len().min(at + MOST_LINES)];
    // What most lines are spared: nothing here can be the end of one.
    if !near.iter().any(|line| ends_in_colon(look(line))) {
        return None;
    }
    let first = look(lines[at]);
    let begins = BEGINS.is_match(first) || (ADDRESS.is_match(first) && DATE.is_match(first));
    let mut joined = String::new();
    for length in 1..=MOST_LINES {
        let line = look(lines.get(at + length - 1)?);
        if line.trim().is_empty() || (length > 1 && marked[at + length - 1]) {
            return None;
        }
        joined.push_str(line.trim());
        joined.push(' ');
        if joined.len() > super::MAX_LOOK {
            return None;
        }
        if ends_like_attribution(line) || (length > 1 && ends_like_attribution(&joined)) {
            let quoted_below = lines[at + length..].iter().position(|line| !line.trim().is_empty());
            let quoted_below = quoted_below.is_some_and(|below| marked[at + length + below]);
            return is_attribution(&joined, length, begins, quoted_below).then_some(Intro::Attribution { length });
        }
        // Only a line that begins as one can go on to the next.
        if !begins {
            return None;
        }
    }
    None
}

/// Whether text that ends like an attribution is one: it names somebody and a time, or what follows is marked.
fn is_attribution(text: &str, length: usize, begins: bool, quoted_below: bool) -> bool {
    let address = ADDRESS.is_match(text);
    let dated = DATE.is_match(text);
    if VERB_FIRST.is_match(text) && ((begins && dated) || address) {
        return true;
    }
    if DATED_ADDRESS.is_match(text) && !WROTE.is_match(text) {
        return dated || quoted_below;
    }
    let you = text.trim_end().trim_end_matches([':', '：']).ends_with("you wrote");
    let named = text.contains([',', '，', '"', '“']);
    if length > 1 {
        return begins && (address || (dated && (named || quoted_below)));
    }
    if address && text.len() < 300 {
        return true;
    }
    // Without an address: `On 26.06.2014 14:41, Alexander wrote:`, but not `At 10:30 the service wrote:`.
    (begins && dated && (you || named || quoted_below))
        || (quoted_below && text.len() < 200)
        || (dated && !begins && text.contains(" пользователь "))
}
