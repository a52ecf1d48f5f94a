//! Units on their way from the thread that reads to those that take them apart.
//!
//! A mail takes a fraction of a millisecond to take apart. A channel wakes its other end for each one: the reader, which is
//! quicker, would be put to sleep and woken for every mail. Here a worker takes several at once, and the reader is woken when half
//! of the room is free.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::feed::Unit;

/// Units waiting for a worker.
const ROOM: usize = 256;

/// Units that a worker takes at once, at most: few, so that the last ones of an input are spread over all workers.
const MOST_TAKEN: usize = 16;

/// Bytes after which a worker takes no more at once: one mail with a log is work enough.
const MOST_BYTES: usize = 64 << 10;

/// A unit with its number.
pub(super) type Numbered = (u64, Unit);

/// Units in order. Ends when the reader closes it and when no worker is left.
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
    freed: Condvar,
}

struct State {
    units: VecDeque<Numbered>,
    /// Workers that there are, and how many of them wait.
    workers: usize,
    idle: usize,
    /// The reader waits for room.
    full: bool,
    /// No further unit will come.
    closed: bool,
}

impl Queue {
    /// An empty one, for so many workers.
    pub(super) fn new(workers: usize) -> Self {
        let state = State { units: VecDeque::new(), workers, idle: 0, full: false, closed: false };
        Queue { state: Mutex::new(state), filled: Condvar::new(), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a unit, as soon as there is room; `false`: nobody is left to take it.
    pub(super) fn push(&self, unit: Numbered) -> bool {
        let mut state = self.state();
        while state.units.len() >= ROOM && state.workers > 0 {
            state.full = true;
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.workers == 0 {
            return false;
        }
        state.units.push_back(unit);
        if state.idle > 0 {
            self.filled.notify_one();
        }
        true
    }

    /// Says that no further unit will come.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_all();
    }

    /// Waits for units and takes some of them; none when no further one will come.
    pub(super) fn take(&self) -> Vec<Numbered> {
        let mut state = self.state();
        while state.units.is_empty() && !state.closed {
            state.idle += 1;
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        let share = (state.units.len() / state.workers.max(1)).clamp(1, MOST_TAKEN);
        let (mut taken, mut bytes) = (Vec::with_capacity(share), 0);
        while taken.len() < share && bytes < MOST_BYTES {
            let Some(next) = state.units.pop_front() else { break };
            bytes += next.1.raw.len();
            taken.push(next);
        }
        if state.full && state.units.len() <= ROOM / 2 {
            state.full = false;
            self.freed.notify_one();
        }
        taken
    }

    /// Says that a worker ends.
    pub(super) fn leave(&self) {
        self.state().workers -= 1;
        self.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::{app::ingest::feed::UnitKind, store::MessageHash};

    fn unit(number: u64, bytes: usize) -> Numbered {
        let raw = vec![b'x'; bytes];
        (number, Unit { part: String::new(), id: MessageHash::of(&raw), raw, kind: UnitKind::Whole })
    }

    fn numbers(taken: &[Numbered]) -> Vec<u64> {
        taken.iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn every_unit_comes_out_once() {
        let queue = Queue::new(3);
        let mut found: Vec<u64> = thread::scope(|scope| {
            let worker = || {
                let all = std::iter::repeat_with(|| queue.take()).take_while(|taken| !taken.is_empty());
                let found: Vec<u64> = all.flat_map(|taken| numbers(&taken)).collect();
                queue.leave();
                found
            };
            let workers: Vec<_> = (0..3).map(|_| scope.spawn(worker)).collect();
            // Many more than there is room for.
            (0..5_000).for_each(|number| assert!(queue.push(unit(number, 10))));
            queue.close();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        found.sort_unstable();
        assert_eq!(found, (0..5_000).collect::<Vec<_>>());
    }

    #[test]
    fn units_are_shared_out_and_large_ones_taken_alone() {
        let queue = Queue::new(2);
        (0..8).for_each(|number| assert!(queue.push(unit(number, 10))));
        assert_eq!(numbers(&queue.take()), [0, 1, 2, 3]);
        assert_eq!(numbers(&queue.take()), [4, 5]);
        (8..12).for_each(|number| assert!(queue.push(unit(number, MOST_BYTES))));
        assert_eq!(numbers(&queue.take()), [6, 7, 8]);
        assert_eq!(numbers(&queue.take()), [9]);
    }

    #[test]
    fn the_reader_is_told_when_nobody_is_left() {
        let queue = Queue::new(1);
        (0..ROOM as u64).for_each(|number| assert!(queue.push(unit(number, 1))));
        thread::scope(|scope| {
            let reader = scope.spawn(|| queue.push(unit(0, 1)));
            queue.leave();
            assert!(!reader.join().unwrap());
        });
    }
}
