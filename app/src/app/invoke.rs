//! Invoking actions: each family of actions has its function, each action its arm.

use concord_domain::edit::Arrange;
use concord_domain::ontology::{DIFFICULT, OCCLUSION, TRUNCATED};
use concord_domain::tool::transform::Flip;
use concord_domain::tool::{Pointer, ToolKind};

use super::{look, opening};
use crate::actions::Action;
use crate::context::{Screen, Update};
use crate::jobs::Pick;
use crate::screens::activity;
use crate::screens::agreement;
use crate::screens::label;
use crate::screens::label::queue::Way;
use crate::screens::policy;
use crate::screens::review;

/// How much one step zooms the canvas.
const ZOOM_STEP: f64 = 1.25;
/// How many samples a jump passes.
const JUMP: usize = 10;
/// How far a nudge moves, in pixels.
const NUDGE_PX: f64 = 1.0;
/// How far a turn by a key goes, in degrees.
const TURN_DEGREES: f64 = 1.0;

/// Does what an action says; it can be invoked now.
pub(super) fn invoke(update: &mut Update<'_>, action: Action) {
    match action {
        Action::OpenPalette => update.views.palette.open(),
        Action::ShowStart => update.context.screen = Screen::Start,
        Action::ShowLabel => look::show_label(update),
        Action::ShowReview => review::show_screen(update),
        Action::ShowAgreement => look::show_agreement(update),
        Action::ShowActivity => activity::show_screen(update),
        Action::ShowPolicy => policy::show_screen(update),
        Action::LookAgain => policy::reload(update),
        Action::Publish => policy::ask_to_publish(update),
        Action::NewCampaign => policy::ask_for_campaign(update),
        Action::ShowModels => look::show_models(update),
        Action::AddModel => opening::pick(update, Pick::Model),
        Action::CloseProject => super::opening::close(update),
        Action::DismissMessages => update.context.messages.clear(),
        Action::ComputeAgreement => agreement::compute(update),
        Action::RefreshActivity => activity::refresh(update),
        _ => walk(update, action),
    }
}

fn walk(update: &mut Update<'_>, action: Action) {
    match action {
        Action::NextSample => label::step(update, Way::Forward),
        Action::PreviousSample => label::step(update, Way::Back),
        Action::JumpForward => label::jump(update, Way::Forward, JUMP),
        Action::JumpBack => label::jump(update, Way::Back, JUMP),
        Action::NextUnlabelled => label::step_open(update, Way::Forward),
        Action::PreviousUnlabelled => label::step_open(update, Way::Back),
        Action::SubmitAndNext => label::submit(update),
        Action::GoToSample => update.views.label.go_to = Some(label::Search::default()),
        Action::Save => label::say_saved(update),
        Action::Skip => update.views.label.skip = Some(String::new()),
        Action::Snooze => label::snooze(update),
        Action::GiveBack => label::give_back(update),
        Action::RefreshQueue => label::reload_queue(update, look::shows_all(update)),
        Action::ToggleQueueScope => label::reload_queue(update, !look::shows_all(update)),
        Action::Comment => update.views.label.toggle_pin(),
        _ => tool(update, action),
    }
}

fn tool(update: &mut Update<'_>, action: Action) {
    match action {
        Action::SelectTool => label::take_tool(update, ToolKind::Select),
        Action::BoxTool => label::take_tool(update, ToolKind::Box),
        Action::RotatedBoxTool => label::take_tool(update, ToolKind::RotatedBox),
        Action::PolygonTool => label::take_tool(update, ToolKind::Polygon),
        Action::PolylineTool => label::take_tool(update, ToolKind::Polyline),
        Action::BrushTool => label::take_tool(update, ToolKind::Brush),
        Action::EraserTool => label::take_tool(update, ToolKind::Eraser),
        Action::EllipseTool => label::take_tool(update, ToolKind::Ellipse),
        Action::PointsTool => label::take_tool(update, ToolKind::Points),
        Action::Slice => label::take_tool(update, ToolKind::Slice),
        Action::PromptTool => label::take_tool(update, ToolKind::Prompt),
        Action::ExtremePoints => label::toggle_extreme_points(update),
        Action::BrushSmaller => label::resize_brush(update, -1.0),
        Action::BrushLarger => label::resize_brush(update, 1.0),
        Action::PlaceObject => label::place_object(update),
        Action::FinishDrawing => label::tool_key(update, Pointer::Finish),
        Action::StepBack => label::tool_key(update, Pointer::StepBack),
        Action::AbsentPoint => label::tool_key(update, Pointer::Absent),
        Action::GiveUpDrawing => label::give_up(update),
        Action::Redraw => label::redraw(update),
        Action::DeletePoint => label::delete_point(update),
        Action::QuickClass => label::toggle_quick_class(update),
        Action::AttributeMode => label::toggle_attribute_mode(update),
        Action::AttributeNext => label::step_attribute(update, 1),
        Action::AttributePrevious => label::step_attribute(update, -1),
        _ => object(update, action),
    }
}

