//! What a canvas remembers from frame to frame: where it looks, and nothing of what it shows.

use concord_geometry::{BBox, Point, Size, View};
use egui::{Rect, Vec2};

use super::glide::Glide;
use super::image::ImageKey;
use super::pointer::Pointer;

/// Screen points left free around an image or box that is fitted.
pub const FIT_MARGIN: f64 = 12.0;
/// Screen points of the image that stay in sight however far it is panned.
const IN_SIGHT: f64 = 48.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Request {
    Look(View),
    Fit,
    /// What a double click asks for unless the caller takes it.
    FitByDoubleClick,
    ShowRect(BBox, f64),
    GlideTo(BBox, f64, f32),
    ZoomBy(f64),
    ZoomTo(f64),
    CenterOn(Point),
    PanBy(f64, f64),
}

/// The view of one canvas: zoom, pan, and what the pointer is doing. Keep one for each canvas on the screen.
///
/// Requests such as [`CanvasState::fit`] take effect when the canvas is next shown, because only then its size is known.
#[derive(Debug, Clone)]
pub struct CanvasState {
    /// Screen points relative to the canvas' top-left corner.
    view: View,
    follows_fit: bool,
    requests: Vec<Request>,
    size: Vec2,
    shown: Option<(ImageKey, Size)>,
    /// The size of the last image, kept while the next one is being read.
    last_size: Option<Size>,
    pub(crate) pointer: Pointer,
    pub(crate) hover: Option<Point>,
    pub(crate) minimap: Option<Rect>,
    glide: Option<Glide>,
}

impl Default for CanvasState {
    fn default() -> Self {
        Self {
            view: View { scale: 1.0, origin: Point::default() },
            follows_fit: true,
            requests: Vec::new(),
            size: Vec2::ZERO,
            shown: None,
            last_size: None,
            pointer: Pointer::default(),
            hover: None,
            minimap: None,
            glide: None,
        }
    }
}

impl CanvasState {
    /// A canvas that fits the first image it shows.
    pub fn new() -> Self {
        Self::default()
    }

    /// The view, in screen points relative to the top-left corner of the canvas.
    pub fn view(&self) -> View {
        self.view
    }

    /// Takes over a view when the canvas is next shown, for example the one of a canvas beside this one; it replaces
    /// earlier requests, and fitting the first image.
    pub fn set_view(&mut self, view: View) {
        self.requests = vec![Request::Look(view)];
    }

    /// The zoom in percent: 100 shows one image pixel on one screen point, 6400 is the most.
    pub fn zoom_percent(&self) -> f64 {
        self.view.scale * 100.0
    }

    /// Where the pointer was over the image at the last frame, in image pixels; `None` outside the canvas.
    pub fn hover(&self) -> Option<Point> {
        self.hover
    }

    /// Shows the whole image.
    pub fn fit(&mut self) {
        self.requests.push(Request::Fit);
    }

    /// Shows one box of the image as large as fits.
    pub fn show_box(&mut self, bbox: BBox) {
        self.show_rect(bbox, FIT_MARGIN);
    }

    /// Shows one rectangle of the image as large as fits with `margin` screen points around it; a degenerate one is
    /// brought to the middle at the largest zoom.
    pub fn show_rect(&mut self, bbox: BBox, margin: f64) {
        self.requests.push(Request::ShowRect(bbox, margin));
    }

    /// As [`CanvasState::show_rect`], in a movement that takes `seconds`; at once for 0. Whatever else moves the view ends
    /// the movement.
    pub fn glide_to(&mut self, bbox: BBox, margin: f64, seconds: f32) {
        self.requests.push(Request::GlideTo(bbox, margin, seconds));
    }

    /// Moves on by so many seconds; true while the movement is not at its end.
    pub(crate) fn glide_on(&mut self, seconds: f32) -> bool {
        let Some(glide) = &mut self.glide else { return false };
        self.view = glide.on(seconds);
        self.glide.take_if(|glide| glide.is_over());
        self.glide.is_some()
    }

    /// Moves what is looked at by shares of the canvas' size: `(0.5, 0)` looks half a canvas further to the right,
    /// `(0, -0.5)` half a canvas further up.
    pub fn pan_by_fraction(&mut self, right: f64, down: f64) {
        self.requests.push(Request::PanBy(right, down));
    }

    /// Zooms around the middle of the canvas; `factor` above 1 zooms in.
    pub fn zoom_by(&mut self, factor: f64) {
        self.requests.push(Request::ZoomBy(factor));
    }

    /// Zooms around the middle of the canvas to `percent` (100 is one image pixel on one screen point).
    pub fn zoom_to(&mut self, percent: f64) {
        self.requests.push(Request::ZoomTo(percent / 100.0));
    }

