//! Scripts for tests: what a person does at the canvas, one line each, and the state that comes of it.

use std::collections::BTreeSet;

use concord_geometry::{BBox, Geometry, GeometryKind, Keypoint, Mask, Point, Polygon, Rle, Size, Visibility};

use super::combine::{convert, join};
use super::transform::{Flip, fit, flip, nudge, rotate};
use super::{
    BoxBy, Modifiers, Options, Outcome, Pointer, Preview, Prompt, Refusal, Scene, Segmented, SelectionChange, Tool,
    ToolKind,
};
use crate::change::Change;
use crate::edit::{Edit, resolve};
use crate::label_set::Labels;
use crate::object::{Object, ObjectId, Origin, PromptedBy};
use crate::ontology::{Ontology, Skeleton};

/// A person at a canvas of 100 by 100 pixels, where a reach is 2 pixels.
///
/// Steps are parted by `;`: a tool's name; `press`, `to` (drag), `release`, `move`, `click`, `dbl` with a point and
/// `drag` with two or more, with `shift+`, `ctrl+`, `alt+` before them; `enter`, `back`, `esc`, `absent`; options
/// (`extremes`, `skeleton 3`, `radius 4`, `apart`, `anew`); `answer 10,10 20,20` with the pixels of a rectangle, or none,
/// to the latest prompt asked about, and `late` to the one before; `class 2`, `pick o1 o2`, `lock o1`, `hide o1`, `undo`; and what acts
/// on the selection. What is drawn is selected, as in the window.
pub(super) struct Desk {
    pub(super) labels: Labels,
    pub(super) selection: BTreeSet<ObjectId>,
    pub(super) tool: Tool,
    pub(super) options: Options,
    pub(super) done: Vec<Change>,
    pub(super) edits: usize,
    ontology: Ontology,
    class: String,
    locked: BTreeSet<ObjectId>,
    hidden: BTreeSet<ObjectId>,
    next: usize,
    refusal: Option<Refusal>,
    preview: Option<Preview>,
    asked: Vec<Prompt>,
}

