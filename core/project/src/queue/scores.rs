//! Uncertainty of samples from the boxes of a run: calibrated scores, the policy's measure, weights of rare classes.

use std::collections::BTreeMap;

use concord_domain::policy::{Measure, OpinionMeasure, QueueRules};
use concord_domain::sample::Sample;
use concord_domain::suggestion::Run;
use concord_metrics::calibration::Calibrator;
use concord_metrics::ranking::{MIN_AGREED_SCORE, MIN_BOX_SCORE, aggregate, binary_entropy_bits, class_rarity_weight};
use concord_store::{Beside, IdRange, Reader, ScoreRow};
use rayon::prelude::*;

use crate::{Project, ProjectError};

/// Uncertainties by the place of the sample; NaN where the model did not see it.
#[derive(Debug)]
pub(super) struct Uncertainties {
    /// Of the boxes as they are.
    pub(super) plain: Vec<f64>,
    /// Of the boxes weighted by the rarity of their classes; empty when rarity does not count.
    pub(super) rare: Vec<f64>,
    /// True when the scores were calibrated.
    pub(super) is_calibrated: bool,
}

/// Where samples stand, found by their ids.
#[derive(Debug)]
pub(super) struct Places<'a> {
    by_id: Vec<(&'a str, u32)>,
}

impl<'a> Places<'a> {
    /// The places in a list of samples.
    pub(super) fn of(samples: &'a [Sample]) -> Self {
        let mut by_id: Vec<(&str, u32)> = samples.iter().map(|s| s.id.0.as_str()).zip(0..).collect();
        by_id.par_sort_unstable();
        Self { by_id }
    }

    /// The place of a sample; `None` when it is not in the list.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let at = self.by_id.binary_search_by(|entry| entry.0.cmp(id)).ok()?;
        Some(self.by_id[at].1 as usize)
    }
}

/// The uncertainty of every sample, all NaN without a run.
///
/// What is stored with the run is taken where neither a calibration nor another measure nor rarity asks for more.
pub(super) fn uncertainties(
    project: &Project,
    reader: &Reader,
    run: Option<&Run>,
    places: &Places<'_>,
    rules: &QueueRules,
) -> Result<Uncertainties, ProjectError> {
    let mut plain = vec![f64::NAN; places.by_id.len()];
    let Some(run) = run else {
        return Ok(Uncertainties { plain, rare: vec![], is_calibrated: false });
    };
    let calibrator = calibrator(reader, run)?;
    let is_calibrated = calibrator.is_some();
    let wants_rarity = rules.rarity > 0.0;
    let takes_stored = rules.takes_stored_uncertainty() && !is_calibrated;
    for (sample, stored) in reader.uncertainties(&run.id)? {
        if let Some(place) = places.find(&sample.0) {
            plain[place] = if takes_stored { stored } else { 0.0 };
        }
    }
    let mut rare = if wants_rarity { plain.iter().map(|v| v * 0.0).collect() } else { vec![] };
    if !takes_stored || wants_rarity {
        let calibrator = calibrator.unwrap_or_default();
        let classes: BTreeMap<String, u64> = reader.class_counts()?.into_iter().collect();
        let measured = Measured { project, run, places, rules, calibrator: &calibrator, classes: &classes };
        for found in measured.all()? {
            if !takes_stored {
                plain[found.place] = found.plain;
            }
            if wants_rarity {
                rare[found.place] = found.rare;
            }
        }
    }
    Ok(Uncertainties { plain, rare, is_calibrated })
}

/// The calibration in force of a run's model; `None` when there is none.
fn calibrator(reader: &Reader, run: &Run) -> Result<Option<Calibrator>, ProjectError> {
    if run.model_sha256.is_empty() {
        return Ok(None);
    }
    let registered = reader.registered(&run.model_sha256)?;
    Ok(registered.and_then(|row| row.calibration).map(|calibration| calibration.fitted.calibrator))
}

struct Measured<'a> {
    project: &'a Project,
    run: &'a Run,
    places: &'a Places<'a>,
    rules: &'a QueueRules,
    calibrator: &'a Calibrator,
    /// How often each class was labelled.
    classes: &'a BTreeMap<String, u64>,
}

struct Found {
    place: usize,
    plain: f64,
    rare: f64,
}

impl Measured<'_> {
    /// Samples with boxes, read in ranges side by side.
    fn all(&self) -> Result<Vec<Found>, ProjectError> {
        let ranges: Vec<Vec<Found>> =
            IdRange::split().par_iter().map(|range| self.range(range)).collect::<Result<_, _>>()?;
        Ok(ranges.into_iter().flatten().collect())
    }

    /// What the measure needs beside the scores.
    fn beside(&self) -> Beside {
        if !self.run.opinions.is_one() && self.rules.opinions != OpinionMeasure::Score {
            Beside::Agreement
        } else if self.rules.measure == Measure::Margin {
            Beside::ClassScores
        } else {
            Beside::Nothing
        }
    }

    fn range(&self, range: &IdRange) -> Result<Vec<Found>, ProjectError> {
        let reader = self.project.reader()?;
        let largest = self.classes.values().copied().max().unwrap_or(0);
        let mut found = Vec::new();
        let mut sample = String::new();
        let (mut plain, mut rare): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut finish = |sample: &str, plain: &mut Vec<f64>, rare: &mut Vec<f64>| {
            if let Some(place) = self.places.find(sample).filter(|_| !plain.is_empty()) {
                let of = |values: &[f64]| aggregate(values, self.rules.aggregation());
                found.push(Found { place, plain: of(plain), rare: of(rare) });
            }
            plain.clear();
            rare.clear();
        };
        reader.each_score(&self.run.id, range, self.beside(), |row| {
            if row.sample != sample {
                finish(&sample, &mut plain, &mut rare);
                row.sample.clone_into(&mut sample);
            }
            if let Some(value) = box_uncertainty(self.rules, self.calibrator, &row) {
                let count = self.classes.get(row.class).copied().unwrap_or(0);
                plain.push(value);
                rare.push(value * class_rarity_weight(count, largest));
            }
        })?;
        finish(&sample, &mut plain, &mut rare);
        Ok(found)
    }
}

