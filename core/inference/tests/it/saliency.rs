//! Occlusion and D-RISE around detectors that are closures, against sums taken the plain way.

use std::ops::Range;

use concord_geometry::{BBox, Point, Size};
use concord_imaging::Rgb8;
use concord_inference::Heatmap;
use concord_inference::saliency::{
    DRise, DRiseOptions, Occlusion, OcclusionOptions, Probe, RiseMasks, STABLE, SaliencyError, Scored, Target,
    Upsampling,
};
use concord_metrics::rng::Stream;
use proptest::prelude::*;

fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
    BBox::new(x1, y1, x2, y2).expect("a box")
}

/// A picture of noise.
fn noise(width: u32, height: u32) -> Rgb8 {
    let mut stream = Stream::new(5, "picture", "noise", 0);
    Rgb8::from_fn(Size::new(width, height), |_, _| [(); 3].map(|()| stream.below(256) as u8))
}

/// Runs a probe to its end or for so many steps.
fn run(probe: &mut dyn Probe, steps: usize, mut score: impl FnMut(&Rgb8) -> f32, bbox: BBox) -> usize {
    for step in 0..steps {
        let Some(picture) = probe.next_input() else { return step };
        let score = score(&picture);
        probe.take(&[Scored { bbox, class: 1, score, objectness: score, class_scores: &[0.1, 0.9] }]);
    }
    steps
}

/// The value that a map's pixel had before it was brought to 0..=1.
fn raw(map: &Heatmap, at: usize) -> f64 {
    map.range[0] + f64::from(map.values[at]) * (map.range[1] - map.range[0])
}

/// A score between 0 and 1 to which every pixel adds its own part.
fn blend(picture: &Rgb8) -> f32 {
    let parts = picture.data.iter().enumerate().map(|(at, v)| f64::from(*v) * (1.0 + (at % 13) as f64));
    (parts.sum::<f64>() / (255.0 * 13.0 * picture.data.len() as f64)) as f32
}

/// Where the windows of one side begin, counted out: every `stride`, and one that ends at the side.
fn starts(side: u32, window: u32, stride: u32) -> Vec<u32> {
    let mut starts = vec![0];
    while starts[starts.len() - 1] + window < side {
        starts.push((starts[starts.len() - 1] + stride).min(side - window));
    }
    starts
}

