//! Which families have a number: asked of every number in a log.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use super::{Family, table};

/// A set of families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Families(u64);

impl Families {
    /// Whether a family is in the set.
    pub(super) fn holds(self, family: Family) -> bool {
        self.0 >> family as u32 & 1 == 1
    }
}

/// About as many numbers as the tables have.
const NUMBERS: usize = 24_000;

/// Numbers below this are looked up by their place: most that stand in a log are.
const SMALL: usize = 0x1000;

struct ByNumber {
    small: Vec<Families>,
    others: HashMap<u32, Families, BuildHasherDefault<Spread>>,
}

static FAMILIES: LazyLock<ByNumber> = LazyLock::new(|| {
    let mut small = vec![Families::default(); SMALL];
    // Room for all at once: a table that grows is hashed anew each time.
    let mut others = HashMap::with_capacity_and_hasher(NUMBERS, BuildHasherDefault::default());
    for (family, number) in table::numbers() {
        let families = match small.get_mut(number as usize) {
            Some(families) => families,
            None => others.entry(number).or_insert(Families::default()),
        };
        families.0 |= 1 << family as u32;
    }
    ByNumber { small, others }
});

/// The families that have a number.
pub(super) fn of(number: u32) -> Families {
    let families = &*FAMILIES;
    match families.small.get(number as usize) {
        Some(&small) => small,
        None => families.others.get(&number).copied().unwrap_or_default(),
    }
}

/// Multiplicative hash (Knuth) of one number: the keys are the program's own.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(byte.into()));
    }

    fn write_u32(&mut self, number: u32) {
        // The table takes its places from the lower bits and its marks from the upper ones.
        let product = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = product ^ product >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_its_family_and_in_no_other() {
        let mut rows = 0;
        for entry in table::rows() {
            assert!(of(entry.number).holds(entry.family), "{entry:?}");
            let listed = table::by_number(entry.number);
            let set = listed.fold(0, |set, entry| set | 1_u64 << entry.family as u32);
            assert_eq!(of(entry.number), Families(set), "{entry:?}");
            rows += 1;
        }
        assert!(rows > 9000);
        assert_eq!(of(0x1234_5678), Families::default());
    }
}
