//! The window that asks what a new campaign is about.

use concord_domain::ontology::Ontology;
use concord_language::tr;
use concord_widgets::theme::GRID;
use egui::{ComboBox, DragValue, Grid, Label, RichText, TextEdit, Ui};

use super::windows::{End, sends};
use super::{CampaignForm, PolicyAsk};
use crate::context::OpenProject;

/// The most samples that can be asked for; as many as are disputed are drawn.
const MOST_SAMPLES: usize = 100_000;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, form: &mut CampaignForm) -> End {
    ui.heading(tr!("policy-campaign-heading"));
    ui.add(Label::new(RichText::new(tr!("policy-campaign-hint")).weak()).wrap());
    ui.add_space(2.0 * GRID);
    Grid::new("new campaign").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
        let label = ui.label(tr!("policy-campaign-name"));
        let field = ui.add(TextEdit::singleline(&mut form.name).desired_width(f32::INFINITY)).labelled_by(label.id);
        if form.is_fresh {
            field.request_focus();
            form.is_fresh = false;
        }
        ui.end_row();
        let label = ui.label(tr!("policy-campaign-reason"));
        let field = TextEdit::multiline(&mut form.reason).desired_rows(2).desired_width(f32::INFINITY);
        ui.add(field.hint_text(tr!("policy-campaign-reason-hint"))).labelled_by(label.id);
        ui.end_row();
        ui.label(tr!("policy-campaign-among"));
        ui.vertical(|ui| among(ui, &project.versions.ontology, form));
        ui.end_row();
        let label = ui.label(tr!("policy-campaign-samples"));
        ui.add(DragValue::new(&mut form.samples).range(1..=MOST_SAMPLES)).labelled_by(label.id);
        ui.end_row();
        let label = ui.label(tr!("policy-campaign-seed"));
        let seed = ui.add(DragValue::new(&mut form.seed)).labelled_by(label.id);
        seed.on_hover_text(tr!("policy-campaign-seed-hint"));
        ui.end_row();
    });
    End {
        word: tr!("policy-campaign-begin"),
        ask: PolicyAsk::Begin(Box::new(form.options())),
        obstacle: form.obstacle(),
        by_key: sends(ui),
    }
}

/// Among which samples it is drawn.
fn among(ui: &mut Ui, ontology: &Ontology, form: &mut CampaignForm) {
    ui.radio_value(&mut form.is_about_two, false, tr!("policy-campaign-all"));
    ui.add_enabled_ui(ontology.classes.len() > 1, |ui| {
        ui.radio_value(&mut form.is_about_two, true, tr!("policy-campaign-two"))
            .on_disabled_hover_text(tr!("policy-campaign-one-class"));
    });
    ui.add_enabled_ui(form.is_about_two, |ui| classes(ui, ontology, form));
}

/// The two classes.
fn classes(ui: &mut Ui, ontology: &Ontology, form: &mut CampaignForm) {
    ui.horizontal(|ui| {
        let names = [tr!("policy-campaign-first"), tr!("policy-campaign-second")];
        for (place, (chosen, name)) in form.classes.iter_mut().zip(names).enumerate() {
            let shown = chosen.clone();
            let combo = ComboBox::from_id_salt(("campaign class", place)).selected_text(shown).show_ui(ui, |ui| {
                for class in &ontology.classes {
                    ui.selectable_value(chosen, class.name.clone(), &class.name);
                }
            });
            combo.response.accessible_name(name);
        }
    });
}
