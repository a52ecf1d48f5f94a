//! Negation: words that say that the following words did not happen.
//!
//! Only what denies counts (没有安装, not installed, no rollback). What could not be done (无法修改, cannot write) is a
//! symptom, not a denial.

/// English words that deny what follows, and their stems.
const DENYING: &[&str] = &[
    "not", "no", "never", "without", "none", "neither", "nor", "isnt", "arent", "wasnt", "werent", "dont", "doesnt",
    "didnt", "hasnt", "havent", "hadnt", "wont", "wouldnt", "zero",
];
/// Before `not`: then it tells of inability.
const INABILITY: &[&str] = &["can", "could", "may", "might", "whether", "if", "why"];
/// Behind an English denying word: then it denies nothing of what follows.
const HARMLESS_NEXT: &[&str] = &[
    "able",
    "possibl",
    "allow",
    "permit",
    "enough",
    "only",
    "respond",
    "work",
    "space",
    "permission",
    "access",
    "response",
    "respons",
    "such",
    "disk",
    "longer",
    "idea",
    "matter",
    "luck",
    "just",
];
/// English words that begin a clause of their own.
const CLAUSE: &[&str] = &[
    "but", "however", "because", "then", "until", "when", "after", "although", "though", "instead", "rather", "since",
    "while", "still", "yet",
];

/// Chinese denying words with how many characters on they reach; longest first.
const DENYING_HAN: &[(&str, usize)] = &[
    ("不存在", 6),
    ("不出现", 6),
    ("不发生", 6),
    ("不产生", 6),
    ("没有", 6),
    ("并非", 6),
    ("不是", 6),
    ("不会", 6),
    ("不曾", 6),
    ("不再", 6),
    ("无需", 6),
    ("不需", 6),
    ("不用", 6),
    ("不必", 6),
    ("无须", 6),
    ("毫无", 6),
    ("不含", 6),
    ("没", 6),
    ("未", 6),
    ("不", 0),
    ("无", 0),
    ("非", 0),
];
/// Chinese words that look like a denying one and are none: inability and fixed expressions.
const HARMLESS_HAN: &[&str] = &[
    "没有权限",
    "没有足够",
    "没有反应",
    "没有响应",
    "没有回应",
    "没有办法",
    "没有成功",
    "没有空间",
    "没法",
    "没反应",
    "没响应",
    "没成功",
    "没权限",
    "未能",
    "未知",
    "未来",
    "未响应",
    "未成功",
    "未必",
    "不是吗",
    "不仅",
    "不但",
    "不止",
    "不只",
    "不能",
    "不了",
    "不到",
    "不过",
    "不断",
    "不同",
    "不足",
    "不管",
    "不论",
    "不知",
    "不可",
    "不通",
    "不成",
    "不停",
    "不久",
    "不得不",
    "无法",
    "无线",
    "无响应",
    "无效",
    "无权",
    "无限",
    "无论",
    "无反应",
    "无故",
    "无人",
    "非常",
    "非法",
    "不是很",
    "不会不",
];
/// English words with which a new subject begins.
const SUBJECTS: &[&str] =
    &["the", "it", "he", "she", "we", "they", "i", "you", "this", "that", "these", "all", "everything"];
/// First characters of the words of both lists above.
const BEGINNINGS: &str = "没未不无非并毫";
/// Chinese words that begin a clause of their own.
const CLAUSE_HAN: &[&str] = &[
    "但",
    "却",
    "而",
    "就",
    "才",
    "则",
    "仍",
    "还是",
    "依然",
    "照样",
    "导致",
    "造成",
    "引起",
    "于是",
    "因此",
    "所以",
    "时",
    "后",
    "可以",
    "直接",
    "马上",
    "立即",
    "立刻",
    "突然",
    "的机",
    "的电脑",
    "的设备",
    "的终端",
    "的主机",
    "的系统",
    "的情况",
];
/// Behind a denying word: then it denies what stands before it too (回滚没有发生, the error did not occur).
const HAPPENING: &[&str] = &[
    "关系", "关联", "发生", "出现", "复现", "重现", "发现", "看到", "occur", "happen", "appear", "see", "seen",
    "observ", "present", "exist",
];

/// How many English words on a denial reaches: `not a sign of any rollback`.
const REACH: usize = 5;

/// A word or Chinese character of the text, as far as negation cares.
pub(crate) struct Unit<'a> {
    /// A word in normal form; for Chinese the character.
    pub text: &'a str,
    /// Punctuation that ends a clause stands before it.
    pub after_break: bool,
}

/// A denial, in numbers of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Denial {
    /// First unit of the denying word.
    pub from: usize,
    /// Unit behind the denying word.
    pub to: usize,
    /// Unit behind the last one that it denies.
    pub reach: usize,
    /// Whether it denies what stands before it too.
    pub backwards: bool,
}

/// All denials, in order.
pub(crate) fn denials(units: &[Unit<'_>]) -> Vec<Denial> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < units.len() {
        match read_word(units, at) {
            Word::Other(length) => at += length,
            Word::Denying { length, reach } => {
                let to = at + length;
                let happening = |word: &str| spelled(units, to, word) || spelled(units, to + 1, word);
                let backwards = HAPPENING.iter().any(|word| happening(word)) || spelled(units, at, "无关");
                found.push(Denial { from: at, to, reach: end_of_reach(units, at, to, reach), backwards });
                at = to;
            }
        }
    }
    found
}

