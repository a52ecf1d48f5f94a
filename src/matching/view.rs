//! A case prepared for matching: signatures by value, texts analysed once.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    cmp::Reverse,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::ask::{source::Systems, words::Words};
use crate::{
    case::{CaseEvidence, PartKind, TextEvidence, TextKind, errand::Purpose},
    catalog,
    signature::{Occurrence, Signature, SignatureEvidence, SignatureKind, Standing, sight::excerpt},
    text::{
        Alternatives,
        phrase::{AnalyzedText, Phrase, PhraseBook, Phrases, Vocabulary},
        terms::Terms,
    },
};

/// The concept of words that announce a text about problems in general.
const NOTICE: &str = "notice";

/// Bytes of a first line that can be a heading.
const NOTICE_HEAD: usize = 120;

/// A case as matching asks about it.
pub struct CaseView<'a> {
    /// The case.
    pub case: &'a CaseEvidence,
    terms: &'a Terms,
    /// By kind, then by value in lower case: of most kinds that articles ask for a case has none.
    seen: FxHashMap<SignatureKind, HashMap<String, Vec<Seen>>>,
    texts: Vec<(&'a TextEvidence, Arc<AnalyzedText>)>,
    /// What stands in any of the texts.
    vocabulary: Vocabulary,
    /// Phrases compiled for earlier cases.
    book: Option<&'a PhraseBook>,
    /// How many signatures stand in a line.
    crowd: HashMap<(&'a str, u64), usize>,
    /// The parts that are logs.
    logs: HashSet<&'a str>,
    /// The parts in which some line reports a failure with a code.
    failing: HashSet<&'a str>,
    /// By signature whether it is evidence, once that is asked.
    counting: Vec<OnceCell<bool>>,
    /// What was found for the words asked for: articles share many of them.
    found: RefCell<FxHashMap<&'a Alternatives, Option<FoundText<'a>>>>,
    /// What its mails are for, once that is asked.
    purpose: OnceCell<Purpose>,
    /// What is reported, once that is asked.
    said: OnceCell<String>,
    /// The lines in which something was seen, once they are asked for.
    sighted: OnceCell<Vec<(&'a Occurrence, String)>>,
    /// Whether its people write Chinese, once that is asked.
    chinese: OnceCell<bool>,
    /// Which words of sources and systems what is reported has, once that is asked.
    source_words: OnceCell<Words>,
    /// The systems that it speaks of, once that is asked.
    systems: OnceCell<Systems>,
}

/// Where a signature's lookup leads.
struct Seen {
    /// Index in the case's signatures.
    index: usize,
    /// Seen as such, not as an equivalent.
    exact: bool,
}

/// A signature found in a case.
#[derive(Clone, Copy)]
pub struct FoundSignature<'a> {
    /// What was seen.
    pub evidence: &'a SignatureEvidence,
    /// Seen as asked for, not as an equivalent.
    pub exact: bool,
}

/// Words found in a case.
#[derive(Clone)]
pub struct FoundText<'a> {
    /// The text they stand in.
    pub text: &'a TextEvidence,
    /// The passage, in bytes of the text.
    pub span: Range<usize>,
    /// Which of the alternatives it holds.
    pub alternative: usize,
}

