//! A model in the registry: what it is, where it comes from, how far its scores can be believed, how fast it runs.

use std::collections::BTreeMap;

use concord_metrics::Metric;
use concord_metrics::calibration::{Fitted, Method};
use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::ontology::Ontology;

/// A model as it was registered. It never changes: another file, contract or mapping is another entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisteredModel {
    /// SHA-256 of the file, 64 hexadecimal digits: the model's identity.
    pub sha256: String,
    /// Name for people and for the command line, unique in the project.
    pub name: String,
    /// Size of the file.
    pub bytes: u64,
    /// How its outputs are read, by the name of the family.
    pub family: String,
    /// The complete contract as `model.toml`: nothing in it is left to be inferred.
    pub contract: String,
    /// Names of the model's classes, in the order of its scores; empty for embeddings alone.
    pub classes: Vec<String>,
    /// Class of the model to class of the ontology, where the names differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub class_map: BTreeMap<String, String>,
    /// Where it comes from.
    #[serde(default)]
    pub provenance: ModelProvenance,
    /// Who vouches for the file.
    #[serde(default)]
    pub signature: ModelSignature,
    /// The second file of a pair that segments what a person points at: this one reads the image, that one the prompts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder: Option<PairedFile>,
}

/// The decoder of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedFile {
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
}

/// The family of pairs that segment what a person points at.
pub const PROMPTED_FAMILY: &str = "prompted";

/// Where a model comes from, in the words of whoever registered it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelProvenance {
    /// The data release it was trained on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<String>,
    /// Revision of the training code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Licence of the weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Who vouches for a model file. A signature that does not hold keeps the file out of the registry, so there is no such
/// variant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ModelSignature {
    /// Nobody.
    #[default]
    Unsigned,
    /// The owner of a trusted minisign key.
    Valid {
        /// The key's id, 16 hexadecimal digits.
        key_id: String,
        /// The name under which the project trusts it.
        key_name: String,
        /// What the signer wrote, covered by the signature.
        trusted_comment: String,
    },
}

/// How a model's scores become probabilities that can be believed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCalibration {
    /// The method that was asked for.
    pub method: Method,
    /// The calibrator, with its fit.
    pub fitted: Fitted,
    /// Calibration error on samples that were left out of the fit: five-fold over samples, 15 bins of equal width.
    pub held_out_ece: Metric,
    /// The run whose scores were held against the reference.
    pub run: String,
    /// What the outcomes were taken from: "gold", or the name of an annotator.
    pub reference: String,
}

/// How fast a model runs on one machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelSpeed {
    /// The engine.
    pub engine: String,
    /// What it computed with.
    pub provider: String,
    /// Images in one forward pass.
    pub batch: u32,
    /// Sessions side by side, each with its share of the processor's cores.
    pub sessions: u32,
    /// Images a second through the forward pass alone.
    pub images_per_second: f64,
    /// Median time of one forward pass of one image, in milliseconds.
    pub latency_ms: f64,
}

impl RegisteredModel {
    /// The ontology's word for a class of the model.
    pub fn class_in_ontology<'a>(&'a self, class: &'a str) -> &'a str {
        self.class_map.get(class).map_or(class, String::as_str)
    }

