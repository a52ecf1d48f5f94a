//! Case fields by rule: numbers, severity, customer, product and title from subjects and bodies.
//!
//! The rules are data (`kb/fields.toml`); a user's own rules come before the built-in ones. Regexes
//! are linear and limited in size, since rules and mail both come from outside.

pub mod examples;
mod rule;

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::CaseFields;
use rule::{Rule, Together};

use crate::{logs::piece, mail::strip_prefixes};

/// The rules that are built in.
const BUILTIN: &str = include_str!("../../kb/fields.toml");

/// Their file.
const BUILTIN_NAME: &str = "kb/fields.toml";

/// Compiled size allowed per rule: the built-in ones need a tenth of it.
const REGEX_SIZE: usize = 1 << 20;

/// A line longer than this is no form field and no ticket's subject: text beyond it is not looked at.
const LONGEST_LINE: usize = 400;

/// Lines of a body that are looked at: ticket forms stand at the top.
const BODY_LINES: usize = 60;

/// Lines of a note in which a pasted header can stand.
const NOTE_HEADER: usize = 12;

/// Lines from which on the rules are made one automaton, which takes as long as they do: who reads a mail or two does without.
const MANY_LINES: u32 = 4_000;

/// How a number is written in the sentences that `mentions` are asked of.
const NUMBER: char = '#';

/// Where a sentence ends. What stands in brackets is a sentence of its own: systems put their numbers there.
const SENTENCE_ENDS: [char; 14] = ['.', '!', '?', ';', '。', '！', '？', '；', '[', ']', '【', '】', '(', ')'];

/// Case numbers kept per case: a digest mail can list hundreds that are not this case's.
const MOST_NUMBERS: usize = 8;

/// Why a file of field rules could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FieldRulesError {
    /// Not TOML of the documented shape; the source names line and column.
    #[error("`{file}` is not a file of field rules")]
    Syntax {
        /// The file as named by the user.
        file: String,
        /// What the reader says.
        source: toml::de::Error,
    },
    /// A pattern does not compile.
    #[error("rule `{rule}` in `{file}` has a bad pattern")]
    Pattern {
        /// The file as named by the user.
        file: String,
        /// The rule's name.
        rule: String,
        /// What the compiler says.
        source: Box<regex::Error>,
    },
    /// A pattern of `mentions` does not compile.
    #[error("`{file}` has a bad pattern in `mentions`")]
    Mention {
        /// The file as named by the user.
        file: String,
        /// What the compiler says.
        source: Box<regex::Error>,
    },
    /// A rule has no group that fills a field.
    #[error("rule `{rule}` in `{file}` has no group named number, severity, customer, product or title")]
    NoField {
        /// The file as named by the user.
        file: String,
        /// The rule's name.
        rule: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default)]
    mentions: Vec<String>,
    #[serde(default)]
    severity: BTreeMap<String, String>,
    #[serde(default, rename = "rule")]
    rules: Vec<RuleText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    name: String,
    #[serde(rename = "in")]
    places: Vec<Place>,
    pattern: String,
    format: Option<String>,
    #[serde(default)]
    examples: Vec<Spanned<BTreeMap<String, String>>>,
    #[serde(default)]
    rejects: Vec<Spanned<String>>,
}

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Subject lines.
    Subject,
    /// What an author newly wrote.
    Body,
}

/// All field rules in use, in order.
#[derive(Debug)]
pub struct FieldRules {
    rules: Vec<Rule>,
    /// By place, made when they are first needed.
    together: [OnceLock<Option<Together>>; 2],
    /// Lines that were read by the rules one by one.
    lines: AtomicU32,
    /// Sentences about another case, with its number as [`NUMBER`].
    mentions: Vec<Regex>,
    severity: BTreeMap<String, String>,
}

impl FieldRules {
    /// The built-in rules.
    pub fn builtin() -> Self {
        let mut rules = FieldRules {
            rules: Vec::new(),
            together: Default::default(),
            lines: AtomicU32::new(0),
            mentions: Vec::new(),
            severity: BTreeMap::new(),
        };
        rules.prepend(BUILTIN_NAME, BUILTIN).expect("the built-in rules are checked by a test");
        rules
    }

