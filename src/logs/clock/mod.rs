//! Clocks of logs: time stamps as written become instants, and where they cannot, it is said what is missing.
//!
//! [`read()`] takes the stamp of one line apart, whatever program wrote it; nothing is assumed there. A [`LogClock`]
//! watches the lines of one log go by and gathers what a single stamp does not say: the order of day and month, the turn
//! of the year, the zone. [`LogClock::settle`] then decides, and a [`SettledClock`] places each stamp on the time line.
//! No I/O, no current time.
//!
//! ```
//! use casebook::logs::clock::{LogClock, Given};
//! let mut clock = LogClock::new("order.log");
//! let seen = clock.line(1, "2024-09-10 14:32:53,379 ERROR [main] cannot start").unwrap();
//! let given = "order.log=+08:00".parse::<Given>().unwrap();
//! let settled = clock.settle(Some(&given.zone), None, None);
//! assert_eq!(settled.place(&seen, None).unwrap().instant.unwrap().to_string(), "2024-09-10T06:32:53.379Z");
//! ```

mod cursor;
mod find;
mod follow;
mod given;
mod order;
mod settle;
#[cfg(test)]
mod tests;
mod written;
mod zone;

pub use find::{Stamp, read};
pub use follow::{LogClock, Seen};
pub use given::{Given, GivenError, parse_time, parse_zone};
pub use order::Order;
pub use settle::{Place, SettledClock, Year};
pub use zone::{Zone, ZoneSource};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::Offset,
};

/// What a stamp says, nothing assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Calendar and wall clock.
    Civil {
        /// The day as far as it is written.
        day: Day,
        /// The time of day.
        time: Time,
        /// The offset from UTC, where the stamp has one.
        offset: Option<Offset>,
    },
    /// Seconds since 1970, in any unit.
    Instant(Timestamp),
    /// Time since the machine was started: kernel messages.
    SinceBoot(SignedDuration),
}

/// The day of a stamp, as far as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Year, month and day.
    Full(Date),
    /// Three numbers whose order depends on the log: `9/10/2024`, `17/06/09`.
    Numbers(order::Numbers),
    /// Month and day: syslog, Android, Kubernetes.
    NoYear {
        /// From 1.
        month: i8,
        /// From 1.
        day: i8,
    },
    /// A time of day alone.
    None,
}
