//! Luma and two colour differences to red, green and blue (ITU-T H.273, 8.3).

use super::Fault;
use super::sequence::{Sampling, Sequence};
use super::still::Nclx;

/// How the samples of a frame become red, green and blue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    matrix: Matrix,
    /// Value of black, and how much white is above it.
    luma: (f32, f32),
    /// Value of no colour, and the width of the range.
    difference: (f32, f32),
    /// The largest value of a result.
    max: f32,
}

#[derive(Debug, Clone, Copy)]
enum Matrix {
    /// The samples are green, blue and red.
    Identity,
    YCgCo,
    /// The shares of red and of blue in luma.
    Luma(f32, f32),
}

impl Colours {
    /// The container's word goes before that of the AV1 data. Where nothing is said the matrix is that of BT.601, as
    /// libavif has it.
    pub(super) fn new(sequence: Sequence, nclx: Option<Nclx>) -> Result<Self, Fault> {
        let said = Nclx { matrix: sequence.matrix, full_range: sequence.full_range };
        let Nclx { matrix: number, full_range } = nclx.unwrap_or(said);
        let matrix = match number {
            0 => Matrix::Identity,
            1 => Matrix::Luma(0.2126, 0.0722),
            2 | 5 | 6 => Matrix::Luma(0.299, 0.114),
            4 => Matrix::Luma(0.30, 0.11),
            7 => Matrix::Luma(0.212, 0.087),
            8 => Matrix::YCgCo,
            9 => Matrix::Luma(0.2627, 0.0593),
            // Grey needs no matrix.
            _ if sequence.is_grey() => Matrix::Identity,
            other => return Err(Fault::unsupported(format!("its colours are coded with the matrix {other} of H.273"))),
        };
        if matches!(matrix, Matrix::Identity) && !matches!(sequence.sampling, Sampling::Full | Sampling::Grey) {
            return Err(Fault::corrupt("red, green and blue are not of one size"));
        }
        let unit = f32::from(1_u16 << (sequence.bits - 8));
        let max = f32::from(sequence.max());
        let (luma, range) = if full_range { ((0.0, max), max) } else { ((16.0 * unit, 219.0 * unit), 224.0 * unit) };
        let difference = if matches!(matrix, Matrix::Identity) { luma } else { (128.0 * unit, range) };
        Ok(Self { matrix, luma, difference, max })
    }

    /// The levels of a row; what `levels` holds before is replaced.
    pub(super) fn convert(&self, luma: &[u16], u: &[f32], v: &[f32], levels: &mut Vec<[u16; 3]>) {
        levels.clear();
        let samples = luma.iter().zip(u.iter().zip(v));
        let samples = samples.map(|(&y, (&u, &v))| {
            let y = (f32::from(y) - self.luma.0) / self.luma.1;
            (y, (u - self.difference.0) / self.difference.1, (v - self.difference.0) / self.difference.1)
        });
        match self.matrix {
            Matrix::Identity => levels.extend(samples.map(|(y, u, v)| self.levels([v, y, u]))),
            Matrix::YCgCo => levels.extend(samples.map(|(y, u, v)| self.levels([y - u + v, y + u, y - u - v]))),
            Matrix::Luma(red, blue) => {
                let green = 1.0 - red - blue;
                levels.extend(samples.map(|(y, u, v)| {
                    let (from_u, from_v) = (2.0 * (1.0 - blue) * u, 2.0 * (1.0 - red) * v);
                    self.levels([y + from_v, y - (red * from_v + blue * from_u) / green, y + from_u])
                }));
            }
        }
    }

    /// The levels of a row without colour.
    pub(super) fn grey(&self, luma: &[u16], levels: &mut Vec<[u16; 3]>) {
        levels.clear();
        levels.extend(luma.iter().map(|&y| self.levels([(f32::from(y) - self.luma.0) / self.luma.1; 3])));
    }

    fn levels(&self, colour: [f32; 3]) -> [u16; 3] {
        // The cast cuts what lies below 0.
        colour.map(|value| (value * self.max + 0.5).min(self.max) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(sequence: Sequence, nclx: Option<Nclx>, [y, u, v]: [u16; 3]) -> [u16; 3] {
        let mut levels = Vec::new();
        let colours = Colours::new(sequence, nclx).expect("a known matrix");
        colours.convert(&[y], &[f32::from(u)], &[f32::from(v)], &mut levels);
        levels[0]
    }

    fn sequence(bits: u8, matrix: u8, full_range: bool) -> Sequence {
        Sequence { bits, sampling: Sampling::Full, matrix, full_range }
    }

    /// BT.709 (2015), 3.4 and 3.5, by hand: pure red in limited range is 16 + 219·0.2126 = 62.56, 128 − 224·0.1146 =
    /// 102.3 and 128 + 112 = 240.
    #[test]
    fn the_primaries_come_back_from_their_standard_values() {
        let near = |found: [u16; 3], expected: [u16; 3], by: u16| {
            assert!(found.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= by), "{found:?}, not {expected:?}");
        };
        near(converted(sequence(8, 1, false), None, [63, 102, 240]), [255, 0, 0], 2);
        // BT.601: blue is 0.114·255 = 29, 128 + 127.5 cut to 255, and 128 − 0.114/1.402·255 = 107.3.
        near(converted(sequence(8, 6, true), None, [29, 255, 107]), [0, 0, 254], 1);
        // BT.2020 of 10 bits: green is 64 + 876·0.678 = 657.9, 512 − 896·0.678/1.8814 = 189.1 and
        // 512 − 896·0.678/1.4746 = 100.
        near(converted(sequence(10, 9, false), None, [658, 189, 100]), [0, 1023, 0], 2);
        // Green, blue, red.
        near(converted(sequence(8, 0, true), None, [10, 20, 30]), [30, 10, 20], 0);
        // Cg = 10 above the middle, Co = −20: t = 100 − 10 = 90; red 70, green 110, blue 110.
        near(converted(sequence(8, 8, true), None, [100, 138, 108]), [70, 110, 110], 0);
    }

    #[test]
    fn black_and_white_fill_the_range_and_what_lies_beyond_is_cut() {
        for (bits, unit) in [(8, 1), (10, 4), (12, 16)] {
            let max = (1 << bits) - 1;
            let limited = sequence(bits, 1, false);
            let middle = 128 * unit;
            for (y, level) in [(16 * unit, 0), (0, 0), (235 * unit, max), (max, max)] {
                assert_eq!(converted(limited, None, [y, middle, middle]), [level; 3]);
            }
            assert_eq!(converted(sequence(bits, 1, true), None, [max, middle, middle]), [max; 3]);
        }
    }

    #[test]
    fn the_container_has_the_last_word_and_silence_is_bt_601() {
        let sample = [120, 90, 200];
        let nclx = Some(Nclx { matrix: 6, full_range: true });
        let expected = converted(sequence(8, 6, true), None, sample);
        assert_eq!(converted(sequence(8, 9, false), nclx, sample), expected);
        assert_eq!(converted(sequence(8, 2, true), None, sample), expected);
    }

    #[test]
    fn a_matrix_that_is_not_known_is_refused_unless_there_is_no_colour() {
        let unknown = Sequence { matrix: 14, ..sequence(8, 14, true) };
        assert!(matches!(Colours::new(unknown, None), Err(Fault::Unsupported(_))));
        assert!(Colours::new(Sequence { sampling: Sampling::Grey, ..unknown }, None).is_ok());
        let halved = Sequence { sampling: Sampling::HalfBoth, ..sequence(8, 0, true) };
        assert!(matches!(Colours::new(halved, None), Err(Fault::Corrupt(_))));
    }
}
