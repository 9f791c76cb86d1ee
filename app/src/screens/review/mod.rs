//! The Review screen: where do people disagree, and who is right?
//!
//! Its canvas is that of the Label screen with all tools: who judges works in a label set of their own.

mod decide;
mod example;
mod feed;
mod header;
mod list;
mod model;
pub(crate) mod overlay;
mod side;
mod sides;
mod verdicts;
mod view;
mod windows;
mod words;

pub use decide::{begin_anew, open_return, settle, take_decided};
pub use example::{ExampleDraft, open_example, take_example};
pub use feed::{keep, reload, show_screen, take_dispute, take_waiting, toggle_scope};
pub(crate) use header::{show_decisions, show_header, show_names, show_nothing, show_progress};
pub use model::{Mode, ReviewModel, WaitingLoaded, dispute_of, obstacle};
pub use verdicts::{edit_disputed, flip, give_by_key, next_mode, step, take_back, take_ruling};
pub(crate) use verdicts::{focus, judged, verdict_of};
pub use view::{ReviewViews, show};
pub use windows::{Returning, show_windows};

use concord_domain::disagreement::DisagreementId;
use concord_domain::judgement::Verdict;
use concord_project::example::NewExample;

use crate::context::Update;

/// Something the Review screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewAsk {
    /// Go to a disagreement; bring it into sight or leave the view as it is.
    Focus(DisagreementId, bool),
    /// Give the disagreement in focus a verdict.
    Give(Verdict),
    /// Show or hide what somebody drew.
    ShowPerson(String, bool),
    /// Show or hide what is made of it.
    ShowResult(bool),
    /// Overlay, flicker or side by side.
    Mode(Mode),
    /// Compare these two annotators, by their places.
    Pair([usize; 2]),
    /// Send a label set back, or turn it down.
    Return {
        /// Whose.
        of: String,
        /// Why.
        reason: String,
        /// The comments that say what is to be mended.
        comments: Vec<String>,
        /// True to turn it down for good.
        rejects: bool,
    },
    /// Open the sample again, with the reason.
    Reopen(String),
    /// Add an example to the next version of the policy.
    AddExample(Box<NewExample>),
}

/// Does what the screen asks for.
pub fn perform(update: &mut Update<'_>, ask: ReviewAsk) {
    match ask {
        ReviewAsk::Focus(id, shows) => verdicts::focus(update, &id, shows),
        ReviewAsk::Give(verdict) => verdicts::give(update, &verdict, false),
        ReviewAsk::Return { of, reason, comments, rejects } => {
            decide::give_back(update, &of, &reason, comments, rejects);
        }
        ReviewAsk::Reopen(reason) => decide::reopen(update, &reason),
        ReviewAsk::AddExample(new) => example::add(update, *new),
        ReviewAsk::ShowPerson(..) | ReviewAsk::ShowResult(_) | ReviewAsk::Mode(_) | ReviewAsk::Pair(_) => {
            if let Some(project) = &mut update.context.project {
                project.review.look(ask);
            }
        }
    }
}
