//! Perturbations that test a model's robustness: six of the common corruptions, five severities each.
//!
//! The numbers are those of `imagecorruptions` 1.1.2 (Michaelis et al. 2019, after Hendrycks & Dietterich 2019).
//! Values are clipped and truncated, not rounded, to 8 bits, as there.

mod blur;
mod dct;
mod jpeg;
mod noise;
mod pixelate;
mod tone;

use concord_geometry::Size;
use serde::{Deserialize, Serialize};

use crate::{ImagingError, Rgb8};

/// The severities, mildest first.
pub const SEVERITIES: std::ops::RangeInclusive<u8> = 1..=5;

/// Least width and height, in pixels, that the reference accepts.
pub const LEAST_SIDE: u32 = 32;

/// One kind of perturbation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Perturbation {
    /// Independent normal noise on every channel value, σ .08 .12 .18 .26 .38 of the full range.
    GaussianNoise,
    /// A one-sided Gaussian trail of 21 to 41 pixels at an angle drawn from −45° to 45°.
    MotionBlur,
    /// HSV value raised by .1 .2 .3 .4 .5 of the full range.
    Brightness,
    /// Distance from each channel's mean scaled by .4 .3 .2 .1 .05.
    Contrast,
    /// Compression as JPEG, 4:2:0, at quality 25 18 15 10 7.
    Jpeg,
    /// Reduced by area to .6 .5 .4 .3 .25 of each side and enlarged again without smoothing.
    Pixelate,
}

impl Perturbation {
    /// Every perturbation, in the order they are listed in.
    pub const ALL: [Self; 6] =
        [Self::GaussianNoise, Self::MotionBlur, Self::Brightness, Self::Contrast, Self::Jpeg, Self::Pixelate];

    /// The name used in files, records and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::GaussianNoise => "gaussian_noise",
            Self::MotionBlur => "motion_blur",
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Jpeg => "jpeg",
            Self::Pixelate => "pixelate",
        }
    }

    /// The perturbation with this [`Perturbation::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|perturbation| perturbation.name() == name)
    }

    /// What the severity means, for people, such as `σ = 0.18`. Severities are brought into 1 to 5.
    pub fn strength(self, severity: u8) -> String {
        let at = index(severity);
        match self {
            Self::GaussianNoise => format!("σ = {}", noise::SIGMA[at]),
            Self::MotionBlur => format!("{} pixels, σ = {}", 2 * blur::TRAIL[at].0 + 1, blur::TRAIL[at].1),
            Self::Brightness => format!("value + {}", tone::BRIGHTER[at]),
            Self::Contrast => format!("contrast × {}", tone::CONTRAST[at]),
            Self::Jpeg => format!("quality {}", jpeg::QUALITY[at]),
            Self::Pixelate => format!("side × {}", pixelate::SCALE[at]),
        }
    }

    /// Whether the perturbation is defined for a picture of this size at this severity: both sides at least
    /// [`LEAST_SIDE`], severity 1 to 5.
    pub fn check(self, size: Size, severity: u8) -> Result<(), ImagingError> {
        let perturbation = self.name();
        if !SEVERITIES.contains(&severity) {
            return Err(ImagingError::Severity { perturbation, severity });
        }
        if size.width.min(size.height) < LEAST_SIDE {
            return Err(ImagingError::TooSmall { perturbation, size, least_side: LEAST_SIDE });
        }
        Ok(())
    }
}

/// The perturbed picture, of the same size. The same arguments always give the same bytes, on any number of threads:
/// noise comes from the random stream of (`seed`, `sample_id`, `<name>/s<severity>`) and is addressed by pixel.
///
/// Total by design, for callers that have asked [`Perturbation::check`]: a severity is brought into 1 to 5, and
/// pictures below [`LEAST_SIDE`] are computed by the same formulas although the reference refuses them.
pub fn apply(image: &Rgb8, perturbation: Perturbation, severity: u8, seed: u64, sample_id: &str) -> Rgb8 {
    let at = index(severity);
    let op = format!("{}/s{}", perturbation.name(), at + 1);
    match perturbation {
        Perturbation::GaussianNoise => noise::gaussian(image, noise::SIGMA[at], seed, sample_id, &op),
        Perturbation::MotionBlur => blur::motion(image, blur::TRAIL[at], seed, sample_id, &op),
        Perturbation::Brightness => tone::brighter(image, tone::BRIGHTER[at]),
        Perturbation::Contrast => tone::contrast(image, tone::CONTRAST[at]),
        Perturbation::Jpeg => jpeg::compressed(image, jpeg::QUALITY[at]),
        Perturbation::Pixelate => pixelate::pixelated(image, pixelate::SCALE[at]),
    }
}

/// As [`apply`], after [`Perturbation::check`].
pub fn try_apply(
    image: &Rgb8,
    perturbation: Perturbation,
    severity: u8,
    seed: u64,
    sample_id: &str,
) -> Result<Rgb8, ImagingError> {
    perturbation.check(image.size, severity)?;
    Ok(apply(image, perturbation, severity, seed, sample_id))
}

fn index(severity: u8) -> usize {
    usize::from(severity.clamp(1, 5)) - 1
}

/// A value of the unit range as 8 bits: clipped, then truncated.
fn truncated(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0) as u8
}

#[cfg(test)]
mod tests;
