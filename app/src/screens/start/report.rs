//! What adding images to a new project found: corrupt, unsupported and duplicate files with their reasons.

use concord_language::tr;
use egui::{RichText, Ui};

use concord_domain::sample::SampleId;
use concord_project::catalogue::CatalogueReport;
use concord_widgets::parts::{big_number, status_label};
use concord_widgets::theme::{GRID, Status};

use crate::context::{Ask, Asks, OpenProject};

/// Most rows of a list that are shown; the log keeps them all.
const MOST_ROWS: usize = 200;

/// True when a report holds more than "all is well".
pub fn deserves_a_look(report: &CatalogueReport) -> bool {
    !report.problems.is_empty() || !report.duplicates.is_empty() || !report.warnings.is_empty() || report.added == 0
}

pub(super) fn show(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let Some(report) = &project.report else { return };
    ui.heading(&project.desk.project.config.name);
    ui.weak(tr!("start-report"));
    ui.add_space(3.0 * GRID);
    ui.horizontal(|ui| {
        big_number(ui, tr!("start-report-added"), &report.added.to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, tr!("start-report-unread"), &report.problems.len().to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, tr!("start-report-duplicates"), &report.duplicates.len().to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, tr!("start-report-others"), &report.other_files.to_string(), "");
    });
    ui.add_space(2.0 * GRID);
    if ui.button(tr!("start-report-go")).clicked() {
        asks.send(Ask::CloseReport);
    }
    if report.added == 0 {
        ui.add_space(GRID);
        status_label(ui, Status::Warning, tr!("start-report-nothing"));
    }
    let rows = report.problems.iter().map(|p| (p.place.clone(), p.cause.clone()));
    list(ui, Status::Error, ("unread", tr!("start-list-unread", count = rows.len())), rows);
    let same = |sample: &SampleId| tr!("start-list-same", sample = sample.short());
    let rows = report.duplicates.iter().map(|d| (d.path.clone(), same(&d.sample)));
    list(ui, Status::Muted, ("duplicates", tr!("start-list-duplicates", count = rows.len())), rows);
    let rows = report.warnings.iter().map(|p| (p.place.clone(), p.cause.clone()));
    list(ui, Status::Warning, ("warnings", tr!("start-list-warnings", count = rows.len())), rows);
    if let Some(imported) = &project.imported {
        ui.add_space(2.0 * GRID);
        ui.label(tr!("start-imported", samples = imported.samples, objects = imported.objects));
        let rows = imported.problems.iter().map(|p| (p.place.clone(), p.cause.clone()));
        list(ui, Status::Error, ("left-out", tr!("start-list-left-out", count = rows.len())), rows);
        let rows = imported.quarantined.iter().map(|p| (p.place.clone(), p.cause.clone()));
        list(ui, Status::Warning, ("quarantine", tr!("start-list-quarantine", count = rows.len())), rows);
    }
}

/// A list under its title; none when it has no rows.
fn list<Rows>(ui: &mut Ui, status: Status, (name, title): (&str, String), rows: Rows)
where
    Rows: ExactSizeIterator<Item = (String, String)>,
{
    let count = rows.len();
    if count == 0 {
        return;
    }
    ui.add_space(3.0 * GRID);
    status_label(ui, status, &title);
    egui::Grid::new(("report", name)).num_columns(2).striped(true).spacing([16.0, 4.0]).show(ui, |ui| {
        for (place, cause) in rows.take(MOST_ROWS) {
            ui.label(RichText::new(place).monospace());
            ui.add(egui::Label::new(cause).wrap());
            ui.end_row();
        }
    });
    if count > MOST_ROWS {
        ui.weak(tr!("start-list-more", count = count - MOST_ROWS));
    }
}
