//! The order of day, month and year where only numbers are written.

use jiff::civil::Date;
use serde::Serialize;

/// An order of the three numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Year, month, day.
    Ymd,
    /// Month, day, year: the United States.
    Mdy,
    /// Day, month, year: Europe, Australia.
    Dmy,
}

impl Order {
    /// Every order. Where a log leaves the choice, an earlier one is taken: logging libraries that write two digits for the
    /// year put it first (`yy/MM/dd`), and most logs with slashes come from machines set to US English.
    pub const ALL: [Order; 3] = [Order::Ymd, Order::Mdy, Order::Dmy];

    /// The name in output, `mdy`.
    pub fn name(self) -> &'static str {
        match self {
            Order::Ymd => "ymd",
            Order::Mdy => "mdy",
            Order::Dmy => "dmy",
        }
    }
}

/// The numbers of a date as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    numbers: [u16; 3],
    /// The last is the year: it has four digits, or the first has only one, which no year has.
    year_last: bool,
}

impl Numbers {
    /// Three numbers as written; `year_last` where only the last can be the year.
    pub(super) fn new(numbers: [u16; 3], year_last: bool) -> Option<Self> {
        let numbers = Numbers { numbers, year_last };
        Order::ALL.iter().any(|order| numbers.in_order(*order).is_some()).then_some(numbers)
    }

    /// The date if the numbers stand in that order; `None` where they cannot.
    pub fn in_order(self, order: Order) -> Option<Date> {
        let [a, b, c] = self.numbers;
        let (year, month, day) = match order {
            Order::Ymd if self.year_last => return None,
            Order::Ymd => (a, b, c),
            Order::Mdy => (c, a, b),
            Order::Dmy => (c, b, a),
        };
        let year = if year >= 100 { i16::try_from(year).ok()? } else { century(year)? };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// The year of two digits: from 69 of the last century, as POSIX has it for `%y`.
pub(super) fn century(year: u16) -> Option<i16> {
    let year = i16::try_from(year).ok()?;
    Some(match year {
        0..69 => 2000 + year,
        69..100 => 1900 + year,
        _ => return None,
    })
}

/// What a log says of one order: which stamps it can read, and how time then goes on.
#[derive(Debug, Clone, Copy, Default)]
struct Vote {
    impossible: u64,
    /// Steps back by a day or more.
    back: u64,
    /// Days from line to line, summed.
    walked: u64,
    last: Option<Date>,
}

/// Decides the order of a log's dates: by numbers that can be no month or no day, then by the order under which time does
/// not go back, then by the one under which the log's lines stand closest together.
#[derive(Debug, Clone, Default)]
pub(super) struct OrderVotes {
    votes: [Vote; 3],
    seen: u64,
}

impl OrderVotes {
    pub(super) fn see(&mut self, numbers: Numbers) {
        self.seen += 1;
        for (vote, order) in self.votes.iter_mut().zip(Order::ALL) {
            let Some(date) = numbers.in_order(order) else {
                vote.impossible += 1;
                continue;
            };
            if let Some(last) = vote.last {
                vote.back += u64::from(date < last);
                vote.walked += u64::from((date - last).get_days().unsigned_abs());
            }
            vote.last = Some(date);
        }
    }

    /// The order, and whether the log's own numbers told it; `None` where no numbers were seen. Where they leave a choice, the
    /// order is taken that comes nearest to `anchor`, a day that is known from elsewhere.
    pub(super) fn decide(&self, anchor: Option<Date>) -> Option<(Order, bool)> {
        if self.seen == 0 {
            return None;
        }
        let cost = |vote: &Vote| (vote.impossible, vote.back, vote.walked);
        let best = self.votes.iter().map(cost).min()?;
        let fitting: Vec<(Order, &Vote)> =
            Order::ALL.into_iter().zip(&self.votes).filter(|(_, vote)| cost(vote) == best).collect();
        let distance = |vote: &Vote| match (anchor, vote.last) {
            (Some(anchor), Some(last)) => (anchor - last).get_days().unsigned_abs(),
            _ => 0,
        };
        let (order, _) = fitting.iter().min_by_key(|(_, vote)| distance(vote))?;
        Some((*order, fitting.len() == 1))
    }
}
