//! Property tests of the tools: no stream of events breaks them, alters what is locked, or cannot be undone.

use concord_geometry::{BBox, Geometry, Keypoint, Keypoints, Point, Visibility};
use proptest::prelude::*;

use super::script::{Desk, IMAGE};
use super::{BoxBy, Modifiers, Pointer, Tool, ToolKind};
use crate::object::{Object, ObjectId, Origin};

/// Objects of every kind to begin with; the first is locked.
const START: &str = "box; drag 10,10 40,40; polygon; click 50,10; click 90,10; click 90,40; enter; \
                     rotated box; pick; drag 20,60 50,60; click 30,80; ellipse; pick; drag 60,60 90,90; \
                     skeleton 3; points; click 10,90; click 20,90; click 30,95; polyline; click 45,5; click 45,95; enter; \
                     brush; pick; drag 70,70 80,80";

/// A kind of event, a place, modifiers.
type Drawn = (u8, (f64, f64), u8);

fn place() -> impl Strategy<Value = (f64, f64)> {
    // Mostly a coarse grid on which corners, handles and first points lie, so that they are hit.
    let grid = (0u8..11, 0u8..11).prop_map(|(x, y)| (f64::from(x) * 10.0, f64::from(y) * 10.0));
    let anywhere = (-30.0..130.0f64, -30.0..130.0f64);
    prop_oneof![6 => grid, 2 => anywhere, 1 => Just((f64::NAN, 5.0)), 1 => Just((1e300, -1e300))]
}

fn stream() -> impl Strategy<Value = Vec<Drawn>> {
    prop::collection::vec((0u8..25, place(), 0u8..8), 0..60)
}

fn perform(desk: &mut Desk, (kind, (x, y), held): Drawn) {
    let at = Point::new(x, y);
    let modifiers = Modifiers { add: held & 1 > 0, snap: held & 2 > 0, alternate: held & 4 > 0 };
    let event = match kind {
        0..5 => Pointer::Press(at),
        5..9 => Pointer::Drag(at),
        9..14 => Pointer::Release(at),
        14 => Pointer::Move(at),
        15 => Pointer::DoubleClick(at),
        16 => Pointer::Cancel,
        17 => Pointer::Finish,
        18 => Pointer::StepBack,
        19 => Pointer::Absent,
        20 => {
            // Whenever it comes, to whatever was asked: a place beyond the image is answered with nothing.
            let Some(prompt) = desk.asked().cloned() else { return };
            let pixels = BBox::from_points(at, at.moved(20.0, 10.0)).ok().and_then(|bbox| bbox.clipped(IMAGE));
            desk.answer(&prompt, pixels);
            return;
        }
        21 => {
            let extremes = desk.options.box_by == BoxBy::ExtremePoints;
            desk.options.box_by = if extremes { BoxBy::Drag } else { BoxBy::ExtremePoints };
            return;
        }
        _ => {
            let tool = ToolKind::ALL[((x + y).abs() as usize % 100 + usize::from(held)) % ToolKind::ALL.len()];
            desk.tool = Tool::new(tool);
            return;
        }
    };
    let edits = desk.edits;
    desk.event(event, modifiers);
    assert!(desk.edits <= edits + 1, "one edit an event");
    assert!(desk.edits == edits || !desk.tool.is_busy(), "an edit ends the gesture");
    assert!(desk.tool.painter().is_none() || desk.tool.is_busy(), "a stroke is a gesture");
}

/// What cutting must keep: the length of a line, else the area; of an ellipse that of the polygon it is cut as.
fn measure(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::Polyline(line) => line.length_px(),
        ellipse @ Geometry::Ellipse(_) => super::combine::outline(ellipse).map_or(0.0, |p| p.area_px()),
        other => other.area_px(),
    }
}

/// The three points of a face on a grid on which mirroring is exact; at least the first has a place.
fn face() -> impl Strategy<Value = Keypoints> {
    let point = |seen: std::ops::Range<usize>| {
        (0i16..400, 0i16..400, seen).prop_map(|(x, y, seen)| {
            let at = Point::new(f64::from(x) / 4.0, f64::from(y) / 4.0);
            Keypoint { at, visibility: Visibility::ALL[seen] }
        })
    };
    (point(1..3), point(0..3), point(0..3))
        .prop_map(|(a, b, c)| Keypoints::new(vec![a, b, c]).expect("one has a place"))
}

