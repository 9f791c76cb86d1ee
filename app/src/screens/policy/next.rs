//! What stands in the files of the project folder against what is in force, and what publishing it would do.

use concord_language::tr;
use concord_project::publish::{self, NextVersion, Obstacle, PublishReport, Touched};
use concord_widgets::parts::status_label;
use concord_widgets::theme::{GRID, Status};
use egui::{Grid, Label, RichText, Ui};

use super::show::loaded;
use super::words::{column, strong};
use super::{PolicyModel, differences};
use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};
use crate::shell::buttons::{Look, action_button};

const EXAMPLE_WIDTH: f32 = 420.0;

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    files(ui, project);
    ui.add_space(2.0 * GRID);
    let model: &PolicyModel = &project.policy;
    let Some(next) = loaded(ui, model.next.as_ref()) else { return };
    ui.horizontal(|ui| {
        action_button(ui, context, asks, Action::Publish, Look::Primary, None);
        ui.add_space(GRID);
        verdict(ui, next);
    });
    ui.add_space(3.0 * GRID);
    if next.obstacle == Some(Obstacle::NothingNew) {
        ui.add(Label::new(RichText::new(tr!("policy-nothing-new-next")).weak()).wrap());
        return;
    }
    touched(ui, &next.report);
    ui.add_space(3.0 * GRID);
    if next.report.ontology.new {
        differences::show(ui, tr!("policy-ontology-differences"), &next.ontology);
        ui.add_space(3.0 * GRID);
    }
    if next.report.policy.new {
        differences::show(ui, tr!("policy-policy-differences"), &next.policy);
    }
}

/// Where the files are, and which of them are there.
fn files(ui: &mut Ui, project: &OpenProject) {
    let dir = &project.desk.project.dir;
    let known = match &project.policy.next {
        Some(Ok(next)) => next.files.clone(),
        _ => publish::FILES.map(|name| (name, true)).to_vec(),
    };
    let words = known.iter().map(
        |(name, is_there)| {
            if *is_there { (*name).to_owned() } else { tr!("policy-file-missing", name = *name) }
        },
    );
    let words = words.collect::<Vec<_>>().join(", ");
    ui.horizontal_wrapped(|ui| {
        ui.weak(tr!("policy-files", names = words));
        let name = dir.file_name().unwrap_or(dir.as_os_str()).to_string_lossy();
        ui.label(RichText::new(name).monospace()).on_hover_text(dir.display().to_string());
        if ui.small_button(tr!("policy-copy-path")).accessible_name(tr!("policy-copy-path-name")).clicked() {
            ui.ctx().copy_text(dir.display().to_string());
        }
    });
}

/// Whether it can be published, in a sentence.
fn verdict(ui: &mut Ui, next: &NextVersion) {
    let report = &next.report;
    let (policy, ontology) = (report.policy.version.to_string(), report.ontology.version.to_string());
    let (status, words) = match next.obstacle {
        Some(Obstacle::NothingNew) => (Status::Ok, tr!("policy-nothing-new", policy = policy, ontology = ontology)),
        Some(Obstacle::OntologyVersion { version, least }) => {
            let (version, least) = (version.to_string(), least.to_string());
            (Status::Error, tr!("policy-ontology-given", version = version, least = least))
        }
        Some(Obstacle::PolicyVersion { version, least }) => {
            let (version, least) = (version.to_string(), least.to_string());
            (Status::Error, tr!("policy-policy-given", version = version, least = least))
        }
        None if report.policy.new && report.ontology.new => {
            (Status::Warning, tr!("policy-both-new", policy = policy, ontology = ontology))
        }
        None if report.policy.new => (Status::Warning, tr!("policy-policy-new", policy = policy, ontology = ontology)),
        None => (Status::Warning, tr!("policy-ontology-new", policy = policy, ontology = ontology)),
    };
    status_label(ui, status, &words);
}

/// What becomes of label sets, by annotator.
fn touched(ui: &mut Ui, report: &PublishReport) {
    strong(ui, tr!("policy-touched"));
    ui.add_space(GRID);
    if report.touched.is_empty() {
        ui.weak(tr!("policy-touched-none"));
        return;
    }
    Grid::new("touched").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        column(ui, tr!("policy-column-annotator"), "");
        column(ui, tr!("policy-column-sets"), tr!("policy-column-sets-hint"));
        column(ui, tr!("policy-column-hold"), tr!("policy-column-hold-hint"));
        column(ui, tr!("policy-column-migrate"), tr!("policy-column-migrate-hint"));
        column(ui, tr!("policy-column-back"), tr!("policy-column-back-hint"));
        column(ui, tr!("policy-column-drafts"), tr!("policy-column-drafts-hint"));
        column(ui, tr!("policy-column-settled"), tr!("policy-column-settled-hint"));
        column(ui, tr!("policy-column-example"), tr!("policy-column-example-hint"));
        ui.end_row();
        for one in &report.touched {
            row(ui, one);
        }
    });
}

fn row(ui: &mut Ui, one: &Touched) {
    ui.label(&one.annotator);
    for count in [one.label_sets, one.holding, one.migrating, one.breaking, one.drafts, one.settled] {
        if count == 0 {
            ui.weak("0")
        } else {
            ui.label(count.to_string())
        };
    }
    match &one.example {
        Some(example) => {
            ui.scope(|ui| {
                ui.set_max_width(EXAMPLE_WIDTH);
                let (sample, breach) = (&example.sample, example.breach.local());
                ui.add(Label::new(tr!("policy-example", sample = sample, breach = breach)).wrap());
            });
        }
        None => drop(ui.weak("–")),
    }
    ui.end_row();
}
