//! Numbers that describe a picture for drift and outlier checks, computed in one pass over its pixels and one over
//! its luma.

use libm::{fabs, log, log2, sqrt};
use serde::{Deserialize, Serialize};

use crate::laplacian::{noise_sigma, order_statistic, second_differences};
use crate::resize::luma_reduced;
use crate::{JpegQuality, Rgb8};

/// The longer side, in pixels, at which `sharpness_512` is measured.
const SHARPNESS_SIDE: u32 = 512;

/// Features of one picture. Luma is Pillow's `convert("L")`: (19595R + 38470G + 7471B + 32768) >> 16.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Mean luma over 255, in 0 to 1.
    pub brightness: f64,
    /// Population standard deviation of luma over 255, in 0 to 0.5.
    pub contrast: f64,
    /// 5th percentile of luma (linear between order statistics), in 0 to 255.
    pub luma_p5: f64,
    /// 95th percentile of luma (linear between order statistics), in 0 to 255.
    pub luma_p95: f64,
    /// (95th − 5th percentile of luma) over 255, in 0 to 1.
    pub dynamic_range: f64,
    /// Share of pixels with luma below 26, in 0 to 1.
    pub dark_share: f64,
    /// Share of pixels with luma of 230 or more, in 0 to 1.
    pub bright_share: f64,
    /// Variance of the Laplacian of luma, border reflect-101 (Pech-Pacheco et al. 2000); `None` when a side is 1 pixel.
    pub sharpness: Option<f64>,
    /// As `sharpness`, on the luma averaged by area to 512 pixels on the longer side, so that resolutions compare;
    /// smaller pictures are measured as they are.
    pub sharpness_512: Option<f64>,
    /// Entropy of the 256-bin luma histogram in bits, 0 to 8.
    pub entropy: f64,
    /// Mean of red, 0 to 255.
    pub mean_r: f64,
    /// Mean of green, 0 to 255.
    pub mean_g: f64,
    /// Mean of blue, 0 to 255.
    pub mean_b: f64,
    /// Share of red in the sum of the means; ⅓ for a black picture.
    pub chromaticity_r: f64,
    /// Share of green in the sum of the means; ⅓ for a black picture.
    pub chromaticity_g: f64,
    /// Share of blue in the sum of the means; ⅓ for a black picture.
    pub chromaticity_b: f64,
    /// Largest minus smallest channel mean, 0 to 255.
    pub colour_cast: f64,
    /// Colourfulness after Hasler & Süsstrunk 2003.
    pub colourfulness: f64,
    /// Mean of (max − min)/max over the channels, 0 for black pixels; in 0 to 1.
    pub saturation: f64,
    /// Noise σ in grey levels: 1.4826·MAD of the 3×3 kernel [1 −2 1; −2 4 −2; 1 −2 1] over 6; `None` below 3×3 pixels.
    pub noise: Option<f64>,
    /// Width over height.
    pub aspect: f64,
    /// Natural logarithm of the aspect, symmetric around 0.
    pub log_aspect: f64,
    /// Pixels in millions.
    pub megapixels: f64,
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// JPEG quality 1 to 100 of the file; `None` for other formats and for pictures that do not come from a file.
    pub jpeg_quality: Option<JpegQuality>,
}

impl Features {
    /// The names of the features, in the order of [`Features::values`].
    pub const NAMES: &'static [&'static str] = &[
        "brightness",
        "contrast",
        "luma_p5",
        "luma_p95",
        "dynamic_range",
        "dark_share",
        "bright_share",
        "sharpness",
        "sharpness_512",
        "entropy",
        "mean_r",
        "mean_g",
        "mean_b",
        "chromaticity_r",
        "chromaticity_g",
        "chromaticity_b",
        "colour_cast",
        "colourfulness",
        "saturation",
        "noise",
        "aspect",
        "log_aspect",
        "megapixels",
        "width",
        "height",
        "jpeg_quality",
    ];

    /// The values in the order of [`Features::NAMES`]; `None` where a feature is not defined for the picture.
    pub fn values(&self) -> Vec<Option<f64>> {
        vec![
            Some(self.brightness),
            Some(self.contrast),
            Some(self.luma_p5),
            Some(self.luma_p95),
            Some(self.dynamic_range),
            Some(self.dark_share),
            Some(self.bright_share),
            self.sharpness,
            self.sharpness_512,
            Some(self.entropy),
            Some(self.mean_r),
            Some(self.mean_g),
            Some(self.mean_b),
            Some(self.chromaticity_r),
            Some(self.chromaticity_g),
            Some(self.chromaticity_b),
            Some(self.colour_cast),
            Some(self.colourfulness),
            Some(self.saturation),
            self.noise,
            Some(self.aspect),
            Some(self.log_aspect),
            Some(self.megapixels),
            Some(self.width),
            Some(self.height),
            self.jpeg_quality.map(|found| f64::from(found.quality)),
        ]
    }
}

