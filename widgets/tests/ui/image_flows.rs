//! What a user does on a canvas with tools that place points click by click, and on images that arrive tile by tile.

use crate::common::{image, plain};
use concord_geometry::{BBox, Point, Size};
use concord_widgets::canvas::{
    Canvas, CanvasImage, CanvasState, PixelKind, PixelValue, PointerEvent, PointerKind, Pyramid, Raster, TileCache,
    TileId,
};
use concord_widgets::theme::ThemeKind;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Sense, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

struct Desk {
    state: CanvasState,
    image: CanvasImage,
    takes_double_click: bool,
    events: Vec<PointerEvent>,
    double_clicks: Vec<Point>,
    wanted: Vec<TileId>,
}

/// A panel 100 points wide at the left, and a canvas beside it.
fn desk(image: CanvasImage) -> Harness<'static, Desk> {
    let desk = Desk {
        state: CanvasState::new(),
        image,
        takes_double_click: true,
        events: Vec::new(),
        double_clicks: Vec::new(),
        wanted: Vec::new(),
    };
    let mut harness = plain([900.0, 600.0], ThemeKind::Dark).build_ui_state(
        |ui, desk: &mut Desk| {
            ui.horizontal(|ui| {
                ui.allocate_exact_size(vec2(100.0, 500.0), Sense::click_and_drag());
                let out = Canvas::new("Image canvas").image(Some(&desk.image)).show(ui, &mut desk.state);
                if desk.takes_double_click && out.double_click.is_some() {
                    desk.state.consume_double_click();
                }
                desk.events.extend(out.events);
                desk.double_clicks.extend(out.double_click);
                desk.wanted = out.wanted;
            });
        },
        desk,
    );
    harness.run();
    harness
}

fn small() -> CanvasImage {
    image(1, Size::new(400, 200), |x, y| [(x / 2) as u8, y as u8, 0])
}

/// Where a place of the image is on the screen.
fn at(harness: &Harness<'_, Desk>, x: f64, y: f64) -> Pos2 {
    let p = harness.state().state.view().screen_from_image(Point::new(x, y));
    harness.get_by_label("Image canvas").rect().min + vec2(p.x as f32, p.y as f32)
}

fn button(harness: &mut Harness<'_, Desk>, pos: Pos2, button: PointerButton, pressed: bool, modifiers: Modifiers) {
    harness.event(Event::PointerButton { pos, button, pressed, modifiers });
    harness.step();
}

fn click(harness: &mut Harness<'_, Desk>, pos: Pos2) {
    harness.hover_at(pos);
    harness.step();
    button(harness, pos, PointerButton::Primary, true, Modifiers::NONE);
    button(harness, pos, PointerButton::Primary, false, Modifiers::NONE);
}

/// The places where a button came up without a drag, rounded to pixels.
fn clicks(harness: &Harness<'_, Desk>) -> Vec<(f64, f64)> {
    let events = harness.state().events.iter();
    let released = events.filter(|event| matches!(event.kind, PointerKind::Release { dragged: false, .. }));
    released.map(|event| (event.at.x.round(), event.at.y.round())).collect()
}

fn count(harness: &Harness<'_, Desk>, kind: impl Fn(&PointerKind) -> bool) -> usize {
    harness.state().events.iter().filter(|event| kind(&event.kind)).count()
}

#[test]
fn panning_between_the_clicks_of_a_polygon_does_not_disturb_it() {
    for with_space in [false, true] {
        let mut harness = desk(small());
        harness.state_mut().state.zoom_to(400.0);
        harness.run();
        let first = at(&harness, 150.0, 80.0);
        click(&mut harness, first);
        let before = harness.state().state.view().origin;
        let events = harness.state().events.len();
        let which = if with_space { PointerButton::Primary } else { PointerButton::Middle };
        if with_space {
            harness.key_down(Key::Space);
            harness.step();
        }
        button(&mut harness, first, which, true, Modifiers::NONE);
        harness.hover_at(first + vec2(-60.0, 30.0));
        harness.step();
        button(&mut harness, first + vec2(-60.0, 30.0), which, false, Modifiers::NONE);
        if with_space {
            harness.key_up(Key::Space);
            harness.step();
        }
        let after = harness.state().state.view().origin;
        assert!((after.x - before.x + 60.0).abs() < 1e-3 && (after.y - before.y - 30.0).abs() < 1e-3);
        assert_eq!(harness.state().events.len(), events, "a tool hears nothing of it");
        let second = at(&harness, 190.0, 110.0);
        click(&mut harness, second);
        assert_eq!(clicks(&harness), [(150.0, 80.0), (190.0, 110.0)], "{with_space}");
    }
}