    /// Brings a point of the image to the middle of the canvas.
    pub fn center_on(&mut self, point_in_image: Point) {
        self.requests.push(Request::CenterOn(point_in_image));
    }

    /// Says that the caller used the double click reported this frame, so that it does not fit the image as well.
    pub fn consume_double_click(&mut self) {
        self.requests.retain(|request| *request != Request::FitByDoubleClick);
    }

    pub(crate) fn fit_after_double_click(&mut self) {
        self.requests.push(Request::FitByDoubleClick);
    }

    /// Adopts the image and size of this frame and carries out requests; true when the view changed.
    pub(crate) fn settle(&mut self, image: Option<(&ImageKey, Size)>, size: Vec2, keeps_view: bool) -> bool {
        let before = self.view;
        let Some((key, image_size)) = image else {
            self.shown = None;
            self.size = size;
            self.requests.clear();
            return false;
        };
        let new_image = self.shown.as_ref().is_none_or(|(shown, _)| shown != key);
        let same_size = self.last_size == Some(image_size);
        let resized = self.size != size;
        if new_image {
            self.shown = Some((key.clone(), image_size));
            self.last_size = Some(image_size);
            self.follows_fit |= !(keeps_view && same_size);
        }
        let Some(viewport) = local_viewport(size) else {
            self.size = size;
            return false;
        };
        if self.follows_fit && (new_image || resized) {
            self.view = View::fit(image_size, viewport, FIT_MARGIN);
        } else if resized && self.size != Vec2::ZERO {
            let grown = size - self.size;
            self.view = self.view.panned(f64::from(grown.x) / 2.0, f64::from(grown.y) / 2.0);
        }
        self.size = size;
        for request in std::mem::take(&mut self.requests) {
            self.carry_out(request, image_size, viewport);
        }
        self.view = kept_in_sight(self.view, image_size, viewport);
        self.view != before
    }

    fn carry_out(&mut self, request: Request, image: Size, viewport: BBox) {
        let middle = viewport.center();
        self.follows_fit = matches!(request, Request::Fit | Request::FitByDoubleClick);
        self.glide = None;
        self.view = match request {
            Request::Look(view) => view,
            Request::Fit | Request::FitByDoubleClick => View::fit(image, viewport, FIT_MARGIN),
            Request::ShowRect(bbox, margin) => View::fit_box(&bbox, viewport, margin),
            Request::GlideTo(bbox, margin, seconds) => {
                let to = kept_in_sight(View::fit_box(&bbox, viewport, margin), image, viewport);
                if seconds <= 0.0 {
                    to
                } else {
                    self.glide = Some(Glide::new(self.view, to, seconds));
                    self.view
                }
            }
            Request::ZoomBy(factor) => self.view.zoomed_at(middle, factor),
            Request::ZoomTo(scale) => self.view.zoomed_at(middle, scale / self.view.scale),
            Request::CenterOn(point) => self.view.centred_on(point, middle),
            Request::PanBy(right, down) => self.view.panned(-right * viewport.width(), -down * viewport.height()),
        };
    }

    /// Moves the image by screen points.
    pub(crate) fn pan(&mut self, by: Vec2) {
        self.glide = None;
        self.follows_fit = false;
        self.view = self.view.panned(f64::from(by.x), f64::from(by.y));
        self.keep_in_sight();
    }

    /// Zooms around a point relative to the canvas' top-left corner.
    pub(crate) fn zoom_at(&mut self, local: Vec2, factor: f64) {
        self.glide = None;
        self.follows_fit = false;
        self.view = self.view.zoomed_at(Point::new(f64::from(local.x), f64::from(local.y)), factor);
        self.keep_in_sight();
    }

    fn keep_in_sight(&mut self) {
        if let (Some((_, image)), Some(viewport)) = (&self.shown, local_viewport(self.size)) {
            self.view = kept_in_sight(self.view, *image, viewport);
        }
    }
}

fn local_viewport(size: Vec2) -> Option<BBox> {
    let usable = size.x >= 1.0 && size.y >= 1.0;
    usable.then(|| BBox::new(0.0, 0.0, f64::from(size.x), f64::from(size.y)).ok())?
}

