//! What other thresholds of overlap would give.

use concord_language::tr;
use concord_metrics::Metric;
use concord_metrics::agreement::CurvePoint;
use concord_project::agree::AgreementReport;
use concord_widgets::charts::{Gate, Line, LineChart, LinePoint};
use concord_widgets::theme::GRID;
use egui::{Grid, Ui};

use super::Measure;
use super::figures::{cell, heading, why};

const WIDEST: f32 = 900.0;
/// Room beside the first and the last threshold.
const MARGIN: f64 = 0.02;

fn value(measure: Measure, point: &CurvePoint) -> Metric {
    match measure {
        Measure::F1Cls => point.f1_cls,
        Measure::F1Loc => point.f1_loc,
        Measure::KappaCls => point.kappa_cls,
        Measure::MeanIou => point.mean_iou,
    }
}

pub(super) fn show(ui: &mut Ui, report: &AgreementReport) {
    let curve = &report.curve;
    let tau = format!("{:.2}", report.method.match_iou);
    ui.set_max_width(WIDEST.min(ui.available_width()));
    ui.label(tr!("agreement-threshold-words", iou = &tau));
    ui.add_space(2.0 * GRID);
    let line = |measure: Measure| Line {
        name: measure.name().to_owned(),
        points: curve.iter().map(|point| line_point(point.tau, &value(measure, point))).collect(),
    };
    let lines = Measure::ALL.map(line);
    let drawn = lines.iter().flat_map(|line| &line.points).filter_map(|point| point.value);
    let lowest = if drawn.fold(0.0, f64::min) < 0.0 { -1.0 } else { 0.0 };
    let ends = |pick: fn(f64, f64) -> f64, from: f64| curve.iter().map(|p| p.tau).fold(from, pick);
    let mark = Gate { at: report.method.match_iou, label: tr!("agreement-threshold-mark", iou = &tau) };
    LineChart::new(
        tr!("agreement-threshold-title"),
        tr!("agreement-threshold-axis"),
        tr!("agreement-coefficient-axis"),
        &lines,
    )
    .x_range(ends(f64::min, report.method.match_iou) - MARGIN, ends(f64::max, report.method.match_iou) + MARGIN)
    .y_range(lowest, 1.0)
    .mark(Some(&mark))
    .show(ui);
    ui.add_space(3.0 * GRID);
    table(ui, curve);
}

fn line_point(x: f64, metric: &Metric) -> LinePoint {
    let note = metric.reason().map_or_else(|| format!("n {}", metric.n()), |reason| why(reason).to_owned());
    LinePoint { x, value: metric.value(), interval: None, is_faint: false, note }
}

fn table(ui: &mut Ui, curve: &[CurvePoint]) {
    Grid::new("thresholds").striped(true).spacing([24.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-threshold"), "");
        for measure in Measure::ALL {
            heading(ui, measure.name(), measure.meaning());
        }
        ui.end_row();
        for point in curve {
            ui.label(format!("{:.2}", point.tau));
            for measure in Measure::ALL {
                cell(ui, &value(measure, point), measure.meaning());
            }
            ui.end_row();
        }
    });
}
