//! How the queue is ranked and how a batch is put together: the section `[queue]` of a policy.

use concord_metrics::ranking::{Aggregation, Combination, QueueExponents, RankWeights};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::sections::{changed, fault_of_range, fault_of_share};

/// Largest exponent and largest weight of a term.
const MOST: f64 = 10.0;
/// Largest batch.
const MOST_IN_A_BATCH: u32 = 1000;

/// How the queue is ranked. What has its default is not written, so that a policy keeps its hash when options are added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, into = "Map<String, Value>")]
pub struct QueueRules {
    /// What says how unsure a model is of one box.
    pub measure: Measure,
    /// What counts of a box that several opinions were had on.
    pub opinions: OpinionMeasure,
    /// How the boxes of an image become one number.
    pub aggregation: BoxAggregation,
    /// How many of the most uncertain boxes [`BoxAggregation::TopKMean`] is the mean of, at least 1.
    pub top_k: u32,
    /// Exponent of the rank, in `[0, 10]`; 0 leaves uncertainty out.
    pub uncertainty_exponent: f64,
    /// Exponent of the weight of the slice, in `[0, 10]`; 0 leaves slices out.
    pub importance_exponent: f64,
    /// How much a batch avoids samples that look like others: exponent of the distance, in `[0, 10]`; 0 leaves it out.
    pub diversity: f64,
    /// Weight of the rank by uncertainty about rare classes, in `[0, 10]`.
    pub rarity: f64,
    /// Weight of the rank by how far the latest runs of several models differ, in `[0, 10]`.
    pub disagreement: f64,
    /// Weight of a drift alarm, which has rank 1, in `[0, 10]`.
    pub drift: f64,
    /// Share of the tasks that are drawn at random, in `[0, 1]`: they tell without bias how good the model is.
    pub random_share: f64,
    /// Share of the tasks in which the model sees nothing, in `[0, 1]`: they show what it overlooks.
    pub blank_share: f64,
    /// How many tasks are put together at a time, 1 to 1000.
    pub batch_size: u32,
    /// What decides among equals, and what is drawn.
    pub seed: u64,
}

/// What says how unsure a model is of one box, from its calibrated score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Binary entropy of the score, in bits.
    #[default]
    Entropy,
    /// How far the likelier of "there" and "not there" is from certain, `2 · (1 − max(p, 1 − p))`.
    LeastConfidence,
    /// One less the distance between the scores of the two likeliest classes; of "there" and "not there" where the model
    /// tells one score only.
    Margin,
}

/// What says how unsure a model is of one box on which a run has several opinions: those of views, passes or members of
/// an ensemble.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpinionMeasure {
    /// How far they are from showing the same box for sure, weighed by how sure the box is.
    #[default]
    Agreement,
    /// The mutual information of prediction and opinion, in nats.
    MutualInformation,
    /// The mean score alone, by [`Measure`], as of a single opinion.
    Score,
}

/// How the uncertainties of the boxes of an image become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoxAggregation {
    /// The largest.
    Max,
    /// The sum; it prefers crowded images.
    Sum,
    /// The mean.
    Mean,
    /// The mean of the most uncertain ones.
    #[default]
    TopKMean,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            measure: Measure::default(),
            opinions: OpinionMeasure::default(),
            aggregation: BoxAggregation::default(),
            top_k: 5,
            uncertainty_exponent: 1.0,
            importance_exponent: 1.0,
            diversity: 1.0,
            rarity: 0.0,
            disagreement: 0.0,
            drift: 1.0,
            random_share: 0.1,
            blank_share: 0.05,
            batch_size: 20,
            seed: 1,
        }
    }
}

impl QueueRules {
    /// How boxes are aggregated.
    pub fn aggregation(&self) -> Aggregation {
        match self.aggregation {
            BoxAggregation::Max => Aggregation::Max,
            BoxAggregation::Sum => Aggregation::Sum,
            BoxAggregation::Mean => Aggregation::Mean,
            BoxAggregation::TopKMean => Aggregation::TopKMean(self.top_k as usize),
        }
    }

    /// True when the uncertainty of an image is the one that is stored with every run.
    pub fn takes_stored_uncertainty(&self) -> bool {
        let Self { measure, opinions, aggregation, top_k, .. } = Self::default();
        (self.measure, self.opinions, self.aggregation, self.top_k) == (measure, opinions, aggregation, top_k)
    }

    /// The weights of the signals uncertainty, disagreement, rarity and drift in this order, of which the largest counts,
    /// and the exponents.
    pub fn weights(&self) -> RankWeights {
        RankWeights {
            combination: Combination::Maximum,
            signals: vec![1.0, self.disagreement, self.rarity, self.drift],
            exponents: QueueExponents { alpha: self.uncertainty_exponent, beta: self.importance_exponent },
        }
    }

    /// Why the queue cannot be ranked so, if it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        let ranges = [
            ("uncertainty_exponent", self.uncertainty_exponent),
            ("importance_exponent", self.importance_exponent),
            ("diversity", self.diversity),
            ("rarity", self.rarity),
            ("disagreement", self.disagreement),
            ("drift", self.drift),
        ];
        let shares = [("random_share", self.random_share), ("blank_share", self.blank_share)];
        fault_of_range("queue", &ranges, MOST).or_else(|| fault_of_share("queue", &shares)).or_else(|| {
            if self.random_share + self.blank_share > 1.0 {
                return Some("queue: random_share and blank_share together must be at most 1".to_owned());
            }
            if !(1..=MOST_IN_A_BATCH).contains(&self.batch_size) {
                return Some(format!("queue: batch_size must lie between 1 and {MOST_IN_A_BATCH}"));
            }
            (self.top_k == 0).then(|| "queue: top_k counts boxes and must be at least 1".to_owned())
        })
    }
}

impl From<QueueRules> for Map<String, Value> {
    fn from(rules: QueueRules) -> Self {
        changed(&fields(&rules), &fields(&QueueRules::default()))
    }
}

fn fields(rules: &QueueRules) -> [(&'static str, Value); 14] {
    [
        ("measure", json!(rules.measure)),
        ("opinions", json!(rules.opinions)),
        ("aggregation", json!(rules.aggregation)),
        ("top_k", json!(rules.top_k)),
        ("uncertainty_exponent", json!(rules.uncertainty_exponent)),
        ("importance_exponent", json!(rules.importance_exponent)),
        ("diversity", json!(rules.diversity)),
        ("rarity", json!(rules.rarity)),
        ("disagreement", json!(rules.disagreement)),
        ("drift", json!(rules.drift)),
        ("random_share", json!(rules.random_share)),
        ("blank_share", json!(rules.blank_share)),
        ("batch_size", json!(rules.batch_size)),
        ("seed", json!(rules.seed)),
    ]
}
