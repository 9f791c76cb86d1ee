//! One pair of annotators in detail: the figures that matter, each class, and what they mix up.

use concord_language::tr;
use concord_metrics::Metric;
use concord_metrics::agreement::ClassAgreement;
use concord_project::agree::{AgreementReport, PairAgreement, is_thin};
use concord_widgets::charts::{Gate, IntervalPlot, IntervalRow};
use concord_widgets::parts::big_number;
use concord_widgets::theme::{GRID, Status};
use egui::{RichText, Ui};

use super::AgreementViews;
use super::confusion;
use super::figures::{interval_row, name_marked, number_and_rest};
use super::pairs::{both, columns, is_pair_thin};

/// Width of the charts; wider ones are harder to read.
const WIDEST: f32 = 900.0;

pub(super) fn show(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport, views: &mut AgreementViews) {
    ui.label(RichText::new(both(pair)).size(15.0).strong());
    ui.horizontal_wrapped(|ui| {
        for (name, _, value) in columns().iter().take(3) {
            let (number, rest) = number_and_rest(&value(pair));
            big_number(ui, name, &number, &rest);
            ui.add_space(6.0 * GRID);
        }
    });
    ui.add_space(GRID);
    ui.set_max_width(WIDEST.min(ui.available_width()));
    if is_pair_thin(pair) {
        ui.weak(tr!("agreement-few-sentence"));
    }
    if pair.matched_classes.prevalence.paradox {
        ui.label(tr!("agreement-paradox-sentence"));
    }
    if !pair.figures.unstable.is_empty() {
        let named = |(figure, class): (&str, Option<&str>)| match class {
            Some(class) => tr!("agreement-shaky-of", figure = figure, class = class),
            None => figure.to_owned(),
        };
        let names: Vec<String> = pair.unstable().map(named).collect();
        ui.weak(tr!("agreement-shaky", names = names.join(", ")));
    }
    ui.add_space(2.0 * GRID);
    confusion::show(ui, pair, &report.classes, views);
    ui.add_space(4.0 * GRID);
    per_class(ui, pair, report.required_f1_cls);
}

/// What each class rests on is too few for a colour more often than not.
fn per_class(ui: &mut Ui, pair: &PairAgreement, required: Option<f64>) {
    let images = pair.figures.counts.images;
    let thin = |class: &ClassAgreement| is_thin(images, class.boxes_a + class.boxes_b);
    let name = |class: &ClassAgreement| {
        let name = pair.class_names.get(class.class).map_or("", String::as_str);
        name_marked(name, thin(class))
    };
    let classes = &pair.figures.per_class;
    let faint: Vec<bool> = classes.iter().map(thin).collect();
    let judged = |class: &ClassAgreement| if thin(class) { Status::Muted } else { judge(&class.f1_cls, required) };
    let f1: Vec<IntervalRow> = classes.iter().map(|c| interval_row(name(c), &c.f1_cls, judged(c))).collect();
    let gate = required.map(|at| Gate { at, label: tr!("agreement-policy-gate", required = format!("{at:.2}")) });
    let plot = IntervalPlot::new(tr!("agreement-f1-by-class"), "f1_cls", &f1);
    plot.range(0.0, 1.0).gate(gate.as_ref()).faint(&faint).show(ui);
    ui.add_space(3.0 * GRID);
    let presence: Vec<IntervalRow> =
        classes.iter().map(|c| interval_row(name(c), &c.kappa_presence, Status::Muted)).collect();
    let plot = IntervalPlot::new(tr!("agreement-presence-by-class"), "kappa_presence", &presence);
    plot.range(-0.2, 1.0).faint(&faint).show(ui);
}

/// How a figure stands against what the policy asks for: by the lower end of its interval.
pub(super) fn judge(metric: &Metric, required: Option<f64>) -> Status {
    match (metric.ci(), required) {
        (Some(ci), Some(required)) if ci.low >= required => Status::Ok,
        (Some(_), Some(_)) => Status::Warning,
        _ => Status::Muted,
    }
}
