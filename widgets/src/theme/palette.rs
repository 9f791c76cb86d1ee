//! Colours for categories that colour-blind eyes can tell apart, and what is needed to keep them legible.

use egui::Color32;

/// The dark outline drawn under every line on an image, so that light and dark images both leave it legible.
pub const HALO: Color32 = Color32::from_rgb(12, 12, 12);

/// Nine colours: the seven chromatic ones of Okabe and Ito (2008), then pale grey and purple of Paul Tol (2021).
///
/// Under simulated protanopia, deuteranopia and tritanopia (Machado, Oliveira, Fernandes 2009, full severity) no two
/// are closer than 16 CIE 1976 ΔE units, which is what the seven of Okabe and Ito reach by themselves.
pub const CATEGORICAL: [Color32; 9] = [
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(240, 228, 66),
    Color32::from_rgb(213, 94, 0),
    Color32::from_rgb(204, 121, 167),
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(221, 221, 221),
    Color32::from_rgb(170, 51, 119),
];

/// The colour of category `index`; after nine they repeat, so a name must stand beside the colour.
pub fn categorical(index: usize) -> Color32 {
    CATEGORICAL[index % CATEGORICAL.len()]
}

fn linear(byte: u8) -> f64 {
    let value = f64::from(byte) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// Relative luminance of an opaque sRGB colour, in `[0, 1]` (WCAG 2.2).
pub fn luminance(color: Color32) -> f64 {
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

/// Contrast ratio of two opaque colours, in `[1, 21]` (WCAG 2.2).
pub fn wcag_contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Black or white, whichever is easier to read on `ground`.
pub fn ink_on(ground: Color32) -> Color32 {
    if wcag_contrast(Color32::BLACK, ground) >= wcag_contrast(Color32::WHITE, ground) {
        Color32::BLACK
    } else {
        Color32::WHITE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Machado, Oliveira, Fernandes (2009), severity 1.0: protanopia, deuteranopia, tritanopia, on linear RGB.
    const SIMULATED: [[[f64; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    fn lab(linear_rgb: [f64; 3]) -> [f64; 3] {
        let xyz = times(
            [
                [0.412_456_4, 0.357_576_1, 0.180_437_5],
                [0.212_672_9, 0.715_152_2, 0.072_175_0],
                [0.019_333_9, 0.119_192_0, 0.950_304_1],
            ],
            linear_rgb.map(|v| v.clamp(0.0, 1.0)),
        );
        let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let [x, y, z] = [f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883)];
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn categories_stay_apart_for_colour_blind_eyes() {
        for matrix in SIMULATED {
            let seen = CATEGORICAL.map(|c| lab(times(matrix, [linear(c.r()), linear(c.g()), linear(c.b())])));
            for (i, a) in seen.iter().enumerate() {
                for (j, b) in seen.iter().enumerate().skip(i + 1) {
                    let distance = a.iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
                    assert!(distance >= 16.0, "colours {i} and {j} are {distance:.1} apart");
                }
            }
        }
    }

    /// Black on white is 21 : 1 and #777777 on white 4.48 : 1 in the WCAG documents.
    #[test]
    fn contrast_follows_wcag() {
        assert!((wcag_contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        assert!((wcag_contrast(Color32::from_gray(0x77), Color32::WHITE) - 4.48).abs() < 5e-3);
    }

    #[test]
    fn every_category_is_legible_on_its_halo() {
        for color in CATEGORICAL {
            assert!(wcag_contrast(color, HALO) >= 3.0, "{color:?}");
            assert!(wcag_contrast(ink_on(color), color) >= 4.5, "{color:?}");
        }
    }
}
