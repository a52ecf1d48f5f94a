//! Chinese words: a run of characters is cut into the words of a list by the likeliest cut.
//!
//! The list is Jieba's, as an automaton that is part of the program and needs no loading. A word's value is its
//! cost, `-ln(probability)` in steps of 1/16; the cut with the lowest sum wins. Time is linear in the run, because
//! words of the list are short.

use std::{cell::RefCell, sync::LazyLock};

use tantivy_fst::raw::Fst;

static WORDS: &[u8] = include_bytes!("data/words.fst");
/// Reads only the header. `None` if the file were damaged: then every character is a word.
static LIST: LazyLock<Option<Fst<&'static [u8]>>> = LazyLock::new(|| Fst::new(WORDS).ok());
/// Cost of a character that is not in the list: rarer than every word in it (-ln(1/60,000,000) is 17.9).
const UNKNOWN: u32 = 18 * 16;
/// Longest word looked for, in characters; longer entries of the list are proverbs.
const LONGEST: usize = 8;

/// Lengths of the words of a run of Chinese characters, in order; their sum is the run's length.
pub(crate) fn segment(run: &[char]) -> Vec<usize> {
    // For every end: lowest cost to get there, and the length of the last word on the way.
    let mut best: Vec<(u32, usize)> = vec![(u32::MAX, 1); run.len() + 1];
    best[0].0 = 0;
    for start in 0..run.len() {
        let so_far = best[start].0;
        let mut improve = |length: usize, cost: u32| {
            let total = so_far.saturating_add(cost);
            // On a tie the longer word wins, so that the result depends on nothing else.
            if let Some(end) = best.get_mut(start + length)
                && (total < end.0 || total == end.0 && length > end.1)
            {
                *end = (total, length);
            }
        };
        improve(1, UNKNOWN);
        each_word(&run[start..], &mut improve);
    }
    let mut lengths = Vec::new();
    let mut end = run.len();
    while end > 0 {
        let length = best[end].1.clamp(1, end);
        lengths.push(length);
        end -= length;
    }
    lengths.reverse();
    lengths
}

/// Whether characters are a word of the list, not two that stand side by side.
pub(crate) fn is_word(text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut whole = false;
    each_word(&text, &mut |length, _| whole |= length == text.len());
    whole
}

/// Every word of the list that the text begins with: its length in characters and its cost.
fn each_word(text: &[char], found: &mut impl FnMut(usize, u32)) {
    let Some(list) = LIST.as_ref() else { return };
    let (mut place, mut length) = (Some(Place { node: list.root().addr(), cost: 0 }), 0);
    if let [first, second, ..] = *text {
        let begun = Begun::known(list, [first, second]);
        for (index, cost) in begun.words.into_iter().enumerate() {
            if let Some(cost) = cost {
                found(index + 1, cost);
            }
        }
        (place, length) = (begun.on, 2);
    }
    for c in text.iter().take(LONGEST).skip(length) {
        let Some((next, cost)) = place.and_then(|place| place.step(list, *c)) else { return };
        length += 1;
        if let Some(cost) = cost {
            found(length, cost);
        }
        place = Some(next);
    }
}

/// A place in the list, behind some characters.
#[derive(Debug, Clone, Copy)]
struct Place {
    node: usize,
    cost: u64,
}

impl Place {
    /// Where a character leads from here, and the cost of the word that ends there, if one does.
    fn step(self, list: &Fst<&'static [u8]>, c: char) -> Option<(Place, Option<u32>)> {
        let (mut node, mut cost) = (list.node(self.node), self.cost);
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            let transition = node.transition(node.find_input(byte)?);
            cost += transition.out.value();
            node = list.node(transition.addr);
        }
        let word = node.is_final().then(|| u32::try_from(cost + node.final_output().value()).unwrap_or(UNKNOWN));
        Some((Place { node: node.addr(), cost }, word))
    }
}

/// Pairs of characters of which it is kept where they lead: texts have the same ones again and again, and six bytes are six
/// nodes of the list to take apart. 2,048 take 130 kB for each thread.
const KEPT: usize = 2_048;

/// Where two characters lead.
#[derive(Debug, Clone, Copy)]
struct Begun {
    pair: [char; 2],
    /// Costs of the words of one character and of two.
    words: [Option<u32>; 2],
    /// Where it goes on; `None`: nowhere.
    on: Option<Place>,
}

impl Begun {
    fn new(list: &Fst<&'static [u8]>, pair: [char; 2]) -> Self {
        let mut begun = Begun { pair, words: [None; 2], on: Some(Place { node: list.root().addr(), cost: 0 }) };
        for (word, c) in begun.words.iter_mut().zip(pair) {
            let next = begun.on.and_then(|place| place.step(list, c));
            *word = next.and_then(|(_, word)| word);
            begun.on = next.map(|(place, _)| place);
        }
        begun
    }

    /// The same, looked up among those that were met before.
    fn known(list: &Fst<&'static [u8]>, pair: [char; 2]) -> Self {
        thread_local! {
            static MET: RefCell<Vec<Option<Begun>>> = RefCell::new(vec![None; KEPT]);
        }
        let [first, second] = pair.map(|c| c as usize);
        MET.with_borrow_mut(|met| match met.get_mut((first.wrapping_mul(0x9E5) ^ second) % KEPT) {
            Some(Some(begun)) if begun.pair == pair => *begun,
            Some(slot) => *slot.insert(Begun::new(list, pair)),
            None => Begun::new(list, pair),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let run: Vec<char> = text.chars().collect();
        let mut rest = text.chars();
        let words: Vec<String> = segment(&run).into_iter().map(|n| rest.by_ref().take(n).collect()).collect();
        assert_eq!(words.join(" "), expected, "in: {text}");
    }

    #[test]
    fn words_of_the_list() {
        check("安装完成重启系统时", "安装 完成 重启 系统 时");
        check("没有安装服务器", "没有 安装 服务器");
    }

    #[test]
    fn words_are_told_from_pairs() {
        assert!(is_word("打印机") && is_word("回滚"));
        assert!(!is_word("个问") && !is_word("") && !is_word("spooler"));
    }

    #[test]
    fn support_words_of_the_terms() {
        check("回滚补丁后蓝屏", "回滚 补丁 后 蓝屏");
    }

    #[test]
    fn empty_and_unknown() {
        check("", "");
        check("\u{3400}\u{3401}", "\u{3400} \u{3401}");
    }

    #[test]
    fn what_was_met_before_is_found_again() {
        let text: Vec<char> = "安装补丁失败没有服务器的个问打印机".chars().collect();
        let words = |from: usize| {
            let mut found = Vec::new();
            each_word(&text[from..], &mut |length, cost| found.push((length, cost)));
            found
        };
        let first: Vec<_> = (0..text.len()).map(words).collect();
        assert!(first.iter().flatten().any(|(length, _)| *length == 3));
        assert_eq!((0..text.len()).map(words).collect::<Vec<_>>(), first);
    }

    #[test]
    fn long_runs_are_cut_whole() {
        let run: Vec<char> = "安装补丁失败".chars().cycle().take(60_000).collect();
        assert_eq!(segment(&run).iter().sum::<usize>(), run.len());
    }
}