/// The view moved so that a strip of the image stays in the viewport.
fn kept_in_sight(view: View, image: Size, viewport: BBox) -> View {
    let shown = view.screen_box(&BBox::of_image(image));
    let back = |low: f64, high: f64, from: f64, to: f64| {
        let strip = IN_SIGHT.min(high - low).min(to - from);
        (from + strip - high).max(0.0) + (to - strip - low).min(0.0)
    };
    view.panned(
        back(shown.x1(), shown.x2(), viewport.x1(), viewport.x2()),
        back(shown.y1(), shown.y2(), viewport.y1(), viewport.y2()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    const IMAGE: Size = Size::new(400, 200);

    fn settled() -> CanvasState {
        let mut state = CanvasState::new();
        assert!(state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false));
        state
    }

    #[test]
    fn the_first_image_is_fitted_and_stays_so_when_the_window_grows() {
        let mut state = settled();
        assert_eq!(state.zoom_percent(), 200.0);
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(424.0, 624.0), false);
        assert_eq!(state.zoom_percent(), 100.0);
    }

    #[test]
    fn a_zoomed_view_keeps_its_middle_when_the_window_grows() {
        let mut state = settled();
        state.zoom_at(vec2(100.0, 300.0), 2.0);
        let middle = state.view().image_from_screen(Point::new(412.0, 312.0));
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(1024.0, 424.0), false);
        let after = state.view().image_from_screen(Point::new(512.0, 212.0));
        assert!(middle.distance(after) < 1e-9);
        assert_eq!(state.zoom_percent(), 400.0);
    }

    #[test]
    fn a_new_image_is_fitted_unless_the_view_is_to_be_kept() {
        let check = |keeps_view: bool, size: Size, zoom: f64| {
            let mut state = settled();
            state.zoom_at(vec2(100.0, 300.0), 2.0);
            state.settle(Some((&ImageKey::Number(2), size)), vec2(824.0, 624.0), keeps_view);
            assert_eq!(state.zoom_percent(), zoom, "{keeps_view} {size:?}");
        };
        check(false, IMAGE, 200.0);
        check(true, IMAGE, 400.0);
        check(true, Size::new(800, 400), 100.0);
    }

    #[test]
    fn the_view_is_kept_over_a_frame_without_an_image() {
        let mut state = settled();
        state.zoom_at(vec2(100.0, 300.0), 2.0);
        state.settle(None, vec2(824.0, 624.0), true);
        state.settle(Some((&ImageKey::Number(2), IMAGE)), vec2(824.0, 624.0), true);
        assert_eq!(state.zoom_percent(), 400.0);
    }

    #[test]
    fn a_rectangle_is_shown_with_its_margin() {
        let mut state = settled();
        state.show_rect(BBox::new(100.0, 50.0, 150.0, 100.0).expect("a valid box"), 112.0);
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false);
        // 624 points less twice 112 for 50 pixels.
        assert_eq!(state.zoom_percent(), 800.0);
        let middle = state.view().image_from_screen(Point::new(412.0, 312.0));
        assert!(middle.distance(Point::new(125.0, 75.0)) < 1e-9);
    }

    #[test]
    fn panning_by_shares_of_the_canvas() {
        let mut state = settled();
        state.zoom_to(800.0);
        state.center_on(Point::new(200.0, 100.0));
        state.pan_by_fraction(0.5, -0.25);
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false);
        let middle = state.view().image_from_screen(Point::new(412.0, 312.0));
        // Half of 824 points is 51.5 pixels, a quarter of 624 points 19.5.
        assert!(middle.distance(Point::new(251.5, 80.5)) < 1e-9, "{middle:?}");
    }

    #[test]
    fn requests_are_carried_out_in_order() {
        let mut state = settled();
        state.zoom_to(100.0);
        state.zoom_by(3.0);
        state.center_on(Point::new(10.0, 10.0));
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false);
        assert!((state.zoom_percent() - 300.0).abs() < 1e-9);
        let middle = state.view().image_from_screen(Point::new(412.0, 312.0));
        assert!(middle.distance(Point::new(10.0, 10.0)) < 1e-9);
    }

    #[test]
    fn a_given_view_wins_over_fitting_the_first_image() {
        let mut state = CanvasState::new();
        state.set_view(View { scale: 3.0, origin: Point::new(7.0, 9.0) });
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false);
        assert_eq!(state.view(), View { scale: 3.0, origin: Point::new(7.0, 9.0) });
    }

    #[test]
    fn a_consumed_double_click_does_not_fit() {
        let mut state = settled();
        state.zoom_at(vec2(100.0, 300.0), 2.0);
        state.fit_after_double_click();
        state.consume_double_click();
        state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(824.0, 624.0), false);
        assert_eq!(state.zoom_percent(), 400.0);
    }

    #[test]
    fn the_image_cannot_be_lost() {
        let mut state = settled();
        state.pan(vec2(1e6, -1e6));
        let shown = state.view().screen_box(&BBox::of_image(IMAGE));
        assert_eq!((shown.x1(), shown.y2()), (824.0 - 48.0, 48.0));
    }

    #[test]
    fn without_an_image_or_room_nothing_happens() {
        let mut state = CanvasState::new();
        state.fit();
        assert!(!state.settle(None, vec2(100.0, 100.0), false));
        assert!(!state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(0.0, 100.0), false));
        assert!(state.settle(Some((&ImageKey::Number(1), IMAGE)), vec2(124.0, 100.0), false));
        assert_eq!(state.zoom_percent(), 25.0);
    }
}
