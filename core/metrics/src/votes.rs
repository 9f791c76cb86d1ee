//! One class out of several opinions by weighted votes, or the word that somebody has to decide.

use serde::{Deserialize, Serialize};

use crate::error::MetricsError;
use crate::value::{Metric, Reason};

/// What is attempted, for messages.
const TASK: &str = "count votes";
/// Sums of weights this close are a tie.
const HAIR: f64 = 1e-12;

/// One opinion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Vote {
    /// Class index.
    pub class: usize,
    /// Weight of who says so, finite and not negative; 1 is usual. A vote without weight is no vote.
    pub weight: f64,
}

/// When votes decide.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VoteOptions {
    /// The winner has to have more than this share; 0.5 by default.
    pub share: f64,
    /// Fewest voters; 2 by default.
    pub quorum: usize,
}

impl Default for VoteOptions {
    fn default() -> Self {
        Self { share: 0.5, quorum: 2 }
    }
}

/// Whether the votes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoteVerdict {
    /// The leading class is taken.
    Decided,
    /// Fewer voters than the quorum.
    TooFewVoters,
    /// Two classes lead.
    Tie,
    /// The leading class has too small a share.
    NoMajority,
}

/// What votes say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoteResult {
    /// The class with most weight, the lowest of several; none without votes. Only [`VoteVerdict::Decided`] takes it.
    pub leading: Option<usize>,
    /// Its share of the weight; n counts voters, `empty` without votes.
    pub share: Metric,
    /// Its share less that of the second; n counts voters, `empty` without votes.
    pub margin: Metric,
    /// Share of each class, which adds up to 1; all 0 without votes.
    pub soft_label: Vec<f64>,
    /// Votes with a weight above 0.
    pub voters: usize,
    /// Whether that decides.
    pub verdict: VoteVerdict,
}

impl VoteResult {
    /// The class that was decided on; none where somebody has to arbitrate.
    pub fn winner(&self) -> Option<usize> {
        self.leading.filter(|_| self.verdict == VoteVerdict::Decided)
    }

    /// True when the votes do not decide.
    pub fn needs_arbitration(&self) -> bool {
        self.verdict != VoteVerdict::Decided
    }
}

/// Counts weighted votes for the classes `0..classes`.
///
/// An error for a class that is not declared and for a weight that is negative or not finite. Without votes the verdict is
/// [`VoteVerdict::TooFewVoters`], whatever the quorum.
pub fn count_votes(votes: &[Vote], classes: usize, options: &VoteOptions) -> Result<VoteResult, MetricsError> {
    let mut weights = vec![0.0; classes];
    for (index, vote) in votes.iter().enumerate() {
        let refused = |field, value, expected| MetricsError::OutOfRange { task: TASK, index, field, value, expected };
        if !vote.weight.is_finite() || vote.weight < 0.0 {
            return Err(refused("weight", vote.weight, "finite and not negative"));
        }
        let weight = weights.get_mut(vote.class);
        *weight.ok_or_else(|| refused("class", vote.class as f64, "below the number of classes"))? += vote.weight;
    }
    let voters = votes.iter().filter(|vote| vote.weight > 0.0).count();
    let total: f64 = weights.iter().sum();
    if voters == 0 {
        let none = Metric::undefined(Reason::Empty);
        let verdict = VoteVerdict::TooFewVoters;
        return Ok(VoteResult { leading: None, share: none, margin: none, soft_label: weights, voters, verdict });
    }
    let soft_label: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let leading = (0..classes).fold(0, |best, class| if soft_label[class] > soft_label[best] { class } else { best });
    let share = soft_label[leading];
    let others = soft_label.iter().enumerate().filter(|(class, _)| *class != leading);
    let margin = share - others.map(|(_, share)| *share).fold(0.0, f64::max);
    let verdict = match () {
        () if voters < options.quorum => VoteVerdict::TooFewVoters,
        () if margin <= HAIR => VoteVerdict::Tie,
        () if share <= options.share + HAIR => VoteVerdict::NoMajority,
        () => VoteVerdict::Decided,
    };
    let (share, margin) = (Metric::new(share, voters as u64), Metric::new(margin, voters as u64));
    Ok(VoteResult { leading: Some(leading), share, margin, soft_label, voters, verdict })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(votes: &[(usize, f64)], options: &VoteOptions) -> VoteResult {
        let votes: Vec<Vote> = votes.iter().map(|&(class, weight)| Vote { class, weight }).collect();
        count_votes(&votes, 3, options).expect("a count")
    }

    #[test]
    fn a_majority_decides() {
        let got = count(&[(2, 1.0), (0, 1.0), (2, 1.0)], &VoteOptions::default());
        assert_eq!((got.winner(), got.voters, got.verdict), (Some(2), 3, VoteVerdict::Decided));
        assert_eq!(got.soft_label, [1.0 / 3.0, 0.0, 2.0 / 3.0]);
        assert_eq!((got.share.value(), got.share.n()), (Some(2.0 / 3.0), 3));
        assert!((got.margin.value().expect("defined") - 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn weights_count_and_votes_without_weight_do_not() {
        let got = count(&[(0, 0.3), (1, 0.5), (0, 0.3), (1, 0.0)], &VoteOptions::default());
        assert_eq!((got.winner(), got.voters), (Some(0), 3));
        let alone = count(&[(0, 1.0), (1, 0.0)], &VoteOptions::default());
        assert_eq!((alone.verdict, alone.leading, alone.winner()), (VoteVerdict::TooFewVoters, Some(0), None));
        assert_eq!(count(&[(0, 1.0)], &VoteOptions { quorum: 1, share: 0.5 }).winner(), Some(0));
    }

    #[test]
    fn ties_and_small_shares_go_to_arbitration() {
        let tie = count(&[(1, 0.1), (1, 0.2), (2, 0.3)], &VoteOptions::default());
        assert_eq!((tie.verdict, tie.needs_arbitration()), (VoteVerdict::Tie, true));
        // Exactly half is not more than half.
        let half = count(&[(0, 2.0), (1, 1.0), (2, 1.0)], &VoteOptions::default());
        assert_eq!((half.verdict, half.winner()), (VoteVerdict::NoMajority, None));
        assert_eq!(count(&[(0, 2.0), (1, 1.0), (2, 1.0)], &VoteOptions { share: 0.4, quorum: 2 }).winner(), Some(0));
    }

    #[test]
    fn nothing_to_count_decides_nothing() {
        for votes in [&[][..], &[(0, 0.0), (1, 0.0)]] {
            let got = count(votes, &VoteOptions { quorum: 0, share: 0.5 });
            assert_eq!((got.leading, got.verdict), (None, VoteVerdict::TooFewVoters));
            assert_eq!((got.share.reason(), got.soft_label), (Some(Reason::Empty), vec![0.0; 3]));
        }
    }

    #[test]
    fn strange_votes_are_refused() {
        for (class, weight) in [(3, 1.0), (0, -1.0), (0, f64::NAN), (0, f64::INFINITY)] {
            assert!(count_votes(&[Vote { class, weight }], 3, &VoteOptions::default()).is_err());
        }
    }
}
