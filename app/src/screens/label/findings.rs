//! Live findings: what breaks the ontology or the policy, with the way there and, where there is one, the mend.

use concord_domain::check::Finding;
use concord_domain::label_set::Labels;
use concord_language::tr;
use concord_widgets::parts::status_label;
use concord_widgets::theme::{Status, Theme};
use egui::{Frame, Label, RichText, Ui};

use super::LabelModel;
use crate::context::{Ask, Asks, OpenProject};

/// Most findings that are listed at once.
const MOST: usize = 50;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let model = &project.label;
    let Some(session) = model.session() else { return };
    if model.findings.is_empty() {
        status_label(ui, Status::Ok, tr!("label-findings-none"));
        ui.add_space(8.0);
        return;
    }
    let status = if model.refused { Status::Error } else { Status::Warning };
    let title = tr!("label-findings", count = model.findings.len());
    status_label(ui, status, &title);
    if model.refused {
        ui.weak(tr!("label-findings-refused"));
    }
    for (number, finding) in model.findings.iter().take(MOST).enumerate() {
        let name = object_name(model, finding);
        ui.push_id(number, |ui| row(ui, &session.labels, finding, &name, asks));
    }
    if model.findings.len() > MOST {
        ui.weak(tr!("label-findings-more", count = model.findings.len() - MOST));
    }
    ui.add_space(8.0);
}

fn object_name(model: &LabelModel, finding: &Finding) -> String {
    let place = model.session().and_then(|s| Some((s, s.labels.position(finding.object.as_ref()?)?)));
    place.map_or_else(
        || tr!("label-findings-image").to_owned(),
        |(session, place)| LabelModel::object_name(session, place),
    )
}

fn row(ui: &mut Ui, labels: &Labels, finding: &Finding, name: &str, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    Frame::NONE.fill(theme.field).corner_radius(4).inner_margin(6).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(name).strong());
        ui.add(Label::new(finding.message.local()).wrap());
        ui.horizontal_wrapped(|ui| {
            if let Some(id) = &finding.object {
                let button = ui.small_button(tr!("label-go-there")).accessible_name(tr!("label-go-to", name = name));
                if button.clicked() {
                    asks.send(Ask::Reveal(id.clone()));
                }
            }
            if let Some(fix) = &finding.fix {
                let button = ui.small_button(fix.title.local()).on_hover_text(fix.change.summary().local());
                let is_there = finding.object.as_ref().is_none_or(|id| labels.object(id).is_some());
                if button.accessible_name(tr!("label-fix-name", fix = fix.title.local(), name = name)).clicked()
                    && is_there
                {
                    asks.send(Ask::Apply(Box::new(fix.change.clone())));
                }
            }
            ui.weak(RichText::new(finding.code.name()).small());
        });
    });
    ui.add_space(2.0);
}
