//! The Agreement screen: can I trust these labels?

use concord_language::tr;
use egui::{Frame, Grid, RichText, ScrollArea, Ui};

use concord_metrics::agreement::ClassAgreement;
use concord_metrics::{Metric, Reason};
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
        update.context.messages.error(explain(tr!("agreement-computing"), &AppError::Busy));
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
        Err(error) => project.agreement.failure = Some(explain(tr!("agreement-computing"), &error)),
    }
}

/// Shows the screen; `pair` is the one shown in detail.
pub fn show(ui: &mut Ui, context: &Context, pair: &mut usize, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("agreement-no-project"), tr!("agreement-no-project-next"));
        return;
    };
    Frame::NONE.inner_margin(16).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.heading(tr!("agreement-heading"));
            ui.add_space(2.0 * GRID);
            action_button(ui, context, asks, Action::ComputeAgreement, Look::Plain, None);
            if context.outstanding.awaits(&Request::Agreement) {
                ui.weak(tr!("agreement-busy"));
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
                    0 => tr!("agreement-nobody-next"),
                    1 => tr!("agreement-one-person-next"),
                    _ => tr!("agreement-nothing-shared-next"),
                };
                empty_state(ui, tr!("agreement-no-pair"), what);
            }
            None => {
                empty_state(ui, tr!("agreement-not-computed"), tr!("agreement-not-computed-next"));
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

/// The names are those of the figures in files and reports, the same in every language.
fn columns() -> [Column; 6] {
    [
        ("f1_loc", tr!("agreement-f1-loc"), |p| p.figures.f1_loc),
        ("f1_cls", tr!("agreement-f1-cls"), |p| p.figures.f1_cls),
        ("kappa_cls", tr!("agreement-kappa-cls"), |p| p.figures.kappa_cls),
        ("mean_iou", tr!("agreement-mean-iou"), |p| p.figures.mean_iou),
        ("kappa_det", tr!("agreement-kappa-det"), |p| p.figures.kappa_det),
        ("kappa_presence", tr!("agreement-kappa-presence"), |p| p.figures.kappa_presence),
    ]
}

fn table(ui: &mut Ui, report: &AgreementReport, chosen: &mut usize) {
    let columns = columns();
    Grid::new("pairs").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        ui.label(RichText::new(tr!("agreement-column-pair")).strong());
        ui.label(RichText::new(tr!("agreement-column-images")).strong());
        for (name, meaning, _) in columns {
            ui.label(RichText::new(name).strong()).on_hover_text(meaning);
        }
        ui.label(RichText::new(tr!("agreement-column-policy")).strong());
        ui.end_row();
        for (index, pair) in report.pairs.iter().enumerate() {
            if ui.selectable_label(*chosen == index, both(pair)).clicked() {
                *chosen = index;
            }
            ui.label(pair.figures.counts.images.to_string());
            for (_, meaning, value) in columns {
                ui.label(words(&value(pair))).on_hover_text(meaning);
            }
            policy(ui, pair, report);
            ui.end_row();
        }
    });
    if report.pairs_without_samples > 0 {
        ui.weak(tr!("agreement-unpaired", count = report.pairs_without_samples));
    }
}

/// The two people of a pair.
fn both(pair: &PairAgreement) -> String {
    tr!("agreement-pair", a = &pair.a, b = &pair.b)
}

fn policy(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    let required = report.required_f1_cls.map(|r| format!("{r:.2}")).unwrap_or_default();
    match (pair.reaches_policy, report.required_f1_cls) {
        (Some(true), _) => status_label(ui, Status::Ok, &tr!("agreement-policy-reached", required = required)),
        (Some(false), _) => status_label(ui, Status::Error, &tr!("agreement-policy-missed", required = required)),
        (None, Some(_)) => status_label(ui, Status::Muted, tr!("agreement-policy-unknown")),
        (None, None) => status_label(ui, Status::Muted, tr!("agreement-policy-none")),
    };
}

/// A metric with its interval, or the reason why it has no value.
fn words(metric: &Metric) -> String {
    match (metric, metric.ci()) {
        (Metric::Undefined { reason }, _) => tr!("agreement-undefined", reason = why(*reason)),
        (Metric::Defined { value, .. }, Some(ci)) => format!("{value:.3} [{:.3}, {:.3}]", ci.low, ci.high),
        (Metric::Defined { value, .. }, None) => format!("{value:.3}"),
    }
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Empty => tr!("agreement-reason-empty"),
        Reason::NoVariation => tr!("agreement-reason-no-variation"),
        Reason::ZeroDenominator => tr!("agreement-reason-zero-denominator"),
        Reason::InsufficientSupport => tr!("agreement-reason-insufficient-support"),
        Reason::NotApplicable => tr!("agreement-reason-not-applicable"),
        Reason::NonFiniteInput => tr!("agreement-reason-non-finite-input"),
    }
}

fn detail(ui: &mut Ui, pair: &PairAgreement, report: &AgreementReport) {
    ui.label(RichText::new(both(pair)).size(15.0).strong());
    ui.horizontal(|ui| {
        for (name, _, value) in columns().iter().take(3) {
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
        ui.weak(tr!("agreement-shaky", names = pair.figures.unstable.join(", ")));
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
    IntervalPlot::new(tr!("agreement-f1-by-class"), "f1_cls", &f1).range(0.0, 1.0).show(ui);
    ui.add_space(3.0 * GRID);
    let kappa = rows(|c| c.kappa_presence, &|_| Status::Muted);
    IntervalPlot::new(tr!("agreement-presence-by-class"), "kappa_presence", &kappa).range(-0.2, 1.0).show(ui);
}

fn confusion(ui: &mut Ui, pair: &PairAgreement, classes: &[String]) {
    let table = &pair.figures.table;
    let mut names: Vec<String> = classes.to_vec();
    names.truncate(table.len().saturating_sub(1));
    names.push(tr!("agreement-nothing").to_owned());
    let values: Vec<Option<f64>> = table.iter().flatten().map(|n| Some(*n as f64)).collect();
    let says = |annotator: &str| tr!("agreement-says", annotator = annotator);
    let (rows, columns) = (says(&pair.a), says(&pair.b));
    MatrixHeat::new(tr!("agreement-confusion"), &names, &names, &values).axes(&rows, &columns).show(ui);
}
