//! The window that goes to a sample by its place in the queue or by its name.

use concord_language::tr;
use concord_widgets::theme::GRID;
use egui::{Context as Egui, EventFilter, Id, Key, Modal, Modifiers, TextEdit};

use super::queue::QueueModel;
use super::view::LabelViews;
use crate::context::{Ask, Asks, OpenProject};
use crate::shell::modal_frame;

/// Most samples that are offered.
const MOST: usize = 8;

/// What was typed, and which of the samples that fit is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    query: String,
    chosen: usize,
}

pub(super) fn show(egui: &Egui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let Some(search) = &mut views.go_to else { return };
    let queue = &project.label.queue;
    let mut going = None;
    let modal = Modal::new(Id::unique("go to sample")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(400.0);
        ui.heading(tr!("label-goto"));
        ui.weak(tr!("label-goto-hint", count = queue.items().len()));
        ui.add_space(2.0 * GRID);
        let [up, down, enter] = [Key::ArrowUp, Key::ArrowDown, Key::Enter]
            .map(|key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)));
        let field = TextEdit::singleline(&mut search.query)
            .event_filter(EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() })
            .desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name(tr!("label-goto-field"));
        field.request_focus();
        if field.changed() {
            search.chosen = 0;
        }
        let found = queue.search(&search.query, MOST);
        let last = found.len().saturating_sub(1);
        search.chosen = match (up, down) {
            (true, _) => search.chosen.saturating_sub(1),
            (_, true) => (search.chosen + 1).min(last),
            _ => search.chosen.min(last),
        };
        ui.add_space(GRID);
        for (number, place) in found.iter().enumerate() {
            let row = row(queue, *place);
            if ui.selectable_label(number == search.chosen, row).clicked() {
                going = Some(*place);
            }
        }
        if found.is_empty() && !search.query.trim().is_empty() {
            ui.weak(tr!("label-goto-none"));
        }
        if enter {
            going = found.get(search.chosen).copied();
        }
        ui.add_space(2.0 * GRID);
        ui.button(tr!("cancel")).clicked()
    });
    if let Some(place) = going {
        asks.send(Ask::GoTo(place));
    }
    if going.is_some() || modal.inner || modal.should_close() {
        views.go_to = None;
    }
}

/// A sample that is offered: its place, counted from 1, and the end of its path.
fn row(queue: &QueueModel, place: usize) -> String {
    let path = queue.items().get(place).map_or("", |ranked| ranked.path.as_str());
    let parts: Vec<&str> = path.rsplitn(3, ['/', '\\']).take(2).collect();
    let end: Vec<&str> = parts.into_iter().rev().collect();
    format!("{}   {}", place + 1, end.join("/"))
}
