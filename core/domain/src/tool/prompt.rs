//! Pointing at a thing: clicks and a box make a prompt, whoever knows a model answers it with a mask, Enter takes it.

use concord_geometry::{BBox, Geometry, GeometryKind, Mask, Point};

use super::event::Pointer;
use super::outcome::{Outcome, Preview, Refusal};
use super::{Gesture, Input, Scene, Step};
use crate::edit::Edit;
use crate::object::{ObjectId, PromptedBy};

/// How far the polygon of a mask may depart from the pixels that it is traced from, in pixels.
const TRACE_PX: f64 = 0.75;

/// What a person points at, in image pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prompt {
    /// Points inside the image, each with true where it belongs to the thing and false where it does not.
    pub points: Vec<(Point, bool)>,
    /// A box around the thing, inside the image.
    pub bbox: Option<BBox>,
}

impl Prompt {
    /// True when it points at something: points that belong to nothing say only what is not meant.
    pub fn is_askable(&self) -> bool {
        self.bbox.is_some() || self.points.iter().any(|(_, belongs)| *belongs)
    }
}

/// What a model made of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmented {
    /// The pixels of the thing; `None` where the model found none.
    pub mask: Option<Mask>,
    /// Which model it was, and how good it takes its mask to be.
    pub by: PromptedBy,
}

/// A prompt that is not finished.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptPreview {
    /// The object that gets the mask; `None` for a new one.
    pub object: Option<ObjectId>,
    /// What is pointed at.
    pub prompt: Prompt,
    /// A box that is being drawn.
    pub band: Option<BBox>,
    /// The latest answer.
    pub answer: Option<Segmented>,
    /// True when it answers what is pointed at now, and not what was pointed at before.
    pub is_answered: bool,
}

/// A prompt while it is made. A click adds a point, with Alt one that does not belong to the thing; a drag gives the box.
#[derive(Debug, Clone)]
pub(super) struct Prompting {
    /// The object that gets the mask, with its class.
    target: Option<(ObjectId, String)>,
    marks: Vec<Mark>,
    press: Option<Press>,
    /// The latest answer, and what it answers.
    answer: Option<(Prompt, Segmented)>,
}

/// One thing that a person did.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Point(Point, bool),
    Box(BBox),
}

#[derive(Debug, Clone, Copy)]
struct Press {
    from: Point,
    to: Point,
    belongs: bool,
}

impl Prompting {
    /// Begins with the first press: about the one selected object where the options say so, else about a new one.
    pub(super) fn begin(at: Point, input: &Input<'_>) -> Step {
        let scene = input.scene;
        let replaces = scene.options.prompt_replaces_selection && scene.selection.len() == 1;
        let selected = scene.selection.first().filter(|_| replaces).and_then(|id| scene.object(id));
        let target = selected.filter(|object| object.geometry.kind().is_region());
        if target.is_some_and(|object| !scene.may_edit(&object.id)) {
            return (Gesture::Idle, Outcome::Refused(Refusal::Locked));
        }
        let class = target.map_or(scene.class, |object| object.class.as_str());
        // Said before anything is pointed at, and not after.
        if kind_for(class, scene).is_none() {
            return (Gesture::Idle, Outcome::Refused(Refusal::NoRegionOfClass));
        }
        let target = target.map(|object| (object.id.clone(), object.class.clone()));
        Self { target, marks: vec![], press: None, answer: None }.press(at, input)
    }

    pub(super) fn on(mut self, input: &Input<'_>) -> Step {
        match input.event {
            Pointer::Press(at) => self.press(at, input),
            Pointer::Drag(at) => {
                if let Some(press) = &mut self.press {
                    press.to = at;
                }
                self.keep(input)
            }
            Pointer::Release(at) => self.release(at, input),
            Pointer::Finish if self.press.is_none() => self.finish(input),
            Pointer::StepBack if self.press.is_none() => {
                self.marks.pop();
                self.ask(input)
            }
            _ => (Gesture::Prompt(Box::new(self)), Outcome::Nothing),
        }
    }

    /// Takes an answer in; `None` when it answers something that is no longer pointed at.
    pub(super) fn answer(&mut self, prompt: &Prompt, found: Segmented) -> Option<Preview> {
        if *prompt != self.prompt() {
            return None;
        }
        self.answer = Some((prompt.clone(), found));
        Some(Preview::Prompt(self.preview(None)))
    }

    fn prompt(&self) -> Prompt {
        let mut prompt = Prompt::default();
        for mark in &self.marks {
            match mark {
                Mark::Point(at, belongs) => prompt.points.push((*at, *belongs)),
                Mark::Box(bbox) => prompt.bbox = Some(*bbox),
            }
        }
        prompt
    }

