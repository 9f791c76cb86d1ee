//! A model that waits for a yes: what it is, what was assumed, and what a person says of it.

use concord_domain::model::{ModelProvenance, RegisteredModel};
use concord_language::tr;
use concord_project::model::Proposal;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status};
use egui::{Button, Grid, Id, Modal, RichText, ScrollArea, TextEdit, Ui};

use super::ModelsAsk;
use super::detail::{contract_text, unmapped};
use crate::context::Asks;
use crate::shell::modal_frame;

/// What a person says of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProposalForm {
    /// Its name in the project.
    pub name: String,
    /// The data release that it was trained on.
    pub trained_on: String,
    /// Revision of the code that trained it.
    pub revision: String,
    /// Licence of the weights.
    pub licence: String,
    /// Where it was published.
    pub source: String,
}

impl ProposalForm {
    /// What is known already.
    pub(super) fn of(entry: &RegisteredModel) -> Self {
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let from = &entry.provenance;
        Self {
            name: entry.name.clone(),
            trained_on: said(&from.trained_on),
            revision: said(&from.revision),
            licence: said(&from.licence),
            source: said(&from.source),
        }
    }

    /// Puts what was said into the entry.
    pub(super) fn fill_in(&self, entry: &mut RegisteredModel) {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self.name.trim().clone_into(&mut entry.name);
        entry.provenance = ModelProvenance {
            trained_on: said(&self.trained_on),
            revision: said(&self.revision),
            licence: said(&self.licence),
            source: said(&self.source),
        };
    }
}

/// Shows the window.
pub(super) fn show(ui: &Ui, proposal: &Proposal, form: &mut ProposalForm, asks: &mut Asks) {
    let egui = ui.ctx();
    let room = egui.content_rect().size();
    let modal = Modal::new(Id::unique("proposal")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width((room.x - 120.0).clamp(360.0, 720.0));
        ui.heading(tr!("models-proposal-heading"));
        ui.add_space(GRID);
        ScrollArea::vertical().max_height((room.y - 220.0).max(160.0)).auto_shrink([false, true]).show(ui, |ui| {
            facts(ui, proposal);
            ui.add_space(2.0 * GRID);
            fields(ui, form);
            ui.add_space(2.0 * GRID);
            ui.collapsing(tr!("models-contract"), |ui| contract_text(ui, &proposal.entry.contract));
        });
        ui.add_space(2.0 * GRID);
        ui.horizontal(|ui| {
            let can = !form.name.trim().is_empty();
            if ui.add_enabled(can, Button::new(tr!("models-register"))).clicked() {
                asks.send(ModelsAsk::Register(form.clone()).into());
            }
            if ui.button(tr!("cancel")).clicked() {
                asks.send(ModelsAsk::GiveUp.into());
            }
        });
    });
    if modal.should_close() {
        asks.send(ModelsAsk::GiveUp.into());
    }
}

fn facts(ui: &mut Ui, proposal: &Proposal) {
    let entry = &proposal.entry;
    let engine = format!("{} · {}", proposal.model.engine(), proposal.model.provider());
    let (family, classes) = (&entry.family, entry.classes.len());
    ui.label(if entry.is_prompted() {
        tr!("models-proposal-pair", engine = engine)
    } else {
        tr!("models-proposal-facts", family = family, classes = classes, engine = engine)
    });
    for sha256 in [Some(&entry.sha256), entry.decoder.as_ref().map(|decoder| &decoder.sha256)].into_iter().flatten() {
        ui.weak(RichText::new(sha256).monospace().size(11.0));
    }
    for note in &proposal.notes {
        status_label(ui, Status::Warning, note);
    }
    if !proposal.assumed.is_empty() {
        ui.add_space(GRID);
        status_label(ui, Status::Warning, tr!("models-assumed"));
        for assumed in &proposal.assumed {
            ui.label(format!("• {assumed}"));
        }
        ui.weak(tr!("models-assumed-next"));
    }
    if !proposal.unmapped.is_empty() {
        ui.add_space(GRID);
        unmapped(ui, &proposal.unmapped);
    }
}

fn fields(ui: &mut Ui, form: &mut ProposalForm) {
    Grid::new("said of the model").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        for (title, value) in [
            (tr!("models-name"), &mut form.name),
            (tr!("models-trained-on"), &mut form.trained_on),
            (tr!("models-revision"), &mut form.revision),
            (tr!("models-licence"), &mut form.licence),
            (tr!("models-source"), &mut form.source),
        ] {
            let label = ui.label(title);
            ui.add(TextEdit::singleline(value).desired_width(f32::INFINITY)).labelled_by(label.id);
            ui.end_row();
        }
    });
}
