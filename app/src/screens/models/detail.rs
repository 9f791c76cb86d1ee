//! One model in detail: what can be done with it, where it comes from, its contract.

use concord_language::tr;
use concord_metrics::Metric;
use concord_metrics::calibration::Calibrator;
use concord_project::model::ListedModel;
use concord_project::run::Looks;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status};
use egui::{Button, Frame, Grid, RichText, ScrollArea, Ui};

use super::ModelsAsk;
use super::show::state;
use crate::context::{Asks, Context};
use crate::jobs::Request;
use crate::jobs::models::ModelWork;

/// Shows a model.
pub(super) fn show(ui: &mut Ui, context: &Context, item: &ListedModel, asks: &mut Asks) {
    let entry = &item.row.model;
    Frame::NONE.inner_margin(12).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&entry.name).size(15.0).strong());
                state(ui, item);
            });
            ui.add_space(GRID);
            buttons(ui, context, item, asks);
            if entry.is_prompted() {
                ui.add_space(GRID);
                ui.weak(tr!("models-prompted"));
            }
            ui.add_space(2.0 * GRID);
            facts(ui, item);
            classes(ui, item);
            ui.add_space(2.0 * GRID);
            ui.label(RichText::new(tr!("models-contract")).strong());
            contract_text(ui, &entry.contract);
        });
    });
}

fn buttons(ui: &mut Ui, context: &Context, item: &ListedModel, asks: &mut Asks) {
    let name = &item.row.model.name;
    let awaits = |work| context.outstanding.awaits(&Request::Model(work));
    let usable = item.is_present && !item.row.is_retired;
    ui.horizontal_wrapped(|ui| {
        let mut button = |title: &str, hover: &str, can: bool, ask: ModelsAsk| {
            if ui.add_enabled(can, Button::new(title)).on_hover_text(hover).clicked() {
                asks.send(ask.into());
            }
        };
        // A pair says nothing by itself: there is nothing to run, to calibrate or to measure.
        if !item.row.model.is_prompted() {
            let can_run = usable && !awaits(ModelWork::Run);
            let run = |looks| ModelsAsk::Run(name.clone(), looks);
            button(tr!("models-run"), tr!("models-run-hover"), can_run, run(Looks::Once));
            button(tr!("models-run-views"), tr!("models-run-views-hover"), can_run, run(Looks::Views));
            let calibrate = ModelsAsk::Calibrate(name.clone());
            let can = usable && !awaits(ModelWork::Calibrate);
            button(tr!("models-calibrate"), tr!("models-calibrate-hover"), can, calibrate);
            let measure = ModelsAsk::Measure(name.clone());
            button(tr!("models-measure"), tr!("models-measure-hover"), usable && !awaits(ModelWork::Measure), measure);
        }
        let title = if item.row.is_retired { tr!("models-back") } else { tr!("models-retire") };
        let retire = ModelsAsk::Retire(name.clone(), !item.row.is_retired);
        button(title, tr!("models-retire-hover"), !awaits(ModelWork::Retire), retire);
    });
}

fn facts(ui: &mut Ui, item: &ListedModel) {
    let (row, entry) = (&item.row, &item.row.model);
    let from = &entry.provenance;
    let said = |value: &Option<String>| value.clone().unwrap_or_else(|| tr!("models-not-said").to_owned());
    let mut lines = vec![
        (tr!("models-sha"), entry.sha256.clone()),
        (tr!("models-family"), entry.family.clone()),
        (tr!("models-trained-on"), said(&from.trained_on)),
        (tr!("models-revision"), said(&from.revision)),
        (tr!("models-licence"), said(&from.licence)),
        (tr!("models-source"), said(&from.source)),
        (tr!("models-added-by"), row.added_by.clone()),
    ];
    if let Some(path) = &item.path {
        lines.push((tr!("models-file"), path.display().to_string()));
    }
    if let Some(decoder) = &entry.decoder {
        lines.push((tr!("models-decoder-sha"), decoder.sha256.clone()));
    }
    if let Some(path) = &item.decoder {
        lines.push((tr!("models-decoder-file"), path.display().to_string()));
    }
    if let Some(calibration) = &row.calibration {
        let fitted = &calibration.fitted;
        let (before, after) = (number(&fitted.ece_before), number(&calibration.held_out_ece));
        let by = calibrator(&fitted.calibrator);
        let told = tr!("models-calibration", by = by, boxes = fitted.n, before = before, after = after);
        lines.push((tr!("models-column-calibrated"), told));
    }
    for (device, speed) in &row.speeds {
        let (rate, alone) = (format!("{:.1}", speed.images_per_second), format!("{:.1}", speed.latency_ms));
        let engine = format!("{} · {}", speed.engine, speed.provider);
        let told = tr!("models-speed", rate = rate, alone = alone, engine = engine, device = device);
        lines.push((tr!("models-column-speed"), told));
    }
    Grid::new("model facts").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for (name, value) in lines {
            ui.weak(name);
            ui.add(egui::Label::new(value).wrap());
            ui.end_row();
        }
    });
}

fn classes(ui: &mut Ui, item: &ListedModel) {
    let entry = &item.row.model;
    if !item.unmapped.is_empty() {
        ui.add_space(GRID);
        unmapped(ui, &item.unmapped);
    }
    if !entry.class_map.is_empty() {
        ui.add_space(GRID);
        for (from, to) in &entry.class_map {
            ui.label(format!("{from} = {to}"));
        }
    }
}

/// Classes of a model that the ontology does not have.
pub(super) fn unmapped(ui: &mut Ui, classes: &[String]) {
    status_label(ui, Status::Warning, tr!("models-unmapped"));
    ui.add(egui::Label::new(tr!("models-unmapped-what", classes = classes.join(", "))).wrap());
}

/// A contract as its file says it.
pub(super) fn contract_text(ui: &mut Ui, contract: &str) {
    ui.add(egui::Label::new(RichText::new(contract.trim_end()).monospace().size(12.0)).wrap().selectable(true));
}

/// A calibrator in a few words.
pub(super) fn calibrator(calibrator: &Calibrator) -> String {
    match calibrator {
        Calibrator::Identity => tr!("models-no").to_owned(),
        Calibrator::Temperature { t } => tr!("models-temperature", t = format!("{t:.2}")),
        Calibrator::Isotonic { knots } => tr!("models-isotonic", knots = knots.knots().len()),
    }
}

fn number(metric: &Metric) -> String {
    metric.value().map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}
