//! Time to compare two drawn things: polygons by boolean operations, masks by their runs.

use concord_geometry::{Ellipse, Geometry, Mask, Point, Polygon, Rle, Size, stroke};
use divan::Bencher;

fn main() {
    divan::main();
}

/// A wavy ring about a centre, as an annotator's polygon or a traced mask looks.
fn wavy(points: u32, center: Point) -> Geometry {
    let at = |i: u32| {
        let angle = std::f64::consts::TAU * f64::from(i) / f64::from(points);
        let radius = 100.0 + 20.0 * (7.0 * angle).sin();
        Point::new(center.x + radius * angle.cos(), center.y + radius * angle.sin())
    };
    Geometry::Polygon(Polygon::from_ring((0..points).map(at).collect()).expect("finite points"))
}

/// IoU of two polygons of so many points each.
#[divan::bench(args = [10, 100, 1000])]
fn polygons(bencher: Bencher, points: u32) {
    let (a, b) = (wavy(points, Point::new(500.0, 500.0)), wavy(points, Point::new(520.0, 510.0)));
    bencher.bench_local(|| a.iou(&b));
}

/// IoU of two ellipses.
#[divan::bench]
fn ellipses(bencher: Bencher) {
    let ellipse = |x| Geometry::Ellipse(Ellipse::new(Point::new(x, 500.0), 100.0, 60.0, 30.0).expect("an ellipse"));
    let (a, b) = (ellipse(500.0), ellipse(520.0));
    bencher.bench_local(|| a.iou(&b));
}

fn mask(x: f64) -> Mask {
    let path: Vec<Point> =
        (0..40).map(|i| Point::new(x + 30.0 * f64::from(i % 7), 500.0 + 20.0 * f64::from(i))).collect();
    Mask::new(stroke(Size::new(4000, 4000), &path, 60.0)).expect("foreground")
}

/// IoU of two painted masks of a 4000 × 4000 image.
#[divan::bench]
fn masks(bencher: Bencher) {
    let (a, b) = (mask(500.0), mask(520.0));
    bencher.bench_local(|| a.rle().iou(b.rle()));
}

/// The outline of a painted mask, and the mask of that outline.
#[divan::bench]
fn trace_a_mask(bencher: Bencher) {
    let mask = mask(500.0);
    bencher.bench_local(|| Polygon::outline_of(&mask));
}

#[divan::bench]
fn rasterise_an_outline(bencher: Bencher) {
    let outline = Polygon::outline_of(&mask(500.0));
    bencher.bench_local(|| Rle::of_polygon(&outline, Size::new(4000, 4000)));
}
