//! Any lines as those of a log: stamps are read, followed, settled and placed.
#![no_main]

use casebook::logs::clock::{Given, LogClock, Seen, Zone, parse_time, read};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut clock = LogClock::new(text);
    let seen: Vec<Seen> = (1..).zip(text.lines()).filter_map(|(number, line)| clock.line(number, line)).collect();
    for line in text.lines() {
        if let Some(stamp) = read(line) {
            assert!(!line[stamp.span].is_empty());
        }
        let _ = parse_time(line, &Zone::utc());
    }
    let given = text.lines().next().and_then(|line| line.parse::<Given>().ok());
    let settled = clock.settle(given.as_ref().map(|given| &given.zone), None, Some(date(2024, 2, 29)));
    let mut after = None;
    for seen in &seen {
        let _ = seen.rough_seconds();
        after = settled.place(seen, after).and_then(|place| place.instant).or(after);
    }
    settled.span();
});
