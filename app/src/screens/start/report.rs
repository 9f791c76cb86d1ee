//! What adding images to a new project found: corrupt, unsupported and duplicate files with their reasons.

use egui::{RichText, Ui};

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
    ui.weak("The project is made. This is what was found");
    ui.add_space(3.0 * GRID);
    ui.horizontal(|ui| {
        big_number(ui, "images added", &report.added.to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, "could not be read", &report.problems.len().to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, "duplicates", &report.duplicates.len().to_string(), "");
        ui.add_space(4.0 * GRID);
        big_number(ui, "other files", &report.other_files.to_string(), "");
    });
    ui.add_space(2.0 * GRID);
    if ui.button("Start labelling").clicked() {
        asks.send(Ask::CloseReport);
    }
    if report.added == 0 {
        ui.add_space(GRID);
        status_label(ui, Status::Warning, "No image was added: check the folder and the formats below");
    }
    let rows = report.problems.iter().map(|p| (p.place.clone(), p.cause.clone()));
    list(ui, Status::Error, "Could not be read", rows);
    let rows = report.duplicates.iter().map(|d| (d.path.clone(), format!("same content as {}", d.sample.short())));
    list(ui, Status::Muted, "Duplicates, kept once", rows);
    let rows = report.warnings.iter().map(|p| (p.place.clone(), p.cause.clone()));
    list(ui, Status::Warning, "Used, but deserve a look", rows);
    if let Some(imported) = &project.imported {
        ui.add_space(2.0 * GRID);
        ui.label(format!("Labels: {} label sets with {} objects imported", imported.samples, imported.objects));
        let rows = imported.problems.iter().map(|p| (p.place.clone(), p.cause.clone()));
        list(ui, Status::Error, "Rows of the COCO file that were left out", rows);
        let rows = imported.quarantined.iter().map(|p| (p.place.clone(), p.cause.clone()));
        list(ui, Status::Warning, "Objects in quarantine", rows);
    }
}

fn list(ui: &mut Ui, status: Status, title: &str, rows: impl ExactSizeIterator<Item = (String, String)>) {
    let count = rows.len();
    if count == 0 {
        return;
    }
    ui.add_space(3.0 * GRID);
    status_label(ui, status, &format!("{title} ({count})"));
    egui::Grid::new(("report", title)).num_columns(2).striped(true).spacing([16.0, 4.0]).show(ui, |ui| {
        for (place, cause) in rows.take(MOST_ROWS) {
            ui.label(RichText::new(place).monospace());
            ui.add(egui::Label::new(cause).wrap());
            ui.end_row();
        }
    });
    if count > MOST_ROWS {
        ui.weak(format!("and {} more", count - MOST_ROWS));
    }
}
