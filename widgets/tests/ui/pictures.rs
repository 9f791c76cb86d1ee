//! What the graphics adapter draws: exact colours where they can be told in advance, and a few pictures to look at.

use crate::common::{bbox, drawing, ground, heat, image, scene, six_boxes};
use concord_geometry::{Point, Size, View};
use concord_widgets::canvas::{Adjust, Canvas, CanvasImage, CanvasState, Channel, OverlayMap, OverlayStyle, gpu};
use concord_widgets::charts::{Bar, BarList, Gate, IntervalPlot, IntervalRow, MatrixHeat};
use concord_widgets::colormap::ColorMap;
use concord_widgets::palette::{PaletteEntry, PaletteState, palette};
use concord_widgets::theme::{Status, ThemeKind, categorical};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

const BUDGET: u64 = 64 << 20;

struct Show {
    image: CanvasImage,
    overlay: Option<(OverlayMap, OverlayStyle)>,
    adjust: Adjust,
    state: CanvasState,
}

/// A canvas that fills a window of 320 × 240 pixels, looking at an image through a given view.
fn show(image: CanvasImage, view: View) -> (Harness<'static, Show>, egui_wgpu::RenderState) {
    let mut state = CanvasState::new();
    state.set_view(view);
    let (builder, render_state) = drawing([320.0, 240.0], ThemeKind::Dark, BUDGET);
    let harness = builder.build_ui_state(
        |ui, show: &mut Show| {
            let overlay = show.overlay.as_ref().map(|(map, style)| (map, *style));
            Canvas::new("Image canvas")
                .image(Some(&show.image))
                .overlay(overlay)
                .adjust(show.adjust)
                .minimap(false)
                .keep_view(true)
                .show(ui, &mut show.state);
        },
        Show { image, overlay: None, adjust: Adjust::default(), state },
    );
    (harness, render_state)
}

fn pixel(harness: &mut Harness<'_, Show>, x: u32, y: u32) -> [u8; 3] {
    let picture = harness.render().expect("the harness draws");
    let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
    assert_eq!(alpha, 255);
    [red, green, blue]
}

fn canvas_corner(harness: &Harness<'_, Show>) -> Point {
    let corner = harness.get_by_label("Image canvas").rect().min;
    Point::new(f64::from(corner.x), f64::from(corner.y))
}

/// Where an image pixel's middle is drawn.
fn drawn_at(harness: &Harness<'_, Show>, x: f64, y: f64) -> (u32, u32) {
    let corner = canvas_corner(harness);
    let p = harness.state().state.view().screen_from_image(Point::new(x + 0.5, y + 0.5));
    ((p.x + corner.x) as u32, (p.y + corner.y) as u32)
}

fn near(a: [u8; 3], b: [u8; 3], by: u8) -> bool {
    a.into_iter().zip(b).all(|(a, b)| a.abs_diff(b) <= by)
}

#[test]
fn pixels_are_shown_as_they_are_and_sharp_when_zoomed_in() {
    let picture = image(1, Size::new(40, 30), |x, y| [(x * 6) as u8, (y * 8) as u8, ((x + y) % 2 * 255) as u8]);
    for scale in [1.0, 4.0, 7.0] {
        let (mut harness, _) = show(picture.clone(), View { scale, origin: Point::new(5.0, 3.0) });
        for (x, y) in [(0, 0), (13, 9), (30, 25)] {
            let (sx, sy) = drawn_at(&harness, f64::from(x), f64::from(y));
            let expect = [(x * 6) as u8, (y * 8) as u8, ((x + y) % 2 * 255) as u8];
            assert_eq!(pixel(&mut harness, sx, sy), expect, "({x}, {y}) at {scale}");
        }
    }
}

#[test]
fn zoomed_out_it_is_the_mean_and_not_a_moire() {
    let picture = image(1, Size::new(512, 512), |x, y| [((x + y) % 2 * 200) as u8; 3]);
    let (mut harness, _) = show(picture, View { scale: 0.25, origin: Point::new(20.0, 20.0) });
    for (x, y) in [(60, 60), (61, 60), (90, 101)] {
        assert!(near(pixel(&mut harness, x, y), [100; 3], 2));
    }
}

#[test]
fn an_image_of_many_tiles_has_no_seams() {
    // Up and down by one level a pixel, so that an error of one pixel shows.
    let wave = |x: f64| 255.0 - (x.rem_euclid(510.0) - 255.0).abs();
    let picture = image(1, Size::new(5000, 300), |x, _| [wave(f64::from(x) + 0.5) as u8, 200, 90]);
    for scale in [1.0, 0.5, 0.0625] {
        // The border of the first two tiles (at 2016) is 100 pixels from the left.
        let (mut harness, _) = show(picture.clone(), View { scale, origin: Point::new(100.0 - 2016.0 * scale, 10.0) });
        let (corner, view) = (canvas_corner(&harness), harness.state().state.view());
        assert_eq!(view.scale, scale);
        for sx in 100..124_u32 {
            let middle = Point::new(f64::from(sx) + 0.5 - corner.x, 20.0);
            let expect = wave(view.image_from_screen(middle).x);
            let found = pixel(&mut harness, sx, 22);
            assert!((f64::from(found[0]) - expect).abs() <= 4.0, "{scale} {sx}: {found:?} {expect}");
            assert!(found[1] == 200 && found[2] == 90);
        }
    }
}

