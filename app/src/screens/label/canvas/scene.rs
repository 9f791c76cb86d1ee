//! The shapes on the canvas, kept over frames: what changed in the labels is carried over, the rest stays.

use std::collections::{BTreeSet, HashMap};

use concord_domain::object::{Object, ObjectId, SuggestionId};
use concord_domain::ontology::Ontology;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::Suggestion;
use concord_domain::tool::Preview;
use concord_geometry::{Geometry, Point};
use concord_widgets::canvas::{CanvasShape, LineStyle, ShapeScene};
use concord_widgets::theme::{CATEGORICAL, categorical};
use egui::Color32;

use super::super::{are_shown, shown_suggestions};
use crate::context::{Context, OpenProject};
use crate::screens::review::overlay;

/// Ids of suggestions on the canvas begin here; those of objects lie below.
const SUGGESTIONS: u64 = 1 << 48;
/// Objects that are touched together beyond this number are all taken over again.
const MANY: usize = 48;
/// Opacity of the fill of masks, which have no other inside.
const MASK_FILL: f32 = 0.35;

/// The scene, and what it was made from.
#[derive(Debug, Default)]
pub(in crate::screens::label) struct Shapes {
    scene: ShapeScene,
    ids: HashMap<ObjectId, u64>,
    objects: HashMap<u64, ObjectId>,
    given: u64,
    made_from: Option<Source>,
    seen_touch: u64,
    selection: u64,
    standing_in: BTreeSet<ObjectId>,
    /// The object that the brush works on; the live mask shows it instead.
    painted: Option<ObjectId>,
}

/// What all shapes depend on.
#[derive(Debug, Clone, PartialEq)]
struct Source {
    sample: SampleId,
    revision: u64,
    suggestions: bool,
    review: u64,
    threshold: f64,
    focus: Option<SuggestionId>,
}

/// Something on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::screens::label) enum Shown<'a> {
    /// An object of the label set.
    Object(&'a ObjectId),
    /// The suggestion of this place among those of the session.
    Suggestion(usize),
    /// An object of somebody whose label set is reviewed, by the id that the overlay gave it.
    Reviewed(u64),
}

impl Shapes {
    /// The scene to draw.
    pub(super) fn scene(&mut self) -> &mut ShapeScene {
        &mut self.scene
    }

    /// What lies under a point, topmost first, as the scene knows it.
    pub(super) fn at(&self, at: Point, reach: f64) -> Option<u64> {
        self.scene.at(at, reach).first().copied()
    }

    /// What the scene's id stands for.
    pub(super) fn shown(&self, id: u64) -> Option<Shown<'_>> {
        if overlay::is_of_overlay(id) {
            return Some(Shown::Reviewed(id));
        }
        match id.checked_sub(SUGGESTIONS) {
            Some(place) => Some(Shown::Suggestion(place as usize)),
            None => self.objects.get(&id).map(Shown::Object),
        }
    }

    /// The objects under a point, topmost first.
    pub(in crate::screens::label) fn objects_at(&self, at: Point, reach: f64) -> Vec<ObjectId> {
        self.scene.at(at, reach).into_iter().filter_map(|id| self.objects.get(&id).cloned()).collect()
    }

    /// The objects whose bounds come as near as `reach` to a point.
    pub(in crate::screens::label) fn objects_near(&self, at: Point, reach: f64) -> Vec<ObjectId> {
        self.scene.index().near(at, reach).into_iter().filter_map(|id| self.objects.get(&id).cloned()).collect()
    }

    /// Brings the scene up to date.
    pub(super) fn refresh(&mut self, context: &Context, project: &OpenProject) {
        let model = &project.label;
        let (Some(sample), Some(session)) = (model.sample(), model.session()) else {
            *self = Self::default();
            return;
        };
        let settings = &context.settings;
        let source = Source {
            sample: sample.clone(),
            revision: model.revision,
            suggestions: are_shown(context, model),
            review: if model.is_reviewing() { project.review.revision() } else { 0 },
            threshold: settings.threshold,
            focus: model.suggestion.clone(),
        };
        let (touched, last) = model.touched_since(self.seen_touch);
        let is_painted_on = |id: &ObjectId| model.preview.as_ref().and_then(painted) == Some(id);
        if self.painted.take_if(|id| !is_painted_on(id)).is_some() {
            // It was taken out while it was painted on, and belongs back into its place among the others.
            self.made_from = None;
        }
        if self.made_from.as_ref() != Some(&source) || touched.len() > MANY {
            if self.made_from.as_ref().is_some_and(|s| &s.sample != sample) {
                *self = Self::default();
            }
            self.rebuild(context, project, &session.labels.objects);
            self.made_from = Some(source);
            self.standing_in.clear();
            self.selection = u64::MAX;
        } else {
            for id in touched {
                self.renew(project, id);
            }
        }
        self.seen_touch = last;
        self.stand_in(project);
        if self.selection != model.selection.revision() {
            let selected: Vec<u64> = model.selection.ids().iter().filter_map(|id| self.ids.get(id).copied()).collect();
            self.scene.set_selected(&selected);
            self.selection = model.selection.revision();
        }
    }

    fn rebuild(&mut self, context: &Context, project: &OpenProject, objects: &[Object]) {
        let model = &project.label;
        let suggestions = model.session().map(|s| s.suggestions.as_slice()).unwrap_or_default();
        let places: HashMap<&SuggestionId, u64> = suggestions.iter().map(|s| &s.id).zip(SUGGESTIONS..).collect();
        let shape = |s: &Suggestion| {
            let is_focused = model.suggestion.as_ref() == Some(&s.id);
            places.get(&s.id).map(|id| suggestion_shape(project, s, *id, is_focused))
        };
        let mut shapes: Vec<CanvasShape> = shown_suggestions(context, model).into_iter().filter_map(shape).collect();
        if model.is_reviewing() {
            shapes.extend(overlay::shapes(project, overlay::Place::First));
        }
        for object in objects.iter().filter(|o| is_object_shown(project, &o.id)) {
            let id = self.id_of(&object.id);
            shapes.push(object_shape(project, object, id));
        }
        self.scene.hand_over(shapes);
    }

    /// Takes one object over again.
    fn renew(&mut self, project: &OpenProject, id: &ObjectId) {
        let model = &project.label;
        let object = model.session().and_then(|s| s.labels.object(id)).filter(|_| is_object_shown(project, id));
        match object {
            Some(object) => {
                let known = self.id_of(id);
                let selected = model.selection.ids().contains(id);
                self.scene.insert(CanvasShape { selected, ..object_shape(project, object, known) });
            }
            None => {
                if let Some(known) = self.ids.remove(id) {
                    self.objects.remove(&known);
                    self.scene.remove(known);
                }
            }
        }
    }

    fn id_of(&mut self, id: &ObjectId) -> u64 {
        if let Some(known) = self.ids.get(id) {
            return *known;
        }
        self.given += 1;
        self.ids.insert(id.clone(), self.given);
        self.objects.insert(self.given, id.clone());
        self.given
    }

    /// Shows what a gesture makes of objects, and those it no longer concerns as they are.
    fn stand_in(&mut self, project: &OpenProject) {
        let mut now = BTreeSet::new();
        match &project.label.preview {
            Some(Preview::Reshaped { shapes, .. }) => {
                for (id, geometry) in shapes {
                    now.insert(id.clone());
                    if let Some(known) = self.ids.get(id) {
                        self.scene.change(*known, |shape| shape.geometry = geometry.clone());
                    }
                }
            }
            Some(preview) => {
                // The live mask shows the object that is painted on.
                if let Some((id, known)) = painted(preview).and_then(|id| Some((id, *self.ids.get(id)?))) {
                    now.insert(id.clone());
                    self.painted = Some(id.clone());
                    self.scene.remove(known);
                }
            }
            None => {}
        }
        for id in self.standing_in.difference(&now).cloned().collect::<Vec<_>>() {
            self.renew(project, &id);
        }
        self.standing_in = now;
    }
}

