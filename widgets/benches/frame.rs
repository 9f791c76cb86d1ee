//! CPU time of one frame of a canvas with many boxes: layout, shapes and tessellation, without a graphics adapter.

use concord_geometry::{BBox, Point, Size};
use concord_widgets::canvas::{Canvas, CanvasImage, CanvasShape, CanvasState, LineStyle};
use concord_widgets::theme::{ThemeKind, apply, categorical};
use divan::Bencher;
use egui::{Context, Pos2, RawInput, Rect, vec2};

const SIZE: Size = Size::new(4000, 3000);

fn main() {
    divan::main();
}

/// Boxes on a grid over the whole image, every fifth one dashed and every one labelled.
fn boxes(count: u32) -> Vec<CanvasShape> {
    let columns = (f64::from(count) * 4.0 / 3.0).sqrt().ceil() as u32;
    let cell = f64::from(SIZE.width) / f64::from(columns);
    (0..count)
        .map(|index| {
            let (x, y) = (f64::from(index % columns) * cell, f64::from(index / columns) * cell);
            let bbox = BBox::new(x + 0.1 * cell, y + 0.1 * cell, x + 0.8 * cell, y + 0.7 * cell);
            let style = if index % 5 == 0 { LineStyle::Dashed } else { LineStyle::Solid };
            CanvasShape {
                style,
                label: Some(format!("object {}", index % 12)),
                ..CanvasShape::new(u64::from(index), bbox.expect("a valid box"), categorical(index as usize))
            }
        })
        .collect()
}

/// A view that shows about `boxes_in_sight` of `count` boxes, or all of them.
fn view(count: u32, boxes_in_sight: Option<u32>) -> CanvasState {
    let mut state = CanvasState::new();
    if let Some(in_sight) = boxes_in_sight {
        let share = (f64::from(in_sight) / f64::from(count)).sqrt();
        let (width, height) = (f64::from(SIZE.width) * share, f64::from(SIZE.height) * share);
        let part = BBox::new(1000.0, 800.0, 1000.0 + width, 800.0 + height).expect("a valid box");
        state.show_box(part);
    }
    state
}

fn frames(bencher: Bencher<'_, '_>, count: u32, boxes_in_sight: Option<u32>) {
    let bytes = vec![90; SIZE.area_px() as usize * 3];
    let image = CanvasImage::from_rgb8(1, SIZE, &bytes).expect("the bytes fit");
    let (shapes, mut state) = (boxes(count), view(count, boxes_in_sight));
    let ctx = Context::default();
    apply(&ctx, ThemeKind::Dark);
    let input =
        RawInput { screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 1000.0))), ..RawInput::default() };
    let mut frame = || {
        let mut visible = 0;
        let output = ctx.run_ui(input.clone(), |ui| {
            visible = Canvas::new("Image").image(Some(&image)).shapes(&shapes).show(ui, &mut state).visible_shapes;
        });
        let shapes = output.shapes.clone();
        output.drop_without_applying_deltas();
        (ctx.tessellate(shapes, 1.0), visible)
    };
    let (_, visible) = frame();
    assert!(boxes_in_sight.is_some() || visible == count as usize, "all boxes are in sight when zoomed out");
    assert!(boxes_in_sight.is_none_or(|wanted| visible.abs_diff(wanted as usize) <= wanted as usize / 2), "{visible}");
    bencher.bench_local(frame);
}

#[divan::bench(args = [1_000, 10_000, 50_000])]
fn zoomed_out(bencher: Bencher<'_, '_>, count: u32) {
    frames(bencher, count, None);
}

#[divan::bench(args = [1_000, 10_000, 50_000])]
fn zoomed_to_100(bencher: Bencher<'_, '_>, count: u32) {
    frames(bencher, count, Some(100));
}

/// What a worker does before an image can be shown.
#[divan::bench]
fn prepare_12_megapixels(bencher: Bencher<'_, '_>) {
    let bytes = vec![90; SIZE.area_px() as usize * 3];
    bencher.bench_local(|| CanvasImage::from_rgb8(1, SIZE, &bytes));
}

/// Finding what lies under the pointer.
#[divan::bench(args = [10_000])]
fn hit_test(bencher: Bencher<'_, '_>, count: u32) {
    let shapes = boxes(count);
    bencher.bench_local(|| concord_widgets::canvas::shapes_at(&shapes, Point::new(2000.0, 1500.0), 3.0));
}
