//! Actions: everything a person can invoke by menu, palette, key or button. One registry names them all.

mod enabled;
mod review;
mod table;

pub use enabled::disabled_reason;
pub use review::VerdictKey;
pub use table::REGISTRY;

use concord_domain::rejection::RejectReason;
use concord_language::tr;

/// Something a person can invoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Find an action by typing.
    OpenPalette,
    /// List the keys and change them.
    ShowKeys,
    /// Change how the app looks and works.
    ShowSettings,
    /// Read the keymap file again.
    ReloadKeymap,
    /// Go to the start screen.
    ShowStart,
    /// Go to the Label screen.
    ShowLabel,
    /// Go to the Review screen.
    ShowReview,
    /// Go to the Agreement screen.
    ShowAgreement,
    /// Go to the Activity screen.
    ShowActivity,
    /// Go to the Policy screen.
    ShowPolicy,
    /// Go to the Models screen.
    ShowModels,
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
    /// Put the sample off for an hour.
    Snooze,
    /// Let others have the sample.
    GiveBack,
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
    /// Turn the focused suggestion down and say why.
    RejectAs(RejectReason),
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
    /// Ten samples on.
    JumpForward,
    /// Ten samples back.
    JumpBack,
    /// Go to a sample by its number or name.
    GoToSample,
    /// Say whether everything is saved.
    Save,
    /// Pin a comment to a place.
    Comment,
    /// Draw rotated boxes.
    RotatedBoxTool,
    /// Draw polygons.
    PolygonTool,
    /// Draw lines.
    PolylineTool,
    /// Paint masks.
    BrushTool,
    /// Erase from masks.
    EraserTool,
    /// Draw ellipses.
    EllipseTool,
    /// Place points or the points of a template.
    PointsTool,
    /// Cut the selection along a line.
    Slice,
    /// Point at things, and take over the masks that a model makes of them.
    PromptTool,
    /// Draw boxes by four extreme points, or by dragging.
    ExtremePoints,
    /// A smaller brush.
    BrushSmaller,
    /// A larger brush.
    BrushLarger,
    /// Put an object into the middle, to be moved by keys.
    PlaceObject,
    /// Finish what is being drawn.
    FinishDrawing,
    /// Take the last point back.
    StepBack,
    /// Say that the next point of the template is absent.
    AbsentPoint,
    /// Give up what is being drawn.
    GiveUpDrawing,
    /// Delete the selection and draw it again.
    Redraw,
    /// Delete the vertex under the pointer.
    DeletePoint,
    /// Lock the class in hand.
    QuickClass,
    /// Set one attribute object by object.
    AttributeMode,
    /// The next attribute, in attribute mode.
    AttributeNext,
    /// The attribute before, in attribute mode.
    AttributePrevious,
    /// Say that the selection is cut off by the image's edge.
    Truncated,
    /// Say that the selection is difficult.
    Difficult,
    /// Select all objects.
    SelectAll,
    /// Repeat the objects of the last sample.
    RepeatLast,
    /// Copy the selection to the samples that follow.
    Propagate,
    /// Place copies between the object and the one moved last.
    Interpolate,
    /// Hide the selection; without one, show all.
    Hide,
    /// Hide all objects, or show them.
    HideAll,
    /// Lock the selection, or unlock it.
    Lock,
    /// Lock all objects, or unlock them.
    LockAll,
    /// Move the selection forward in the drawing order.
    BringForward,
    /// Move the selection backward in the drawing order.
    SendBackward,
    /// Draw the selection over all others.
    BringToFront,
    /// Draw the selection under all others.
    SendToBack,
    /// Make the selection one group.
    Group,
    /// Take the selection out of its groups.
    Ungroup,
    /// Tie the two selected objects.
    Relation,
    /// Make the selected objects one.
    Join,
    /// Turn the selection by a degree, anticlockwise.
    RotateLeft,
    /// Turn the selection by a degree, clockwise.
    RotateRight,
    /// Mirror the selection, left and right.
    FlipHorizontal,
    /// Mirror the selection, top and bottom.
    FlipVertical,
    /// Move the selection one pixel left.
    NudgeLeft,
    /// Move the selection one pixel right.
    NudgeRight,
    /// Move the selection one pixel up.
    NudgeUp,
    /// Move the selection one pixel down.
    NudgeDown,
    /// Make the selection a pixel narrower.
    Narrower,
    /// Make the selection a pixel wider.
    Wider,
    /// Make the selection a pixel lower.
    Lower,
    /// Make the selection a pixel higher.
    Higher,
    /// Say that there is nothing to label.
    ConfirmEmpty,
    /// Show or hide the history.
    History,
    /// Show or hide the minimap.
    ToggleMinimap,
    /// Put the panels where they were at first.
    ResetPanels,
    /// Keep zoom and place between samples of one size.
    ToggleKeepView,
    /// Take the ruler into the hand.
    ToggleRuler,
    /// Show or hide brightness, contrast and the like.
    Tone,
    /// Spread the histogram of the image.
    Equalise,
    /// Show the next channel by itself.
    NextChannel,
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
    /// The next disagreement.
    NextDisagreement,
    /// The disagreement before.
    PreviousDisagreement,
    /// Give the disagreement in focus a verdict.
    Verdict(VerdictKey),
    /// Give every open disagreement of its kind the same verdict.
    VerdictLike(VerdictKey),
    /// Take the verdict on the disagreement in focus back.
    TakeVerdictBack,
    /// Take what is disputed into the hand to mend it.
    EditDisputed,
    /// Make an example of the policy from the disagreement in focus.
    AddExample,
    /// Accept the label set, or settle the sample, and go on.
    Settle,
    /// Send a label set back with a reason.
    SendBack,
    /// Turn a label set down with a reason.
    RejectLabels,
    /// Open a settled sample again.
    Reopen,
    /// Begin to judge anew, because somebody submitted meanwhile.
    BeginAnew,
    /// Overlay, flicker or side by side.
    NextReviewView,
    /// Show the other of two label sets.
    Flip,
    /// List again what waits.
    RefreshReview,
    /// List all samples that somebody submitted, or those that wait.
    ToggleReviewScope,
    /// Compute the agreement of all pairs.
    ComputeAgreement,
    /// Count and read anew what was done.
    RefreshActivity,
    /// Read what the Policy screen shows again.
    LookAgain,
    /// Publish what stands in the files of the project.
    Publish,
    /// Begin a campaign.
    NewCampaign,
    /// Choose a model file to register.
    AddModel,
}

