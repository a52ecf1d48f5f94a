//! How many slips of the hand lie between two words (optimal string alignment).

/// Elements inserted, removed, changed or swapped between two rows, if at most `most`. `same` says which are equal.
pub(crate) fn slips<T>(left: &[T], right: &[T], most: usize, same: impl Fn(&T, &T) -> bool) -> Option<usize> {
    // Names share long beginnings and ends; what lies between is short.
    let begun = left.iter().zip(right).take_while(|(a, b)| same(a, b)).count();
    let (left, right) = (left.get(begun..)?, right.get(begun..)?);
    let ended = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (left, right) = (left.get(..left.len() - ended)?, right.get(..right.len() - ended)?);
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let is = |one: Option<&T>, other: &T| one.is_some_and(|one| same(one, other));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let changed = last.get(column)? + usize::from(!same(a, b));
            let removed = last.get(column + 1)? + 1;
            let inserted = line.get(column)? + 1;
            let mut best = changed.min(removed).min(inserted);
            let crossed = row > 0 && column > 0 && is(left.get(row - 1), b) && is(right.get(column - 1), a);
            if crossed && let Some(swapped) = before.get(column - 1) {
                best = best.min(swapped + 1);
            }
            line.push(best);
        }
        // Every path runs through each row, so nothing below can get better again.
        if line.iter().min().is_some_and(|&least| least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().filter(|&slips| slips <= most)
}
