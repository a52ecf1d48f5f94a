//! What whoever sends a draft should know: what is open and not answered, and which of its steps the customer has done in vain.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;

use crate::{
    article::{Article, SectionKind},
    case::{CaseEvidence, PartKind, TextKind, pasted::is_program},
    catalog,
    signature::{Occurrence, Signature, Standing},
    text::{sentence::sentences, shape::ascii_words_pattern},
};

/// Signatures that are named as open, and steps as done, at most.
const MOST: usize = 3;

/// Characters of a sentence that are quoted.
const LONGEST: usize = 160;

/// A case as a draft looks at it.
pub(super) struct Seen<'a> {
    pub(super) evidence: &'a CaseEvidence,
    /// The parts of the thread by name, oldest first.
    pub(super) thread: &'a [String],
    /// Those among them that who answers wrote.
    pub(super) own: &'a [String],
}

impl Seen<'_> {
    /// A place as people know it: `mail 2:3`.
    fn place(&self, part: &str, line: u64) -> String {
        let number = self.thread.iter().position(|mail| part.starts_with(mail.as_str()));
        let mail = number.map_or_else(|| part.to_string(), |number| format!("mail {}", number + 1));
        if line == 0 { format!("{mail} (subject)") } else { format!("{mail}:{line}") }
    }
}

/// What the articles of a draft leave open, and what they repeat.
pub(super) fn notes(articles: &[&Article], seen: &Seen<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let still = |one: &&Signature| {
        let failing = |evidence: &crate::signature::SignatureEvidence| evidence.standing == Standing::Failing;
        seen.evidence.signatures.iter().any(|evidence| evidence.signature == **one && failing(evidence))
    };
    let solved: Vec<String> = seen.evidence.solved.iter().filter(still).take(MOST).map(ToString::to_string).collect();
    if !solved.is_empty() {
        notes.push(format!("the customer says that it is solved: {}", solved.join(", ")));
    }
    // A draft that asks is about what is open, unless something else was told in the same case.
    if articles.is_empty() && seen.evidence.solved.is_empty() {
        return notes;
    }
    notes.extend(open(articles, seen).into_iter().take(MOST));
    for article in articles {
        notes.extend(done(article, seen).into_iter().take(MOST));
    }
    notes
}

/// Codes that people report as failing and that none of the articles is about.
fn open(articles: &[&Article], seen: &Seen<'_>) -> Vec<String> {
    let mut explained: HashSet<String> = HashSet::new();
    let mut explain = |signature: &Signature| {
        explained.extend(catalog::equivalents(signature).iter().map(|one| one.to_string().to_lowercase()));
        explained.insert(signature.to_string().to_lowercase());
    };
    articles.iter().flat_map(|article| article.strong.iter().chain(&article.weak)).for_each(&mut explain);
    // What a chain ties to it follows from it.
    for chain in &seen.evidence.chains {
        let name = |signature: &Signature| signature.to_string().to_lowercase();
        if chain.steps.iter().any(|step| explained.contains(&name(&step.signature))) {
            explained.extend(chain.steps.iter().map(|step| name(&step.signature)));
        }
    }
    let mails: HashSet<&str> = seen
        .evidence
        .parts
        .iter()
        .filter(|part| part.kind == PartKind::Message)
        .map(|part| part.part.as_str())
        .collect();
    let told = |one: &&Occurrence| one.standing == Standing::Failing && mails.contains(one.part.as_str());
    let failing = seen.evidence.signatures.iter().filter(|one| {
        one.standing == Standing::Failing
            && one.signature.kind.is_code()
            && !seen.evidence.solved.contains(&one.signature)
    });
    let open = failing.filter(|one| !explained.contains(&one.signature.to_string().to_lowercase()));
    open.filter_map(|one| {
        let told = one.occurrences.iter().find(told)?;
        Some(format!("not answered: {} ({})", one.signature, seen.place(&told.part, told.line)))
    })
    .collect()
}

/// That a step was done.
static DONE: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:ran|run|tried|did|done|already|executed|end(?:s|ed)|finish(?:es|ed)|returned|returns|says|said|shows|gave|gives|aborts?|aborted|fails|failed|stops|stopped)\b",
        r"|跑了|跑过|跑過|执行了|執行了|执行过|執行過|执行后|執行後|运行了|運行了|运行过|试了|試了|试过|試過|做了|做过|做過|用了|用过|已经|已經",
    ))
});

/// That it did not help.
static IN_VAIN: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(concat!(
        r"\b(?:errors?|fail\w*|aborts?|aborted|nothing|no (?:effect|change|difference|luck)|(?:not|n't) help|same|still|without success|in vain)\b|\b0x[0-9a-f]{4,}",
        r"|失败|失敗|报错|報錯|错误|錯誤|无效|無效|没用|沒用|没有用|不行|还是|還是|仍|依旧|依然|没有变化|没有效果",
    ))
});

/// It is asked for, or may come.
static ASKED: LazyLock<Regex> =
    LazyLock::new(|| ascii_words_pattern(r"\b(?:please|could you|can you|if|should|will)\b|请|請|如果|是否"));

/// A command between backticks, or on a line of its own that is set in: its program and whether something stands behind.
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    ascii_words_pattern(r"(?m)(?:`|^(?: {4,}|\t))([A-Za-z][A-Za-z0-9_-]{2,23})(?:\.exe|\.cmd)?(?: [^`\n]+)?")
});

/// Steps of an article that the customer says he did, and that did not help.
fn done(article: &Article, seen: &Seen<'_>) -> Vec<String> {
    let help = [SectionKind::Resolution, SectionKind::Workaround];
    let sections = help.into_iter().filter_map(|kind| article.customer_section(kind));
    let mut programs: Vec<String> = Vec::new();
    for found in sections.flat_map(|section| COMMAND.captures_iter(&section.text)) {
        let program = found[1].to_lowercase();
        if is_program(&program) && !programs.contains(&program) {
            programs.push(program);
        }
    }
    let texts = seen.evidence.texts.iter().filter(|text| text.kind == TextKind::New && !seen.own.contains(&text.part));
    let mut notes = Vec::new();
    for text in texts {
        for span in sentences(text.text()) {
            let Some(sentence) = text.text().get(span.clone()) else { continue };
            let said = sentence.to_lowercase();
            if !DONE.is_match(&said) || !IN_VAIN.is_match(&said) || ASKED.is_match(&said) {
                continue;
            }
            let Some(at) = programs.iter().position(|program| has_word(&said, program)) else { continue };
            let program = programs.remove(at);
            let line = text.line + text.text()[..span.start].matches('\n').count() as u64;
            let mut quote: String = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some((end, _)) = quote.char_indices().nth(LONGEST) {
                quote.truncate(end);
                quote.push('…');
            }
            let place = seen.place(&text.part, line);
            notes
                .push(format!("`{}` asks for {program}, which the customer has done: “{quote}” ({place})", article.id));
        }
    }
    notes
}

/// Whether a text has a word, between marks or characters of another script.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let borders = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        borders(text[..at].chars().next_back()) && borders(text[at + word.len()..].chars().next())
    })
}
