//! Tools: pure state machines over pointer events in image space. A gesture ends in at most one edit.

use concord_geometry::{BBox, Handle, Point, hit_handle};

use crate::edit::Edit;
use crate::object::{Object, ObjectId};

/// Which tool is in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToolKind {
    /// Select, move and resize.
    Select,
    /// Draw a box.
    Box,
}

/// What the pointer did, in image pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pointer {
    /// The button went down.
    Press(Point),
    /// The pointer moved with the button down.
    Drag(Point),
    /// The button went up.
    Release(Point),
    /// The gesture was given up (Escape, loss of focus).
    Cancel,
}

/// What a tool sees while it handles an event.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Objects in drawing order, the topmost last.
    pub objects: &'a [Object],
    /// The selected object.
    pub selected: Option<&'a ObjectId>,
    /// The class a new object gets.
    pub class: &'a str,
    /// How near the pointer must come to a handle or an edge, in image pixels (a constant distance on screen).
    pub reach_px: f64,
}

/// What a tool wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// Show this box while the gesture goes on; with an id, in place of that object.
    Preview(Option<ObjectId>, BBox),
    /// Make this object the selection, or clear the selection.
    Select(Option<ObjectId>),
    /// The gesture is over; carry this out.
    Edit(Edit),
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Drawing { from: Point },
    Moving { id: ObjectId, start: BBox, from: Point },
    Resizing { id: ObjectId, start: BBox, handle: Handle },
}

/// A tool with the gesture it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    kind: ToolKind,
    state: State,
}

impl Tool {
    /// A tool at rest.
    pub fn new(kind: ToolKind) -> Self {
        Self { kind, state: State::Idle }
    }

    /// Which tool it is.
    pub fn kind(&self) -> ToolKind {
        self.kind
    }

    /// True while a gesture is going on.
    pub fn is_busy(&self) -> bool {
        self.state != State::Idle
    }

    /// Handles one pointer event.
    pub fn handle(&mut self, event: Pointer, scene: &Scene<'_>) -> Outcome {
        match event {
            Pointer::Press(at) => self.press(at, scene),
            Pointer::Drag(at) => self.preview(at),
            Pointer::Release(at) => self.release(at, scene),
            Pointer::Cancel => {
                self.state = State::Idle;
                Outcome::Nothing
            }
        }
    }

    fn press(&mut self, at: Point, scene: &Scene<'_>) -> Outcome {
        let selected = scene.selected.and_then(|id| scene.objects.iter().find(|o| &o.id == id));
        if let Some(object) = selected
            && let Some(handle) = hit_handle(&object.bbox, at, scene.reach_px)
        {
            self.state = State::Resizing { id: object.id.clone(), start: object.bbox, handle };
            return Outcome::Nothing;
        }
        if self.kind == ToolKind::Box {
            self.state = State::Drawing { from: at };
            return Outcome::Nothing;
        }
        match object_at(scene, at) {
            Some(object) => {
                self.state = State::Moving { id: object.id.clone(), start: object.bbox, from: at };
                Outcome::Select(Some(object.id.clone()))
            }
            None => Outcome::Select(None),
        }
    }

    fn shape(&self, at: Point) -> Option<(Option<ObjectId>, BBox)> {
        match &self.state {
            State::Idle => None,
            State::Drawing { from } => BBox::from_points(*from, at).ok().map(|b| (None, b)),
            State::Moving { id, start, from } => Some((Some(id.clone()), start.moved(at.x - from.x, at.y - from.y))),
            State::Resizing { id, start, handle } => Some((Some(id.clone()), handle.dragged(start, at))),
        }
    }

    fn preview(&self, at: Point) -> Outcome {
        self.shape(at).map_or(Outcome::Nothing, |(id, bbox)| Outcome::Preview(id, bbox))
    }

    fn release(&mut self, at: Point, scene: &Scene<'_>) -> Outcome {
        let shape = self.shape(at);
        let state = std::mem::replace(&mut self.state, State::Idle);
        let Some((id, bbox)) = shape else { return Outcome::Nothing };
        match (state, id) {
            (State::Drawing { from }, _) if from.distance(at) <= scene.reach_px || bbox.is_degenerate() => {
                // A click, not a drag: it picks what lies under the pointer.
                Outcome::Select(object_at(scene, at).map(|o| o.id.clone()))
            }
            (State::Drawing { .. }, _) => Outcome::Edit(Edit::Draw { bbox, class: scene.class.to_owned() }),
            (State::Moving { start, .. } | State::Resizing { start, .. }, Some(id)) if bbox != start => {
                Outcome::Edit(Edit::Reshape { id, bbox })
            }
            _ => Outcome::Nothing,
        }
    }
}