/// What a text says at one place, in numbers of units.
enum Word {
    Other(usize),
    Denying { length: usize, reach: usize },
}

fn read_word(units: &[Unit<'_>], at: usize) -> Word {
    let text = units[at].text;
    if text.is_ascii() {
        let follows = |words: &[&str]| (1..).zip(words).all(|(i, word)| spelled(units, at + i, word));
        if text == "nothing" && follows(&["to", "do", "with"]) {
            return Word::Denying { length: 4, reach: REACH };
        }
        if text == "unrelat" && follows(&["to"]) {
            return Word::Denying { length: 2, reach: REACH };
        }
        return if denies(units, at) { Word::Denying { length: 1, reach: REACH } } else { Word::Other(1) };
    }
    // Most characters begin nothing of interest.
    if !text.contains(|c| BEGINNINGS.contains(c)) {
        return Word::Other(1);
    }
    // 有没有, 是不是, 会不会 ask.
    let asks = at > 0 && units.get(at + 1).is_some_and(|unit| !unit.after_break && unit.text == units[at - 1].text);
    if asks && matches!(text, "没" | "不") && !units[at].after_break {
        return Word::Other(2);
    }
    if let Some(length) =
        HARMLESS_HAN.iter().filter(|word| spelled(units, at, word)).map(|word| word.chars().count()).max()
    {
        return Word::Other(length);
    }
    match DENYING_HAN.iter().find(|(word, _)| spelled(units, at, word)) {
        Some((word, reach)) => Word::Denying { length: word.chars().count(), reach: *reach },
        None => Word::Other(1),
    }
}

/// The unit behind the last one that the denying word at `at..to` denies: its clause ends, or a new subject begins
/// after a word that denies a noun (without the agent | the patch installs).
fn end_of_reach(units: &[Unit<'_>], at: usize, to: usize, reach: usize) -> usize {
    let limit = (to + reach + 1).min(units.len());
    let noun = matches!(units[at].text, "no" | "without" | "none");
    let ends = |unit: &usize| {
        let new_subject = noun && *unit > to && SUBJECTS.contains(&units[*unit].text);
        units[*unit].after_break || begins_clause(units, *unit) || new_subject || denies_too(units, *unit)
    };
    (to..limit).find(ends).unwrap_or(limit)
}

/// Whether what stands at the units `from..to` is denied: by an odd number of denials (不是没有装 affirms). `breaks`
/// says before which unit a clause ends.
pub(crate) fn is_denied(denials: &[Denial], breaks: impl Fn(usize) -> bool, from: usize, to: usize) -> bool {
    let last = denials.partition_point(|denial| denial.to <= from);
    let before = denials[..last].iter().rev().take_while(|denial| from - denial.to <= 2 * REACH);
    let count = before.filter(|denial| denial.reach > from).count();
    let behind = denials
        .iter()
        .skip(denials.partition_point(|denial| denial.from < to))
        .take_while(|denial| denial.from <= to + 2);
    let mut behind = behind.filter(|denial| denial.backwards && !(to..=denial.from).any(&breaks));
    count % 2 == 1 || behind.next().is_some()
}

fn denies(units: &[Unit<'_>], at: usize) -> bool {
    let text = |at: usize| units.get(at).map_or("", |unit| unit.text);
    DENYING.contains(&text(at))
        && !HARMLESS_NEXT.contains(&text(at + 1))
        // `non-zero exit status`
        && !(text(at) == "zero" && at > 0 && text(at - 1) == "non")
        && !(text(at) == "not" && at > 0 && INABILITY.contains(&text(at - 1)))
}

/// Words that deny one thing more: two denials do not make an affirmation there.
const DENYING_TOO_HAN: &[&str] = &["也没", "也不", "也无", "也未", "又没", "又不", "又无", "亦无", "亦未"];

/// Whether a denial of its own is added: `neither this nor that`, 既没有……也没有…….
fn denies_too(units: &[Unit<'_>], at: usize) -> bool {
    let joined =
        matches!(units[at].text, "and" | "or") && units.get(at + 1).is_some_and(|next| DENYING.contains(&next.text));
    units[at].text == "nor" || joined || DENYING_TOO_HAN.iter().any(|word| spelled(units, at, word))
}

fn begins_clause(units: &[Unit<'_>], at: usize) -> bool {
    let text = units[at].text;
    if text.is_ascii() {
        return CLAUSE.contains(&text);
    }
    CLAUSE_HAN.iter().any(|word| spelled(units, at, word))
}

/// Whether the units from `at` on spell a word: one English unit, or one unit for each Chinese character. Not over
/// a break.
fn spelled(units: &[Unit<'_>], at: usize, word: &str) -> bool {
    if word.is_ascii() {
        return units.get(at).is_some_and(|unit| unit.text == word);
    }
    let mut buffer = [0; 4];
    word.chars().enumerate().all(|(i, c)| {
        units.get(at + i).is_some_and(|unit| unit.text == c.encode_utf8(&mut buffer) && (i == 0 || !unit.after_break))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_cover_both_lists() {
        let words = DENYING_HAN.iter().map(|(word, _)| *word).chain(HARMLESS_HAN.iter().copied());
        for word in words {
            assert!(word.starts_with(|c| BEGINNINGS.contains(c)), "{word}");
        }
    }
}
