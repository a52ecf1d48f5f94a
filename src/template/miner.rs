//! The miner: lines in, one by one; templates out at the end.

use std::collections::HashMap;

use super::{
    Template, TemplateId, header,
    id::hash,
    mask::{MOST_WORDS, mask},
    merge::{Masked, merge},
};
use crate::{
    logs::{self, Level, LogFormat},
    signature::standing,
};

/// Different masked messages that are kept. The busiest of the Loghub logs has 360 in 2,000 lines; beyond this a text is
/// prose or data, not a log.
const MOST_MESSAGES: usize = 50_000;

/// Bytes of masked text that are kept.
const MOST_TEXT: usize = 16 << 20;

/// Coarse messages, of their first words alone, kept once the others are full.
const MOST_COARSE: usize = 1_000;

/// Words that make a coarse message.
const COARSE_WORDS: usize = 3;

/// What stands for the rest of a coarse message.
const REST: &str = "…";

/// Number of a line's masked message; [`Templates::of`] says its template once all lines are read.
///
/// Four bytes: whoever wants the template of each line keeps these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageId(u32);

/// Groups lines by what they say.
///
/// Memory is bounded whatever comes: 50,000 different messages and 16 MB of their text, at most. Lines with new messages
/// beyond go by their first three words, and beyond 1,000 of those into one template.
///
/// ```
/// use casebook::{logs::LogFormat, template::Miner};
/// let mut miner = Miner::default();
/// let first = miner.feed(1, "Jan  2 10:11:12 web01 app[12]: disk 3 failed", LogFormat::Syslog);
/// let second = miner.feed(2, "Jan  2 10:11:14 web02 app[99]: disk 7 failed", LogFormat::Syslog);
/// let templates = miner.finish();
/// assert_eq!(templates.of(first).text, "disk <*> failed");
/// assert_eq!(templates.of(first).id, templates.of(second).id);
/// ```
#[derive(Debug, Default)]
pub struct Miner {
    /// Message number by the hash of its text.
    known: HashMap<u64, u32>,
    messages: Vec<Message>,
    text_bytes: usize,
    coarse: usize,
    lines: u64,
    /// The masked form of the line at hand, kept to be used again.
    masked: String,
}

/// A masked message and the lines that have it.
#[derive(Debug)]
struct Message {
    text: Box<str>,
    count: u64,
    first_line: u64,
    /// Whether its own words can say that something failed: only then is each line asked, as what is masked may deny it, `0 errors`.
    telling: bool,
    failing: bool,
}

impl Miner {
    /// Takes a line, which comes without its line end, with its number and the format of its log.
    pub fn feed(&mut self, number: u64, line: &str, format: LogFormat) -> MessageId {
        self.lines += 1;
        let level = masked(line, &mut self.masked);
        let id = self.number(number);
        let message = &mut self.messages[id as usize];
        message.count += 1;
        // Asked of every line until one fails, not of the first alone: which comes first says nothing.
        if !message.failing {
            message.failing = fails(line, level, format, message.telling);
        }
        MessageId(id)
    }

    /// The number of the message in `self.masked`.
    fn number(&mut self, line: u64) -> u32 {
        if let Some(id) = self.known.get(&hash(self.masked.as_bytes())) {
            return *id;
        }
        if self.messages.len() - self.coarse >= MOST_MESSAGES || self.text_bytes + self.masked.len() > MOST_TEXT {
            self.coarsen();
            if let Some(id) = self.known.get(&hash(self.masked.as_bytes())) {
                return *id;
            }
            self.coarse += 1;
        } else {
            self.text_bytes += self.masked.len();
        }
        let id = u32::try_from(self.messages.len()).expect("the number of messages is bounded");
        self.known.insert(hash(self.masked.as_bytes()), id);
        let text: Box<str> = self.masked.as_str().into();
        let telling = standing::may_fail(&text);
        self.messages.push(Message { text, count: 0, first_line: line, telling, failing: false });
        id
    }

    /// Cuts the message at hand to its first words, or to nothing where there are too many of those.
    fn coarsen(&mut self) {
        let end = self.masked.match_indices(' ').nth(COARSE_WORDS - 1).map_or(self.masked.len(), |(at, _)| at);
        // A word may be as long as a line.
        self.masked.truncate(self.masked.floor_char_boundary(end.min(MOST_WORDS)));
        self.masked.push_str(REST);
        if self.coarse >= MOST_COARSE && !self.known.contains_key(&hash(self.masked.as_bytes())) {
            self.masked.clear();
            self.masked.push_str(REST);
        }
    }

