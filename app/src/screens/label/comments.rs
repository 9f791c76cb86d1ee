//! Comments: pinned to a place or to the sample as a whole, written, read and settled.

use concord_geometry::Point;
use concord_language::tr;
use concord_widgets::theme::Theme;
use egui::{Context as Egui, Event, Frame, Id, Key, Label, Modal, RichText, TextEdit, Ui};

use super::view::{Hand, LabelViews};
use crate::context::{Ask, Asks, OpenProject};
use crate::shell::modal_frame;

/// A comment that is being written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// The place it is about; `None` for the sample as a whole.
    pub at: Option<Point>,
    /// What it says so far.
    pub text: String,
}

/// The comments of the sample.
pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let Some(session) = project.label.session() else { return };
    if session.comments.is_empty() && views.hand != Hand::Pin {
        return;
    }
    let theme = Theme::of_ui(ui);
    ui.label(RichText::new(tr!("label-comments", count = session.comments.len())).strong());
    if views.hand == Hand::Pin {
        ui.weak(tr!("label-comment-where"));
        if ui.small_button(tr!("label-comment-whole")).clicked() {
            views.hand = Hand::Tool;
            views.comment = Some(Draft::default());
        }
    }
    for (n, comment) in session.comments.iter().enumerate() {
        let number = n + 1;
        Frame::NONE.fill(theme.field).corner_radius(4).inner_margin(6).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let head = if comment.is_settled {
                tr!("label-comment-settled", number = number, author = &comment.author)
            } else {
                format!("{number}  {}", comment.author)
            };
            ui.label(RichText::new(head).small().color(theme.muted));
            ui.add(Label::new(&comment.text).wrap());
            ui.horizontal(|ui| {
                if let Some(at) = comment.at {
                    let name = tr!("label-comment-go", number = number);
                    if ui.small_button(tr!("label-go-there")).accessible_name(name).clicked() {
                        asks.send(Ask::LookAt(at));
                    }
                }
                let (word, name) = if comment.is_settled {
                    (tr!("label-comment-reopen"), tr!("label-comment-reopen-name", number = number))
                } else {
                    (tr!("label-comment-settle"), tr!("label-comment-settle-name", number = number))
                };
                if ui.small_button(word).accessible_name(name).clicked() {
                    asks.send(Ask::SettleComment(comment.id.clone(), !comment.is_settled));
                }
            });
        });
        ui.add_space(2.0);
    }
    ui.add_space(8.0);
}

/// The window in which a comment is written.
pub(super) fn show_editor(egui: &Egui, views: &mut LabelViews, asks: &mut Asks) {
    let Some(draft) = &mut views.comment else { return };
    let mut sends = false;
    let modal = Modal::new(Id::unique("comment")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(360.0);
        ui.heading(tr!("label-comment"));
        ui.weak(match draft.at {
            Some(at) => tr!("label-comment-at", x = format!("{:.0}", at.x), y = format!("{:.0}", at.y)),
            None => tr!("label-comment-about-whole").to_owned(),
        });
        ui.add_space(8.0);
        let field = TextEdit::multiline(&mut draft.text).desired_rows(3).desired_width(f32::INFINITY);
        let field = ui.add(field.hint_text(tr!("label-comment-text-hint"))).accessible_name(tr!("label-comment-text"));
        if !field.has_focus() && ui.memory(|m| m.focused().is_none()) {
            field.request_focus();
        }
        // The modifiers of the press itself: they may be let go again within the frame.
        let sends_by_key = |e: &Event| {
            matches!(e, Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if modifiers.command || modifiers.ctrl)
        };
        let by_key = ui.input(|i| i.events.iter().any(sends_by_key));
        let has_text = !draft.text.trim().is_empty();
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let button = ui.add_enabled(has_text, egui::Button::new(tr!("label-comment-add")));
            let button = button.on_hover_text(tr!("label-comment-add-key"));
            sends = has_text && (button.clicked() || by_key);
            ui.button(tr!("cancel")).clicked()
        })
        .inner
    });
    if sends {
        asks.send(Ask::AddComment(draft.at, draft.text.trim().to_owned()));
    }
    if sends || modal.inner || modal.should_close() {
        views.comment = None;
    }
}