pub(super) const IMAGE: Size = Size::new(100, 100);

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            labels: Labels::default(),
            selection: BTreeSet::new(),
            tool: Tool::new(ToolKind::Select),
            options: Options { brush_radius_px: 2.0, ..Options::default() },
            done: vec![],
            edits: 0,
            ontology: ontology(),
            class: "bolt".to_owned(),
            locked: BTreeSet::new(),
            hidden: BTreeSet::new(),
            next: 0,
            refusal: None,
            preview: None,
            asked: vec![],
        }
    }

    pub(super) fn run(script: &str) -> Self {
        let mut desk = Self::new();
        script.split(';').map(str::trim).filter(|step| !step.is_empty()).for_each(|step| desk.step(step));
        desk
    }

    pub(super) fn lock(&mut self, id: ObjectId) {
        self.locked.insert(id);
    }

    pub(super) fn step(&mut self, step: &str) {
        if let Some(kind) = ToolKind::ALL.into_iter().find(|kind| kind.name() == step) {
            self.tool = Tool::new(kind);
            return;
        }
        let words: Vec<&str> = step.split_whitespace().collect();
        let (held, verb) = words[0].rsplit_once('+').unwrap_or(("", words[0]));
        let modifiers =
            Modifiers { add: held.contains("shift"), snap: held.contains("ctrl"), alternate: held.contains("alt") };
        let events = events(verb, &words[1..]);
        if events.is_empty() {
            self.command(verb, &words[1..]);
        }
        for event in events {
            self.event(event, modifiers);
        }
    }

    fn command(&mut self, verb: &str, words: &[&str]) {
        let ids = || words.iter().map(|id| ObjectId((*id).to_owned()));
        match (verb, words) {
            ("extremes", _) => self.options.box_by = BoxBy::ExtremePoints,
            ("skeleton", [count]) => self.options.skeleton = count.parse().ok(),
            ("radius", [radius]) => self.options.brush_radius_px = radius.parse().expect("a radius"),
            ("apart", _) => self.options.brush_extends_selection = false,
            ("anew", _) => self.options.prompt_replaces_selection = false,
            ("answer" | "late", corners) => {
                let place = self.asked.len() - if verb == "late" { 2 } else { 1 };
                let corners: Vec<Point> = corners.iter().filter_map(|word| point(word)).collect();
                let pixels = (corners.len() == 2).then(|| BBox::from_points(corners[0], corners[1]).expect("a box"));
                self.answer(&self.asked[place].clone(), pixels);
            }
            ("class", [number]) => self.set_class(number.parse().expect("a number")),
            ("pick", _) => self.selection = ids().collect(),
            ("lock", _) => self.locked.extend(ids()),
            ("hide", _) => self.hidden.extend(ids()),
            ("undo", _) => {
                let change = self.done.pop().expect("something to undo");
                change.inverse().apply(&mut self.labels).expect("the inverse fits");
            }
            _ => {
                let selected: Vec<Object> =
                    self.labels.objects.iter().filter(|o| self.is_selected(o)).cloned().collect();
                let result = act(verb, words, &selected.iter().collect::<Vec<_>>());
                self.take(result.into());
            }
        }
    }

    /// What a model would say: the pixels of a box, or none.
    pub(super) fn answer(&mut self, prompt: &Prompt, pixels: Option<BBox>) {
        let mask = pixels
            .and_then(|b| Mask::new(Rle::of_polygon(&Polygon::from_ring(b.corners().to_vec()).ok()?, IMAGE)).ok());
        let by = PromptedBy { model: "m".to_owned(), model_sha256: "0".repeat(64), score: 0.75 };
        if let Some(preview) = self.tool.answer(prompt, Segmented { mask, by }) {
            self.preview = Some(preview);
        }
    }

    /// The prompt that was asked about last.
    pub(super) fn asked(&self) -> Option<&Prompt> {
        self.asked.last()
    }

    fn is_selected(&self, object: &Object) -> bool {
        self.selection.contains(&object.id)
    }

    fn set_class(&mut self, number: usize) {
        self.class.clone_from(&self.ontology.classes[number - 1].name);
        if !self.selection.is_empty() {
            self.edit(&Edit::SetClass(self.selection.iter().cloned().collect(), self.class.clone()));
        }
    }

    pub(super) fn event(&mut self, event: Pointer, modifiers: Modifiers) {
        let Self { labels, selection, tool, options, class, locked, hidden, ontology, .. } = self;
        let shown = || labels.objects.iter().rev().filter(|o| !hidden.contains(&o.id));
        let is_hit = |g: &Geometry, at| g.contains(at) || g.outline_distance(at) <= 1.0;
        let scene = Scene {
            objects: &labels.objects,
            selection,
            class,
            image: IMAGE,
            reach_px: 2.0,
            hits: &|at| shown().filter(|o| is_hit(&o.geometry, at)).map(|o| o.id.clone()).collect(),
            neighbours: &|_, _| shown().map(|o| o.id.clone()).collect(),
            is_locked: &|id| locked.contains(id),
            is_hidden: &|id| hidden.contains(id),
            allows: &|class, kind| ontology.class(class).is_some_and(|c| c.allows(kind)),
            options,
        };
        let outcome = tool.handle(event, modifiers, &scene);
        assert!(!matches!(outcome, Outcome::Edit(_)) || !self.tool.is_busy(), "an edit ends the gesture");
        self.take(outcome);
    }

    fn take(&mut self, outcome: Outcome) {
        // As a message on screen, a refusal stays until something else happens.
        if outcome != Outcome::Nothing {
            self.refusal = None;
        }
        match outcome {
            Outcome::Nothing => {}
            Outcome::Preview(preview) => {
                self.preview = Some(preview);
                return;
            }
            Outcome::Ask(preview) => {
                self.asked.push(preview.prompt.clone());
                self.preview = Some(Preview::Prompt(preview));
                return;
            }
            Outcome::Select(change) => change.apply(&mut self.selection),
            Outcome::Edit(edit) => self.edit(&edit),
            Outcome::Refused(refusal) => self.refusal = Some(refusal),
        }
        if !self.tool.is_busy() {
            self.preview = None;
        }
    }

    fn edit(&mut self, edit: &Edit) {
        let Self { labels, next, .. } = self;
        let mut next_id = || {
            *next += 1;
            ObjectId(format!("o{next}"))
        };
        let Some(change) = resolve(edit, labels, &self.ontology, &mut next_id) else { return };
        let before: BTreeSet<ObjectId> = labels.objects.iter().map(|o| o.id.clone()).collect();
        change.apply(labels).expect("a resolved change fits");
        let ids: BTreeSet<ObjectId> = labels.objects.iter().map(|o| o.id.clone()).collect();
        let added: Vec<ObjectId> = ids.difference(&before).cloned().collect();
        match edit {
            Edit::Draw { .. } | Edit::Segment { object: None, .. } => {
                SelectionChange::Set(added).apply(&mut self.selection);
            }
            _ => SelectionChange::Add(added).apply(&mut self.selection),
        }
        self.selection.retain(|id| ids.contains(id));
        self.done.push(change);
        self.edits += 1;
    }

    /// The objects in drawing order, selected ones with a star; then why something was refused, and `…` in the middle
    /// of a gesture.
    pub(super) fn state(&self) -> String {
        let object = |o: &Object| {
            let class = if o.class == "bolt" { String::new() } else { format!(" {}", o.class) };
            let star = if self.selection.contains(&o.id) { "*" } else { "" };
            let by = match &o.origin {
                Origin::Prompted { edited, .. } => {
                    if *edited {
                        " by m, edited"
                    } else {
                        " by m"
                    }
                }
                _ => "",
            };
            format!("{}{class}{star}{by}", text(&o.geometry))
        };
        let mut state = self.labels.objects.iter().map(object).collect::<Vec<_>>().join("; ");
        if let Some(refusal) = self.refusal {
            state = format!("{state} ! {refusal:?}");
        }
        if self.tool.is_busy() {
            state += " …";
        }
        state.trim_start().to_owned()
    }

    /// What the canvas shows besides the objects.
    pub(super) fn shown(&self) -> String {
        let Some(preview) = &self.preview else { return String::new() };
        match preview {
            Preview::New { geometry, snapped } => format!("new {}{}", text(geometry), mark(*snapped)),
            Preview::Reshaped { shapes, snapped } => {
                let shapes: Vec<String> = shapes.iter().map(|(id, g)| format!("{id} {}", text(g))).collect();
                shapes.join("; ") + &mark(*snapped)
            }
            Preview::Path(path) => {
                let next = path.next.map_or(String::new(), |next| format!(" > {}", at(next)));
                let closes = if path.closes { " closes" } else { "" };
                let snapped = if path.is_snapped { " snapped" } else { "" };
                format!("{:?} {}{next}{closes}{snapped}", path.role, line(&path.points))
            }
            Preview::Extremes { points, bbox } => format!("extremes {} in {}", line(points), text(&(*bbox).into())),
            Preview::Band { bbox, encloses } => {
                format!("{} {}", if *encloses { "encloses" } else { "touches" }, text(&(*bbox).into()))
            }
            Preview::Stroke(stroke) => {
                let object = stroke.object.as_ref().map_or("new".to_owned(), ToString::to_string);
                let changed = stroke.changed.map_or("-".to_owned(), |rect| text(&rect.to_bbox().into()));
                format!("stroke {object} {changed} fills {}", stroke.fills.len())
            }
            Preview::Points { placed, next, index } => {
                let placed: Vec<String> = placed.iter().map(keypoint).collect();
                let next = next.as_ref().map_or("-".to_owned(), keypoint);
                format!("points [{}] {index}: {next}", placed.join(" "))
            }
            Preview::Snap(place) => format!("snap {}", at(*place)),
            Preview::Prompt(shown) => {
                let mark =
                    |(place, belongs): &(Point, bool)| (if *belongs { "+" } else { "-" }).to_owned() + &at(*place);
                let mut words: Vec<String> = shown.prompt.points.iter().map(mark).collect();
                words.extend(shown.prompt.bbox.map(|bbox| text(&bbox.into())));
                words.extend(shown.band.map(|bbox| format!("band {}", text(&bbox.into()))));
                words.extend(shown.object.as_ref().map(|id| format!("for {id}")));
                if let Some(found) = &shown.answer {
                    words.push(if shown.is_answered { "=" } else { "was" }.to_owned());
                    words.push(found.mask.clone().map_or("nothing".to_owned(), |mask| text(&Geometry::Mask(mask))));
                }
                format!("prompt {}", words.join(" "))
            }
        }
    }
}

