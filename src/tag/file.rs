//! A file of tag rules becomes rules: keys checked, with the line of what is wrong.

use std::{collections::BTreeMap, fmt, ops::Range};

use regex::RegexBuilder;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::{
    Demand, Glob, Stop, TagExample, TagRule,
    demand::{Fact, Field, Place, Sought},
    group_of, parse_tag,
    template::Template,
};
use crate::{
    article::normalize_signature,
    matching::Verdict,
    rule_file::{self, Fault, Lines, RuleProblem, is_id},
    signature::{Signature, SignatureKind},
    text::Alternatives,
};

/// Compiled size allowed per regex, as for case fields.
const REGEX_SIZE: usize = 1 << 20;

/// Depth of demands: deeper nobody reads.
const DEPTH: usize = 12;

/// The key of tags that no rule gives and that are right all the same.
const VOCABULARY: &str = "vocabulary";

/// Reads a rule file: the rules that are right, its vocabulary, and what is wrong with the others.
pub(super) fn read(file: &str, text: &str) -> (Vec<TagRule>, Vec<String>, Vec<RuleProblem>) {
    let lines = Lines::new(text);
    let (rules, mut problems) = read_rules(file, text, &lines);
    let mut vocabulary = Vec::new();
    // A file that is no TOML is told of already.
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let listed = table.get(VOCABULARY);
    let at = || text.find(VOCABULARY).unwrap_or(0);
    let mut wrong = |message: String| {
        problems.push(RuleProblem { file: file.to_string(), line: lines.of(at()), rule: None, message });
    };
    match listed {
        None => {}
        Some(toml::Value::Array(tags)) => {
            for tag in tags {
                match tag.as_str().and_then(word_of) {
                    Some(word) => vocabulary.push(word),
                    None => wrong(format!("`{VOCABULARY}` holds {tag}, which is neither `group/name` nor `group/*`")),
                }
            }
        }
        Some(_) => wrong(format!("`{VOCABULARY}` must be a list of tags")),
    }
    (rules, vocabulary, problems)
}

/// A tag of a vocabulary in normal form; `group/*` stands for every name of its group.
fn word_of(text: &str) -> Option<String> {
    match text.trim().strip_suffix("/*") {
        Some(group) => parse_tag(&format!("{group}/x")).ok().map(|tag| format!("{}/*", group_of(&tag))),
        None => parse_tag(text).ok(),
    }
}

fn read_rules(file: &str, text: &str, lines: &Lines) -> (Vec<TagRule>, Vec<RuleProblem>) {
    rule_file::read(file, text, lines, &[VOCABULARY], |rule: RuleText, own| rule.check(file, own, lines))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: Spanned<String>,
    tag: Option<Spanned<String>>,
    #[serde(default)]
    tags: Vec<Spanned<String>>,
    when: Spanned<DemandText>,
    #[serde(default)]
    priority: i64,
    stop: Option<Spanned<StopText>>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    matches: Vec<Spanned<ExampleText>>,
    #[serde(default)]
    rejects: Vec<Spanned<ExampleText>>,
}

/// One text, or several.
#[derive(Debug)]
struct Many(Vec<String>);

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> de::Visitor<'de> for Texts {
            type Value = Many;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Many, E> {
                Ok(Many(vec![text.to_string()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Many, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() {
                    return Err(de::Error::custom("the list is empty"));
                }
                Ok(Many(texts))
            }
        }
        deserializer.deserialize_any(Texts)
    }
}

/// `true`, or the word `group`.
#[derive(Debug)]
struct StopText(Stop);

impl<'de> Deserialize<'de> for StopText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl de::Visitor<'_> for Word {
            type Value = StopText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or \"group\"")
            }

            fn visit_bool<E: de::Error>(self, all: bool) -> Result<StopText, E> {
                Ok(StopText(if all { Stop::All } else { Stop::No }))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<StopText, E> {
                match text {
                    "group" => Ok(StopText(Stop::Group)),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }
        deserializer.deserialize_any(Word)
    }
}

/// A text, or a text with what must be found in it and what comes with it.
#[derive(Debug, Default)]
struct ExampleText {
    text: String,
    tag: Option<String>,
    attachments: Vec<String>,
    known: Vec<String>,
}

