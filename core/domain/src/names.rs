//! Names of kinds and lists of names, as they stand within sentences.

use concord_geometry::GeometryKind;
use concord_language::{Message, say};

use crate::object::AttributeValue;

/// A kind of geometry, as in the middle of a sentence.
pub fn kind(kind: GeometryKind) -> Message {
    match kind {
        GeometryKind::Box => say!("kind-box"),
        GeometryKind::RotatedBox => say!("kind-rotated-box"),
        GeometryKind::Polygon => say!("kind-polygon"),
        GeometryKind::Polyline => say!("kind-polyline"),
        GeometryKind::Mask => say!("kind-mask"),
        GeometryKind::Ellipse => say!("kind-ellipse"),
        GeometryKind::Keypoints => say!("kind-points"),
    }
}

/// The value of an attribute; texts are the words of the ontology or of a person.
pub(crate) fn value(value: &AttributeValue) -> Message {
    match value {
        AttributeValue::Flag(true) => say!("flag-yes"),
        AttributeValue::Flag(false) => say!("flag-no"),
        AttributeValue::Text(_) | AttributeValue::Number(_) => say!("name", name = value.to_string()),
    }
}

/// "a", "a or b", "a or b or c" …; nothing of no names.
pub(crate) fn either(names: impl IntoIterator<Item = Message>) -> Message {
    let joined = names.into_iter().reduce(|some, next| say!("list-or", some = some, next = next));
    joined.unwrap_or_else(|| say!("list-none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_by_or() {
        let said = |kinds: &[GeometryKind]| either(kinds.iter().map(|k| kind(*k))).to_string();
        assert_eq!(said(&[]), "nothing");
        assert_eq!(said(&[GeometryKind::Box]), "box");
        assert_eq!(said(&[GeometryKind::Box, GeometryKind::Mask, GeometryKind::Ellipse]), "box or mask or ellipse");
    }
}
