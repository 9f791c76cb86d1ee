//! The editor of the selection: sub-class, attributes, confidence tier, place and origin.

use concord_domain::edit::Edit;
use concord_domain::object::{AttributeValue, Object, ObjectId, Origin, Tier};
use concord_domain::ontology::{Attribute, AttributeKind};
use egui::{ComboBox, Grid, RichText, TextEdit, Ui};

use super::view::LabelViews;
use crate::context::{Ask, Asks, OpenProject};

/// A value that is being typed; it becomes an edit when the field is left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typing {
    object: ObjectId,
    attribute: String,
    text: String,
}

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let Some(object) = project.label.selection() else {
        ui.weak("Select an object to see and change what is known of it");
        ui.add_space(8.0);
        return;
    };
    ui.label(RichText::new("Selection").strong());
    Grid::new("selection").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        subclass(ui, project, object, asks);
        for attribute in project.versions.ontology.attributes_of(&object.class) {
            let name = if attribute.required { format!("{} *", attribute.name) } else { attribute.name.clone() };
            ui.label(name);
            value(ui, object, attribute, views, asks);
            ui.end_row();
        }
        ui.label("sure?");
        tier(ui, object, asks);
        ui.end_row();
        ui.label("box");
        let b = &object.bbox;
        ui.weak(format!("{:.0}, {:.0}   {:.0} × {:.0} px", b.x1(), b.y1(), b.width(), b.height()));
        ui.end_row();
        ui.label("origin");
        ui.weak(origin(&object.origin));
        ui.end_row();
    });
    ui.add_space(8.0);
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Drawn => "drawn".to_owned(),
        Origin::Imported { source } => format!("from {source}"),
        Origin::Suggestion { score, edited: false, .. } => format!("suggestion {score:.2}, as it was"),
        Origin::Suggestion { score, edited: true, .. } => format!("suggestion {score:.2}, edited"),
        Origin::Copied { .. } => "copied".to_owned(),
        Origin::Consensus { support, voters } => format!("{support} of {voters} annotators"),
    }
}

fn subclass(ui: &mut Ui, project: &OpenProject, object: &Object, asks: &mut Asks) {
    let Some(class) = project.versions.ontology.class(&object.class).filter(|c| !c.subclasses.is_empty()) else {
        return;
    };
    ui.label("sub-class");
    let now = object.subclass.as_deref();
    if let Some(chosen) = choice(ui, "Sub-class", now, &class.subclasses) {
        asks.send(Ask::Edit(Edit::SetSubclass(vec![object.id.clone()], chosen.value())));
    }
    ui.end_row();
}

/// What was chosen anew in a drop-down.
enum Chosen {
    Nothing,
    Value(String),
}

impl Chosen {
    fn value(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// A drop-down of values and "not set"; gives back what was chosen anew.
fn choice(ui: &mut Ui, name: &str, now: Option<&str>, values: &[String]) -> Option<Chosen> {
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(name).selected_text(now.unwrap_or("not set")).width(140.0).show_ui(ui, |ui| {
        if ui.selectable_label(now.is_none(), "not set").clicked() && now.is_some() {
            chosen = Some(Chosen::Nothing);
        }
        for value in values {
            if ui.selectable_label(now == Some(value), value).clicked() && now != Some(value) {
                chosen = Some(Chosen::Value(value.clone()));
            }
        }
    });
    combo.response.accessible_name(name);
    chosen
}

fn value(ui: &mut Ui, object: &Object, attribute: &Attribute, views: &mut LabelViews, asks: &mut Asks) {
    let now = object.attributes.get(&attribute.name);
    let set = |value: Option<AttributeValue>| {
        Ask::Edit(Edit::SetAttribute(vec![object.id.clone()], attribute.name.clone(), value))
    };
    match &attribute.kind {
        AttributeKind::Flag => {
            let mut on = now == Some(&AttributeValue::Flag(true));
            if ui.checkbox(&mut on, "").accessible_name(&attribute.name).changed() {
                asks.send(set(Some(AttributeValue::Flag(on))));
            }
        }
        AttributeKind::Choice { values } => {
            let text = now.map(ToString::to_string);
            if let Some(chosen) = choice(ui, &attribute.name, text.as_deref(), values) {
                asks.send(set(chosen.value().map(AttributeValue::Text)));
            }
        }
        AttributeKind::Number | AttributeKind::Text => {
            if let Some(text) = typed(ui, object, attribute, views) {
                let is_number = attribute.kind == AttributeKind::Number;
                let parsed = match (text.trim(), is_number) {
                    ("", _) => Some(None),
                    (text, true) => {
                        text.parse().ok().filter(|n: &f64| n.is_finite()).map(|n| Some(AttributeValue::Number(n)))
                    }
                    (text, false) => Some(Some(AttributeValue::Text(text.to_owned()))),
                };
                if let Some(value) = parsed {
                    asks.send(set(value));
                }
            }
        }
    }
}

/// A text field whose text is given back when the field is left.
fn typed(ui: &mut Ui, object: &Object, attribute: &Attribute, views: &mut LabelViews) -> Option<String> {
    let saved = object.attributes.get(&attribute.name).map(ToString::to_string).unwrap_or_default();
    let is_this = |t: &Typing| t.object == object.id && t.attribute == attribute.name;
    let mut text = views.typing.as_ref().filter(|t| is_this(t)).map_or_else(|| saved.clone(), |t| t.text.clone());
    let field = ui.add(TextEdit::singleline(&mut text).desired_width(140.0)).accessible_name(&attribute.name);
    if field.lost_focus() {
        views.typing = views.typing.take().filter(|t| !is_this(t));
        return (text != saved).then_some(text);
    }
    if field.changed() {
        views.typing = Some(Typing { object: object.id.clone(), attribute: attribute.name.clone(), text });
    }
    None
}

fn tier(ui: &mut Ui, object: &Object, asks: &mut Asks) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (number, tier) in Tier::ALL.into_iter().enumerate() {
            let hint = format!("Ctrl+{}", number + 1);
            let response = ui.selectable_label(object.tier == tier, tier.name()).on_hover_text(hint);
            if response.accessible_name(format!("Tier {}", tier.name())).clicked() {
                asks.send(Ask::Edit(Edit::SetTier(vec![object.id.clone()], tier)));
            }
        }
    });
}
