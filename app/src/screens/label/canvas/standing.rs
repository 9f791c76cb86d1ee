//! The bar above the canvas that says how the sample stands: sent back, turned down, settled, or judged by oneself.

use concord_domain::review::SetState;
use concord_language::tr;
use concord_project::label::Session;
use concord_store::Return;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{Status, Theme};
use egui::{Frame, Margin, Panel, Ui};

use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let Some(session) = project.label.session() else { return };
    if session.settled_by.is_none() && session.returned.is_none() && session.labels.judgement.is_none() {
        return;
    }
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.field).inner_margin(Margin::symmetric(8, 4));
    Panel::top("standing").resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            if let Some(by) = &session.settled_by {
                status_label(ui, Status::Ok, &tr!("label-settled", by = by));
                action_button(ui, context, asks, Action::Reopen, Look::Plain, None);
            } else if session.labels.judgement.is_some() {
                status_label(ui, Status::Muted, tr!("label-judged"));
                action_button(ui, context, asks, Action::ShowReview, Look::Plain, Some(tr!("label-judged-go")));
            } else if let Some(returned) = &session.returned {
                status_label(ui, Status::Warning, &words(session, returned));
            }
        });
    });
}

/// Who sent it back or turned it down, why, and how many of the comments that were pinned for it are open.
fn words(session: &Session, returned: &Return) -> String {
    let is_open = |id: &&String| session.comments.iter().any(|c| c.id == **id && !c.is_settled);
    let said = match returned.state {
        SetState::Rejected => tr!("label-turned-down", by = &returned.by, reason = &returned.reason),
        _ => tr!("label-sent-back", by = &returned.by, reason = &returned.reason),
    };
    match returned.comments.iter().filter(is_open).count() {
        0 => said,
        count => format!("{said} · {}", tr!("label-sent-back-comments", count = count)),
    }
}