/// The features of a picture; `jpeg_quality` is `None`, since a picture no longer knows its file.
pub fn features(image: &Rgb8) -> Features {
    let size = image.size;
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let n = size.area_px() as f64;
    let sums = PixelSums::of(image);
    let tone = Tone::of(&sums.histogram, n);
    let means = [sums.r, sums.g, sums.b].map(|sum| sum as f64 / n);
    let total: f64 = means.iter().sum();
    let chromaticity = means.map(|mean| if total > 0.0 { mean / total } else { 1.0 / 3.0 });
    let (columns, rows) = (size.width as usize, size.height as usize);
    let differences = second_differences(&sums.luma, columns, rows, true);
    let sharpness = differences.as_ref().map(|d| d.laplacian_variance);
    let sharpness_512 = match luma_reduced(&sums.luma, size, SHARPNESS_SIDE) {
        Some((small, luma)) => {
            second_differences(&luma, small.width as usize, small.height as usize, false).map(|d| d.laplacian_variance)
        }
        None => sharpness,
    };
    Features {
        brightness: tone.mean / 255.0,
        contrast: tone.deviation / 255.0,
        luma_p5: tone.p5,
        luma_p95: tone.p95,
        dynamic_range: (tone.p95 - tone.p5) / 255.0,
        dark_share: tone.dark_share,
        bright_share: tone.bright_share,
        sharpness,
        sharpness_512,
        entropy: tone.entropy,
        mean_r: means[0],
        mean_g: means[1],
        mean_b: means[2],
        chromaticity_r: chromaticity[0],
        chromaticity_g: chromaticity[1],
        chromaticity_b: chromaticity[2],
        colour_cast: means.iter().copied().fold(0.0, f64::max) - means.iter().copied().fold(255.0, f64::min),
        colourfulness: sums.colourfulness(n),
        saturation: sums.saturation / n,
        noise: differences.and_then(|d| noise_sigma(&d.noise_counts)),
        aspect: width / height,
        log_aspect: log(width / height),
        megapixels: n / 1e6,
        width,
        height,
        jpeg_quality: None,
    }
}

/// Pixels whose squared differences (at most 510²) a 32-bit accumulator holds safely.
const CHUNK: usize = 8192;
/// Fixed-point one of the reciprocals behind the saturation.
const ONE: u64 = 1 << 40;

/// Exact whole-number sums over all pixels, and the luma plane.
struct PixelSums {
    luma: Vec<u8>,
    histogram: [u64; 256],
    r: u64,
    g: u64,
    b: u64,
    /// Σ(R − G)².
    rg_squares: u64,
    /// Σ(R + G − 2B)², four times the square of ½(R+G) − B.
    yb_squares: u64,
    /// Σ(max − min)/max.
    saturation: f64,
}

