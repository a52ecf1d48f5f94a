//! How far counts scatter beside a Poisson law: Pearson's statistic by its degrees of freedom. Source: McCullagh and Nelder,
//! Generalized Linear Models, 2nd edition, sections 4.5 and 6.2.

/// From this dispersion on, tests take it in: smaller ones come by chance.
pub const SWITCH: f64 = 1.3;

/// Rows from which a dispersion is estimated: of fewer, one outbreak makes all of it.
const LEAST_ROWS: usize = 5;

/// The dispersion of counts over several times, each row about its own level, with the volume of each time as offset. `None` where
/// there are too few rows or times. A row is as long as `volumes`.
pub fn pearson(rows: &[Vec<f64>], volumes: &[f64]) -> Option<f64> {
    let whole: f64 = volumes.iter().sum();
    let times = volumes.iter().filter(|volume| **volume > 0.0).count();
    let freedom = rows.len() * times.saturating_sub(1);
    if rows.len() < LEAST_ROWS || freedom == 0 {
        return None;
    }
    let one = |row: &Vec<f64>| -> f64 {
        let total: f64 = row.iter().sum();
        let expected = volumes.iter().map(|volume| total * volume / whole);
        let cells = row.iter().zip(expected).filter(|(_, expected)| *expected > 0.0);
        cells.map(|(seen, expected)| (seen - expected).powi(2) / expected).sum()
    };
    Some(rows.iter().map(one).sum::<f64>() / freedom as f64)
}

/// What tests are to use for a dispersion: 1, a Poisson law, up to [`SWITCH`].
pub fn switched(dispersion: Option<f64>) -> f64 {
    dispersion.filter(|value| *value > SWITCH).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pearsons_statistic_by_hand() {
        // Each row: 10 expected of each time; (2² + 2²) / 10 = 0.8 with one degree of freedom.
        let rows = vec![vec![12.0, 8.0]; 5];
        assert!((pearson(&rows, &[1.0, 1.0]).unwrap() - 0.8).abs() < 1e-12);
        // Volumes of one and three: 5 and 15 expected; (5²/5 + 5²/15) = 20/3.
        let rows = vec![vec![10.0, 10.0]; 6];
        assert!((pearson(&rows, &[2.0, 6.0]).unwrap() - 20.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn too_little_gives_none() {
        assert_eq!(pearson(&vec![vec![1.0, 2.0]; 4], &[1.0, 1.0]), None);
        assert_eq!(pearson(&vec![vec![1.0]; 9], &[1.0]), None);
        assert_eq!(pearson(&vec![vec![1.0, 0.0]; 9], &[1.0, 0.0]), None);
    }

    #[test]
    fn the_switch() {
        assert_eq!([None, Some(0.7), Some(1.3), Some(1.31)].map(switched), [1.0, 1.0, 1.0, 1.31]);
    }
}
