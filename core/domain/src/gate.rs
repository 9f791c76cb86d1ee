//! Gates: acceptance rules on metrics, read from `gates.toml` and judged on evidence.

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::slice::Predicate;

/// `gates.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateFile {
    /// Version of the schema: 1.
    pub version: u32,
    /// Seed of the bootstrap.
    #[serde(default)]
    pub seed: u64,
    /// What gates have in common.
    #[serde(default)]
    pub defaults: Defaults,
    /// The gates.
    #[serde(rename = "gate", default)]
    pub gates: Vec<Gate>,
}

/// What gates have in common.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// Two-sided confidence of intervals, in `(0, 1)`.
    pub confidence: f64,
    /// Number of bootstrap replicates.
    pub bootstrap: u32,
    /// Fewest images a slice needs.
    pub min_images: u64,
    /// Fewest objects a slice needs.
    pub min_objects: u64,
    /// What too little evidence means.
    pub on_insufficient: OnInsufficient,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            bootstrap: 10_000,
            min_images: 30,
            min_objects: 50,
            on_insufficient: OnInsufficient::Fail,
        }
    }
}

/// What too little evidence means for a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInsufficient {
    /// The gate does not pass.
    Fail,
    /// The gate warns.
    Warn,
    /// The gate is left out.
    Skip,
}

/// A metric that gates can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GateMetric {
    /// COCO AP, mean over IoU 0.50 to 0.95.
    #[serde(rename = "ap")]
    Ap,
    /// COCO AP at IoU 0.50.
    #[serde(rename = "ap50")]
    Ap50,
    /// COCO AP at IoU 0.75.
    #[serde(rename = "ap75")]
    Ap75,
    /// Precision at the operating point, IoU 0.50.
    #[serde(rename = "precision@0.50", alias = "precision")]
    Precision,
    /// Recall at the operating point, IoU 0.50.
    #[serde(rename = "recall@0.50", alias = "recall")]
    Recall,
    /// F1 at the operating point, IoU 0.50.
    #[serde(rename = "f1@0.50", alias = "f1")]
    F1,
}

impl GateMetric {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ap => "ap",
            Self::Ap50 => "ap50",
            Self::Ap75 => "ap75",
            Self::Precision => "precision@0.50",
            Self::Recall => "recall@0.50",
            Self::F1 => "f1@0.50",
        }
    }
}

/// How a value is compared with the threshold. Equality passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparator {
    /// At least the threshold.
    #[serde(rename = ">=")]
    AtLeast,
    /// At most the threshold.
    #[serde(rename = "<=")]
    AtMost,
}

/// Which number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value itself.
    #[default]
    Point,
    /// The lower end of its interval.
    Lcb,
    /// The upper end of its interval.
    Ucb,
}

/// What a gate that does not pass does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It holds the model back.
    #[default]
    Block,
    /// It is shown.
    Warn,
}

/// An acceptance rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Name, unique in the file.
    pub id: String,
    /// What is measured.
    pub metric: GateMetric,
    /// Where: the name of a slice, or a predicate; `*` or nothing for all samples.
    #[serde(default)]
    pub slice: String,
    /// The side on which values pass.
    pub comparator: Comparator,
    /// The value to reach.
    pub threshold: f64,
    /// Which number is compared.
    #[serde(default)]
    pub bound: Bound,
    /// What not passing does.
    #[serde(default)]
    pub severity: Severity,
    /// Who answers for it.
    #[serde(default)]
    pub owner: String,
}

/// What is known when a gate is judged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// The value, or `None` when it is undefined.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Number of images.
    pub images: u64,
    /// Number of reference objects.
    pub objects: u64,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The rule holds.
    Pass,
    /// The rule does not hold, but only warns.
    Warn,
    /// The rule does not hold.
    Fail,
    /// There is too little evidence, and the gate asks for more.
    Insufficient,
    /// There is too little evidence, and the gate is left out.
    Skipped,
}

/// A verdict with its reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// What the gate says.
    pub verdict: Verdict,
    /// The number that was compared.
    pub compared: Option<f64>,
    /// Why, in a sentence.
    pub reason: String,
}

impl GateFile {
    /// Reads `gates.toml`; unknown keys and odd bounds are errors.
    pub fn from_toml(text: &str) -> Result<Self, DomainError> {
        let file: Self = toml::from_str(text).map_err(|e| DomainError::parse("gates.toml", e))?;
        let invalid = |why: String| Err(DomainError::invalid("gates.toml", why));
        if file.version != 1 {
            return invalid(format!("it has version {}, and this version of Concord reads version 1", file.version));
        }
        if !(file.defaults.confidence > 0.0 && file.defaults.confidence < 1.0) || file.defaults.bootstrap == 0 {
            return invalid("confidence must lie between 0 and 1, and bootstrap must be at least 1".to_owned());
        }
        for (index, gate) in file.gates.iter().enumerate() {
            if file.gates[..index].iter().any(|g| g.id == gate.id) {
                return invalid(format!("the gate \"{}\" stands twice", gate.id));
            }
            if !gate.threshold.is_finite() {
                return invalid(format!("the threshold of gate \"{}\" is not a finite number", gate.id));
            }
            let odd = matches!(
                (gate.bound, gate.comparator),
                (Bound::Lcb, Comparator::AtMost) | (Bound::Ucb, Comparator::AtLeast)
            );
            if odd {
                return invalid(format!(
                    "gate \"{}\" compares the wrong end of the interval: use lcb with >= and ucb with <=",
                    gate.id
                ));
            }
        }
        Ok(file)
    }
}