    /// Puts a user's rules before those already there.
    ///
    /// # Errors
    /// When the text is not a rule file or a pattern does not compile.
    pub fn prepend(&mut self, file: &str, text: &str) -> Result<(), FieldRulesError> {
        let parsed: RuleFile =
            toml::from_str(text).map_err(|source| FieldRulesError::Syntax { file: file.into(), source })?;
        let mut rules = Vec::with_capacity(parsed.rules.len());
        for rule in parsed.rules {
            let regex = RegexBuilder::new(&rule.pattern).size_limit(REGEX_SIZE).build().map_err(|source| {
                FieldRulesError::Pattern { file: file.into(), rule: rule.name.clone(), source: Box::new(source) }
            })?;
            let fills = ["number", "severity", "customer", "product", "title"];
            let filled = || regex.capture_names().flatten().filter(|name| fills.contains(name));
            if filled().next().is_none() {
                return Err(FieldRulesError::NoField { file: file.into(), rule: rule.name });
            }
            let wants_digit = filled().all(|name| name == "number");
            rules.push(Rule { places: rule.places, regex, format: rule.format, wants_digit });
        }
        for pattern in &parsed.mentions {
            let compiled = RegexBuilder::new(pattern).size_limit(REGEX_SIZE).build();
            self.mentions.push(
                compiled.map_err(|source| FieldRulesError::Mention { file: file.into(), source: Box::new(source) })?,
            );
        }
        rules.append(&mut self.rules);
        self.rules = rules;
        self.together = Default::default();
        self.severity.extend(parsed.severity);
        Ok(())
    }

    /// Reads a subject line into the fields; what is already there stays.
    pub fn read_subject(&self, subject: &str, fields: &mut CaseFields) {
        let end = piece::end(subject, LONGEST_LINE);
        self.read_line(&subject[..end], Place::Subject, fields);
        if fields.subject.is_empty() {
            fields.subject = strip_prefixes(subject).trim().to_string();
        }
    }

    /// Reads a loose note, which may be a mail pasted with its header lines; what is already there stays.
    pub fn read_note(&self, text: &str, fields: &mut CaseFields) {
        let labels = ["主题", "主旨", "邮件主题", "標題", "Subject"];
        let subject = text.lines().take(NOTE_HEADER).find_map(|line| {
            let (label, value) = line.split_once([':', '：'])?;
            let label = label.trim();
            labels.iter().any(|known| label.eq_ignore_ascii_case(known)).then_some(value.trim())
        });
        if let Some(subject) = subject {
            self.read_subject(subject, fields);
        }
        self.read_body(text, fields);
    }

    /// Reads the newly written text of a body into the fields; what is already there stays.
    pub fn read_body(&self, text: &str, fields: &mut CaseFields) {
        for line in text.lines().take(BODY_LINES) {
            let end = piece::end(line, LONGEST_LINE);
            self.read_line(&line[..end], Place::Body, fields);
        }
    }

    fn read_line(&self, line: &str, place: Place, fields: &mut CaseFields) {
        if let Some(together) = self.together(place) {
            together.matching(line).for_each(|number| self.read_by(&self.rules[number], line, fields));
            return;
        }
        let has_digit = line.bytes().any(|byte| byte.is_ascii_digit());
        for rule in self.rules.iter().filter(|rule| rule.may_fill(line, place, has_digit)) {
            self.read_by(rule, line, fields);
        }
    }

    /// The rules of a place at once, where so many lines were read that it pays; `None`: one by one.
    fn together(&self, place: Place) -> Option<&Together> {
        let together = &self.together[place as usize];
        if together.get().is_none() && self.lines.fetch_add(1, Ordering::Relaxed) < MANY_LINES {
            return None;
        }
        together.get_or_init(|| Together::new(&self.rules, place)).as_ref()
    }

    fn read_by(&self, rule: &Rule, line: &str, fields: &mut CaseFields) {
        for found in rule.regex.captures_iter(line) {
            let group = |name: &str| found.name(name).map(|m| m.as_str().trim()).filter(|text| !text.is_empty());
            if let Some(number) = group("number").filter(|number| number.bytes().any(|byte| byte.is_ascii_digit()))
                && !found.name("number").is_some_and(|place| self.is_mention(line, place.range()))
            {
                let mut written = String::new();
                match &rule.format {
                    Some(format) => found.expand(format, &mut written),
                    None => written.push_str(number),
                }
                self.add_number(written, fields);
            }
            if let Some(severity) = group("severity") {
                fill(&mut fields.severity, self.severity_of(severity));
            }
            let said = |name: &str| group(name).map(before_label).filter(|value| !is_blank(value)).map(str::to_string);
            fill(&mut fields.customer, said("customer"));
            fill(&mut fields.product, said("product"));
            if let Some(title) = group("title")
                && fields.subject.is_empty()
            {
                fields.subject = title.to_string();
            }
        }
    }

