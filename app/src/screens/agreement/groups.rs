//! All pairs pooled, by slice, by version of the policy and over time.

use concord_language::tr;
use concord_project::agree::{AgreementReport, Group, GroupKind};
use concord_widgets::charts::{Gate, IntervalPlot, IntervalRow, Line, LineChart, LinePoint};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::{GRID, Status};
use egui::{Grid, Ui};

use super::detail::judge;
use super::figures::{cell, heading, interval_row, name_marked, why};
use super::{AgreementViews, Behind, Chosen, Measure};

const WIDEST: f32 = 900.0;

pub(super) fn show(ui: &mut Ui, report: &AgreementReport, kind: GroupKind, views: &mut AgreementViews) {
    let groups: Vec<&Group> = report.groups.iter().filter(|group| group.kind == kind).collect();
    if groups.is_empty() {
        empty_state(ui, tr!("agreement-no-group"), tr!("agreement-no-group-next"));
        return;
    }
    ui.label(tr!("agreement-pooled"));
    ui.add_space(GRID);
    table(ui, kind, &groups, views);
    ui.add_space(4.0 * GRID);
    ui.set_max_width(WIDEST.min(ui.available_width()));
    measures(ui, views);
    if kind == GroupKind::Month && groups.len() > 1 {
        over_time(ui, &groups, views.measure);
    } else {
        intervals(ui, kind, &groups, views.measure, report.required_f1_cls);
    }
}

/// What the groups are made by.
fn by(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Slice => tr!("agreement-column-slice"),
        GroupKind::Policy => tr!("agreement-column-version"),
        GroupKind::Month => tr!("agreement-column-month"),
    }
}

fn table(ui: &mut Ui, kind: GroupKind, groups: &[&Group], views: &mut AgreementViews) {
    let mut chosen = None;
    Grid::new(("groups", by(kind))).striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        heading(ui, by(kind), "");
        heading(ui, tr!("agreement-column-sets"), tr!("agreement-column-sets-hint"));
        for measure in Measure::ALL {
            heading(ui, measure.name(), measure.meaning());
        }
        heading(ui, tr!("agreement-column-remark"), "");
        ui.end_row();
        for group in groups {
            let key = Chosen::Group(group.kind, group.name.clone());
            let is_chosen = views.chosen() == Some(&key);
            let response = ui.selectable_label(is_chosen, &group.name);
            if response.on_hover_text(tr!("agreement-group-hint")).clicked() {
                chosen = Some((key, Behind::group(group)));
            }
            ui.label(group.pairs.to_string());
            for measure in Measure::ALL {
                cell(ui, &measure.of(group), measure.meaning());
            }
            if group.is_thin {
                ui.weak(tr!("agreement-few")).on_hover_text(tr!("agreement-few-hint"));
            } else {
                ui.label("");
            }
            ui.end_row();
        }
    });
    if chosen.is_some() {
        views.choose(chosen);
    }
}

/// Which figure is drawn.
fn measures(ui: &mut Ui, views: &mut AgreementViews) {
    ui.horizontal_wrapped(|ui| {
        ui.label(tr!("agreement-drawn"));
        for measure in Measure::ALL {
            let response = ui.selectable_label(views.measure == measure, measure.name());
            if response.on_hover_text(measure.meaning()).clicked() {
                views.measure = measure;
            }
        }
    });
}

fn intervals(ui: &mut Ui, kind: GroupKind, groups: &[&Group], measure: Measure, required: Option<f64>) {
    let required = required.filter(|_| measure == Measure::F1Cls);
    let row = |group: &&Group| {
        let metric = measure.of(group);
        let status = if group.is_thin { Status::Muted } else { judge(&metric, required) };
        interval_row(name_marked(&group.name, group.is_thin), &metric, status)
    };
    let rows: Vec<IntervalRow> = groups.iter().map(row).collect();
    let faint: Vec<bool> = groups.iter().map(|group| group.is_thin).collect();
    let gate = required.map(|at| Gate { at, label: tr!("agreement-policy-gate", required = format!("{at:.2}")) });
    let title = tr!("agreement-by-group", measure = measure.name(), group = by(kind));
    let plot = IntervalPlot::new(&title, measure.name(), &rows).range(measure.lowest(), 1.0);
    plot.gate(gate.as_ref()).faint(&faint).show(ui);
}

fn over_time(ui: &mut Ui, groups: &[&Group], measure: Measure) {
    let names: Vec<String> = groups.iter().map(|group| name_marked(&group.name, group.is_thin)).collect();
    let point = |(place, group): (usize, &&Group)| {
        let metric = measure.of(group);
        LinePoint {
            x: place as f64,
            value: metric.value(),
            interval: metric.ci().map(|ci| (ci.low, ci.high)),
            is_faint: group.is_thin,
            note: metric.reason().map_or_else(|| format!("n {}", metric.n()), |reason| why(reason).to_owned()),
        }
    };
    let points = groups.iter().enumerate().map(point).collect();
    let lines = [Line { name: measure.name().to_owned(), points }];
    let title = tr!("agreement-over-time", measure = measure.name());
    let chart = LineChart::new(&title, tr!("agreement-month-axis"), measure.name(), &lines);
    chart.x_names(&names).y_range(measure.lowest(), 1.0).show(ui);
}
