//! Rules about words: class, sub-class and attributes.

use concord_language::say;

use super::Code;
use super::fault::{Fault, Remedy};
use super::rulebook::ClassRules;
use crate::names;
use crate::object::{AttributeValue, Object};
use crate::ontology::{Attribute, AttributeKind};

pub(super) fn check(object: &Object, rules: ClassRules<'_>, found: &mut Vec<Fault>) {
    check_class(object, rules, found);
    check_values(object, rules, found);
    check_missing(object, rules, found);
}

fn check_class(object: &Object, rules: ClassRules<'_>, found: &mut Vec<Fault>) {
    let Some(class) = rules.class() else {
        let message = say!("finding-unknown-class", class = &object.class);
        found.push(Fault::new(Code::UnknownClass, message, None));
        return;
    };
    let needs_one = rules.rules().subclass_required && !class.subclasses.is_empty();
    match &object.subclass {
        Some(subclass) if !class.subclasses.contains(subclass) => {
            let message = say!("finding-unknown-subclass", class = &class.name, subclass = subclass);
            let remedy = (!needs_one).then_some(Remedy::ClearSubclass);
            found.push(Fault::new(Code::UnknownSubclass, message, remedy));
        }
        None if needs_one => {
            let message = say!("finding-missing-subclass", class = &class.name, choice = class.subclasses.join(", "));
            found.push(Fault::new(Code::MissingSubclass, message, None));
        }
        _ => {}
    }
}

fn check_values(object: &Object, rules: ClassRules<'_>, found: &mut Vec<Fault>) {
    for (name, value) in &object.attributes {
        let Some(attribute) = rules.attributes().find(|a| &a.name == name) else {
            let message = say!("finding-unknown-attribute", class = &object.class, name = name);
            found.push(Fault::new(Code::UnknownAttribute, message, Remedy::Unset(name.clone())));
            continue;
        };
        if !rules.ontology().is_shown(attribute, object) {
            let message = say!("finding-hidden-attribute", class = &object.class, name = name);
            found.push(Fault::new(Code::HiddenAttribute, message, Remedy::Unset(name.clone())));
        } else if !attribute.accepts(value) {
            found.push(wrong_value(attribute, value));
        }
    }
}

fn wrong_value(attribute: &Attribute, value: &AttributeValue) -> Fault {
    let name = &attribute.name;
    let nearest = match (&attribute.kind, value) {
        (AttributeKind::Number, AttributeValue::Number(n)) if n.is_finite() => attribute.range.nearest(*n),
        _ => None,
    };
    let instead = nearest.map(AttributeValue::Number).or_else(|| attribute.default.clone());
    let remedy = match instead {
        Some(value) => Some(Remedy::Set(name.clone(), value)),
        None => (!attribute.required).then(|| Remedy::Unset(name.clone())),
    };
    let wrong = names::value(value);
    let message = match nearest {
        Some(_) => say!("finding-wrong-number", name = name, value = wrong, limits = attribute.range.describe()),
        None => say!("finding-wrong-value", name = name, value = wrong),
    };
    Fault::new(Code::WrongValue, message, remedy)
}

fn check_missing(object: &Object, rules: ClassRules<'_>, found: &mut Vec<Fault>) {
    for attribute in rules.attributes().filter(|a| a.required) {
        let name = &attribute.name;
        if !object.attributes.contains_key(name) && rules.ontology().is_shown(attribute, object) {
            let remedy = attribute.default.clone().map(|default| Remedy::Set(name.clone(), default));
            let message = say!("finding-missing-attribute", class = &object.class, name = name);
            found.push(Fault::new(Code::MissingAttribute, message, remedy));
        }
    }
}
