//! Painting with wgpu: only this file and those in its folder name it.
//!
//! Call [`install`] once with the render state of the window; without it canvases draw everything but the image.

mod image;
mod pipelines;
pub(crate) mod shapes;
mod textures;

use egui_wgpu::RenderState;

pub(crate) use image::ImagePaint;

/// Graphics memory that images and overlays may hold before the ones unused longest are dropped: 384 MiB.
pub const DEFAULT_BUDGET_BYTES: u64 = 384 << 20;

/// Prepares a window for canvases, with [`DEFAULT_BUDGET_BYTES`] of textures.
pub fn install(render_state: &RenderState) {
    install_with_budget(render_state, DEFAULT_BUDGET_BYTES);
}

/// As [`install`], with a budget of `bytes` for textures. What one frame shows is always kept, even beyond the budget.
///
/// The window must have neither multisampling nor a depth buffer, which is how egui makes it unless told otherwise.
pub fn install_with_budget(render_state: &RenderState, bytes: u64) {
    image::install(render_state, bytes);
    shapes::install(render_state);
}

/// The bytes of textures held now, or `None` before [`install`].
pub fn held_bytes(render_state: &RenderState) -> Option<u64> {
    image::held_bytes(render_state)
}
