//! The ontology: versioned classes, sub-classes, attributes, skeletons, tags and relations with their constraints.

mod attribute;
mod condition;
mod search;
mod shown;
mod skeleton;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use concord_geometry::GeometryKind;
use serde::{Deserialize, Serialize};

use crate::DomainError;

pub use attribute::{Attribute, AttributeKind, DIFFICULT, NumberRange, OCCLUSION, TRUNCATED};
pub use condition::ShowWhen;
pub use search::{ClassMatch, MatchRank};
pub use skeleton::Skeleton;

/// Versioned classes and what can be said about their objects. Published versions never change.
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
    /// Templates of points.
    #[serde(rename = "skeleton", default, skip_serializing_if = "Vec::is_empty")]
    pub skeletons: Vec<Skeleton>,
    /// Tags of an image as a whole, in the order in which they are shown.
    #[serde(rename = "tag", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The kinds of ties between objects.
    #[serde(rename = "relation", default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<RelationKind>,
}

/// A class of objects.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Name, unique in the ontology.
    pub name: String,
    /// The digit or letter that picks it, in either case; the first nine classes get 1 to 9 when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// Other names people may type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// Sub-classes, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subclasses: Vec<String>,
    /// The colour of its objects on the canvas, as `#rrggbb`; without it the palette chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Which geometries its objects may have; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<GeometryKind>,
    /// Name of the template of its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skeleton: Option<String>,
    /// What it is, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Class {
    /// A class of which nothing but the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// True when its objects may have this kind of geometry.
    pub fn allows(&self, kind: GeometryKind) -> bool {
        self.shapes.is_empty() || self.shapes.contains(&kind)
    }

    /// The colour as red, green and blue; `None` when it has none.
    pub fn rgb(&self) -> Option<[u8; 3]> {
        let digits = self.color.as_deref()?.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some([part(0)?, part(2)?, part(4)?])
    }
}

/// A tag that an image as a whole may have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Name, unique among the tags.
    pub name: String,
    /// The digit or letter that sets it, in either case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// An image has at most one tag of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it says, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A kind of tie between two objects, such as "part of".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationKind {
    /// Name, unique among the relations.
    pub name: String,
    /// The classes it may start from; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// The classes it may lead to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// What it says, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl RelationKind {
    /// True when it may tie an object of class `from` to one of class `to`.
    pub fn ties(&self, from: &str, to: &str) -> bool {
        let fits = |classes: &[String], class: &str| classes.is_empty() || classes.iter().any(|c| c == class);
        fits(&self.from, from) && fits(&self.to, to)
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
            .map(Class::new)
            .collect();
        let (attributes, skeletons, tags, relations) = (vec![], vec![], vec![], vec![]);
        Self { name: name.to_owned(), version: 1, classes, attributes, skeletons, tags, relations }
    }

    /// The ontology as TOML.
    pub fn to_toml(&self) -> Result<String, DomainError> {
        toml::to_string(self).map_err(|e| DomainError::parse("the ontology", e))
    }

    /// Content hash, as `b3:` and 64 digits. What has its default is not written, so that an ontology keeps its hash
    /// when the schema grows.
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

    /// The class a digit or letter key picks, in either case: declared keys first, then position among the first nine.
    pub fn class_for_key(&self, key: char) -> Option<&Class> {
        self.classes.iter().find(|c| c.key.is_some_and(|k| is_same_key(k, key))).or_else(|| {
            let index = key.to_digit(10)?.checked_sub(1)?;
            self.classes.get(index as usize).filter(|c| c.key.is_none())
        })
    }

    /// The key that picks the class at this position, for display.
    pub fn key_of(&self, index: usize) -> Option<char> {
        let class = self.classes.get(index)?;
        class.key.or_else(|| char::from_digit(index as u32 + 1, 10).filter(|_| index < 9))
    }

    /// The tag of this name.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|t| t.name == name)
    }

    /// The tag a digit or letter key sets, in either case.
    pub fn tag_for_key(&self, key: char) -> Option<&Tag> {
        self.tags.iter().find(|t| t.key.is_some_and(|k| is_same_key(k, key)))
    }

    /// The relation of this name.
    pub fn relation(&self, name: &str) -> Option<&RelationKind> {
        self.relations.iter().find(|r| r.name == name)
    }

    /// The skeleton of this name.
    pub fn skeleton(&self, name: &str) -> Option<&Skeleton> {
        self.skeletons.iter().find(|s| s.name == name)
    }

    /// The template of the points of a class, where it has one.
    pub fn skeleton_of(&self, class: &str) -> Option<&Skeleton> {
        self.skeleton(self.class(class)?.skeleton.as_deref()?)
    }
}

fn is_same_key(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}
