//! What the graphics adapter draws of pyramids and of deep pixels: exact values where they can be told in advance, and
//! a few pictures to look at.

use std::collections::BTreeSet;

use crate::common::{drawing, image};
use concord_geometry::{Point, Size, View};
use concord_widgets::canvas::{
    Adjust, Canvas, CanvasImage, CanvasState, Channel, PixelKind, Pyramid, Raster, TileCache, TileId, Window, gpu,
};
use concord_widgets::theme::ThemeKind;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

const BUDGET: u64 = 64 << 20;
const KEY: &str = "big";

struct Show {
    image: CanvasImage,
    adjust: Adjust,
    minimap: bool,
    state: CanvasState,
    wanted: Vec<TileId>,
}

/// A canvas that fills a window, looking at an image through a given view.
fn show(image: CanvasImage, view: View, size: [f32; 2]) -> (Harness<'static, Show>, egui_wgpu::RenderState) {
    let mut state = CanvasState::new();
    state.set_view(view);
    let (builder, render_state) = drawing(size, ThemeKind::Dark, BUDGET);
    let harness = builder.build_ui_state(
        |ui, show: &mut Show| {
            let out = Canvas::new("Image canvas")
                .image(Some(&show.image))
                .adjust(show.adjust)
                .minimap(show.minimap)
                .keep_view(true)
                .show(ui, &mut show.state);
            show.wanted = out.wanted;
        },
        Show { image, adjust: Adjust::default(), minimap: false, state, wanted: Vec::new() },
    );
    (harness, render_state)
}

fn look_at(harness: &mut Harness<'_, Show>, view: View) {
    harness.state_mut().state.set_view(view);
    harness.run();
}

/// All pixels of the canvas, row by row.
fn drawn(harness: &mut Harness<'_, Show>) -> Vec<Vec<[u8; 3]>> {
    harness.run();
    let picture = harness.render().expect("the harness draws");
    let rect = harness.get_by_label("Image canvas").rect();
    let (x, y) = (rect.min.x as u32..rect.max.x as u32, rect.min.y as u32..rect.max.y as u32);
    let rgb = |x, y| {
        let [r, g, b, _] = picture.get_pixel(x, y).0;
        [r, g, b]
    };
    y.map(|y| x.clone().map(|x| rgb(x, y)).collect()).collect()
}

/// A smooth hill whose values rise and fall by less than one a pixel.
fn hill(x: u32, y: u32) -> u8 {
    let (x, y) = (f64::from(x), f64::from(y));
    (127.5 + 60.0 * (x / 97.0).sin() + 60.0 * (y / 83.0).cos()).round() as u8
}

/// The tile of a whole raster, halved as often as its level says.
fn tile_of(levels: &[Raster], pyramid: &Pyramid, id: TileId) -> Raster {
    let side = pyramid.tile_side();
    levels[id.level as usize].part(id.column * side, id.row * side, side)
}

fn levels_of(raster: Raster, pyramid: &Pyramid) -> Vec<Raster> {
    let mut levels = vec![raster];
    while levels.len() < pyramid.levels() as usize {
        let next = levels[levels.len() - 1].halved();
        levels.push(next);
    }
    levels
}

/// Supplies what is wanted until nothing is.
fn supply(harness: &mut Harness<'_, Show>, cache: &TileCache, make: impl Fn(TileId) -> Option<Raster>) {
    let mut refused = BTreeSet::new();
    loop {
        let wanted: Vec<TileId> = harness.state().wanted.iter().copied().filter(|id| !refused.contains(id)).collect();
        if wanted.is_empty() {
            return;
        }
        for id in wanted {
            match make(id) {
                Some(pixels) => cache.put(&KEY.into(), id, pixels).expect("the tile fits"),
                None => assert!(refused.insert(id)),
            }
        }
        harness.run();
    }
}

fn worst(a: &[Vec<[u8; 3]>], b: &[Vec<[u8; 3]>]) -> u8 {
    let pixels = a.iter().flatten().flatten().zip(b.iter().flatten().flatten());
    pixels.map(|(a, b)| a.abs_diff(*b)).max().expect("there are pixels")
}