impl<'de> Deserialize<'de> for ExampleText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Full {
            #[serde(default)]
            text: String,
            tag: Option<String>,
            #[serde(default)]
            attachments: Vec<String>,
            #[serde(default)]
            known: Vec<String>,
        }
        struct Either;
        impl<'de> de::Visitor<'de> for Either {
            type Value = ExampleText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table with `text`, `tag`, `attachments`, `known`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ExampleText, E> {
                Ok(ExampleText { text: text.to_string(), ..ExampleText::default() })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<ExampleText, A::Error> {
                let Full { text, tag, attachments, known } =
                    Full::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(ExampleText { text, tag, attachments, known })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemandText {
    all: Option<Vec<Spanned<DemandText>>>,
    any: Option<Vec<Spanned<DemandText>>>,
    not: Option<Box<Spanned<DemandText>>>,
    count: Option<Spanned<u64>>,
    of: Option<Vec<Spanned<DemandText>>>,
    signature: Option<Spanned<Many>>,
    failing: Option<Spanned<Many>>,
    text: Option<Spanned<Many>>,
    subject: Option<Spanned<Many>>,
    fact: Option<BTreeMap<Spanned<String>, Many>>,
    field: Option<BTreeMap<Spanned<String>, Many>>,
    attachment: Option<Spanned<Many>>,
    attachment_kind: Option<Spanned<Many>>,
    article: Option<Spanned<Many>>,
    verdict: Option<Spanned<Many>>,
    capture: Option<Spanned<String>>,
    #[serde(rename = "in")]
    places: Option<Spanned<Many>>,
}

impl RuleText {
    fn check(self, file: &str, own: &Range<usize>, lines: &Lines) -> Result<TagRule, Fault> {
        if !is_id(self.id.get_ref()) {
            let message = "`id` is lower-case letters, digits and hyphens, 60 at most";
            return Err((self.id.span().start, message.to_string()));
        }
        let mut templates = Vec::new();
        for tag in self.tag.iter().chain(&self.tags) {
            templates.push(Template::parse(tag.get_ref()).map_err(|message| (tag.span().start, message))?);
        }
        if templates.is_empty() {
            return Err((self.id.span().start, "it gives no tag: write `tag` or `tags`".to_string()));
        }
        let when = demand(self.when, 0)?;
        let names = when.names();
        for (template, tag) in templates.iter().zip(self.tag.iter().chain(&self.tags)) {
            if let Some(unknown) = template.names().iter().find(|name| !names.contains(&name.as_str())) {
                let known = if names.is_empty() { "none".to_string() } else { names.join(", ") };
                let message = format!("nothing gives `{{{unknown}}}`; `when` gives {known}");
                return Err((tag.span().start, message));
            }
        }
        if self.matches.is_empty() || self.rejects.is_empty() {
            let message = "it needs examples: one text at least in `matches`, and one in `rejects`";
            return Err((self.id.span().start, message.to_string()));
        }
        let example = |must: bool| {
            move |example: Spanned<ExampleText>| {
                let line = lines.of(example.span().start);
                let ExampleText { text, tag, attachments, known } = example.into_inner();
                TagExample { text, tag, attachments, known, must, line }
            }
        };
        let examples =
            self.matches.into_iter().map(example(true)).chain(self.rejects.into_iter().map(example(false))).collect();
        Ok(TagRule {
            file: file.to_string(),
            line: lines.of(own.start),
            id: self.id.into_inner(),
            templates,
            when,
            priority: self.priority,
            stop: self.stop.map_or(Stop::No, |stop| stop.into_inner().0),
            about: self.about,
            examples,
        })
    }
}

/// Reads a demand: each key of the table must hold.
fn demand(written: Spanned<DemandText>, depth: usize) -> Result<Demand, Fault> {
    let at = written.span().start;
    let fault = |message: &str| Err((at, message.to_string()));
    if depth > DEPTH {
        return fault("`when` is nested too deep");
    }
    let DemandText {
        all,
        any,
        not,
        count,
        of,
        signature,
        failing,
        text,
        subject,
        fact,
        field,
        attachment,
        attachment_kind,
        article,
        verdict,
        capture,
        places,
    } = written.into_inner();
    let mut parts: Vec<Demand> = Vec::new();
    let list = |list: Vec<Spanned<DemandText>>| -> Result<Vec<Demand>, Fault> {
        if list.is_empty() {
            return Err((at, "an empty list of conditions holds for nothing and for everything".to_string()));
        }
        list.into_iter().map(|one| demand(one, depth + 1)).collect()
    };
    let least = count.as_ref().map(|count| *count.get_ref());
    if least == Some(0) {
        return fault("`count` is a whole number from 1");
    }
    let counted =
        [of.is_some(), signature.is_some(), failing.is_some(), attachment.is_some(), attachment_kind.is_some()];
    if least.is_some() && counted.iter().filter(|is| **is).count() != 1 {
        return fault("`count` goes with one of `of`, `signature`, `failing`, `attachment`, `attachment_kind`");
    }
    let seen = least.unwrap_or(1);
    if let Some(parts_of) = all {
        parts.push(Demand::All(list(parts_of)?));
    }
    if let Some(parts_of) = any {
        parts.push(Demand::Any(list(parts_of)?));
    }
    if let Some(part) = not {
        parts.push(Demand::Not(Box::new(demand(*part, depth + 1)?)));
    }
    match (least, of) {
        (Some(least), Some(of)) => parts.push(Demand::Count(least, list(of)?)),
        (None, Some(_)) => return fault("`of` goes with `count`"),
        (_, None) => {}
    }
    for (written, failing) in [(signature, false), (failing, true)] {
        if let Some(written) = written {
            let at = written.span().start;
            let any = written.into_inner().0.iter().map(|one| sought(one)).collect::<Result<_, _>>();
            parts.push(Demand::Signature { any: any.map_err(|message| (at, message))?, failing, least: seen });
        }
    }
    if let Some(written) = text {
        parts.push(Demand::Words(words(written)?));
    }
    if let Some(written) = subject {
        parts.push(Demand::Subject(words(written)?));
    }
    for (name, values) in fact.into_iter().flatten() {
        let fact = known(&name, "fact", Fact::NAMES, Fact::from_name)?;
        parts.push(Demand::Fact(fact, globs(values)));
    }
    for (name, values) in field.into_iter().flatten() {
        let field = known(&name, "field", Field::NAMES, Field::from_name)?;
        parts.push(Demand::Field(field, globs(values)));
    }
    if let Some(written) = attachment {
        parts.push(Demand::Attachment(globs(written.into_inner()), seen));
    }
    if let Some(written) = attachment_kind {
        parts.push(Demand::AttachmentKind(globs(written.into_inner()), seen));
    }
    let verdicts = verdict.map(verdicts).transpose()?;
    match (article, verdicts) {
        (Some(article), verdicts) => {
            let least = verdicts.and_then(|all| all.into_iter().min()).unwrap_or(Verdict::Possible);
            parts.push(Demand::Article(globs(article.into_inner()), least));
        }
        (None, Some(verdicts)) => parts.push(Demand::Verdict(verdicts)),
        (None, None) => {}
    }
    match (capture, places) {
        (Some(capture), places) => parts.push(captured(&capture, places)?),
        (None, Some(places)) => return Err((places.span().start, "`in` goes with `capture`".to_string())),
        (None, None) => {}
    }
    match parts.len() {
        0 => fault("a condition needs a key, such as `signature`, `text`, `any`"),
        1 => Ok(parts.remove(0)),
        _ => Ok(Demand::All(parts)),
    }
}

fn known<T>(name: &Spanned<String>, what: &str, names: &[&str], of: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    of(name.get_ref()).ok_or_else(|| {
        (name.span().start, format!("`{}` is no {what}; there are {}", name.get_ref(), names.join(", ")))
    })
}

fn globs(values: Many) -> Vec<Glob> {
    values.0.iter().map(|value| Glob::new(value)).collect()
}

/// `hresult:0x80070005`, or a kind with a pattern: `k8s:*`.
fn sought(written: &str) -> Result<Sought, String> {
    if let Some((kind, value)) = written.split_once(':')
        && value.contains(['*', '?'])
    {
        let kind: SignatureKind =
            kind.trim().parse().map_err(|_| format!("`{}` is no kind of signature", kind.trim()))?;
        return Ok(Sought::Like(kind, Glob::new(value)));
    }
    let signature: Signature = written.parse().map_err(|error: crate::signature::SignatureError| error.to_string())?;
    let normal = normalize_signature(&signature).ok_or_else(|| {
        format!("`{written}`: a {} in normal form is wanted, such as `{}`", signature.kind, signature.kind.example())
    })?;
    Ok(Sought::One(normal))
}

/// `rollback & 9% | 回滚`: alternatives parted by `|`, words of one sentence parted by `&`, as in articles.
fn words(written: Spanned<Many>) -> Result<Alternatives, Fault> {
    let at = written.span().start;
    let mut alternatives = Vec::new();
    for alternative in written.get_ref().0.iter().flat_map(|text| text.split(['|', '｜'])) {
        let words: Vec<String> = alternative.split(['&', '＆']).map(|word| word.trim().to_owned()).collect();
        if words.iter().any(String::is_empty) {
            return Err((at, "words parted by `|` and `&` are wanted, none of them empty".to_string()));
        }
        alternatives.push(words);
    }
    Ok(alternatives.into())
}

fn verdicts(written: Spanned<Many>) -> Result<Vec<Verdict>, Fault> {
    let at = written.span().start;
    let all = [Verdict::Unknown, Verdict::Possible, Verdict::Known];
    let verdict = |name: &String| {
        all.into_iter()
            .find(|verdict| verdict.name() == name)
            .ok_or_else(|| (at, format!("`{name}` is no verdict; there are known, possible, unknown")))
    };
    written.get_ref().0.iter().map(verdict).collect()
}

fn captured(written: &Spanned<String>, places: Option<Spanned<Many>>) -> Result<Demand, Fault> {
    let at = written.span().start;
    let regex = RegexBuilder::new(written.get_ref())
        .size_limit(REGEX_SIZE)
        .multi_line(true)
        .build()
        .map_err(|error| (at, format!("the regex is not understood: {error}")))?;
    if regex.capture_names().flatten().next().is_none() {
        return Err((at, "the regex has no group with a name, such as `(?<host>\\w+)`".to_string()));
    }
    let places = match places {
        None => vec![Place::Subject, Place::Text],
        Some(places) => {
            let at = places.span();
            let names = places.into_inner().0;
            let place = |name: String| known(&Spanned::new(at.clone(), name), "place", Place::NAMES, Place::from_name);
            names.into_iter().map(place).collect::<Result<_, _>>()?
        }
    };
    Ok(Demand::Capture(regex, places))
}