/// The object under a point: the smallest that holds it, the topmost among equals, so that a small object inside a
/// large one can be picked.
fn object_at<'a>(scene: &Scene<'a>, at: Point) -> Option<&'a Object> {
    let near = |o: &&Object| {
        let reach = scene.reach_px * 0.5;
        let grown = BBox::new(o.bbox.x1() - reach, o.bbox.y1() - reach, o.bbox.x2() + reach, o.bbox.y2() + reach);
        grown.is_ok_and(|b| b.contains(at))
    };
    scene.objects.iter().rev().filter(near).min_by(|a, b| a.bbox.area_px().total_cmp(&b.bbox.area_px()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label_set::Labels;
    use crate::ontology::Ontology;

    /// Runs a script such as `"box; drag 10,10 50,40; select; drag 20,20 25,25"` and shows the objects' corners.
    fn run(script: &str) -> String {
        let ontology = Ontology::from_class_names("o", ["bolt"]);
        let (mut labels, mut selected, mut next) = (Labels::default(), None, 0);
        let mut tool = Tool::new(ToolKind::Select);
        for step in script.split(';').map(str::trim) {
            let point = |text: &str| {
                let (x, y) = text.split_once(',').expect("x,y");
                Point::new(x.parse().expect("a number"), y.parse().expect("a number"))
            };
            let events = match step.split_whitespace().collect::<Vec<_>>()[..] {
                ["box"] => {
                    tool = Tool::new(ToolKind::Box);
                    vec![]
                }
                ["select"] => {
                    tool = Tool::new(ToolKind::Select);
                    vec![]
                }
                ["cancel"] => vec![Pointer::Cancel],
                ["press", at] => vec![Pointer::Press(point(at))],
                ["click", at] => vec![Pointer::Press(point(at)), Pointer::Release(point(at))],
                ["drag", from, to] => {
                    vec![Pointer::Press(point(from)), Pointer::Drag(point(to)), Pointer::Release(point(to))]
                }
                _ => unreachable!("unknown step {step}"),
            };
            for event in events {
                let objects = labels.objects.clone();
                let scene = Scene { objects: &objects, selected: selected.as_ref(), class: "bolt", reach_px: 2.0 };
                match tool.handle(event, &scene) {
                    Outcome::Select(id) => selected = id,
                    Outcome::Edit(edit) => {
                        let mut next_id = || {
                            next += 1;
                            ObjectId(format!("o{next}"))
                        };
                        let change = crate::edit::resolve(&edit, &labels, &ontology, &mut next_id);
                        change.expect("an edit does something").apply(&mut labels).expect("it fits");
                    }
                    Outcome::Preview(..) | Outcome::Nothing => {}
                }
            }
        }
        let show = |o: &Object| format!("{},{} {},{}", o.bbox.x1(), o.bbox.y1(), o.bbox.x2(), o.bbox.y2());
        let chosen = selected.map_or(String::new(), |id| format!(" *{id}"));
        labels.objects.iter().map(show).collect::<Vec<_>>().join("; ") + &chosen
    }

    #[test]
    fn tools_do_what_their_scripts_say() {
        for (script, expect) in [
            ("box; drag 10,10 50,40", "10,10 50,40"),
            ("box; drag 50,40 10,10", "10,10 50,40"),
            ("box; click 10,10", ""),
            ("box; press 10,10; cancel; drag 1,1 9,9", "1,1 9,9"),
            ("box; drag 10,10 50,40; select; drag 20,20 25,30", "15,20 55,50 *o1"),
            ("box; drag 10,10 50,40; select; click 20,20; drag 50,40 60,45", "10,10 60,45 *o1"),
            ("box; drag 10,10 50,40; click 20,20; drag 50,25 70,25", "10,10 70,40 *o1"),
            ("box; drag 0,0 90,90; drag 20,20 40,40; select; click 30,30", "0,0 90,90; 20,20 40,40 *o2"),
            ("box; drag 10,10 50,40; select; click 20,20; click 80,80", "10,10 50,40"),
        ] {
            assert_eq!(run(script), expect, "{script}");
        }
    }
}
