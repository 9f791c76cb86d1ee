//! Who gets which sample, and under which conditions: the section `[assignment]` of a policy.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::sections::{changed, fault_of_share};

/// Shares of the samples that are treated in a special way. Which ones follows from their ids and the seed
/// ([`draw`](crate::draw)), so that a share may be raised later without moving what was drawn before. What has its
/// default is not written, so that a policy keeps its hash when options are added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, into = "Map<String, Value>")]
pub struct AssignmentRules {
    /// Share of the samples that go to [`Policy::overlap`](super::Policy::overlap) annotators, in `[0, 1]`; the others go
    /// to one.
    pub overlap_share: f64,
    /// Share of the samples that are labelled without suggestions, in `[0, 1]`: held against the others they show how far
    /// suggestions sway people.
    pub without_suggestions: f64,
    /// Share of the tasks of every annotator whose answer is known already, in `[0, 1]`.
    pub honeypots: f64,
    /// What the draws follow from, beside the ids.
    pub seed: u64,
}

impl Default for AssignmentRules {
    fn default() -> Self {
        Self { overlap_share: 1.0, without_suggestions: 0.0, honeypots: 0.0, seed: 1 }
    }
}

impl AssignmentRules {
    /// Why samples cannot be given out so, if they cannot; `random_share` is that of the queue.
    pub(super) fn fault(&self, random_share: f64) -> Option<String> {
        let shares = [
            ("overlap_share", self.overlap_share),
            ("without_suggestions", self.without_suggestions),
            ("honeypots", self.honeypots),
        ];
        fault_of_share("assignment", &shares).or_else(|| {
            // Out of order and without any other reason to be there, it would be known for what it is.
            (self.honeypots > 0.0 && random_share == 0.0).then(|| {
                "assignment: honeypots hide among the tasks that are drawn at random: set random_share of the queue \
                 above 0"
                    .to_owned()
            })
        })
    }
}

impl From<AssignmentRules> for Map<String, Value> {
    fn from(rules: AssignmentRules) -> Self {
        changed(&fields(&rules), &fields(&AssignmentRules::default()))
    }
}

fn fields(rules: &AssignmentRules) -> [(&'static str, Value); 4] {
    [
        ("overlap_share", json!(rules.overlap_share)),
        ("without_suggestions", json!(rules.without_suggestions)),
        ("honeypots", json!(rules.honeypots)),
        ("seed", json!(rules.seed)),
    ]
}
