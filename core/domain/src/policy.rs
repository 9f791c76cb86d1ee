//! The policy: how to label, what is required, what is checked, how much overlap, which agreement is enough.

mod assignment;
mod example;
mod queue;
mod review;
mod rules;
mod sections;

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::ontology::Ontology;
use crate::sample::SampleId;

pub use assignment::AssignmentRules;
pub use example::{Example, ExampleVerdict, Examples};
pub use queue::{BoxAggregation, Measure, OpinionMeasure, QueueRules};
pub use review::ReviewRules;
pub use rules::{ALL_CLASSES, Rules};

/// Versioned rules with their guideline. Published versions never change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name for people.
    pub name: String,
    /// Version, counted from 1.
    pub version: u32,
    /// How many annotators label each sample, at least 1; see [`Policy::wanted`].
    #[serde(default = "one")]
    pub overlap: u32,
    /// Agreement that a pair of annotators must reach (lower end of the interval of `f1_cls`), in `[0, 1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_at_least: Option<f64>,
    /// What is checked on every label set.
    #[serde(default)]
    pub rules: Rules,
    /// How the queue is ranked. A section that has its defaults is left out, so that a policy without it keeps its hash.
    #[serde(default, skip_serializing_if = "is_default")]
    pub queue: QueueRules,
    /// Who gets which sample. Left out like the queue.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assignment: AssignmentRules,
    /// What is reviewed and arbitrated. Left out like the queue.
    #[serde(default, skip_serializing_if = "is_default")]
    pub review: ReviewRules,
    /// Pictures of how the classes are labelled and of how they are not. Left out when there are none, so that a policy
    /// without them keeps its hash.
    #[serde(default, skip_serializing_if = "Examples::is_empty")]
    pub examples: Examples,
    /// How to label, in Markdown; a heading `## class` starts the part of a class.
    #[serde(default)]
    pub guideline: String,
}

