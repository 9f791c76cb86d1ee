//! Words for what the domain names in files: kinds of geometry, tiers, visibility and values.

use std::borrow::Cow;

use concord_domain::object::{AttributeValue, Tier};
use concord_geometry::{GeometryKind, Visibility};
use concord_language::tr;
use concord_project::queue::Away;

/// A kind of geometry, as in the middle of a sentence.
pub(crate) fn kind(kind: GeometryKind) -> &'static str {
    match kind {
        GeometryKind::Box => tr!("kind-box"),
        GeometryKind::RotatedBox => tr!("kind-rotated-box"),
        GeometryKind::Polygon => tr!("kind-polygon"),
        GeometryKind::Polyline => tr!("kind-polyline"),
        GeometryKind::Mask => tr!("kind-mask"),
        GeometryKind::Ellipse => tr!("kind-ellipse"),
        GeometryKind::Keypoints => tr!("kind-points"),
    }
}

/// How sure one is.
pub(crate) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Sure => tr!("label-tier-sure"),
        Tier::Probable => tr!("label-tier-probable"),
        Tier::Unsure => tr!("label-tier-unsure"),
    }
}

/// Whether a point can be seen.
pub(super) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Absent => tr!("label-visibility-absent"),
        Visibility::Occluded => tr!("label-visibility-occluded"),
        Visibility::Visible => tr!("label-visibility-visible"),
    }
}

/// Why a sample is not to be worked on now, and for how long yet.
pub(super) fn away(away: &Away, now_ms: i64) -> String {
    let minutes = (away.until_utc_ms() - now_ms).max(0).unsigned_abs().div_ceil(60_000);
    match away {
        Away::Held { by, .. } => tr!("label-away-held", who = by.join(", "), minutes = minutes),
        Away::PutOff { .. } => tr!("label-away-put-off", minutes = minutes),
    }
}

/// A value of an attribute; texts are the ontology's or a person's own words.
pub(crate) fn value(value: &AttributeValue) -> Cow<'_, str> {
    match value {
        AttributeValue::Flag(true) => tr!("flag-yes").into(),
        AttributeValue::Flag(false) => tr!("flag-no").into(),
        AttributeValue::Text(text) => text.into(),
        AttributeValue::Number(_) => value.to_string().into(),
    }
}
