//! The tags of the image as a whole, and the word that nothing is here.

use concord_domain::edit::Edit;
use concord_language::tr;
use egui::{Button, RichText, Ui};

use crate::context::{Ask, Asks, OpenProject};

pub(super) fn show(ui: &mut Ui, project: &OpenProject, asks: &mut Asks) {
    let Some(session) = project.label.session() else { return };
    let tags = &project.versions.ontology.tags;
    let asks_for_empty = project.versions.policy.rules.confirm_empty && session.labels.objects.is_empty();
    if tags.is_empty() && !asks_for_empty && !session.labels.confirmed_empty {
        return;
    }
    ui.label(RichText::new(tr!("label-image")).strong());
    ui.horizontal_wrapped(|ui| {
        for tag in tags {
            let on = session.labels.tags.contains(&tag.name);
            let button = ui
                .add(Button::selectable(on, &tag.name).frame_when_inactive(true))
                .accessible_name(tr!("label-tag-name", tag = &tag.name));
            let button = if tag.description.is_empty() { button } else { button.on_hover_text(&tag.description) };
            if button.clicked() {
                asks.send(Ask::Edit(Edit::Tag(tag.name.clone(), !on)));
            }
        }
    });
    if asks_for_empty || session.labels.confirmed_empty {
        let mut empty = session.labels.confirmed_empty;
        if ui.checkbox(&mut empty, tr!("label-confirm-empty")).changed() {
            asks.send(Ask::Edit(Edit::ConfirmEmpty(empty)));
        }
    }
    ui.add_space(8.0);
}