    /// Lines taken.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Merges messages that differ in a variable alone, and gives each its id.
    pub fn finish(self) -> Templates {
        let mut order: Vec<usize> = (0..self.messages.len()).collect();
        order.sort_unstable_by(|left, right| self.messages[*left].text.cmp(&self.messages[*right].text));
        let sorted: Vec<Masked<'_>> = order
            .iter()
            .map(|at| &self.messages[*at])
            .map(|message| Masked { text: &message.text, failing: message.failing })
            .collect();
        let texts = merge(&sorted);
        let mut list: Vec<Template> = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut of_message = vec![0; self.messages.len()];
        for (at, text) in order.iter().zip(texts) {
            let message = &self.messages[*at];
            let number = *known.entry(text).or_insert_with_key(|text| {
                list.push(Template {
                    id: TemplateId::of(text),
                    text: text.clone(),
                    count: 0,
                    first_line: message.first_line,
                    failing: false,
                });
                u32::try_from(list.len() - 1).expect("no more templates than messages")
            });
            of_message[*at] = number;
            let template = &mut list[number as usize];
            template.count += message.count;
            template.first_line = template.first_line.min(message.first_line);
            template.failing |= message.failing;
        }
        Templates { list, of_message, lines: self.lines }
    }
}

/// The templates of a log, in the order of their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    list: Vec<Template>,
    of_message: Vec<u32>,
    lines: u64,
}

impl Templates {
    /// Every template, in the order of the text.
    pub fn list(&self) -> &[Template] {
        &self.list
    }

    /// The template of a line, by what [`Miner::feed`] gave for it.
    pub fn of(&self, message: MessageId) -> &Template {
        &self.list[self.of_message[message.0 as usize] as usize]
    }

    /// Lines in all.
    pub fn lines(&self) -> u64 {
        self.lines
    }
}

/// Puts the masked message of a line into `out`, in place of what was there; the level in the line's header.
pub(super) fn masked(line: &str, out: &mut String) -> Level {
    let head = header::read(line);
    out.clear();
    mask(&line[head.message..], out);
    // `a.B: 123`: without a word the message says nothing, what stands before it does.
    if head.message > 0 && !out.chars().any(char::is_alphabetic) {
        out.clear();
        mask(line, out);
    }
    head.level
}

