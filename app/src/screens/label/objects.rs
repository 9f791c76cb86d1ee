//! The list of objects of the current sample.

use concord_domain::object::{Object, Origin, Tier};
use concord_geometry::GeometryKind;
use concord_language::tr;
use concord_project::label::Session;
use concord_widgets::rows::VirtualList;
use concord_widgets::theme::Theme;
use egui::{Label, RichText, Sense, Stroke, TextEdit, Ui, UiBuilder, vec2};

use super::LabelModel;
use super::canvas::class_color;
use super::view::LabelViews;
use super::words;
use crate::context::{Ask, Asks, OpenProject};

/// From this many objects on there is a filter.
const FILTER_FROM: usize = 12;
/// Room for the buttons at the end of a row, in points.
const MARKS_WIDTH: f32 = 52.0;

pub(super) fn show(ui: &mut Ui, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks, height: f32) {
    let theme = Theme::of_ui(ui);
    let model = &project.label;
    let Some(session) = model.session() else {
        ui.weak(tr!("label-no-labels"));
        return;
    };
    let objects = &session.labels.objects;
    header(ui, model, session, views, asks);
    if objects.is_empty() {
        ui.weak(tr!("label-objects-none"));
        return;
    }
    let rows = filtered(session, &views.object_filter);
    let main = model.selection.main().and_then(|id| session.labels.position(id));
    let place = main.and_then(|place| rows.iter().position(|row| *row == place));
    if views.objects_list.selected() != place {
        views.objects_list.select(place);
    }
    let size = vec2(ui.available_width(), height.min(rows.len() as f32 * 26.0 + 2.0));
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("objects"));
    let name = |row: usize| described(session, model, rows[row]);
    let modifiers = ui.input(|i| i.modifiers);
    let out = VirtualList::new(tr!("label-objects-list"), rows.len()).row_height(26.0).show(
        &mut child,
        &mut views.objects_list,
        name,
        |ui, row| {
            if let Some(object) = rows.get(row.index).and_then(|place| objects.get(*place)) {
                line(ui, project, object, rows[row.index], &theme, asks);
            }
        },
    );
    if out.selection_changed
        && let Some(id) = views.objects_list.selected().and_then(|row| objects.get(*rows.get(row)?)).map(|o| &o.id)
    {
        let ask = if modifiers.shift || modifiers.command { Ask::ToggleSelected } else { |id| Ask::Select(Some(id)) };
        asks.send(ask(id.clone()));
    }
    if let Some(object) = out.activated.and_then(|row| objects.get(*rows.get(row)?)) {
        asks.send(Ask::Reveal(object.id.clone()));
    }
    if ui.input(|i| i.pointer.any_released()) && out.response.has_focus() {
        out.response.surrender_focus();
    }
}

/// How many there are, and the filter where there are many.
fn header(ui: &mut Ui, model: &LabelModel, session: &Session, views: &mut LabelViews, asks: &mut Asks) {
    let count = session.labels.objects.len();
    ui.horizontal(|ui| {
        let selected = model.selection.ids().len();
        let title = match selected {
            0 | 1 => tr!("label-objects", count = count),
            _ => tr!("label-objects-selected", count = count, selected = selected),
        };
        ui.label(RichText::new(title).strong());
        let hidden = model.hidden.len();
        if hidden > 0 && ui.small_button(tr!("label-objects-show-hidden", count = hidden)).clicked() {
            asks.send(Ask::ShowAll);
        }
    });
    if count > FILTER_FROM || !views.object_filter.is_empty() {
        let field = TextEdit::singleline(&mut views.object_filter).desired_width(f32::INFINITY);
        let field = ui.add(field.hint_text(tr!("label-objects-filter-hint")));
        field.accessible_name(tr!("label-objects-filter"));
    }
}

/// The places of the objects that fit a filter: every word of it is found in what is known of the object.
fn filtered(session: &Session, filter: &str) -> Vec<usize> {
    let words: Vec<String> =
        filter.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect();
    let names = Names::local();
    let objects = session.labels.objects.iter().enumerate();
    let fits = |object: &Object| words.iter().all(|word| fits(object, &names, word));
    objects.filter(|(_, object)| fits(object)).map(|(place, _)| place).collect()
}

