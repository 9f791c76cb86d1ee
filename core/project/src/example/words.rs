//! A disagreement in words, as the caption of an example begins.

use concord_domain::disagreement::{Disagreement, Kind};
use concord_domain::label_set::LabelSet;
use concord_domain::object::Object;
use concord_language::{Message, say};

use crate::review::Dispute;

/// What each person says about a disagreement, in order of names: the class, or what else they differ in.
pub fn said(dispute: &Dispute, found: &Disagreement) -> Vec<Message> {
    dispute.sets.iter().map(|set| one(set, found)).collect()
}

fn one(set: &LabelSet, found: &Disagreement) -> Message {
    let name = set.key.annotator.as_str();
    if let Kind::Tag { tag } = &found.kind {
        let gives = set.labels.tags.contains(tag);
        return if gives { say!("example-tags", name = name, tag = tag) } else { say!("example-nothing", name = name) };
    }
    let object = found.object_of(name).and_then(|id| set.labels.object(id));
    let Some(object) = object else { return say!("example-nothing", name = name) };
    match &found.kind {
        Kind::Attribute { name: attribute } => valued(name, object, attribute),
        Kind::Geometry => {
            let (width, height) = (object.bounds().width(), object.bounds().height());
            say!("example-draws", name = name, width = format!("{width:.0}"), height = format!("{height:.0}"))
        }
        Kind::Subclass if object.subclass.is_some() => {
            say!("example-says", name = name, what = object.subclass.as_deref().unwrap_or_default())
        }
        _ => say!("example-says", name = name, what = &object.class),
    }
}

fn valued(name: &str, object: &Object, attribute: &str) -> Message {
    match object.attributes.get(attribute) {
        Some(value) => say!("example-values", name = name, attribute = attribute, value = value.to_string()),
        None => say!("example-unset", name = name, attribute = attribute),
    }
}