/// Bolts and nuts, faces with a template of three points, plates that are polygons, holes that are boxes.
fn ontology() -> Ontology {
    let mut ontology = Ontology::from_class_names("o", ["bolt", "nut", "face", "plate", "hole"]);
    ontology.classes[3].shapes = vec![GeometryKind::Box, GeometryKind::Polygon];
    ontology.classes[4].shapes = vec![GeometryKind::Box];
    ontology.classes[2].skeleton = Some("face".to_owned());
    let [left, nose, right] = ["left eye", "nose", "right eye"].map(str::to_owned);
    let mirror = vec![[left.clone(), right.clone()]];
    let face = Skeleton { name: "face".to_owned(), points: vec![left, nose, right], mirror, ..Skeleton::default() };
    ontology.skeletons.push(face);
    ontology
}

fn mark(snapped: Option<Point>) -> String {
    snapped.map_or(String::new(), |place| format!(" snapped {}", at(place)))
}

fn events(verb: &str, words: &[&str]) -> Vec<Pointer> {
    let points: Vec<Point> = words.iter().filter_map(|word| point(word)).collect();
    match (verb, &points[..]) {
        ("press", [at]) => vec![Pointer::Press(*at)],
        ("to", [at]) => vec![Pointer::Drag(*at)],
        ("release", [at]) => vec![Pointer::Release(*at)],
        ("move", [at]) => vec![Pointer::Move(*at)],
        ("click", [at]) => vec![Pointer::Press(*at), Pointer::Release(*at)],
        ("dbl", [at]) => {
            let click = [Pointer::Press(*at), Pointer::Release(*at)];
            [&click[..], &click, &[Pointer::DoubleClick(*at)]].concat()
        }
        ("drag", [from, .., to]) => {
            let drags = points[1..].iter().map(|at| Pointer::Drag(*at));
            [Pointer::Press(*from)].into_iter().chain(drags).chain([Pointer::Release(*to)]).collect()
        }
        ("enter", _) => vec![Pointer::Finish],
        ("back", _) => vec![Pointer::StepBack],
        ("esc", _) => vec![Pointer::Cancel],
        ("absent", _) => vec![Pointer::Absent],
        _ => vec![],
    }
}

