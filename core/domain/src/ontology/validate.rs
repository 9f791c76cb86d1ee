//! What an ontology must not contradict: names, keys, references and conditions.

use std::collections::{BTreeMap, BTreeSet};

use concord_geometry::GeometryKind;

use super::skeleton::first_repeated;
use super::{Attribute, AttributeKind, Class, Ontology, ShowWhen};
use crate::DomainError;

impl Ontology {
    /// An error that names the first contradiction. What is read from TOML was checked so.
    pub fn check(&self) -> Result<(), DomainError> {
        let fault = (self.version == 0)
            .then(|| "versions count from 1".to_owned())
            .or_else(|| self.class_fault())
            .or_else(|| self.key_fault())
            .or_else(|| self.skeletons.iter().find_map(super::Skeleton::fault))
            .or_else(|| self.attributes.iter().find_map(|a| self.attribute_fault(a)))
            .or_else(|| self.name_fault())
            .or_else(|| self.relation_fault());
        fault.map_or(Ok(()), |why| Err(DomainError::invalid("the ontology", why)))
    }

    fn class_fault(&self) -> Option<String> {
        if let Some(unnamed) = self.classes.iter().position(|c| c.name.trim().is_empty()) {
            return Some(format!("class number {} has no name", unnamed + 1));
        }
        if let Some(twice) = first_repeated(self.classes.iter().map(|c| &c.name)) {
            return Some(format!("the class \"{twice}\" stands twice"));
        }
        self.classes.iter().find_map(|class| self.drawing_fault(class))
    }

    fn drawing_fault(&self, class: &Class) -> Option<String> {
        let name = &class.name;
        if let Some(color) = class.color.as_ref().filter(|_| class.rgb().is_none()) {
            return Some(format!("the colour \"{color}\" of class \"{name}\" is not of the form #rrggbb"));
        }
        let skeleton = class.skeleton.as_ref()?;
        if self.skeleton(skeleton).is_none() {
            return Some(format!("class \"{name}\" names an unknown skeleton \"{skeleton}\""));
        }
        let contradicts = !class.allows(GeometryKind::Keypoints);
        contradicts.then(|| format!("class \"{name}\" has a skeleton, but its shapes leave out \"keypoints\""))
    }

    /// Classes and tags share one keyboard.
    fn key_fault(&self) -> Option<String> {
        let classes = self.classes.iter().enumerate().map(|(i, c)| (self.key_of(i), format!("class \"{}\"", c.name)));
        let tags = self.tags.iter().map(|t| (t.key, format!("tag \"{}\"", t.name)));
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        for (key, owner) in classes.chain(tags) {
            let Some(key) = key else { continue };
            if !key.is_alphanumeric() {
                return Some(format!("the key {key} of {owner} is neither a digit nor a letter"));
            }
            if let Some(other) = owners.insert(key.to_lowercase().collect(), owner.clone()) {
                let kind = other.split(' ').next().unwrap_or_default();
                return Some(format!("the key {key} of {owner} is taken by another {kind}: {other}"));
            }
        }
        None
    }

    fn attribute_fault(&self, attribute: &Attribute) -> Option<String> {
        let name = &attribute.name;
        if let Some(unknown) = attribute.classes.iter().find(|c| self.class(c).is_none()) {
            return Some(format!("attribute \"{name}\" names an unknown class \"{unknown}\""));
        }
        if matches!(&attribute.kind, AttributeKind::Choice { values, .. } if values.is_empty()) {
            return Some(format!("attribute \"{name}\" is a choice without values"));
        }
        if let Some(fault) = range_fault(attribute) {
            return Some(fault);
        }
        if let Some(default) = attribute.default.as_ref().filter(|d| !attribute.accepts(d)) {
            return Some(format!("attribute \"{name}\" may not be \"{default}\", its default"));
        }
        self.condition_fault(attribute)
    }

    fn condition_fault(&self, attribute: &Attribute) -> Option<String> {
        let name = &attribute.name;
        match attribute.show_when.as_ref()? {
            ShowWhen::Attribute { name: other, values } => {
                let Some(other) = self.attribute(other) else {
                    return Some(format!("attribute \"{name}\" depends on an unknown attribute \"{other}\""));
                };
                if let Some(wrong) = values.iter().find(|v| !other.accepts(v)) {
                    let other = &other.name;
                    return Some(format!(
                        "attribute \"{name}\" waits for {other} to be \"{wrong}\", which it cannot be"
                    ));
                }
                self.is_in_cycle(attribute).then(|| format!("attribute \"{name}\" depends on itself"))
            }
            ShowWhen::Subclass(names) => {
                let is_known =
                    |s: &String| self.classes.iter().any(|c| attribute.applies_to(&c.name) && c.subclasses.contains(s));
                let unknown = names.iter().find(|s| !is_known(s))?;
                Some(format!("attribute \"{name}\" depends on \"{unknown}\", a sub-class of none of its classes"))
            }
        }
    }

    fn is_in_cycle(&self, attribute: &Attribute) -> bool {
        let mut seen = BTreeSet::new();
        let mut at = attribute;
        loop {
            if !seen.insert(at.name.as_str()) {
                return true;
            }
            let next = at.show_when.as_ref().and_then(ShowWhen::depends_on).and_then(|name| self.attribute(name));
            let Some(next) = next else { return false };
            at = next;
        }
    }

    fn name_fault(&self) -> Option<String> {
        let twice = |what: &str, names: Vec<&String>| {
            let unnamed = names.iter().any(|n| n.trim().is_empty()).then(|| format!("a {what} has no name"));
            let repeated = || first_repeated(names.iter().copied()).map(|n| format!("the {what} \"{n}\" stands twice"));
            unnamed.or_else(repeated)
        };
        // An attribute without a name was never refused, and stays readable.
        let attribute = first_repeated(self.attributes.iter().map(|a| &a.name));
        attribute
            .map(|n| format!("the attribute \"{n}\" stands twice"))
            .or_else(|| twice("skeleton", self.skeletons.iter().map(|s| &s.name).collect()))
            .or_else(|| twice("tag", self.tags.iter().map(|t| &t.name).collect()))
            .or_else(|| twice("relation", self.relations.iter().map(|r| &r.name).collect()))
    }

    fn relation_fault(&self) -> Option<String> {
        self.relations.iter().find_map(|relation| {
            let unknown = relation.from.iter().chain(&relation.to).find(|c| self.class(c).is_none())?;
            Some(format!("relation \"{}\" names an unknown class \"{unknown}\"", relation.name))
        })
    }
}

fn range_fault(attribute: &Attribute) -> Option<String> {
    let (name, range) = (&attribute.name, attribute.range);
    if range.is_open() {
        return None;
    }
    if attribute.kind != AttributeKind::Number {
        return Some(format!("attribute \"{name}\" has min, max or step, but is not a number"));
    }
    let is_finite = [range.min, range.max, range.step].into_iter().flatten().all(f64::is_finite);
    if !is_finite || range.step.is_some_and(|step| step <= 0.0) {
        return Some(format!("min and max of attribute \"{name}\" must be finite, and its step above 0"));
    }
    let is_empty = range.nearest(range.min.or(range.max).unwrap_or(0.0)).is_none();
    is_empty.then(|| format!("attribute \"{name}\" has no value from its min to its max"))
}
