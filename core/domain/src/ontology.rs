//! The ontology: versioned classes, sub-classes and attributes with their constraints.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::object::{AttributeValue, Object};

/// Versioned classes and attributes. Published versions never change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ontology {
    /// Name for people.
    pub name: String,
    /// Version, counted from 1.
    pub version: u32,
    /// Classes in the order in which they are shown and exported.
    #[serde(rename = "class")]
    pub classes: Vec<Class>,
    /// Attributes in the order in which they are shown.
    #[serde(rename = "attribute", default)]
    pub attributes: Vec<Attribute>,
}

/// A class of objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Name, unique in the ontology.
    pub name: String,
    /// The digit that picks it; the first nine classes get 1 to 9 when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// Other names people may type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// Sub-classes, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subclasses: Vec<String>,
}

/// What values an attribute takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttributeKind {
    /// One of the listed values.
    Choice {
        /// The values in the order in which they are shown.
        values: Vec<String>,
    },
    /// Yes or no.
    Flag,
    /// A finite number.
    Number,
    /// Free text.
    Text,
}

/// An attribute of objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name, unique in the ontology.
    pub name: String,
    /// Which values it takes.
    #[serde(flatten)]
    pub kind: AttributeKind,
    /// The classes it belongs to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// True when every object of those classes needs a value.
    #[serde(default)]
    pub required: bool,
    /// The value a new object starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<AttributeValue>,
}

impl Attribute {
    /// True when objects of this class have the attribute.
    pub fn applies_to(&self, class: &str) -> bool {
        self.classes.is_empty() || self.classes.iter().any(|c| c == class)
    }

    /// True when the attribute may take this value.
    pub fn accepts(&self, value: &AttributeValue) -> bool {
        match (&self.kind, value) {
            (AttributeKind::Choice { values }, AttributeValue::Text(text)) => values.contains(text),
            (AttributeKind::Number, AttributeValue::Number(n)) => n.is_finite(),
            (AttributeKind::Flag, AttributeValue::Flag(_)) | (AttributeKind::Text, AttributeValue::Text(_)) => true,
            _ => false,
        }
    }
}

impl Ontology {
    /// Reads an ontology from TOML and checks it; errors name the place or the contradiction.
    pub fn from_toml(text: &str) -> Result<Self, DomainError> {
        let ontology: Self = toml::from_str(text).map_err(|e| DomainError::parse("the ontology", e))?;
        ontology.check()?;
        Ok(ontology)
    }

