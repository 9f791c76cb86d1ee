//! What a user does on a canvas, found by its accessible name, and what the caller is told.

use crate::common::{bbox, image, plain};
use concord_geometry::{Point, Size};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasShape, CanvasState, PointerEvent, PointerKind};
use concord_widgets::theme::ThemeKind;
use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, pos2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

struct Desk {
    state: CanvasState,
    image: CanvasImage,
    shapes: Vec<CanvasShape>,
    takes_double_click: bool,
    events: Vec<PointerEvent>,
    double_clicks: Vec<Point>,
    ctrl_wheel: f32,
    visible: usize,
}

/// An image of 400 × 200 px in a canvas of 824 × 624 points: it fits at 200 %.
fn desk() -> Harness<'static, Desk> {
    let size = Size::new(400, 200);
    let desk = Desk {
        state: CanvasState::new(),
        image: image(1, size, |x, y| [(x / 2) as u8, y as u8, 0]),
        shapes: vec![CanvasShape::new(5, bbox(10.0, 10.0, 60.0, 40.0), egui::Color32::RED)],
        takes_double_click: false,
        events: Vec::new(),
        double_clicks: Vec::new(),
        ctrl_wheel: 0.0,
        visible: 0,
    };
    plain([824.0, 624.0], ThemeKind::Dark).build_ui_state(
        |ui, desk: &mut Desk| {
            let out =
                Canvas::new("Image canvas").image(Some(&desk.image)).shapes(&desk.shapes).show(ui, &mut desk.state);
            if desk.takes_double_click && out.double_click.is_some() {
                desk.state.consume_double_click();
            }
            desk.events.extend(out.events);
            desk.double_clicks.extend(out.double_click);
            desk.ctrl_wheel += out.ctrl_wheel;
            desk.visible = out.visible_shapes;
        },
        desk,
    )
}

fn canvas_rect(harness: &Harness<'_, Desk>) -> egui::Rect {
    harness.get_by_label("Image canvas").rect()
}

fn wheel(harness: &mut Harness<'_, Desk>, at: Pos2, notches: f32, modifiers: Modifiers) {
    harness.hover_at(at);
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, notches),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers,
    });
    harness.run();
}