/// Whether a line says that something failed: by its level, in its header or as its format writes it, or by its words where the message
/// is `telling`.
fn fails(line: &str, level: Level, format: LogFormat, telling: bool) -> bool {
    let level = match level {
        Level::Unknown => logs::read_record(format, line).level,
        known => known,
    };
    (telling || level == Level::Error) && standing::line_fails(line, level)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ids of the lines' templates.
    fn ids<'l>(lines: impl IntoIterator<Item = &'l str>) -> Vec<TemplateId> {
        let mut miner = Miner::default();
        let messages: Vec<_> =
            (1..).zip(lines).map(|(number, line)| miner.feed(number, line, LogFormat::Plain)).collect();
        let templates = miner.finish();
        messages.into_iter().map(|message| templates.of(message).id).collect()
    }

    #[track_caller]
    fn same(left: &str, right: &str) {
        let ids = ids([left, right]);
        assert_eq!(ids[0], ids[1], "{left} / {right}");
        // Each alone, on a machine of its own.
        assert_eq!(self::ids([left]), self::ids([right]), "{left} / {right}");
    }

    #[track_caller]
    fn different(left: &str, right: &str) {
        let ids = ids([left, right]);
        assert_ne!(ids[0], ids[1], "{left} / {right}");
    }

    #[test]
    fn an_event_has_one_id_on_every_machine() {
        same(
            "Jan  2 10:11:12 web01 app[12]: cannot open /var/lib/a/b.db for user ana: code 5",
            "Feb 13 01:00:00 db-east.example.com app[7]: cannot open /srv/x.db for user bo: code 77",
        );
        same(
            "2024-01-02 10:11:12,001 ERROR [http-1] org.example.Pool - lost 192.0.2.1:99 after 12 ms",
            "2025-11-30 23:59:59,999 ERROR [http-99] org.example.Pool - lost 198.51.100.7:1 after 3 s",
        );
        same("[   12.345678] ata1: link is slow", "[ 9912.000001] ata1: link is slow");
        same("2024-01-02 10:11:12 错误 服务: 用户 张三 登录失败", "2024-02-03 11:00:00 错误 服务: 用户 李四 登录失败");
    }

    #[test]
    fn what_says_something_else_is_something_else() {
        different("10:11:12 disk opened", "10:11:13 disk closed");
        different("10:11:12 ERROR cannot read index", "10:11:12 ERROR cannot write index");
        different("", "10:11:12 INFO x");
    }

    #[test]
    fn failing_lines_are_told() {
        let failing = |line: &str| {
            let mut miner = Miner::default();
            miner.feed(1, line, LogFormat::Plain);
            miner.finish().list()[0].failing
        };
        assert!(failing("2024-01-02 10:11:12 ERROR pool is empty"));
        assert!(failing("Jan  2 10:11:12 web01 app[12]: Failed to start the backend"));
        assert!(failing("time=2024-01-02T10:11:12Z level=error msg=\"pool is empty\""));
        assert!(!failing("2024-01-02 10:11:12 INFO pool is full"));
        assert!(!failing("Jan  2 10:11:12 web01 app[12]: started without errors"));
    }

    #[test]
    fn levels_of_one_message_are_judged_in_any_order() {
        let lines = ["10:11:12 INFO pool is empty", "10:11:13 ERROR pool is empty"];
        for order in [[0, 1], [1, 0]] {
            let mut miner = Miner::default();
            for at in order {
                miner.feed(1, lines[at], LogFormat::Plain);
            }
            let templates = miner.finish();
            assert_eq!(templates.list().len(), 1);
            assert!(templates.list()[0].failing);
        }
    }

    #[test]
    fn what_fails_does_not_hang_on_which_line_comes_first() {
        // A level that only the format shows; a count that is masked; what the fuzzer found.
        let sets: [&[&str]; 3] = [
            &["10:11:12 a b: pool is empty", "10:11:13 ERROR b: pool is empty", "10:11:14 c b: pool is empty"],
            &["copied with errors: 0", "copied with errors: 7", "copied with errors: 0"],
            &[
                "al==gp\0K\0\0\0\0",
                "[",
                " oo \0",
                "K[\0K",
                "[",
                "o \0K",
                "[",
                "merror2 o 8 o \080noteFri",
                "o7 o ,K",
                "[",
                "o \0",
                "8@8 o [",
                "8",
                "8 o J0 8  5",
                "FriFJ od\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ogp  oN vo\0K\0\0\0\0",
                "[",
                " oo \0",
                "K[\0K",
                "[",
                "o \0K",
                "[",
                "merror2 o 8 o \080noteFri",
                "o7 o \0K",
                "[",
                "o \0",
                "8@8 o [",
                "8",
                "8 o J0 8 o \08",
                "[",
            ],
        ];
        for lines in sets {
            let failing = |lines: &mut dyn Iterator<Item = &&str>| -> Vec<(String, bool)> {
                let mut miner = Miner::default();
                lines.for_each(|line| {
                    miner.feed(1, line, LogFormat::Plain);
                });
                miner.finish().list().iter().map(|template| (template.text.clone(), template.failing)).collect()
            };
            assert_eq!(failing(&mut lines.iter()), failing(&mut lines.iter().rev()));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut miner = Miner::default();
        let word = |n: usize| (0..5).map(|at| char::from(b'g' + (n / 19usize.pow(at) % 19) as u8)).collect::<String>();
        for n in 0..MOST_MESSAGES + MOST_COARSE + 5_000 {
            miner.feed(n as u64, &format!("{} {} {}", word(n), word(n * 7 + 1), word(n * 3 + 2)), LogFormat::Plain);
        }
        assert!(miner.messages.len() <= MOST_MESSAGES + MOST_COARSE + 1, "{}", miner.messages.len());
        let last = miner.feed(0, &"ö".repeat(100_000), LogFormat::Plain);
        assert_eq!(miner.finish().of(last).text, REST);
    }

    proptest! {
        #[test]
        fn order_and_further_lines_change_no_id(
            lines in prop::collection::vec("(INFO |ERROR |10:11:12 )?(disk|pool|user|row) [a-e]{1,2} (is|was) (up|down) ?[0-9]{0,3}", 1..30),
            seed in any::<u64>(),
        ) {
            let straight = ids(lines.iter().map(String::as_str));
            let mut order: Vec<usize> = (0..lines.len()).collect();
            order.sort_by_key(|at| hash(&(*at as u64 ^ seed).to_le_bytes()));
            let shuffled = ids(order.iter().map(|at| lines[*at].as_str()));
            for (at, id) in order.iter().zip(shuffled) {
                prop_assert_eq!(straight[*at], id);
            }
            let twice = ids(lines.iter().chain(&lines).map(String::as_str));
            prop_assert_eq!(&twice[..lines.len()], &straight[..]);
        }

        #[test]
        fn any_lines_have_the_same_ids_backwards(
            lines in prop::collection::vec("(\\[|\\]|8|80|o|K|\\x00| |error|fail|J0|@|,|Fri|note|al==|ERROR|INFO|10:11:12|<|!!!|: |no ){0,9}", 1..40),
        ) {
            let straight = ids(lines.iter().map(String::as_str));
            let mut turned = ids(lines.iter().rev().map(String::as_str));
            turned.reverse();
            prop_assert_eq!(straight, turned);
        }

        #[test]
        fn any_line_is_taken(line in "\\PC{0,300}") {
            ids([line.as_str()]);
        }

        #[test]
        fn line_ends_do_not_count(line in "[a-z0-9 :=.\\[\\]-]{0,60}") {
            let with = format!("{line}\r");
            prop_assert_eq!(ids([line.as_str()]), ids([with.as_str()]));
        }
    }
}
