//! The project's configuration, `concord.toml`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::sample::Provenance;

/// The newest project format this version reads and writes.
pub const PROJECT_FORMAT: u32 = 1;

/// What a project declares about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Version of the project's format.
    pub format: u32,
    /// Name of the project, for people.
    pub name: String,
    /// What the project's production is.
    #[serde(default)]
    pub production: Production,
    /// How models run.
    #[serde(default)]
    pub inference: Inference,
    /// How models are validated.
    #[serde(default)]
    pub validation: Validation,
    /// How drift is judged.
    #[serde(default)]
    pub drift: Drift,
    /// What an hour of work costs.
    #[serde(default, skip_serializing_if = "Cost::is_unknown")]
    pub cost: Cost,
}

/// Which images count as production.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Production {
    /// Kinds of synthetic images that may validate, because they are what the model meets in production.
    pub provenance: BTreeSet<Provenance>,
}

/// How models run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inference {
    /// "auto", "rten" or "onnxruntime".
    pub engine: String,
    /// Path of the ONNX Runtime library.
    pub onnxruntime_library: Option<String>,
    /// Execution providers of ONNX Runtime in the order in which they are tried: "cuda", "tensorrt", "coreml", "directml",
    /// "cpu". Empty for those that the library was built with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// Lowest score that is kept; low, for low scores carry the uncertainty.
    pub score_threshold: f64,
    /// Overlap above which a lower-scored box of the same class is dropped.
    pub nms_iou: f64,
}

impl Default for Inference {
    fn default() -> Self {
        Self {
            engine: "auto".to_owned(),
            onnxruntime_library: None,
            providers: vec![],
            score_threshold: 0.05,
            nms_iou: 0.6,
        }
    }
}

/// How models are validated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Validation {
    /// The annotator whose label sets are the reference; without one, gold is.
    pub reference: Option<String>,
    /// Score at and above which a prediction counts at the operating point.
    pub score: f64,
}

impl Default for Validation {
    fn default() -> Self {
        Self { reference: None, score: 0.25 }
    }
}

/// How drift is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Drift {
    /// PSI above which a feature has drifted.
    pub psi: f64,
    /// Fewest samples a span needs for a verdict.
    pub min_support: u64,
}

impl Default for Drift {
    fn default() -> Self {
        Self { psi: 0.2, min_support: 200 }
    }
}

/// What work costs. Without a rate, work is told in hours alone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cost {
    /// What the rates are in, such as "EUR".
    pub currency: String,
    /// Rate of an hour of labelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
    /// Rate of an hour of review and arbitration; that of labelling without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_per_hour: Option<f64>,
    /// What computing has cost so far, as a sum.
    #[serde(skip_serializing_if = "is_zero")]
    pub compute: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(sum: &f64) -> bool {
    *sum == 0.0
}

impl Cost {
    /// True when nothing is said about cost.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// What so many hours of labelling and of judging cost, computing left out; `None` without a rate.
    pub fn of_hours(&self, labelling: f64, judging: f64) -> Option<f64> {
        let rate = self.per_hour?;
        Some(labelling * rate + judging * self.review_per_hour.unwrap_or(rate))
    }

    fn fault(&self) -> Option<&'static str> {
        let sums = [self.per_hour, self.review_per_hour, Some(self.compute)];
        if sums.into_iter().flatten().any(|sum| !(sum.is_finite() && sum >= 0.0)) {
            return Some("rates and sums of [cost] must be finite and not negative");
        }
        let has_sum = self.per_hour.is_some() || self.review_per_hour.is_some() || self.compute > 0.0;
        if has_sum && self.currency.trim().is_empty() {
            return Some("[cost] names sums but not what they are in: add currency = \"EUR\", or what you pay in");
        }
        (self.per_hour.is_none() && has_sum)
            .then_some("[cost] has no per_hour, the rate of an hour of labelling, without which nothing can be said")
    }
}

