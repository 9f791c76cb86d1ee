//! What a scene of shapes does over frames: what it finds, what it counts, how it takes changes.

use crate::common::{bbox, image, plain};
use concord_geometry::{BBox, Geometry, Mask, Point, Polygon, Rle, Size};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasShape, CanvasState, ShapeScene};
use concord_widgets::theme::ThemeKind;
use egui::Color32;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

struct Desk {
    state: CanvasState,
    image: CanvasImage,
    scene: ShapeScene,
}

/// A canvas in a window of 824 × 624 points over an image of 400 × 200 px, without a graphics adapter.
fn desk(shapes: &[CanvasShape]) -> Harness<'static, Desk> {
    let mut scene = ShapeScene::new();
    scene.set(shapes);
    let image = image(1, Size::new(400, 200), |x, y| [(x / 2) as u8, y as u8, 0]);
    plain([824.0, 624.0], ThemeKind::Dark).build_ui_state(
        |ui, desk: &mut Desk| {
            Canvas::new("Image canvas").image(Some(&desk.image)).scene(&mut desk.scene).show(ui, &mut desk.state);
        },
        Desk { state: CanvasState::new(), image, scene },
    )
}

fn words(harness: &Harness<'_, Desk>) -> String {
    let node = harness.get_by_label("Image canvas");
    node.accesskit_node().data().description().unwrap_or_default().to_owned()
}

fn square(id: u64, x: f64, y: f64, side: f64) -> CanvasShape {
    CanvasShape::new(id, BBox::from_xywh(x, y, side, side).expect("a box"), Color32::RED)
}

#[test]
fn a_screen_reader_hears_the_number_of_shapes_as_it_changes() {
    let shapes: Vec<CanvasShape> =
        (0..1000).map(|id| square(id, (id % 40) as f64 * 10.0, (id / 40) as f64 * 8.0, 6.0)).collect();
    let mut harness = desk(&shapes);
    assert!(words(&harness).ends_with("1000 of 1000 shapes in sight"), "{}", words(&harness));
    harness.state_mut().scene.remove(17);
    harness.state_mut().scene.insert(square(5000, 50.0, 50.0, 20.0));
    harness.state_mut().scene.insert(square(5001, 50.0, 50.0, 20.0));
    harness.run();
    assert!(words(&harness).ends_with("1001 of 1001 shapes in sight"), "{}", words(&harness));
    // 16 points a pixel: the canvas shows some 50 × 38 pixels.
    harness.state_mut().scene.set(&shapes);
    harness.state_mut().state.zoom_to(1600.0);
    harness.state_mut().state.center_on(Point::new(200.0, 100.0));
    harness.run();
    let view = harness.state().state.view();
    let room = harness.get_by_label("Image canvas").rect().size();
    let sight = [(0.0, 0.0), (room.x, room.y)];
    let sight = sight.map(|(x, y)| view.image_from_screen(Point::new(f64::from(x), f64::from(y))));
    let margin = 8.0 / 16.0;
    let seen = |s: &&CanvasShape| {
        let b = s.geometry.bounds();
        b.x2() >= sight[0].x - margin
            && b.x1() <= sight[1].x + margin
            && b.y2() >= sight[0].y - margin
            && b.y1() <= sight[1].y + margin
    };
    let expected = shapes.iter().filter(seen).count();
    assert!((15..60).contains(&expected));
    assert!(words(&harness).ends_with(&format!("{expected} of 1000 shapes in sight")), "{}", words(&harness));
}

#[test]
fn shapes_are_found_by_place_through_all_changes() {
    let mut scene = ShapeScene::new();
    scene.set(&[square(1, 0.0, 0.0, 100.0), square(2, 40.0, 40.0, 10.0), square(3, 300.0, 300.0, 10.0)]);
    let at = |scene: &ShapeScene, x: f64, y: f64| scene.at(Point::new(x, y), 1.0);
    assert_eq!(at(&scene, 45.0, 45.0), [2, 1]);
    scene.insert(square(2, 200.0, 200.0, 10.0));
    assert_eq!((at(&scene, 45.0, 45.0), at(&scene, 205.0, 205.0)), (vec![1], vec![2]));
    scene.set_selected(&[1]);
    scene.insert(square(4, 45.0, 45.0, 5.0));
    assert_eq!(at(&scene, 46.0, 46.0), [1, 4], "the selected one comes first");
    scene.set_selected(&[]);
    scene.set_hovered(Some(4));
    assert_eq!(at(&scene, 46.0, 46.0), [4, 1]);
    assert!(scene.get(4).is_some_and(|shape| shape.hovered) && !scene.get(1).is_some_and(|shape| shape.selected));
    scene.set_hovered(None);
    assert_eq!(scene.remove(4).map(|shape| shape.id), Some(4));
    assert_eq!((at(&scene, 46.0, 46.0), scene.remove(4), scene.len()), (vec![1], None, 3));
    scene.clear();
    assert!(scene.is_empty() && at(&scene, 46.0, 46.0).is_empty());
}