impl Gate {
    /// True when the gate is about all samples.
    pub fn is_about_all(&self) -> bool {
        self.slice.is_empty() || self.slice == "*"
    }

    /// The slice text as a predicate, for gates that do not name a slice.
    pub fn predicate(&self) -> Result<Predicate, DomainError> {
        if self.is_about_all() { Ok(Predicate::Always) } else { Predicate::parse(&self.slice) }
    }

    /// Judges the gate. Equality passes; numbers are compared exactly.
    pub fn judge(&self, evidence: &Evidence, defaults: &Defaults) -> Judgement {
        let compared = match (self.bound, evidence.interval) {
            (Bound::Point, _) => evidence.value,
            (Bound::Lcb, interval) => interval.map(|i| i.0),
            (Bound::Ucb, interval) => interval.map(|i| i.1),
        };
        let supported = evidence.images >= defaults.min_images && evidence.objects >= defaults.min_objects;
        let Some(number) = compared.filter(|_| supported) else {
            return insufficient(evidence, defaults);
        };
        let (holds, relation) = match self.comparator {
            Comparator::AtLeast => (number >= self.threshold, "at least"),
            Comparator::AtMost => (number <= self.threshold, "at most"),
        };
        let verdict = match (holds, self.severity) {
            (true, _) => Verdict::Pass,
            (false, Severity::Block) => Verdict::Fail,
            (false, Severity::Warn) => Verdict::Warn,
        };
        let what = match self.bound {
            Bound::Point => "",
            Bound::Lcb => "the lower end of the interval of ",
            Bound::Ucb => "the upper end of the interval of ",
        };
        let reason = format!("{what}{} is {number:.4}; it must be {relation} {}", self.metric.name(), self.threshold);
        Judgement { verdict, compared, reason }
    }
}

fn insufficient(evidence: &Evidence, defaults: &Defaults) -> Judgement {
    let verdict = match defaults.on_insufficient {
        OnInsufficient::Fail => Verdict::Insufficient,
        OnInsufficient::Warn => Verdict::Warn,
        OnInsufficient::Skip => Verdict::Skipped,
    };
    let reason = format!(
        "{} images and {} objects; {} and {} are needed, and a defined value",
        evidence.images, evidence.objects, defaults.min_images, defaults.min_objects
    );
    Judgement { verdict, compared: None, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "
        version = 1
        seed = 7
        [defaults]
        min_images = 10
        [[gate]]
        id = 'recall-dim'
        metric = 'recall@0.50'
        slice = 'dim'
        comparator = '>='
        threshold = 0.9
        bound = 'lcb'
    ";

    fn evidence(value: f64, interval: (f64, f64), images: u64) -> Evidence {
        Evidence { value: Some(value), interval: Some(interval), images, objects: 100 }
    }

    #[test]
    fn gates_compare_the_bound_they_name() {
        let file = GateFile::from_toml(TOML).expect("valid gates");
        let judge = |e: Evidence| file.gates[0].judge(&e, &file.defaults).verdict;
        assert_eq!(judge(evidence(0.95, (0.9, 0.99), 50)), Verdict::Pass);
        assert_eq!(judge(evidence(0.95, (0.899_999, 0.99), 50)), Verdict::Fail);
        assert_eq!(judge(evidence(0.95, (0.92, 0.99), 9)), Verdict::Insufficient);
        assert_eq!(judge(Evidence::default()), Verdict::Insufficient);
    }

    #[test]
    fn tightening_a_threshold_never_turns_fail_into_pass() {
        let file = GateFile::from_toml(TOML).expect("valid gates");
        let mut passed = true;
        for step in 0..=100 {
            let gate = Gate { threshold: f64::from(step) / 100.0, ..file.gates[0].clone() };
            let pass = gate.judge(&evidence(0.5, (0.45, 0.55), 50), &file.defaults).verdict == Verdict::Pass;
            assert!(passed || !pass, "at {step}");
            passed = pass;
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (from, to, expect) in [
            ("bound = 'lcb'", "bound = 'ucb'", "wrong end"),
            ("metric = 'recall@0.50'", "metric = 'luck'", "unknown variant"),
            ("version = 1", "version = 2", "reads version 1"),
            ("slice = 'dim'", "slices = 'dim'", "unknown field"),
        ] {
            let error = GateFile::from_toml(&TOML.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(expect), "{error}");
        }
    }
}
