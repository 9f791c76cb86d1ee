//! The rulebook: an ontology and a policy made ready to be looked up.

use std::collections::HashMap;
use std::sync::Arc;

use concord_geometry::Size;

use super::{Checker, Finding};
use crate::label_set::Labels;
use crate::ontology::{Attribute, AttributeKind, Class, Ontology, Skeleton, TRUNCATED};
use crate::policy::{Policy, Rules};

/// What labels are held against.
#[derive(Debug, Clone)]
pub struct Rulebook {
    ontology: Ontology,
    rules: Rules,
    classes: HashMap<String, Terms>,
    /// What a class that the ontology does not have is held against.
    unknown: Terms,
}

/// Where in the ontology stands what concerns a class.
#[derive(Debug, Clone)]
struct Terms {
    class: Option<usize>,
    attributes: Vec<usize>,
    skeleton: Option<usize>,
    truncated: Option<usize>,
}

impl Terms {
    fn of(ontology: &Ontology, class: Option<usize>) -> Self {
        let name = class.map(|c| ontology.classes[c].name.as_str());
        let belongs = |a: &Attribute| name.map_or(a.classes.is_empty(), |n| a.applies_to(n));
        let places = ontology.attributes.iter().enumerate().filter(|(_, a)| belongs(a));
        let attributes: Vec<usize> = places.map(|(place, _)| place).collect();
        let is_truncated = |a: &Attribute| a.name == TRUNCATED && a.kind == AttributeKind::Flag;
        let truncated = attributes.iter().copied().find(|a| is_truncated(&ontology.attributes[*a]));
        let skeleton = class.and_then(|c| ontology.classes[c].skeleton.as_ref());
        let skeleton = skeleton.and_then(|name| ontology.skeletons.iter().position(|s| &s.name == name));
        Self { class, attributes, skeleton, truncated }
    }
}

impl Rulebook {
    /// The rulebook of an ontology and a policy.
    pub fn new(ontology: &Ontology, policy: &Policy) -> Self {
        // Of two classes of one name the first counts, as everywhere; from the back, it is entered last.
        let places = (0..ontology.classes.len()).rev();
        let classes = places.map(|c| (ontology.classes[c].name.clone(), Terms::of(ontology, Some(c)))).collect();
        let unknown = Terms::of(ontology, None);
        Self { ontology: ontology.clone(), rules: policy.rules.clone(), classes, unknown }
    }

    /// Everything in `labels` that breaks the rules, as [`findings`](super::findings) gives it.
    pub fn findings(self: &Arc<Self>, labels: &Labels, image: Size) -> Vec<Finding> {
        Checker::once(labels, image, Arc::clone(self)).findings(labels)
    }

    /// The ontology it was made from.
    pub fn ontology(&self) -> &Ontology {
        &self.ontology
    }

    /// The rules of the policy it was made from.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What concerns objects of a class.
    pub(super) fn class(&self, name: &str) -> ClassRules<'_> {
        ClassRules { book: self, terms: self.classes.get(name).unwrap_or(&self.unknown) }
    }
}

/// What the rulebook says about a class.
#[derive(Clone, Copy)]
pub(super) struct ClassRules<'a> {
    book: &'a Rulebook,
    terms: &'a Terms,
}

impl<'a> ClassRules<'a> {
    pub(super) fn ontology(self) -> &'a Ontology {
        &self.book.ontology
    }

    pub(super) fn rules(self) -> &'a Rules {
        &self.book.rules
    }

    /// The class, where the ontology has it.
    pub(super) fn class(self) -> Option<&'a Class> {
        self.terms.class.map(|c| &self.ontology().classes[c])
    }

    pub(super) fn attributes(self) -> impl Iterator<Item = &'a Attribute> {
        self.terms.attributes.iter().map(move |a| &self.ontology().attributes[*a])
    }

    pub(super) fn skeleton(self) -> Option<&'a Skeleton> {
        self.terms.skeleton.map(|s| &self.ontology().skeletons[s])
    }

    /// The flag that says that an object goes on beyond the edge of the image.
    pub(super) fn truncated(self) -> Option<&'a Attribute> {
        self.terms.truncated.map(|a| &self.ontology().attributes[a])
    }
}
