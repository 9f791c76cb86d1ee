//! The history of a label set: every step that is done or can be done again, and the way back to each.

use concord_language::tr;
use egui::{RichText, ScrollArea, Ui};

use crate::context::{Ask, Asks, OpenProject};

/// Height of the list, in points.
const HEIGHT: f32 = 180.0;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let Some(session) = project.label.session() else { return };
    let (done, steps) = (session.done(), session.history_len());
    ui.label(RichText::new(tr!("label-history", count = steps)).strong());
    if steps == 0 {
        ui.weak(tr!("label-history-none"));
        return;
    }
    let row = ui.text_style_height(&egui::TextStyle::Body) + 4.0;
    let scroll = ScrollArea::vertical().id_salt("history").max_height(HEIGHT).auto_shrink([false, true]);
    scroll.stick_to_bottom(true).show_rows(ui, row, steps + 1, |ui, rows| {
        for step in rows {
            let words = if step == 0 {
                tr!("label-history-first").to_owned()
            } else {
                session.step(step - 1).map(|done| done.local()).unwrap_or_default()
            };
            let text = RichText::new(format!("{step}  {words}"));
            let text = if step > done { text.weak().italics() } else { text };
            let name = tr!("label-history-step", step = step, words = &words);
            let entry = ui.selectable_label(step == done, text).accessible_name(name);
            if entry.clicked() && step != done {
                asks.send(Ask::RevertTo(step));
            }
        }
    });
    ui.add_space(8.0);
}
