//! Time to get the pixels of a frame ready on the graphics adapter: what egui waits for before it draws.

use concord_geometry::{Point, Size, View};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasState, PixelKind, Pyramid, Raster, TileCache, gpu};
use concord_widgets::theme::{ThemeKind, apply};
use divan::Bencher;
use egui::{Context, Pos2, RawInput, Rect, vec2};
use egui_kittest::wgpu::{create_render_state, default_wgpu_setup};
use egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor};

fn main() {
    divan::main();
}

/// A canvas in a window, and the graphics adapter that it is drawn with.
struct Desk {
    ctx: Context,
    adapter: RenderState,
    state: CanvasState,
    window: [u32; 2],
}

impl Desk {
    fn new(window: [u32; 2], uploads_a_frame: u64, scale: f64) -> Self {
        let adapter = create_render_state(default_wgpu_setup(), RendererOptions::PREDICTABLE);
        gpu::install_with_budget(&adapter, gpu::Budget { uploads_a_frame, ..gpu::Budget::default() });
        let ctx = Context::default();
        apply(&ctx, ThemeKind::Dark);
        let mut state = CanvasState::new();
        state.set_view(View { scale, origin: Point::default() });
        Self { ctx, adapter, state, window }
    }

    /// Lays a frame out; what comes of it is to be prepared.
    fn lay_out(&mut self, image: &CanvasImage) -> Vec<egui::ClippedPrimitive> {
        let [width, height] = self.window.map(|side| side as f32);
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(width, height)));
        let output = self.ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, |ui| {
            Canvas::new("Image").image(Some(image)).minimap(false).keep_view(true).show(ui, &mut self.state);
        });
        let shapes = output.shapes.clone();
        output.drop_without_applying_deltas();
        self.ctx.tessellate(shapes, 1.0)
    }

    /// What a frame costs before it is drawn.
    fn prepare(&self, primitives: &[egui::ClippedPrimitive]) {
        let RenderState { device, queue, renderer, .. } = &self.adapter;
        let screen = ScreenDescriptor { size_in_pixels: self.window, pixels_per_point: 1.0 };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let more = renderer.write().update_buffers(device, queue, &mut encoder, primitives, &screen);
        queue.submit(more.into_iter().chain([encoder.finish()]));
    }
}

/// The first frame of a fresh image each time, in a window of so many pixels.
fn first_frames(bencher: Bencher<'_, '_>, desk: &mut Desk, make: impl Fn() -> CanvasImage) {
    let desk = std::cell::RefCell::new(desk);
    bencher
        .with_inputs(|| desk.borrow_mut().lay_out(&make()))
        .bench_local_values(|primitives| desk.borrow().prepare(&primitives));
}

/// All 78 tiles of a view of 5600 × 2900 pixels at once: without a limit, and with that of the app.
#[divan::bench(args = [u64::MAX, 16 << 20], sample_count = 20)]
fn first_of_78_tiles(bencher: Bencher<'_, '_>, uploads_a_frame: u64) {
    let size = Size::new(6656, 3072);
    let pyramid = Pyramid::new(size, Pyramid::TILE_SIDE).expect("a valid size");
    let mut desk = Desk::new([6656, 3072], uploads_a_frame, 1.0);
    let key = std::cell::Cell::new(0);
    first_frames(bencher, &mut desk, || {
        key.set(key.get() + 1);
        let cache = TileCache::new(1 << 30);
        let image = CanvasImage::from_pyramid(key.get(), pyramid, PixelKind::Rgba8, &cache);
        let tiles = (0..6).flat_map(|row| (0..13).map(move |column| (0, column, row)));
        for (level, column, row) in tiles.chain([(pyramid.levels() - 1, 0, 0)]) {
            let id = concord_widgets::canvas::TileId { level, column, row };
            let size = pyramid.tile_size(id).expect("there is such a tile");
            let pixels = Raster::gray8(size, &vec![90; size.area_px() as usize]).expect("the bytes fit");
            cache.put(image.key(), id, pixels).expect("the tile fits");
        }
        image
    });
}

/// A photograph of 12 megapixels fitted into a window of 1600 × 1000: without a limit, and with that of the app.
#[divan::bench(args = [u64::MAX, 16 << 20], sample_count = 20)]
fn first_of_12_megapixels(bencher: Bencher<'_, '_>, uploads_a_frame: u64) {
    photograph(bencher, Desk::new([1600, 1000], uploads_a_frame, 1.0 / 3.0));
}

/// The same in a window that shows nearly all of its pixels, without a limit: the full level goes to the adapter.
#[divan::bench(sample_count = 20)]
fn first_of_12_megapixels_in_full(bencher: Bencher<'_, '_>) {
    photograph(bencher, Desk::new([3200, 2400], u64::MAX, 0.8));
}

fn photograph(bencher: Bencher<'_, '_>, mut desk: Desk) {
    let size = Size::new(4000, 3000);
    let key = std::cell::Cell::new(0);
    first_frames(bencher, &mut desk, || {
        key.set(key.get() + 1);
        CanvasImage::from_rgba8(key.get(), size, vec![90; 48_000_000]).expect("the bytes fit")
    });
}
