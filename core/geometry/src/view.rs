//! The view: how image pixels are placed on the screen.

use crate::{BBox, Point, Size};

/// Zoom and pan of a canvas: `screen = origin + scale · image`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Screen points per image pixel, positive.
    pub scale: f64,
    /// Screen position of the image's top-left corner.
    pub origin: Point,
}

impl View {
    /// The largest zoom: 64 screen points a pixel (6400 %).
    pub const MAX_SCALE: f64 = 64.0;
    /// The smallest zoom.
    pub const MIN_SCALE: f64 = 1e-3;

    /// The view that shows the whole image centred in a viewport, with `margin` screen points around it.
    pub fn fit(image: Size, viewport: BBox, margin: f64) -> Self {
        Self::fit_box(&BBox::of_image(image), viewport, margin)
    }

    /// The view that shows one box of the image centred in a viewport, with `margin` screen points around it.
    pub fn fit_box(target: &BBox, viewport: BBox, margin: f64) -> Self {
        let room = |side: f64| (side - 2.0 * margin).max(1.0);
        let scale = (room(viewport.width()) / target.width().max(1.0))
            .min(room(viewport.height()) / target.height().max(1.0))
            .clamp(Self::MIN_SCALE, Self::MAX_SCALE);
        Self { scale, origin: Point::default() }.centred_on(target.center(), viewport.center())
    }

    /// The same zoom, with `point_in_image` shown at `point_on_screen`.
    #[must_use]
    pub fn centred_on(self, point_in_image: Point, point_on_screen: Point) -> Self {
        let origin = Point::new(
            point_on_screen.x - self.scale * point_in_image.x,
            point_on_screen.y - self.scale * point_in_image.y,
        );
        Self { origin, ..self }
    }

    /// Zoomed by `factor` while the image under `point_on_screen` stays where it is.
    #[must_use]
    pub fn zoomed_at(self, point_on_screen: Point, factor: f64) -> Self {
        let fixed = self.image_from_screen(point_on_screen);
        let scale = (self.scale * factor).clamp(Self::MIN_SCALE, Self::MAX_SCALE);
        Self { scale, ..self }.centred_on(fixed, point_on_screen)
    }

    /// Moved by `(dx, dy)` screen points.
    #[must_use]
    pub fn panned(self, dx: f64, dy: f64) -> Self {
        Self { origin: self.origin.moved(dx, dy), ..self }
    }

    /// Where a point of the image is shown.
    pub fn screen_from_image(&self, point_in_image: Point) -> Point {
        Point::new(self.origin.x + self.scale * point_in_image.x, self.origin.y + self.scale * point_in_image.y)
    }

    /// Which point of the image is shown at a point of the screen.
    pub fn image_from_screen(&self, point_on_screen: Point) -> Point {
        Point::new((point_on_screen.x - self.origin.x) / self.scale, (point_on_screen.y - self.origin.y) / self.scale)
    }

    /// Where a box of the image is shown.
    pub fn screen_box(&self, bbox: &BBox) -> BBox {
        let a = self.screen_from_image(Point::new(bbox.x1(), bbox.y1()));
        let b = self.screen_from_image(Point::new(bbox.x2(), bbox.y2()));
        BBox::from_points(a, b).unwrap_or(*bbox)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let view = View { scale: 1.5, origin: Point::new(40.0, 30.0) };
        let pointer = Point::new(200.0, 120.0);
        let before = view.image_from_screen(pointer);
        let after = view.zoomed_at(pointer, 3.0).image_from_screen(pointer);
        assert!(before.distance(after) < 1e-9);
    }

    #[test]
    fn fit_shows_the_whole_image() {
        let viewport = BBox::new(100.0, 50.0, 900.0, 650.0).expect("a valid viewport");
        let view = View::fit(Size::new(640, 480), viewport, 10.0);
        let shown = view.screen_box(&BBox::of_image(Size::new(640, 480)));
        assert!(viewport.contains(shown.corners()[0]) && viewport.contains(shown.corners()[2]));
        assert!(shown.center().distance(viewport.center()) < 1e-9);
    }
}