#[test]
fn modifiers_come_with_each_event() {
    let mut harness = desk(small());
    let keys = Modifiers::CTRL | Modifiers::SHIFT | Modifiers::ALT;
    let (from, to) = (at(&harness, 100.0, 100.0), at(&harness, 140.0, 120.0));
    harness.hover_at(from);
    harness.step();
    harness.state_mut().events.clear();
    harness.event(Event::ModifiersChanged(keys));
    harness.hover_at(from + vec2(1.0, 0.0));
    harness.step();
    button(&mut harness, from, PointerButton::Primary, true, keys);
    harness.hover_at(to);
    harness.step();
    button(&mut harness, to, PointerButton::Primary, false, keys);
    let kinds: Vec<&str> = harness
        .state()
        .events
        .iter()
        .map(|event| match event.kind {
            PointerKind::Hover => "hover",
            PointerKind::Press(_) => "press",
            PointerKind::Drag { .. } => "drag",
            PointerKind::Release { .. } => "release",
            PointerKind::Cancel => "cancel",
        })
        .collect();
    assert_eq!(kinds, ["hover", "press", "drag", "release"]);
    let held = |event: &PointerEvent| event.modifiers.ctrl && event.modifiers.shift && event.modifiers.alt;
    assert!(harness.state().events.iter().all(held), "{:?}", harness.state().events);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.hover_at(from);
    harness.step();
    assert!(harness.state().events.last().is_some_and(|event| event.modifiers.is_none()));
}

#[test]
fn a_double_click_ends_a_polygon_where_it_hits() {
    let mut harness = desk(small());
    harness.state_mut().state.zoom_to(400.0);
    harness.run();
    let zoom = harness.state().state.zoom_percent();
    for (x, y) in [(150.0, 80.0), (190.0, 80.0)] {
        let pos = at(&harness, x, y);
        click(&mut harness, pos);
    }
    assert!(harness.state().double_clicks.is_empty(), "clicks at two places are no double click");
    let last = at(&harness, 190.0, 120.0);
    click(&mut harness, last);
    click(&mut harness, last);
    harness.run();
    let ends: Vec<_> = harness.state().double_clicks.iter().map(|p| (p.x.round(), p.y.round())).collect();
    assert_eq!(ends, [(190.0, 120.0)]);
    assert_eq!(clicks(&harness).len(), 4, "both clicks of it are told as well");
    assert_eq!(harness.state().state.zoom_percent(), zoom, "the tool took it");
}

#[test]
fn a_request_to_fit_survives_a_double_click_that_is_taken() {
    let mut harness = desk(small());
    let fitted = harness.state().state.zoom_percent();
    harness.state_mut().state.zoom_to(400.0);
    harness.run();
    let pos = at(&harness, 150.0, 80.0);
    click(&mut harness, pos);
    harness.hover_at(pos);
    button(&mut harness, pos, PointerButton::Primary, true, Modifiers::NONE);
    harness.state_mut().state.fit();
    button(&mut harness, pos, PointerButton::Primary, false, Modifiers::NONE);
    harness.run();
    assert_eq!(harness.state().double_clicks.len(), 1);
    assert_eq!(harness.state().state.zoom_percent(), fitted);
}