#[test]
fn an_overlay_mixes_in_its_colour_above_the_threshold() {
    let grey = image(1, Size::new(100, 100), |_, _| [100; 3]);
    let (mut harness, _) = show(grey, View { scale: 2.0, origin: Point::new(10.0, 10.0) });
    // One column of 1 and one of 0.2: far from the middle the values are exact.
    let map = OverlayMap::new(2, 2, 1, &[1.0, 0.2]).expect("two values");
    for (color_map, high) in [(ColorMap::Viridis, [253, 231, 37]), (ColorMap::Inferno, [252, 255, 164])] {
        let style = OverlayStyle { map: color_map, opacity: 0.5, threshold: 0.4 };
        harness.state_mut().overlay = Some((map.clone(), style));
        harness.run();
        let (x, y) = drawn_at(&harness, 3.0, 50.0);
        let expect = high.map(|c: u8| u8::midpoint(c, 100));
        assert!(near(pixel(&mut harness, x, y), expect, 1), "{}", color_map.name());
        let (x, y) = drawn_at(&harness, 97.0, 50.0);
        assert_eq!(pixel(&mut harness, x, y), [100; 3]);
    }
    // Half way between the two middles the value is 0.6: row 153 of inferno.
    let style = OverlayStyle { map: ColorMap::Inferno, opacity: 1.0, threshold: 0.0 };
    harness.state_mut().overlay = Some((map, style));
    harness.run();
    let (x, y) = drawn_at(&harness, 49.5, 50.0);
    let found = pixel(&mut harness, x, y);
    assert!(near(found, ColorMap::Inferno.row(153), 4), "{found:?}");
}

#[test]
fn tone_changes_the_screen_and_not_the_data() {
    let grey = image(1, Size::new(100, 100), |_, _| [51, 102, 204]);
    let (mut harness, _) = show(grey, View { scale: 2.0, origin: Point::new(10.0, 10.0) });
    let mut check = |adjust: Adjust, expect: [u8; 3]| {
        harness.state_mut().adjust = adjust;
        harness.run();
        let (x, y) = drawn_at(&harness, 50.0, 50.0);
        let found = pixel(&mut harness, x, y);
        assert!(near(found, expect, 1), "{adjust:?}: {found:?}");
    };
    let plain = Adjust::default();
    // In shares of 255 the pixel is (0.2, 0.4, 0.8).
    check(plain, [51, 102, 204]);
    check(Adjust { brightness: 0.2, ..plain }, [102, 153, 255]);
    check(Adjust { contrast: 2.0, ..plain }, [0, 77, 255]);
    check(Adjust { gamma: 2.0, ..plain }, [114, 161, 228]);
    check(Adjust { black: 0.2, white: 0.6, ..plain }, [0, 128, 255]);
    check(Adjust { channel: Channel::Blue, ..plain }, [204; 3]);
}

#[test]
fn textures_are_kept_within_the_budget_and_uploaded_once() {
    let size = Size::new(2048, 1024);
    let (mut harness, render_state) = show(scene(), View { scale: 0.1, origin: Point::new(0.0, 0.0) });
    harness.render().expect("the harness draws");
    let one = gpu::held_bytes(&render_state).expect("it is installed");
    harness.run();
    harness.render().expect("the harness draws");
    assert_eq!(gpu::held_bytes(&render_state), Some(one), "the same key is not uploaded again");
    for key in 10..20 {
        harness.state_mut().image = image(key, size, |x, _| [x as u8, key as u8, 0]);
        harness.run();
        // Fitted into the window it needs a coarser level only.
        harness.state_mut().state.zoom_to(100.0);
        harness.run();
        harness.render().expect("the harness draws");
        let held = gpu::held_bytes(&render_state).expect("it is installed");
        assert!((8 << 20..=BUDGET).contains(&held), "{held}");
    }
}

fn boxes_over_heat(kind: ThemeKind, name: &str) {
    let (builder, _) = drawing([640.0, 420.0], kind, BUDGET);
    let (picture, map, shapes) = (scene(), heat(), six_boxes());
    let mut harness = builder.build_ui_state(
        move |ui, state: &mut CanvasState| {
            ground(ui);
            let style = OverlayStyle { opacity: 0.45, threshold: 0.15, ..OverlayStyle::default() };
            Canvas::new("Image canvas")
                .image(Some(&picture))
                .overlay(Some((&map, style)))
                .shapes(&shapes)
                .show(ui, state);
        },
        CanvasState::new(),
    );
    harness.run();
    harness.snapshot(name);
}