impl Config {
    /// The configuration of a new project.
    pub fn new(name: &str) -> Self {
        Self {
            format: PROJECT_FORMAT,
            name: name.to_owned(),
            production: Production::default(),
            inference: Inference::default(),
            validation: Validation::default(),
            drift: Drift::default(),
            cost: Cost::default(),
        }
    }

    /// Reads `concord.toml`. A project of a newer format is refused before anything else is looked at.
    pub fn from_toml(text: &str) -> Result<Self, DomainError> {
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        let FormatOnly { format } = toml::from_str(text).map_err(|e| DomainError::parse("concord.toml", e))?;
        if format > PROJECT_FORMAT {
            return Err(DomainError::invalid(
                "concord.toml",
                format!(
                    "the project has format {format}, and this version of Concord reads formats up to \
                     {PROJECT_FORMAT}: open it with a newer version"
                ),
            ));
        }
        let config: Self = toml::from_str(text).map_err(|e| DomainError::parse("concord.toml", e))?;
        let unit = |v: f64| (0.0..=1.0).contains(&v);
        if !unit(config.inference.score_threshold) || !unit(config.inference.nms_iou) || !unit(config.validation.score)
        {
            return Err(DomainError::invalid("concord.toml", "scores and overlaps must lie between 0 and 1"));
        }
        match config.cost.fault() {
            Some(fault) => Err(DomainError::invalid("concord.toml", fault)),
            None => Ok(config),
        }
    }

    /// The configuration as TOML.
    pub fn to_toml(&self) -> Result<String, DomainError> {
        toml::to_string(self).map_err(|e| DomainError::parse("concord.toml", e))
    }

    /// True when samples of this provenance may validate here.
    pub fn may_validate(&self, provenance: Provenance) -> bool {
        provenance == Provenance::Captured || self.production.provenance.contains(&provenance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_project_is_refused_even_when_its_keys_are_unknown() {
        let error = Config::from_toml("format = 2\nname = 'x'\nfuture = true").expect_err("too new").to_string();
        assert!(error.contains("newer version"), "{error}");
        let error = Config::from_toml("format = 1\nname = 'x'\nfuture = true").expect_err("unknown").to_string();
        assert!(error.contains("unknown field"), "{error}");
    }

    #[test]
    fn synthetic_images_validate_only_where_declared() {
        let mut config = Config::new("x");
        assert!(config.may_validate(Provenance::Captured));
        assert!(!config.may_validate(Provenance::Rendered));
        config.production.provenance.insert(Provenance::Rendered);
        let config = Config::from_toml(&config.to_toml().expect("it serialises")).expect("it reads back");
        assert!(config.may_validate(Provenance::Rendered));
        assert!(!config.may_validate(Provenance::Generated));
    }

    #[test]
    fn hours_cost_what_the_project_says() {
        let read = |cost: &str| Config::from_toml(&format!("format = 1\nname = 'x'\n[cost]\n{cost}"));
        let cost = read("currency = 'EUR'\nper_hour = 30.0\nreview_per_hour = 45.0").expect("it is valid").cost;
        assert_eq!(cost.of_hours(2.0, 1.0), Some(105.0));
        let one_rate = read("currency = 'EUR'\nper_hour = 30.0").expect("it is valid").cost;
        assert_eq!(one_rate.of_hours(2.0, 1.0), Some(90.0));
        assert_eq!(Cost::default().of_hours(2.0, 1.0), None, "without a rate nothing is said");
        let refused = |cost: &str, why: &str| {
            let error = read(cost).expect_err("it is refused").to_string();
            assert!(error.contains(why), "{error}");
        };
        refused("per_hour = 30.0", "currency");
        refused("currency = 'EUR'\nper_hour = -1.0", "not negative");
        refused("currency = 'EUR'\nreview_per_hour = 45.0", "no per_hour");
        let written = Config::new("x").to_toml().expect("it serialises");
        assert!(!written.contains("cost"), "a project without rates says nothing of them: {written}");
    }
}
