//! What goes to the graphics adapter, and when: better pixels in the place of old ones, and no more in a frame than it
//! has time for.

use crate::common::{drawing_within, image};
use concord_geometry::{Point, Size, View};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasState, PixelKind, Pyramid, Raster, TileCache, TileId, gpu};
use concord_widgets::theme::ThemeKind;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

const KEY: &str = "big";
/// 8 × 6 tiles of 64 × 64 pixels on the finest of four levels.
const SIZE: Size = Size::new(512, 384);
const TILE_BYTES: u64 = 64 * 64 * 4;

struct Show {
    image: CanvasImage,
    state: CanvasState,
}

/// A canvas that fills a window, of which each frame uploads so many bytes.
fn show(image: CanvasImage, scale: f64, uploads_a_frame: u64) -> (Harness<'static, Show>, egui_wgpu::RenderState) {
    show_in([512.0, 384.0], image, scale, uploads_a_frame)
}

fn show_in(
    window: [f32; 2],
    image: CanvasImage,
    scale: f64,
    uploads_a_frame: u64,
) -> (Harness<'static, Show>, egui_wgpu::RenderState) {
    let mut state = CanvasState::new();
    state.set_view(View { scale, origin: Point::default() });
    let budget = gpu::Budget { textures: 1 << 30, uploads_a_frame };
    let (builder, render_state) = drawing_within(window, ThemeKind::Dark, budget);
    let harness = builder.build_ui_state(
        |ui, show: &mut Show| {
            let canvas = Canvas::new("Image canvas").image(Some(&show.image)).minimap(false).keep_view(true);
            canvas.show(ui, &mut show.state);
        },
        Show { image, state },
    );
    (harness, render_state)
}

/// One frame: the red of all pixels of the canvas that the image covers.
fn drawn(harness: &mut Harness<'_, Show>) -> Vec<Vec<u8>> {
    harness.step();
    let picture = harness.render().expect("the harness draws");
    let rect = harness.get_by_label("Image canvas").rect();
    let (x, y) = (rect.min.x as u32..rect.max.x as u32, rect.min.y as u32..rect.max.y as u32);
    y.map(|y| x.clone().map(|x| picture.get_pixel(x, y).0[0]).collect()).collect()
}

fn share_of(picture: &[Vec<u8>], red: u8) -> f64 {
    let all = picture.iter().flatten().count() as f64;
    picture.iter().flatten().filter(|found| **found == red).count() as f64 / all
}

fn pyramid() -> (CanvasImage, TileCache) {
    let cache = TileCache::new(1 << 26);
    let pyramid = Pyramid::new(SIZE, 64).expect("a valid pyramid");
    (CanvasImage::from_pyramid(KEY, pyramid, PixelKind::Rgba8, &cache), cache)
}

/// Puts all tiles of a level into the cache, in one grey.
fn fill(cache: &TileCache, level: u32, gray: u8) {
    let pyramid = Pyramid::new(SIZE, 64).expect("a valid pyramid");
    let (columns, rows) = pyramid.grid(level);
    for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
        let id = TileId { level, column, row };
        let size = pyramid.tile_size(id).expect("there is such a tile");
        let pixels = Raster::gray8(size, &vec![gray; size.area_px() as usize]).expect("the bytes fit");
        cache.put(&KEY.into(), id, pixels).expect("the tile fits");
    }
}

#[test]
fn better_tiles_take_the_place_of_those_before_to_their_very_edge() {
    let (image, cache) = pyramid();
    fill(&cache, 0, 50);
    // Enlarged and smoothed, so that a border of old pixels would show between the tiles.
    let (mut harness, render_state) = show(image, 2.5, 1 << 30);
    assert_eq!(share_of(&drawn(&mut harness), 50), 1.0);
    let held = gpu::held_bytes(&render_state);
    fill(&cache, 0, 90);
    assert_eq!(share_of(&drawn(&mut harness), 90), 1.0);
    assert_eq!(gpu::held_bytes(&render_state), held, "the textures are those of before");
}