/// Whether an object of the label set in hand is on the canvas.
fn is_object_shown(project: &OpenProject, id: &ObjectId) -> bool {
    let model = &project.label;
    !model.hidden.contains(id) && (!model.is_reviewing() || project.review.shows_result())
}

/// The object in whose place the live mask is shown.
fn painted(preview: &Preview) -> Option<&ObjectId> {
    match preview {
        Preview::Stroke(stroke) => stroke.object.as_ref(),
        Preview::Prompt(prompt) => {
            let has_mask = prompt.answer.as_ref().is_some_and(|found| found.mask.is_some());
            prompt.object.as_ref().filter(|_| has_mask)
        }
        _ => None,
    }
}

/// The colour of a class: its own, or one of the palette.
pub(crate) fn class_color(project: &OpenProject, class: &str) -> Color32 {
    let ontology = &project.versions.ontology;
    let own = ontology.class(class).and_then(concord_domain::ontology::Class::rgb);
    own.map_or_else(|| categorical(place_of(ontology, class)), |[r, g, b]| Color32::from_rgb(r, g, b))
}

fn place_of(ontology: &Ontology, class: &str) -> usize {
    ontology.class_index(class).unwrap_or(ontology.classes.len())
}

/// The line of a class: where the palette begins again, another line tells the classes apart. Dashes mean a suggestion.
fn class_line(ontology: &Ontology, class: &str) -> LineStyle {
    [LineStyle::Solid, LineStyle::Dotted, LineStyle::DashDot][place_of(ontology, class) / CATEGORICAL.len() % 3]
}

/// An object as it is drawn, in the colour of its class.
pub(crate) fn object_shape(project: &OpenProject, object: &Object, id: u64) -> CanvasShape {
    let ontology = &project.versions.ontology;
    let label = object.subclass.as_ref().map_or_else(|| object.class.clone(), |s| format!("{} · {s}", object.class));
    let links = ontology.skeleton_of(&object.class).filter(|_| matches!(object.geometry, Geometry::Keypoints(_)));
    CanvasShape {
        style: class_line(ontology, &object.class),
        label: Some(label),
        locked: project.label.locked.contains(&object.id),
        fill: matches!(object.geometry, Geometry::Mask(_)).then_some(MASK_FILL),
        links: links.map(|s| s.link_places().into_iter().map(|l| l.map(|p| p as u16)).collect()),
        ..CanvasShape::new(id, object.geometry.clone(), class_color(project, &object.class))
    }
}

fn suggestion_shape(project: &OpenProject, suggestion: &Suggestion, id: u64, is_focused: bool) -> CanvasShape {
    let prediction = &suggestion.prediction;
    CanvasShape {
        style: LineStyle::Dashed,
        label: Some(format!("{} {:.2}", prediction.class, prediction.score)),
        hovered: is_focused,
        fill: matches!(prediction.shape, Some(Geometry::Mask(_))).then_some(MASK_FILL),
        ..CanvasShape::new(id, prediction.geometry(), class_color(project, &prediction.class))
    }
}
