//! Did people begin to label otherwise, or did the images change? Month by month.

use concord_language::tr;
use concord_metrics::{Metric, Reason};
use concord_project::drift::{LabelDriftReport, LabelMonth, LabelVerdict, Moved};
use concord_widgets::charts::{Line, LineChart, LinePoint};
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{Grid, Ui};

use super::figures::{heading, lines, narrow_cell, why};

const WIDEST: f32 = 900.0;
/// Most classes of a month that are named.
const CLASSES: usize = 3;

pub(super) fn show(ui: &mut Ui, report: &LabelDriftReport) {
    let Some(baseline) = &report.baseline else {
        empty_state(ui, tr!("people-nobody"), tr!("agreement-nobody-next"));
        return;
    };
    ui.weak(tr!(
        "label-drift-method",
        baseline = baseline,
        psi = format!("{:.2}", report.psi_threshold),
        least = report.min_support
    ));
    match &report.run {
        Some((_, model)) => {
            ui.weak(tr!("label-drift-model", model = model, score = format!("{:.2}", report.score)));
        }
        None => {
            ui.weak(tr!("label-drift-no-model"));
        }
    }
    ui.add_space(2.0 * GRID);
    table(ui, report);
    if report.months.len() > 1 {
        ui.add_space(4.0 * GRID);
        ui.set_max_width(WIDEST.min(ui.available_width()));
        chart(ui, report);
    }
}

fn table(ui: &mut Ui, report: &LabelDriftReport) {
    Grid::new("label drift").striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        for (name, meaning) in [
            (tr!("agreement-column-month"), ""),
            (tr!("label-drift-column-sets"), ""),
            (tr!("label-drift-column-verdict"), ""),
            (tr!("label-drift-column-labels"), tr!("label-drift-column-labels-hint")),
            (tr!("label-drift-column-model"), tr!("label-drift-column-model-hint")),
            (tr!("label-drift-column-features"), tr!("label-drift-column-features-hint")),
            ("f1_cls", tr!("agreement-f1-cls")),
            ("kappa_cls", tr!("agreement-kappa-cls")),
            (tr!("label-drift-column-classes"), ""),
        ] {
            heading(ui, name, meaning);
        }
        ui.end_row();
        for month in &report.months {
            ui.label(&month.month);
            let images = tr!("label-drift-images", count = month.images);
            lines(ui, &month.label_sets.to_string(), &[&images], true);
            verdict(ui, month.verdict, report.min_support);
            moved(ui, &month.labels);
            moved(ui, &month.model);
            features(ui, month);
            narrow_cell(ui, &month.f1_cls, tr!("agreement-f1-cls"));
            narrow_cell(ui, &month.kappa_cls, tr!("agreement-kappa-cls"));
            ui.label(classes(month));
            ui.end_row();
        }
    });
}

fn verdict(ui: &mut Ui, verdict: LabelVerdict, least: u64) {
    match verdict {
        LabelVerdict::Baseline => status_label(ui, Status::Muted, tr!("label-drift-baseline")),
        LabelVerdict::TooFew => status_label(ui, Status::Muted, &tr!("label-drift-too-few", least = least)),
        LabelVerdict::Stable => status_label(ui, Status::Ok, tr!("label-drift-stable")),
        LabelVerdict::Labels => status_label(ui, Status::Error, tr!("label-drift-labels")),
        LabelVerdict::Inputs => status_label(ui, Status::Warning, tr!("label-drift-inputs")),
        LabelVerdict::Both => status_label(ui, Status::Warning, tr!("label-drift-both")),
    };
}

/// A PSI with what chance reaches.
fn moved(ui: &mut Ui, moved: &Moved) {
    match (&moved.psi, moved.psi_null.value()) {
        (Metric::Defined { value, .. }, Some(null)) => {
            let chance = tr!("label-drift-chance", psi = format!("{null:.3}"));
            lines(ui, &format!("{value:.3}"), &[&chance], true);
        }
        (psi, _) => narrow_cell(ui, psi, ""),
    }
}

/// The features that moved; else that of the largest PSI, in weak.
fn features(ui: &mut Ui, month: &LabelMonth) {
    let flagged: Vec<&str> = month.features.iter().filter(|f| f.flagged).map(|f| f.feature.as_str()).collect();
    if !flagged.is_empty() {
        ui.label(flagged.join(", "));
        return;
    }
    match month.features.first().and_then(|feature| Some((feature, feature.psi.value()?))) {
        Some((feature, psi)) => {
            let rest = format!("{} {psi:.3}", feature.feature);
            lines(ui, tr!("label-drift-no-feature"), &[&rest], false);
        }
        None => {
            ui.weak(tr!("label-drift-no-feature"));
        }
    }
}

/// The most frequent classes.
fn classes(month: &LabelMonth) -> String {
    let total: u64 = month.classes.values().sum();
    let mut sorted: Vec<(&String, u64)> = month.classes.iter().map(|(class, n)| (class, *n)).collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let share = |(class, n): &(&String, u64)| format!("{class} {:.0} %", 100.0 * *n as f64 / total as f64);
    let mut named: Vec<String> = sorted.iter().take(CLASSES).map(share).collect();
    if sorted.len() > CLASSES {
        named.push("…".to_owned());
    }
    named.join(", ")
}

fn chart(ui: &mut Ui, report: &LabelDriftReport) {
    let names: Vec<String> = report.months.iter().map(|month| month.month.clone()).collect();
    let line = |name: &str, of: fn(&LabelMonth) -> Metric| {
        let point = |(place, month): (usize, &LabelMonth)| {
            let metric = of(month);
            LinePoint {
                x: place as f64,
                value: metric.value(),
                interval: None,
                is_faint: month.images < report.min_support,
                note: metric.reason().map_or_else(|| format!("n {}", metric.n()), |reason| why(reason).to_owned()),
            }
        };
        Line { name: name.to_owned(), points: report.months.iter().enumerate().map(point).collect() }
    };
    let lines = [
        line(tr!("label-drift-column-labels"), |month| month.labels.psi),
        line(tr!("label-drift-column-model"), |month| month.model.psi),
        line(tr!("label-drift-line-features"), |month| {
            month.features.first().map_or(Metric::undefined(Reason::Empty), |feature| feature.psi)
        }),
    ];
    let highest =
        lines.iter().flat_map(|line| &line.points).filter_map(|p| p.value).fold(report.psi_threshold, f64::max);
    let chart = LineChart::new(tr!("label-drift-title"), tr!("agreement-month-axis"), "PSI", &lines);
    chart.x_names(&names).y_range(0.0, 1.1 * highest).show(ui);
}
