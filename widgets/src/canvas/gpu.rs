//! Painting with wgpu: only this file and those in its folder name it.
//!
//! Call [`install`] once with the render state of the window; without it canvases draw everything but the image.

mod image;
mod pipelines;
pub(crate) mod shapes;
mod textures;
mod uploads;

use egui_wgpu::RenderState;

pub(crate) use image::ImagePaint;

/// Graphics memory that images and overlays may hold before the ones unused longest are dropped: 384 MiB.
pub const DEFAULT_BUDGET_BYTES: u64 = 384 << 20;

/// What images may cost on the graphics adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of textures before the ones unused longest are dropped. What one frame shows is always kept, even beyond.
    pub textures: u64,
    /// Bytes sent in one frame, so that none takes long. What does not fit comes with the next frames, coarse pixels
    /// first and those near the middle of the view before others; until then coarser or older ones are shown. A single
    /// piece of an image is sent however large it is.
    pub uploads_a_frame: u64,
}

impl Default for Budget {
    /// [`DEFAULT_BUDGET_BYTES`] of textures, and 16 MiB a frame.
    fn default() -> Self {
        Self { textures: DEFAULT_BUDGET_BYTES, uploads_a_frame: 16 << 20 }
    }
}

/// Prepares a window for canvases, with the default [`Budget`].
pub fn install(render_state: &RenderState) {
    install_with_budget(render_state, Budget::default());
}

/// As [`install`], with a budget.
///
/// The window must have neither multisampling nor a depth buffer, which is how egui makes it unless told otherwise.
pub fn install_with_budget(render_state: &RenderState, budget: Budget) {
    image::install(render_state, budget);
    shapes::install(render_state);
}

/// The bytes of textures held now, or `None` before [`install`].
pub fn held_bytes(render_state: &RenderState) -> Option<u64> {
    image::held_bytes(render_state)
}
