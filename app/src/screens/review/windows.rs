//! The windows that ask why: for sending a label set back, for turning one down, for opening a sample again.

use std::collections::BTreeSet;

use concord_language::tr;
use concord_store::CommentRow;
use egui::{Context as Egui, Event, Id, Key, Label, Modal, RichText, ScrollArea, TextEdit, Ui};

use super::model::dispute_of;
use super::view::ReviewViews;
use super::{ReviewAsk, example};
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::shell::modal_frame;

/// A label set that is to be sent back or turned down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returning {
    /// True to turn it down.
    rejects: bool,
    /// Whose it is.
    of: String,
    reason: String,
    /// Comments that do not go with it, by identity.
    left_out: BTreeSet<String>,
}

impl Returning {
    /// Nothing said yet, with every comment.
    pub(super) fn new(of: String, rejects: bool) -> Self {
        Self { rejects, of, ..Self::default() }
    }
}

/// Shows the window that is open.
pub fn show_windows(egui: &Egui, context: &Context, views: &mut ReviewViews, asks: &mut Asks) {
    let Some(project) = &context.project else { return };
    give_back(egui, project, views, asks);
    reopen(egui, views, asks);
    example::show(egui, context, project, views, asks);
}

fn give_back(egui: &Egui, project: &OpenProject, views: &mut ReviewViews, asks: &mut Asks) {
    let Some(draft) = &mut views.returning else { return };
    let me = &project.desk.annotator;
    let comments: Vec<&CommentRow> = project.label.session().map_or_else(Vec::new, |session| {
        session.comments.iter().filter(|c| !c.is_settled && c.author == *me).collect()
    });
    let mut sends = false;
    let modal = Modal::new(Id::unique("give back")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(400.0);
        let (heading, hint) = if draft.rejects {
            (tr!("review-reject-heading"), tr!("review-reject-hint"))
        } else {
            (tr!("review-send-back-heading"), tr!("review-send-back-hint"))
        };
        ui.heading(heading);
        ui.add(Label::new(RichText::new(hint).weak()).wrap());
        ui.add_space(8.0);
        whose(ui, project, draft);
        let by_key = reason_field(ui, &mut draft.reason);
        if !draft.rejects {
            ticks(ui, &comments, &mut draft.left_out);
        }
        ui.add_space(8.0);
        let word = if draft.rejects { tr!("review-reject-now") } else { tr!("review-send-back-now") };
        buttons(ui, &draft.reason, word, by_key, &mut sends)
    });
    if sends {
        let pinned = comments.iter().map(|c| c.id.clone()).filter(|id| !draft.left_out.contains(id));
        asks.send(Ask::Review(ReviewAsk::Return {
            of: draft.of.clone(),
            reason: draft.reason.trim().to_owned(),
            comments: if draft.rejects { vec![] } else { pinned.collect() },
            rejects: draft.rejects,
        }));
    }
    if sends || modal.inner || modal.should_close() {
        views.returning = None;
    }
}

/// Whose label set it is, where several can be meant.
fn whose(ui: &mut Ui, project: &OpenProject, draft: &mut Returning) {
    let Some(dispute) = dispute_of(project).filter(|dispute| dispute.sets.len() > 1) else { return };
    ui.horizontal_wrapped(|ui| {
        for name in dispute.annotators() {
            let can = dispute.return_obstacle(&project.desk.annotator, name).is_none();
            ui.add_enabled_ui(can, |ui| ui.radio_value(&mut draft.of, name.to_owned(), name));
        }
    });
    ui.add_space(4.0);
}

/// The comments that say what is to be mended.
fn ticks(ui: &mut Ui, comments: &[&CommentRow], left_out: &mut BTreeSet<String>) {
    ui.add_space(8.0);
    if comments.is_empty() {
        ui.add(Label::new(RichText::new(tr!("review-send-back-no-comments")).small().weak()).wrap());
        return;
    }
    ui.label(tr!("review-send-back-comments"));
    ScrollArea::vertical().id_salt("comments to send").max_height(140.0).show(ui, |ui| {
        for comment in comments {
            let mut on = !left_out.contains(&comment.id);
            if ui.checkbox(&mut on, &comment.text).changed() {
                if on {
                    left_out.remove(&comment.id);
                } else {
                    left_out.insert(comment.id.clone());
                }
            }
        }
    });
}

fn reopen(egui: &Egui, views: &mut ReviewViews, asks: &mut Asks) {
    let Some(reason) = &mut views.reopening else { return };
    let mut sends = false;
    let modal = Modal::new(Id::unique("reopen")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(400.0);
        ui.heading(tr!("review-reopen-heading"));
        ui.add(Label::new(RichText::new(tr!("review-reopen-hint")).weak()).wrap());
        ui.add_space(8.0);
        let by_key = reason_field(ui, reason);
        ui.add_space(8.0);
        buttons(ui, reason, tr!("review-reopen-now"), by_key, &mut sends)
    });
    if sends {
        asks.send(Ask::Review(ReviewAsk::Reopen(reason.trim().to_owned())));
    }
    if sends || modal.inner || modal.should_close() {
        views.reopening = None;
    }
}

/// The field of the reason; true when the key that sends was pressed.
fn reason_field(ui: &mut Ui, reason: &mut String) -> bool {
    let field = TextEdit::multiline(reason).desired_rows(3).desired_width(f32::INFINITY);
    let field = ui.add(field.hint_text(tr!("review-reason-hint"))).accessible_name(tr!("review-reason"));
    if !field.has_focus() && ui.memory(|m| m.focused().is_none()) {
        field.request_focus();
    }
    // The modifiers of the press itself: they may be let go again within the frame.
    let sends = |e: &Event| matches!(e, Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if modifiers.command || modifiers.ctrl);
    ui.input(|i| i.events.iter().any(sends))
}

/// The buttons of a window; true when it is given up.
fn buttons(ui: &mut Ui, reason: &str, word: &str, by_key: bool, sends: &mut bool) -> bool {
    let has_reason = !reason.trim().is_empty();
    ui.horizontal(|ui| {
        let button = ui.add_enabled(has_reason, egui::Button::new(word));
        let button =
            button.on_hover_text(tr!("label-comment-add-key")).on_disabled_hover_text(tr!("review-needs-reason"));
        *sends = has_reason && (button.clicked() || by_key);
        ui.button(tr!("cancel")).clicked()
    })
    .inner
}
