//! Suggestions: what the model proposes, until a person accepts or rejects it.

use concord_domain::edit::Edit;
use concord_domain::object::SuggestionId;
use concord_domain::rejection::RejectReason;
use concord_domain::suggestion::{Run, Suggestion};
use concord_language::tr;
use concord_project::label::Session;

use super::LabelModel;
use super::gestures::edit;
use crate::context::{Context, Update};

/// The suggestions on the canvas: those not settled that reach the threshold, of the layers that are shown, without what
/// is labelled already; layer by layer, each by score.
pub fn shown_suggestions<'a>(context: &'a Context, model: &'a LabelModel) -> Vec<&'a Suggestion> {
    // Some samples are drawn to be labelled without help, to see whether suggestions lead people astray.
    let withholds = model.queue.current().is_some_and(|ranked| ranked.withholds_suggestions);
    if !are_shown(context, model) || withholds {
        return vec![];
    }
    let Some(session) = model.session() else { return vec![] };
    let (threshold, hides_matched) = (context.settings.threshold, context.settings.hide_matched);
    let shown: Vec<&str> = session.layers.iter().filter(|run| is_shown(model, session, run)).map(|r| &*r.id).collect();
    let is_shown = |s: &&Suggestion| {
        s.prediction.score >= threshold
            && shown.contains(&s.id.run.as_str())
            && !(hides_matched && model.matched.contains(&s.id))
    };
    session.open_suggestions().filter(is_shown).collect()
}

/// Whether suggestions are wanted: who judges decides between people, and sees them only on demand.
pub fn are_shown(context: &Context, model: &LabelModel) -> bool {
    let on_demand = context.project.as_ref().is_some_and(|project| project.review.suggestions);
    if model.is_reviewing() { on_demand } else { context.settings.suggestions }
}

/// True when the suggestions of a run are shown: as a person chose, else those of the newest run.
pub fn is_shown(model: &LabelModel, session: &Session, run: &Run) -> bool {
    let is_newest = session.layers.first().is_some_and(|first| first.id == run.id);
    model.layers.get(&run.id).copied().unwrap_or(is_newest)
}

/// Shows or hides the suggestions of a run.
pub fn show_layer(update: &mut Update<'_>, run: String, on: bool) {
    if let Some(project) = &mut update.context.project {
        project.label.layers.insert(run, on);
        project.label.revision += 1;
    }
}

/// The focused suggestion, or the best of those shown.
fn target(context: &Context, id: Option<SuggestionId>) -> Option<Suggestion> {
    let model = &context.project.as_ref()?.label;
    let shown = shown_suggestions(context, model);
    let wanted = id.or_else(|| model.suggestion.clone());
    let found = wanted.and_then(|id| shown.iter().find(|s| s.id == id).copied());
    found.or_else(|| shown.first().copied()).cloned()
}

/// Takes a suggestion over: the named one, or the focused one. The next one gets the focus.
pub fn accept(update: &mut Update<'_>, id: Option<SuggestionId>) {
    if let Some(suggestion) = target(update.context, id) {
        let known = update.context.project.as_ref();
        if known.is_some_and(|p| p.versions.ontology.class(&suggestion.prediction.class).is_none()) {
            let class = &suggestion.prediction.class;
            update.context.messages.info(tr!("label-say-unknown-class", class = class));
            return;
        }
        let next = after(update.context, &suggestion.id);
        edit(update, &Edit::Accept(vec![suggestion]));
        focus(update, next);
    }
}

/// Takes all shown suggestions over, as one gesture.
pub fn accept_all(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let shown: Vec<Suggestion> = shown_suggestions(update.context, &project.label).into_iter().cloned().collect();
    edit(update, &Edit::Accept(shown));
}

/// Turns a suggestion down, for a reason or none: the named one, or the focused one. The next one gets the focus.
pub fn reject(update: &mut Update<'_>, id: Option<SuggestionId>, reason: Option<RejectReason>) {
    if let Some(suggestion) = target(update.context, id) {
        let next = after(update.context, &suggestion.id);
        edit(update, &Edit::Reject(suggestion, reason));
        focus(update, next);
    }
}

/// The suggestion after this one among those shown.
fn after(context: &Context, id: &SuggestionId) -> Option<SuggestionId> {
    let shown = shown_suggestions(context, &context.project.as_ref()?.label);
    let at = shown.iter().position(|s| &s.id == id)?;
    shown.get(at + 1).or_else(|| shown.first()).map(|s| s.id.clone()).filter(|next| next != id)
}

/// Focuses the suggestion `by` places on, around the ends.
pub fn focus_step(update: &mut Update<'_>, by: isize) {
    let Some(project) = &update.context.project else { return };
    let shown = shown_suggestions(update.context, &project.label);
    let at = project.label.suggestion.as_ref().and_then(|id| shown.iter().position(|s| &s.id == id));
    let next = match (at, by > 0) {
        (Some(at), _) => (at as isize + by).rem_euclid(shown.len().max(1) as isize) as usize,
        (None, true) => 0,
        (None, false) => shown.len().saturating_sub(1),
    };
    let next = shown.get(next).map(|s| s.id.clone());
    focus(update, next);
}

/// Focuses a suggestion, or none.
pub fn focus(update: &mut Update<'_>, id: Option<SuggestionId>) {
    if let Some(project) = &mut update.context.project {
        project.label.suggestion = id;
        project.label.revision += 1;
    }
}