impl<'a> CaseView<'a> {
    /// Prepares a case.
    pub fn new(case: &'a CaseEvidence, terms: &'a Terms) -> Self {
        let mut seen: FxHashMap<SignatureKind, HashMap<String, Vec<Seen>>> = FxHashMap::default();
        let mut add = |(kind, value), one| seen.entry(kind).or_default().entry(value).or_default().push(one);
        for (index, evidence) in case.signatures.iter().enumerate() {
            for key in keys(&evidence.signature) {
                add(key, Seen { index, exact: true });
            }
            let mut others = HashSet::new();
            for equivalent in catalog::equivalents(&evidence.signature) {
                for key in keys(&equivalent) {
                    if others.insert(key.clone()) {
                        add(key, Seen { index, exact: false });
                    }
                }
            }
        }
        let texts: Vec<_> = case.texts.iter().map(|text| (text, text.analysis(terms))).collect();
        let vocabulary = Vocabulary::of(texts.iter().map(|(_, analyzed)| &**analyzed));
        let mut crowd = HashMap::new();
        for occurrence in case.signatures.iter().flat_map(|evidence| &evidence.occurrences) {
            *crowd.entry((occurrence.part.as_str(), occurrence.line)).or_default() += 1;
        }
        let logs = case.parts.iter().filter(|part| part.kind == PartKind::Log).map(|part| part.part.as_str()).collect();
        let codes = case.signatures.iter().filter(|evidence| evidence.signature.kind.is_code());
        let failing = codes
            .flat_map(|evidence| &evidence.occurrences)
            .filter(|occurrence| occurrence.standing == Standing::Failing)
            .map(|occurrence| occurrence.part.as_str())
            .collect();
        CaseView {
            case,
            terms,
            seen,
            texts,
            vocabulary,
            book: None,
            crowd,
            logs,
            failing,
            counting: vec![OnceCell::new(); case.signatures.len()],
            found: RefCell::default(),
            purpose: OnceCell::new(),
            said: OnceCell::new(),
            sighted: OnceCell::new(),
            chinese: OnceCell::new(),
            source_words: OnceCell::new(),
            systems: OnceCell::new(),
        }
    }

    /// Takes compiled phrases from a book that other cases share, and puts what is missing into it.
    pub fn with_book(self, book: &'a PhraseBook) -> Self {
        CaseView { book: Some(book), ..self }
    }

    /// Whether a sighting is evidence: what is denied is none, and what a log only lists is some only where that log
    /// reports a failure. A healthy log names every driver of the machine.
    fn counts(&self, evidence: usize) -> bool {
        *self.counting[evidence].get_or_init(|| {
            let evidence = &self.case.signatures[evidence];
            match evidence.standing {
                Standing::Denied => false,
                Standing::Listed | Standing::Recovered => {
                    let mut own = evidence.occurrences.iter().filter(|one| one.standing < Standing::Cited);
                    own.any(|one| self.failing.contains(one.part.as_str()))
                }
                Standing::Failing | Standing::Mentioned | Standing::Cited | Standing::Quoted => true,
            }
        })
    }

    /// Whether the subject, or the first line of a loose note, says that this is no case: a concept of `kb/terms.toml`.
    pub fn is_notice(&self) -> bool {
        self.texts.iter().any(|(text, analyzed)| {
            let head = match text.kind {
                TextKind::Subject => text.text().len(),
                TextKind::New if text.line <= 1 => text.text().find('\n').unwrap_or(text.text().len()).min(NOTICE_HEAD),
                _ => return false,
            };
            let notice = |concept| self.terms.id(concept) == NOTICE;
            analyzed.concepts().iter().any(|found| found.span.end <= head && notice(found.concept))
        })
    }

    /// Its texts, analyzed.
    pub fn texts(&self) -> impl Iterator<Item = (&'a TextEvidence, &AnalyzedText)> {
        self.texts.iter().map(|(text, analyzed)| (*text, &**analyzed))
    }

