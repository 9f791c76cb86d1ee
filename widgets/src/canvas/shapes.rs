//! Shapes over an image: what a caller says of one; the scene that keeps, draws and finds them; and what is drawn by hand
//! over them while something is being edited.

pub(super) mod chunks;
mod crew;
mod draft;
mod draw;
mod fill;
mod handles;
mod hit;
pub(super) mod instances;
mod labels;
pub(super) mod live;
mod marks;
mod mask;
mod place;
mod scene;

use std::sync::Arc;

use concord_geometry::{BBox, Geometry, Point, View};
use egui::{Color32, Painter, Rect, pos2};

use super::gpu::shapes::ScenePaint;

pub use draft::{Draft, paint_draft, paint_preview};
pub use handles::{
    KeypointLook, ROTATION_STEM, paint_box_handles, paint_handles, paint_keypoints, paint_rotated_handles,
    paint_vertices, rotation_handle,
};
pub use live::LiveMask;
pub use marks::{
    paint_brush, paint_crosshair, paint_prompt_point, paint_rubber_band, paint_ruler, paint_snap_marker, paint_words,
};
pub use scene::ShapeScene;

/// Width of an ordinary line, in screen points.
pub const LINE_WIDTH: f32 = 1.5;
/// Side of a handle, in screen points; a reach of [`HANDLE_REACH`] around its middle feels right.
pub const HANDLE_SIDE: f32 = 8.0;
/// How far from a handle a press still takes it, in screen points.
pub const HANDLE_REACH: f32 = 7.0;

/// Width of the line of a hovered or selected shape, in screen points.
pub(super) const STAND_OUT_WIDTH: f32 = LINE_WIDTH + 1.0;
/// Opacity of the fill of a hovered or selected region.
pub(super) const STAND_OUT_FILL: f32 = 0.12;
/// Strength of the colours of a dimmed shape.
pub(super) const FAINT: f32 = 0.35;

/// How the line of a shape is drawn: a second channel beside its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LineStyle {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes: not yet certain.
    Dashed,
    /// Dots.
    Dotted,
    /// Long dashes with a dot between them.
    DashDot,
}

impl LineStyle {
    /// All styles, in the order to give them to annotators.
    pub const ALL: [Self; 4] = [Self::Solid, Self::Dashed, Self::Dotted, Self::DashDot];
}

/// A shape to draw over the image.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four states that do not exclude one another, each shown in its own way"
)]
pub struct CanvasShape {
    /// What the caller knows it by.
    pub id: u64,
    /// Where it is, in image pixels.
    pub geometry: Geometry,
    /// Its colour.
    pub color: Color32,
    /// Its line.
    pub style: LineStyle,
    /// Text beside it, shown when the shape is large enough on the screen, hovered or selected.
    pub label: Option<String>,
    /// Drawn on top, thicker, with handles where it is the only one.
    pub selected: bool,
    /// Drawn on top, thicker.
    pub hovered: bool,
    /// Drawn faintly.
    pub dimmed: bool,
    /// Shown with a padlock beside its label, and without handles.
    pub locked: bool,
    /// Opacity of the fill of a region, in `[0, 1]`; holes stay open. `None` leaves it unfilled.
    pub fill: Option<f32>,
    /// Which keypoints are joined by a line: pairs of places in the list of points.
    pub links: Option<Arc<[[u16; 2]]>>,
}

impl CanvasShape {
    /// A shape with an unbroken line, unfilled, without label, in no special state.
    pub fn new(id: u64, geometry: impl Into<Geometry>, color: Color32) -> Self {
        Self {
            id,
            geometry: geometry.into(),
            color,
            style: LineStyle::Solid,
            label: None,
            selected: false,
            hovered: false,
            dimmed: false,
            locked: false,
            fill: None,
            links: None,
        }
    }

    /// How far above others it is drawn: hovered 1, selected 2, both 3.
    pub(super) fn rank(&self) -> usize {
        usize::from(self.hovered) + 2 * usize::from(self.selected)
    }

    /// True when both look the same but for standing out and for the words of the label.
    fn is_drawn_like(&self, other: &Self) -> bool {
        self.color == other.color
            && self.style == other.style
            && self.dimmed == other.dimmed
            && self.locked == other.locked
            && self.fill == other.fill
            && self.links == other.links
            && self.label.is_some() == other.label.is_some()
            && self.geometry == other.geometry
    }
}

/// The shapes of a point among a few, topmost first, in the order of [`ShapeScene::at`]; among many ask a scene.
pub fn shapes_at(shapes: &[CanvasShape], point_in_image: Point, reach: f64) -> Vec<u64> {
    let mut hits: Vec<(usize, f64, usize)> = shapes
        .iter()
        .enumerate()
        .filter(|(_, shape)| hit::is_hit(shape, None, point_in_image, reach))
        .map(|(index, shape)| (shape.rank(), shape.geometry.area_px(), index))
        .collect();
    hits.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
    hits.into_iter().map(|(_, _, index)| shapes[index].id).collect()
}

