//! The editor of the selection: sub-class, attributes, confidence tier, place and origin.

use concord_domain::edit::Edit;
use concord_domain::label_set::Relation;
use concord_domain::object::{AttributeValue, Object, ObjectId, Origin, Tier};
use concord_domain::ontology::{Attribute, AttributeKind};
use concord_language::tr;
use egui::{ComboBox, Grid, RichText, TextEdit, Ui, vec2};

use super::LabelModel;
use super::view::LabelViews;
use super::words;
use crate::context::{Ask, Asks, OpenProject};

mod geometry;

pub(super) use geometry::Numbers;

/// A value that is being typed; it becomes an edit when the field is left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typing {
    object: ObjectId,
    attribute: String,
    text: String,
}

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    let model = &project.label;
    let Some(object) = model.selected() else {
        ui.weak(tr!("label-select-one"));
        ui.add_space(8.0);
        return;
    };
    match model.selection.ids().len() {
        0 | 1 => ui.label(RichText::new(tr!("label-selection")).strong()),
        n => ui.label(RichText::new(tr!("label-selection-many", count = n)).strong()),
    };
    let is_locked = model.locked.contains(&object.id);
    if is_locked {
        ui.weak(tr!("label-selection-locked"));
    }
    let editor = Editor { project, object, ids: model.editable_ids() };
    ui.add_enabled_ui(!is_locked, |ui| {
        Grid::new("selection").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| editor.rows(ui, views, asks));
        geometry::show(ui, project, object, views, asks);
    });
    ui.add_space(8.0);
}

/// The selection while it is shown: the main object, and all that an edit goes to.
struct Editor<'a> {
    project: &'a OpenProject,
    object: &'a Object,
    ids: Vec<ObjectId>,
}

impl Editor<'_> {
    fn rows(&self, ui: &mut Ui, views: &mut LabelViews, asks: &mut Asks) {
        let (ontology, object) = (&self.project.versions.ontology, self.object);
        self.subclass(ui, asks);
        for attribute in ontology.shown_attributes(object) {
            let name = if attribute.required { format!("{} *", attribute.name) } else { attribute.name.clone() };
            ui.label(name);
            self.value(ui, attribute, views, asks);
            ui.end_row();
        }
        ui.label(tr!("label-sure"));
        self.tier(ui, asks);
        ui.end_row();
        if let Some(group) = &object.group {
            ui.label(tr!("label-group"));
            ui.weak(group);
            ui.end_row();
        }
        let labels = self.project.label.session().map(|s| &s.labels);
        let relations = labels.into_iter().flat_map(|l| &l.relations);
        for relation in relations.filter(|r| r.from == object.id || r.to == object.id) {
            self.relation(ui, relation, asks);
        }
        ui.label(tr!("label-origin"));
        ui.weak(origin(&object.origin));
        ui.end_row();
    }

    fn relation(&self, ui: &mut Ui, relation: &Relation, asks: &mut Asks) {
        let Some(session) = self.project.label.session() else { return };
        let other = if relation.from == self.object.id { &relation.to } else { &relation.from };
        let name = session.labels.position(other).map(|place| LabelModel::object_name(session, place));
        let name = name.unwrap_or_default();
        ui.label(if relation.from == self.object.id {
            relation.kind.clone()
        } else {
            format!("← {}", relation.kind)
        });
        ui.horizontal(|ui| {
            if ui.link(&name).clicked() {
                asks.send(Ask::Select(Some(other.clone())));
            }
            if ui.small_button(tr!("label-untie")).accessible_name(tr!("label-untie-name", name = &name)).clicked() {
                asks.send(Ask::Edit(Edit::Unrelate(relation.clone())));
            }
        });
        ui.end_row();
    }

    fn subclass(&self, ui: &mut Ui, asks: &mut Asks) {
        let class = self.project.versions.ontology.class(&self.object.class);
        let Some(class) = class.filter(|c| !c.subclasses.is_empty()) else { return };
        ui.label(tr!("label-subclass"));
        let now = self.object.subclass.as_deref();
        if let Some(chosen) = choice(ui, "Sub-class", tr!("label-subclass-name"), now, &class.subclasses) {
            asks.send(Ask::Edit(Edit::SetSubclass(self.ids.clone(), chosen.value())));
        }
        ui.end_row();
    }

    fn value(&self, ui: &mut Ui, attribute: &Attribute, views: &mut LabelViews, asks: &mut Asks) {
        let now = self.object.attributes.get(&attribute.name);
        let set = |value: Option<AttributeValue>| {
            Ask::Edit(Edit::SetAttribute(self.ids.clone(), attribute.name.clone(), value))
        };
        match &attribute.kind {
            AttributeKind::Flag => {
                let mut on = now == Some(&AttributeValue::Flag(true));
                if ui.checkbox(&mut on, "").accessible_name(&attribute.name).changed() {
                    asks.send(set(Some(AttributeValue::Flag(on))));
                }
            }
            AttributeKind::Choice { values, .. } => {
                let text = now.map(ToString::to_string);
                if let Some(chosen) = choice(ui, &attribute.name, &attribute.name, text.as_deref(), values) {
                    asks.send(set(chosen.value().map(AttributeValue::Text)));
                }
            }
            AttributeKind::Number | AttributeKind::Text => {
                if let Some(text) = typed(ui, self.object, attribute, views) {
                    asks.send_some(parsed(&text, attribute.kind == AttributeKind::Number).map(|c| set(c.attribute())));
                }
            }
        }
    }

    fn tier(&self, ui: &mut Ui, asks: &mut Asks) {
        // A cell of a grid has no end: what is beyond the panel would be cut off.
        let room = (ui.clip_rect().right() - ui.cursor().left()).max(80.0);
        ui.allocate_ui(vec2(room, ui.spacing().interact_size.y), |ui| self.tiers(ui, asks));
    }

    fn tiers(&self, ui: &mut Ui, asks: &mut Asks) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (number, tier) in Tier::ALL.into_iter().enumerate() {
                let word = words::tier(tier);
                let hint = tr!("label-tier-key", number = number + 1);
                let response = ui.selectable_label(self.object.tier == tier, word).on_hover_text(hint);
                if response.accessible_name(tr!("label-tier-name", tier = word)).clicked() {
                    asks.send(Ask::Edit(Edit::SetTier(self.ids.clone(), tier)));
                }
            }
        });
    }
}