    /// Words that mean the same.
    pub(super) fn terms(&self) -> &'a Terms {
        self.terms
    }

    /// Whether its people write Chinese.
    pub(super) fn is_chinese(&self) -> bool {
        *self.chinese.get_or_init(|| self.case.language() == "zh")
    }

    /// What its mails are for.
    pub fn purpose(&self) -> Purpose {
        *self
            .purpose
            .get_or_init(|| Purpose::of(self.texts.iter().map(|(text, analyzed)| (*text, analyzed.sentences()))))
    }

    /// All that people and logs report, in lower case.
    pub fn said(&self) -> &str {
        self.said.get_or_init(|| {
            let texts = self.case.texts.iter().filter(|text| text.kind.reports());
            texts.flat_map(|text| [text.text().to_lowercase(), "\n".to_string()]).collect()
        })
    }

    /// The strongest sighting of a signature or of an equivalent.
    pub fn signature(&self, wanted: &Signature) -> Option<FoundSignature<'a>> {
        self.seen_as(wanted)
            .iter()
            .filter(|seen| self.counts(seen.index))
            .map(|seen| FoundSignature { evidence: &self.case.signatures[seen.index], exact: seen.exact })
            .min_by_key(|found| (found.evidence.standing, !found.exact))
    }

    fn seen_as(&self, wanted: &Signature) -> &[Seen] {
        let of_kind = self.seen.get(&wanted.kind);
        of_kind.and_then(|values| values.get(folded(wanted).as_ref())).map_or(&[][..], Vec::as_slice)
    }

    /// Whether a part was read as a log.
    pub fn is_log(&self, part: &str) -> bool {
        self.logs.contains(part)
    }

    /// Whether a line of a part reports a failure with a code.
    pub(super) fn fails_in(&self, part: &str) -> bool {
        self.failing.contains(part)
    }

    /// The kept sightings of a signature and its equivalents, as far as they are evidence.
    pub fn sightings(&self, wanted: &Signature) -> impl Iterator<Item = &'a Occurrence> {
        let seen = self.seen_as(wanted).iter().filter(|seen| self.counts(seen.index));
        seen.flat_map(|seen| &self.case.signatures[seen.index].occurrences)
    }

    /// The texts that hold one of the alternatives.
    pub fn passages(&self, alternatives: &Alternatives) -> impl Iterator<Item = &'a TextEvidence> {
        let phrases = self.phrases(alternatives);
        let may = self.vocabulary.may_hold_any(&phrases);
        self.texts
            .iter()
            .filter(move |(_, analyzed)| {
                may && phrases.phrases().iter().any(|phrase| analyzed.find_phrase(phrase).is_some())
            })
            .map(|(text, _)| *text)
    }

    /// The sighting to show: of the strongest one in a log before one in a mail, since a log proves what a mail
    /// retells; then the one in the line that tells most, which is the one with most signatures.
    pub fn best_occurrence(&self, evidence: &'a SignatureEvidence) -> Option<&'a Occurrence> {
        evidence.occurrences.iter().min_by_key(|occurrence| {
            let part = occurrence.part.as_str();
            let told = self.crowd.get(&(part, occurrence.line)).copied();
            (occurrence.standing, Reverse(self.logs.contains(part)), Reverse(told))
        })
    }

    /// Whether one of the alternatives may stand in a text; `false`: none does.
    pub(super) fn may_say(&self, alternatives: &Alternatives) -> bool {
        match self.book {
            Some(book) => book.with(alternatives, self.terms, |phrases| self.vocabulary.may_hold_any(phrases)),
            None => self.vocabulary.may_hold_any(&self.phrases(alternatives)),
        }
    }

    /// The first passage that holds one of the alternatives: what was newly said before quotes.
    pub fn words(&self, alternatives: &'a Alternatives) -> Option<FoundText<'a>> {
        if let Some(found) = self.found.borrow().get(alternatives) {
            return found.clone();
        }
        let found = self.look_for(alternatives);
        self.found.borrow_mut().insert(alternatives, found.clone());
        found
    }

    /// The first passage in texts of one kind that holds one of the alternatives.
    pub fn words_of(&self, alternatives: &Alternatives, kind: TextKind) -> Option<FoundText<'a>> {
        let phrases = self.phrases(alternatives);
        self.find_in(&phrases, |text| text.kind == kind)
    }

    /// The signatures that are evidence.
    pub fn counting(&self) -> impl Iterator<Item = &'a SignatureEvidence> + Clone {
        let counts = |(number, evidence)| self.counts(number).then_some(evidence);
        self.case.signatures.iter().enumerate().filter_map(counts)
    }

    /// The lines in which a signature that is evidence was newly seen, shortened, each text once with where it first stands: a log
    /// says the same again and again, and many a line has several signatures.
    pub fn sighted_lines(&self) -> &[(&'a Occurrence, String)] {
        self.sighted.get_or_init(|| {
            let mut seen = HashSet::new();
            let all = self.counting().flat_map(|evidence| &evidence.occurrences);
            let newly =
                all.filter(|one| !matches!(one.standing, Standing::Denied | Standing::Quoted | Standing::Cited));
            newly.filter(|one| seen.insert(one.text.as_str())).map(|one| (one, excerpt(&one.text, 0))).collect()
        })
    }

    /// Those of them that somebody who reports names, or a log.
    pub fn reported(&self) -> impl Iterator<Item = &'a SignatureEvidence> + Clone {
        self.counting().filter(|evidence| !matches!(evidence.standing, Standing::Cited | Standing::Quoted))
    }

    /// Which words of sources and systems what is reported has.
    pub(super) fn source_words(&self) -> &Words {
        self.source_words.get_or_init(|| Words::of(self.said()))
    }

    /// The systems that what is reported speaks of.
    pub(super) fn systems(&self) -> &Systems {
        self.systems
            .get_or_init(|| Systems::of(self.source_words(), self.reported().map(|evidence| &evidence.signature.kind)))
    }

    fn look_for(&self, alternatives: &Alternatives) -> Option<FoundText<'a>> {
        let phrases = self.phrases(alternatives);
        self.find_in(&phrases, |text| text.kind.reports())
            .or_else(|| self.find_in(&phrases, |text| matches!(text.kind, TextKind::Cited(whose) if whose.answers())))
            .or_else(|| self.find_in(&phrases, |text| matches!(text.kind, TextKind::Quoted | TextKind::Over)))
    }

    fn phrases(&self, alternatives: &Alternatives) -> Arc<Phrases> {
        match self.book {
            Some(book) => book.with(alternatives, self.terms, Arc::clone),
            None => Arc::new(Phrases::compile(alternatives, self.terms)),
        }
    }

    fn find_in(&self, phrases: &Phrases, wanted: impl Fn(&TextEvidence) -> bool) -> Option<FoundText<'a>> {
        let phrases = phrases.phrases().iter().enumerate();
        let may: Vec<_> = phrases.filter(|(_, phrase)| self.vocabulary.may_hold(phrase)).collect();
        if may.is_empty() {
            return None;
        }
        self.texts.iter().filter(|(text, _)| wanted(text)).find_map(|(text, analyzed)| {
            let found = |(index, phrase): &(usize, &Phrase)| Some((*index, analyzed.find_phrase(phrase)?));
            let (alternative, span) = may.iter().find_map(found)?;
            Some(FoundText { text, span, alternative })
        })
    }
}