/// Names of what an object can be, in the order of their lists.
struct Names {
    tiers: [&'static str; Tier::ALL.len()],
    kinds: [&'static str; GeometryKind::ALL.len()],
}

impl Names {
    /// In the language of this thread.
    fn local() -> Self {
        Self { tiers: Tier::ALL.map(words::tier), kinds: GeometryKind::ALL.map(words::kind) }
    }
}

/// True when a word in small letters is found in what is known of an object. Nothing but the words of numbers is
/// allocated, for this is asked of every object in every frame.
fn fits(object: &Object, names: &Names, word: &str) -> bool {
    let kind = names.kinds[object.geometry.kind() as usize];
    let fixed = [object.class.as_str(), names.tiers[object.tier as usize], kind];
    let mut said = fixed.into_iter().chain(object.subclass.as_deref()).chain(object.group.as_deref());
    let mut attributes = object.attributes.iter();
    let pair = |name: &str, value: &str| says(name.chars().chain(['=']).chain(value.chars()), word);
    said.any(|text| says(text.chars(), word)) || attributes.any(|(name, value)| pair(name, &words::value(value)))
}

/// True when a text holds a word that is in small letters, in letters of any size.
fn says(text: impl Iterator<Item = char> + Clone, word: &str) -> bool {
    let mut rest = text.flat_map(char::to_lowercase);
    loop {
        let mut here = rest.clone();
        if word.chars().all(|letter| here.next() == Some(letter)) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

/// What a screen reader says of an object.
fn described(session: &Session, model: &LabelModel, place: usize) -> String {
    let name = LabelModel::object_name(session, place);
    let Some(object) = session.labels.objects.get(place) else { return name };
    let mut said = vec![name, words::kind(object.geometry.kind()).to_owned()];
    if model.selection.ids().contains(&object.id) {
        said.push(tr!("label-object-is-selected").to_owned());
    }
    if model.locked.contains(&object.id) {
        said.push(tr!("label-object-is-locked").to_owned());
    }
    if model.hidden.contains(&object.id) {
        said.push(tr!("label-object-is-hidden").to_owned());
    }
    said.join(", ")
}

fn line(ui: &mut Ui, project: &OpenProject, object: &Object, place: usize, theme: &Theme, asks: &mut Asks) {
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let (dot, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
    let is_hidden = model.hidden.contains(&object.id);
    let color = class_color(project, &object.class);
    if is_hidden {
        ui.painter().rect_stroke(dot, 2.0, Stroke::new(1.0, color), egui::StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(dot, 2.0, color);
    }
    let name = LabelModel::object_name(session, place);
    let text = RichText::new(&name);
    let is_selected = model.selection.ids().contains(&object.id);
    ui.label(if is_selected { text.strong() } else { text });
    let width = (ui.available_width() - MARKS_WIDTH).max(0.0);
    ui.allocate_ui(vec2(width, ui.available_height()), |ui| {
        ui.set_width(width);
        ui.add(Label::new(RichText::new(notes(object)).small().color(theme.muted)).truncate());
    });
    marks(ui, model, object, &name, theme, asks);
}

/// The buttons at the end of a row.
fn marks(ui: &mut Ui, model: &LabelModel, object: &Object, name: &str, theme: &Theme, asks: &mut Asks) {
    let mark = |ui: &mut Ui, on: bool, letter: &str, hint: &str, said: String| {
        let text = RichText::new(letter).small().color(if on { theme.strong } else { theme.muted });
        let button = ui.add(egui::Button::new(text).frame(on).small()).on_hover_text(hint);
        button.accessible_name(said).clicked()
    };
    let is_hidden = model.hidden.contains(&object.id);
    let (hint, said) = if is_hidden {
        (tr!("label-object-show"), tr!("label-object-show-name", name = name))
    } else {
        (tr!("label-object-hide"), tr!("label-object-hide-name", name = name))
    };
    if mark(ui, is_hidden, tr!("label-object-hide-letter"), hint, said) {
        asks.send(Ask::ToggleHidden(object.id.clone()));
    }
    let is_locked = model.locked.contains(&object.id);
    let (hint, said) = if is_locked {
        (tr!("label-object-unlock"), tr!("label-object-unlock-name", name = name))
    } else {
        (tr!("label-object-lock"), tr!("label-object-lock-name", name = name))
    };
    if mark(ui, is_locked, tr!("label-object-lock-letter"), hint, said) {
        asks.send(Ask::ToggleLocked(object.id.clone()));
    }
}

/// What is known of an object besides its class, in few words.
fn notes(object: &Object) -> String {
    let mut notes = Vec::new();
    notes.extend(object.subclass.clone());
    if object.geometry.kind() != GeometryKind::Box {
        notes.push(words::kind(object.geometry.kind()).to_owned());
    }
    notes.extend(object.group.as_ref().map(|g| tr!("label-object-group", group = g)));
    if object.tier != Tier::Sure {
        notes.push(words::tier(object.tier).to_owned());
    }
    if let Origin::Suggestion { edited, score, .. } = &object.origin {
        let score = format!("{score:.2}");
        notes.push(if *edited {
            tr!("label-object-accepted-edited", score = score)
        } else {
            tr!("label-object-accepted", score = score)
        });
    }
    notes.join(" · ")
}

#[cfg(test)]
mod tests {
    use concord_domain::object::AttributeValue;

    use super::*;
    use concord_domain::object::ObjectId;
    use concord_geometry::BBox;

    #[test]
    fn a_filter_finds_words_in_letters_of_any_size() {
        let bbox = BBox::new(0.0, 0.0, 9.0, 9.0).expect("a box");
        let mut object = Object::new(ObjectId("o".to_owned()), bbox, "Größe Bolt");
        object.attributes.insert("Colour".to_owned(), AttributeValue::Text("Red".to_owned()));
        object.attributes.insert("turns".to_owned(), AttributeValue::Number(3.5));
        object.group = Some("ROW 7".to_owned());
        for found in ["bolt", "größe", "colour=red", "r=r", "turns=3.5", "row", "box", ""] {
            assert!(fits(&object, &Names::local(), found), "{found}");
        }
        for absent in ["nut", "red=colour", "bolts", "7 "] {
            assert!(!fits(&object, &Names::local(), absent), "{absent}");
        }
    }

    #[test]
    fn a_word_is_found_where_the_text_of_small_letters_holds_it() {
        let texts = ["", "A", "aab", "AaAb", "ÄÖÜ ß", "İstanbul", "mississippi", "Σσς"];
        let words = ["a", "aab", "ab", "äö", "i̇s", "issip", "σσ", "ß", "x"];
        for (text, word) in texts.iter().flat_map(|text| words.iter().map(move |word| (text, word))) {
            let small: String = text.chars().flat_map(char::to_lowercase).collect();
            assert_eq!(says(text.chars(), word), small.contains(word), "{word} in {text}");
        }
    }
}
