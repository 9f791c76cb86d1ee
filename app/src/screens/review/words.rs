//! Words for what the domain names in files: stages, kinds of disagreement and verdicts.

use concord_domain::disagreement::{Disagreement, Kind};
use concord_domain::judgement::Verdict;
use concord_domain::review::Stage;
use concord_language::tr;
use concord_widgets::theme::Status;

use super::model::Mode;

/// A stage.
pub(super) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Label => tr!("review-stage-label"),
        Stage::Review => tr!("review-stage-review"),
        Stage::Arbitrate => tr!("review-stage-arbitrate"),
        Stage::Gold => tr!("review-stage-gold"),
    }
}

/// A kind of disagreement.
pub(super) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Attribute { name } => tr!("review-kind-attribute", name = name),
        Kind::Tag { tag } => tr!("review-kind-tag", tag = tag),
        other => kind_named(other.name()).to_owned(),
    }
}

/// A kind of disagreement by its word in files, where it stands for all attributes or tags.
pub(super) fn kind_named(name: &str) -> &'static str {
    match name {
        "missing" => tr!("review-kind-missing"),
        "class" => tr!("review-kind-class"),
        "subclass" => tr!("review-kind-subclass"),
        "extra" => tr!("review-kind-extra"),
        "geometry" => tr!("review-kind-geometry"),
        "attribute" => tr!("review-kind-attributes"),
        _ => tr!("review-kind-tags"),
    }
}

/// How severe a kind is.
pub(super) fn severity(kind: &Kind) -> Status {
    match kind {
        Kind::Missing | Kind::Class => Status::Error,
        Kind::Subclass | Kind::Extra | Kind::Geometry => Status::Warning,
        Kind::Attribute { .. } | Kind::Tag { .. } => Status::Muted,
    }
}

/// A verdict that was given.
pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Take { of } => tr!("review-took", of = of),
        Verdict::All => tr!("review-took-all").to_owned(),
        Verdict::Neither => tr!("review-took-neither").to_owned(),
        Verdict::Mixed { geometry, class } => tr!("review-took-mixed", geometry = geometry, class = class),
        Verdict::Fused => tr!("review-took-fused").to_owned(),
        Verdict::ByHand => tr!("review-took-by-hand").to_owned(),
    }
}

/// A way to hold label sets against each other.
pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Overlay => tr!("review-mode-overlay"),
        Mode::Flicker => tr!("review-mode-flicker"),
        Mode::SideBySide => tr!("review-mode-side-by-side"),
    }
}

/// What a screen reader says of a disagreement.
pub(super) fn described(number: usize, disagreement: &Disagreement, given: Option<&Verdict>) -> String {
    let mut said = vec![format!("{number} {}", kind(&disagreement.kind))];
    said.push(tr!("review-has-it", names = disagreement.with.join(", ")));
    if !disagreement.without.is_empty() {
        said.push(tr!("review-has-not", names = disagreement.without.join(", ")));
    }
    said.extend(disagreement.overlap.map(|overlap| tr!("review-overlap", overlap = format!("{overlap:.2}"))));
    said.push(given.map_or_else(|| tr!("review-open").to_owned(), verdict));
    said.join(", ")
}
