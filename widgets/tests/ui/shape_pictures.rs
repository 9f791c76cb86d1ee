//! Shapes of every kind as the graphics adapter draws them: places to the pixel, and a few pictures to look at.

use crate::common::{bbox, drawing, ground, image, scene};
use concord_geometry::{
    BBox, Ellipse, Geometry, Keypoints, Mask, PixelRect, Point, Polygon, Polyline, Rle, RotatedBox, Size, View,
};
use concord_widgets::canvas::{
    Canvas, CanvasImage, CanvasShape, CanvasState, Draft, KeypointLook, LineStyle, LiveMask, ShapeScene,
    paint_box_handles, paint_brush, paint_draft, paint_handles, paint_keypoints, paint_rubber_band, paint_ruler,
    paint_snap_marker,
};
use concord_widgets::theme::{ThemeKind, categorical};
use egui::Color32;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

const BUDGET: u64 = 64 << 20;

struct Desk {
    image: CanvasImage,
    scene: ShapeScene,
    live: Option<(LiveMask, Color32)>,
    preview: Option<BBox>,
    state: CanvasState,
}

fn desk(size: [f32; 2], image: CanvasImage, view: Option<View>) -> Harness<'static, Desk> {
    let mut state = CanvasState::new();
    if let Some(view) = view {
        state.set_view(view);
    }
    let (builder, _) = drawing(size, ThemeKind::Dark, BUDGET);
    builder.build_ui_state(
        |ui, desk: &mut Desk| {
            ground(ui);
            Canvas::new("Image canvas")
                .image(Some(&desk.image))
                .scene(&mut desk.scene)
                .live_mask(desk.live.as_ref().map(|(mask, color)| (mask, *color)))
                .preview(desk.preview.map(|b| (b, Color32::RED)))
                .minimap(false)
                .show(ui, &mut desk.state);
        },
        Desk { image, scene: ShapeScene::new(), live: None, preview: None, state },
    )
}

fn points(numbers: &[[f64; 2]]) -> Vec<Point> {
    numbers.iter().map(|[x, y]| Point::new(*x, *y)).collect()
}

fn polygon(rings: &[&[[f64; 2]]]) -> Geometry {
    Geometry::Polygon(Polygon::new(rings.iter().map(|ring| points(ring)).collect()).expect("a polygon"))
}