impl PixelSums {
    fn of(image: &Rgb8) -> Self {
        let reciprocal: [u64; 256] = std::array::from_fn(|max| if max == 0 { 0 } else { ONE / max as u64 });
        let mut luma = vec![0; image.data.len() / 3];
        let mut counts = [[0_u32; 256]; 4];
        let (mut r, mut g, mut b, mut rg_squares, mut yb_squares, mut saturation) = (0, 0, 0, 0, 0, 0.0);
        for (pixels, luma) in image.data.chunks(CHUNK * 3).zip(luma.chunks_mut(CHUNK)) {
            let mut sums = [0_u32; 5];
            for (p, l) in pixels.chunks_exact(3).zip(luma.iter_mut()) {
                let (cr, cg, cb) = (u32::from(p[0]), u32::from(p[1]), u32::from(p[2]));
                *l = ((19595 * cr + 38470 * cg + 7471 * cb + 32768) >> 16) as u8;
                let (rg, yb) = (cr.wrapping_sub(cg) as i32, (cr + cg).wrapping_sub(2 * cb) as i32);
                for (sum, value) in sums.iter_mut().zip([cr, cg, cb, (rg * rg) as u32, (yb * yb) as u32]) {
                    *sum += value;
                }
            }
            [&mut r, &mut g, &mut b, &mut rg_squares, &mut yb_squares]
                .into_iter()
                .zip(sums)
                .for_each(|(total, part)| *total += u64::from(part));
            let mut saturated = 0;
            for (i, (p, &l)) in pixels.chunks_exact(3).zip(luma.iter()).enumerate() {
                let (max, min) = (p[0].max(p[1]).max(p[2]), p[0].min(p[1]).min(p[2]));
                saturated += u64::from(max - min) * reciprocal[usize::from(max)];
                // Four histograms in turn: equal neighbours need not wait for one another's count.
                counts[i & 3][usize::from(l)] += 1;
            }
            saturation += saturated as f64 / ONE as f64;
        }
        let histogram = std::array::from_fn(|l| counts.iter().map(|c| u64::from(c[l])).sum());
        Self { luma, histogram, r, g, b, rg_squares, yb_squares, saturation }
    }

    /// √(σ_rg² + σ_yb²) + 0.3·√(μ_rg² + μ_yb²) with rg = R − G and yb = ½(R + G) − B (Hasler & Süsstrunk 2003).
    fn colourfulness(&self, n: f64) -> f64 {
        let rg_mean = (self.r as f64 - self.g as f64) / n;
        let yb_mean = ((self.r + self.g) as f64 / 2.0 - self.b as f64) / n;
        let rg_variance = (self.rg_squares as f64 / n - rg_mean * rg_mean).max(0.0);
        let yb_variance = (self.yb_squares as f64 / 4.0 / n - yb_mean * yb_mean).max(0.0);
        sqrt(rg_variance + yb_variance) + 0.3 * sqrt(rg_mean * rg_mean + yb_mean * yb_mean)
    }
}

/// What the luma histogram alone tells.
struct Tone {
    mean: f64,
    deviation: f64,
    p5: f64,
    p95: f64,
    dark_share: f64,
    bright_share: f64,
    entropy: f64,
}

impl Tone {
    fn of(histogram: &[u64; 256], n: f64) -> Self {
        let moment = |power: u32| -> f64 {
            histogram.iter().enumerate().map(|(l, &count)| (l as u64).pow(power) * count).sum::<u64>() as f64 / n
        };
        let (mean, square) = (moment(1), moment(2));
        let share = |counts: &[u64]| counts.iter().sum::<u64>() as f64 / n;
        let entropy: f64 =
            histogram.iter().filter(|&&count| count > 0).map(|&c| c as f64 / n).map(|p| p * log2(p)).sum();
        Self {
            mean,
            deviation: sqrt((square - mean * mean).max(0.0)),
            p5: percentile(histogram, n, 0.05),
            p95: percentile(histogram, n, 0.95),
            dark_share: share(&histogram[..26]),
            bright_share: share(&histogram[230..]),
            // A single bin sums to −0.0.
            entropy: fabs(entropy),
        }
    }
}