/// What a typed text means: an empty one takes the value away; `None` when it is no number where one is needed.
fn parsed(text: &str, is_number: bool) -> Option<Typed> {
    match (text.trim(), is_number) {
        ("", _) => Some(Typed::Nothing),
        (text, true) => text.parse().ok().filter(|n: &f64| n.is_finite()).map(Typed::Number),
        (text, false) => Some(Typed::Text(text.to_owned())),
    }
}

/// What was typed for an attribute.
enum Typed {
    Nothing,
    Number(f64),
    Text(String),
}

impl Typed {
    fn attribute(self) -> Option<AttributeValue> {
        match self {
            Self::Nothing => None,
            Self::Number(number) => Some(AttributeValue::Number(number)),
            Self::Text(text) => Some(AttributeValue::Text(text)),
        }
    }
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Drawn => tr!("label-origin-drawn").to_owned(),
        Origin::Imported { source } => tr!("label-origin-imported", source = source),
        Origin::Suggestion { score, edited: false, .. } => {
            tr!("label-origin-suggestion", score = format!("{score:.2}"))
        }
        Origin::Suggestion { score, edited: true, .. } => {
            tr!("label-origin-suggestion-edited", score = format!("{score:.2}"))
        }
        Origin::Prompted { by, edited } => {
            let score = format!("{:.2}", by.score);
            if *edited {
                tr!("label-origin-prompted-edited", model = &by.model, score = score)
            } else {
                tr!("label-origin-prompted", model = &by.model, score = score)
            }
        }
        Origin::Copied { .. } => tr!("label-origin-copied").to_owned(),
        Origin::Consensus { support, voters } => {
            tr!("label-origin-consensus", support = *support, voters = *voters)
        }
        Origin::Settled { from, edited } => {
            let names: Vec<&str> = from.iter().map(|member| member.annotator.as_str()).collect();
            let names = names.join(", ");
            if *edited {
                tr!("label-origin-settled-edited", names = names)
            } else {
                tr!("label-origin-settled", names = names)
            }
        }
    }
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
fn choice(ui: &mut Ui, salt: &str, name: &str, now: Option<&str>, values: &[String]) -> Option<Chosen> {
    let mut chosen = None;
    let not_set = tr!("label-not-set");
    let combo = ComboBox::from_id_salt(salt).selected_text(now.unwrap_or(not_set)).width(140.0).show_ui(ui, |ui| {
        if ui.selectable_label(now.is_none(), not_set).clicked() && now.is_some() {
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