    /// Whether the sentence around a number is about another case.
    fn is_mention(&self, line: &str, number: Range<usize>) -> bool {
        let begin = line[..number.start].rfind(SENTENCE_ENDS).map_or(0, |at| line.ceil_char_boundary(at + 1));
        let end = line[number.end..].find(SENTENCE_ENDS).map_or(line.len(), |at| number.end + at);
        let sentence = format!("{}{NUMBER}{}", &line[begin..number.start], &line[number.end..end]);
        self.mentions.iter().any(|mention| mention.is_match(&sentence))
    }

    fn severity_of(&self, written: &str) -> Option<String> {
        // `2级` is level 2; 二级 stands in the table.
        let digits = written.trim_end_matches(['级', '級']);
        let low = if digits.is_ascii() { digits } else { written }.to_lowercase();
        if matches!(low.as_str(), "p1" | "p2" | "p3" | "p4") {
            return Some(low.to_uppercase());
        }
        self.severity.get(&low).cloned()
    }

    /// A number that is a part of one already known says nothing new: two rules may see the same.
    fn add_number(&self, number: String, fields: &mut CaseFields) {
        if fields.numbers.iter().any(|known| known.contains(&number)) {
            return;
        }
        fields.numbers.retain(|known| !number.contains(known.as_str()));
        if fields.numbers.len() < MOST_NUMBERS {
            fields.numbers.push(number);
        }
    }
}

/// A value without the next field of a form that stands on one line: `示例银行 联系人：林晓`.
fn before_label(value: &str) -> &str {
    let colon = value.find([':', '：']).unwrap_or(value.len());
    let cut = value[..colon].rfind(char::is_whitespace).filter(|_| colon < value.len());
    value[..cut.unwrap_or(value.len())].trim()
}

/// Whether a form says that it has nothing to say here.
fn is_blank(value: &str) -> bool {
    let value = value.trim_matches(|c: char| c.is_whitespace() || "-–—.:：*_".contains(c)).to_lowercase();
    matches!(
        value.as_str(),
        "" | "n/a" | "na" | "none" | "nil" | "null" | "tbd" | "unknown" | "无" | "無" | "暂无" | "未知"
    )
}

