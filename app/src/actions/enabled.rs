//! Which actions can be invoked now, and why the others cannot.

use concord_domain::ontology::{DIFFICULT, OCCLUSION, TRUNCATED};
use concord_language::tr;

use super::{Action, Group, Place};
use crate::context::{Context, OpenProject, Screen};
use crate::jobs::Request;
use crate::jobs::models::ModelWork;
use crate::screens::label::queue::Way;
use crate::screens::label::{cyclic_attribute, shown_suggestions};
use crate::screens::policy;
use crate::screens::review::{ExampleDraft, dispute_of};

/// Why the action cannot be invoked now; `None` when it can.
pub fn disabled_reason(action: Action, context: &Context) -> Option<&'static str> {
    let info = action.info();
    match info.place {
        Place::Anywhere => anywhere(action, context),
        Place::Label | Place::Drawing if !context.screen.has_canvas() => Some(tr!("why-needs-label")),
        // It can end between the key and its action; then it means what Esc means otherwise.
        Place::Drawing if action == Action::GiveUpDrawing => None,
        Place::Drawing => {
            let draws = context.project.as_ref().is_some_and(|p| p.label.tool.is_busy());
            unless(draws, tr!("why-not-drawing"))
        }
        Place::Label => {
            let Some(project) = &context.project else { return Some(tr!("why-needs-project")) };
            if project.label.is_reviewing() && is_for_annotators(action) {
                return Some(tr!("why-not-in-review"));
            }
            on_label(action, context, project)
        }
        Place::Review if context.screen != Screen::Review => Some(tr!("why-needs-review")),
        Place::Review => {
            let Some(project) = &context.project else { return Some(tr!("why-needs-project")) };
            on_review(action, context, project)
        }
        Place::Models if context.screen != Screen::Models => Some(tr!("why-needs-models")),
        Place::Models => {
            let busy = context.outstanding.awaits(&Request::Model(ModelWork::Propose));
            unless(context.project.is_some(), tr!("why-needs-project")).or(unless(!busy, tr!("why-trying")))
        }
        Place::Policy if context.screen != Screen::Policy => Some(tr!("why-needs-policy")),
        Place::Policy => {
            let Some(project) = &context.project else { return Some(tr!("why-needs-project")) };
            on_policy(action, project)
        }
        Place::Agreement if context.screen != Screen::Agreement => Some(tr!("why-needs-agreement")),
        Place::Agreement => unless(!context.outstanding.awaits(&Request::Agreement), tr!("why-computing")),
        Place::Activity if context.screen != Screen::Activity => Some(tr!("why-needs-activity")),
        Place::Activity => unless(!context.outstanding.awaits(&Request::Activity), tr!("why-counting")),
    }
}

fn unless(holds: bool, reason: &'static str) -> Option<&'static str> {
    (!holds).then_some(reason)
}

fn anywhere(action: Action, context: &Context) -> Option<&'static str> {
    match action {
        Action::ShowLabel
        | Action::ShowReview
        | Action::ShowAgreement
        | Action::ShowActivity
        | Action::ShowPolicy
        | Action::ShowModels
        | Action::CloseProject => unless(context.project.is_some(), tr!("why-needs-project")),
        Action::ReloadKeymap => unless(context.options.settings_file.is_some(), tr!("why-no-files")),
        Action::DismissMessages => unless(!context.messages.shown().is_empty(), tr!("why-no-message")),
        _ => None,
    }
}

fn on_policy(action: Action, project: &OpenProject) -> Option<&'static str> {
    match action {
        Action::Publish => policy::publish_obstacle(project),
        Action::NewCampaign => policy::owner_obstacle(project),
        _ => None,
    }
}

fn on_label(action: Action, context: &Context, project: &OpenProject) -> Option<&'static str> {
    let model = &project.label;
    let Some(session) = model.session() else { return unless(needs_no_sample(action), tr!("why-no-sample")) };
    let has_objects = !session.labels.objects.is_empty();
    let shown = || unless(!shown_suggestions(context, model).is_empty(), tr!("why-no-suggestion"));
    match action {
        Action::SubmitAndNext | Action::Skip if session.settled_by.is_some() => Some(tr!("why-settled")),
        Action::SubmitAndNext if session.labels.judgement.is_some() => Some(tr!("why-judged")),
        Action::Reopen => unless(session.settled_by.is_some(), tr!("why-not-settled"))
            .or(unless(can_reopen(project), tr!("why-no-judge"))),
        Action::NextSample => unless(model.queue.neighbour(Way::Forward).is_some(), tr!("why-last-sample")),
        Action::PreviousSample => unless(model.queue.neighbour(Way::Back).is_some(), tr!("why-first-sample")),
        Action::GiveBack => unless(model.hold.holds(&session.sample.id), tr!("why-not-held")),
        Action::GoToSample => unless(!model.queue.items().is_empty(), tr!("why-empty-queue")),
        Action::BoxTool | Action::SearchClass => {
            unless(!project.versions.ontology.classes.is_empty(), tr!("why-no-classes"))
        }
        Action::Class(digit) if model.attribute_mode.is_none() => {
            let class = project.versions.ontology.class_for_key(char::from(b'0' + digit));
            unless(class.is_some(), tr!("why-no-class-key"))
        }
        Action::ToggleOcclusion => attribute(project, OCCLUSION, tr!("why-no-occlusion")),
        Action::Truncated => attribute(project, TRUNCATED, tr!("why-no-truncated")),
        Action::Difficult => attribute(project, DIFFICULT, tr!("why-no-difficult")),
        Action::NextObject | Action::PreviousObject | Action::SelectAll | Action::HideAll | Action::LockAll => {
            unless(has_objects, tr!("why-no-object"))
        }
        Action::Hide => unless(!model.selection.is_empty() || !model.hidden.is_empty(), tr!("why-needs-selection")),
        Action::AttributeNext | Action::AttributePrevious => {
            unless(model.attribute_mode.is_some(), tr!("why-needs-attribute-mode"))
        }
        Action::Join | Action::Group | Action::Relation => {
            unless(model.selection.ids().len() > 1, tr!("why-needs-two"))
        }
        Action::ConfirmEmpty => unless(!has_objects || session.labels.confirmed_empty, tr!("why-has-objects")),
        Action::PasteObjects => unless(!model.clipboard.is_empty(), tr!("why-nothing-copied")),
        Action::RepeatLast => unless(!model.last_objects.is_empty(), tr!("why-nothing-left")),
        // What is being drawn is the latest thing done.
        Action::Undo => unless(model.tool.is_busy() || session.undo_summary().is_some(), tr!("why-nothing-to-undo")),
        Action::Redo => unless(session.redo_summary().is_some(), tr!("why-nothing-to-redo")),
        Action::AcceptSuggestion
        | Action::AcceptAllSuggestions
        | Action::RejectSuggestion
        | Action::RejectAs(_)
        | Action::NextSuggestion
        | Action::PreviousSuggestion => shown(),
        Action::ZoomToObject => {
            unless(!model.selection.is_empty() || model.suggestion.is_some(), tr!("why-needs-selection"))
        }
        _ if needs_selection(action) => unless(!model.selection.is_empty(), tr!("why-needs-selection")),
        _ => None,
    }
}

