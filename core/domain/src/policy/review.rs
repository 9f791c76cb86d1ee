//! Which samples a second person looks at, and when people disagree: the section `[review]` of a policy.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::sections::{changed, fault_of_share};
use crate::draw::{Purpose, number};
use crate::sample::SampleId;

/// What is reviewed and arbitrated. What has its default is not written, so that a policy keeps its hash when options are
/// added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, into = "Map<String, Value>")]
pub struct ReviewRules {
    /// Share of the samples with one annotator that a reviewer looks at, in `[0, 1]`; which ones follows from their ids.
    pub share: f64,
    /// The lowest F1 of two annotators of a sample, in `[0, 1]`, under which an arbiter settles it even where a majority
    /// would; `None` leaves it to the majority.
    pub arbitrate_below: Option<f64>,
    /// The rate of known answers, in `[0, 1]`, that a person must be thought to reach: everything that they alone labelled
    /// is reviewed when they answered fewer; `None` asks for none.
    pub honeypot_floor: Option<f64>,
    /// Overlap from which on two objects show one thing, in `(0, 1]`.
    pub match_iou: f64,
    /// Overlap from which on one thing is drawn alike, in `[match_iou, 1]`.
    pub good_iou: f64,
    /// Overlap from which on two objects of one class that nobody else has are one thing at two places, in
    /// `(0, match_iou]`.
    pub near_iou: f64,
    /// True when two people's objects are matched without regard to their class; else those of one class come first.
    pub class_blind: bool,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self {
            share: 0.0,
            arbitrate_below: None,
            honeypot_floor: None,
            match_iou: 0.5,
            good_iou: 0.8,
            near_iou: 0.1,
            class_blind: false,
        }
    }
}

impl ReviewRules {
    /// True for the samples that are reviewed when one person labelled them; `seed` is that of the assignment.
    pub fn is_drawn(&self, seed: u64, sample: &SampleId) -> bool {
        self.share >= 1.0 || self.share > 0.0 && number(seed, Purpose::Review, &sample.0) < self.share
    }

    /// Why nothing can be reviewed so, if it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        let of = |value: Option<f64>| value.unwrap_or(0.0);
        let shares = [
            ("share", self.share),
            ("arbitrate_below", of(self.arbitrate_below)),
            ("honeypot_floor", of(self.honeypot_floor)),
            ("good_iou", self.good_iou),
        ];
        fault_of_share("review", &shares).or_else(|| {
            let in_order = 0.0 < self.near_iou && self.near_iou <= self.match_iou && self.match_iou <= self.good_iou;
            (!in_order).then(|| {
                "review: near_iou, match_iou and good_iou must lie above 0 and at most at 1, in this order".to_owned()
            })
        })
    }
}

impl From<ReviewRules> for Map<String, Value> {
    fn from(rules: ReviewRules) -> Self {
        changed(&fields(&rules), &fields(&ReviewRules::default()))
    }
}

fn fields(rules: &ReviewRules) -> [(&'static str, Value); 7] {
    [
        ("share", json!(rules.share)),
        ("arbitrate_below", json!(rules.arbitrate_below)),
        ("honeypot_floor", json!(rules.honeypot_floor)),
        ("match_iou", json!(rules.match_iou)),
        ("good_iou", json!(rules.good_iou)),
        ("near_iou", json!(rules.near_iou)),
        ("class_blind", json!(rules.class_blind)),
    ]
}