/// Occlusion pixel by pixel: all windows, their drops, and the mean of those that cover the pixel.
fn plain_occlusion(image: &Rgb8, window: u32, stride: u32) -> (Vec<f64>, Vec<u32>) {
    let (width, height) = (image.width(), image.height());
    let mean = [0, 1, 2].map(|c| {
        let sum: f64 = image.data.iter().skip(c).step_by(3).map(|v| f64::from(*v)).sum();
        (sum / image.size.area_px() as f64).round() as u8
    });
    let (across, down) = (window.min(width), window.min(height));
    let (mut sums, mut counts) = (vec![0.0; (width * height) as usize], vec![0; (width * height) as usize]);
    for top in starts(height, down, stride) {
        for left in starts(width, across, stride) {
            let inside = |x: u32, y: u32| (left..left + across).contains(&x) && (top..top + down).contains(&y);
            let covered = Rgb8::from_fn(image.size, |x, y| if inside(x, y) { mean } else { image.pixel(x, y) });
            let drop = f64::from(blend(image)) - f64::from(blend(&covered));
            for at in (0..width * height).filter(|at| inside(at % width, at / width)) {
                sums[at as usize] += drop;
                counts[at as usize] += 1;
            }
        }
    }
    (sums.iter().zip(&counts).map(|(sum, count)| sum / f64::from(*count)).collect(), counts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn occlusion_is_the_mean_drop_of_the_windows_over_a_pixel(
        width in 1..40_u32, height in 1..40_u32, window in 0.1..1.0_f64, stride in 0.2..1.0_f64
    ) {
        let image = noise(width, height);
        let whole = BBox::of_image(image.size);
        let target = Target { bbox: whole, class: 1, class_scores: vec![] };
        let options = OcclusionOptions { window, stride };
        let mut probe = Occlusion::new(image.clone(), Some(target), options).expect("few windows");
        let total = probe.progress().total;
        prop_assert_eq!(run(&mut probe, usize::MAX, blend, whole), total);
        prop_assert_eq!(probe.progress().fraction(), 1.0);
        let side = (f64::from(width.max(height)) * window).round().max(1.0);
        let (expect, counts) = plain_occlusion(&image, side as u32, (side * stride).round().max(1.0) as u32);
        prop_assert!(counts.iter().all(|count| *count > 0));
        let map = probe.map();
        for (at, expect) in expect.iter().enumerate() {
            prop_assert!((raw(&map, at) - expect).abs() < 1e-6, "pixel {} is {}, not {}", at, raw(&map, at), expect);
        }
    }
}

#[test]
fn a_pixel_has_as_many_windows_as_cover_it() {
    // 64 pixels, windows of 8, 4 apart: one window over the first and last 4 pixels, two over all others.
    let image = noise(64, 64);
    let (_, counts) = plain_occlusion(&image, 8, 4);
    let along = |at: u32| if (4..60).contains(&at) { 2 } else { 1 };
    let expect: Vec<u32> = (0..64 * 64).map(|at| along(at % 64) * along(at / 64)).collect();
    assert_eq!(counts, expect);
    let mut probe = Occlusion::new(image.clone(), None, OcclusionOptions::default()).expect("225 windows");
    assert_eq!(probe.next_input().as_ref(), Some(&image), "the first picture is the image itself");
    probe.take(&[]);
    let mut covered = vec![0; 64 * 64];
    let mut quarter = None;
    while let Some(picture) = probe.next_input() {
        assert_eq!(probe.next_input().as_ref(), Some(&picture), "the same picture until its answer is there");
        let changed = picture.data.chunks_exact(3).zip(image.data.chunks_exact(3)).map(|(a, b)| a != b);
        for (count, changed) in covered.iter_mut().zip(changed) {
            *count += u32::from(changed);
        }
        probe.take(&[]);
        if probe.progress().done == 1 + 64 {
            quarter = Some(covered.iter().filter(|count| **count == 0).count());
        }
    }
    assert_eq!(quarter, Some(0), "the first 64 of the 225 windows lie side by side");
    assert_eq!(covered, expect, "no pixel of this noise has the mean colour");
    assert_eq!((probe.progress().done, probe.progress().total), (226, 226));
    probe.take(&[]);
    assert_eq!(probe.progress().done, 226);
}

#[test]
fn where_no_window_was_yet_the_nearest_one_counts() {
    let image = noise(64, 32);
    let whole = BBox::of_image(image.size);
    let target = Target { bbox: whole, class: 1, class_scores: vec![] };
    let mut probe = Occlusion::new(image.clone(), Some(target), OcclusionOptions::default()).expect("windows");
    assert!(probe.map().constant);
    run(&mut probe, 2, |picture| if *picture == image { 0.75 } else { 0.25 }, whole);
    let map = probe.map();
    assert_eq!((map.range, map.constant), ([0.5, 0.5], true), "after one window its drop stands for all places");
}

#[test]
fn a_detection_that_is_lost_counts_as_no_score_and_one_of_another_class_is_none() {
    let image = noise(8, 8);
    let there = bbox(0.0, 0.0, 4.0, 4.0);
    let options = OcclusionOptions { window: 1.0, stride: 1.0 };
    for (moved, class, drop) in [(there, 0, 0.3), (there, 2, 0.8), (bbox(4.0, 4.0, 8.0, 8.0), 0, 0.8)] {
        let mut probe = Occlusion::new(image.clone(), None, options).expect("one window");
        let found = Scored { bbox: there, class: 0, score: 0.8, objectness: 1.0, class_scores: &[] };
        probe.take(&[found]);
        probe.take(&[Scored { bbox: moved, class, score: 0.5, ..found }]);
        let [low, high] = probe.map().range;
        assert!((low - drop).abs() < 1e-6 && low == high, "{low} is not {drop}");
    }
}

#[test]
fn without_a_target_all_that_was_found_is_explained() {
    let image = noise(16, 16);
    let (left, right) = (bbox(0.0, 0.0, 8.0, 16.0), bbox(8.0, 0.0, 16.0, 16.0));
    let found = |score, bbox| Scored { bbox, class: 0, score, objectness: score, class_scores: &[][..] };
    let mut occlusion =
        Occlusion::new(image.clone(), None, OcclusionOptions { window: 1.0, stride: 1.0 }).expect("one window");
    occlusion.take(&[found(0.75, left), found(0.5, right)]);
    occlusion.take(&[found(0.25, left)]);
    assert_eq!(occlusion.map().range, [1.0, 1.0], "drops of 0.5 and 0.5");

    let options = DRiseOptions { masks: 1, grid: 1, p: 0.999_999, mean_corrected: false, ..DRiseOptions::default() };
    let mut drise = DRise::new(image.clone(), None, options, "img").expect("one cell");
    assert_eq!((drise.progress().total, drise.next_input()), (2, Some(image)));
    drise.take(&[found(0.75, left), found(0.5, right)]);
    drise.take(&[found(0.25, left), found(0.5, right)]);
    let [low, high] = drise.map().range;
    assert!((low - 0.75).abs() < 1e-9 && (high - 0.75).abs() < 1e-9, "weights of 0.25 and 0.5, seen everywhere");
    assert!(drise.next_input().is_none());
}

#[test]
fn drise_is_the_weighted_mean_of_its_masks() {
    let image = noise(30, 22);
    let whole = BBox::of_image(image.size);
    let target = Target { bbox: whole, class: 1, class_scores: vec![0.1, 0.9] };
    for (upsampling, mean_corrected) in
        [(Upsampling::Bilinear, true), (Upsampling::Bilinear, false), (Upsampling::Nearest, true)]
    {
        let options = DRiseOptions { grid: 5, p: 0.4, masks: 21, seed: 9, upsampling, mean_corrected };
        let mut probe = DRise::new(image.clone(), Some(target.clone()), options, "img_1").expect("a grid");
        let masks = RiseMasks::new(image.size, 5, 0.4, upsampling, (9, "img_1")).expect("a grid");
        let (mut shown, mut weights) = (vec![], vec![]);
        for index in 0..21 {
            let (mask, picture) = (masks.mask(index), probe.next_input().expect("21 masks"));
            for (at, value) in picture.data.iter().enumerate() {
                let exact = f64::from(image.data[at]) * f64::from(mask[at / 3]);
                assert!((f64::from(*value) - exact).abs() <= 0.5 + 1e-3, "{value} is not {exact} rounded");
            }
            let score = blend(&picture);
            probe.take(&[Scored { bbox: whole, class: 1, score, objectness: score, class_scores: &[0.1, 0.9] }]);
            // The box and the class scores are the target's own, so the weight is the objectness.
            weights.push(f64::from(score));
            shown.push(mask);
        }
        assert!(probe.next_input().is_none());
        let offset = if mean_corrected { weights.iter().sum::<f64>() / 21.0 } else { 0.0 };
        let map = probe.map();
        for at in 0..map.values.len() {
            let of_mask = |(mask, weight): (&Vec<f32>, &f64)| (weight - offset) * f64::from(mask[at]);
            let weighted: f64 = shown.iter().zip(&weights).map(of_mask).sum();
            let expect = weighted / (shown.iter().map(|mask| f64::from(mask[at])).sum::<f64>() + 1e-12);
            assert!((raw(&map, at) - expect).abs() < 1e-6, "pixel {at} is {}, not {expect}", raw(&map, at));
        }
    }
}

#[test]
fn drise_is_a_function_of_seed_sample_and_image_and_goes_on_where_a_shorter_run_ended() {
    let image = noise(24, 24);
    let whole = BBox::of_image(image.size);
    let target = Target { bbox: whole, class: 1, class_scores: vec![] };
    let map = |seed, sample: &str, masks, steps| {
        let options = DRiseOptions { grid: 4, masks, seed, ..DRiseOptions::default() };
        let mut probe = DRise::new(image.clone(), Some(target.clone()), options, sample).expect("a grid");
        run(&mut probe, steps, blend, whole);
        probe.map()
    };
    let first = map(1, "a", 30, 30);
    assert_eq!(map(1, "a", 30, 30), first);
    assert_eq!(map(1, "a", 50, 30), first);
    for other in [map(2, "a", 30, 30), map(1, "b", 30, 30), map(1, "a", 50, 31)] {
        assert_ne!(other, first);
    }
}

/// A detector that looks at one patch of a known picture alone: the score falls as the patch changes.
fn patch_score(image: &Rgb8, picture: &Rgb8, patch: &(Range<u32>, Range<u32>)) -> f32 {
    let mut change = 0.0;
    for y in patch.1.clone() {
        for x in patch.0.clone() {
            for (a, b) in image.pixel(x, y).into_iter().zip(picture.pixel(x, y)) {
                change += f64::from(a.abs_diff(b)) / 255.0;
            }
        }
    }
    let samples = 3.0 * patch.0.len() as f64 * patch.1.len() as f64;
    (1.0 - 2.0 * change / samples).clamp(0.0, 1.0) as f32
}

/// The pixel of the largest value; of equal ones the first.
fn peak(map: &Heatmap) -> Point {
    let best = (0..map.values.len()).fold(0, |best, at| if map.values[at] > map.values[best] { at } else { best });
    let width = map.width as usize;
    Point::new((best % width) as f64 + 0.5, (best / width) as f64 + 0.5)
}

/// Patches all over the picture: a map that does not follow the detector misses most of them.
const PATCHES: [(Range<u32>, Range<u32>); 5] =
    [(2..14, 4..16), (44..56, 3..15), (26..38, 26..38), (5..17, 46..58), (47..59, 45..57)];

#[test]
fn occlusion_points_at_the_patch_that_the_detector_looks_at() {
    let image = noise(64, 64);
    let object = bbox(0.0, 0.0, 60.0, 60.0);
    for patch in PATCHES {
        let mut probe = Occlusion::new(image.clone(), None, OcclusionOptions::default()).expect("225 windows");
        run(&mut probe, usize::MAX, |picture| patch_score(&image, picture, &patch), object);
        let at = peak(&probe.map());
        assert!(patch.0.contains(&(at.x as u32)) && patch.1.contains(&(at.y as u32)), "{at:?} is not in {patch:?}");
    }
}

#[test]
fn drise_points_at_the_patch_that_the_detector_looks_at_and_says_when_it_is_stable() {
    let image = noise(64, 64);
    let object = bbox(0.0, 0.0, 60.0, 60.0);
    let target = Target { bbox: object, class: 1, class_scores: vec![0.1, 0.9] };
    let options = DRiseOptions { grid: 8, masks: 1_000, ..DRiseOptions::default() };
    for patch in PATCHES {
        let mut probe = DRise::new(image.clone(), Some(target.clone()), options, "img").expect("a grid");
        assert_eq!(probe.stability(), None);
        run(&mut probe, usize::MAX, |picture| patch_score(&image, picture, &patch), object);
        let at = peak(&probe.map());
        assert!(patch.0.contains(&(at.x as u32)) && patch.1.contains(&(at.y as u32)), "{at:?} is not in {patch:?}");
    }
    // A detector that looks at everything has a map that settles; one that answers by dice never has.
    let stability = |masks, dice: bool| {
        let mut stream = Stream::new(3, "dice", "scores", 0);
        let options = DRiseOptions { grid: 4, masks, ..options };
        let mut probe = DRise::new(image.clone(), Some(target.clone()), options, "img").expect("a grid");
        let left = (0..32, 0..64);
        let score = |picture: &Rgb8| patch_score(&image, picture, &left);
        run(&mut probe, usize::MAX, |picture| if dice { stream.next_f64() as f32 } else { score(picture) }, object);
        let error = probe.error_map().range[1];
        (probe.stability().expect("two maps that vary"), error / (probe.map().range[1] - probe.map().range[0]))
    };
    let ((good, small), (bad, large)) = (stability(1_000, false), stability(1_000, true));
    assert!(good > STABLE && bad < 0.6, "{good} {bad}");
    assert!(small < 0.2 && large > small, "{small} {large}");
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let image = || noise(200, 200);
    let occlusion = |window, stride| {
        Occlusion::new(image(), None, OcclusionOptions { window, stride }).expect_err("out of range").to_string()
    };
    assert!(occlusion(0.0, 0.5).contains("window = 0"));
    assert!(occlusion(1.1, 0.5).contains("window = 1.1"));
    assert!(occlusion(f64::NAN, 0.5).contains("window = NaN"));
    assert!(occlusion(0.5, -0.5).contains("stride = -0.5"));
    let many = Occlusion::new(noise(300, 300), None, OcclusionOptions { window: 0.003, stride: 1.0 });
    assert!(many.expect_err("90 000 windows").to_string().contains("the number of windows = 90000"));
    let options = DRiseOptions { masks: 0, ..DRiseOptions::default() };
    let error = DRise::new(image(), None, options, "").expect_err("no masks");
    assert!(matches!(error, SaliencyError::Option { name: "masks", .. }), "{error}");
    assert!(DRise::new(image(), None, DRiseOptions { p: 1.0, ..DRiseOptions::default() }, "").is_err());
}
