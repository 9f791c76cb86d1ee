//! Messages in the corner: errors with what, why and what to do next; notes that go by themselves.

use egui::{Align2, Area, Context as Egui, Frame, Id, Order, RichText, Ui, vec2};

use concord_language::tr;
use concord_widgets::theme::Theme;

use crate::context::{Ask, Asks, Context};
use crate::error_text::ErrorText;
use crate::messages::{Body, Message};

/// How long a note stays, in seconds.
const NOTE_SECONDS: f64 = 5.0;
const WIDTH: f32 = 380.0;

pub(super) fn show(egui: &Egui, context: &Context, asks: &mut Asks) {
    if context.messages.shown().is_empty() {
        return;
    }
    let area = Area::new(Id::unique("messages")).order(Order::Foreground);
    area.anchor(Align2::RIGHT_BOTTOM, vec2(-12.0, -40.0)).show(egui, |ui| {
        for message in context.messages.shown() {
            show_one(ui, message, asks);
            ui.add_space(4.0);
        }
    });
}

fn show_one(ui: &mut Ui, message: &Message, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    Frame::popup(ui.style()).fill(theme.raised).inner_margin(10).show(ui, |ui| {
        ui.set_width(WIDTH);
        match &message.body {
            Body::Info(text) => {
                ui.horizontal(|ui| {
                    ui.add(egui::Label::new(text).wrap());
                });
                expire(ui, message.id, asks);
            }
            Body::Error(text) => error(ui, message.id, text, asks),
        }
    });
}

fn expire(ui: &Ui, id: u64, asks: &mut Asks) {
    let now = ui.input(|i| i.time);
    let key = Id::unique(("message since", id));
    let since = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(key, || now));
    let left = NOTE_SECONDS - (now - since);
    if left <= 0.0 {
        asks.send(Ask::Dismiss(id));
    } else {
        ui.ctx().request_repaint_after_secs(left as f32);
    }
}

fn error(ui: &mut Ui, id: u64, text: &ErrorText, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(&text.what).strong().color(theme.error));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.small_button("×").accessible_name(tr!("shell-dismiss", what = &text.what)).clicked() {
                asks.send(Ask::Dismiss(id));
            }
        });
    });
    explanation(ui, text);
    ui.push_id(id, |ui| {
        egui::CollapsingHeader::new(tr!("shell-details")).id_salt("details").show(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(&text.details).monospace().size(10.0)).wrap());
        });
    });
}

/// Why, and what to do next.
pub(crate) fn explanation(ui: &mut Ui, text: &ErrorText) {
    let theme = Theme::of_ui(ui);
    ui.add(egui::Label::new(&text.why).wrap());
    ui.add(egui::Label::new(RichText::new(&text.next).color(theme.muted)).wrap());
}
