//! The Agreement screen: can I trust these labels?

use egui::{Frame, Grid, RichText, ScrollArea, Ui};

use concord_metrics::Metric;
use concord_metrics::agreement::ClassAgreement;
use concord_project::agree::{AgreementReport, PairAgreement};
use concord_widgets::charts::{IntervalPlot, IntervalRow, MatrixHeat};
use concord_widgets::parts::{big_number, empty_state, status_label};
use concord_widgets::theme::{GRID, Status};

use crate::actions::Action;
use crate::context::{Asks, Context, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::{Lane, Request, work};
use crate::shell::buttons::{Look, action_button};

/// Starts computing the agreement.
pub fn compute(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    project.agreement.failure = None;
    let desk = project.desk.clone();
    let ticket = update.context.outstanding.issue(Request::Agreement);
    if !update.jobs.run(Lane::Batch, ticket.clone(), move || work::agreement(&desk)) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain("Computing the agreement", &AppError::Busy));
    }
}

/// Takes the figures in.
pub fn take(update: &mut Update<'_>, result: Result<Box<AgreementReport>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(report) => {
            update.views.pair = update.views.pair.min(report.pairs.len().saturating_sub(1));
            project.agreement.report = Some(report);
        }
        Err(error) => project.agreement.failure = Some(explain("Computing the agreement", &error)),
    }
}

/// Shows the screen; `pair` is the one shown in detail.
pub fn show(ui: &mut Ui, context: &Context, pair: &mut usize, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, "No project", "Open one on the start screen");
        return;
    };
    Frame::NONE.inner_margin(16).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.heading("Agreement");
            ui.add_space(2.0 * GRID);
            action_button(ui, context, asks, Action::ComputeAgreement, Look::Plain, None);
            if context.outstanding.awaits(&Request::Agreement) {
                ui.weak("Computing…");
            }
        });
        if let Some(failure) = &project.agreement.failure {
            status_label(ui, Status::Error, &failure.what);
            crate::shell::explanation(ui, failure);
            return;
        }
        match &project.agreement.report {
            Some(report) if !report.pairs.is_empty() => figures(ui, report, pair),
            Some(report) => {
                let what = match report.annotators.len() {
                    0 => "Nobody has submitted labels yet: submit label sets on the Label screen, or import them",
                    1 => "Only one person has submitted labels: let a second one label some of the same samples",
                    _ => "No sample was submitted by two people: let them label some of the same samples",
                };
                empty_state(ui, "No pair to compare yet", what);
            }
            None => {
                empty_state(ui, "Not computed yet", "The figures come as soon as they are there");
            }
        }
    });
}

fn figures(ui: &mut Ui, report: &AgreementReport, chosen: &mut usize) {
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space(2.0 * GRID);
        table(ui, report, chosen);
        ui.add_space(4.0 * GRID);
        if let Some(pair) = report.pairs.get(*chosen) {
            detail(ui, pair, report);
        }
    });
}

/// The columns: name, what it says, value of a pair.
type Column = (&'static str, &'static str, fn(&PairAgreement) -> Metric);

const COLUMNS: [Column; 6] = [
    ("f1_loc", "Were the same objects found? Class is not looked at", |p| p.figures.f1_loc),
    ("f1_cls", "Were the same objects found and named alike? The headline", |p| p.figures.f1_cls),
    ("kappa_cls", "Cohen's κ of the classes of matched boxes", |p| p.figures.kappa_cls),
    ("mean_iou", "Mean overlap of matched boxes", |p| p.figures.mean_iou),
    ("kappa_det", "Cohen's κ with the background as a class; pessimistic", |p| p.figures.kappa_det),
    ("kappa_presence", "Mean κ of “this image holds the class”", |p| p.figures.kappa_presence),
];

fn table(ui: &mut Ui, report: &AgreementReport, chosen: &mut usize) {
    Grid::new("pairs").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        ui.label(RichText::new("Pair").strong());
        ui.label(RichText::new("Images").strong());
        for (name, meaning, _) in COLUMNS {
            ui.label(RichText::new(name).strong()).on_hover_text(meaning);
        }
        ui.label(RichText::new("Policy").strong());
        ui.end_row();
        for (index, pair) in report.pairs.iter().enumerate() {
            let name = format!("{} and {}", pair.a, pair.b);
            if ui.selectable_label(*chosen == index, name).clicked() {
                *chosen = index;
            }
            ui.label(pair.figures.counts.images.to_string());
            for (_, meaning, value) in COLUMNS {
                ui.label(words(&value(pair))).on_hover_text(meaning);
            }
            policy(ui, pair, report);
            ui.end_row();
        }
    });
    if report.pairs_without_samples > 0 {
        ui.weak(format!("{} pairs have no sample in common", report.pairs_without_samples));
    }
}