/// How unsure a model is of a box, in `[0, 1]`, or of mutual information in nats; `None` for one below
/// [`MIN_BOX_SCORE`] before calibration, and where opinions are compared for one below [`MIN_AGREED_SCORE`].
fn box_uncertainty(rules: &QueueRules, calibrator: &Calibrator, row: &ScoreRow<'_>) -> Option<f64> {
    if row.score < MIN_BOX_SCORE {
        return None;
    }
    let p = calibrator.apply(row.score).clamp(0.0, 1.0);
    match (rules.opinions, row.agreement) {
        (OpinionMeasure::Agreement, Some(agreement)) => {
            return (row.score >= MIN_AGREED_SCORE).then(|| agreement.uncertainty(p));
        }
        (OpinionMeasure::MutualInformation, Some(agreement)) => return Some(agreement.mutual_information),
        (OpinionMeasure::Score, _) | (_, None) => {}
    }
    Some(match rules.measure {
        Measure::Entropy => binary_entropy_bits(p),
        Measure::LeastConfidence => 2.0 * p.min(1.0 - p),
        Measure::Margin => match two_largest(row.class_scores) {
            Some([first, second]) => {
                let calibrated = |score: f64| calibrator.apply(score).clamp(0.0, 1.0);
                1.0 - (calibrated(first) - calibrated(second))
            }
            None => 1.0 - (p - (1.0 - p)).abs(),
        },
    })
}

/// The two largest of little-endian single-precision numbers; `None` for fewer than two.
fn two_largest(bytes: &[u8]) -> Option<[f64; 2]> {
    let numbers = bytes.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    let mut largest = [f64::NEG_INFINITY; 2];
    for number in numbers {
        if number > largest[0] {
            largest = [number, largest[0]];
        } else if number > largest[1] {
            largest[1] = number;
        }
    }
    largest[1].is_finite().then_some(largest)
}

#[cfg(test)]
mod tests {
    use concord_domain::opinions::Agreement;

    use super::*;

    fn row(score: f64, class_scores: &[u8]) -> ScoreRow<'_> {
        ScoreRow { sample: "", class: "bolt", score, class_scores, agreement: None }
    }

    /// Worked by hand; h(0.6) is 0.97095059 bits, and at temperature 2 a score of 0.8
    /// becomes 2/3, for its odds of 4 become 2.
    #[test]
    fn a_box_is_as_uncertain_as_the_measure_says() {
        let scores: Vec<u8> = [0.6_f32, 0.25, 0.5].iter().flat_map(|v| v.to_le_bytes()).collect();
        let near = |got: Option<f64>, expected: f64| {
            assert!(got.is_some_and(|got| (got - expected).abs() < 1e-6), "{got:?} instead of {expected}");
        };
        let raw = Calibrator::Identity;
        let box_uncertainty = |measure: Measure, calibrator: &Calibrator, row: &ScoreRow<'_>| {
            box_uncertainty(&QueueRules { measure, ..QueueRules::default() }, calibrator, row)
        };
        near(box_uncertainty(Measure::Entropy, &raw, &row(0.6, &[])), 0.970_950_59);
        near(box_uncertainty(Measure::LeastConfidence, &raw, &row(0.6, &[])), 0.8);
        near(box_uncertainty(Measure::Margin, &raw, &row(0.6, &[])), 0.8);
        near(box_uncertainty(Measure::Margin, &raw, &row(0.6, &scores)), 0.9);
        near(box_uncertainty(Measure::Margin, &raw, &row(0.6, &scores[..4])), 0.8);
        let cooled = Calibrator::Temperature { t: 2.0 };
        near(box_uncertainty(Measure::LeastConfidence, &cooled, &row(0.8, &[])), 2.0 / 3.0);
        assert_eq!(box_uncertainty(Measure::Entropy, &raw, &row(0.04, &[])), None);
    }

    /// By hand: of a box that half of the opinions show, with a mean overlap of 0.8, and at temperature 2 again.
    #[test]
    fn opinions_count_as_the_policy_says() {
        let agreement = Agreement { presence: 0.5, overlap: 0.8, mutual_information: 0.3 };
        let row = ScoreRow { agreement: Some(agreement), ..row(0.8, &[]) };
        let value = |opinions: OpinionMeasure, calibrator: &Calibrator| {
            let rules = QueueRules { opinions, measure: Measure::LeastConfidence, ..QueueRules::default() };
            box_uncertainty(&rules, calibrator, &row).expect("above the least score")
        };
        for (opinions, calibrator, expected) in [
            (OpinionMeasure::Agreement, Calibrator::Identity, 1.0 - 0.5 * 0.8 * 0.8),
            (OpinionMeasure::Agreement, Calibrator::Temperature { t: 2.0 }, 1.0 - 0.5 * 0.8 * 2.0 / 3.0),
            (OpinionMeasure::MutualInformation, Calibrator::Identity, 0.3),
            (OpinionMeasure::Score, Calibrator::Identity, 2.0 * 0.2),
        ] {
            let got = value(opinions, &calibrator);
            assert!((got - expected).abs() < 1e-9, "{got} instead of {expected} for {opinions:?}");
        }
    }
}