    fn press(mut self, at: Point, input: &Input<'_>) -> Step {
        self.press = Some(Press { from: at, to: at, belongs: !input.modifiers.alternate });
        self.keep(input)
    }

    fn release(mut self, at: Point, input: &Input<'_>) -> Step {
        let Some(press) = self.press.take() else { return self.keep(input) };
        if !input.scene.is_click(press.from, at) {
            let Some(bbox) = boxed(press.from, at, input.scene) else {
                return self.refuse(Refusal::LeavesImage);
            };
            self.marks.push(Mark::Box(bbox));
            return self.ask(input);
        }
        let is_inside = BBox::of_image(input.scene.image).contains(press.from);
        // The second click of a double click says nothing new.
        let repeats = matches!(self.marks.last(), Some(Mark::Point(last, belongs))
            if *belongs == press.belongs && input.scene.is_click(*last, press.from));
        if is_inside && !repeats {
            self.marks.push(Mark::Point(press.from, press.belongs));
            return self.ask(input);
        }
        if self.marks.is_empty() { (Gesture::Idle, Outcome::Nothing) } else { self.keep(input) }
    }

    /// Asks what is pointed at now, unless nothing is, or it is known already.
    fn ask(self, input: &Input<'_>) -> Step {
        if self.marks.is_empty() {
            return (Gesture::Idle, Outcome::Nothing);
        }
        let preview = self.preview(self.band(input.scene));
        let asks = preview.prompt.is_askable() && !preview.is_answered;
        let outcome = if asks { Outcome::Ask(preview) } else { Outcome::Preview(Preview::Prompt(preview)) };
        (Gesture::Prompt(Box::new(self)), outcome)
    }

    fn keep(self, input: &Input<'_>) -> Step {
        let preview = Preview::Prompt(self.preview(self.band(input.scene)));
        (Gesture::Prompt(Box::new(self)), Outcome::Preview(preview))
    }

    fn refuse(self, refusal: Refusal) -> Step {
        let gesture = if self.marks.is_empty() { Gesture::Idle } else { Gesture::Prompt(Box::new(self)) };
        (gesture, Outcome::Refused(refusal))
    }

    fn preview(&self, band: Option<BBox>) -> PromptPreview {
        let prompt = self.prompt();
        let is_answered = self.answer.as_ref().is_some_and(|(answered, _)| *answered == prompt);
        // What was found for a prompt that is taken back to where it asks nothing is not what is pointed at.
        let answer = self.answer.as_ref().filter(|_| prompt.is_askable()).map(|(_, found)| found.clone());
        PromptPreview { object: self.target.as_ref().map(|(id, _)| id.clone()), prompt, band, answer, is_answered }
    }

    fn band(&self, scene: &Scene<'_>) -> Option<BBox> {
        let press = self.press.filter(|press| !scene.is_click(press.from, press.to))?;
        boxed(press.from, press.to, scene)
    }

    /// Takes over what was found; without an answer the prompt stays, to be gone on with.
    fn finish(self, input: &Input<'_>) -> Step {
        match self.finished(input) {
            Ok(edit) => (Gesture::Idle, Outcome::Edit(edit)),
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn finished(&self, input: &Input<'_>) -> Result<Edit, Refusal> {
        let prompt = self.prompt();
        if !prompt.is_askable() {
            return Err(Refusal::NothingPointedAt);
        }
        let found = self.answer.as_ref().filter(|(answered, _)| *answered == prompt).map(|(_, found)| found);
        let found = found.ok_or(Refusal::NotAnsweredYet)?;
        let mask = found.mask.clone().ok_or(Refusal::NothingFound)?;
        let class = self.target.as_ref().map_or(input.scene.class, |(_, class)| class);
        let kind = kind_for(class, input.scene).ok_or(Refusal::NoRegionOfClass)?;
        let geometry = if kind == GeometryKind::Mask {
            Geometry::Mask(mask)
        } else {
            Geometry::Mask(mask).to_polygon(TRACE_PX).map(Geometry::Polygon).ok_or(Refusal::NoArea)?
        };
        let object = self.target.as_ref().map(|(id, _)| id.clone());
        Ok(Edit::Segment { object, class: class.to_owned(), geometry, by: found.by.clone() })
    }
}

/// What a mask becomes in a class: itself where that is allowed, else a polygon; `None` where neither is.
fn kind_for(class: &str, scene: &Scene<'_>) -> Option<GeometryKind> {
    [GeometryKind::Mask, GeometryKind::Polygon].into_iter().find(|kind| (scene.allows)(class, *kind))
}

/// The part of a box that lies in the image; `None` where nothing does.
fn boxed(from: Point, to: Point, scene: &Scene<'_>) -> Option<BBox> {
    BBox::from_points(from, to).ok()?.clipped(scene.image).filter(|bbox| bbox.width() > 0.0 && bbox.height() > 0.0)
}
