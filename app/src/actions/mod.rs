//! Actions: everything a person can invoke by menu, palette, key or button. One registry names them all.

mod enabled;
mod table;

use crate::keymap::Shortcut;

pub use enabled::disabled_reason;
pub use table::REGISTRY;

/// Something a person can invoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Find an action by typing.
    OpenPalette,
    /// List the keys.
    ShowKeys,
    /// Go to the start screen.
    ShowStart,
    /// Go to the Label screen.
    ShowLabel,
    /// Go to the Agreement screen.
    ShowAgreement,
    /// Leave the project.
    CloseProject,
    /// The next theme.
    NextTheme,
    /// Larger text and controls.
    LargerInterface,
    /// Smaller text and controls.
    SmallerInterface,
    /// Remove all messages.
    DismissMessages,
    /// The next sample of the queue.
    NextSample,
    /// The sample before in the queue.
    PreviousSample,
    /// The next sample that is neither submitted nor skipped.
    NextUnlabelled,
    /// The one before that is neither submitted nor skipped.
    PreviousUnlabelled,
    /// Submit the label set and go on.
    SubmitAndNext,
    /// Pass the sample over with a reason.
    Skip,
    /// Rank the queue again.
    RefreshQueue,
    /// Show all samples, or only those to do.
    ToggleQueueScope,
    /// Draw boxes.
    BoxTool,
    /// Select, move and resize.
    SelectTool,
    /// Give the selection, or the next object, the class of a digit from 1 to 9.
    Class(u8),
    /// Find a class by typing.
    SearchClass,
    /// Say how sure one is of the selection, 1 to 3.
    Tier(u8),
    /// Change the occlusion of the selection.
    ToggleOcclusion,
    /// Select the next object.
    NextObject,
    /// Select the object before.
    PreviousObject,
    /// Delete the selection.
    DeleteObject,
    /// Copy the selection.
    CopyObject,
    /// Paste what was copied.
    PasteObjects,
    /// Copy and paste the selection.
    DuplicateObject,
    /// Take the latest change back.
    Undo,
    /// Do again what was undone.
    Redo,
    /// Take the focused suggestion over.
    AcceptSuggestion,
    /// Take all shown suggestions over.
    AcceptAllSuggestions,
    /// Turn the focused suggestion down.
    RejectSuggestion,
    /// Focus the next suggestion.
    NextSuggestion,
    /// Focus the suggestion before.
    PreviousSuggestion,
    /// Show or hide suggestions.
    ToggleSuggestions,
    /// Show or hide the saliency of the model.
    ToggleSaliency,
    /// Show or hide the guideline.
    ToggleGuideline,
    /// Show or hide the crosshair.
    ToggleCrosshair,
    /// Show the whole image.
    Fit,
    /// Show the selection large.
    ZoomToObject,
    /// One image pixel on one screen point.
    ActualSize,
    /// Zoom in.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// Compute the agreement of all pairs.
    ComputeAgreement,
}

/// What actions belong together in menus and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The app and its screens.
    App,
    /// Walking through samples.
    Queue,
    /// Making and changing objects.
    Edit,
    /// The model's suggestions.
    Suggestions,
    /// What is shown and how.
    View,
    /// Agreement.
    Agreement,
}

impl Group {
    /// All groups in the order of the menus.
    pub const ALL: [Self; 6] = [Self::App, Self::Queue, Self::Edit, Self::Suggestions, Self::View, Self::Agreement];

    /// The title to show.
    pub fn title(self) -> &'static str {
        match self {
            Self::App => "Concord",
            Self::Queue => "Samples",
            Self::Edit => "Edit",
            Self::Suggestions => "Suggestions",
            Self::View => "View",
            Self::Agreement => "Agreement",
        }
    }
}

/// Where an action's keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On every screen.
    Anywhere,
    /// On the Label screen.
    Label,
    /// On the Agreement screen.
    Agreement,
}

impl Place {
    /// The place in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Label => "Label",
            Self::Agreement => "Agreement",
        }
    }
}

/// What the registry knows of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its stable name for files.
    pub id: &'static str,
    /// What it is called on screen.
    pub title: &'static str,
    /// What it belongs to.
    pub group: Group,
    /// Where its keys count.
    pub place: Place,
    /// Its default keys.
    pub keys: &'static [Shortcut],
}

impl Action {
    /// What the registry knows of it.
    pub fn info(self) -> &'static ActionInfo {
        const NOTHING: &ActionInfo = &REGISTRY[0];
        // An action without a row would show as the palette; a test sees to it that there is none.
        REGISTRY.iter().find(|i| i.action == self).unwrap_or(NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_finds_its_own_row() {
        for info in REGISTRY {
            assert_eq!(info.action.info().id, info.id);
        }
        let digits = (1..=9).map(Action::Class).chain((1..=3).map(Action::Tier));
        assert!(digits.into_iter().all(|a| a.info().action == a));
    }
}
