//! The perturbations against the reference package, on pictures given by a formula.

use proptest::prelude::*;

use super::*;

/// The formula picture behind the expected values.
pub(super) fn syn(width: u32, height: u32, k: u32) -> Rgb8 {
    Rgb8::from_fn(Size::new(width, height), |x, y| {
        [((3 * x + y + k) % 256) as u8, ((x * x / (7 + k) + 2 * y) % 256) as u8, ((5 * (x ^ y)) % 256) as u8]
    })
}

/// CRC-32 as zlib computes it.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    })
}

/// Sum of all values, the pixel of row 10 and column 20, CRC-32 of the bytes.
type Expected = (u64, [u8; 3], u32);

fn check(perturbation: Perturbation, image: &Rgb8, expected: [Expected; 5]) {
    for (severity, expected) in (1..).zip(expected) {
        let found = apply(image, perturbation, severity, 0, "");
        let sum = found.data.iter().map(|&v| u64::from(v)).sum::<u64>();
        assert_eq!((sum, found.pixel(20, 10), crc32(&found.data)), expected, "{perturbation:?} severity {severity}");
    }
}

#[test]
fn crc32_gives_the_check_value_of_its_definition() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

/// `imagecorruptions` 1.1.2 with NumPy 2.4.
#[test]
fn contrast_equals_the_reference() {
    let on_64_48 = [
        (1_031_042, [98, 96, 125], 130_368_851),
        (1_031_632, [103, 99, 121], 1_118_309_816),
        (1_031_328, [108, 103, 117], 3_248_632_826),
        (1_031_907, [113, 106, 113], 2_713_859_272),
        (1_031_730, [115, 108, 111], 505_492_550),
    ];
    let on_101_77 = [
        (2_738_745, [99, 97, 128], 3_835_781_852),
        (2_737_896, [104, 103, 124], 465_269_963),
        (2_736_203, [108, 110, 120], 1_718_912_494),
        (2_737_377, [113, 116, 117], 3_827_994_390),
        (2_736_836, [115, 119, 115], 3_469_432_932),
    ];
    check(Perturbation::Contrast, &syn(64, 48, 0), on_64_48);
    check(Perturbation::Contrast, &syn(101, 77, 3), on_101_77);
}

/// `imagecorruptions` 1.1.2 with scikit-image 0.26.
#[test]
fn brightness_equals_the_reference() {
    let on_64_48 = [
        (1_177_105, [81, 90, 175], 3_247_546_007),
        (1_298_762, [93, 103, 201], 2_174_364_677),
        (1_393_364, [105, 116, 226], 2_713_175_533),
        (1_465_498, [117, 129, 252], 2_978_688_749),
        (1_511_676, [119, 130, 255], 3_322_913_495),
    ];
    let on_101_77 = [
        (3_086_906, [85, 70, 175], 1_162_726_201),
        (3_357_019, [97, 80, 201], 1_044_302_759),
        (3_552_778, [110, 90, 226], 1_296_834_307),
        (3_699_917, [122, 100, 252], 1_717_665_069),
        (3_807_050, [124, 102, 255], 965_816_569),
    ];
    check(Perturbation::Brightness, &syn(64, 48, 0), on_64_48);
    check(Perturbation::Brightness, &syn(101, 77, 3), on_101_77);
}

/// `imagecorruptions` 1.1.2 with Pillow 13.0.0.
#[test]
fn pixelate_equals_the_reference() {
    let on_64_48 = [
        (1_040_688, [73, 81, 153], 463_644_904),
        (1_041_472, [73, 81, 153], 844_882_188),
        (1_038_223, [74, 85, 141], 2_951_264_450),
        (1_038_920, [77, 89, 138], 2_579_306_423),
        (1_040_896, [75, 85, 148], 604_045_343),
    ];
    let on_101_77 = [
        (2_760_543, [76, 63, 153], 3_573_644_557),
        (2_762_067, [76, 63, 153], 1_378_559_940),
        (2_754_750, [77, 66, 141], 785_309_632),
        (2_756_220, [79, 68, 141], 593_021_912),
        (2_762_106, [78, 65, 148], 2_324_880_190),
    ];
    check(Perturbation::Pixelate, &syn(64, 48, 0), on_64_48);
    check(Perturbation::Pixelate, &syn(101, 77, 3), on_101_77);
}

