//! What was published, the newest first, with what each version changed and the way to withdraw it.

use concord_language::tr;
use concord_project::publish::Publication;
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{Button, Grid, Ui};

use super::show::loaded;
use super::words::{column, moment, strong};
use super::{PolicyAsk, PolicyViews, Window, differences, owner_obstacle};
use crate::context::{Asks, OpenProject};

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut PolicyViews, asks: &mut Asks) {
    let Some(all) = loaded(ui, project.policy.versions.as_ref()) else { return };
    let pair = |p: &Publication| (p.ontology, p.policy);
    let chosen = views.version.and_then(|version| all.iter().find(|p| pair(p) == version)).or(all.first());
    let Some(chosen) = chosen else {
        empty_state(ui, tr!("policy-no-version"), tr!("policy-no-version-next"));
        return;
    };
    if let Some(version) = table(ui, all, pair(chosen)) {
        views.version = Some(version);
    }
    ui.add_space(4.0 * GRID);
    detail(ui, project, all, chosen, views, asks);
}

/// The table; gives back the row that was chosen.
fn table(ui: &mut Ui, all: &[Publication], shown: (u32, u32)) -> Option<(u32, u32)> {
    let mut chosen = None;
    Grid::new("versions").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
        column(ui, tr!("policy-column-version"), "");
        column(ui, tr!("policy-column-ontology"), tr!("policy-column-ontology-hint"));
        column(ui, tr!("policy-column-when"), "");
        column(ui, tr!("policy-column-by"), "");
        column(ui, tr!("policy-column-bearing"), tr!("policy-column-bearing-hint"));
        column(ui, tr!("policy-column-state"), "");
        ui.end_row();
        for publication in all {
            let version = (publication.ontology, publication.policy);
            let row = ui.selectable_label(shown == version, publication.policy.to_string());
            let name = tr!("policy-row", policy = version.1.to_string(), ontology = version.0.to_string());
            if row.accessible_name(name).clicked() {
                chosen = Some(version);
            }
            ui.label(publication.ontology.to_string());
            ui.label(moment(publication.at_utc_ms));
            ui.label(&publication.by);
            ui.label(publication.label_sets.to_string());
            state(ui, publication);
            ui.end_row();
        }
    });
    chosen
}

fn state(ui: &mut Ui, publication: &Publication) {
    match (&publication.withdrawn, publication.is_in_force) {
        (Some(withdrawn), _) => {
            let words = tr!("policy-withdrawn", reason = &withdrawn.reason);
            let (when, by) = (moment(withdrawn.at_utc_ms), &withdrawn.by);
            status_label(ui, Status::Error, &words).on_hover_text(tr!("policy-withdrawn-hint", by = by, when = when));
        }
        (None, true) => drop(status_label(ui, Status::Ok, tr!("policy-in-force"))),
        (None, false) => drop(ui.weak(tr!("policy-replaced"))),
    }
}

/// What a version changed, and whether it can be withdrawn.
fn detail(
    ui: &mut Ui,
    project: &OpenProject,
    all: &[Publication],
    chosen: &Publication,
    views: &mut PolicyViews,
    asks: &mut Asks,
) {
    let (policy, ontology) = (chosen.policy.to_string(), chosen.ontology.to_string());
    ui.horizontal(|ui| {
        strong(ui, &tr!("policy-row", policy = policy, ontology = ontology));
        ui.add_space(2.0 * GRID);
        let reason = match owner_obstacle(project) {
            Some(reason) => Some(reason),
            None if chosen.withdrawn.is_some() => Some(tr!("policy-withdrawn-already")),
            None if !chosen.can_be_withdrawn(all) => Some(tr!("policy-only-version")),
            None => None,
        };
        let button = ui.add_enabled(reason.is_none(), Button::new(tr!("policy-withdraw")));
        let button = button.on_hover_text(tr!("policy-withdraw-hint"));
        if button.on_disabled_hover_text(reason.unwrap_or_default()).clicked() {
            asks.send(PolicyAsk::Close.into());
            views.window = Some(Window::Withdraw(chosen.policy, String::new()));
        }
        if let Some(reason) = reason {
            ui.weak(reason);
        }
    });
    ui.add_space(2.0 * GRID);
    let older = all.iter().skip_while(|other| !std::ptr::eq(*other, chosen)).skip(1);
    if chosen.brings_ontology {
        let is_first = !older.clone().any(|other| other.brings_ontology);
        let heading = if is_first { tr!("policy-ontology-first") } else { tr!("policy-ontology-before") };
        differences::show(ui, heading, &chosen.ontology_differences);
        ui.add_space(3.0 * GRID);
    }
    if chosen.brings_policy {
        let is_first = !older.clone().any(|other| other.brings_policy);
        let heading = if is_first { tr!("policy-policy-first") } else { tr!("policy-policy-before") };
        differences::show(ui, heading, &chosen.policy_differences);
    }
}