impl FoundText<'_> {
    /// What the passage's place says.
    pub fn standing(&self) -> Standing {
        match self.text.kind {
            TextKind::Quoted | TextKind::Over => Standing::Quoted,
            TextKind::Cited(_) => Standing::Cited,
            TextKind::FailingLog => Standing::Failing,
            TextKind::Subject | TextKind::New => Standing::Mentioned,
        }
    }

    /// The line in the part where the passage begins; 0 in a subject.
    pub fn line(&self) -> u64 {
        match self.text.kind {
            TextKind::Subject => 0,
            _ => self.text.line + self.text.text()[..self.span.start].matches('\n').count() as u64,
        }
    }
}

/// The forms under which a sighting can be asked for: an event also by its id alone.
fn keys(signature: &Signature) -> Vec<(SignatureKind, String)> {
    let whole = folded(signature).into_owned();
    let mut keys = Vec::with_capacity(2);
    if signature.kind == SignatureKind::Event
        && let Some((_, id)) = whole.rsplit_once('/')
    {
        keys.push((signature.kind, id.to_string()));
    }
    keys.push((signature.kind, whole));
    keys
}

/// Kinds that are compared without case meet in lower case; for the others it does no harm.
fn folded(signature: &Signature) -> Cow<'_, str> {
    let is_folded = signature.value.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_folded { Cow::Borrowed(&signature.value) } else { Cow::Owned(signature.value.to_lowercase()) }
}