#[test]
fn a_better_thumbnail_takes_the_place_of_the_one_before() {
    let (image, _) = pyramid();
    let gray = |gray: u8, size: Size| Raster::gray8(size, &vec![gray; size.area_px() as usize]).expect("they fit");
    let (mut harness, _) = show(image.clone().with_thumbnail(gray(40, Size::new(32, 24))), 1.0, 1 << 30);
    assert_eq!(share_of(&drawn(&mut harness), 40), 1.0);
    harness.state_mut().image = image.clone().with_thumbnail(gray(80, Size::new(32, 24)));
    assert_eq!(share_of(&drawn(&mut harness), 80), 1.0);
    harness.state_mut().image = image.with_thumbnail(gray(120, Size::new(64, 48)));
    assert_eq!(share_of(&drawn(&mut harness), 120), 1.0);
}

#[test]
fn many_tiles_come_over_several_frames_the_middle_first_and_nothing_is_empty_meanwhile() {
    let (image, cache) = pyramid();
    fill(&cache, 3, 50);
    fill(&cache, 0, 90);
    let most = 10 * TILE_BYTES;
    let (mut harness, render_state) = show(image, 1.0, most);
    let mut held = 0;
    for frame in 0.. {
        let picture = drawn(&mut harness);
        let (coarse, fine) = (share_of(&picture, 50), share_of(&picture, 90));
        // Where a fine tile meets a coarse one, smoothing gives neither.
        assert!(coarse + fine > 0.9, "{coarse} and {fine} in frame {frame}");
        assert_eq!(picture[192][256], 90, "the middle comes first");
        assert!(frame > 0 || (0.1..0.3).contains(&fine), "{fine}");
        let now = gpu::held_bytes(&render_state).expect("it is installed");
        // Textures are a little larger for their border, and the overview comes on top.
        assert!(now - held <= most * 5 / 4, "{} bytes in frame {frame}", now - held);
        held = now;
        if fine == 1.0 {
            assert!((4..8).contains(&frame), "48 tiles in {frame} frames");
            return;
        }
        assert!(harness.ctx.has_requested_repaint(), "the rest is asked for");
    }
}

#[test]
fn old_pixels_stay_until_the_better_ones_are_there() {
    let (image, cache) = pyramid();
    fill(&cache, 0, 50);
    let (mut harness, _) = show(image, 1.0, 10 * TILE_BYTES);
    let until_all_are = |harness: &mut Harness<'_, Show>, red: u8, other: Option<u8>| {
        for frame in 0..10 {
            let picture = drawn(harness);
            let done = share_of(&picture, red);
            assert!(other.is_none_or(|other| done + share_of(&picture, other) > 0.95), "frame {frame}");
            if done == 1.0 {
                return frame;
            }
        }
        panic!("the pixels do not come");
    };
    until_all_are(&mut harness, 50, None);
    fill(&cache, 0, 90);
    assert!(until_all_are(&mut harness, 90, Some(50)) >= 4);
}

#[test]
fn a_whole_image_is_coarse_for_some_frames_and_then_as_sharp_as_without_a_limit() {
    let make = || image(1, Size::new(4500, 2100), |x, y| [if (x / 5 + y / 5) % 2 == 0 { 255 } else { 140 }, 0, 0]);
    let (window, scale) = ([1400.0, 700.0], 0.3);
    let (mut unlimited, all) = show_in(window, make(), scale, 1 << 30);
    let sharp = drawn(&mut unlimited);
    assert!(!unlimited.ctx.has_requested_repaint());
    let (mut harness, few) = show_in(window, make(), scale, 1 << 20);
    let first = drawn(&mut harness);
    let covered = |picture: &[Vec<u8>]| picture.iter().flatten().filter(|red| **red >= 138).count();
    assert_eq!(covered(&first), covered(&sharp), "nothing is empty");
    assert!(first != sharp, "some of it is coarse");
    let [bytes, first_bytes] = [&all, &few].map(|state| gpu::held_bytes(state).expect("it is installed"));
    // At this zoom the half is the finest level that is sampled.
    let half = 2250 * 1050 * 4 * 4 / 3;
    assert!(bytes <= half * 11 / 10, "{bytes}");
    assert!(first_bytes < bytes, "{first_bytes} of {bytes}");
    for _ in 0..8 {
        drawn(&mut harness);
    }
    assert!(drawn(&mut harness) == sharp);
}
