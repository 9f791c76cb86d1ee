//! Which attributes an object shows, and what becomes of their values when that changes.

use super::{Attribute, Ontology, ShowWhen};
use crate::object::Object;

impl Ontology {
    /// True when an object has the attribute and shows it. Chains are followed: what depends on a hidden attribute is
    /// hidden.
    pub fn is_shown(&self, attribute: &Attribute, object: &Object) -> bool {
        let mut at = attribute;
        // A chain is no longer than there are attributes; with the count, even a cycle that nobody refused would end.
        for _ in 0..=self.attributes.len() {
            let holds = at.show_when.as_ref().is_none_or(|condition| condition.holds(object));
            if !holds || !at.applies_to(&object.class) {
                return false;
            }
            let Some(name) = at.show_when.as_ref().and_then(ShowWhen::depends_on) else { return true };
            let Some(next) = self.attribute(name) else { return false };
            at = next;
        }
        false
    }

    /// The attributes that an object shows, in the order of the ontology.
    pub fn shown_attributes<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = &'a Attribute> {
        self.attributes.iter().filter(move |a| self.is_shown(a, object))
    }

    /// Gives an object the default values of the attributes that it shows and lacks, and so on for those which these
    /// bring to light.
    pub fn fill_defaults(&self, object: &mut Object) {
        self.fill(object, |_| true);
    }

    /// Takes the values of attributes that an object has but does not show. Values of attributes that its class does
    /// not have are left alone.
    pub fn drop_hidden(&self, object: &mut Object) {
        let is_hidden = |a: &&Attribute| a.show_when.is_some() && object.attributes.contains_key(&a.name);
        let hidden: Vec<&str> = self
            .attributes_of(&object.class)
            .filter(is_hidden)
            .filter(|a| !self.is_shown(a, object))
            .map(|a| a.name.as_str())
            .collect();
        for name in hidden {
            object.attributes.remove(name);
        }
    }

    /// Brings an object in order after an edit: values of attributes that it no longer shows are dropped, and those
    /// that it did not show before start with their defaults.
    pub fn settle(&self, before: &Object, after: &mut Object) {
        self.drop_hidden(after);
        self.fill(after, |attribute| !self.is_shown(attribute, before));
    }

    /// Fills in defaults of the wanted attributes until no value brings another attribute to light.
    fn fill(&self, object: &mut Object, is_wanted: impl Fn(&Attribute) -> bool) {
        loop {
            let mut reveals = false;
            for attribute in &self.attributes {
                let Some(default) = &attribute.default else { continue };
                let lacks = !object.attributes.contains_key(&attribute.name);
                if lacks && is_wanted(attribute) && self.is_shown(attribute, object) {
                    object.attributes.insert(attribute.name.clone(), default.clone());
                    reveals = true;
                }
            }
            if !reveals {
                return;
            }
        }
    }
}