/// A mask of the pixels that a function names.
fn mask(size: Size, is_set: impl Fn(f64, f64) -> bool) -> Geometry {
    let pixels: Vec<bool> = (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .map(|(x, y)| is_set(f64::from(x) + 0.5, f64::from(y) + 0.5))
        .collect();
    let rle = Rle::from_row_major(size.width, size.height, &pixels);
    Geometry::Mask(Mask::new(rle).expect("some foreground"))
}

fn ring_mask(x: f64, y: f64, outer: f64, inner: f64) -> Geometry {
    mask(Size::new(320, 200), move |px, py| (inner..outer).contains(&(px - x).hypot(py - y)))
}

fn pose() -> CanvasShape {
    let numbers = [
        [40.0, 130.0, 2.0],
        [60.0, 120.0, 2.0],
        [80.0, 134.0, 1.0],
        [58.0, 150.0, 2.0],
        [46.0, 184.0, 1.0],
        [0.0, 0.0, 0.0],
    ];
    let keypoints = Keypoints::try_from(numbers.concat()).expect("keypoints");
    CanvasShape {
        links: Some([[0, 1], [1, 2], [1, 3], [3, 4], [3, 5]].into()),
        label: Some("person".to_owned()),
        ..CanvasShape::new(6, Geometry::Keypoints(keypoints), categorical(3))
    }
}

/// One shape of each kind, in every line style, some of them filled, over bright, dark and busy parts of the picture.
fn one_of_each() -> Vec<CanvasShape> {
    let turned = RotatedBox::new(Point::new(60.0, 40.0), 70.0, 30.0, 25.0).expect("a box");
    let frame = polygon(&[
        &[[110.0, 12.0], [190.0, 20.0], [196.0, 84.0], [120.0, 92.0]],
        &[[130.0, 32.0], [172.0, 36.0], [176.0, 66.0], [136.0, 72.0]],
        &[[146.0, 44.0], [160.0, 46.0], [154.0, 60.0]],
    ]);
    let line = Polyline::new(points(&[[205.0, 20.0], [240.0, 80.0], [262.0, 16.0], [310.0, 70.0]])).expect("a line");
    let ellipse = Ellipse::new(Point::new(270.0, 150.0), 36.0, 20.0, 320.0).expect("an ellipse");
    let shape = |id: u64, geometry: Geometry, label: &str| CanvasShape {
        label: Some(label.to_owned()),
        ..CanvasShape::new(id, geometry, categorical(id as usize))
    };
    vec![
        CanvasShape { style: LineStyle::Dashed, ..shape(0, Geometry::RotatedBox(turned), "pallet") },
        CanvasShape { fill: Some(0.35), ..shape(1, frame, "frame") },
        CanvasShape { style: LineStyle::Dotted, ..shape(2, Geometry::Polyline(line), "crack") },
        CanvasShape { fill: Some(0.4), ..shape(4, ring_mask(140.0, 148.0, 34.0, 16.0), "ring") },
        CanvasShape { style: LineStyle::DashDot, locked: true, ..shape(5, Geometry::Ellipse(ellipse), "lens") },
        pose(),
        CanvasShape { style: LineStyle::DashDot, ..shape(7, bbox(188.0, 108.0, 226.0, 190.0).into(), "can") },
        CanvasShape { dimmed: true, ..shape(8, bbox(8.0, 70.0, 100.0, 108.0).into(), "faint") },
        CanvasShape { style: LineStyle::Dotted, hovered: true, ..shape(3, bbox(6.0, 4.0, 28.0, 30.0).into(), "cap") },
    ]
}

#[test]
fn shapes_of_every_kind() {
    let mut harness = desk([660.0, 420.0], scene(), None);
    harness.state_mut().scene.set(&one_of_each());
    harness.run();
    harness.snapshot("shapes_of_every_kind");
}

#[test]
fn shapes_zoomed_in() {
    let mut harness = desk([480.0, 320.0], scene(), None);
    harness.state_mut().scene.set(&one_of_each());
    harness.run();
    harness.state_mut().state.zoom_to(1200.0);
    harness.state_mut().state.center_on(Point::new(164.0, 140.0));
    harness.run();
    harness.snapshot("shapes_zoomed_in");
}

#[test]
fn drafts_and_handles() {
    let (builder, _) = drawing([660.0, 420.0], ThemeKind::Dark, BUDGET);
    let picture = scene();
    let mut harness = builder.build_ui_state(
        move |ui, state: &mut CanvasState| {
            ground(ui);
            Canvas::new("Image canvas").image(Some(&picture)).paint_over(&paint_tools).show(ui, state);
        },
        CanvasState::new(),
    );
    harness.run();
    harness.snapshot("drafts_and_handles");
}

/// What tools draw, all at once.
fn paint_tools(painter: &egui::Painter, view: &View) {
    let color = categorical(1);
    let turned = RotatedBox::new(Point::new(50.0, 50.0), 60.0, 30.0, 340.0).expect("a box");
    paint_draft(painter, view, &Draft::RotatedBox(turned), color);
    paint_handles(painter, view, &Geometry::RotatedBox(turned));
    let ring = points(&[[110.0, 20.0], [160.0, 16.0], [150.0, 60.0], [120.0, 70.0]]);
    paint_draft(painter, view, &Draft::Polygon { points: &ring, pointer: None, closes: true }, categorical(2));
    let open = points(&[[180.0, 20.0], [215.0, 30.0], [200.0, 60.0]]);
    let pointer = Some(Point::new(184.0, 70.0));
    paint_draft(painter, view, &Draft::Polygon { points: &open, pointer, closes: false }, categorical(0));
    paint_handles(painter, view, &polygon(&[&[[236.0, 12.0], [300.0, 20.0], [292.0, 60.0], [240.0, 50.0]]]));
    paint_box_handles(painter, view, &bbox(246.0, 72.0, 300.0, 96.0));
    let ellipse = Ellipse::new(Point::new(50.0, 150.0), 36.0, 20.0, 20.0).expect("an ellipse");
    paint_draft(painter, view, &Draft::Ellipse(ellipse), categorical(3));
    let pose = pose();
    if let Geometry::Keypoints(keypoints) = pose.geometry.moved(70.0, -10.0).expect("it can be moved") {
        let names = ["nose", "neck", "hand", "hip", "foot"].map(str::to_owned);
        let links = [[0, 1], [1, 2], [1, 3], [3, 4]];
        let look = KeypointLook { color: pose.color, names: &names, links: &links, active: Some(2) };
        paint_keypoints(painter, view, &keypoints, &look);
    }
    paint_brush(painter, view, Point::new(200.0, 120.0), 14.0, false);
    paint_brush(painter, view, Point::new(200.0, 165.0), 14.0, true);
    paint_rubber_band(painter, view, &BBox::new(226.0, 108.0, 262.0, 140.0).expect("a box"));
    paint_ruler(painter, view, Point::new(226.0, 184.0), Point::new(286.0, 152.0));
    paint_snap_marker(painter, view, Point::new(300.0, 120.0));
}

#[test]
fn a_live_mask_over_the_picture() {
    let mut harness = desk([480.0, 320.0], scene(), None);
    let Geometry::Mask(ring) = ring_mask(160.0, 100.0, 70.0, 30.0) else { unreachable!("a mask") };
    let live = LiveMask::from_rle(ring.rle());
    harness.state_mut().live = Some((live.clone(), categorical(2)));
    harness.run();
    harness.render().expect("the harness draws");
    // A bar across the ring, painted after the first frame: only its rectangle is written.
    let bar = PixelRect { x1: 60, y1: 95, x2: 260, y2: 105 };
    live.update(bar, (60..260).map(|x| (x, 95, 105)));
    assert_eq!(live.pending_bytes(), 2000);
    harness.run();
    harness.snapshot("live_mask");
    assert_eq!(live.pending_bytes(), 0, "the adapter has it");
}

fn canvas_corner(harness: &Harness<'_, Desk>) -> Point {
    let corner = harness.get_by_label("Image canvas").rect().min;
    Point::new(f64::from(corner.x), f64::from(corner.y))
}

/// Which of a row's or column's pixels are near red.
fn red_along(length: u32, pixel: impl Fn(u32) -> [u8; 4]) -> Vec<u32> {
    (0..length).filter(|i| matches!(pixel(*i), [201..=255, 0..60, 0..60, _])).collect()
}

#[test]
fn boxes_lie_on_the_pixels_that_the_view_says_at_any_zoom() {
    // Boxes at the far end of images of 30,000 pixels, their edges at fractions of pixels.
    let wide = image(1, Size::new(30_100, 40), |_, _| [128; 3]);
    let tall = image(2, Size::new(40, 30_100), |_, _| [128; 3]);
    for (picture, x1, y1) in [(wide, 29_990.25, 10.75), (tall, 10.75, 29_990.25)] {
        for scale in [0.25, 1.0, 3.7, 64.0] {
            let view = View { scale, origin: Point::new(60.4 - scale * x1, 50.3 - scale * y1) };
            let mut harness = desk([240.0, 180.0], picture.clone(), Some(view));
            let b = BBox::from_xywh(x1, y1, 100.0 / scale, 60.0 / scale).expect("a box");
            harness.state_mut().scene.insert(CanvasShape::new(1, b, Color32::RED));
            harness.run();
            assert_eq!(harness.state().state.view(), view);
            let corner = canvas_corner(&harness);
            let drawn = harness.render().expect("the harness draws");
            // A line is 2 pixels wide (1.5 points rounded): one outside the rounded edge, and one inside.
            let edges = |from: f64, side: f64| {
                let (low, high) = (from.round() as u32, (from + side).round() as u32);
                vec![low - 1, low, high - 1, high]
            };
            assert_eq!(
                red_along(240, |x| drawn.get_pixel(x, 80).0),
                edges(corner.x + 60.4, 100.0),
                "across at {scale}"
            );
            assert_eq!(red_along(180, |y| drawn.get_pixel(110, y).0), edges(corner.y + 50.3, 60.0), "down at {scale}");
            // What egui draws by hand lies on the same pixels; below the box it writes its size.
            harness.state_mut().scene.clear();
            harness.state_mut().preview = Some(b);
            harness.run();
            let by_hand = harness.render().expect("the harness draws");
            let is_same = |x: u32, y: u32| {
                let [a, b] = [&drawn, &by_hand].map(|picture| red_along(1, |_| picture.get_pixel(x, y).0));
                a == b
            };
            assert!((0..240).all(|x| is_same(x, 80)) && (0..120).all(|y| is_same(110, y)), "by hand at {scale}");
        }
    }
}

#[test]
fn a_hole_is_not_filled_and_pieces_have_no_seams() {
    let grey = image(1, Size::new(200, 150), |_, _| [100; 3]);
    let mut harness = desk([220.0, 170.0], grey, Some(View { scale: 1.0, origin: Point::new(0.0, 0.0) }));
    let star: Vec<[f64; 2]> = (0..40)
        .map(|i| {
            let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / 40.0).sin_cos();
            let r = if i % 2 == 0 { 70.0 } else { 52.3 };
            [75.0 + r * cos, 75.0 + r * sin]
        })
        .collect();
    let hole: &[[f64; 2]] = &[[60.0, 60.0], [90.0, 62.0], [88.0, 90.0], [62.0, 86.0]];
    let geometry = polygon(&[&star, hole]);
    let shape = CanvasShape { fill: Some(0.5), ..CanvasShape::new(1, geometry.clone(), Color32::RED) };
    harness.state_mut().scene.insert(shape);
    harness.run();
    let corner = canvas_corner(&harness);
    let origin = harness.state().state.view().origin;
    let drawn = harness.render().expect("the harness draws");
    let Geometry::Polygon(polygon) = &geometry else { unreachable!("a polygon") };
    let mut inside = 0;
    for (x, y) in (5..145).flat_map(|x| (5..145).map(move |y| (x, y))) {
        let at = Point::new(f64::from(x) + 0.5 - corner.x - origin.x, f64::from(y) + 0.5 - corner.y - origin.y);
        let is_far = polygon.rings().iter().all(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).all(|(a, b)| segment_distance(at, *a, *b) > 3.0)
        });
        if is_far && bbox(1.0, 1.0, 199.0, 149.0).contains(at) {
            let pixel = drawn.get_pixel(x, y).0;
            let expected = if polygon.contains(at) { [178, 50, 50] } else { [100, 100, 100] };
            let off = (0..3).map(|i| pixel[i].abs_diff(expected[i])).max().unwrap_or(0);
            assert!(off <= 2, "({x}, {y}): {pixel:?}");
            inside += u32::from(polygon.contains(at));
        }
    }
    assert!(inside > 3000, "{inside}");
}

