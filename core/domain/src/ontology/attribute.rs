//! Attributes of objects: which values they take, for which classes, and under which condition they are shown.

use concord_language::{Message, say};
use serde::{Deserialize, Serialize};

use super::{Ontology, ShowWhen};
use crate::object::AttributeValue;

/// Name of the attribute that says how much of an object is hidden: a choice of `none`, `partial` and `heavy`.
pub const OCCLUSION: &str = "occlusion";
/// Name of the flag that says that an object goes on beyond the edge of the image.
pub const TRUNCATED: &str = "truncated";
/// Name of the flag that says that an object is hard to make out.
pub const DIFFICULT: &str = "difficult";

/// An attribute of objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name, unique in the ontology.
    pub name: String,
    /// Which values it takes.
    #[serde(flatten)]
    pub kind: AttributeKind,
    /// The limits of a number; empty for other kinds.
    #[serde(flatten)]
    pub range: NumberRange,
    /// The classes it belongs to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// True when every object of those classes needs a value while the attribute is shown.
    #[serde(default)]
    pub required: bool,
    /// The value a new object starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<AttributeValue>,
    /// On which objects it is shown; on all when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_when: Option<ShowWhen>,
}

/// What values an attribute takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttributeKind {
    /// One of the listed values.
    Choice {
        /// The values in the order in which they are shown.
        values: Vec<String>,
        /// True when that order is a scale, from least to most: then two values that are further apart differ more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ordered: bool,
    },
    /// Yes or no.
    Flag,
    /// A finite number.
    Number,
    /// Free text.
    Text,
}

/// The limits of a number: from `min` to `max`, in steps counted from `min` (from 0 without one).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct NumberRange {
    /// The least value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The distance of one value from the next, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
}

/// How far from a step a number may lie, as a part of the step: decimal steps such as 0.1 are not exact in binary.
const STEP_SLACK: f64 = 1e-6;

impl NumberRange {
    /// True when it sets no limit.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// True when a finite number lies within the limits and on a step.
    pub fn holds(&self, number: f64) -> bool {
        let on_step = self.step.is_none_or(|step| {
            let steps = (number - self.min.unwrap_or(0.0)) / step;
            (steps - steps.round()).abs() <= STEP_SLACK
        });
        number.is_finite() && self.min.is_none_or(|m| number >= m) && self.max.is_none_or(|m| number <= m) && on_step
    }

    /// The number within the limits and on a step that lies nearest to a finite number, or `None` when there is none.
    pub fn nearest(&self, number: f64) -> Option<f64> {
        let near = number.max(self.min.unwrap_or(f64::NEG_INFINITY)).min(self.max.unwrap_or(f64::INFINITY));
        let Some(step) = self.step else { return Some(near).filter(|n| self.holds(*n)) };
        let base = self.min.unwrap_or(0.0);
        let steps = ((near - base) / step).round();
        // Without a minimum the nearest step may lie beyond the maximum, and the one before is within.
        [steps, steps - 1.0].into_iter().map(|s| base + s * step).find(|n| self.holds(*n))
    }

    /// The limits in words, such as "0 to 10 in steps of 2"; "any number" without limits.
    pub fn describe(&self) -> Message {
        let limits = match (self.min, self.max) {
            (Some(min), Some(max)) => say!("range-between", min = min.to_string(), max = max.to_string()),
            (Some(min), None) => say!("range-from", min = min.to_string()),
            (None, Some(max)) => say!("range-up-to", max = max.to_string()),
            (None, None) => say!("range-any"),
        };
        match self.step {
            Some(step) => say!("range-steps", limits = limits, step = step.to_string()),
            None => limits,
        }
    }
}

impl Attribute {
    /// An optional attribute of all classes, without a default.
    pub fn new(name: impl Into<String>, kind: AttributeKind) -> Self {
        let range = NumberRange::default();
        Self { name: name.into(), kind, range, classes: vec![], required: false, default: None, show_when: None }
    }

    /// True when objects of this class have the attribute.
    pub fn applies_to(&self, class: &str) -> bool {
        self.classes.is_empty() || self.classes.iter().any(|c| c == class)
    }

    /// True when the attribute may take this value.
    pub fn accepts(&self, value: &AttributeValue) -> bool {
        match (&self.kind, value) {
            (AttributeKind::Choice { values, .. }, AttributeValue::Text(text)) => values.contains(text),
            (AttributeKind::Number, AttributeValue::Number(n)) => self.range.holds(*n),
            (AttributeKind::Flag, AttributeValue::Flag(_)) | (AttributeKind::Text, AttributeValue::Text(_)) => true,
            _ => false,
        }
    }
}

impl Ontology {
    /// The attributes that most projects need: [`OCCLUSION`], [`TRUNCATED`] and [`DIFFICULT`], optional, with the
    /// defaults `none`, no and no.
    pub fn standard_attributes() -> Vec<Attribute> {
        let grades = ["none", "partial", "heavy"].map(str::to_owned).to_vec();
        let none = AttributeValue::Text("none".to_owned());
        let with = |name, kind, default| Attribute { default: Some(default), ..Attribute::new(name, kind) };
        vec![
            with(OCCLUSION, AttributeKind::Choice { values: grades, ordered: false }, none),
            with(TRUNCATED, AttributeKind::Flag, AttributeValue::Flag(false)),
            with(DIFFICULT, AttributeKind::Flag, AttributeValue::Flag(false)),
        ]
    }

    /// The ontology with those standard attributes added whose names it lacks.
    #[must_use]
    pub fn with_standard_attributes(mut self) -> Self {
        for attribute in Self::standard_attributes() {
            if self.attribute(&attribute.name).is_none() {
                self.attributes.push(attribute);
            }
        }
        self
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The attributes that objects of a class have, shown or not.
    pub fn attributes_of<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Attribute> {
        self.attributes.iter().filter(move |a| a.applies_to(class))
    }
}
