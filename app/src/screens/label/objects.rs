//! The list of objects of the current sample.

use concord_domain::object::{Origin, Tier};
use concord_widgets::rows::VirtualList;
use concord_widgets::theme::Theme;
use egui::{Label, RichText, Sense, Ui, UiBuilder, vec2};

use super::LabelModel;
use super::canvas::class_color;
use super::view::LabelViews;
use crate::context::{Ask, Asks, OpenProject};

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks, height: f32) {
    let theme = Theme::of_ui(ui);
    let model = &project.label;
    let Some(session) = model.session() else {
        ui.weak("No labels loaded");
        return;
    };
    let objects = &session.labels.objects;
    ui.label(RichText::new(format!("Objects ({})", objects.len())).strong());
    if objects.is_empty() {
        ui.weak("None yet: drag a box on the image, or accept a suggestion");
        return;
    }
    let place = model.selected.as_ref().and_then(|id| session.labels.position(id));
    if views.objects_list.selected() != place {
        views.objects_list.select(place);
    }
    let size = vec2(ui.available_width(), height.min(objects.len() as f32 * 26.0 + 2.0));
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("objects"));
    let name = |row: usize| LabelModel::object_name(session, row);
    let out = VirtualList::new("Objects", objects.len()).row_height(26.0).show(
        &mut child,
        &mut views.objects_list,
        name,
        |ui, row| {
            let Some(object) = objects.get(row.index) else { return };
            let (dot, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
            ui.painter().rect_filled(dot, 2.0, class_color(project, &object.class));
            ui.label(name(row.index));
            let mut notes = Vec::new();
            notes.extend(object.subclass.clone());
            if object.tier != Tier::Sure {
                notes.push(object.tier.name().to_owned());
            }
            if let Origin::Suggestion { edited, score, .. } = &object.origin {
                notes.push(format!("accepted {score:.2}{}", if *edited { ", edited" } else { "" }));
            }
            ui.add(Label::new(RichText::new(notes.join(" · ")).small().color(theme.muted)).truncate());
        },
    );
    if out.selection_changed {
        let id = views.objects_list.selected().and_then(|row| objects.get(row)).map(|o| o.id.clone());
        asks.send(Ask::Select(id));
    }
    if let Some(object) = out.activated.and_then(|row| objects.get(row)) {
        asks.send(Ask::Reveal(object.id.clone()));
    }
    if ui.input(|i| i.pointer.any_released()) && out.response.has_focus() {
        out.response.surrender_focus();
    }
}