fn press(harness: &Harness<'_, Desk>, at: Pos2, button: PointerButton, pressed: bool) {
    harness.event(Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
}

fn click(harness: &mut Harness<'_, Desk>, at: Pos2) {
    press(harness, at, PointerButton::Primary, true);
    press(harness, at, PointerButton::Primary, false);
    // Two events in the same frame would hide the click from egui; one a step is what a harness does.
    harness.step();
}

#[test]
fn the_wheel_zooms_and_keeps_the_point_under_the_pointer() {
    let mut harness = desk();
    let at = canvas_rect(&harness).min + vec2(300.0, 260.0);
    harness.hover_at(at);
    harness.run();
    let before = harness.state().state.hover().expect("the pointer is over the canvas");
    wheel(&mut harness, at, 5.0, Modifiers::NONE);
    let zoomed = harness.state().state.zoom_percent();
    assert!(zoomed > 400.0, "{zoomed}");
    let after = harness.state().state.hover().expect("the pointer is over the canvas");
    assert!(before.distance(after) < 1e-3, "{before:?} {after:?}");
    for _ in 0..10 {
        wheel(&mut harness, at, 20.0, Modifiers::NONE);
    }
    assert_eq!(harness.state().state.zoom_percent(), 6400.0);
    let after = harness.state().state.hover().expect("the pointer is over the canvas");
    assert!(before.distance(after) < 1e-3);
}

#[test]
fn ctrl_wheel_is_left_to_the_caller() {
    let mut harness = desk();
    let zoom = harness.state().state.zoom_percent();
    let at = canvas_rect(&harness).center();
    wheel(&mut harness, at, 2.0, Modifiers::CTRL);
    assert_eq!(harness.state().state.zoom_percent(), zoom);
    assert_eq!(harness.state().ctrl_wheel, 2.0);
}

#[test]
fn a_drag_is_told_in_image_space_with_its_beginning() {
    let mut harness = desk();
    let view = harness.state().state.view();
    let corner = canvas_rect(&harness).min.to_vec2();
    let at = |x: f64, y: f64| {
        let p = view.screen_from_image(Point::new(x, y));
        pos2(p.x as f32, p.y as f32) + corner
    };
    harness.hover_at(at(20.0, 30.0));
    press(&harness, at(20.0, 30.0), PointerButton::Primary, true);
    harness.hover_at(at(70.0, 80.0));
    press(&harness, at(120.0, 90.0), PointerButton::Primary, false);
    harness.run();
    let events = &harness.state().events;
    let near = |a: Point, x: f64, y: f64| a.distance(Point::new(x, y)) < 1e-3;
    let [hover, down, drag, up] = events[..] else { panic!("{events:?}") };
    assert!(hover.kind == PointerKind::Hover && near(hover.at, 20.0, 30.0));
    assert!(down.kind == PointerKind::Press(PointerButton::Primary) && near(down.at, 20.0, 30.0));
    let PointerKind::Drag { from, .. } = drag.kind else { panic!("{drag:?}") };
    assert!(near(from, 20.0, 30.0) && near(drag.at, 70.0, 80.0));
    let PointerKind::Release { from, dragged: true, .. } = up.kind else { panic!("{up:?}") };
    assert!(near(from, 20.0, 30.0) && near(up.at, 120.0, 90.0));
}

#[test]
fn middle_drag_and_space_drag_pan() {
    for with_space in [false, true] {
        let mut harness = desk();
        let before = harness.state().state.view().origin;
        let at = canvas_rect(&harness).center();
        let button = if with_space { PointerButton::Primary } else { PointerButton::Middle };
        harness.hover_at(at);
        if with_space {
            harness.key_down(Key::Space);
        }
        press(&harness, at, button, true);
        harness.hover_at(at + vec2(30.0, -20.0));
        press(&harness, at + vec2(30.0, -20.0), button, false);
        harness.run();
        let after = harness.state().state.view().origin;
        assert!((after.x - before.x - 30.0).abs() < 1e-3 && (after.y - before.y + 20.0).abs() < 1e-3);
        let presses = harness.state().events.iter().filter(|event| event.kind != PointerKind::Hover).count();
        assert_eq!(presses, 0, "panning is not told as a press");
    }
}

#[test]
fn a_double_click_fits_unless_the_caller_uses_it() {
    for taken in [false, true] {
        let mut harness = desk();
        let fitted = harness.state().state.zoom_percent();
        harness.state_mut().takes_double_click = taken;
        let at = canvas_rect(&harness).center();
        wheel(&mut harness, at, 4.0, Modifiers::NONE);
        let zoomed = harness.state().state.zoom_percent();
        assert!(zoomed > fitted);
        for pressed in [true, false, true, false] {
            press(&harness, at, PointerButton::Primary, pressed);
        }
        harness.run();
        assert_eq!(harness.state().double_clicks.len(), 1);
        assert!(harness.state().double_clicks[0].distance(Point::new(200.0, 100.0)) < 1.0);
        let expect = if taken { zoomed } else { fitted };
        assert_eq!(harness.state().state.zoom_percent(), expect);
    }
}

#[test]
fn the_minimap_appears_when_zoomed_in_and_moves_the_view() {
    let mut harness = desk();
    assert!(harness.query_by_label("Minimap").is_none());
    let center = canvas_rect(&harness).center();
    wheel(&mut harness, center, 8.0, Modifiers::NONE);
    let map = harness.get_by_label("Minimap").rect();
    harness.state_mut().events.clear();
    click(&mut harness, map.left_top() + vec2(2.0, 2.0));
    harness.run();
    let corner = harness.state().state.view().image_from_screen(Point::new(412.0, 312.0));
    assert!(corner.distance(Point::new(5.0, 5.0)) < 8.0, "{corner:?}");
    let presses = harness.state().events.iter().filter(|event| event.kind != PointerKind::Hover).count();
    assert_eq!(presses, 0, "the minimap keeps its clicks");
}

#[test]
fn what_is_out_of_sight_is_not_drawn() {
    let mut harness = desk();
    assert_eq!(harness.state().visible, 1);
    harness.state_mut().state.zoom_to(3200.0);
    harness.state_mut().state.center_on(Point::new(380.0, 190.0));
    harness.run();
    assert_eq!(harness.state().visible, 0);
}

#[test]
fn a_screen_reader_hears_what_is_shown() {
    let harness = desk();
    let node = harness.get_by_label("Image canvas");
    let words = node.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(words.starts_with("400 × 200 px at") && words.ends_with("1 of 1 shapes in sight"), "{words}");
}

#[test]
fn an_empty_canvas_is_quiet() {
    let mut harness = plain([200.0, 100.0], ThemeKind::Light).build_ui_state(
        |ui, state: &mut CanvasState| {
            let out = Canvas::new("Nothing yet").show(ui, state);
            assert!(out.events.is_empty() && out.hover.is_none());
        },
        CanvasState::new(),
    );
    let rect = harness.get_by_label("Nothing yet").rect();
    harness.drag_at(rect.center());
    harness.drop_at(rect.center() + Vec2::splat(3.0));
    harness.run();
}