/// `imagecorruptions` 1.1.2 with Pillow 13.0.0 on libjpeg-turbo; 101×77 has sides that are no multiple of a block.
#[test]
fn jpeg_equals_the_reference() {
    let on_64_48 = [
        (1_037_948, [73, 80, 134], 2_072_034_851),
        (1_031_651, [76, 80, 125], 3_038_527_671),
        (1_038_534, [70, 75, 130], 3_001_921_552),
        (1_032_715, [79, 71, 130], 1_232_123_751),
        (1_040_491, [67, 88, 141], 3_743_804),
    ];
    let on_101_77 = [
        (2_750_422, [72, 61, 129], 2_781_325_704),
        (2_758_451, [72, 62, 123], 1_544_874_921),
        (2_761_008, [74, 64, 124], 1_263_824_623),
        (2_755_073, [80, 67, 149], 3_140_605_215),
        (2_736_377, [74, 64, 127], 1_161_268_370),
    ];
    check(Perturbation::Jpeg, &syn(64, 48, 0), on_64_48);
    check(Perturbation::Jpeg, &syn(101, 77, 3), on_101_77);
}

/// Mean and population deviation that `imagecorruptions` 1.1.2 gives on 256×256 of grey 128, within 2 %.
#[test]
fn gaussian_noise_has_the_statistics_of_the_reference() {
    let flat = Rgb8::filled(Size::new(256, 256), [128; 3]);
    let expected = [(127.57, 20.36), (127.60, 30.53), (127.50, 45.70), (127.49, 63.15), (127.77, 80.70)];
    for (severity, (mean, deviation)) in (1..).zip(expected) {
        let noisy = apply(&flat, Perturbation::GaussianNoise, severity, 11, "flat");
        for channel in 0..3 {
            let values: Vec<f64> = noisy.data.iter().skip(channel).step_by(3).map(|&v| f64::from(v)).collect();
            let n = values.len() as f64;
            let found_mean = values.iter().sum::<f64>() / n;
            let found = (values.iter().map(|v| (v - found_mean).powi(2)).sum::<f64>() / n).sqrt();
            assert!((found_mean / mean - 1.0).abs() < 0.02, "severity {severity}: mean {found_mean}");
            assert!((found / deviation - 1.0).abs() < 0.02, "severity {severity}: deviation {found}");
        }
    }
}

#[test]
fn the_channels_of_the_noise_are_independent() {
    let noisy = apply(&Rgb8::filled(Size::new(256, 256), [128; 3]), Perturbation::GaussianNoise, 1, 3, "flat");
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let product: f64 = noisy
            .data
            .chunks_exact(3)
            .map(|p| (f64::from(p[a]) - 127.57) * (f64::from(p[b]) - 127.57) / (20.36 * 20.36))
            .sum::<f64>()
            / 65_536.0;
        // Four standard errors of a correlation of independent values are 4/256.
        assert!(product.abs() < 4.0 / 256.0, "channels {a} and {b} correlate by {product}");
    }
}

#[test]
fn random_perturbations_repeat_for_a_seed_and_differ_between_samples() {
    let image = syn(64, 48, 0);
    for perturbation in [Perturbation::GaussianNoise, Perturbation::MotionBlur] {
        let at = |seed, sample| apply(&image, perturbation, 3, seed, sample);
        assert_eq!(at(1, "a"), at(1, "a"));
        assert_ne!(at(1, "a"), at(2, "a"));
        assert_ne!(at(1, "a"), at(1, "b"));
    }
}

/// The first noise values come from the stream named by seed, sample and operation.
#[test]
fn noise_is_addressed_by_pixel_and_does_not_depend_on_threads() {
    let image = Rgb8::filled(Size::new(40, 33), [100, 128, 140]);
    let parallel = apply(&image, Perturbation::GaussianNoise, 3, 42, "img_000001");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    assert_eq!(pool.install(|| apply(&image, Perturbation::GaussianNoise, 3, 42, "img_000001")), parallel);
    // First two normal values of that stream: .43113099958 and .73389144115 (NumPy re-implementation of Philox).
    let expected = [(100.0, 0.431_130_999_58), (128.0, 0.733_891_441_15)];
    for (channel, (value, normal)) in expected.into_iter().enumerate() {
        assert_eq!(parallel.pixel(0, 0)[channel], f64::clamp(value + 255.0 * 0.18 * normal, 0.0, 255.0) as u8);
    }
}

