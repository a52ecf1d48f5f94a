//! Many tests at once: the share of false ones among those called is held, by Benjamini and Hochberg (J. R. Statist. Soc. B 57,
//! 1995).

/// The least share of false discoveries at which each would be called, in the order of the tests.
pub fn adjusted(likelihoods: &[f64]) -> Vec<f64> {
    let count = likelihoods.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| likelihoods[*a].total_cmp(&likelihoods[*b]));
    let mut adjusted = vec![1.0; count];
    let mut least = 1.0f64;
    for (place, test) in order.iter().enumerate().rev() {
        least = least.min(likelihoods[*test] * count as f64 / (place + 1) as f64);
        adjusted[*test] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_paper() {
        // Table of Benjamini and Hochberg, section 3.2: at 5% the first four of fifteen are called.
        let published = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0000,
        ];
        let found = adjusted(&published);
        assert_eq!(found.iter().filter(|value| **value <= 0.05).count(), 4);
        assert!((found[0] - 0.0015).abs() < 1e-12 && (found[3] - 0.035_625).abs() < 1e-12, "{found:?}");
        assert!(adjusted(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn order_is_kept_and_nothing_becomes_likelier(tests in prop::collection::vec(0.0f64..=1.0, 0..50)) {
            let found = adjusted(&tests);
            for (a, x) in tests.iter().zip(&found) {
                prop_assert!(*x >= a - 1e-12 && *x <= 1.0);
                for (b, y) in tests.iter().zip(&found) {
                    prop_assert!(a > b || x <= y);
                }
            }
        }
    }
}
