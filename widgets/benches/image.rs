//! CPU time of the image side of one frame: a pyramid of 30,000 × 30,000 pixels, without shapes and graphics adapter.

use concord_geometry::{BBox, Point, Size, View};
use concord_widgets::canvas::{
    Canvas, CanvasImage, CanvasState, Histogram, PixelKind, Pyramid, Raster, TileCache, TileId,
};
use concord_widgets::theme::{ThemeKind, apply};
use divan::Bencher;
use egui::{Context, Pos2, RawInput, Rect, vec2};

const SIZE: Size = Size::new(30_000, 30_000);

fn main() {
    divan::main();
}

/// A frame of a 4K window over a pyramid, zoomed in to `scale` screen points an image pixel.
fn frames(bencher: Bencher<'_, '_>, scale: f64, fill: bool) {
    let cache = TileCache::new(1 << 30);
    let image = CanvasImage::pyramid("big", SIZE, PixelKind::Rgba8, &cache).expect("a valid size");
    let pyramid = Pyramid::new(SIZE, Pyramid::TILE_SIDE).expect("a valid size");
    let ctx = Context::default();
    apply(&ctx, ThemeKind::Dark);
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(3840.0, 2160.0));
    let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
    let mut state = CanvasState::new();
    state.set_view(
        View { scale, origin: Point::default() }.centred_on(Point::new(14_000.0, 16_000.0), Point::new(1920.0, 1080.0)),
    );
    let mut frame = || {
        let mut wanted = Vec::new();
        let output = ctx.run_ui(input.clone(), |ui| {
            wanted = Canvas::new("Image").image(Some(&image)).show(ui, &mut state).wanted;
        });
        output.drop_without_applying_deltas();
        wanted
    };
    let wanted = frame();
    assert!(!wanted.is_empty(), "nothing is there at first");
    let supplied: Vec<TileId> = if fill { wanted } else { vec![pyramid.overview()] };
    for id in supplied {
        let size = pyramid.tile_size(id).expect("only tiles of the pyramid are wanted");
        let pixels = Raster::gray8(size, &vec![90; size.area_px() as usize]).expect("the bytes fit");
        cache.put(image.key(), id, pixels).expect("the tile fits");
    }
    assert_eq!(frame().is_empty(), fill);
    bencher.bench_local(frame);
}

/// All tiles are there.
#[divan::bench(args = [0.05, 0.7072, 1.0, 16.0])]
fn pyramid_complete(bencher: Bencher<'_, '_>, scale: f64) {
    frames(bencher, scale, true);
}

/// The overview stands in for all.
#[divan::bench(args = [0.7072, 1.0])]
fn pyramid_missing(bencher: Bencher<'_, '_>, scale: f64) {
    frames(bencher, scale, false);
}

/// Choosing level and tiles.
#[divan::bench]
fn choose_tiles(bencher: Bencher<'_, '_>) {
    let pyramid = Pyramid::new(SIZE, Pyramid::TILE_SIDE).expect("a valid size");
    let viewport = BBox::new(0.0, 0.0, 3840.0, 2160.0).expect("a valid viewport");
    let view = View { scale: 0.7072, origin: Point::new(-9000.0, -9000.0) };
    bencher.bench_local(|| pyramid.sight(view, &viewport, 1.0));
}

/// What a worker does to make a smaller level of one tile.
#[divan::bench]
fn halve_a_tile(bencher: Bencher<'_, '_>) {
    let raster = Raster::rgba8(Size::new(512, 512), vec![90; 1 << 20]).expect("the bytes fit");
    bencher.bench_local(|| raster.halved());
}

/// The histogram of 16 million values of 16 bits.
#[divan::bench]
fn histogram_of_16_megapixels(bencher: Bencher<'_, '_>) {
    let values = (0..1_u32 << 24).map(|i| (i % 60_000) as u16).collect();
    let raster = Raster::gray16(Size::new(4096, 4096), values).expect("the values fit");
    bencher.bench_local(|| Histogram::of(&raster));
}

/// Making a photograph of 12 megapixels ready for the screen, smaller copies included.
#[divan::bench(name = "whole image of 12 megapixels")]
fn whole_image(bencher: Bencher<'_, '_>) {
    let size = Size::new(4000, 3000);
    let rgba: Vec<u8> =
        (0..12_000_000_u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) | 255 << 24).to_le_bytes()).collect();
    bencher.bench_local(|| CanvasImage::from_rgba8(1, size, &rgba).expect("the bytes fit"));
}

/// The same when the pixels are handed over.
#[divan::bench(name = "whole image of 12 megapixels, handed over")]
fn whole_image_handed_over(bencher: Bencher<'_, '_>) {
    let make = || -> Vec<u8> { (0..48_000_000_u32).map(|i| (i >> 9) as u8).collect() };
    let make_image = |rgba: Vec<u8>| CanvasImage::from_rgba8(1, Size::new(4000, 3000), rgba).expect("the bytes fit");
    bencher.with_inputs(make).bench_local_values(make_image);
}