fn policy(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    let required = report.required_f1_cls.map(|r| format!("{r:.2}")).unwrap_or_default();
    match (pair.reaches_policy, report.required_f1_cls) {
        (Some(true), _) => status_label(ui, Status::Ok, &format!("at least {required}")),
        (Some(false), _) => status_label(ui, Status::Error, &format!("below {required}")),
        (None, Some(_)) => status_label(ui, Status::Muted, "cannot be told"),
        (None, None) => status_label(ui, Status::Muted, "asks for none"),
    };
}

/// A metric with its interval, or the reason why it has no value.
fn words(metric: &Metric) -> String {
    match (metric, metric.ci()) {
        (Metric::Undefined { reason }, _) => format!("– ({})", reason.name().replace('_', " ")),
        (Metric::Defined { value, .. }, Some(ci)) => format!("{value:.3} [{:.3}, {:.3}]", ci.low, ci.high),
        (Metric::Defined { value, .. }, None) => format!("{value:.3}"),
    }
}

fn detail(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    ui.label(RichText::new(format!("{} and {}", pair.a, pair.b)).size(15.0).strong());
    ui.horizontal(|ui| {
        for (name, _, value) in COLUMNS.iter().take(3) {
            let metric = value(pair);
            let beside = metric.ci().map(|ci| format!("[{:.2}, {:.2}]", ci.low, ci.high)).unwrap_or_default();
            let number = metric.value().map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
            big_number(ui, name, &number, &format!("{beside} n = {}", metric.n()));
            ui.add_space(6.0 * GRID);
        }
    });
    ui.add_space(2.0 * GRID);
    per_class(ui, pair, report.required_f1_cls);
    ui.add_space(4.0 * GRID);
    confusion(ui, pair, &report.classes);
    if !pair.figures.unstable.is_empty() {
        ui.weak(format!("Shaky intervals: {}", pair.figures.unstable.join(", ")));
    }
}

fn per_class(ui: &mut Ui, pair: &PairAgreement, required: Option<f64>) {
    let rows = |value: fn(&ClassAgreement) -> Metric, judge: &dyn Fn(&Metric) -> Status| -> Vec<IntervalRow> {
        let row = |class: &ClassAgreement| {
            let metric = value(class);
            IntervalRow {
                label: pair.class_names.get(class.class).cloned().unwrap_or_default(),
                value: metric.value(),
                interval: metric.ci().map(|ci| (ci.low, ci.high)),
                support: format!("n = {}", metric.n()),
                status: judge(&metric),
                note: String::new(),
            }
        };
        pair.figures.per_class.iter().map(row).collect()
    };
    ui.set_max_width(900.0);
    let judge_f1 = |metric: &Metric| match (metric.ci(), required) {
        (Some(ci), Some(required)) if ci.low >= required => Status::Ok,
        (Some(_), Some(_)) => Status::Warning,
        _ => Status::Muted,
    };
    let f1 = rows(|c| c.f1_cls, &judge_f1);
    IntervalPlot::new("Same objects found and named alike, by class", "f1_cls", &f1).range(0.0, 1.0).show(ui);
    ui.add_space(3.0 * GRID);
    let kappa = rows(|c| c.kappa_presence, &|_| Status::Muted);
    IntervalPlot::new("Presence in the image, by class", "kappa_presence", &kappa).range(-0.2, 1.0).show(ui);
}

fn confusion(ui: &mut Ui, pair: &PairAgreement, classes: &[String]) {
    let table = &pair.figures.table;
    let mut names: Vec<String> = classes.to_vec();
    names.truncate(table.len().saturating_sub(1));
    names.push("nothing".to_owned());
    let values: Vec<Option<f64>> = table.iter().flatten().map(|n| Some(*n as f64)).collect();
    let (rows, columns) = (format!("{} says", pair.a), format!("{} says", pair.b));
    MatrixHeat::new("Matched boxes by class of both", &names, &names, &values).axes(&rows, &columns).show(ui);
}
