//! Time of one move of the brush on a large image, on an empty mask and on a complicated one.

use concord_geometry::{Brush, BrushMode, Painter, Point, Rle, Size, stroke};
use divan::Bencher;

const SIZE: Size = Size::new(4000, 4000);

fn main() {
    divan::main();
}

/// A chequered mask of 8-pixel squares: 250 runs in every column, a million in all.
fn chequered() -> Rle {
    let runs = (0..SIZE.width).flat_map(|x| {
        let offset = if x / 8 % 2 == 0 { 0 } else { 8 };
        (0..SIZE.height / 16).map(move |i| (x, 16 * i + offset, 16 * i + offset + 8))
    });
    Rle::from_column_runs(SIZE.width, SIZE.height, runs)
}

fn dab(bencher: Bencher, mask: &Rle, mode: BrushMode) {
    let painter = Painter::on_mask(mask, Brush { radius_px: 100.0, mode });
    let fresh = || {
        let mut painter = painter.clone();
        painter.dab_to(Point::new(2000.0, 2000.0));
        painter
    };
    bencher.with_inputs(fresh).bench_local_refs(|painter| painter.dab_to(Point::new(2012.0, 2007.0)));
}

/// One move of 14 pixels with a radius of 100 pixels.
#[divan::bench(args = [BrushMode::Paint, BrushMode::Erase], sample_count = 50, sample_size = 1)]
fn move_on_an_empty_mask(bencher: Bencher, mode: BrushMode) {
    dab(bencher, &Rle::empty(SIZE), mode);
}

/// The same where the brush crosses hundreds of runs.
#[divan::bench(args = [BrushMode::Paint, BrushMode::Erase], sample_count = 50, sample_size = 1)]
fn move_on_a_chequered_mask(bencher: Bencher, mode: BrushMode) {
    dab(bencher, &chequered(), mode);
}

/// The first dab, which meets every run under the brush.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn set_down_on_a_chequered_mask(bencher: Bencher) {
    let painter = Painter::on_mask(&chequered(), Brush { radius_px: 100.0, mode: BrushMode::Paint });
    bencher.with_inputs(|| painter.clone()).bench_local_refs(|painter| painter.dab_to(Point::new(2000.0, 2000.0)));
}

/// A mask of a million runs taken up by the painter, and given back.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn take_up_and_finish_a_chequered_mask(bencher: Bencher) {
    let mask = chequered();
    bencher.bench_local(|| Painter::on_mask(&mask, Brush { radius_px: 1.0, mode: BrushMode::Paint }).finish());
}

/// A stroke of 100 segments with a radius of 20 pixels, in one piece.
#[divan::bench]
fn whole_stroke(bencher: Bencher) {
    let path: Vec<Point> =
        (0..100).map(|i| f64::from(i) / 10.0).map(|t| Point::new(2000.0 + 900.0 * t.cos(), 200.0 * t)).collect();
    bencher.bench_local(|| stroke(SIZE, &path, 20.0));
}
