//! The policy: how to label, what is required, what is checked, how much overlap, which agreement is enough.

use serde::{Deserialize, Serialize};

use crate::DomainError;

/// Versioned rules with their guideline. Published versions never change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name for people.
    pub name: String,
    /// Version, counted from 1.
    pub version: u32,
    /// How many annotators label each sample, at least 1.
    #[serde(default = "one")]
    pub overlap: u32,
    /// Agreement that a pair of annotators must reach (lower end of the interval of `f1_cls`), in `[0, 1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_at_least: Option<f64>,
    /// What is checked on every label set.
    #[serde(default)]
    pub rules: Rules,
    /// How to label, in Markdown; a heading `## class` starts the part of a class.
    #[serde(default)]
    pub guideline: String,
}

fn one() -> u32 {
    1
}

/// The checks of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Smallest width and height of a box, in pixels.
    pub min_side_px: f64,
    /// True when no box may leave the image.
    pub inside_image: bool,
    /// True when an object of a class with sub-classes needs one.
    pub subclass_required: bool,
    /// Two boxes of one class that overlap more than this are one object labelled twice; in `(0, 1]`.
    pub duplicate_iou: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_side_px: 1.0, inside_image: true, subclass_required: false, duplicate_iou: 0.9 }
    }
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
        let rules = &policy.rules;
        if !(rules.min_side_px.is_finite() && rules.min_side_px >= 0.0) {
            return invalid("min_side_px must be a number of pixels, 0 or more");
        }
        if !(rules.duplicate_iou > 0.0 && rules.duplicate_iou <= 1.0) {
            return invalid("duplicate_iou must lie above 0 and at most at 1");
        }
        Ok(policy)
    }

    /// A first policy for a project that has none.
    pub fn first(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: 1,
            overlap: 1,
            agreement_at_least: None,
            rules: Rules::default(),
            guideline: String::new(),
        }
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
        ] {
            let error = Policy::from_toml(text, "").expect_err(text).to_string();
            assert!(error.contains(expect), "{error}");
        }
    }
}