#[test]
fn a_pyramid_looks_like_the_whole_image_and_has_no_seams() {
    let size = Size::new(700, 500);
    let gray: Vec<u8> = (0..500).flat_map(|y| (0..700).map(move |x| hill(x, y))).collect();
    let whole = image(1, size, |x, y| [hill(x, y); 3]);
    let pyramid = Pyramid::new(size, 64).expect("a valid pyramid");
    let levels = levels_of(Raster::gray8(size, &gray).expect("the bytes fit"), &pyramid);
    let cache = TileCache::new(1 << 26);
    let tiled = CanvasImage::from_pyramid(KEY, pyramid, PixelKind::Rgba8, &cache);
    // Looking into the middle, for at its edge an image smoothed at half its size is not the same.
    let looks = [
        (1.0, 333.3, 250.2),
        (1.7, 300.0, 220.5),
        (3.9, 257.0, 193.0),
        (5.3, 320.0, 256.0),
        (0.71, 350.4, 250.6),
        (0.5, 350.2, 250.3),
    ];
    for (scale, x, y) in looks {
        let view = View { scale, origin: Point::default() }.centred_on(Point::new(x, y), Point::new(160.0, 120.0));
        let (mut harness, _) = show(whole.clone(), view, [320.0, 240.0]);
        let expect = drawn(&mut harness);
        let (mut harness, _) = show(tiled.clone(), view, [320.0, 240.0]);
        supply(&mut harness, &cache, |id| Some(tile_of(&levels, &pyramid, id)));
        let found = drawn(&mut harness);
        let shades: BTreeSet<u8> = expect.iter().flatten().map(|rgb| rgb[0]).collect();
        assert!(shades.len() > 10, "it looks at the image");
        assert!(worst(&expect, &found) <= 1, "{scale}: {}", worst(&expect, &found));
    }
}

#[test]
fn deep_pixels_have_no_seams_either() {
    // One value a pixel: 16 bits in a window of 0 to 255 look as 8 bits do.
    let size = Size::new(1300, 300);
    let whole = image(1, size, |x, y| [hill(x, y); 3]);
    let values = || (0..300).flat_map(|y| (0..1300).map(move |x| hill(x, y)));
    let gray = Raster::gray16(size, values().map(u16::from).collect()).expect("the values fit");
    let real = Raster::gray_f32(size, values().map(f32::from).collect()).expect("the values fit");
    let rgb: Vec<u16> = values().flat_map(|v| [u16::from(v); 3]).collect();
    let color = Raster::rgb16(size, &rgb).expect("the values fit");
    let window = Some(Window { low: 0.0, high: 255.0 });
    // The border of the tiles at 512 is in the middle.
    for scale in [1.0, 2.3, 6.0] {
        let view =
            View { scale, origin: Point::default() }.centred_on(Point::new(512.0, 150.0), Point::new(160.0, 120.0));
        let (mut harness, _) = show(whole.clone(), view, [320.0, 240.0]);
        let expect = drawn(&mut harness);
        for raster in [gray.clone(), real.clone(), color.clone()] {
            let kind = raster.kind();
            let image = CanvasImage::from_raster(2, raster).expect("a valid image");
            let (mut harness, _) = show(image, view, [320.0, 240.0]);
            harness.state_mut().adjust.window = window;
            let found = drawn(&mut harness);
            assert!(worst(&expect, &found) <= 1, "{kind:?} {scale}: {}", worst(&expect, &found));
        }
    }
}

#[test]
fn where_an_ancestor_is_there_is_no_hole() {
    let size = Size::new(900, 700);
    let pyramid = Pyramid::new(size, 64).expect("a valid pyramid");
    let cache = TileCache::new(1 << 26);
    let image = CanvasImage::from_pyramid(KEY, pyramid, PixelKind::Rgba8, &cache);
    let white = |id: TileId| {
        let size = pyramid.tile_size(id).expect("only tiles of the pyramid are wanted");
        Raster::gray8(size, &vec![255; size.area_px() as usize]).expect("the bytes fit")
    };
    let view = |scale: f64| {
        View { scale, origin: Point::default() }.centred_on(Point::new(450.0, 350.0), Point::new(160.0, 120.0))
    };
    let (mut harness, _) = show(image, view(1.0), [320.0, 240.0]);
    supply(&mut harness, &cache, |id| {
        (id == pyramid.overview() || (id.column * 7 + id.row * 3) % 4 == 1).then(|| white(id))
    });
    for scale in [0.9, 1.0, 1.37, 7.77, 63.9] {
        look_at(&mut harness, view(scale));
        let found = drawn(&mut harness);
        let is_line = |rgb: &[u8; 3]| scale > 16.0 && rgb[0] > 180;
        assert!(found.iter().flatten().all(|rgb| *rgb == [255; 3] || is_line(rgb)), "{scale}");
    }
}

