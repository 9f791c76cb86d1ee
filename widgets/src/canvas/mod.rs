//! The canvas: an image with boxes over it, zoom and pan, and what the pointer does told in image pixels.
//!
//! The caller keeps a [`CanvasState`] (the view, nothing else), hands over an image, an overlay and shapes, and gets
//! back what happened; it owns the shapes and decides what a press means.

pub mod gpu;
mod image;
mod look;
mod mesh;
mod minimap;
mod pointer;
mod quads;
mod shapes;
mod state;
mod tiles;

use concord_geometry::{BBox, Point, View};
use egui::{Color32, CursorIcon, Event, Key, MouseWheelUnit, Painter, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::theme::Theme;
use pointer::{Meaning, Surroundings, in_image};

pub use image::{CanvasImage, ImageKey, OverlayMap};
pub use look::{Adjust, Channel, OverlayStyle};
pub use pointer::{CLICK_REACH, PointerEvent, PointerKind};
pub use shapes::{
    CanvasShape, HANDLE_REACH, HANDLE_SIDE, LINE_WIDTH, LineStyle, paint_crosshair, paint_preview, paint_shapes,
    read_out, shapes_at,
};
pub use state::{CanvasState, FIT_MARGIN};

/// Points of wheel movement that zoom by a factor of e: a notch of 40 points zooms by 22 %.
const WHEEL_POINTS_PER_E: f32 = 200.0;

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
    shapes: &'a [CanvasShape],
    preview: Option<(BBox, Color32)>,
    cursor: Option<CursorIcon>,
    options: Options,
}

#[derive(Clone, Copy)]
struct Options {
    crosshair: bool,
    minimap: bool,
    keeps_view: bool,
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
            shapes: &[],
            preview: None,
            cursor: None,
            options: Options { crosshair: false, minimap: true, keeps_view: false },
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

    /// The boxes to draw, later ones over earlier ones.
    pub fn shapes(mut self, shapes: &'a [CanvasShape]) -> Self {
        self.shapes = shapes;
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
    pub fn show(self, ui: &mut Ui, state: &mut CanvasState) -> CanvasResponse {
        let size = ui.available_size().max(Vec2::splat(1.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let image = self.image.map(|image| (image.key(), image.size()));
        let before = state.view();
        state.settle(image, rect.size(), self.options.keeps_view);
        let mut out = CanvasResponse {
            events: Vec::new(),
            double_click: None,
            hover: None,
            view: on_screen(state, &response),
            view_changed: false,
            ctrl_wheel: 0.0,
            painter: ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())),
            visible_shapes: 0,
            response,
        };
        if self.image.is_some() {
            self.react(ui, state, &mut out);
        }
        out.view = on_screen(state, &out.response);
        out.view_changed = state.view() != before;
        self.paint(ui, state, &mut out);
        self.describe(ui, state, &out);
        out
    }

    fn react(&self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse) {
        let on_top = out.response.contains_pointer();
        let typing = ui.ctx().text_edit_focused();
        let around = ui.input(|input| Surroundings {
            rect: out.response.rect.intersect(ui.clip_rect()),
            hole: state.minimap,
            on_top,
            pan_key: input.key_down(Key::Space) && !typing,
            modifiers: input.modifiers,
        });
        for event in ui.input(|input| input.events.clone()) {
            match state.pointer.interpret(&event, &on_screen(state, &out.response), &around) {
                Meaning::Nothing => {}
                Meaning::Pan(by) => state.pan(by),
                Meaning::Tell(event) => out.events.push(event),
            }
        }
        let lost = ui.input(|input| state.pointer.let_go(|button| input.pointer.button_down(button), input.modifiers));
        out.events.extend(lost);
        if on_top {
            wheel(ui, state, out);
        }
        if let Some(pos) = out.response.interact_pointer_pos()
            && out.response.double_clicked()
            && !around.hole.is_some_and(|hole| hole.contains(pos))
        {
            out.double_click = Some(in_image(&on_screen(state, &out.response), pos));
            state.fit();
            ui.ctx().request_repaint();
        }
        self.point(ui, state, out, &around);
    }

    fn point(&self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse, around: &Surroundings) {
        let view = on_screen(state, &out.response);
        let over = |pos: &egui::Pos2| around.on_top && !around.hole.is_some_and(|hole| hole.contains(*pos));
        state.hover = ui.input(|input| input.pointer.hover_pos()).filter(over).map(|pos| in_image(&view, pos));
        out.hover = state.hover;
        let icon = if state.pointer.is_panning() {
            Some(CursorIcon::Grabbing)
        } else if around.pan_key {
            Some(CursorIcon::Grab)
        } else if self.options.crosshair {
            Some(self.cursor.unwrap_or(CursorIcon::Crosshair))
        } else {
            self.cursor
        };
        if let Some(icon) = icon.filter(|_| out.hover.is_some() || state.pointer.is_held()) {
            ui.ctx().set_cursor_icon(icon);
        }
    }

    fn paint(&self, ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse) {
        let theme = Theme::of_ui(ui);
        let rect = out.response.rect;
        out.painter.rect_filled(rect, 0.0, theme.canvas);
        state.minimap = None;
        let (Some(image), Some(viewport)) = (self.image, bbox_of(out.painter.clip_rect())) else {
            return;
        };
        let overlay = self.overlay.map(|(overlay, style)| (overlay.clone(), style));
        let paint = gpu::ImagePaint::new(image.clone(), self.adjust, out.view, viewport).with_overlay(overlay);
        out.painter.add(paint.into_shape(out.painter.clip_rect()));
        out.visible_shapes = paint_shapes(&out.painter, &out.view, self.shapes);
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

    fn describe(&self, ui: &Ui, state: &CanvasState, out: &CanvasResponse) {
        out.response.widget_info(|| WidgetInfo::labeled(Role::Canvas, ui.is_enabled(), self.name));
        let text = match self.image.map(CanvasImage::size) {
            Some(size) => format!(
                "{} × {} px at {:.0} %, {} of {} shapes in sight",
                size.width,
                size.height,
                state.zoom_percent(),
                out.visible_shapes,
                self.shapes.len()
            ),
            None => "No image".to_owned(),
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

fn wheel(ui: &Ui, state: &mut CanvasState, out: &mut CanvasResponse) {
    let (scroll, pinch, notches, pos) = ui.input(|input| {
        let notches: f32 = input.events.iter().filter_map(ctrl_notches).sum();
        let pinch: f32 = input.events.iter().map(|event| if let Event::Zoom(by) = event { *by } else { 1.0 }).product();
        (input.smooth_scroll_delta(), pinch, notches, input.pointer.hover_pos())
    });
    out.ctrl_wheel = notches;
    let Some(pos) = pos else { return };
    let factor = (scroll.y / WHEEL_POINTS_PER_E).exp() * pinch;
    if factor != 1.0 {
        state.zoom_at(pos - out.response.rect.min, f64::from(factor));
    } else if scroll.x != 0.0 {
        state.pan(Vec2::new(scroll.x, 0.0));
    }
}

fn ctrl_notches(event: &Event) -> Option<f32> {
    let Event::MouseWheel { unit, delta, modifiers, .. } = event else {
        return None;
    };
    let per_notch = match unit {
        MouseWheelUnit::Line => 1.0,
        MouseWheelUnit::Point => 40.0,
        MouseWheelUnit::Page => 0.1,
    };
    (modifiers.ctrl || modifiers.command).then_some(delta.y / per_notch)
}
