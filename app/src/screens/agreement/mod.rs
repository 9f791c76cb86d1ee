//! The Agreement screen: can I trust these labels?

mod ambiguous;
mod anchoring;
mod attributes;
mod behind;
mod confusion;
mod curve;
mod detail;
mod figures;
mod groups;
mod label_drift;
mod method;
mod pairs;
mod people;
mod together;
mod views;

use concord_language::tr;
use concord_project::agree::{AgreementReport, GroupKind};
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{Frame, ScrollArea, Ui};

use crate::actions::Action;
use crate::context::{AgreementFigures, Asks, Context, PeopleFigures, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::{Lane, Request, work};
use crate::shell::buttons::{Look, action_button};

pub use behind::Behind;
pub(crate) use figures::{heading, lines, narrow_cell};
pub(crate) use people::hidden as people_hidden;
pub use views::{AgreementViews, Chosen, Measure, Tab};

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
pub fn take(update: &mut Update<'_>, result: Result<Box<AgreementFigures>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(figures) => {
            let AgreementFigures { report, people } = *figures;
            update.views.agreement.fit(report.pairs.len(), people.annotators.annotators.len());
            project.agreement.report = Some(Box::new(report));
            project.agreement.people = Some(Box::new(people));
        }
        Err(error) => project.agreement.failure = Some(explain(tr!("agreement-computing"), &error)),
    }
}

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut AgreementViews, asks: &mut Asks) {
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
        match (&project.agreement.report, &project.agreement.people) {
            (Some(report), Some(people)) => figures(ui, (report, people), views, asks),
            _ => {
                empty_state(ui, tr!("agreement-not-computed"), tr!("agreement-not-computed-next"));
            }
        }
    });
}

/// Everything below the heading: the tabs, how it was compared, the one that is chosen, and the samples behind it.
fn figures(
    ui: &mut Ui,
    (report, people): (&AgreementReport, &PeopleFigures),
    views: &mut AgreementViews,
    asks: &mut Asks,
) {
    tabs(ui, views);
    ui.separator();
    if views.tab.compares_pairs() {
        if report.pairs.is_empty() {
            let what = match report.annotators.len() {
                0 => tr!("agreement-nobody-next"),
                1 => tr!("agreement-one-person-next"),
                _ => tr!("agreement-nothing-shared-next"),
            };
            empty_state(ui, tr!("agreement-no-pair"), what);
            return;
        }
        method::show(ui, report);
        ui.add_space(GRID);
    }
    if views.tab.has_samples() {
        behind::panel(ui, views, asks);
    }
    let id = ui.scope_id().with(views.tab);
    ScrollArea::both().id_salt(id).auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space(GRID);
        match views.tab {
            Tab::Pairs => pairs::show(ui, report, views),
            Tab::Together => together::show(ui, report),
            Tab::Ambiguous => ambiguous::show(ui, &report.ambiguous, views),
            Tab::Slices => groups::show(ui, report, GroupKind::Slice, views),
            Tab::Policies => groups::show(ui, report, GroupKind::Policy, views),
            Tab::Months => groups::show(ui, report, GroupKind::Month, views),
            Tab::Attributes => attributes::show(ui, report, views),
            Tab::Threshold => curve::show(ui, report),
            Tab::People => people::show(ui, &people.annotators, views),
            Tab::Anchoring => anchoring::show(ui, &people.anchoring),
            Tab::LabelDrift => label_drift::show(ui, &people.drift),
        }
    });
}

fn tabs(ui: &mut Ui, views: &mut AgreementViews) {
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(views.tab == tab, tab.name()).clicked() && views.tab != tab {
                views.tab = tab;
                views.choose(None);
            }
        }
    });
}
