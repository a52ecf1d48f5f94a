//! Numbers that belong together, joined pair by pair.

/// Groups of the numbers from 0. Each number points to an earlier one of its group, the first to itself.
#[derive(Debug)]
pub(super) struct Groups(Vec<usize>);

impl Groups {
    /// So many numbers, each by itself.
    pub(super) fn of(count: usize) -> Groups {
        Groups((0..count).collect())
    }

    /// Makes two numbers, with all that belongs to either, one group.
    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (a, b) = (self.first(one), self.first(other));
        self.0[a.max(b)] = a.min(b);
    }

    /// The first number of a number's group.
    pub(super) fn first(&self, mut number: usize) -> usize {
        while self.0[number] != number {
            number = self.0[number];
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_others_belongs_together() {
        let mut groups = Groups::of(5);
        groups.join(3, 4);
        groups.join(1, 4);
        let firsts: Vec<usize> = (0..5).map(|number| groups.first(number)).collect();
        assert_eq!(firsts, [0, 1, 2, 1, 1]);
    }
}
