//! The parts of a queue score: what lifts a sample above an ordinary one, and by how much.

use serde::{Deserialize, Serialize};

/// A part of the score of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// Which part.
    pub name: PartName,
    /// A rank in `[0, 1]`, a factor that is 1 when it does nothing, or, for diversity, a distance.
    pub value: f64,
    /// The part's share of what lifts the sample above an ordinary one, in `[0, 1]`. The shares of a sample add up to 1,
    /// or are all 0 where nothing lifts it.
    pub share: f64,
}

/// What a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// Rank by how unsure the model is.
    Uncertainty,
    /// Rank by how far several models differ.
    Disagreement,
    /// Rank by how unsure the model is about rare classes.
    Rarity,
    /// A drift alarm, or somebody who put the sample forward.
    Drift,
    /// Weight of the slice.
    Slice,
    /// Factor for waiting.
    Waiting,
    /// Distance to what is labelled or picked before it.
    Diversity,
    /// It was drawn at random.
    Random,
    /// It was drawn because the model sees nothing in it.
    Blank,
    /// A reviewer sent it back.
    SentBack,
    /// It is labelled again in a campaign.
    Campaign,
}

impl PartName {
    /// The parts by rank, in the order of the signals of [`QueueRules::weights`](concord_domain::policy::QueueRules::weights).
    pub const SIGNALS: [Self; 4] = [Self::Uncertainty, Self::Disagreement, Self::Rarity, Self::Drift];

    /// The word of files and of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncertainty => "uncertainty",
            Self::Disagreement => "disagreement",
            Self::Rarity => "rarity",
            Self::Drift => "drift",
            Self::Slice => "slice",
            Self::Waiting => "waiting",
            Self::Diversity => "diversity",
            Self::Random => "random",
            Self::Blank => "blank",
            Self::SentBack => "sent_back",
            Self::Campaign => "campaign",
        }
    }
}

/// The rank of an ordinary sample.
const ORDINARY_RANK: f64 = 0.5;

/// What the parts of one sample are computed from.
#[derive(Debug, Clone)]
pub(super) struct Makings {
    /// Rank and weight of each signal that is in use, in the order of [`PartName::SIGNALS`]; `None` for the others.
    pub(super) signals: [Option<(f64, f64)>; 4],
    /// Exponent of the combined rank.
    pub(super) alpha: f64,
    /// Weight of the slice, and its exponent.
    pub(super) slice: (f64, f64),
    /// Factor for waiting.
    pub(super) waiting: f64,
    /// Distance and its exponent, where the sample was picked by it.
    pub(super) diversity: Option<(f64, f64)>,
    /// What it was drawn for, if it does not stand here by its score.
    pub(super) drawn: Option<PartName>,
}

impl Makings {
    /// The parts, those in use only.
    ///
    /// An ordinary sample has rank ½ under every signal, slice weight, waiting factor and distance 1. A score is a
    /// product, so that each factor lifts by its logarithm; the combined rank is that of the strongest signal, which
    /// therefore gets all of its part. Of a drawn sample the draw is the whole reason.
    pub(super) fn parts(&self) -> Vec<Part> {
        let weighted = self.signals.map(|signal| signal.map_or(0.0, |(rank, weight)| rank * weight));
        let strongest = (0..weighted.len()).rev().max_by(|a, b| weighted[*a].total_cmp(&weighted[*b])).unwrap_or(0);
        let mut lifts: Vec<(PartName, f64, f64)> = Vec::new();
        for (at, name) in PartName::SIGNALS.into_iter().enumerate() {
            if let Some((rank, _)) = self.signals[at] {
                let lift = if at == strongest { lift(weighted[at] / ORDINARY_RANK, self.alpha) } else { 0.0 };
                lifts.push((name, rank, lift));
            }
        }
        lifts.push((PartName::Slice, self.slice.0, lift(self.slice.0, self.slice.1)));
        lifts.push((PartName::Waiting, self.waiting, lift(self.waiting, 1.0)));
        if let Some((distance, exponent)) = self.diversity {
            lifts.push((PartName::Diversity, distance, lift(distance, exponent)));
        }
        if let Some(name) = self.drawn {
            for part in &mut lifts {
                part.2 = 0.0;
            }
            lifts.push((name, 1.0, 1.0));
        }
        let total: f64 = lifts.iter().map(|part| part.2).sum();
        let share = |lift: f64| if total > 0.0 { lift / total } else { 0.0 };
        lifts.into_iter().map(|(name, value, lift)| Part { name, value, share: share(lift) }).collect()
    }
}

/// How far a factor lifts; what lowers lifts by 0.
fn lift(factor: f64, exponent: f64) -> f64 {
    if factor > 1.0 && exponent > 0.0 { exponent * libm::log(factor) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn makings() -> Makings {
        Makings {
            signals: [Some((1.0, 1.0)), None, None, Some((0.0, 1.0))],
            alpha: 1.0,
            slice: (1.0, 1.0),
            waiting: 1.0,
            diversity: None,
            drawn: None,
        }
    }

    fn shares(makings: &Makings) -> Vec<(&'static str, f64)> {
        makings.parts().iter().map(|p| (p.name.name(), (p.share * 1e6).round() / 1e6)).collect()
    }

    /// Worked by hand: rank 1 is twice the ordinary one and lifts by ln 2, a slice of weight 4 by 2 · ln 2.
    #[test]
    fn shares_are_those_of_the_logarithms() {
        let plain = [("uncertainty", 1.0), ("drift", 0.0), ("slice", 0.0), ("waiting", 0.0)];
        assert_eq!(shares(&makings()), plain);
        let heavy = Makings { slice: (4.0, 1.0), ..makings() };
        let expected = [("uncertainty", 0.333_333), ("drift", 0.0), ("slice", 0.666_667), ("waiting", 0.0)];
        assert_eq!(shares(&heavy), expected);
        let alarmed = Makings { signals: [Some((0.5, 1.0)), None, None, Some((1.0, 1.0))], ..makings() };
        assert_eq!(shares(&alarmed)[..2], [("uncertainty", 0.0), ("drift", 1.0)]);
        let low = Makings { signals: [Some((0.2, 1.0)), None, None, None], slice: (0.5, 1.0), ..makings() };
        assert!(shares(&low).iter().all(|part| part.1 == 0.0));
        let drawn = Makings { drawn: Some(PartName::Random), ..heavy };
        assert_eq!(shares(&drawn).last(), Some(&("random", 1.0)));
    }

    proptest! {
        #[test]
        fn shares_add_up(
            ranks in prop::array::uniform4(0.0..=1.0_f64), weights in prop::array::uniform4(0.0..3.0_f64),
            alpha in 0.0..3.0_f64, slice in 0.1..10.0_f64, waiting in 1.0..1.2_f64, distance in 0.0..2.0_f64,
        ) {
            let signals = [0, 1, 2, 3].map(|at| Some((ranks[at], weights[at])));
            let makings = Makings {
                signals, alpha, slice: (slice, 1.0), waiting, diversity: Some((distance, 1.0)), drawn: None,
            };
            let parts = makings.parts();
            let total: f64 = parts.iter().map(|p| p.share).sum();
            prop_assert!(total == 0.0 || (total - 1.0).abs() < 1e-9);
            prop_assert!(parts.iter().all(|p| (0.0..=1.0 + 1e-12).contains(&p.share)));
        }
    }
}
