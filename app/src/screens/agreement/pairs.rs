//! Every pair of annotators in a table, with one of them in detail below it.

use concord_language::tr;
use concord_metrics::Metric;
use concord_project::agree::{AgreementReport, PairAgreement, is_thin};
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status};
use egui::{ComboBox, Grid, Ui};

use super::AgreementViews;
use super::detail;
use super::figures::{heading, narrow_cell};

/// The columns: name, what it says, value of a pair.
pub(super) type Column = (&'static str, &'static str, fn(&PairAgreement) -> Metric);

/// The names are those of the figures in files and reports, the same in every language.
pub(super) fn columns() -> [Column; 8] {
    [
        ("f1_loc", tr!("agreement-f1-loc"), |p| p.figures.f1_loc),
        ("f1_cls", tr!("agreement-f1-cls"), |p| p.figures.f1_cls),
        ("kappa_cls", tr!("agreement-kappa-cls"), |p| p.figures.kappa_cls),
        ("ac1", tr!("agreement-ac1"), |p| p.matched_classes.ac1.shown()),
        ("pabak", tr!("agreement-pabak"), |p| p.matched_classes.prevalence.pabak),
        ("mean_iou", tr!("agreement-mean-iou"), |p| p.figures.mean_iou),
        ("kappa_det", tr!("agreement-kappa-det"), |p| p.figures.kappa_det),
        ("kappa_presence", tr!("agreement-kappa-presence"), |p| p.figures.kappa_presence),
    ]
}

pub(super) fn show(ui: &mut Ui, report: &AgreementReport, views: &mut AgreementViews) {
    table(ui, report, views);
    ui.add_space(4.0 * GRID);
    if let Some(pair) = report.pairs.get(views.pair) {
        detail::show(ui, pair, report, views);
    }
}

fn table(ui: &mut Ui, report: &AgreementReport, views: &mut AgreementViews) {
    let columns = columns();
    Grid::new("pairs").striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-pair"), "");
        heading(ui, tr!("agreement-column-images"), "");
        heading(ui, tr!("agreement-column-policy"), "");
        for (name, meaning, _) in columns {
            heading(ui, name, meaning);
        }
        ui.end_row();
        for (index, pair) in report.pairs.iter().enumerate() {
            if ui.selectable_label(views.pair == index, both(pair)).clicked() {
                views.show_pair(index);
            }
            ui.label(pair.figures.counts.images.to_string());
            remarks(ui, pair, report);
            for (_, meaning, value) in columns {
                narrow_cell(ui, &value(pair), meaning);
            }
            ui.end_row();
        }
    });
    if report.pairs_without_samples > 0 {
        ui.weak(tr!("agreement-unpaired", count = report.pairs_without_samples));
    }
}

/// The two people of a pair.
pub(super) fn both(pair: &PairAgreement) -> String {
    tr!("agreement-pair", a = &pair.a, b = &pair.b)
}

/// True when a pair's figures rest on too few samples or objects.
pub(super) fn is_pair_thin(pair: &PairAgreement) -> bool {
    let counts = &pair.figures.counts;
    is_thin(counts.images, counts.boxes_a + counts.boxes_b)
}

/// How the pair stands against the policy, and what its figures must be read with.
fn remarks(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        policy(ui, pair, report);
        if is_pair_thin(pair) {
            ui.weak(tr!("agreement-few")).on_hover_text(tr!("agreement-few-hint"));
        }
        if pair.matched_classes.prevalence.paradox {
            ui.label(tr!("agreement-paradox")).on_hover_text(tr!("agreement-paradox-hint"));
        }
    });
}

/// What rests on few is said without the colour of a verdict.
fn policy(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    let required = report.required_f1_cls.map(|r| format!("{r:.2}")).unwrap_or_default();
    let unless_thin = |status: Status| if is_pair_thin(pair) { Status::Muted } else { status };
    match (pair.reaches_policy, report.required_f1_cls) {
        (Some(true), _) => {
            status_label(ui, unless_thin(Status::Ok), &tr!("agreement-policy-reached", required = required))
        }
        (Some(false), _) => {
            status_label(ui, unless_thin(Status::Error), &tr!("agreement-policy-missed", required = required))
        }
        (None, Some(_)) => status_label(ui, Status::Muted, tr!("agreement-policy-unknown")),
        (None, None) => status_label(ui, Status::Muted, tr!("agreement-policy-none")),
    };
}

/// Chooses the pair where the table of pairs is not in sight.
pub(super) fn choice(ui: &mut Ui, report: &AgreementReport, views: &mut AgreementViews) {
    let Some(now) = report.pairs.get(views.pair) else { return };
    let label = tr!("agreement-column-pair");
    let inner = ComboBox::new("pair", label).selected_text(both(now)).show_ui(ui, |ui| {
        for (index, pair) in report.pairs.iter().enumerate() {
            if ui.selectable_label(views.pair == index, both(pair)).clicked() {
                views.show_pair(index);
            }
        }
    });
    inner.response.on_hover_text(label);
}
