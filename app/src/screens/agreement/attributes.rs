//! Agreement of a pair on attributes of objects and tags of images, with the table of the chosen one.

use concord_language::{say, tr};
use concord_metrics::attributes::AttributeCoefficient;
use concord_project::agree::{AgreementReport, AttributeRow, PairAgreement, TagRow};
use concord_widgets::parts::empty_state;
use concord_widgets::theme::GRID;
use egui::{Grid, Ui};

use super::confusion::matrix;
use super::figures::{cell, heading, number_and_rest};
use super::pairs;
use super::views::Aspect;
use super::{AgreementViews, Behind, Chosen};

const WIDEST: f32 = 900.0;

pub(super) fn show(ui: &mut Ui, report: &AgreementReport, views: &mut AgreementViews) {
    pairs::choice(ui, report, views);
    ui.add_space(2.0 * GRID);
    let Some(pair) = report.pairs.get(views.pair) else { return };
    if pair.attributes.is_empty() && pair.tags.is_empty() {
        empty_state(ui, tr!("agreement-no-attribute"), tr!("agreement-no-attribute-next"));
        return;
    }
    if !pair.attributes.is_empty() {
        attributes(ui, pair, views);
        ui.add_space(4.0 * GRID);
    }
    if !pair.tags.is_empty() {
        tags(ui, pair, views);
        ui.add_space(4.0 * GRID);
    }
    ui.set_max_width(WIDEST.min(ui.available_width()));
    match views.aspect {
        Some(Aspect::Attribute(at)) => {
            if let Some(row) = pair.attributes.get(at) {
                attribute_table(ui, pair, row, views);
            }
        }
        Some(Aspect::Tag(at)) => {
            if let Some(row) = pair.tags.get(at) {
                tag_table(ui, pair, row, views);
            }
        }
        None => {
            ui.weak(tr!("agreement-choose-aspect"));
        }
    }
}

/// A row that shows its table when it is chosen.
fn name(ui: &mut Ui, name: &str, aspect: Aspect, views: &mut AgreementViews) {
    let is_chosen = views.aspect == Some(aspect);
    if ui.selectable_label(is_chosen, name).on_hover_text(tr!("agreement-aspect-hint")).clicked() {
        views.aspect = Some(aspect);
        views.choose(None);
    }
}

fn coefficient(which: AttributeCoefficient) -> (&'static str, &'static str) {
    match which {
        AttributeCoefficient::Kappa => (tr!("agreement-by-kappa"), tr!("agreement-by-kappa-hint")),
        AttributeCoefficient::QuadraticKappa => (tr!("agreement-by-quadratic"), tr!("agreement-by-quadratic-hint")),
        AttributeCoefficient::AlphaInterval => (tr!("agreement-by-alpha"), tr!("agreement-by-alpha-hint")),
        AttributeCoefficient::ExactMatch => (tr!("agreement-by-match"), tr!("agreement-by-match-hint")),
    }
}

fn attributes(ui: &mut Ui, pair: &PairAgreement, views: &mut AgreementViews) {
    ui.label(tr!("agreement-attributes-words"));
    ui.add_space(GRID);
    let only = |annotator: &str| tr!("agreement-column-only", annotator = annotator);
    Grid::new("attributes").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-attribute"), "");
        heading(ui, tr!("agreement-column-coefficient"), "");
        heading(ui, tr!("agreement-column-value"), "");
        heading(ui, tr!("agreement-column-equal"), tr!("agreement-column-equal-hint"));
        heading(ui, &only(&pair.a), "");
        heading(ui, &only(&pair.b), "");
        ui.end_row();
        for (at, row) in pair.attributes.iter().enumerate() {
            name(ui, &row.name, Aspect::Attribute(at), views);
            let (by, meaning) = coefficient(row.figures.coefficient);
            ui.label(by).on_hover_text(meaning);
            ui.vertical(|ui| {
                cell(ui, &row.figures.value, meaning);
                if let Some(linear) = &row.figures.linear {
                    let label = ui.label(tr!("agreement-by-linear", value = number_and_rest(linear).0));
                    label.on_hover_text(tr!("agreement-by-linear-hint"));
                }
            });
            cell(ui, &row.figures.p_o, tr!("agreement-column-equal-hint"));
            ui.label(row.figures.only_a.to_string());
            ui.label(row.figures.only_b.to_string());
            ui.end_row();
        }
    });
}

fn tags(ui: &mut Ui, pair: &PairAgreement, views: &mut AgreementViews) {
    ui.label(tr!("agreement-tags-words"));
    ui.add_space(GRID);
    Grid::new("tags").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        heading(ui, tr!("agreement-column-tag"), "");
        heading(ui, tr!("agreement-by-kappa"), tr!("agreement-tag-kappa"));
        heading(ui, "pabak", tr!("agreement-pabak"));
        heading(ui, tr!("agreement-column-remark"), "");
        ui.end_row();
        for (at, row) in pair.tags.iter().enumerate() {
            name(ui, &row.tag, Aspect::Tag(at), views);
            cell(ui, &row.cohen.kappa, tr!("agreement-tag-kappa"));
            cell(ui, &row.prevalence.pabak, tr!("agreement-pabak"));
            if row.prevalence.paradox {
                ui.label(tr!("agreement-paradox")).on_hover_text(tr!("agreement-paradox-hint"));
            } else {
                ui.label("");
            }
            ui.end_row();
        }
    });
}

fn attribute_table(ui: &mut Ui, pair: &PairAgreement, row: &AttributeRow, views: &mut AgreementViews) {
    if row.figures.table.is_empty() {
        ui.weak(tr!("agreement-no-table"));
        return;
    }
    let names = value_names(row);
    let chosen = match views.chosen() {
        Some(Chosen::Attribute(row, column)) => Some((*row, *column)),
        _ => None,
    };
    let title = tr!("agreement-values-of", name = &row.name);
    let cell = matrix(ui, &title, (&pair.a, &pair.b), &names, &row.figures.table, chosen);
    let Some((line, column)) = cell else { return };
    let title = say!("agreement-behind-cell", a = &pair.a, row = &names[line], b = &pair.b, column = &names[column]);
    let behind = Behind::cell(title, &row.cells, line, column);
    views.choose(Some((Chosen::Attribute(line, column), behind)));
}

/// The values of an attribute, those that the ontology does not name in the language of the window.
fn value_names(row: &AttributeRow) -> Vec<String> {
    let mut names = row.values.clone();
    if let Some(last) = names.last_mut() {
        tr!("agreement-not-set").clone_into(last);
    }
    names
}

fn tag_table(ui: &mut Ui, pair: &PairAgreement, row: &TagRow, views: &mut AgreementViews) {
    let names = [tr!("agreement-given").to_owned(), tr!("agreement-not-given").to_owned()];
    let [both, first, second, neither] = row.counts;
    let table = [vec![both, first], vec![second, neither]];
    let chosen = match views.chosen() {
        Some(Chosen::Tag(row, column)) => Some((*row, *column)),
        _ => None,
    };
    let title = tr!("agreement-values-of", name = &row.tag);
    let Some((line, column)) = matrix(ui, &title, (&pair.a, &pair.b), &names, &table, chosen) else { return };
    let title = say!("agreement-behind-cell", a = &pair.a, row = &names[line], b = &pair.b, column = &names[column]);
    let behind = Behind::images(title, &row.cells, line, column);
    views.choose(Some((Chosen::Tag(line, column), behind)));
}
