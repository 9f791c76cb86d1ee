//! The registry of actions: menus, palette, keys, tooltips and the manual come from this one table.

use egui::Key;

use super::{Action, ActionInfo, Group, Place};
use crate::keymap::Shortcut;

const fn row(
    action: Action,
    id: &'static str,
    title: &'static str,
    group: Group,
    place: Place,
    keys: &'static [Shortcut],
) -> ActionInfo {
    ActionInfo { action, id, title, group, place, keys }
}

const fn class(digit: u8, id: &'static str, title: &'static str, keys: &'static [Shortcut]) -> ActionInfo {
    row(Action::Class(digit), id, title, Group::Edit, Place::Label, keys)
}

use Group::{Agreement, App, Edit, Queue, Suggestions, View};
use Place::{Anywhere, Label};

/// All actions, in the order of menus and manual.
pub const REGISTRY: &[ActionInfo] = &[
    row(Action::OpenPalette, "palette", "Find an action…", App, Anywhere, &[Shortcut::ctrl_shift(Key::P)]),
    row(Action::ShowKeys, "keys", "Keys", App, Anywhere, &[Shortcut::plain(Key::F1)]),
    row(Action::ShowStart, "start", "Projects", App, Anywhere, &[]),
    row(Action::ShowLabel, "label", "Label", App, Anywhere, &[]),
    row(Action::ShowAgreement, "agreement", "Agreement", App, Anywhere, &[]),
    row(Action::CloseProject, "close-project", "Close the project", App, Anywhere, &[]),
    row(Action::NextTheme, "next-theme", "Next theme", App, Anywhere, &[]),
    row(Action::LargerInterface, "larger-interface", "Larger interface", App, Anywhere, &[]),
    row(Action::SmallerInterface, "smaller-interface", "Smaller interface", App, Anywhere, &[]),
    row(Action::DismissMessages, "dismiss-messages", "Dismiss all messages", App, Anywhere, &[]),
    row(Action::NextSample, "next-sample", "Next sample", Queue, Label, &[Shortcut::plain(Key::D)]),
    row(Action::PreviousSample, "previous-sample", "Previous sample", Queue, Label, &[Shortcut::plain(Key::A)]),
    row(
        Action::NextUnlabelled,
        "next-unlabelled",
        "Next unlabelled",
        Queue,
        Label,
        &[Shortcut::plain(Key::ArrowRight)],
    ),
    row(
        Action::PreviousUnlabelled,
        "previous-unlabelled",
        "Previous unlabelled",
        Queue,
        Label,
        &[Shortcut::plain(Key::ArrowLeft)],
    ),
    row(Action::SubmitAndNext, "submit", "Submit and next", Queue, Label, &[Shortcut::ctrl(Key::Enter)]),
    row(Action::Skip, "skip", "Skip with a reason…", Queue, Label, &[Shortcut::ctrl(Key::Space)]),
    row(Action::RefreshQueue, "refresh-queue", "Rank the queue again", Queue, Label, &[]),
    row(Action::ToggleQueueScope, "queue-scope", "Show all samples or those to do", Queue, Label, &[]),
    row(Action::BoxTool, "box-tool", "Draw boxes", Edit, Label, &[Shortcut::plain(Key::R)]),
    row(
        Action::SelectTool,
        "select-tool",
        "Select",
        Edit,
        Label,
        &[Shortcut::plain(Key::V), Shortcut::plain(Key::Escape)],
    ),
    class(1, "class-1", "Class 1", &[Shortcut::plain(Key::Num1)]),
    class(2, "class-2", "Class 2", &[Shortcut::plain(Key::Num2)]),
    class(3, "class-3", "Class 3", &[Shortcut::plain(Key::Num3)]),
    class(4, "class-4", "Class 4", &[Shortcut::plain(Key::Num4)]),
    class(5, "class-5", "Class 5", &[Shortcut::plain(Key::Num5)]),
    class(6, "class-6", "Class 6", &[Shortcut::plain(Key::Num6)]),
    class(7, "class-7", "Class 7", &[Shortcut::plain(Key::Num7)]),
    class(8, "class-8", "Class 8", &[Shortcut::plain(Key::Num8)]),
    class(9, "class-9", "Class 9", &[Shortcut::plain(Key::Num9)]),
    row(Action::SearchClass, "search-class", "Find a class…", Edit, Label, &[Shortcut::plain(Key::C)]),
    row(Action::Tier(1), "tier-sure", "Sure", Edit, Label, &[Shortcut::ctrl(Key::Num1)]),
    row(Action::Tier(2), "tier-probable", "Probable", Edit, Label, &[Shortcut::ctrl(Key::Num2)]),
    row(Action::Tier(3), "tier-unsure", "Unsure", Edit, Label, &[Shortcut::ctrl(Key::Num3)]),
    row(Action::ToggleOcclusion, "occluded", "Occluded", Edit, Label, &[Shortcut::plain(Key::Slash)]),
    row(Action::NextObject, "next-object", "Next object", Edit, Label, &[Shortcut::plain(Key::Tab)]),
    row(Action::PreviousObject, "previous-object", "Previous object", Edit, Label, &[Shortcut::shift(Key::Tab)]),
    row(Action::DeleteObject, "delete", "Delete object", Edit, Label, &[Shortcut::plain(Key::Delete)]),
    row(Action::CopyObject, "copy", "Copy object", Edit, Label, &[Shortcut::ctrl(Key::C)]),
    row(Action::PasteObjects, "paste", "Paste", Edit, Label, &[Shortcut::ctrl(Key::V)]),
    row(Action::DuplicateObject, "duplicate", "Duplicate object", Edit, Label, &[Shortcut::ctrl(Key::D)]),
    row(Action::Undo, "undo", "Undo", Edit, Label, &[Shortcut::ctrl(Key::Z)]),
    row(Action::Redo, "redo", "Redo", Edit, Label, &[Shortcut::ctrl_shift(Key::Z), Shortcut::ctrl(Key::Y)]),
    row(Action::AcceptSuggestion, "accept", "Accept suggestion", Suggestions, Label, &[Shortcut::plain(Key::Enter)]),
    row(
        Action::AcceptAllSuggestions,
        "accept-all",
        "Accept all above the threshold",
        Suggestions,
        Label,
        &[Shortcut::shift(Key::Enter)],
    ),
    row(
        Action::RejectSuggestion,
        "reject",
        "Reject suggestion",
        Suggestions,
        Label,
        &[Shortcut::plain(Key::Backspace)],
    ),
    row(
        Action::NextSuggestion,
        "next-suggestion",
        "Next suggestion",
        Suggestions,
        Label,
        &[Shortcut::plain(Key::CloseBracket)],
    ),
    row(
        Action::PreviousSuggestion,
        "previous-suggestion",
        "Previous suggestion",
        Suggestions,
        Label,
        &[Shortcut::plain(Key::OpenBracket)],
    ),
    row(Action::ToggleSuggestions, "suggestions", "Suggestions", Suggestions, Label, &[Shortcut::plain(Key::M)]),
    row(Action::ToggleSaliency, "saliency", "Saliency", View, Label, &[Shortcut::plain(Key::S)]),
    row(Action::ToggleGuideline, "guideline", "Guideline", View, Label, &[Shortcut::plain(Key::G)]),
    row(Action::ToggleCrosshair, "crosshair", "Crosshair", View, Label, &[Shortcut::plain(Key::X)]),
    row(Action::Fit, "fit", "Fit", View, Label, &[Shortcut::plain(Key::F)]),
    row(Action::ZoomToObject, "zoom-object", "Zoom to the object", View, Label, &[Shortcut::shift(Key::F)]),
    row(Action::ActualSize, "actual-size", "100 %", View, Label, &[Shortcut::ctrl(Key::Num0)]),
    row(Action::ZoomIn, "zoom-in", "Zoom in", View, Label, &[Shortcut::ctrl(Key::Plus), Shortcut::ctrl(Key::Equals)]),
    row(Action::ZoomOut, "zoom-out", "Zoom out", View, Label, &[Shortcut::ctrl(Key::Minus)]),
    row(
        Action::ComputeAgreement,
        "compute-agreement",
        "Compute again",
        Agreement,
        Place::Agreement,
        &[Shortcut::ctrl(Key::R)],
    ),
];