/// What actions belong together in menus and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The app and its screens.
    App,
    /// Walking through samples.
    Queue,
    /// Tools and modes of drawing.
    Draw,
    /// Undo, copies, the selection.
    Edit,
    /// What is said of objects, and where they are.
    Object,
    /// The model's suggestions.
    Suggestions,
    /// What is shown and how.
    View,
    /// Reviewing.
    Review,
    /// Agreement.
    Agreement,
    /// What was done.
    Activity,
    /// Versions, campaigns and people.
    Policy,
    /// Models.
    Models,
}

impl Group {
    /// All groups in the order of the menus.
    pub const ALL: [Self; 12] = [
        Self::App,
        Self::Queue,
        Self::Draw,
        Self::Edit,
        Self::Object,
        Self::Suggestions,
        Self::View,
        Self::Review,
        Self::Agreement,
        Self::Activity,
        Self::Policy,
        Self::Models,
    ];

    /// The title to show.
    pub fn title(self) -> &'static str {
        match self {
            Self::App => tr!("group-app"),
            Self::Queue => tr!("group-queue"),
            Self::Draw => tr!("group-draw"),
            Self::Edit => tr!("group-edit"),
            Self::Object => tr!("group-object"),
            Self::Suggestions => tr!("group-suggestions"),
            Self::View => tr!("group-view"),
            Self::Review => tr!("group-review"),
            Self::Agreement => tr!("group-agreement"),
            Self::Activity => tr!("group-activity"),
            Self::Policy => tr!("group-policy"),
            Self::Models => tr!("group-models"),
        }
    }
}

/// Where an action's keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On every screen.
    Anywhere,
    /// On the Label screen while something is being drawn.
    Drawing,
    /// On the Label screen.
    Label,
    /// On the Review screen, where those of the Label screen count too.
    Review,
    /// On the Agreement screen.
    Agreement,
    /// On the Activity screen.
    Activity,
    /// On the Policy screen.
    Policy,
    /// On the Models screen.
    Models,
}

impl Place {
    /// The place in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => tr!("place-anywhere"),
            Self::Drawing => tr!("place-drawing"),
            Self::Label => tr!("place-label"),
            Self::Review => tr!("place-review"),
            Self::Agreement => tr!("place-agreement"),
            Self::Activity => tr!("place-activity"),
            Self::Policy => tr!("place-policy"),
            Self::Models => tr!("place-models"),
        }
    }

    /// True when keys of both places can count at the same time.
    pub fn overlaps(self, other: Self) -> bool {
        self == other || self == Self::Anywhere || other == Self::Anywhere
    }
}

/// What the registry knows of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its stable name for files.
    pub id: &'static str,
    /// What it belongs to.
    pub group: Group,
    /// Where its keys count.
    pub place: Place,
}

impl Action {
    /// What the registry knows of it.
    pub fn info(self) -> &'static ActionInfo {
        const NOTHING: &ActionInfo = &REGISTRY[0];
        // An action without a row would show as the palette; a test sees to it that there is none.
        REGISTRY.iter().find(|i| i.action == self).unwrap_or(NOTHING)
    }

    /// What it is called on screen.
    pub fn title(self) -> &'static str {
        concord_language::text(&format!("action-{}", self.info().id))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_stands_once_in_the_registry() {
        let ids: BTreeSet<&str> = REGISTRY.iter().map(|i| i.id).collect();
        let actions: BTreeSet<Action> = REGISTRY.iter().map(|i| i.action).collect();
        assert_eq!((ids.len(), actions.len()), (REGISTRY.len(), REGISTRY.len()));
    }

    #[test]
    fn every_action_has_a_title() {
        for info in REGISTRY {
            assert!(concord_language::is_known(&format!("action-{}", info.id)), "{}", info.id);
        }
    }

    #[test]
    fn an_action_finds_its_own_row() {
        for info in REGISTRY {
            assert_eq!(info.action.info().id, info.id);
        }
        let digits = (1..=9).map(Action::Class).chain((1..=3).map(Action::Tier));
        let verdicts = VerdictKey::ALL.into_iter().flat_map(|key| [Action::Verdict(key), Action::VerdictLike(key)]);
        let reasons = RejectReason::ALL.into_iter().map(Action::RejectAs);
        assert!(digits.chain(reasons).chain(verdicts).all(|a| a.info().action == a));
    }
}
