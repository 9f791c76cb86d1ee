//! All annotators together: coefficients for any number of people, each with what it is about.

use concord_language::tr;
use concord_metrics::ratings::Estimate;
use concord_project::agree::{AgreementReport, Together};
use concord_widgets::charts::{IntervalPlot, IntervalRow};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::{GRID, Status};
use egui::{Grid, Ui};

use super::figures::{cell, heading, interval_row};

const WIDEST: f32 = 900.0;

/// Name, what it is about, and the figure.
type Row<'a> = (&'static str, &'static str, &'a Estimate);

/// The names are those of the figures in files and reports, the same in every language.
fn rows(together: &Together) -> [Row<'_>; 4] {
    [
        ("alpha_det", tr!("agreement-alpha-det"), &together.alpha_det),
        ("alpha_cls", tr!("agreement-alpha-cls"), &together.alpha_cls),
        ("ac1", tr!("agreement-together-ac1"), &together.ac1),
        ("fleiss", tr!("agreement-fleiss"), &together.fleiss),
    ]
}

pub(super) fn show(ui: &mut Ui, report: &AgreementReport) {
    let Some(together) = &report.together else {
        empty_state(ui, tr!("agreement-no-pair"), tr!("agreement-one-person-next"));
        return;
    };
    ui.set_max_width(WIDEST.min(ui.available_width()));
    ui.label(tr!("agreement-together-units", annotators = together.annotators, units = together.units));
    ui.add_space(2.0 * GRID);
    let rows = rows(together);
    let plotted: Vec<IntervalRow> = rows
        .iter()
        .map(|(name, _, estimate)| interval_row((*name).to_owned(), &estimate.shown(), Status::Muted))
        .collect();
    IntervalPlot::new(tr!("agreement-together-title"), tr!("agreement-coefficient-axis"), &plotted)
        .range(-0.2, 1.0)
        .show(ui);
    ui.add_space(3.0 * GRID);
    Grid::new("together").striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-measure"), "");
        heading(ui, tr!("agreement-column-value"), "");
        heading(ui, tr!("agreement-column-dropped"), tr!("agreement-column-dropped-hint"));
        heading(ui, tr!("agreement-column-meaning"), "");
        ui.end_row();
        for (name, meaning, estimate) in rows {
            ui.label(name);
            cell(ui, &estimate.shown(), meaning);
            ui.label(estimate.dropped.to_string());
            ui.label(meaning);
            ui.end_row();
        }
    });
}