#[test]
fn a_drag_that_begins_outside_does_nothing() {
    let mut harness = desk(small());
    harness.state_mut().events.clear();
    harness.hover_at(pos2(50.0, 300.0));
    harness.step();
    button(&mut harness, pos2(50.0, 300.0), PointerButton::Primary, true, Modifiers::NONE);
    for x in [60.0, 300.0, 400.0] {
        harness.hover_at(pos2(x, 300.0));
        harness.step();
    }
    button(&mut harness, pos2(400.0, 300.0), PointerButton::Primary, false, Modifiers::NONE);
    assert_eq!(harness.state().events, []);
    harness.hover_at(pos2(410.0, 300.0));
    harness.step();
    assert_eq!(count(&harness, |kind| *kind == PointerKind::Hover), 1);
}

#[test]
fn a_pinch_zooms_at_the_pointer() {
    let mut harness = desk(small());
    let before = harness.state().state.zoom_percent();
    let pos = at(&harness, 150.0, 80.0);
    harness.hover_at(pos);
    harness.step();
    harness.event(Event::Zoom(1.5));
    harness.run();
    assert!((harness.state().state.zoom_percent() / before - 1.5).abs() < 1e-3);
    let under = harness.state().state.hover().expect("the pointer is over the canvas");
    assert!(under.distance(Point::new(150.0, 80.0)) < 1e-2, "{under:?}");
}

#[test]
fn an_image_that_moves_under_a_resting_pointer_tells_a_tool() {
    let mut harness = desk(small());
    harness.state_mut().state.zoom_to(800.0);
    harness.run();
    let pos = at(&harness, 200.0, 100.0);
    harness.hover_at(pos);
    harness.run();
    harness.state_mut().events.clear();
    let width = f64::from(harness.get_by_label("Image canvas").rect().width());
    harness.state_mut().state.pan_by_fraction(0.25, 0.0);
    harness.run();
    let [PointerEvent { kind: PointerKind::Hover, at, .. }] = harness.state().events[..] else {
        panic!("{:?}", harness.state().events)
    };
    assert!(at.distance(Point::new(200.0 + width / 4.0 / 8.0, 100.0)) < 1e-2, "{at:?}");
}

#[test]
fn a_pyramid_asks_for_what_it_lacks_and_never_for_more_than_the_screen_needs() {
    let size = Size::new(30_000, 30_000);
    let pyramid = Pyramid::new(size, Pyramid::TILE_SIDE).expect("a valid pyramid");
    let cache = TileCache::new(256 << 20);
    let picture = CanvasImage::pyramid("big", size, PixelKind::Gray16, &cache).expect("a valid size");
    let mut harness = desk(picture.clone());
    assert_eq!(harness.state().wanted[0], pyramid.overview());
    let part = BBox::new(20_000.0, 10_000.0, 20_600.0, 10_400.0).expect("a valid box");
    harness.state_mut().state.show_rect(part, 20.0);
    harness.run();
    let supply = |harness: &mut Harness<'_, Desk>| {
        let wanted = harness.state().wanted.clone();
        for id in &wanted {
            let size = pyramid.tile_size(*id).expect("only tiles of the pyramid are wanted");
            let values = vec![(id.level + 1) as u16; size.area_px() as usize];
            cache.put(picture.key(), *id, Raster::gray16(size, values).expect("they fit")).expect("the tile fits");
        }
        harness.run();
        wanted
    };
    let wanted = supply(&mut harness);
    assert_eq!(wanted[0], pyramid.overview());
    let middle = [wanted[1], wanted[2]].map(|id| (id.level, id.column, id.row));
    assert!(middle.contains(&(0, 39, 19)) || middle.contains(&(0, 39, 20)), "{middle:?} are not near the middle");
    assert!(wanted.len() <= 1 + 5 * 5, "{}", wanted.len());
    assert!(harness.state().wanted.is_empty());
    assert_eq!(picture.pixel(20_300, 10_200), Some(PixelValue::Gray16(1)));
    assert_eq!(picture.pixel(1, 1), None);
    assert!(harness.query_by_label("Minimap").is_some());
    // Panning by a tenth of the screen asks for a strip at most.
    harness.state_mut().state.pan_by_fraction(0.1, 0.0);
    harness.run();
    assert!(supply(&mut harness).len() <= 5);
}
