//! CPU time of one frame of a canvas with many shapes (layout, shapes and tessellation, without a graphics adapter), and
//! of what a gesture changes.

use concord_geometry::{BBox, Brush, BrushMode, Geometry, Painter, Point, Polygon, Size};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasShape, CanvasState, LineStyle, LiveMask, ShapeScene};
use concord_widgets::theme::{ThemeKind, apply, categorical};
use divan::Bencher;
use egui::{Context, Pos2, RawInput, Rect, vec2};

const SIZE: Size = Size::new(4000, 3000);

fn main() {
    divan::main();
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Box,
    /// A star of 20 points.
    Polygon,
}

/// Shapes on a grid over the whole image, every fifth one dashed and every one labelled.
fn shapes(count: u32, kind: Kind) -> Vec<CanvasShape> {
    let columns = (f64::from(count) * 4.0 / 3.0).sqrt().ceil() as u32;
    let cell = f64::from(SIZE.width) / f64::from(columns);
    let geometry = |x: f64, y: f64| match kind {
        Kind::Box => BBox::new(x + 0.1 * cell, y + 0.1 * cell, x + 0.8 * cell, y + 0.7 * cell)
            .map(Geometry::Box)
            .expect("a valid box"),
        Kind::Polygon => star(Point::new(x + 0.5 * cell, y + 0.5 * cell), 0.45 * cell),
    };
    (0..count)
        .map(|index| {
            let (x, y) = (f64::from(index % columns) * cell, f64::from(index / columns) * cell);
            let style = if index % 5 == 0 { LineStyle::Dashed } else { LineStyle::Solid };
            CanvasShape {
                style,
                label: Some(format!("object {}", index % 12)),
                ..CanvasShape::new(u64::from(index), geometry(x, y), categorical(index as usize))
            }
        })
        .collect()
}

fn star(center: Point, radius: f64) -> Geometry {
    let point = |i: u32| {
        let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / 20.0).sin_cos();
        let r = if i.is_multiple_of(2) { radius } else { 0.6 * radius };
        center.moved(r * cos, r * sin)
    };
    Geometry::Polygon(Polygon::from_ring((0..20).map(point).collect()).expect("twenty points"))
}

fn scene(count: u32, kind: Kind) -> ShapeScene {
    let mut scene = ShapeScene::new();
    scene.set(&shapes(count, kind));
    scene
}

/// A canvas, and the frames it is shown in.
struct Desk {
    ctx: Context,
    image: CanvasImage,
    scene: ShapeScene,
    state: CanvasState,
}

impl Desk {
    /// A view that shows about `in_sight` of `count` shapes, or all of them.
    fn new(count: u32, kind: Kind, in_sight: Option<u32>) -> Self {
        let mut state = CanvasState::new();
        if let Some(in_sight) = in_sight {
            let share = (f64::from(in_sight) / f64::from(count)).sqrt();
            let (width, height) = (f64::from(SIZE.width) * share, f64::from(SIZE.height) * share);
            let part = BBox::new(1000.0, 800.0, 1000.0 + width, 800.0 + height).expect("a valid box");
            state.show_box(part);
        }
        let bytes = vec![90; SIZE.area_px() as usize * 3];
        let image = CanvasImage::from_rgb8(1, SIZE, &bytes).expect("the bytes fit");
        let ctx = Context::default();
        apply(&ctx, ThemeKind::Dark);
        let mut desk = Self { ctx, image, scene: scene(count, kind), state };
        // Enough frames for all the detail that the zoom asks for.
        let visible = (0..20).map(|_| desk.frame()).last().unwrap_or_default();
        assert!(in_sight.is_some() || visible == count as usize, "all are in sight when zoomed out");
        assert!(in_sight.is_none_or(|wanted| visible.abs_diff(wanted as usize) <= wanted as usize / 2), "{visible}");
        desk
    }

    fn frame(&mut self) -> usize {
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 1000.0)));
        let mut visible = 0;
        let output = self.ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, |ui| {
            let canvas = Canvas::new("Image").image(Some(&self.image)).scene(&mut self.scene);
            visible = canvas.show(ui, &mut self.state).visible_shapes;
        });
        let shapes = output.shapes.clone();
        output.drop_without_applying_deltas();
        divan::black_box(self.ctx.tessellate(shapes, 1.0));
        visible
    }
}

/// A canvas without shapes: what the others are to be compared with.
#[divan::bench]
fn empty(bencher: Bencher<'_, '_>) {
    let mut desk = Desk::new(0, Kind::Box, None);
    bencher.bench_local(|| desk.frame());
}

