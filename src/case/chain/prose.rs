//! What people say led to what: `由于…失败，导致…`, `… failed because …`, `… which led to …`.
//!
//! A sentence is parted at its causal words; what stands in the part that is the cause comes before what stands in the
//! part that is the effect. Advice, questions, guesses and denials (`不是由于`, `not caused by`) tie nothing.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::{Piece, Relation, Step};
use crate::{
    case::{TextKind, read::MessageText},
    signature::{Signature, SignatureKind as Kind, Standing, sight::Sighting},
    text::sentence::sentences,
};

/// Bytes of a text that are looked at: what follows is a pasted log.
const LOOKED_AT: usize = 64 << 10;

/// Parts of a sentence.
const MOST_PARTS: usize = 12;

/// Which side of a causal word the cause stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// Cause, word, effect.
    Forward,
    /// Effect, word, cause; or word, cause, comma, effect.
    Backward,
    /// The sentence says no fact.
    Unsure,
}

const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Forward,
        &[
            "导致",
            "導致",
            "造成",
            "引起",
            "引发",
            "引發",
            "致使",
            "使得",
            "因此",
            "所以",
            "从而",
            "從而",
            "于是",
            "leads to",
            "led to",
            "leading to",
            "results in",
            "resulted in",
            "resulting in",
            "causes",
            "caused",
            "causing",
            "triggers",
            "triggered",
            "therefore",
            "hence",
            "which makes",
            "which made",
            "as a consequence,",
            "as a result,",
            ", so ",
        ],
    ),
    (
        Cue::Backward,
        &[
            "由于",
            "由於",
            "因为",
            "因為",
            "原因是",
            "原因为",
            "根因是",
            "caused by",
            "because of",
            "because",
            "due to",
            "as a result of",
            "owing to",
            "thanks to",
            "on account of",
            "root cause is",
            "root cause was",
            "the cause is",
            "the cause was",
        ],
    ),
    (
        Cue::Unsure,
        &[
            "请",
            "請",
            "建议",
            "建議",
            "如果",
            "是否",
            "可能",
            "也许",
            "或许",
            "吗？",
            "吗?",
            "不是由于",
            "不是因为",
            "并非由于",
            "并非因为",
            "不会导致",
            "没有导致",
            "未导致",
            "不导致",
            "不会造成",
            "没有造成",
            "未造成",
            "不会引起",
            "没有引起",
            "please",
            "should",
            "recommend",
            "if",
            "whether",
            "may",
            "might",
            "maybe",
            "perhaps",
            "could be",
            "not caused",
            "not because",
            "not due",
            "not lead",
            "not result",
            "never led",
            "rather than",
        ],
    ),
];

static WORDS: LazyLock<(AhoCorasick, Vec<Cue>)> = LazyLock::new(|| {
    let listed: Vec<(&str, Cue)> =
        CUES.iter().flat_map(|&(cue, words)| words.iter().map(move |&word| (word, cue))).collect();
    let words = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(listed.iter().map(|(word, _)| word))
        .expect("the words are few and constant");
    (words, listed.into_iter().map(|(_, cue)| cue).collect())
});

/// A person says that an update fails with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reported {
    pub(super) update: Signature,
    pub(super) code: Step,
}

/// Reports kept per case.
const MOST_REPORTED: usize = 64;

pub(super) fn read(
    part: &str,
    written: &MessageText<'_>,
    sightings: &[Sighting<'_>],
    found: &mut Vec<Piece>,
    reported: &mut Vec<Reported>,
) {
    let counts = |one: &Sighting<'_>| {
        matches!(one.standing, Standing::Failing | Standing::Mentioned) && takes_part(one.signature.kind)
    };
    let usable: Vec<&Sighting<'_>> = sightings.iter().filter(|one| counts(one)).collect();
    if written.kind == TextKind::Quoted || usable.len() < 2 {
        return;
    }
    let head = &written.text[..written.text.floor_char_boundary(LOOKED_AT)];
    let mut rest = usable.as_slice();
    for sentence in sentences(head) {
        let begin = rest.partition_point(|one| one.span.start < sentence.start);
        let end = rest.partition_point(|one| one.span.start < sentence.end);
        let inside = &rest[begin..end];
        rest = &rest[end..];
        if inside.len() < 2 {
            continue;
        }
        report(part, inside, reported);
        let Some(order) = order(&head[sentence.clone()], sentence.start, inside) else { continue };
        let steps = steps(part, inside, &order);
        let fails = inside.iter().any(|one| one.standing == Standing::Failing);
        if fails && steps.len() > 1 {
            found.push(Piece { steps, time: None, log: false });
        }
    }
}

fn takes_part(kind: Kind) -> bool {
    kind.is_code() && !matches!(kind, Kind::Stack | Kind::Template)
        || matches!(kind, Kind::Kb | Kind::File | Kind::Inf | Kind::Service | Kind::Event | Kind::Package)
}

