//! Harnesses and pictures shared by the tests.

use concord_geometry::{BBox, Size};
use concord_widgets::canvas::{CanvasImage, CanvasShape, LineStyle, OverlayMap, gpu};
use concord_widgets::theme::{Theme, ThemeKind, apply, categorical};
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, HarnessBuilder};

pub(crate) fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
    BBox::new(x1, y1, x2, y2).expect("a valid test box")
}

pub(crate) fn egui_theme(kind: ThemeKind) -> egui::Theme {
    if kind == ThemeKind::Light { egui::Theme::Light } else { egui::Theme::Dark }
}

/// A harness without a graphics adapter: enough for everything but pictures.
pub(crate) fn plain<State>(size: [f32; 2], kind: ThemeKind) -> HarnessBuilder<State> {
    Harness::<State>::builder()
        .with_size(size)
        .with_theme(egui_theme(kind))
        .with_context_setup(move |ctx| apply(ctx, kind))
        .with_step_dt(0.05)
        .with_max_steps(64)
}

/// Fills the window with the ground that panels have in the app.
pub(crate) fn ground(ui: &egui::Ui) {
    ui.painter().rect_filled(ui.ctx().content_rect(), 0.0, Theme::of_ui(ui).panel);
}

/// A harness that draws, canvases included, and the render state it draws with.
pub(crate) fn drawing<State>(
    size: [f32; 2],
    kind: ThemeKind,
    budget_bytes: u64,
) -> (HarnessBuilder<State>, egui_wgpu::RenderState) {
    drawing_within(size, kind, gpu::Budget { textures: budget_bytes, ..gpu::Budget::default() })
}

/// As [`drawing`], with all of the budget.
pub(crate) fn drawing_within<State>(
    size: [f32; 2],
    kind: ThemeKind,
    budget: gpu::Budget,
) -> (HarnessBuilder<State>, egui_wgpu::RenderState) {
    let state = create_render_state(default_wgpu_setup(), egui_wgpu::RendererOptions::PREDICTABLE);
    gpu::install_with_budget(&state, budget);
    let builder =
        plain(size, kind).with_render_cursor(false).renderer(WgpuTestRenderer::from_render_state(state.clone()));
    (builder, state)
}

/// An image whose colours come from a function of the pixel.
pub(crate) fn image(key: u64, size: Size, color: impl Fn(u32, u32) -> [u8; 3]) -> CanvasImage {
    let rgb: Vec<u8> =
        (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y))).flat_map(|(x, y)| color(x, y)).collect();
    CanvasImage::from_rgb8(key, size, &rgb).expect("the bytes fit the size")
}

/// A picture with light, dark and busy parts, to see lines and labels against.
pub(crate) fn scene() -> CanvasImage {
    image(7, Size::new(320, 200), |x, y| {
        let sky = 200_u32.saturating_sub(y);
        let stripe = if (x / 8 + y / 8) % 2 == 0 { 24 } else { 0 };
        match (x, y) {
            (0..160, 0..100) => [(120 + sky / 4) as u8, (150 + sky / 4) as u8, 235],
            (160..320, 0..100) => [(x / 2 + stripe) as u8, 96, (y + stripe) as u8],
            (0..160, _) => [30 + stripe as u8, 34, 28 + (x / 8) as u8],
            _ => [235 - stripe as u8, 228, (150 + y / 4) as u8],
        }
    })
}

/// Two bumps of heat.
pub(crate) fn heat() -> OverlayMap {
    let bump = |x: f32, y: f32, cx: f32, cy: f32| (-((x - cx).powi(2) + (y - cy).powi(2)) / 8.0).exp();
    let values: Vec<f32> = (0..10_u8)
        .flat_map(|y| (0..16_u8).map(move |x| (f32::from(x), f32::from(y))))
        .map(|(x, y)| bump(x, y, 4.0, 3.0) + 0.7 * bump(x, y, 11.0, 6.0))
        .collect();
    OverlayMap::new(9, 16, 10, &values).expect("160 values")
}

/// Six boxes: plain, dashed with a score, selected, hovered, dimmed, and one too small for its label.
pub(crate) fn six_boxes() -> Vec<CanvasShape> {
    let shape = |id: u64, b: BBox, label: &str| CanvasShape {
        label: Some(label.to_owned()),
        ..CanvasShape::new(id, b, categorical(id as usize))
    };
    vec![
        shape(0, bbox(18.0, 24.0, 88.0, 82.0), "bottle"),
        CanvasShape { style: LineStyle::Dashed, ..shape(1, bbox(180.0, 20.0, 250.0, 78.0), "can 0.87") },
        CanvasShape { selected: true, ..shape(2, bbox(190.0, 116.0, 290.0, 182.0), "crate") },
        CanvasShape { hovered: true, ..shape(3, bbox(24.0, 118.0, 74.0, 170.0), "glass") },
        CanvasShape { dimmed: true, ..shape(4, bbox(96.0, 112.0, 150.0, 186.0), "lid") },
        shape(5, bbox(120.0, 40.0, 130.0, 48.0), "cap"),
    ]
}
