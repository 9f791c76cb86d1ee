//! How far suggestions pull what people label: the same people with and without them.

use concord_language::tr;
use concord_project::anchoring::{
    AnchoringReport, LeftOut, Measure, MeasureKind, Obstacle, PersonAnchoring, TimeSaved,
};
use concord_widgets::charts::{Gate, IntervalPlot, IntervalRow};
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{Grid, RichText, Ui};

use super::figures::{heading, interval_row, lines, narrow_cell};
use super::people::hidden;

const WIDEST: f32 = 900.0;

pub(super) fn show(ui: &mut Ui, report: &AnchoringReport) {
    if let Some(obstacle) = report.obstacle {
        let (what, next) = match obstacle {
            Obstacle::NoRun => (tr!("anchoring-no-run"), tr!("anchoring-no-run-next")),
            Obstacle::NoBlankArm => (tr!("anchoring-no-blank"), tr!("anchoring-no-blank-next")),
            Obstacle::NobodyBoth => (tr!("anchoring-nobody"), tr!("anchoring-nobody-next")),
        };
        empty_state(ui, what, next);
        left_out(ui, &report.left_out);
        return;
    }
    method(ui, report);
    left_out(ui, &report.left_out);
    ui.add_space(2.0 * GRID);
    table(ui, "all", &report.measures);
    ui.add_space(GRID);
    time(ui, &report.time);
    ui.add_space(4.0 * GRID);
    ui.set_max_width(WIDEST.min(ui.available_width()));
    plot(ui, &report.measures);
    ui.add_space(4.0 * GRID);
    for person in &report.persons {
        one(ui, person);
    }
    hidden(ui, report.hidden);
}

fn method(ui: &mut Ui, report: &AnchoringReport) {
    let model = report.run.as_ref().map_or("", |(_, model)| model);
    ui.weak(tr!("anchoring-compared", assisted = report.assisted, blank = report.blank, people = report.people));
    ui.weak(tr!(
        "anchoring-method",
        model = model,
        score = format!("{:.2}", report.score),
        iou = format!("{:.2}", report.match_iou)
    ));
}

fn left_out(ui: &mut Ui, left: &LeftOut) {
    let reasons = [
        (left.imported, tr!("anchoring-left-imported", count = left.imported)),
        (left.before_run, tr!("anchoring-left-before-run", count = left.before_run)),
        (left.without_run, tr!("anchoring-left-without-run", count = left.without_run)),
        (left.campaign, tr!("anchoring-left-campaign", count = left.campaign)),
        (left.contaminated, tr!("anchoring-left-contaminated", count = left.contaminated)),
        (left.one_kind, tr!("anchoring-left-one-kind", count = left.one_kind)),
    ];
    let told: Vec<String> = reasons.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    if !told.is_empty() {
        ui.weak(tr!("anchoring-left-out", reasons = told.join("; ")));
    }
}

/// What is measured, and what it says.
fn words(kind: MeasureKind) -> (&'static str, &'static str) {
    match kind {
        MeasureKind::ClassAsSuggested => (tr!("anchoring-class"), tr!("anchoring-class-hint")),
        MeasureKind::OverlapWithSuggestion => (tr!("anchoring-overlap"), tr!("anchoring-overlap-hint")),
        MeasureKind::SuggestionsTaken => (tr!("anchoring-taken"), tr!("anchoring-taken-hint")),
        MeasureKind::ObjectsBeyond => (tr!("anchoring-beyond"), tr!("anchoring-beyond-hint")),
        MeasureKind::WrongTaken => (tr!("anchoring-wrong"), tr!("anchoring-wrong-hint")),
        MeasureKind::F1WithGold => (tr!("anchoring-gold"), tr!("anchoring-gold-hint")),
    }
}

fn table(ui: &mut Ui, id: &str, measures: &[Measure]) {
    Grid::new(("anchoring", id)).striped(true).spacing([16.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("anchoring-column-measure"), "");
        heading(ui, tr!("anchoring-column-with"), tr!("anchoring-column-with-hint"));
        heading(ui, tr!("anchoring-column-without"), tr!("anchoring-column-without-hint"));
        heading(ui, tr!("anchoring-column-difference"), tr!("anchoring-column-difference-hint"));
        heading(ui, tr!("agreement-column-remark"), "");
        ui.end_row();
        for measure in measures {
            let (name, hint) = words(measure.kind);
            ui.label(name).on_hover_text(hint);
            narrow_cell(ui, &measure.difference.treated, hint);
            narrow_cell(ui, &measure.difference.control, hint);
            narrow_cell(ui, &measure.difference.difference, hint);
            verdict(ui, measure);
            ui.end_row();
        }
    });
}

fn verdict(ui: &mut Ui, measure: &Measure) {
    if measure.is_shown() {
        status_label(ui, Status::Warning, tr!("anchoring-shown"));
    } else if !measure.difference.difference.is_defined() {
        ui.label("");
    } else if measure.is_thin() {
        ui.weak(tr!("agreement-few")).on_hover_text(tr!("anchoring-few-hint"));
    } else if measure.difference.unstable {
        ui.weak(tr!("anchoring-shaky"));
    } else if measure.difference.difference.ci().is_some() {
        ui.weak(tr!("anchoring-not-shown"));
    } else {
        ui.label("");
    }
}

fn plot(ui: &mut Ui, measures: &[Measure]) {
    let row = |measure: &Measure| {
        let status = if measure.is_shown() { Status::Warning } else { Status::Muted };
        interval_row(words(measure.kind).0.to_owned(), &measure.difference.difference, status)
    };
    let rows: Vec<IntervalRow> = measures.iter().map(row).collect();
    let none = Gate { at: 0.0, label: tr!("anchoring-none").to_owned() };
    let plot = IntervalPlot::new(tr!("anchoring-title"), tr!("anchoring-axis"), &rows);
    plot.range(-1.0, 1.0).gate(Some(&none)).show(ui);
}

fn time(ui: &mut Ui, time: &TimeSaved) {
    let (Some(with), Some(without)) = (time.assisted_s.value(), time.blank_s.value()) else {
        ui.weak(tr!("anchoring-no-time"));
        return;
    };
    ui.horizontal(|ui| {
        ui.label(tr!("anchoring-time", with = format!("{with:.1}"), without = format!("{without:.1}")));
        let saved = time.saved.value().map_or_else(String::new, |saved| format!("{:.0} %", 100.0 * saved));
        let ci =
            time.saved.ci().map_or_else(String::new, |ci| format!("[{:.0}, {:.0}] %", 100.0 * ci.low, 100.0 * ci.high));
        lines(ui, &tr!("anchoring-saved", share = saved), &[&ci], true);
    });
}

fn one(ui: &mut Ui, person: &PersonAnchoring) {
    let title = tr!("anchoring-person", name = &person.annotator, with = person.assisted, without = person.blank);
    egui::CollapsingHeader::new(RichText::new(title)).id_salt(&person.annotator).show(ui, |ui| {
        table(ui, &person.annotator, &person.measures);
        time(ui, &person.time);
    });
}