fn report(part: &str, inside: &[&Sighting<'_>], reported: &mut Vec<Reported>) {
    let failing = |one: &&&Sighting<'_>| one.standing == Standing::Failing;
    let update = inside.iter().filter(failing).find(|one| one.signature.kind == Kind::Kb);
    let code = inside.iter().filter(failing).find(|one| one.signature.kind.is_code());
    if let Some((update, code)) = update.zip(code).filter(|_| reported.len() < MOST_REPORTED) {
        reported
            .push(Reported { update: update.signature.clone(), code: Step::new(part, code, Relation::BubbledUpAs) });
    }
}

/// The parts of a sentence from cause to effect, in bytes of the text; `None` where it says of no cause.
fn order(sentence: &str, at: usize, inside: &[&Sighting<'_>]) -> Option<Vec<Range<usize>>> {
    let (words, cues) = &*WORDS;
    let mut parts = Vec::with_capacity(4);
    parts.push(at..at + sentence.len());
    let mut links: Vec<Cue> = Vec::new();
    let whole = |span: Range<usize>| {
        // `failed to` holds `led to`.
        let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = sentence.as_bytes();
        let ends = |at: usize| word(bytes.get(at));
        !(ends(span.start) && span.start > 0 && ends(span.start - 1)
            || span.end > 0 && ends(span.end - 1) && ends(span.end))
    };
    for hit in words.find_iter(sentence).filter(|hit| whole(hit.start()..hit.end())) {
        let cue = cues[hit.pattern().as_usize()];
        if cue == Cue::Unsure {
            return None;
        }
        if parts.len() < MOST_PARTS
            && let Some(last) = parts.last_mut()
        {
            let end = last.end;
            last.end = at + hit.start();
            parts.push(at + hit.end()..end);
            links.push(cue);
        }
    }
    links.first()?;
    // In Chinese mail a line without an end is mostly a sentence of its own: what stands before the line is not meant.
    if links[0] == Cue::Backward
        && let Some(part) = parts.first_mut()
        && let Some(line) = sentence[..part.end - at].rfind('\n')
        && sentence[line..].chars().find(|c| !c.is_whitespace()).is_some_and(|c| !c.is_ascii())
    {
        part.start = at + line;
    }
    let holds = |part: &Range<usize>| inside.iter().any(|one| part.contains(&one.span.start));
    // `Because X failed, Y failed`: the comma parts them where no other word does.
    let opening = links.first() == Some(&Cue::Backward) && !parts.first().is_some_and(holds);
    if opening && links.len() == 1 {
        let cause = parts.pop()?;
        let text = &sentence[cause.start - at..cause.end - at];
        let comma = text.find(['，', ',']).map(|comma| cause.start + comma)?;
        return Some(vec![cause.start..comma, comma..cause.end]);
    }
    // `X 是由 Y 引起的`: passive; the effect stands before the word for by.
    if links == [Cue::Forward]
        && let Some(by) = sentence[..parts[0].end - at].rfind('由')
        && sentence[parts[1].start - at..].starts_with('的')
    {
        return Some(vec![at + by..parts[0].end, parts[0].start..at + by]);
    }
    let mut order = vec![0];
    for (index, cue) in (1..).zip(&links) {
        let before = order.iter().position(|part| *part == index - 1).unwrap_or(0);
        order.insert(if *cue == Cue::Forward { before + 1 } else { before }, index);
    }
    Some(order.into_iter().map(|index| parts[index].clone()).collect())
}

fn steps(part: &str, inside: &[&Sighting<'_>], order: &[Range<usize>]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut causes = 0;
    for piece in order {
        let mut first = true;
        for one in inside.iter().filter(|one| piece.contains(&one.span.start)) {
            if steps.iter().any(|step| step.means(&one.signature)) {
                continue;
            }
            let relation = match one.signature.kind {
                _ if first && causes > 0 => Relation::LedTo,
                Kind::Inf | Kind::File | Kind::Kb | Kind::Package => Relation::Subject,
                Kind::Service => Relation::FailedOperation,
                _ => Relation::FailedWith,
            };
            first = false;
            let mut step = Step::new(part, one, relation);
            if one.signature.kind == Kind::Service {
                step.operation = adding(one).then_some("AddService");
            }
            steps.push(step);
        }
        causes += usize::from(!first);
    }
    // All in one part: nothing is said to follow from anything.
    if causes < 2 && !repeats(inside, order) { Vec::new() } else { steps }
}

/// Whether the words just before a service say that it is being added.
fn adding(one: &Sighting<'_>) -> bool {
    let before = &one.text[..one.text.floor_char_boundary(one.at.min(one.text.len()))];
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(24))..];
    ["添加", "新增", "AddService", "Add Service", "adding", "add service", "add the service"]
        .iter()
        .any(|word| before.contains(word))
}

/// Whether the effect names again what the cause was about: `在安装 cpu.inf 时…，导致 cpu.inf 更新失败`.
fn repeats(inside: &[&Sighting<'_>], order: &[Range<usize>]) -> bool {
    let holding = order.iter().filter(|piece| inside.iter().any(|one| piece.contains(&one.span.start)));
    holding.count() > 1
}
