//! Any text as a log: its lines are grouped in both orders, with equal ids.
#![no_main]

use casebook::{
    logs::LogFormat,
    template::{Miner, TemplateId},
};

fn ids<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<TemplateId> {
    let mut miner = Miner::default();
    let messages: Vec<_> = (1..).zip(lines).map(|(number, line)| miner.feed(number, line, LogFormat::Plain)).collect();
    let templates = miner.finish();
    messages.into_iter().map(|message| templates.of(message).id).collect()
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let straight = ids(text.lines());
    let mut turned = ids(text.lines().rev());
    turned.reverse();
    assert_eq!(straight, turned);
});