fn segment_distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let t = (((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    p.distance(Point::new(a.x + t * dx, a.y + t * dy))
}

#[test]
fn the_line_styles_differ_in_their_rhythm() {
    let grey = image(1, Size::new(200, 150), |_, _| [128; 3]);
    let rhythm = |style: LineStyle| {
        let mut harness = desk([220.0, 170.0], grey.clone(), Some(View { scale: 1.0, origin: Point::new(0.0, 0.0) }));
        let shape = CanvasShape { style, ..CanvasShape::new(1, bbox(20.0, 20.0, 180.0, 100.0), Color32::RED) };
        harness.state_mut().scene.insert(shape);
        harness.run();
        let (corner, origin) = (canvas_corner(&harness), harness.state().state.view().origin);
        let (x, y) = ((origin.x + corner.x + 20.0) as u32, (origin.y + corner.y + 20.0) as u32);
        let drawn = harness.render().expect("the harness draws");
        let row = red_along(220, |x| drawn.get_pixel(x, y).0);
        // Which of the first 30 pixels along the upper side are drawn.
        (0..30).map(|i| if row.contains(&(x + i)) { '#' } else { '.' }).collect::<String>()
    };
    let words = LineStyle::ALL.map(rhythm);
    assert_eq!(words[0], "#".repeat(30));
    assert_eq!(words[1], "#####....#####....#####....###");
    assert_eq!(words[2], "##...##...##...##...##...##...");
    assert_eq!(words[3], "#######...##...#######...##...");
}

#[test]
fn graphics_memory_goes_with_the_shapes() {
    let grey = image(1, Size::new(200, 150), |_, _| [128; 3]);
    let mut harness = desk([220.0, 170.0], grey, None);
    assert_eq!(harness.state().scene.gpu_bytes(), 0);
    let shape = |id: u64| {
        let (x, y) = ((id % 50) as f64 * 4.0, (id / 50) as f64 * 3.0);
        CanvasShape::new(id, BBox::from_xywh(x, y, 30.0, 30.0).expect("a box"), Color32::RED)
    };
    let many: Vec<CanvasShape> = (0..2000).map(shape).collect();
    harness.state_mut().scene.set(&many);
    harness.run();
    harness.render().expect("the harness draws");
    // Four lines of 32 bytes a box.
    let full = harness.state().scene.gpu_bytes();
    assert_eq!(full, 2000 * 4 * 32);
    harness.state_mut().scene.set(&many[..20]);
    harness.run();
    harness.render().expect("the harness draws");
    let few = harness.state().scene.gpu_bytes();
    assert!((20 * 4 * 32..=4 * 20 * 4 * 32).contains(&few), "{few}");
    harness.state_mut().scene.clear();
    assert_eq!(harness.state().scene.gpu_bytes(), 0);
}

#[test]
fn far_away_a_shape_is_one_small_frame_or_square() {
    let grey = image(1, Size::new(2000, 1500), |_, _| [128; 3]);
    let mut harness = desk([220.0, 170.0], grey, None);
    let ring = |x: f64, y: f64, radius: f64| {
        let corner = |i: u32| {
            let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / 20.0).sin_cos();
            Point::new(x + radius * cos, y + radius * sin)
        };
        Geometry::Polygon(Polygon::from_ring((0..20).map(corner).collect()).expect("twenty points"))
    };
    // At a zoom near 0.09: 5 points across on the left, 2 on the right.
    harness.state_mut().scene.insert(CanvasShape::new(1, ring(500.0, 750.0, 30.0), Color32::RED));
    harness.state_mut().scene.insert(CanvasShape::new(2, ring(1500.0, 750.0, 10.0), Color32::RED));
    harness.run();
    let drawn = harness.render().expect("the harness draws");
    assert_eq!(harness.state().scene.gpu_bytes(), 2 * 32);
    let (corner, view) = (canvas_corner(&harness), harness.state().state.view());
    assert!((0.08..0.1).contains(&view.scale), "{}", view.scale);
    let row = |x: f64| {
        let at = view.screen_from_image(Point::new(x, 750.0));
        let (left, y) = ((at.x + corner.x) as u32 - 8, (at.y + corner.y) as u32);
        red_along(16, |i| drawn.get_pixel(left + i, y).0)
    };
    let (frame, square) = (row(500.0), row(1500.0));
    assert!(frame.len() == 2 && (4..=6).contains(&(frame[1] - frame[0])), "both sides of a frame: {frame:?}");
    assert!(square.len() == 3 && square[2] - square[0] == 2, "three pixels side by side: {square:?}");
}