fn object(update: &mut Update<'_>, action: Action) {
    match action {
        Action::NextObject => label::step_object(update, 1),
        Action::PreviousObject => label::step_object(update, -1),
        Action::SelectAll => label::select_all(update),
        Action::DeleteObject => label::delete(update),
        Action::CopyObject => label::copy(update),
        Action::PasteObjects => label::paste_or_duplicate(update, false),
        Action::DuplicateObject => label::paste_or_duplicate(update, true),
        Action::RepeatLast => label::repeat_last(update),
        Action::Propagate => update.views.label.propagate = Some(10),
        Action::Interpolate => label::interpolate(update),
        Action::Undo => label::undo(update),
        Action::Redo => label::redo(update),
        Action::Hide => label::hide(update),
        Action::HideAll => label::hide_all(update),
        Action::Lock => label::lock(update),
        Action::LockAll => label::lock_all(update),
        Action::Group => label::group(update),
        Action::Ungroup => label::ungroup(update),
        Action::Relation => label::relate(update),
        Action::Join => label::join(update),
        _ => arrange(update, action),
    }
}

fn arrange(update: &mut Update<'_>, action: Action) {
    match action {
        Action::BringForward => label::arrange(update, Arrange::Forward),
        Action::SendBackward => label::arrange(update, Arrange::Backward),
        Action::BringToFront => label::arrange(update, Arrange::ToFront),
        Action::SendToBack => label::arrange(update, Arrange::ToBack),
        Action::RotateLeft => label::rotate(update, -TURN_DEGREES),
        Action::RotateRight => label::rotate(update, TURN_DEGREES),
        Action::FlipHorizontal => label::flip(update, Flip::Horizontal),
        Action::FlipVertical => label::flip(update, Flip::Vertical),
        Action::NudgeLeft => label::nudge(update, -NUDGE_PX, 0.0),
        Action::NudgeRight => label::nudge(update, NUDGE_PX, 0.0),
        Action::NudgeUp => label::nudge(update, 0.0, -NUDGE_PX),
        Action::NudgeDown => label::nudge(update, 0.0, NUDGE_PX),
        Action::Narrower => label::grow(update, -NUDGE_PX, 0.0),
        Action::Wider => label::grow(update, NUDGE_PX, 0.0),
        Action::Lower => label::grow(update, 0.0, -NUDGE_PX),
        Action::Higher => label::grow(update, 0.0, NUDGE_PX),
        _ => property(update, action),
    }
}

fn property(update: &mut Update<'_>, action: Action) {
    match action {
        Action::Class(digit) => label::invoke_class(update, digit),
        Action::SearchClass => update.views.label.search_class(),
        Action::Tier(number) => label::change_tier(update, number),
        Action::ToggleOcclusion => label::cycle_attribute(update, OCCLUSION),
        Action::Truncated => label::cycle_attribute(update, TRUNCATED),
        Action::Difficult => label::cycle_attribute(update, DIFFICULT),
        Action::ConfirmEmpty => label::confirm_empty(update),
        Action::AcceptSuggestion => label::accept(update, None),
        Action::AcceptAllSuggestions => label::accept_all(update),
        Action::RejectSuggestion => label::reject(update, None, None),
        Action::RejectAs(reason) => label::reject(update, None, Some(reason)),
        Action::NextSuggestion => label::focus_step(update, 1),
        Action::PreviousSuggestion => label::focus_step(update, -1),
        _ => view(update, action),
    }
}

fn view(update: &mut Update<'_>, action: Action) {
    let settings = &mut update.context.settings;
    let views = &mut update.views.label;
    match action {
        Action::ToggleSuggestions => look::toggle_suggestions(update),
        Action::ToggleSaliency => look::toggle_saliency(update),
        Action::ToggleGuideline => settings.guideline = !settings.guideline,
        Action::ToggleCrosshair => settings.crosshair = !settings.crosshair,
        Action::ToggleMinimap => settings.minimap = !settings.minimap,
        Action::ToggleKeepView => settings.keep_view = !settings.keep_view,
        Action::ToggleRuler => views.toggle_ruler(),
        Action::History => views.history = !views.history,
        Action::Tone => views.tone.open = !views.tone.open,
        Action::Equalise => views.tone.toggle_equalise(),
        Action::ResetPanels => {
            settings.set_label_panels(String::new());
            settings.set_review_panels(String::new());
            views.layout = None;
            update.views.review.layout = None;
        }
        Action::NextChannel => views.tone.next_channel(),
        Action::Fit => views.canvas.fit(),
        Action::ZoomToObject => label::show_object(update),
        Action::ActualSize => views.canvas.zoom_to(100.0),
        Action::ZoomIn => views.canvas.zoom_by(ZOOM_STEP),
        Action::ZoomOut => views.canvas.zoom_by(1.0 / ZOOM_STEP),
        _ => judge(update, action),
    }
}

fn judge(update: &mut Update<'_>, action: Action) {
    match action {
        Action::NextDisagreement => review::step(update, 1),
        Action::PreviousDisagreement => review::step(update, -1),
        Action::Verdict(key) => review::give_by_key(update, key, false),
        Action::VerdictLike(key) => review::give_by_key(update, key, true),
        Action::TakeVerdictBack => review::take_back(update),
        Action::EditDisputed => review::edit_disputed(update),
        Action::AddExample => review::open_example(update),
        Action::Settle => review::settle(update),
        Action::SendBack => review::open_return(update, false),
        Action::RejectLabels => review::open_return(update, true),
        Action::Reopen => update.views.review.reopening = Some(String::new()),
        Action::BeginAnew => review::begin_anew(update),
        Action::NextReviewView => review::next_mode(update),
        Action::Flip => review::flip(update),
        Action::RefreshReview => review::reload(update),
        Action::ToggleReviewScope => review::toggle_scope(update),
        _ => look::invoke(update, action),
    }
}
