//! The log as a readable history: the latest decision first.

use concord_language::tr;
use concord_project::activity::HistoryRow;
use concord_widgets::parts::empty_state;
use concord_widgets::theme::GRID;
use egui::{Align, Button, ComboBox, Layout, RichText, ScrollArea, Ui, vec2};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{ActivityAsk, ActivityViews};
use crate::context::{Ask, Asks, OpenProject};

const ROW: f32 = 24.0;
/// Widths of time and person.
const WHEN: f32 = 140.0;
const WHO: f32 = 120.0;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut ActivityViews, asks: &mut Asks) {
    let Some(page) = &project.activity.history else {
        ui.weak(tr!("activity-busy"));
        return;
    };
    filters(ui, project, &page.actors, views, asks);
    ui.add_space(GRID);
    if page.rows.is_empty() {
        empty_state(ui, tr!("activity-history-none"), "");
        return;
    }
    let rows = page.rows.len() + usize::from(page.has_more);
    let scroll = ScrollArea::vertical().id_salt("history of the project").auto_shrink([false, false]);
    scroll.show_rows(ui, ROW, rows, |ui, shown| {
        for place in shown {
            match page.rows.get(place) {
                Some(row) => line(ui, row, asks),
                None => {
                    if ui.button(tr!("activity-earlier")).clicked() {
                        asks.send(ActivityAsk::ReadOn.into());
                    }
                }
            }
        }
    });
}

fn filters(ui: &mut Ui, project: &OpenProject, actors: &[String], views: &mut ActivityViews, asks: &mut Asks) {
    let before = (views.actor.clone(), views.of_sample, views.routine);
    ui.horizontal_wrapped(|ui| {
        let everybody = tr!("activity-filter-everybody");
        let chosen = views.actor.as_deref().unwrap_or(everybody).to_owned();
        let label = tr!("activity-filter-person");
        ComboBox::new("actor", label).selected_text(chosen).show_ui(ui, |ui| {
            ui.selectable_value(&mut views.actor, None, everybody);
            for actor in actors {
                ui.selectable_value(&mut views.actor, Some(actor.clone()), actor);
            }
        });
        if let Some(ranked) = project.label.queue.current() {
            let name = ranked.path.rsplit(['/', '\\']).next().unwrap_or(&ranked.path);
            ui.checkbox(&mut views.of_sample, tr!("activity-filter-sample", path = name));
        }
        ui.checkbox(&mut views.routine, tr!("activity-filter-routine"));
    });
    if before != (views.actor.clone(), views.of_sample, views.routine) {
        asks.send(ActivityAsk::Read.into());
    }
}

fn line(ui: &mut Ui, row: &HistoryRow, asks: &mut Asks) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), ROW), Layout::left_to_right(Align::Center), |ui| {
        let at = |ui: &mut Ui, width: f32, text: RichText| {
            ui.allocate_ui_with_layout(vec2(width, ROW), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                ui.add(egui::Label::new(text).truncate());
            });
        };
        at(ui, WHEN, RichText::new(when(row.at_utc_ms)).weak());
        at(ui, WHO, RichText::new(&row.actor).strong());
        if let Some((sample, path)) = &row.sample {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let button = ui.add(Button::new(name).frame_when_inactive(false));
            let button = button.on_hover_text(tr!("activity-open-sample-hint", path = path));
            if button.accessible_name(tr!("activity-open-sample", path = path)).clicked() {
                asks.send(Ask::ShowSample(sample.clone()));
            }
        }
        if row.undoes {
            ui.weak(tr!("activity-undone"));
        }
        ui.add(egui::Label::new(row.summary.local()).truncate());
    });
}

/// A time in UTC, to the minute.
fn when(at_utc_ms: i64) -> String {
    let civil = Timestamp::from_millisecond(at_utc_ms).map(|at| at.to_zoned(TimeZone::UTC).datetime());
    civil.map_or_else(
        |_| "?".to_owned(),
        |at| {
            let (date, time) = (at.date(), at.time());
            format!("{:04}-{:02}-{:02} {:02}:{:02}", date.year(), date.month(), date.day(), time.hour(), time.minute())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_utc() {
        assert_eq!(when(1_767_225_600_000), "2026-01-01 00:00");
        assert_eq!(when(i64::MAX), "?");
    }
}