/// What concerns only who labels: on the Review screen nothing is taken, put off or submitted.
fn is_for_annotators(action: Action) -> bool {
    matches!(
        action,
        Action::SubmitAndNext
            | Action::Skip
            | Action::Snooze
            | Action::GiveBack
            | Action::RefreshQueue
            | Action::ToggleQueueScope
            | Action::RepeatLast
            | Action::Propagate
    )
}

/// Whether the person at the desk may open the sample again.
fn can_reopen(project: &OpenProject) -> bool {
    dispute_of(project).is_some_and(|dispute| dispute.reopen_obstacle(&project.desk.annotator).is_none())
}

fn on_review(action: Action, context: &Context, project: &OpenProject) -> Option<&'static str> {
    match action {
        Action::RefreshReview | Action::ToggleReviewScope | Action::NextReviewView => return None,
        _ => {}
    }
    let Some(dispute) = dispute_of(project) else { return Some(tr!("why-no-sample")) };
    let Some(session) = project.label.session() else { return Some(tr!("why-no-sample")) };
    let focus = project.review.focused(dispute);
    let judgement = session.labels.judgement.as_ref();
    let is_outdated = judgement.is_some() && !dispute.is_current(session);
    let obstacle = || {
        unless(dispute.obstacle_in(session).is_none(), tr!("why-obstacle"))
            .or(unless(!is_outdated, tr!("why-outdated")))
    };
    let needs_focus = || unless(focus.is_some(), tr!("why-no-disagreement"));
    match action {
        Action::NextDisagreement | Action::PreviousDisagreement => needs_focus(),
        Action::Verdict(_) | Action::VerdictLike(_) => obstacle().or_else(needs_focus),
        Action::TakeVerdictBack => obstacle().or_else(|| {
            let is_given = focus.is_some_and(|d| judgement.is_some_and(|j| j.verdicts.contains_key(&d.id)));
            unless(is_given, tr!("why-no-verdict"))
        }),
        Action::AddExample => needs_focus()
            .or_else(|| unless(ExampleDraft::of_focus(project).is_some(), tr!("why-no-outline")))
            .or_else(|| unless(!context.outstanding.awaits(&Request::Example), tr!("example-busy"))),
        Action::EditDisputed | Action::Settle => obstacle(),
        Action::SendBack | Action::RejectLabels => {
            let me = &project.desk.annotator;
            let can = dispute.annotators().any(|name| dispute.return_obstacle(me, name).is_none());
            unless(can, tr!("why-obstacle"))
        }
        Action::BeginAnew => unless(is_outdated, tr!("why-is-current")),
        Action::Flip => unless(dispute.sets.len() > 1, tr!("why-only-one")),
        _ => None,
    }
}

/// A selected object with an attribute of this name that keys can set.
fn attribute(project: &OpenProject, name: &str, missing: &'static str) -> Option<&'static str> {
    if project.label.selection.is_empty() {
        return Some(tr!("why-needs-selection"));
    }
    unless(cyclic_attribute(project, name).is_some(), missing)
}

/// Actions about the queue and what is shown work without a sample.
fn needs_no_sample(action: Action) -> bool {
    matches!(action.info().group, Group::View | Group::Queue)
        && !matches!(
            action,
            Action::SubmitAndNext
                | Action::Skip
                | Action::Snooze
                | Action::GiveBack
                | Action::Comment
                | Action::ZoomToObject
                | Action::History
        )
        || action == Action::ToggleSuggestions
}

fn needs_selection(action: Action) -> bool {
    matches!(
        action,
        Action::Tier(_)
            | Action::DeleteObject
            | Action::CopyObject
            | Action::DuplicateObject
            | Action::Redraw
            | Action::DeletePoint
            | Action::Propagate
            | Action::Interpolate
            | Action::Lock
            | Action::Ungroup
            | Action::BringForward
            | Action::SendBackward
            | Action::BringToFront
            | Action::SendToBack
            | Action::RotateLeft
            | Action::RotateRight
            | Action::FlipHorizontal
            | Action::FlipVertical
            | Action::NudgeLeft
            | Action::NudgeRight
            | Action::NudgeUp
            | Action::NudgeDown
            | Action::Narrower
            | Action::Wider
            | Action::Lower
            | Action::Higher
    )
}
