//! What a search costs over 100,000 articles, in one process: `cargo bench --bench search`.
//!
//! The articles are made up by a generator, so that nothing but this file is needed. Printed are the time to build the index and, of
//! many searches of several kinds, the median, the 99th percentile and the longest.

#![allow(clippy::print_stdout, reason = "a report for whoever runs it")]

use std::time::{Duration, Instant};

use casebook::{article, index::ArticleIndex, text::terms::Terms};

const ARTICLES: usize = 100_000;
const SEARCHES: usize = 400;

const THINGS: [&str; 12] = [
    "print spooler",
    "relief valve",
    "badge reader",
    "mail gateway",
    "backup agent",
    "cluster node",
    "输送带",
    "打印后台处理程序",
    "数据库监听",
    "file share",
    "update service",
    "domain controller",
];
const FAULTS: [&str; 10] = [
    "does not start",
    "stops after a minute",
    "refuses every login",
    "fails with access denied",
    "hangs at nine percent",
    "无法启动",
    "报错拒绝访问",
    "反复重启",
    "loses its connection",
    "writes no log",
];
const CAUSES: [&str; 8] = [
    "a certificate expired",
    "a cold night stiffens the seal",
    "the disk is full",
    "a policy removed its right",
    "端口被占用",
    "磁盘空间不足",
    "an old driver",
    "a wrong time zone",
];

/// A row of numbers that is the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// A name that few articles have.
    fn name(&mut self) -> String {
        (0..3)
            .map(|_| self.of(&["ba", "ko", "ri", "tu", "ne", "sa", "lo", "mi", "ze", "pu", "da", "vo", "gi", "fe"]))
            .collect()
    }
}

/// Makes one search string.
type Ask<'a> = &'a dyn Fn(&mut Random) -> String;

fn main() {
    let mut random = Random(7);
    let mut names = Vec::new();
    let texts: Vec<(String, String)> = (0..ARTICLES)
        .map(|number| {
            let (thing, fault, cause, name) = (random.of(&THINGS), random.of(&FAULTS), random.of(&CAUSES), random.name());
            let code = random.below(0xFFFF);
            let text = format!(
                "---\nid: made-up-{number}\ntitle: \"{thing} {name} {fault}\"\nlanguage: en\nsignatures:\n  strong: [hresult:0x8007{code:04X}]\n---\n\
                 ## Symptoms\n\nThe {thing} of {name} {fault}; the log says 0x8007{code:04X}.\n\n## Cause\n\n{cause}, and {} on the machine {}.\n\n\
                 ## Resolution\n\n1. Look at {thing}.\n2. Mend it: {cause}.\n3. Start {name} again.\n",
                random.of(&CAUSES),
                random.name(),
            );
            names.push(name);
            (format!("made-up-{number}.md"), text)
        })
        .collect();
    let articles = article::parse_all(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))).value;
    assert_eq!(articles.len(), ARTICLES);
    let begun = Instant::now();
    let index = ArticleIndex::build(&articles, Terms::builtin()).expect("an index in memory");
    println!("{ARTICLES} articles indexed in {:.1} s", begun.elapsed().as_secs_f64());

    // A letter that is missing, one too many, or two that changed places; also the first.
    let slip = |word: &str, random: &mut Random| {
        let mut letters: Vec<char> = word.chars().collect();
        let at = random.below(letters.len() - 1);
        match random.below(3) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, 'x'),
            _ => letters.swap(at, at + 1),
        }
        String::from_iter(letters)
    };
    let asked: [(&str, Ask<'_>); 7] = [
        ("words", &|random| format!("{} {}", random.of(&THINGS), random.of(&FAULTS))),
        ("a rare name", &|random| format!("{} {}", random.of(&THINGS), names[random.below(ARTICLES)])),
        ("a code", &|random| format!("0x8007{:04X}", random.below(0xFFFF))),
        ("a phrase", &|random| format!("\"{}\"", random.of(&CAUSES))),
        ("two slips", &|random| {
            let words = [slip("controller", random), slip("certificate", random)];
            format!("{} {}", words.join(" "), random.of(&FAULTS))
        }),
        ("a rare slip", &|random| slip(&names[random.below(ARTICLES)], random)),
        ("a beginning", &|random| {
            let word = random.of(&["re", "cert", "ba", "sp", "con", "lo", "0x80"]);
            format!("{word}* {}", random.of(&FAULTS))
        }),
    ];
    for (what, ask) in asked {
        let mut times: Vec<Duration> = (0..SEARCHES)
            .map(|_| {
                let text = ask(&mut random);
                let begun = Instant::now();
                let query = index.query(&text, &[]).expect("a query");
                let hits = index.search(&query, 10).expect("a search");
                std::hint::black_box(hits);
                begun.elapsed()
            })
            .collect();
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!("{what:<12} p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(1.0));
    }
}