#[test]
fn a_window_shows_sixteen_bits_at_their_full_depth() {
    // 2,000 grey levels side by side, a pixel each.
    let size = Size::new(200, 10);
    let ramp = Raster::gray16(size, (0..2000).map(|i| 30_000 + (i % 200) as u16 * 10).collect()).expect("it fits");
    let image = CanvasImage::from_raster(1, ramp).expect("a valid image");
    let (mut harness, _) = show(image, View { scale: 1.0, origin: Point::default() }, [320.0, 240.0]);
    let mut check = |adjust: Adjust, expect: &dyn Fn(f64) -> f64| {
        harness.state_mut().adjust = adjust;
        let found = drawn(&mut harness);
        for x in [0, 1, 50, 99, 150, 199] {
            let wished = expect(30_000.0 + 10.0 * x as f64).clamp(0.0, 1.0) * 255.0;
            assert!(
                (f64::from(found[5][x][0]) - wished).abs() <= 1.0,
                "{adjust:?} {x}: {:?}, not {wished}",
                found[5][x]
            );
        }
    };
    let plain = Adjust::default();
    check(plain, &|v| v / 65_535.0);
    let narrow = Adjust { window: Some(Window { low: 30_000.0, high: 31_990.0 }), ..plain };
    check(narrow, &|v| (v - 30_000.0) / 1990.0);
    check(Adjust { invert: true, ..narrow }, &|v| 1.0 - (v - 30_000.0) / 1990.0);
    check(Adjust { window: Some(Window { low: 30_900.0, high: 31_100.0 }), ..plain }, &|v| (v - 30_900.0) / 200.0);
    // An even ramp has an even histogram: equalising stretches it from end to end.
    check(Adjust { equalise: true, ..plain }, &|v| (v - 30_000.0) / 1990.0);
}

#[test]
fn floating_point_shows_its_range_and_nan_as_black() {
    let values: Vec<f32> = (0..100).map(|i| if i == 50 { f32::NAN } else { -2.0 + 4.0 * i as f32 / 99.0 }).collect();
    let raster = Raster::gray_f32(Size::new(100, 1), values).expect("the values fit");
    let image = CanvasImage::from_raster(1, raster).expect("a valid image");
    let (mut harness, _) = show(image, View { scale: 8.0, origin: Point::default() }, [320.0, 240.0]);
    let row = &drawn(&mut harness)[4];
    assert_eq!((row[4][0], row[8 * 20 + 4][0]), (0, (255.0_f64 * 20.0 / 99.0).round() as u8));
    look_at(&mut harness, View { scale: 8.0, origin: Point::new(-400.0, 0.0) });
    let row = &drawn(&mut harness)[4];
    let bright = (255.0_f64 * 51.0 / 99.0).round() as u8;
    assert_eq!((row[4], row[12]), ([0; 3], [bright; 3]));
}

#[test]
fn tones_change_the_screen_as_their_formulas_say() {
    let picture = image(1, Size::new(100, 100), |x, _| if x < 50 { [51, 102, 204] } else { [10, 20, 30] });
    let (mut harness, _) = show(picture, View { scale: 2.0, origin: Point::default() }, [320.0, 240.0]);
    let mut check = |adjust: Adjust, expect: [u8; 3]| {
        harness.state_mut().adjust = adjust;
        let found = drawn(&mut harness)[50][50];
        assert!(found.iter().zip(expect).all(|(a, b)| a.abs_diff(b) <= 1), "{adjust:?}: {found:?}");
    };
    let plain = Adjust::default();
    check(Adjust { invert: true, ..plain }, [204, 153, 51]);
    // 0.299 · 51 + 0.587 · 102 + 0.114 · 204 = 98.4
    check(Adjust { channel: Channel::Luminance, ..plain }, [98; 3]);
    check(Adjust { window: Some(Window { low: 0.0, high: 102.0 }), ..plain }, [128, 255, 255]);
    // Luminance is 98 for one half of the pixels and 18 for the other: all that is as bright as 98 becomes white, and
    // 51 lies between, where no pixel is.
    check(Adjust { equalise: true, ..plain }, [0, 255, 255]);
    check(Adjust { equalise: true, channel: Channel::Red, ..plain }, [255; 3]);
}

#[test]
fn textures_of_a_pyramid_stay_within_the_budget() {
    let size = Size::new(30_000, 30_000);
    let cache = TileCache::new(48 << 20);
    let image = CanvasImage::pyramid(KEY, size, PixelKind::Rgba8, &cache).expect("a valid size");
    let pyramid = Pyramid::new(size, Pyramid::TILE_SIDE).expect("a valid size");
    let (mut harness, render_state) = show(image, View { scale: 1.0, origin: Point::default() }, [320.0, 240.0]);
    let make = |id: TileId| {
        let size = pyramid.tile_size(id).expect("only tiles of the pyramid are wanted");
        Some(Raster::gray8(size, &vec![9; size.area_px() as usize]).expect("the bytes fit"))
    };
    for step in 0..12 {
        look_at(&mut harness, View { scale: 1.0, origin: Point::new(-700.0 * f64::from(step), -300.0) });
        supply(&mut harness, &cache, make);
        harness.render().expect("the harness draws");
        let held = gpu::held_bytes(&render_state).expect("it is installed");
        assert!(held <= BUDGET && held > 0, "{held}");
        assert!(cache.held_bytes() <= 48 << 20, "{}", cache.held_bytes());
    }
}

