//! Times to resolution by Kaplan and Meier: cases that are still open count for as long as they were watched.
//!
//! Intervals by Greenwood's variance on the log(-log) scale, which keeps them between 0 and 1. Source: Kalbfleisch and
//! Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, section 1.4; the interval of a quantile by Brookmeyer
//! and Crowley, Biometrics 38 (1982).

use super::Z95;

/// A case that was watched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// For how long, in hours.
    pub hours: f64,
    /// Whether it was closed then; else it was open still.
    pub closed: bool,
}

/// The share of cases that are still open after some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// From this time on, in hours.
    pub hours: f64,
    /// Cases that were watched until then.
    pub at_risk: usize,
    /// Cases closed at that time.
    pub closed: usize,
    /// The share, 0 to 1.
    pub open: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A time by which a share of the cases is closed, with its 95% interval, in hours; `None` where the curve does not come so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quantile {
    /// The time.
    pub hours: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// The curve, a step for each time at which a case was closed.
pub fn curve(watched: &[Watched]) -> Vec<Step> {
    let mut sorted: Vec<Watched> = watched.iter().copied().filter(|one| one.hours.is_finite()).collect();
    sorted.sort_by(|a, b| a.hours.total_cmp(&b.hours));
    let mut steps = Vec::new();
    let (mut open, mut greenwood) = (1.0, 0.0);
    let mut at = 0;
    while let Some(first) = sorted.get(at) {
        let at_risk = sorted.len() - at;
        let same = sorted[at..].iter().take_while(|one| one.hours <= first.hours);
        let (count, closed) = same.fold((0, 0), |(all, closed), one| (all + 1, closed + usize::from(one.closed)));
        at += count;
        if closed == 0 {
            continue;
        }
        let (n, d) = (at_risk as f64, closed as f64);
        open *= (n - d) / n;
        greenwood += if closed < at_risk { d / (n * (n - d)) } else { 0.0 };
        let (low, high) = interval(open, greenwood);
        steps.push(Step { hours: first.hours, at_risk, closed, open, low, high });
    }
    steps
}

/// The curve as far as it tells something: where cases are still open, it ends when fewer than `least` were watched so long. One
/// old case that is closed says nothing of twenty young ones.
pub fn told(watched: &[Watched], least: usize) -> Vec<Step> {
    let all_closed = watched.iter().all(|one| one.closed);
    curve(watched).into_iter().take_while(|step| all_closed || step.at_risk >= least).collect()
}

/// The interval of a share by Greenwood's sum; where all are closed there is none, and its ends are 0.
fn interval(open: f64, greenwood: f64) -> (f64, f64) {
    if open <= 0.0 || open >= 1.0 {
        return (open, open);
    }
    let spread = (Z95 * greenwood.sqrt() / open.ln().abs()).exp();
    (open.powf(spread), open.powf(1.0 / spread))
}

/// The time by which a share (0 to 1) of the cases is closed.
pub fn quantile(curve: &[Step], share: f64) -> Quantile {
    // 1 - 0.9 is a little less than 0.1.
    let left = 1.0 - share + 1e-9;
    let first = |value: fn(&Step) -> f64| curve.iter().find(|step| value(step) <= left).map(|step| step.hours);
    Quantile { hours: first(|step| step.open), low: first(|step| step.low), high: first(|step| step.high) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watched(rows: &[(f64, bool)]) -> Vec<Watched> {
        rows.iter().map(|&(hours, closed)| Watched { hours, closed }).collect()
    }

    /// Weeks of remission of 21 patients under 6-mercaptopurine; a plus in the source is an open case here.
    /// Source: Freireich et al., Blood 21 (1963), as in Kalbfleisch and Prentice.
    fn remission() -> Vec<Watched> {
        let closed = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let open = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let rows: Vec<_> = closed.map(|at| (at, true)).into_iter().chain(open.map(|at| (at, false))).collect();
        watched(&rows)
    }

    #[test]
    fn the_published_curve() {
        let curve = curve(&remission());
        let shares: Vec<String> = curve.iter().map(|step| format!("{} {:.4}", step.hours, step.open)).collect();
        let published = ["6 0.8571", "7 0.8067", "10 0.7529", "13 0.6902", "16 0.6275", "22 0.5378", "23 0.4482"];
        assert_eq!(shares, published);
        // Greenwood's standard errors are published as 0.0764 at 6 and 0.1346 at 23 weeks; hence the ends.
        let ends = |step: &Step| format!("{:.3} {:.3}", step.low, step.high);
        assert_eq!(ends(&curve[0]), "0.620 0.952");
        assert_eq!(ends(&curve[6]), "0.188 0.680");
        let median = quantile(&curve, 0.5);
        assert_eq!((median.hours, median.low, median.high), (Some(23.0), Some(13.0), None));
        assert_eq!(quantile(&curve, 0.9), Quantile { hours: None, ..quantile(&curve, 0.9) });
    }

    #[test]
    fn nothing_watched_and_nothing_closed_give_no_time() {
        assert_eq!(quantile(&curve(&[]), 0.5), Quantile::default());
        assert_eq!(quantile(&curve(&watched(&[(3.0, false), (4.0, false)])), 0.5), Quantile::default());
        let all = curve(&watched(&[(1.0, true), (2.0, true)]));
        assert_eq!((quantile(&all, 0.5).hours, quantile(&all, 0.9).hours), (Some(1.0), Some(2.0)));
    }

    #[test]
    fn one_old_case_that_is_closed_says_nothing_of_young_ones() {
        let young: Vec<_> = (1..20).map(|day| (f64::from(day) * 24.0, false)).collect();
        let mixed = watched(&[&young[..], &[(1_200.0, true)]].concat());
        assert_eq!(quantile(&curve(&mixed), 0.5).hours, Some(1_200.0));
        assert_eq!(quantile(&told(&mixed, 5), 0.5), Quantile::default());
        // Where nothing is open, all of it is known.
        let closed = watched(&[(1.0, true), (2.0, true), (3.0, true)]);
        assert_eq!(told(&closed, 5), curve(&closed));
    }

    proptest! {
        #[test]
        fn shares_fall_and_intervals_hold_them(rows in prop::collection::vec((0.0f64..500.0, any::<bool>()), 0..60)) {
            let curve = curve(&watched(&rows));
            for step in &curve {
                prop_assert!(0.0 <= step.low && step.low <= step.open + 1e-12 && step.open <= step.high + 1e-12, "{step:?}");
                prop_assert!(step.high <= 1.0);
            }
            prop_assert!(curve.windows(2).all(|pair| pair[0].open >= pair[1].open && pair[0].hours < pair[1].hours));
            let (half, most) = (quantile(&curve, 0.5), quantile(&curve, 0.9));
            if let (Some(half), Some(most)) = (half.hours, most.hours) {
                prop_assert!(half <= most);
            }
            if let (Some(low), Some(hours)) = (half.low, half.hours) {
                prop_assert!(low <= hours);
            }
            if let (Some(hours), Some(high)) = (half.hours, half.high) {
                prop_assert!(hours <= high);
            }
        }
    }
}
