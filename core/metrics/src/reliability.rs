//! How far a person can be relied on, told by tasks whose answer was known.

use serde::{Deserialize, Serialize};

use crate::special::beta_i;

/// The share of known answers that a person should give.
pub const WANTED_RATE: f64 = 0.8;

/// Fewest tasks after which a rate counts as too low.
const ENOUGH: u64 = 10;

/// What the known answers say about a person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Tasks whose answer was known.
    pub tasks: u64,
    /// Those of them that were answered well.
    pub passed: u64,
    /// Mean of the posterior of the person's rate.
    pub mean: f64,
    /// Lower end of its central 95 %.
    pub low: f64,
    /// Upper end of its central 95 %.
    pub high: f64,
    /// Probability that the rate lies below [`WANTED_RATE`].
    pub p_below: f64,
    /// What follows from that.
    pub verdict: Verdict,
}

/// What follows from known answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against the person.
    Fine,
    /// The rate is below [`WANTED_RATE`] with a probability above 0.8.
    Doubtful,
    /// With a probability above 0.95, after ten tasks or more.
    TooLow,
}

impl Reliability {
    /// The posterior Beta(passed + ½, tasks − passed + ½) of the rate, from Jeffreys' prior; without a task the prior
    /// itself. More passed than there were tasks count as all of them.
    ///
    /// Jeffreys, H. (1946): An invariant form for the prior probability in estimation problems. Proc. R. Soc. A 186.
    pub fn of(passed: u64, tasks: u64) -> Self {
        let passed = passed.min(tasks);
        let (a, b) = (passed as f64 + 0.5, (tasks - passed) as f64 + 0.5);
        let p_below = beta_i(a, b, WANTED_RATE);
        let verdict = match p_below {
            p if p > 0.95 && tasks >= ENOUGH => Verdict::TooLow,
            p if p > 0.8 => Verdict::Doubtful,
            _ => Verdict::Fine,
        };
        let (low, high) = (quantile(a, b, 0.025), quantile(a, b, 0.975));
        Self { tasks, passed, mean: a / (a + b), low, high, p_below, verdict }
    }

    /// Probability that the rate lies below `rate`, by the same posterior; `rate` outside `[0, 1]` counts as its nearer end.
    pub fn probability_below(&self, rate: f64) -> f64 {
        let (a, b) = (self.passed as f64 + 0.5, (self.tasks - self.passed) as f64 + 0.5);
        beta_i(a, b, rate.clamp(0.0, 1.0))
    }
}

/// The `p`-quantile of Beta(a, b), by halving an interval until it cannot be halved.
fn quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_i(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 18 of 20: worked out with scipy.stats.beta(18.5, 2.5).
    #[test]
    fn eighteen_of_twenty_are_fine() {
        let found = Reliability::of(18, 20);
        for (seen, known) in [
            (found.mean, 0.880_952_380_95),
            (found.low, 0.716_146_74),
            (found.high, 0.978_627_51),
            (found.p_below, 0.127_047_67),
        ] {
            assert!((seen - known).abs() < 1e-8, "{seen} is not {known}");
        }
        assert_eq!(found.verdict, Verdict::Fine);
    }

    #[test]
    fn few_tasks_say_little() {
        // The prior: the arcsine distribution, (2/π)·asin(√0.8) below 0.8 and the quantiles sin²(πp/2).
        let none = Reliability::of(0, 0);
        assert_eq!(none.mean, 0.5);
        let arcsine = 0.8_f64.sqrt().asin() / std::f64::consts::FRAC_PI_2;
        assert!((none.p_below - arcsine).abs() < 1e-12);
        let end = (0.025 * std::f64::consts::FRAC_PI_2).sin().powi(2);
        assert!((none.low - end).abs() < 1e-10 && (none.high - (1.0 - end)).abs() < 1e-10, "{none:?}");
        // All wrong: doubtful at once, too low only after ten.
        assert_eq!(Reliability::of(0, 9).verdict, Verdict::Doubtful);
        assert_eq!(Reliability::of(0, 10).verdict, Verdict::TooLow);
        assert_eq!(Reliability::of(30, 30).verdict, Verdict::Fine);
        assert_eq!(Reliability::of(9, 5), Reliability::of(5, 5));
    }
}