/// Draws a scene with its labels; `view` is in screen points and the painter's clip rectangle is what is visible.
/// Returns how many shapes are visible, and whether another frame is needed to draw them as finely as the zoom asks for.
pub(super) fn paint_scene(painter: &Painter, view: &View, scene: &mut ShapeScene) -> (usize, bool) {
    let clip = painter.clip_rect();
    let sight = scene.in_sight(view, clip);
    if sight.layers.iter().any(|layer| !layer.is_empty()) {
        painter.add(ScenePaint::new(sight.layers, *view).into_shape(clip));
    }
    labels::paint(painter, view, scene, sight.labelled);
    (sight.count, sight.is_unfinished)
}

/// Draws the handles of the only selected shape, unless it is locked.
pub(super) fn paint_scene_handles(painter: &Painter, view: &View, scene: &ShapeScene) {
    if let Some(shape) = scene.editable() {
        paint_handles(painter, view, &shape.geometry);
    }
}

/// A box of the image on the screen, cut off a little outside `clip` so that large zooms stay exact.
pub(crate) fn screen_rect(view: &View, bbox: &BBox, clip: Rect) -> Rect {
    let around = clip.expand(32.0);
    let on_screen = view.screen_box(bbox);
    let x = |value: f64| value.clamp(f64::from(around.min.x), f64::from(around.max.x)) as f32;
    let y = |value: f64| value.clamp(f64::from(around.min.y), f64::from(around.max.y)) as f32;
    Rect::from_min_max(pos2(x(on_screen.x1()), y(on_screen.y1())), pos2(x(on_screen.x2()), y(on_screen.y2())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a valid test box")
    }

    #[test]
    fn the_smallest_box_under_the_pointer_comes_first() {
        let shape = |id, b| CanvasShape::new(id, b, Color32::RED);
        let mut shapes = vec![
            shape(1, bbox(0.0, 0.0, 100.0, 100.0)),
            shape(2, bbox(10.0, 10.0, 20.0, 20.0)),
            shape(3, bbox(10.0, 10.0, 20.0, 20.0)),
            shape(4, bbox(50.0, 50.0, 60.0, 60.0)),
        ];
        let check = |shapes: &[CanvasShape], at: Point, reach: f64, expected: &[u64]| {
            assert_eq!(shapes_at(shapes, at, reach), expected);
            let mut scene = ShapeScene::new();
            scene.set(shapes);
            assert_eq!(scene.at(at, reach), expected);
        };
        check(&shapes, Point::new(15.0, 15.0), 0.0, &[3, 2, 1]);
        check(&shapes, Point::new(21.0, 15.0), 2.0, &[3, 2, 1]);
        shapes[0].selected = true;
        check(&shapes, Point::new(15.0, 15.0), 0.0, &[1, 3, 2]);
        check(&shapes, Point::new(-15.0, 15.0), 0.0, &[]);
    }

    #[test]
    fn many_shapes_at_once_make_the_scene_that_they_make_one_by_one() {
        let shape = |id: u64| {
            let (x, y) = ((id * 7919 % 4000) as f64, (id * 104_729 % 3000) as f64);
            let side = 5.0 + (id % 37) as f64;
            let shape = CanvasShape::new(id, bbox(x, y, x + side, y + side), Color32::RED);
            CanvasShape { selected: id % 500 == 3, ..shape }
        };
        // Some ids come twice, the second time elsewhere.
        let again = (0..40).map(|n| CanvasShape { id: n * 70, ..shape(5000 + n) });
        let shapes: Vec<CanvasShape> = (0..3000).map(shape).chain(again).collect();
        let mut slow = ShapeScene::new();
        for some in shapes.chunks(1000) {
            for shape in some {
                slow.remove(shape.id);
                slow.insert(shape.clone());
            }
        }
        let (mut lent, mut handed_over) = (ShapeScene::new(), ShapeScene::new());
        lent.set(&shapes);
        handed_over.hand_over(shapes.clone());
        let all = bbox(-10.0, -10.0, 5000.0, 5000.0);
        for scene in [&lent, &handed_over] {
            assert_eq!((scene.len(), scene.within(&all)), (slow.len(), slow.within(&all)));
            for i in 0..300 {
                let at = Point::new(f64::from(i * 13 % 4000), f64::from(i * 31 % 3000));
                assert_eq!(scene.at(at, 4.0), slow.at(at, 4.0), "{at:?}");
            }
        }
        let view = View { scale: 0.5, origin: Point::default() };
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(800.0, 600.0));
        let seen = |scene: &mut ShapeScene| scene.in_sight(&view, clip).count;
        assert_eq!([seen(&mut lent), seen(&mut handed_over)], [seen(&mut slow); 2]);
        // What is there already is told by comparison, and single shapes are changed as ever.
        let before = lent.generation();
        lent.set(&shapes[40..]);
        handed_over.hand_over(shapes[40..].to_vec());
        assert!(lent.generation() > before && lent.within(&all) == handed_over.within(&all));
        let in_sight = lent.within(&bbox(0.0, 0.0, 1500.0, 1100.0));
        lent.remove(in_sight[0]);
        assert_eq!((lent.len(), seen(&mut lent)), (handed_over.len() - 1, seen(&mut handed_over) - 1));
    }
}