#[test]
fn canvas_dark() {
    boxes_over_heat(ThemeKind::Dark, "canvas_dark");
}

#[test]
fn canvas_light() {
    boxes_over_heat(ThemeKind::Light, "canvas_light");
}

#[test]
fn canvas_zoomed_with_minimap_crosshair_and_preview() {
    let (builder, _) = drawing([640.0, 420.0], ThemeKind::Dark, BUDGET);
    let (picture, shapes) = (scene(), six_boxes());
    let mut harness = builder.build_ui_state(
        move |ui, state: &mut CanvasState| {
            ground(ui);
            let preview = bbox(212.0, 60.0, 252.0, 92.0);
            Canvas::new("Image canvas")
                .image(Some(&picture))
                .shapes(&shapes)
                .preview(Some((preview, categorical(3))))
                .crosshair(true)
                .show(ui, state);
        },
        CanvasState::new(),
    );
    harness.state_mut().zoom_to(600.0);
    harness.state_mut().center_on(Point::new(225.0, 90.0));
    harness.run();
    harness.hover_at(egui::pos2(480.0, 222.0));
    harness.run();
    harness.snapshot("canvas_zoomed");
}

fn interval_rows() -> Vec<IntervalRow> {
    let row = |label: &str, value: Option<f64>, low: f64, high: f64, n: u32, status| IntervalRow {
        label: label.to_owned(),
        value,
        interval: value.map(|_| (low, high)),
        support: format!("n {n}"),
        status,
        note: "Too few images (12 of 30)".to_owned(),
    };
    vec![
        row("All", Some(0.934), 0.921, 0.946, 2480, Status::Ok),
        row("light = day", Some(0.958), 0.944, 0.969, 1710, Status::Ok),
        row("light = night", Some(0.881), 0.852, 0.907, 770, Status::Warning),
        row("lens = scratched", Some(0.742), 0.655, 0.816, 122, Status::Error),
        row("lens = wet", None, 0.0, 0.0, 12, Status::Muted),
    ]
}

fn charts(kind: ThemeKind, name: &str) {
    let (builder, _) = drawing::<()>([720.0, 392.0], kind, BUDGET);
    let rows = interval_rows();
    let gate = Gate { at: 0.9, label: "gate ≥ 0.90".to_owned() };
    let bar = |label: &str, value: Option<f64>, text: &str, color: usize| Bar {
        label: label.to_owned(),
        value,
        text: text.to_owned(),
        color: Some(categorical(color)),
    };
    let bars = [
        bar("Missed", Some(164.0), "164", 4),
        bar("False alarm", Some(92.0), "92", 1),
        bar("Wrong class", Some(31.0), "31", 0),
        bar("Poor box", None, "–", 2),
    ];
    let names = ["bottle", "can", "crate", "a much longer name"].map(str::to_owned);
    let values: Vec<Option<f64>> =
        [412, 18, 3, 0, 22, 390, 7, 1, 2, 9, 288, 14, 0, 2, 11].map(|n| Some(f64::from(n))).into_iter().collect();
    let mut harness = builder.build_ui_state(
        move |ui, ()| {
            ground(ui);
            IntervalPlot::new(
                "Recall is below the gate at night and with a scratched lens",
                "Recall at score ≥ 0.35",
                &rows,
            )
            .range(0.6, 1.0)
            .gate(Some(&gate))
            .show(ui);
            ui.columns(2, |columns| {
                BarList::new("Errors by kind", &bars).show(&mut columns[0]);
                MatrixHeat::new("Annotators mix up bottle and can", &names, &names, &values)
                    .axes("First", "Second")
                    .show(&mut columns[1]);
            });
        },
        (),
    );
    harness.run();
    harness.snapshot(name);
}

#[test]
fn charts_dark() {
    charts(ThemeKind::Dark, "charts_dark");
}

#[test]
fn charts_light() {
    charts(ThemeKind::Light, "charts_light");
}

#[test]
fn palette_light() {
    let (builder, _) = drawing([720.0, 320.0], ThemeKind::Light, BUDGET);
    let mut state = PaletteState::default();
    state.open();
    let entries = [
        PaletteEntry::new(0, "Zoom in").keys("Ctrl+Plus"),
        PaletteEntry::new(1, "Zoom to fit").keys("F"),
        PaletteEntry::new(2, "Zoom to object").keys("Shift+F").disabled("No object is selected"),
        PaletteEntry::new(3, "Show saliency").keys("S"),
    ];
    let mut harness = builder.build_ui_state(
        move |ui, state: &mut PaletteState| {
            ground(ui);
            concord_widgets::parts::empty_state(ui, "No samples yet", "Drop a folder of images here");
            palette(ui.ctx(), "Command palette", state, &entries);
        },
        state,
    );
    harness.get_by_label("Command palette").type_text("zo");
    harness.run();
    harness.snapshot("palette_light");
}
