//! Hits on messages gathered by case.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
};

use super::{
    CaseHit,
    schema::{CASE, DATE, MESSAGE},
};

/// Gathers the best message of each case.
#[derive(Debug, Default)]
pub(super) struct ByCase {
    /// Only of these cases.
    pub(super) cases: Option<Arc<HashSet<u64>>>,
    /// Only messages sent at this time or later.
    pub(super) since: Option<i64>,
    /// Only messages sent before this time.
    pub(super) until: Option<i64>,
    /// Gather the numbers of messages, with those of their cases, in place of hits.
    pub(super) every_message: bool,
}

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// One for each case.
    pub(super) hits: Vec<CaseHit>,
    pub(super) messages: HashMap<u64, u64>,
    places: Places,
}

/// Cases whose place is found in a list: a store numbers its cases from 1, so that 40 MB are ten millions. Higher ones are hashed.
const MOST_LISTED: usize = 10_000_000;

/// The place of each case among the hits, plus 1; 0: it has none.
#[derive(Debug, Default)]
struct Places {
    low: Vec<u32>,
    high: HashMap<u64, u32>,
}

impl Places {
    fn of(&mut self, case: u64) -> &mut u32 {
        match usize::try_from(case) {
            Ok(case) if case < MOST_LISTED => {
                if case >= self.low.len() {
                    self.low.resize((case + 1).next_power_of_two(), 0);
                }
                &mut self.low[case]
            }
            _ => self.high.entry(case).or_default(),
        }
    }
}

pub(super) struct OfSegment {
    message: Column<u64>,
    case: Column<u64>,
    date: Column<i64>,
    cases: Option<Arc<HashSet<u64>>>,
    since: Option<i64>,
    until: Option<i64>,
    every_message: bool,
    gathered: Gathered,
}

impl Collector for ByCase {
    type Fruit = Gathered;
    type Child = OfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let columns = segment.fast_fields();
        Ok(OfSegment {
            message: columns.u64(MESSAGE)?,
            case: columns.u64(CASE)?,
            date: columns.i64(DATE)?,
            cases: self.cases.clone(),
            since: self.since,
            until: self.until,
            every_message: self.every_message,
            gathered: Gathered::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        !self.every_message
    }

    fn merge_fruits(&self, parts: Vec<Gathered>) -> tantivy::Result<Gathered> {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        for part in parts {
            all.messages.extend(part.messages);
            part.hits.into_iter().for_each(|hit| all.add(hit));
        }
        Ok(all)
    }
}

impl Gathered {
    fn add(&mut self, hit: CaseHit) {
        let place = self.places.of(hit.case);
        if let Some(known) = (*place as usize).checked_sub(1).and_then(|place| self.hits.get_mut(place)) {
            let messages = known.messages + hit.messages;
            if hit.order(known).is_lt() {
                *known = hit;
            }
            known.messages = messages;
        } else {
            self.hits.push(hit);
            // A segment has less than 2^32 messages.
            *place = u32::try_from(self.hits.len()).unwrap_or(0);
        }
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Gathered;

    fn collect(&mut self, doc: DocId, score: Score) {
        let Some(case) = self.case.first(doc) else { return };
        if self.every_message {
            self.gathered.messages.insert(self.message.first(doc).unwrap_or_default(), case);
            return;
        }
        if self.cases.as_ref().is_some_and(|cases| !cases.contains(&case)) {
            return;
        }
        let date = self.date.first(doc).unwrap_or_default();
        if self.since.is_some_and(|since| date < since) || self.until.is_some_and(|until| date >= until) {
            return;
        }
        let message = self.message.first(doc).unwrap_or_default();
        self.gathered.add(CaseHit { case, message, date, score, messages: 1 });
    }

    fn harvest(self) -> Gathered {
        self.gathered
    }
}

/// Gathers the best score of each case.
pub(super) struct BestOfCase;

pub(super) struct BestOfSegment {
    case: Column<u64>,
    best: HashMap<u64, f32>,
}

fn raise(best: &mut HashMap<u64, f32>, case: u64, score: f32) {
    let known = best.entry(case).or_insert(score);
    *known = known.max(score);
}

impl Collector for BestOfCase {
    type Fruit = HashMap<u64, f32>;
    type Child = BestOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        Ok(BestOfSegment { case: segment.fast_fields().u64(CASE)?, best: HashMap::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, parts: Vec<HashMap<u64, f32>>) -> tantivy::Result<HashMap<u64, f32>> {
        let mut all = HashMap::new();
        parts.into_iter().flatten().for_each(|(case, score)| raise(&mut all, case, score));
        Ok(all)
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = HashMap<u64, f32>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if let Some(case) = self.case.first(doc) {
            raise(&mut self.best, case, score);
        }
    }

    fn harvest(self) -> HashMap<u64, f32> {
        self.best
    }
}