/// Quantile of type 7, NumPy's default: linear between order statistics at position (n − 1)·q.
fn percentile(histogram: &[u64; 256], n: f64, q: f64) -> f64 {
    let position = (n - 1.0) * q;
    let below = position.floor();
    let low = order_statistic(histogram, below as u64) as f64;
    let high = order_statistic(histogram, position.ceil() as u64) as f64;
    low + (high - low) * (position - below)
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;

    use super::*;

    /// The formula picture behind the expected values.
    fn syn(width: u32, height: u32, k: u32) -> Rgb8 {
        Rgb8::from_fn(Size::new(width, height), |x, y| {
            [((3 * x + y + k) % 256) as u8, ((x * x / (7 + k) + 2 * y) % 256) as u8, ((5 * (x ^ y)) % 256) as u8]
        })
    }

    fn close(name: &str, found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{name}: found {found}, expected {expected}");
    }

    /// Pillow 12.2 `convert("L")`.
    #[test]
    fn luma_equals_pillow() {
        let luma = PixelSums::of(&syn(64, 48, 0)).luma;
        assert_eq!(luma[..8], [0, 1, 3, 5, 7, 9, 12, 14]);
        assert_eq!(luma.iter().map(|&l| u64::from(l)).sum::<u64>(), 344_732);
    }

    /// NumPy 2.4, SciPy 1.17 (`median_abs_deviation`, `convolve2d`) and OpenCV 5.0 (`Laplacian`) on Pillow's luma.
    #[test]
    fn features_equal_the_reference_packages() {
        let found = features(&syn(64, 48, 0));
        close("brightness", found.brightness, 0.440_068_423_202_614_4);
        close("contrast", found.contrast, 0.197_148_920_472_113_71);
        close("luma_p5", found.luma_p5, 32.55);
        close("luma_p95", found.luma_p95, 200.0);
        close("dynamic_range", found.dynamic_range, (200.0 - 32.55) / 255.0);
        close("dark_share", found.dark_share, 0.031_575_520_833_333_336);
        close("bright_share", found.bright_share, 0.000_976_562_5);
        close("sharpness", found.sharpness.expect("2 pixels a side"), 2_125.006_072_574_191_4);
        close("sharpness_512", found.sharpness_512.expect("2 pixels a side"), 2_125.006_072_574_191_4);
        close("entropy", found.entropy, 7.596_895_759_604_125);
        close("mean_r", found.mean_r, 118.0);
        close("mean_g", found.mean_g, 109.802_083_333_333_33);
        close("mean_b", found.mean_b, 109.5);
        close("chromaticity_r", found.chromaticity_r, 0.349_834_779_65);
        close("chromaticity_g", found.chromaticity_g, 0.325_530_403_63);
        close("chromaticity_b", found.chromaticity_b, 0.324_634_816_71);
        close("colour_cast", found.colour_cast, 8.5);
        close("colourfulness", found.colourfulness, 117.775_486_445_769_7);
        close("saturation", found.saturation, 0.642_430_982_268_601_3);
        close("noise", found.noise.expect("3 pixels a side"), 0.7413);
        close("aspect", found.aspect, 4.0 / 3.0);
        close("log_aspect", found.log_aspect, 0.287_682_072_45);
        let odd = features(&syn(101, 77, 3));
        close("sharpness", odd.sharpness.expect("2 pixels a side"), 3_064.286_793_983_683_8);
        close("saturation", odd.saturation, 0.662_357_115_865_35);
        close("noise", odd.noise.expect("3 pixels a side"), 0.9884);
    }

    #[test]
    fn names_and_values_go_together() {
        let found = features(&syn(40, 40, 1));
        let values = found.values();
        assert_eq!(values.len(), Features::NAMES.len());
        let at = |name| values[Features::NAMES.iter().position(|n| *n == name).expect("a known name")];
        assert_eq!(at("brightness"), Some(found.brightness));
        assert_eq!(at("saturation"), Some(found.saturation));
        assert_eq!(at("noise"), found.noise);
        assert_eq!(at("height"), Some(40.0));
        assert_eq!(at("jpeg_quality"), None);
    }

    #[test]
    fn a_black_pixel_has_no_sharpness_and_even_chromaticity() {
        let found = features(&Rgb8::filled(Size::new(1, 1), [0; 3]));
        assert_eq!((found.sharpness, found.sharpness_512, found.noise), (None, None, None));
        assert_eq!((found.chromaticity_r, found.saturation, found.entropy), (1.0 / 3.0, 0.0, 0.0));
    }

    #[test]
    fn large_pictures_are_also_measured_at_512_pixels() {
        let found = features(&syn(1024, 64, 0));
        assert_ne!(found.sharpness, found.sharpness_512);
    }
}