    /// A first ontology for a project that has none: the given classes without attributes.
    ///
    /// Empty and repeated names are left out.
    pub fn from_class_names<'a>(name: &str, classes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut seen = BTreeSet::new();
        let classes = classes
            .into_iter()
            .map(str::trim)
            .filter(|c| !c.is_empty() && seen.insert((*c).to_owned()))
            .map(|c| Class { name: c.to_owned(), key: None, synonyms: vec![], subclasses: vec![] })
            .collect();
        Self { name: name.to_owned(), version: 1, classes, attributes: vec![] }
    }

    /// The ontology as TOML.
    pub fn to_toml(&self) -> Result<String, DomainError> {
        toml::to_string(self).map_err(|e| DomainError::parse("the ontology", e))
    }

    /// Content hash, as `b3:` and 64 digits.
    pub fn digest(&self) -> String {
        crate::digest::digest(self)
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|c| c.name == name)
    }

    /// Position of the class of this name.
    pub fn class_index(&self, name: &str) -> Option<usize> {
        self.classes.iter().position(|c| c.name == name)
    }

    /// The class a digit or letter key picks: declared keys first, then position among the first nine.
    pub fn class_for_key(&self, key: char) -> Option<&Class> {
        self.classes.iter().find(|c| c.key == Some(key)).or_else(|| {
            let index = key.to_digit(10)?.checked_sub(1)?;
            self.classes.get(index as usize).filter(|c| c.key.is_none())
        })
    }

    /// The key that picks the class at this position, for display.
    pub fn key_of(&self, index: usize) -> Option<char> {
        let class = self.classes.get(index)?;
        class.key.or_else(|| char::from_digit(index as u32 + 1, 10).filter(|_| index < 9))
    }

    /// The attributes that objects of a class have.
    pub fn attributes_of<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Attribute> {
        self.attributes.iter().filter(move |a| a.applies_to(class))
    }

    /// Gives an object the default values of the attributes that it lacks.
    pub fn fill_defaults(&self, object: &mut Object) {
        for attribute in self.attributes.iter().filter(|a| a.applies_to(&object.class)) {
            if let Some(default) = &attribute.default {
                object.attributes.entry(attribute.name.clone()).or_insert_with(|| default.clone());
            }
        }
    }

    fn check(&self) -> Result<(), DomainError> {
        let invalid = |why: String| Err(DomainError::invalid("the ontology", why));
        if self.version == 0 {
            return invalid("versions count from 1".to_owned());
        }
        let mut names = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for (index, class) in self.classes.iter().enumerate() {
            if class.name.trim().is_empty() {
                return invalid(format!("class number {} has no name", index + 1));
            }
            if !names.insert(&class.name) {
                return invalid(format!("the class \"{}\" stands twice", class.name));
            }
            if let Some(key) = self.key_of(index)
                && !keys.insert(key)
            {
                return invalid(format!("the key {key} of class \"{}\" is taken by another class", class.name));
            }
        }
        let mut attribute_names = BTreeSet::new();
        for attribute in &self.attributes {
            if !attribute_names.insert(&attribute.name) {
                return invalid(format!("the attribute \"{}\" stands twice", attribute.name));
            }
            if let Some(unknown) = attribute.classes.iter().find(|c| !names.contains(c)) {
                return invalid(format!("attribute \"{}\" names an unknown class \"{unknown}\"", attribute.name));
            }
            if let AttributeKind::Choice { values } = &attribute.kind
                && values.is_empty()
            {
                return invalid(format!("attribute \"{}\" is a choice without values", attribute.name));
            }
            if let Some(default) = attribute.default.as_ref().filter(|d| !attribute.accepts(d)) {
                return invalid(format!("attribute \"{}\" may not be \"{default}\", its default", attribute.name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = r#"
        name = "belt"
        version = 2
        [[class]]
        name = "bolt"
        subclasses = ["hex", "countersunk"]
        [[class]]
        name = "nut"
        key = "9"
        [[attribute]]
        name = "occlusion"
        kind = "choice"
        values = ["none", "partial"]
        required = true
        default = "none"
        [[attribute]]
        name = "damaged"
        kind = "flag"
        classes = ["bolt"]
    "#;

    #[test]
    fn an_ontology_survives_toml() {
        let ontology = Ontology::from_toml(TOML).expect("a valid ontology");
        let again = Ontology::from_toml(&ontology.to_toml().expect("it serialises")).expect("it reads back");
        assert_eq!(again, ontology);
        assert_eq!(again.digest(), ontology.digest());
        assert_eq!(ontology.class_for_key('1').map(|c| c.name.as_str()), Some("bolt"));
        assert_eq!(ontology.class_for_key('2'), None);
        assert_eq!(ontology.class_for_key('9').map(|c| c.name.as_str()), Some("nut"));
        assert_eq!(ontology.attributes_of("nut").count(), 1);
    }

    #[test]
    fn contradictions_are_named() {
        let refuse = |from: &str, to: &str, expect: &str| {
            let error = Ontology::from_toml(&TOML.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(expect), "{error}");
        };
        refuse("name = \"nut\"", "name = \"bolt\"", "stands twice");
        refuse("key = \"9\"", "key = \"1\"", "taken by another class");
        refuse("classes = [\"bolt\"]", "classes = [\"cog\"]", "unknown class \"cog\"");
        refuse("default = \"none\"", "default = \"much\"", "may not be \"much\"");
        refuse("version = 2", "version = 2\ncolour = 3", "unknown field");
    }
}