#[test]
fn a_rubber_band_takes_what_lies_wholly_in_it_in_the_order_of_drawing() {
    let mut scene = ShapeScene::new();
    scene.set(&[square(9, 10.0, 10.0, 10.0), square(2, 30.0, 30.0, 10.0), square(5, 95.0, 30.0, 10.0)]);
    let area = bbox(0.0, 0.0, 100.0, 100.0);
    assert_eq!(scene.within(&area), [9, 2]);
    scene.set_order(&[9]);
    assert_eq!(scene.within(&area), [2, 9]);
    assert!(scene.within(&bbox(11.0, 11.0, 19.0, 19.0)).is_empty());
}

#[test]
fn a_list_in_another_order_or_with_one_between_is_drawn_in_that_order() {
    let shapes: Vec<CanvasShape> = (0..6).map(|id| square(id, 0.0, 0.0, 10.0)).collect();
    let mut scene = ShapeScene::new();
    let everything = bbox(-1.0, -1.0, 99.0, 99.0);
    for order in [vec![0, 1, 2, 3], vec![0, 4, 1, 2, 3], vec![3, 0, 1], vec![5, 3, 4, 0], vec![2]] {
        let list: Vec<CanvasShape> = order.iter().map(|i| shapes[*i as usize].clone()).collect();
        scene.set(&list);
        assert_eq!(scene.within(&everything), order);
        let generation = scene.generation();
        scene.set(&list);
        assert_eq!(scene.generation(), generation, "the same list changes nothing");
    }
}

#[test]
fn true_outlines_are_hit_and_not_their_boxes() {
    let triangle = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)].map(|(x, y)| Point::new(x, y)).to_vec();
    let pixels: Vec<bool> = (0..100 * 100).map(|i| i % 100 < 50 && i / 100 >= 60).collect();
    let mask = Mask::new(Rle::from_row_major(100, 100, &pixels)).expect("some foreground");
    let mut scene = ShapeScene::new();
    scene.set(&[
        CanvasShape::new(1, Geometry::Polygon(Polygon::from_ring(triangle).expect("a triangle")), Color32::RED),
        CanvasShape::new(2, Geometry::Mask(mask), Color32::BLUE),
    ]);
    assert_eq!(scene.at(Point::new(60.0, 60.0), 1.0), Vec::<u64>::new());
    assert_eq!(scene.at(Point::new(51.0, 51.0), 2.0), [1]);
    // The mask covers 2,000 pixels, the triangle 5,000.
    assert_eq!(scene.at(Point::new(10.0, 70.0), 1.0), [2, 1]);
    assert_eq!(scene.at(Point::new(45.0, 95.0), 0.0), [2]);
}

#[test]
fn many_shapes_are_handed_over_taken_back_and_counted() {
    let shapes: Vec<CanvasShape> =
        (0..20_000).map(|id| square(id, (id % 200) as f64 * 2.0, (id / 200) as f64 * 2.0, 1.5)).collect();
    let mut harness = desk(&shapes);
    assert!(words(&harness).ends_with("20000 of 20000 shapes in sight"), "{}", words(&harness));
    let all: Vec<u64> = (0..20_000).collect();
    harness.state_mut().scene.set_selected(&all);
    harness.run();
    assert!(words(&harness).ends_with("20000 of 20000 shapes in sight"), "{}", words(&harness));
    harness.state_mut().scene.set(&shapes[19_990..]);
    harness.run();
    assert!(words(&harness).ends_with("10 of 10 shapes in sight"), "{}", words(&harness));
}