#[divan::bench(args = [1_000, 10_000, 50_000])]
fn boxes_zoomed_out(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Box, None);
    bencher.bench_local(|| desk.frame());
}

#[divan::bench(args = [10_000])]
fn boxes_zoomed_to_100(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Box, Some(100));
    bencher.bench_local(|| desk.frame());
}

#[divan::bench(args = [50_000])]
fn polygons_zoomed_out(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Polygon, None);
    bencher.bench_local(|| desk.frame());
}

#[divan::bench(args = [50_000])]
fn polygons_zoomed_to_100(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Polygon, Some(100));
    bencher.bench_local(|| desk.frame());
}

/// Zooming in and out by a factor of four, so that detail is drawn anew in each frame.
#[divan::bench(args = [50_000])]
fn polygons_while_zooming(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Polygon, None);
    let mut is_in = false;
    bencher.bench_local(|| {
        is_in = !is_in;
        desk.state.zoom_by(if is_in { 4.0 } else { 0.25 });
        desk.frame()
    });
}

/// Waits until the shapes of the scene before last are freed: nobody opens a sample ten times a second.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(600));
}

/// The first frame after another sample was opened.
#[divan::bench(args = [50_000], sample_count = 20)]
fn polygons_first_frame(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(1, Kind::Polygon, None);
    let shapes = shapes(count, Kind::Polygon);
    bencher.with_inputs(settle).bench_local_values(|()| {
        desk.scene = ShapeScene::new();
        desk.scene.set(&shapes);
        desk.frame()
    });
}

/// The same where the shapes are handed over, as the app does.
#[divan::bench(args = [50_000], sample_count = 20)]
fn polygons_first_frame_handed_over(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(1, Kind::Polygon, None);
    let shapes = shapes(count, Kind::Polygon);
    let input = || {
        settle();
        shapes.clone()
    };
    bencher.with_inputs(input).bench_local_values(|shapes| {
        desk.scene = ShapeScene::new();
        desk.scene.hand_over(shapes);
        desk.frame()
    });
}

/// Dragging one of many: it is replaced, and a frame drawn.
#[divan::bench(args = [50_000])]
fn replace_one_and_draw(bencher: Bencher<'_, '_>, count: u32) {
    let mut desk = Desk::new(count, Kind::Polygon, Some(100));
    let mut shape = desk.scene.get(12_345).expect("it is there").clone();
    bencher.bench_local(|| {
        shape.geometry = shape.geometry.moved(0.01, 0.0).expect("a polygon can always be moved");
        desk.scene.insert(shape.clone());
        desk.frame()
    });
}

#[divan::bench(args = [50_000])]
fn replace_one(bencher: Bencher<'_, '_>, count: u32) {
    let mut scene = scene(count, Kind::Polygon);
    let shape = scene.get(12_345).expect("it is there").clone();
    let moved = CanvasShape { geometry: shape.geometry.moved(3.0, 0.0).expect("a polygon"), ..shape.clone() };
    let mut is_moved = false;
    bencher.bench_local(|| {
        is_moved = !is_moved;
        scene.insert(if is_moved { moved.clone() } else { shape.clone() });
    });
}

/// Handing over all shapes again when nothing changed.
#[divan::bench(args = [10_000, 50_000])]
fn set_without_change(bencher: Bencher<'_, '_>, count: u32) {
    let shapes = shapes(count, Kind::Polygon);
    let mut scene = scene(count, Kind::Polygon);
    bencher.bench_local(|| scene.set(&shapes));
}

/// Finding what lies under the pointer.
#[divan::bench(args = [10_000, 50_000])]
fn hit_test(bencher: Bencher<'_, '_>, count: u32) {
    let scene = scene(count, Kind::Polygon);
    let mut at = Point::new(2000.0, 1500.0);
    bencher.bench_local(|| {
        at = if at.x < 3000.0 { at.moved(1.7, 0.3) } else { Point::new(1000.0, 900.0) };
        scene.at(at, 3.0)
    });
}

/// A dab of 100 pixels across on a mask of 4000 × 4000: the brush itself, and what the canvas is told.
#[divan::bench]
fn brush_dab(bencher: Bencher<'_, '_>) {
    let size = Size::new(4000, 4000);
    let live = LiveMask::new(size);
    let mut painter = Painter::new(size, Brush { radius_px: 50.0, mode: BrushMode::Paint });
    let mut step = 0;
    bencher.bench_local(|| {
        step = (step + 1) % 400;
        let at = Point::new(100.0 + 9.0 * f64::from(step), 2000.0 + f64::from(step % 37));
        if let Some(rect) = painter.dab_to(at) {
            live.update(rect, painter.runs_of(rect.x1..rect.x2));
        }
    });
}