fn one() -> u32 {
    1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Policy {
    /// Reads a policy from TOML and checks it; `guideline` replaces the text when the file holds none.
    pub fn from_toml(text: &str, guideline: &str) -> Result<Self, DomainError> {
        let mut policy: Self = toml::from_str(text).map_err(|e| DomainError::parse("the policy", e))?;
        if policy.guideline.is_empty() {
            guideline.clone_into(&mut policy.guideline);
        }
        let invalid = |why: &str| Err(DomainError::invalid("the policy", why));
        if policy.version == 0 {
            return invalid("versions count from 1");
        }
        if policy.overlap == 0 {
            return invalid("overlap counts annotators and must be at least 1");
        }
        if policy.agreement_at_least.is_some_and(|a| !(0.0..=1.0).contains(&a)) {
            return invalid("agreement_at_least must lie between 0 and 1");
        }
        let sections = || {
            let rest = || policy.assignment.fault(policy.queue.random_share);
            let shown = || policy.review.fault().or_else(|| example::fault(&policy.examples));
            policy.queue.fault().or_else(rest).or_else(shown)
        };
        match policy.rules.fault().or_else(sections) {
            Some(why) => invalid(&why),
            None => Ok(policy),
        }
    }

    /// An error when a rule or the examples name a class, or a rule a group of tags, that the ontology does not have.
    pub fn check_against(&self, ontology: &Ontology) -> Result<(), DomainError> {
        let fault = self.rules.fault_against(ontology).or_else(|| {
            let unknown = self.examples.keys().find(|class| ontology.class(class).is_none())?;
            Some(format!("it has examples of the class \"{unknown}\", which the ontology does not have"))
        });
        fault.map_or(Ok(()), |why| Err(DomainError::invalid("the policy", why)))
    }

    /// A first policy for a project that has none.
    pub fn first(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: 1,
            overlap: 1,
            agreement_at_least: None,
            rules: Rules::default(),
            queue: QueueRules::default(),
            assignment: AssignmentRules::default(),
            review: ReviewRules::default(),
            examples: Examples::new(),
            guideline: String::new(),
        }
    }

    /// How many annotators shall label a sample: [`overlap`](Self::overlap), or one where the sample is not among the
    /// share that goes to so many.
    pub fn wanted(&self, sample: &SampleId) -> u32 {
        if self.assignment.is_overlapped(sample) { self.overlap } else { 1 }
    }

    /// The policy as TOML, guideline included.
    pub fn to_toml(&self) -> Result<String, DomainError> {
        toml::to_string(self).map_err(|e| DomainError::parse("the policy", e))
    }

    /// Content hash, as `b3:` and 64 digits; it covers the guideline.
    pub fn digest(&self) -> String {
        crate::digest::digest(self)
    }

    /// The part of the guideline under the heading of a class, or the whole when there is none.
    pub fn guideline_for(&self, class: &str) -> &str {
        let is_heading = |line: &str| line.strip_prefix("## ").map(|h| h.trim().eq_ignore_ascii_case(class));
        let mut from = None;
        let mut at = 0;
        for line in self.guideline.split_inclusive('\n') {
            match (is_heading(line), from) {
                (Some(true), None) => from = Some(at),
                (Some(_), Some(start)) => return &self.guideline[start..at],
                _ => {}
            }
            at += line.len();
        }
        from.map_or(self.guideline.as_str(), |start| &self.guideline[start..])
    }

    /// The examples of a class, in the order in which they are shown; none when it has none.
    pub fn examples_of(&self, class: &str) -> &[Example] {
        self.examples.get(class).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guideline_of_a_class_is_its_section() {
        let mut policy = Policy::first("p");
        policy.guideline = "# All\nbe calm\n## bolt\na bolt\n### note\nx\n## Nut\na nut\n".to_owned();
        assert_eq!(policy.guideline_for("bolt"), "## bolt\na bolt\n### note\nx\n");
        assert_eq!(policy.guideline_for("nut"), "## Nut\na nut\n");
        assert_eq!(policy.guideline_for("gear"), policy.guideline);
    }

    #[test]
    fn a_policy_that_cannot_be_met_is_refused() {
        for (text, expect) in [
            ("name = 'p'\nversion = 0", "count from 1"),
            ("name = 'p'\nversion = 1\noverlap = 0", "at least 1"),
            ("name = 'p'\nversion = 1\n[rules]\nduplicate_iou = 1.5", "duplicate_iou"),
            ("name = 'p'\nversion = 1\n[rules]\nminimum = 1", "unknown field"),
            ("name = 'p'\nversion = 1\n[rules]\nmin_area_px = -1", "min_area_px"),
            ("name = 'p'\nversion = 1\n[rules]\nedge_px = nan", "edge_px"),
            ("name = 'p'\nversion = 1\n[rules]\nmax_points = 2", "max_points"),
            ("name = 'p'\nversion = 1\n[rules]\nexcludes = [['a', 'a']]", "exclude itself"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\npicture = ''\nverdict = 'positive'", "names no picture"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\npicture = '../b'\nverdict = 'positive'", "\"../b\" of the"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\npicture = 'b'\nverdict = 'maybe'", "unknown variant"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\npicture = 'b'", "missing field `verdict`"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\nverdict = 'positive'", "missing field `picture`"),
            ("name = 'p'\nversion = 1\n[[examples.a]]\npicture = 'b'\nverdict = 'positive'\nsize = 3", "unknown field"),
            ("name = 'p'\nversion = 1\n[queue]\nrarity = -1.0", "rarity must lie between 0 and 10"),
            ("name = 'p'\nversion = 1\n[queue]\ndiversity = nan", "diversity"),
            ("name = 'p'\nversion = 1\n[queue]\nuncertainty_exponent = 11", "uncertainty_exponent"),
            ("name = 'p'\nversion = 1\n[queue]\nblank_share = 1.5", "blank_share is a share"),
            ("name = 'p'\nversion = 1\n[queue]\nblank_share = 0.95", "together must be at most 1"),
            ("name = 'p'\nversion = 1\n[queue]\nbatch_size = 0", "batch_size"),
            ("name = 'p'\nversion = 1\n[queue]\ntop_k = 0", "top_k"),
            ("name = 'p'\nversion = 1\n[queue]\nmeasure = 'doubt'", "unknown variant"),
            ("name = 'p'\nversion = 1\n[queue]\nbatch = 3", "unknown field"),
            ("name = 'p'\nversion = 1\n[assignment]\nhoneypots = -0.1", "honeypots is a share"),
            ("name = 'p'\nversion = 1\n[assignment]\noverlap_share = inf", "overlap_share"),
            ("name = 'p'\nversion = 1\n[assignment]\noverlap = 3", "unknown field"),
            ("name = 'p'\nversion = 1\n[assignment]\nhoneypots = 0.1\n[queue]\nrandom_share = 0.0", "at random"),
            ("name = 'p'\nversion = 1\n[review]\nshare = 2.0", "review: share"),
            ("name = 'p'\nversion = 1\n[review]\narbitrate_below = -0.5", "arbitrate_below"),
            ("name = 'p'\nversion = 1\n[review]\nhoneypot_floor = nan", "honeypot_floor"),
            ("name = 'p'\nversion = 1\n[review]\nmatch_iou = 0.9", "in this order"),
            ("name = 'p'\nversion = 1\n[review]\nnear_iou = 0.0", "in this order"),
            ("name = 'p'\nversion = 1\n[review]\nboth = 1", "unknown field"),
            (
                "name = 'p'\nversion = 1\n[examples]\na = [{ picture = 'b', verdict = 'positive' },\
                 { picture = 'b', verdict = 'negative' }]",
                "twice",
            ),
        ] {
            let error = Policy::from_toml(text, "").expect_err(text).to_string();
            assert!(error.contains(expect), "{error}");
        }
    }

    const FULL: &str = "
        name = 'p'
        version = 1
        [rules]
        min_area_px = 25.0
        edge_truncated = true
        edge_px = 2.0
        excludes = [['bolt', 'nut']]
        requires_tag_groups = ['light']
        confirm_empty = true
        max_points = 200
        simple_polygons = true
        max_count = { bolt = 3, '*' = 50 }
        [queue]
        measure = 'margin'
        aggregation = 'max'
        rarity = 0.5
        batch_size = 10
        seed = 12
        [assignment]
        overlap_share = 0.25
        honeypots = 0.05
        [[examples.bolt]]
        picture = 'examples/bolt.png'
        caption = 'The box ends at the metal'
        verdict = 'positive'
        [[examples.bolt]]
        picture = 'examples/shadow.png'
        verdict = 'negative'
    ";

    #[test]
    fn a_policy_survives_toml() {
        let policy = Policy::from_toml(FULL, "be calm").expect("a valid policy");
        let again = Policy::from_toml(&policy.to_toml().expect("it serialises"), "").expect("it reads back");
        assert_eq!(again, policy);
        assert_eq!(policy.rules.max_count[ALL_CLASSES], 50);
        let shown: Vec<_> =
            policy.examples_of("bolt").iter().map(|e| (e.picture.as_str(), e.caption.as_str(), e.verdict)).collect();
        let [right, wrong] = ExampleVerdict::ALL;
        let expected = [("examples/bolt.png", "The box ends at the metal", right), ("examples/shadow.png", "", wrong)];
        assert_eq!(shown, expected);
        assert!(policy.examples_of("nut").is_empty());
        assert_eq!((policy.queue.measure, policy.queue.rarity, policy.queue.top_k), (Measure::Margin, 0.5, 5));
        assert_eq!((policy.assignment.overlap_share, policy.assignment.without_suggestions), (0.25, 0.0));
    }

    #[test]
    fn a_policy_must_fit_the_ontology() {
        let ontology = |text: &str| Ontology::from_toml(&format!("name = 'o'\nversion = 1\n{text}")).expect("valid");
        let policy = Policy::from_toml(FULL, "").expect("a valid policy");
        let both = "[[class]]\nname = 'bolt'\n[[class]]\nname = 'nut'\n";
        let fits = ontology(&format!("{both}[[tag]]\nname = 'dim'\ngroup = 'light'"));
        assert_eq!(policy.check_against(&fits), Ok(()));
        for (text, expect) in [("[[class]]\nname = 'bolt'", "class \"nut\""), (both, "tag group \"light\"")] {
            let error = policy.check_against(&ontology(text)).expect_err(expect).to_string();
            assert!(error.contains(expect), "{error}");
        }
        let mut examples_only = policy;
        examples_only.rules = Rules::default();
        let error = examples_only.check_against(&ontology("[[class]]\nname = 'nut'")).expect_err("no bolt").to_string();
        assert!(error.contains("examples of the class \"bolt\""), "{error}");
    }

    /// The canonical text that is hashed, with one example, written by hand.
    #[test]
    fn examples_are_part_of_the_digest() {
        let text = "name = 'p'\nversion = 1\n[[examples.bolt]]\npicture = 'a.png'\nverdict = 'negative'";
        let policy = Policy::from_toml(text, "").expect("a valid policy");
        let json = crate::digest::canonical_json(&policy);
        let expected = r#"{"examples":{"bolt":[{"picture":"a.png","verdict":"negative"}]},"guideline":"","name":"p""#;
        assert!(json.starts_with(expected), "{json}");
        assert_ne!(policy.digest(), Policy::first("p").digest());
        assert_eq!(Policy { examples: Examples::new(), ..policy }.digest(), Policy::first("p").digest());
        assert_eq!(serde_json::from_str::<Policy>(&json).map(|p| p.examples_of("bolt").len()).ok(), Some(1));
    }

    /// The canonical text that is hashed, written by hand: of a section only what differs from the defaults.
    #[test]
    fn sections_with_their_defaults_leave_the_digest_as_it_was() {
        let first = Policy::first("p");
        let text = "name = 'p'\nversion = 1\n[queue]\nseed = 1\nrandom_share = 0.1\n[assignment]\nhoneypots = 0.0";
        assert_eq!(Policy::from_toml(text, "").expect("a valid policy").digest(), first.digest());
        let text = "name = 'p'\nversion = 1\n[queue]\nseed = 2\nmeasure = 'least_confidence'\n[assignment]\nseed = 3";
        let policy = Policy::from_toml(text, "").expect("a valid policy");
        let json = crate::digest::canonical_json(&policy);
        let queue = r#""queue":{"measure":"least_confidence","seed":2},"rules":{"#;
        assert!(json.starts_with(r#"{"assignment":{"seed":3},"guideline":"","name":"p","overlap":1,"#), "{json}");
        assert!(json.contains(queue), "{json}");
        assert_eq!(serde_json::from_str::<Policy>(&json).ok(), Some(policy));
    }

    /// Digests of the policies that existed before rules were added: they must stay as they are.
    #[test]
    fn older_policies_keep_their_digests() {
        let text = "name = 'conveyor'\nversion = 1\noverlap = 2\nagreement_at_least = 0.8\n[rules]\n\
                    min_side_px = 3.0\ninside_image = true\nsubclass_required = true\nduplicate_iou = 0.9";
        let policy = Policy::from_toml(text, "be calm").expect("a valid policy");
        let json = r#"{"agreement_at_least":0.8,"guideline":"be calm","name":"conveyor","overlap":2,"rules":{"#;
        let rules =
            r#""duplicate_iou":0.9,"inside_image":true,"min_side_px":3.0,"subclass_required":true},"version":1}"#;
        assert_eq!(crate::digest::canonical_json(&policy), format!("{json}{rules}"));
    }
}