    /// Classes of the model that no class of the ontology stands for; their objects are kept, but cannot become labels.
    pub fn unmapped<'a>(&'a self, ontology: Option<&Ontology>) -> Vec<&'a str> {
        let is_known = |class: &str| ontology.is_some_and(|o| o.class(self.class_in_ontology(class)).is_some());
        self.classes.iter().map(String::as_str).filter(|class| !is_known(class)).collect()
    }

    /// True for a pair that segments what a person points at, and says nothing about an image by itself.
    pub fn is_prompted(&self) -> bool {
        self.decoder.is_some()
    }

    /// Refuses an entry that contradicts itself: an identity that is no SHA-256, a name nobody could type, a mapping of
    /// classes that the model does not have, a decoder beside a model of another family.
    pub fn check(&self) -> Result<(), DomainError> {
        let invalid = |why: String| Err(DomainError::invalid("the model", why));
        let files = [Some(&self.sha256), self.decoder.as_ref().map(|decoder| &decoder.sha256)];
        if let Some(wrong) = files.into_iter().flatten().find(|sha256| !is_sha256(sha256)) {
            return invalid(format!("{wrong:?} is not a SHA-256"));
        }
        if self.is_prompted() != (self.family == PROMPTED_FAMILY) {
            return invalid(format!("a decoder belongs to the family {PROMPTED_FAMILY}, and it is of {}", self.family));
        }
        let is_letter = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        if self.name.trim() != self.name || self.name.is_empty() || !self.name.chars().all(is_letter) {
            return invalid(format!("{:?} is no name: use letters, digits, \"-\", \"_\", \".\" and spaces", self.name));
        }
        match self.class_map.keys().find(|class| !self.classes.contains(class)) {
            Some(class) => invalid(format!("it maps the class \"{class}\", which it does not have")),
            None => Ok(()),
        }
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> RegisteredModel {
        RegisteredModel {
            sha256: "0123456789abcdef".repeat(4),
            name: "detector".to_owned(),
            bytes: 7,
            family: "yolov8".to_owned(),
            contract: String::new(),
            classes: vec!["hex bolt".to_owned(), "nut".to_owned(), "cat".to_owned()],
            class_map: BTreeMap::from([("hex bolt".to_owned(), "bolt".to_owned())]),
            provenance: ModelProvenance::default(),
            signature: ModelSignature::Unsigned,
            decoder: None,
        }
    }

    fn pair(sha256: &str) -> RegisteredModel {
        let decoder = Some(PairedFile { sha256: sha256.to_owned(), bytes: 3 });
        RegisteredModel { family: PROMPTED_FAMILY.to_owned(), decoder, ..model() }
    }

    #[test]
    fn an_entry_without_a_decoder_is_written_as_before_there_were_any() {
        let text = serde_json::to_string(&model()).expect("it can be written");
        assert!(!text.contains("decoder"), "{text}");
        let pair = pair(&"ab".repeat(32));
        assert!(pair.check().is_ok() && pair.is_prompted() && !model().is_prompted());
        let text = serde_json::to_string(&pair).expect("it can be written");
        assert_eq!(serde_json::from_str::<RegisteredModel>(&text).expect("it can be read"), pair);
    }

    #[test]
    fn classes_are_mapped_and_what_is_not_is_listed() {
        let ontology = Ontology::from_class_names("o", ["bolt", "nut"]);
        assert_eq!(model().unmapped(Some(&ontology)), ["cat"]);
        assert_eq!(model().unmapped(None), ["hex bolt", "nut", "cat"]);
        assert_eq!(model().class_in_ontology("hex bolt"), "bolt");
        assert_eq!(model().class_in_ontology("nut"), "nut");
    }

    #[test]
    fn an_entry_that_contradicts_itself_is_refused() {
        assert_eq!(model().check(), Ok(()));
        for (broken, part) in [
            (RegisteredModel { sha256: "12".to_owned(), ..model() }, "SHA-256"),
            (RegisteredModel { name: "../x".to_owned(), ..model() }, "no name"),
            (RegisteredModel { name: " x".to_owned(), ..model() }, "no name"),
            (RegisteredModel { name: String::new(), ..model() }, "no name"),
            (RegisteredModel { classes: vec![], ..model() }, "hex bolt"),
            (pair("12"), "SHA-256"),
            (RegisteredModel { family: "yolov8".to_owned(), ..pair(&"ab".repeat(32)) }, "yolov8"),
            (RegisteredModel { family: PROMPTED_FAMILY.to_owned(), ..model() }, "decoder"),
        ] {
            let error = broken.check().expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