proptest! {
    /// Twice mirrored is as before; once, the eyes have exchanged names as the flip pairs of COCO do.
    #[test]
    fn mirroring_a_face_twice_changes_nothing(face in face(), is_vertical in any::<bool>()) {
        let mut desk = Desk::new();
        let id = ObjectId("f".to_owned());
        desk.labels.objects.push(Object::new(id.clone(), Geometry::Keypoints(face.clone()), "face"));
        desk.selection.insert(id);
        let start = desk.labels.clone();
        let step = if is_vertical { "flip v" } else { "flip h" };
        desk.step(step);
        let Geometry::Keypoints(once) = &desk.labels.objects[0].geometry else { panic!("points stay points") };
        let (bounds, [left, nose, right]) = (face.bounds(), [0, 1, 2].map(|i| face.points()[i]));
        let partners = if is_vertical { [left, nose, right] } else { [right, nose, left] };
        for (point, partner) in once.points().iter().zip(partners) {
            prop_assert_eq!(point.visibility, partner.visibility);
            if point.visibility != Visibility::Absent {
                let (x, y) = (bounds.x1() + bounds.x2() - partner.at.x, bounds.y1() + bounds.y2() - partner.at.y);
                let mirrored = if is_vertical { Point::new(partner.at.x, y) } else { Point::new(x, partner.at.y) };
                prop_assert_eq!(point.at, mirrored);
            }
        }
        desk.step(step);
        prop_assert_eq!(&desk.labels, &start);
    }

    /// The pieces of every object are together as large as it was, and but for place, name and origin they are like it.
    #[test]
    fn cutting_keeps_area_length_and_all_else(line in prop::collection::vec(place(), 2..5)) {
        let mut desk = Desk::run(&format!("{START}; slice"));
        desk.lock(ObjectId("o1".to_owned()));
        for (number, object) in desk.labels.objects.iter_mut().enumerate() {
            object.group = Some(format!("g{}", number % 2));
        }
        desk.selection = desk.labels.objects.iter().map(|o| o.id.clone()).collect();
        let (start, edits) = (desk.labels.clone(), desk.edits);
        for (x, y) in line {
            desk.event(Pointer::Press(Point::new(x, y)), Modifiers::default());
            desk.event(Pointer::Release(Point::new(x, y)), Modifiers::default());
        }
        desk.event(Pointer::Finish, Modifiers::default());
        prop_assert!(desk.edits <= edits + 1);
        for whole in &start.objects {
            let is_piece = |o: &&Object| o.id == whole.id || o.origin == Origin::Copied { from: whole.id.clone() };
            let pieces: Vec<&Object> = desk.labels.objects.iter().filter(is_piece).collect();
            if let [only] = pieces[..] {
                prop_assert_eq!(only, whole);
                continue;
            }
            prop_assert!(whole.id.0 != "o1");
            let total: f64 = pieces.iter().map(|piece| measure(&piece.geometry)).sum();
            prop_assert!((total - measure(&whole.geometry)).abs() < 1e-6, "{} {:?}", total, whole.geometry);
            for piece in pieces {
                let Object { id, geometry, origin, .. } = piece.clone();
                prop_assert_eq!(piece, &Object { id, geometry, origin, ..whole.clone() });
            }
        }
        if desk.edits > edits {
            let change = desk.done.last().expect("an edit was done");
            change.inverse().apply(&mut desk.labels).expect("the inverse fits");
        }
        prop_assert_eq!(&desk.labels, &start);
    }

    #[test]
    fn any_stream_of_events_can_be_undone_and_spares_what_is_locked(kinds in stream()) {
        let mut desk = Desk::run(START);
        let locked = ObjectId("o1".to_owned());
        desk.lock(locked.clone());
        desk.done.clear();
        let start = desk.labels.clone();
        for drawn in kinds {
            perform(&mut desk, drawn);
        }
        prop_assert_eq!(desk.labels.object(&locked), start.object(&locked));
        let after = desk.labels.clone();
        for change in desk.done.iter().rev() {
            change.inverse().apply(&mut desk.labels).expect("the inverse fits");
        }
        prop_assert_eq!(&desk.labels, &start);
        for change in &desk.done {
            change.apply(&mut desk.labels).expect("redo fits");
        }
        prop_assert_eq!(&desk.labels, &after);
    }

    #[test]
    fn giving_up_leaves_everything_as_it_was(kinds in stream(), tool in 0usize..ToolKind::ALL.len()) {
        let mut desk = Desk::run(START);
        desk.tool = Tool::new(ToolKind::ALL[tool]);
        for drawn in kinds.into_iter().filter(|(kind, ..)| *kind < 21) {
            let before = desk.labels.clone();
            perform(&mut desk, drawn);
            // Whatever the event began is given up: nothing but an edit has altered anything.
            let edited = desk.labels.clone();
            let was_busy = desk.tool.is_busy();
            desk.event(Pointer::Cancel, Modifiers::default());
            prop_assert!(!desk.tool.is_busy());
            prop_assert_eq!(&desk.labels, &edited);
            prop_assert!(!was_busy || edited == before);
        }
    }
}
