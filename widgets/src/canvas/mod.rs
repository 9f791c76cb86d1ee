//! The canvas: an image with shapes over it, zoom and pan, and what the pointer does told in image pixels.
//!
//! The caller keeps a [`CanvasState`] (the view, nothing else) and a [`ShapeScene`], hands over an image, an overlay and
//! the scene, and gets back what happened; it owns the shapes and decides what a press means.

mod glide;
pub mod gpu;
mod histogram;
mod image;
mod look;
mod mesh;
mod minimap;
mod overlay;
mod pointer;
mod pyramid;
mod quads;
mod raster;
mod react;
mod readout;
mod shapes;
mod state;
mod tile_cache;
mod tiles;
mod versioned;

use std::sync::{Arc, Mutex, PoisonError};

use concord_geometry::{BBox, Point, View};
use concord_language::tr;
use egui::{Color32, CursorIcon, Painter, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::theme::Theme;
use quads::Plan;

pub use histogram::Histogram;
pub use image::{CanvasImage, ImageKey};
pub use look::{Adjust, Channel, OverlayStyle, Window};
pub use overlay::OverlayMap;
pub use pointer::{CLICK_REACH, PointerEvent, PointerKind};
pub use pyramid::{Pyramid, Sight, TileId};
pub use raster::{PixelKind, Raster};
pub use readout::{PixelValue, pixel_text};
pub use shapes::{
    CanvasShape, Draft, HANDLE_REACH, HANDLE_SIDE, KeypointLook, LINE_WIDTH, LineStyle, LiveMask, ROTATION_STEM,
    ShapeScene, paint_box_handles, paint_brush, paint_crosshair, paint_draft, paint_handles, paint_keypoints,
    paint_preview, paint_prompt_point, paint_rotated_handles, paint_rubber_band, paint_ruler, paint_snap_marker,
    paint_vertices, paint_words, rotation_handle, shapes_at,
};
pub use state::{CanvasState, FIT_MARGIN};
pub use tile_cache::TileCache;

/// A widget that shows an image with shapes over it, filling the room there is.
///
/// The wheel zooms at the pointer, a wheel moved sideways pans, the middle button or the primary one with Space held
/// pans, a double click fits the image, pinching zooms. Ctrl+wheel is reported and otherwise left to the caller.
#[must_use = "a canvas is drawn by `show`"]
pub struct Canvas<'a> {
    name: &'a str,
    image: Option<&'a CanvasImage>,
    overlay: Option<(&'a OverlayMap, OverlayStyle)>,
    adjust: Adjust,
    shapes: ShapeSource<'a>,
    live_mask: Option<(&'a LiveMask, Color32)>,
    paint_over: Option<PaintOver<'a>>,
    preview: Option<(BBox, Color32)>,
    cursor: Option<CursorIcon>,
    options: Options,
}

/// Draws over the shapes of a canvas; the view is in screen points.
pub type PaintOver<'a> = &'a dyn Fn(&Painter, &View);

#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four switches of the caller that do not depend on one another")]
struct Options {
    crosshair: bool,
    minimap: bool,
    keeps_view: bool,
    handles: bool,
}

/// Where the shapes come from.
enum ShapeSource<'a> {
    /// A list that is compared with that of the frame before.
    List(&'a [CanvasShape]),
    Scene(&'a mut ShapeScene),
}

impl ShapeSource<'_> {
    fn len(&self) -> usize {
        match self {
            Self::List(shapes) => shapes.len(),
            Self::Scene(scene) => scene.len(),
        }
    }
}

/// What happened on a canvas in one frame.
pub struct CanvasResponse {
    /// egui's response for the whole canvas, for context menus and tooltips.
    pub response: Response,
    /// What the pointer did, in order.
    pub events: Vec<PointerEvent>,
    /// Where a double click of the primary button hit, in image pixels. It also fits the image, at the next frame,
    /// unless [`CanvasState::consume_double_click`] is called.
    pub double_click: Option<Point>,
    /// Where the pointer is, in image pixels; `None` when it is not over the canvas.
    pub hover: Option<Point>,
    /// How image pixels are placed on the screen, in absolute screen points: to draw more, or to hit-test.
    pub view: View,
    /// True when zoom or pan changed in this frame.
    pub view_changed: bool,
    /// Notches of Ctrl+wheel in this frame, positive away from the user; the canvas does nothing with it.
    pub ctrl_wheel: f32,
    /// A painter cut off at the canvas, to draw over it.
    pub painter: Painter,
    /// How many shapes were in sight.
    pub visible_shapes: usize,
    /// The tiles of a pyramid that this frame missed, most urgent first: the overview, those in sight from the middle
    /// outwards, then a ring around them. It is a new list each frame; what it no longer names need not be read.
    pub wanted: Vec<TileId>,
}

impl CanvasResponse {
    /// Screen points an image pixel.
    pub fn points_per_pixel(&self) -> f64 {
        self.view.scale
    }

    /// A length on the screen in image pixels: what a hit test needs for a reach that is constant on the screen.
    pub fn image_px(&self, screen_points: f32) -> f64 {
        f64::from(screen_points) / self.view.scale
    }
}

impl<'a> Canvas<'a> {
    /// A canvas with a minimap; `name` is its accessible name.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            image: None,
            overlay: None,
            adjust: Adjust::default(),
            shapes: ShapeSource::List(&[]),
            live_mask: None,
            paint_over: None,
            preview: None,
            cursor: None,
            options: Options { crosshair: false, minimap: true, keeps_view: false, handles: true },
        }
    }

    /// The image; without one the canvas is empty and reports nothing.
    pub fn image(mut self, image: Option<&'a CanvasImage>) -> Self {
        self.image = image;
        self
    }

    /// A map of values laid over the image.
    pub fn overlay(mut self, overlay: Option<(&'a OverlayMap, OverlayStyle)>) -> Self {
        self.overlay = overlay;
        self
    }

    /// The tone of the image on the screen.
    pub fn adjust(mut self, adjust: Adjust) -> Self {
        self.adjust = adjust;
        self
    }

    /// The shapes to draw, later ones over earlier ones: for a few, because each frame compares them all with those of
    /// the frame before. For many keep a scene ([`Canvas::scene`]).
    pub fn shapes(mut self, shapes: &'a [CanvasShape]) -> Self {
        self.shapes = ShapeSource::List(shapes);
        self
    }

    /// The scene of shapes to draw; it takes the place of [`Canvas::shapes`].
    pub fn scene(mut self, scene: &'a mut ShapeScene) -> Self {
        self.shapes = ShapeSource::Scene(scene);
        self
    }

    /// A mask that is being painted, with its colour, drawn over the shapes.
    pub fn live_mask(mut self, mask: Option<(&'a LiveMask, Color32)>) -> Self {
        self.live_mask = mask;
        self
    }

    /// Draws over the shapes, and below the crosshair and the minimap, with the view of this very frame: vertices,
    /// drafts and other marks of tools.
    pub fn paint_over(mut self, paint: PaintOver<'a>) -> Self {
        self.paint_over = Some(paint);
        self
    }

    /// Handles on the selected shape where exactly one is selected and not locked; on unless turned off.
    pub fn handles(mut self, on: bool) -> Self {
        self.options.handles = on;
        self
    }

    /// A box that is being made, with its colour.
    pub fn preview(mut self, preview: Option<(BBox, Color32)>) -> Self {
        self.preview = preview;
        self
    }

    /// The pointer's look over the canvas, for example what a handle would do; panning overrides it.
    pub fn cursor(mut self, cursor: CursorIcon) -> Self {
        self.cursor = Some(cursor);
        self
    }

    /// Hairlines through the pointer; off unless asked for.
    pub fn crosshair(mut self, on: bool) -> Self {
        self.options.crosshair = on;
        self
    }

    /// The whole image in a corner when part of it is out of sight; on unless turned off.
    pub fn minimap(mut self, on: bool) -> Self {
        self.options.minimap = on;
        self
    }

    /// Keeps zoom and pan when another image of the same size comes, for comparing; off unless asked for.
    pub fn keep_view(mut self, on: bool) -> Self {
        self.options.keeps_view = on;
        self
    }

    /// Shows the canvas in all the room there is.
    pub fn show(mut self, ui: &mut Ui, state: &mut CanvasState) -> CanvasResponse {
        let size = ui.available_size().max(Vec2::splat(1.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let image = self.image.map(|image| (image.key(), image.size()));
        let before = state.view();
        let has_moved = state.settle(image, rect.size(), self.options.keeps_view);
        if state.glide_on(ui.input(|input| input.stable_dt)) {
            ui.ctx().request_repaint();
        }
        let mut out = CanvasResponse {
            events: Vec::new(),
            double_click: None,
            hover: None,
            view: on_screen(state, &response),
            view_changed: false,
            ctrl_wheel: 0.0,
            painter: ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())),
            visible_shapes: 0,
            wanted: Vec::new(),
            response,
        };
        if self.image.is_some() {
            self.react(ui, state, &mut out, has_moved);
        }
        out.view = on_screen(state, &out.response);
        out.view_changed = state.view() != before;
        self.paint(ui, state, &mut out);
        self.describe(ui, state, &out);
        out
    }

    fn paint(&mut self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse) {
        let theme = Theme::of_ui(ui);
        let rect = out.response.rect;
        out.painter.rect_filled(rect, 0.0, theme.canvas);
        state.minimap = None;
        let (Some(image), Some(viewport)) = (self.image, bbox_of(out.painter.clip_rect())) else {
            return;
        };
        let overlay = self.overlay.map(|(overlay, style)| (overlay.clone(), style));
        let mut plan = Plan::new(image, out.view, &viewport, f64::from(ui.ctx().pixels_per_point()));
        out.wanted = std::mem::take(&mut plan.wanted);
        let paint = gpu::ImagePaint::new(ui.ctx(), image.clone(), self.adjust, plan).with_overlay(overlay);
        out.painter.add(paint.into_shape(out.painter.clip_rect()));
        self.paint_shapes(ui, out, viewport);
        if let Some((bbox, color)) = &self.preview {
            paint_preview(&out.painter, &out.view, bbox, *color);
        }
        if let Some(at) = out.hover.filter(|_| self.options.crosshair && !state.pointer.is_panning()) {
            let at = out.view.screen_from_image(at);
            paint_crosshair(&out.painter, egui::pos2(at.x as f32, at.y as f32));
        }
        if self.options.minimap
            && let Some(place) = minimap::place(rect, image, &out.view)
        {
            minimap::show(ui, &out.response, place, image, self.adjust, &out.view, state);
            state.minimap = Some(place);
        }
    }

    fn paint_shapes(&mut self, ui: &Ui, out: &mut CanvasResponse, viewport: BBox) {
        let (painter, view) = (&out.painter, &out.view);
        let kept;
        let mut locked;
        let scene = match &mut self.shapes {
            ShapeSource::Scene(scene) => &mut **scene,
            ShapeSource::List(shapes) => {
                let id = out.response.id.with("shapes");
                kept = ui.data_mut(|data| Arc::clone(data.get_temp_mut_or_default::<Arc<Mutex<ShapeScene>>>(id)));
                locked = kept.lock().unwrap_or_else(PoisonError::into_inner);
                locked.set(shapes);
                &mut *locked
            }
        };
        let (visible, is_unfinished) = shapes::paint_scene(painter, view, scene);
        out.visible_shapes = visible;
        if is_unfinished {
            ui.ctx().request_repaint();
        }
        if let Some((mask, color)) = self.live_mask {
            painter.add(
                gpu::shapes::live::LivePaint::new(mask.clone(), color, *view, viewport).into_shape(painter.clip_rect()),
            );
        }
        if self.options.handles {
            shapes::paint_scene_handles(painter, view, scene);
        }
        if let Some(paint) = self.paint_over {
            paint(painter, view);
        }
    }

    fn describe(&self, ui: &Ui, state: &CanvasState, out: &CanvasResponse) {
        out.response.widget_info(|| WidgetInfo::labeled(Role::Canvas, ui.is_enabled(), self.name));
        let text = match self.image.map(CanvasImage::size) {
            Some(size) => tr!(
                "canvas-description",
                width = size.width.to_string(),
                height = size.height.to_string(),
                percent = format!("{:.0}", state.zoom_percent()),
                visible = out.visible_shapes,
                count = self.shapes.len()
            ),
            None => tr!("canvas-no-image").to_owned(),
        };
        ui.ctx().accesskit_node_builder(out.response.id, |node| node.set_description(text));
    }
}

fn on_screen(state: &CanvasState, response: &Response) -> View {
    let corner = response.rect.min;
    state.view().panned(f64::from(corner.x), f64::from(corner.y))
}

fn bbox_of(rect: egui::Rect) -> Option<BBox> {
    let [x1, y1, x2, y2] = [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(f64::from);
    BBox::new(x1, y1, x2, y2).ok().filter(|bbox| !bbox.is_degenerate())
}
