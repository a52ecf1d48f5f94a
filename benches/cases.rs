//! What a search over stored mail costs in one process, as in a program that stays: `cargo bench --bench cases -- 200000`.
//!
//! So many mails (20,000 where no number is given) are made up, in English and Chinese, and taken into a store in a temporary
//! folder; nothing but this file is needed. Printed are the time of the taking in and, of many calls of several kinds, the median, the
//! 99th percentile and the longest.

#![allow(clippy::print_stdout, reason = "a report for whoever runs it")]

use std::time::{Duration, Instant};

use casebook::{
    app::{
        App,
        ingest::{Mail, Options, Rereader, Threads},
        search::{Asked, Wanted, cases},
    },
    config::{self, Given},
    store::{CaseFilter, CaseId, CaseStore, Sort, local::LocalStore, sqlite::Access},
    text::terms::Terms,
};

/// As the program allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CALLS: usize = 200;
const AT_A_TIME: usize = 2_000;
const PER_CASE: usize = 4;

const ENGLISH: [&str; 6] = [
    "The print spooler stops after the update.",
    "The installation rolls back at nine percent.",
    "The cluster node loses its disk.",
    "Users cannot sign in since last night.",
    "The backup agent writes no log.",
    "The driver was replaced without success.",
];
const CHINESE: [&str; 6] = [
    "安装补丁后打印服务停止。",
    "安装进度到百分之九时回滚。",
    "群集节点找不到磁盘。",
    "昨晚起用户无法登录。",
    "备份代理没有日志。",
    "更换驱动后问题依旧。",
];

fn code(number: usize) -> String {
    format!("0x8007{:04X}", (number * 7919) % 400)
}

fn mail(number: usize) -> Mail {
    let (case, place) = (number / PER_CASE, number % PER_CASE);
    let words = if case.is_multiple_of(2) { ENGLISH } else { CHINESE };
    let said = [words[case % 6], words[(case / 6 + place) % 6], words[(case / 36 + 2 * place) % 6]].join("\n");
    let day = 1 + case % 28;
    let raw = format!(
        "From: Ann Field <user{}@customer{}.example>\nSubject: INC{case:07} {}\nMessage-ID: <{case}.{place}@bench.example>\n\
         Date: {day} Aug 2024 10:{place:02}:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{said}\nerror {} on machine m{number}\n",
        case % 900,
        case % 90,
        words[(case / 6) % 6],
        code(case),
    );
    Mail { part: format!("made-up/{number}"), raw: raw.into_bytes() }
}

fn main() {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let given = Given { kb: Some((vec![config::BUILTIN.into()], config::Origin::Flag)), ..Given::default() };
    let settings = config::load(given).expect("no settings file is read");
    let open = |access| {
        let reader = Rereader::new(&settings).expect("the built-in terms");
        LocalStore::open(folder.path(), access, Box::new(reader)).expect("a store").expect("it is made")
    };
    let mut store = open(Access::Write);
    let app = App::open(settings.clone()).expect("the built-in articles load");
    let begun = Instant::now();
    let mut ingest = app.open_ingest([None, None]).expect("the built-in rules");
    let options = Options { dry_run: false, threads: Threads(0), now: 1_725_000_000, until: None, history: false };
    for start in (0..count).step_by(AT_A_TIME) {
        let mails: Vec<Mail> = (start..count.min(start + AT_A_TIME)).map(mail).collect();
        ingest.mails(&mails, &mut store, options).expect("mails are taken in");
    }
    println!("{count} mails taken in: {:.1} s", begun.elapsed().as_secs_f64());
    drop(store);

    let store = open(Access::Read);
    let search = |text: &str| {
        let asked = Asked::parse(text).expect("words");
        let wanted = Wanted::read(&asked.words, &Terms::builtin);
        let found = cases::find(&store, &asked, &wanted, &Terms::builtin, 5).expect("a search");
        assert!(!found.hits.is_empty(), "{text}");
    };
    time("search: a code", |turn| search(&code(turn)));
    time("search: 补丁", |_| search("补丁"));
    time("search: print spooler", |_| search("print spooler"));
    time("search: 昨晚 登录", |_| search("昨晚 登录"));
    time("list of cases", |_| {
        let page = store.list(&CaseFilter::default(), Sort::default(), None, 20).expect("a list");
        assert!(!page.items.is_empty());
    });
    time("a case with its mails", |turn| {
        let id = CaseId(format!("INC{:07}", turn * 31 % (count / PER_CASE)));
        let case = store.case(&id).expect("a case").expect("it is there");
        assert_eq!(store.messages(&case.id).expect("its mails").len(), PER_CASE);
        store.evidence(&case.id).expect("its evidence");
    });
}

/// Calls many times and prints how long it took. The first call, which opens files, is not counted.
fn time(what: &str, call: impl Fn(usize)) {
    call(0);
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|turn| {
            let begun = Instant::now();
            call(turn);
            begun.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("{what:<24} p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(1.0));
}