fn fill(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(subject: &str) -> CaseFields {
        let mut fields = CaseFields::default();
        FieldRules::builtin().read_subject(subject, &mut fields);
        fields
    }

    #[test]
    fn subject_of_a_crm_gives_every_field() {
        let fields =
            read("回复: [案例号: CAS-12143-P0Y2F1 ] % |P2|ICBC|某系统补丁安装失败问题 % 初次响应 CMIT:0001339");
        assert_eq!(fields.numbers, ["CAS-12143-P0Y2F1", "CMIT:0001339"]);
        assert_eq!(fields.severity.as_deref(), Some("P2"));
        assert_eq!(fields.customer.as_deref(), Some("ICBC"));
        assert_eq!(fields.subject, "某系统补丁安装失败问题");
    }

    #[track_caller]
    fn check_body(body: &str, numbers: &[&str], severity: Option<&str>, customer: Option<&str>) {
        let mut fields = CaseFields::default();
        FieldRules::builtin().read_body(body, &mut fields);
        assert_eq!(fields.numbers, numbers, "{body}");
        assert_eq!(fields.severity.as_deref(), severity, "{body}");
        assert_eq!(fields.customer.as_deref(), customer, "{body}");
    }

    #[test]
    fn forms_in_both_languages() {
        check_body(
            "工单编号：GD-2024-0117\n级别：P1\n公司：示例银行\n产品：ERP\n",
            &["GD-2024-0117"],
            Some("P1"),
            Some("示例银行"),
        );
        check_body(
            "Ticket No. 88231\nPriority: Medium\nCompany name: Northwind\n",
            &["88231"],
            Some("P3"),
            Some("Northwind"),
        );
        check_body("Customer: N/A\nCompany: Northwind\n", &[], None, Some("Northwind"));
        check_body("客户名称：无\n故障等级：三级\n", &[], Some("P3"), None);
    }

    #[test]
    fn a_sentence_that_mentions_a_ticket_is_none_of_its_own() {
        check_body("上次的工单 CS-20240117 已经关闭，这是新问题", &[], None, None);
        check_body("It is the same as in INC0012345 of Northwind.", &[], None, None);
        check_body("This is not related to CAS-20311-K7T2B9!", &[], None, None);
        check_body("Our previous ticket INC0012345 was about disks", &[], None, None);
        check_body("与 INC0012345 类似", &[], None, None);
        check_body("We had INC0012345 two years ago.", &[], None, None);
        check_body("I opened ticket 88231 and nobody answered", &[], None, None);
        check_body("In this case 12345678901 bytes were lost", &[], None, None);
        // These do name their own.
        check_body("Your case CAS-20311-K7T2B9 has been updated.", &["CAS-20311-K7T2B9"], None, None);
        check_body("Same thing today. Ticket is INC0012345.", &["INC0012345"], None, None);
        assert_eq!(read("Re: same as last time [INC0012345]").numbers, ["INC0012345"]);
        assert_eq!(read("same problem as in INC0012345").numbers, [""; 0]);
    }

    #[test]
    fn plain_subject_loses_only_its_prefixes() {
        assert_eq!(read("RE: 回复：printer offline").subject, "printer offline");
    }

    #[test]
    fn header_of_a_pasted_mail_is_read() {
        let note = "发件人：某工程师\n发送时间：2024年9月10日 14:32\n收件人：支持组\n主题：回复: [案例号: CAS-20311-K7T2B9] % |P2|某银行|补丁回滚\n\n您好：\n";
        let mut fields = CaseFields::default();
        FieldRules::builtin().read_note(note, &mut fields);
        assert_eq!(fields.numbers, ["CAS-20311-K7T2B9"]);
        assert_eq!(fields.severity.as_deref(), Some("P2"));
        assert_eq!(fields.subject, "补丁回滚");
    }

    #[test]
    fn own_rule_comes_first() {
        let mut rules = FieldRules::builtin();
        let own = "[[rule]]\nname = \"own\"\nin = [\"subject\"]\npattern = 'X(?<number>\\d+)Y'\n";
        rules.prepend("own.toml", own).unwrap();
        let mut fields = CaseFields::default();
        rules.read_subject("X77Y and INC0012345", &mut fields);
        assert_eq!(fields.numbers, ["77", "INC0012345"]);
    }

    #[test]
    fn bad_rule_names_file_and_rule() {
        let own = "[[rule]]\nname = \"own\"\nin = [\"subject\"]\npattern = '('\n";
        let error = FieldRules::builtin().prepend("own.toml", own).unwrap_err().to_string();
        assert!(error.contains("own.toml") && error.contains("`own`"), "{error}");
        let error = FieldRules::builtin().prepend("own.toml", "mentions = ['(']").unwrap_err().to_string();
        assert!(error.contains("own.toml") && error.contains("mentions"), "{error}");
        let error = FieldRules::builtin().prepend("own.toml", "[[rule]]\nname = 1").unwrap_err().to_string();
        assert!(error.contains("own.toml"), "{error}");
    }

    #[test]
    fn rules_say_the_same_at_once_as_one_by_one() {
        let (alone, at_once) = (FieldRules::builtin(), FieldRules::builtin());
        at_once.lines.store(MANY_LINES, Ordering::Relaxed);
        for text in [
            "回复: [案例号: CAS-12143-P0Y2F1 ] % |P2|ICBC|某系统补丁安装失败问题 % 初次响应 CMIT:0001339",
            "Re: INC0012345 printer, severity: high",
            "工单编号：GD-2024-0117\n级别：P1\n公司：示例银行\n产品：ERP\n",
            "Customer: Example Ltd\nticket number is 1234567\nlike INC0054321, which was closed last week\n",
            "nothing of the kind\n什么都没有\n",
        ] {
            let read = |rules: &FieldRules| {
                let mut fields = CaseFields::default();
                rules.read_subject(text, &mut fields);
                rules.read_body(text, &mut fields);
                fields
            };
            assert_eq!(read(&at_once), read(&alone), "{text}");
        }
        assert!(at_once.together.iter().all(|together| together.get().is_some_and(Option::is_some)));
        assert!(alone.together.iter().all(|together| together.get().is_none()));
    }

    #[test]
    fn long_lines_and_long_bodies_are_bounded() {
        let mut fields = CaseFields::default();
        let text = format!("{}客户：某公司\n", "字".repeat(400));
        FieldRules::builtin().read_body(&text, &mut fields);
        assert_eq!(fields.customer, None);
    }
}