#[test]
fn names_go_both_ways_and_bad_requests_are_refused() {
    for perturbation in Perturbation::ALL {
        assert_eq!(Perturbation::from_name(perturbation.name()), Some(perturbation));
    }
    assert_eq!(Perturbation::from_name("fog"), None);
    let small = Rgb8::filled(Size::new(31, 64), [0; 3]);
    let error = try_apply(&small, Perturbation::Jpeg, 1, 0, "a").expect_err("31 pixels");
    assert_eq!(
        error.to_string(),
        "cannot apply jpeg to a picture of 31×64 pixels: both sides must be at least 32 pixels"
    );
    let image = syn(32, 32, 0);
    assert!(try_apply(&image, Perturbation::Contrast, 0, 0, "a").is_err());
    assert!(try_apply(&image, Perturbation::Contrast, 6, 0, "a").is_err());
    assert!(try_apply(&image, Perturbation::Contrast, 5, 0, "a").is_ok());
}

fn mean_change(image: &Rgb8, perturbation: Perturbation, severity: u8, seed: u64) -> f64 {
    let changed = apply(image, perturbation, severity, seed, "sample");
    assert_eq!(changed.size, image.size);
    let total: u64 = changed.data.iter().zip(&image.data).map(|(&a, &b)| u64::from(a.abs_diff(b))).sum();
    total as f64 / image.data.len() as f64
}

/// A picture with structure at every scale: waves of 4 to 54 pixels in random directions. `imagecorruptions` 1.1.2
/// changes the pictures of seeds 0 to 199 more with each severity, in each of the types tested here.
fn textured(seed: u32) -> Rgb8 {
    let mut state = seed;
    let mut uniform = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    for _ in 0..4 {
        uniform();
    }
    let channels: [(f64, Vec<[f64; 4]>); 3] = std::array::from_fn(|_| {
        let base = 90.0 + 40.0 * uniform();
        let waves = (0..8).map(|k| {
            let frequency = std::f64::consts::TAU / (4.0 * 1.45_f64.powi(k));
            let angle = std::f64::consts::PI * uniform();
            let phase = std::f64::consts::TAU * uniform();
            [frequency * angle.cos(), frequency * angle.sin(), phase, 2.0 * 1.28_f64.powi(k)]
        });
        (base, waves.collect())
    });
    Rgb8::from_fn(Size::new(96, 80), |x, y| {
        let wave = |w: &[f64; 4]| w[3] * (f64::from(x) * w[0] + f64::from(y) * w[1] + w[2]).sin();
        std::array::from_fn(|c| (channels[c].0 + channels[c].1.iter().map(wave).sum::<f64>()).clamp(0.0, 255.0) as u8)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_higher_severity_changes_the_picture_more(seed in 0..200_u32) {
        let image = textured(seed);
        for perturbation in Perturbation::ALL {
            // The angle is drawn anew for each severity; blur compares at the same direction in its own test.
            if perturbation == Perturbation::MotionBlur {
                continue;
            }
            let changes: Vec<f64> = SEVERITIES.map(|s| mean_change(&image, perturbation, s, 5)).collect();
            prop_assert!(changes[0] > 0.0, "{perturbation:?} {changes:?}");
            prop_assert!(changes.windows(2).all(|pair| pair[0] < pair[1]), "{perturbation:?} {changes:?}");
        }
    }

    #[test]
    fn a_longer_trail_changes_the_picture_more(seed in 0..200_u32, angle in -45.0..45.0_f64) {
        let image = textured(seed);
        let changes: Vec<f64> = blur::TRAIL
            .map(|trail| blur::motion_at(&image, trail, angle))
            .iter()
            .map(|b| b.data.iter().zip(&image.data).map(|(&a, &b)| f64::from(a.abs_diff(b))).sum())
            .collect();
        prop_assert!(changes.windows(2).all(|pair| pair[0] < pair[1]), "{changes:?}");
    }

    #[test]
    fn every_size_is_handled(width in 1..70_u32, height in 1..70_u32, severity in 0..8_u8) {
        let image = syn(width, height, 1);
        for perturbation in Perturbation::ALL {
            prop_assert_eq!(apply(&image, perturbation, severity, 1, "s").size, image.size);
        }
    }
}