fn act(verb: &str, words: &[&str], objects: &[&Object]) -> Result<Edit, Refusal> {
    let number = |word: &str| word.parse::<f64>().expect("a number");
    match (verb, words) {
        ("nudge", [by]) => point(by).map(|by| nudge(objects, by.x, by.y)).expect("a step"),
        ("fit", [a, b]) => {
            let bbox = point(a).zip(point(b)).and_then(|(a, b)| BBox::from_points(a, b).ok());
            fit(objects, &bbox.expect("two corners"))
        }
        ("flip", ["h"]) => flip(objects, Flip::Horizontal),
        ("flip", ["v"]) => flip(objects, Flip::Vertical),
        ("turn", [degrees]) => rotate(objects, number(degrees)),
        ("join", _) => join(objects, IMAGE),
        ("convert", words) => {
            let name = words.join(" ");
            let kind = GeometryKind::ALL.into_iter().find(|kind| kind.name() == name).expect("a kind");
            convert(objects, kind, IMAGE, 0.25)
        }
        _ => unreachable!("unknown step {verb} {words:?}"),
    }
}

fn point(word: &str) -> Option<Point> {
    let (x, y) = word.split_once(',')?;
    Some(Point::new(x.parse().ok()?, y.parse().ok()?))
}

fn number(value: f64) -> String {
    // Adding 0 makes -0 a 0.
    format!("{}", (value * 100.0).round() / 100.0 + 0.0)
}

fn at(point: Point) -> String {
    format!("{},{}", number(point.x), number(point.y))
}

fn line(points: &[Point]) -> String {
    points.iter().map(|p| at(*p)).collect::<Vec<_>>().join(" ")
}

fn keypoint(point: &Keypoint) -> String {
    match point.visibility {
        Visibility::Absent => "-".to_owned(),
        Visibility::Occluded => at(point.at) + "o",
        Visibility::Visible => at(point.at),
    }
}

fn text(geometry: &Geometry) -> String {
    let corners = |b: BBox| format!("{},{} {},{}", number(b.x1()), number(b.y1()), number(b.x2()), number(b.y2()));
    let turned = |[x, y, a, b, degrees]: [f64; 5]| {
        format!("{},{} {}x{} @{}", number(x), number(y), number(a), number(b), number(degrees))
    };
    match geometry {
        Geometry::Box(b) => format!("box {}", corners(*b)),
        Geometry::RotatedBox(b) => format!("rotated {}", turned((*b).into())),
        Geometry::Ellipse(e) => format!("ellipse {}", turned((*e).into())),
        Geometry::Polygon(p) => {
            format!("polygon {}", p.rings().iter().map(|ring| line(ring)).collect::<Vec<_>>().join(" / "))
        }
        Geometry::Polyline(l) => format!("line {}", line(l.points())),
        Geometry::Mask(m) => format!("mask {}px {}", m.rle().area_px(), corners(m.bounds())),
        Geometry::Keypoints(k) => format!("points {}", k.points().iter().map(keypoint).collect::<Vec<_>>().join(" ")),
    }
}