/// Digits of three by five pixels, as rows of bits.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// A tile of 64 pixels with its level, column and row written on it, in the colour of its level.
fn painted(pyramid: &Pyramid, id: TileId) -> Raster {
    let size = pyramid.tile_size(id).expect("only tiles of the pyramid are wanted");
    let ground = [[60, 90, 160], [60, 140, 70], [150, 80, 60], [120, 60, 140], [110, 110, 40]][id.level as usize % 5];
    let numbers = [id.level, id.column / 10, id.column % 10, id.row / 10, id.row % 10];
    let is_ink = |x: u32, y: u32| {
        // Each dot of a digit is two pixels wide; level above, column and row below.
        let (cell, line) = (x.saturating_sub(6) / 2, y.saturating_sub(10) / 2);
        let place = if line < 8 { 0 } else { 1 + (cell / 5) as usize };
        let shown = x >= 6 && y >= 10 && cell < 20 && (line < 8) == (cell < 5 && line < 8) && place < 5;
        let (column, row) = (cell % 5, line % 8);
        shown
            && line < 16
            && column < 3
            && row < 5
            && DIGITS[numbers[place] as usize][row as usize] >> (2 - column) & 1 == 1
    };
    let color = |x: u32, y: u32| match (x, y) {
        (0, _) | (_, 0) => [230, 230, 230],
        _ if is_ink(x, y) => [255, 255, 255],
        _ => ground,
    };
    let rgb: Vec<u8> =
        (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y))).flat_map(|(x, y)| color(x, y)).collect();
    Raster::rgb8(size, &rgb).expect("the bytes fit")
}

#[test]
fn pyramid_at_overview_with_half_the_tiles_and_at_64() {
    let size = Size::new(1500, 1000);
    let pyramid = Pyramid::new(size, 64).expect("a valid pyramid");
    let cache = TileCache::new(1 << 26);
    let image = CanvasImage::from_pyramid(KEY, pyramid, PixelKind::Rgba8, &cache);
    let fit = View { scale: 0.24, origin: Point::new(20.0, 0.0) };
    let (mut harness, _) = show(image, fit, [400.0, 260.0]);
    supply(&mut harness, &cache, |id| Some(painted(&pyramid, id)));
    harness.snapshot("pyramid_overview");
    harness.state_mut().minimap = true;
    let middle = Point::new(200.0, 130.0);
    look_at(&mut harness, View { scale: 1.3, ..fit }.centred_on(Point::new(640.0, 448.0), middle));
    supply(&mut harness, &cache, |id| ((id.column + id.row) % 2 == 0 || id.level > 2).then(|| painted(&pyramid, id)));
    harness.snapshot("pyramid_half_there");
    harness.state_mut().minimap = false;
    look_at(&mut harness, View { scale: 64.0, ..fit }.centred_on(Point::new(640.6, 447.5), middle));
    supply(&mut harness, &cache, |id| Some(painted(&pyramid, id)));
    harness.snapshot("pyramid_64");
}

#[test]
fn deep_gradient_in_two_windows() {
    let size = Size::new(256, 64);
    let value = |x: u32, y: u32| (1000 + 40 * x + if (y / 8).is_multiple_of(2) { 0 } else { 300 }) as u16;
    let values = (0..64).flat_map(|y| (0..256).map(move |x| value(x, y))).collect();
    let image = CanvasImage::from_raster(1, Raster::gray16(size, values).expect("they fit")).expect("a valid image");
    let (mut harness, _) = show(image, View { scale: 1.0, origin: Point::new(16.0, 8.0) }, [304.0, 96.0]);
    harness.state_mut().adjust.window = Some(Window { low: 1000.0, high: 11_500.0 });
    harness.run();
    harness.snapshot("deep_wide_window");
    harness.state_mut().adjust.window = Some(Window { low: 5000.0, high: 7000.0 });
    harness.run();
    harness.snapshot("deep_narrow_window");
}

#[test]
fn dark_picture_equalised_and_one_channel() {
    let dark = image(1, Size::new(160, 100), |x, y| {
        let glow = 24.0 * (-((f64::from(x) - 110.0).powi(2) + (f64::from(y) - 40.0).powi(2)) / 900.0).exp();
        let check = if (x / 16 + y / 16) % 2 == 0 { 4 } else { 0 };
        [(6.0 + glow) as u8 + check, 8 + check, (y / 8) as u8 + check]
    });
    let (mut harness, _) = show(dark, View { scale: 1.0, origin: Point::new(8.0, 8.0) }, [192.0, 132.0]);
    harness.run();
    harness.snapshot("dark_plain");
    harness.state_mut().adjust.equalise = true;
    harness.run();
    harness.snapshot("dark_equalised");
    harness.state_mut().adjust.channel = Channel::Red;
    harness.run();
    harness.snapshot("dark_equalised_red");
}
