//! The class picker: the class of the selection or of the next object, by click, by digit, or by typing.

use concord_domain::ontology::{Class, Ontology};
use concord_language::tr;
use concord_widgets::theme::Theme;
use egui::{Button, Key, RichText, Sense, TextEdit, Ui, vec2};

use super::canvas::class_color;
use super::view::LabelViews;
use crate::context::{Ask, Asks, OpenProject};

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let ontology = &project.versions.ontology;
    let selection = project.label.selected();
    let (what, chosen) = match selection {
        Some(object) => (tr!("label-class-of-selection"), object.class.as_str()),
        None => (tr!("label-class-of-next"), project.label.next_class.as_str()),
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(what).small().weak());
    });
    if ontology.classes.is_empty() {
        ui.add(egui::Label::new(tr!("label-no-classes")).wrap());
        return;
    }
    search(ui, ontology, views, asks);
    let many = ontology.classes.len() > 24;
    let filter = views.class_filter.trim();
    let mut rows = |ui: &mut Ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            if filter.is_empty() {
                for class in &ontology.classes {
                    chip(ui, project, class, None, class.name == chosen, asks);
                }
            } else {
                for found in ontology.search_classes(filter) {
                    chip(ui, project, found.class, found.subclass, found.class.name == chosen, asks);
                }
            }
        });
    };
    if many {
        egui::ScrollArea::vertical().id_salt("classes").max_height(120.0).show(ui, &mut rows);
    } else {
        rows(ui);
    }
}

/// The search field, where there are many classes or it was asked for.
fn search(ui: &mut Ui, ontology: &Ontology, views: &mut LabelViews, asks: &mut Asks) {
    let wanted = std::mem::take(&mut views.wants_class_filter);
    if ontology.classes.len() <= 9 && !wanted && views.class_filter.is_empty() {
        let id = egui::Id::unique("class search");
        if ui.memory(egui::Memory::focused) != Some(id) {
            return;
        }
    }
    let field = TextEdit::singleline(&mut views.class_filter)
        .id(egui::Id::unique("class search"))
        .hint_text(tr!("label-class-search-hint"))
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name(tr!("label-class-search"));
    if wanted {
        field.request_focus();
        field.scroll_to_me(None);
    }
    if field.lost_focus() {
        if ui.input(|i| i.key_pressed(Key::Enter))
            && let Some(best) = ontology.search_classes(&views.class_filter).first()
        {
            let class = best.class.name.clone();
            asks.send(match best.subclass {
                Some(subclass) => Ask::SetSubclass(class, subclass.to_owned()),
                None => Ask::SetClass(class),
            });
        }
        views.class_filter.clear();
    }
}

/// A class, or one of its sub-classes, to click on.
fn chip(ui: &mut Ui, project: &OpenProject, class: &Class, subclass: Option<&str>, chosen: bool, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let index = project.versions.ontology.class_index(&class.name).unwrap_or(0);
    let name = subclass.map_or_else(|| class.name.clone(), |s| format!("{} · {s}", class.name));
    // Where people are judged the digits are verdicts.
    let has_keys = subclass.is_none() && !project.label.is_reviewing();
    let key = project.versions.ontology.key_of(index).filter(|_| has_keys);
    let text = key.map_or_else(|| format!("    {name}"), |key| format!("    {name}  {key}"));
    let ink = if chosen { theme.strong } else { theme.text };
    let button = Button::new(RichText::new(text).color(ink)).selected(chosen && subclass.is_none()).sense(Sense::CLICK);
    let response = ui.add(button).accessible_name(tr!("label-class-name", name = &name));
    let response = if class.description.is_empty() { response } else { response.on_hover_text(&class.description) };
    let dot = egui::Rect::from_center_size(response.rect.left_center() + vec2(12.0, 0.0), vec2(9.0, 9.0));
    ui.painter().rect_filled(dot, 2.0, class_color(project, &class.name));
    if response.clicked() {
        asks.send(match subclass {
            Some(subclass) => Ask::SetSubclass(class.name.clone(), subclass.to_owned()),
            None => Ask::SetClass(class.name.clone()),
        });
    }
}
