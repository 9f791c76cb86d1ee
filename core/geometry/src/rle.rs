//! Run-length masks as COCO stores them: column-major runs that start with background.

use serde::{Deserialize, Serialize};

use crate::{BBox, Size};

/// A binary mask as column-major run lengths, the first of which counts background pixels (and may be 0).
///
/// Written as COCO does: `{"size": [height, width], "counts": "…"}` with the compressed string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Rle {
    /// Height in pixels.
    pub height: u32,
    /// Width in pixels.
    pub width: u32,
    /// Alternating lengths of background and foreground runs; they sum to `height · width`.
    pub counts: Vec<u32>,
}

/// The written form of the COCO tools.
#[derive(Serialize, Deserialize)]
struct Written {
    size: [u32; 2],
    counts: String,
}

impl TryFrom<Written> for Rle {
    type Error = RleError;

    fn try_from(Written { size: [height, width], counts }: Written) -> Result<Self, RleError> {
        Self::from_coco_string(width, height, &counts)
    }
}

impl From<Rle> for Written {
    fn from(rle: Rle) -> Self {
        Self { size: [rle.height, rle.width], counts: rle.to_coco_string() }
    }
}

/// Why a run-length string cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RleError {
    /// A byte that the encoding does not use, or a string that ends inside a number.
    #[error("the run-length string is broken at byte {0}")]
    Broken(usize),
    /// The runs do not cover the mask exactly.
    #[error("the runs cover {runs} pixels but the mask has {pixels}")]
    WrongLength {
        /// Sum of the runs.
        runs: u64,
        /// Pixels of the mask.
        pixels: u64,
    },
    /// Two masks that were to be combined do not cover one image.
    #[error("masks of {}×{} and {}×{} pixels cannot be combined", .0.width, .0.height, .1.width, .1.height)]
    SizesDiffer(Size, Size),
}

impl Rle {
    /// Encodes a row-major mask of `width · height` values.
    ///
    /// # Panics
    /// When `mask` has another length.
    pub fn from_row_major(width: u32, height: u32, mask: &[bool]) -> Self {
        assert_eq!(mask.len() as u64, u64::from(width) * u64::from(height), "the mask must cover the image");
        let mut counts = Vec::new();
        let (mut current, mut run) = (false, 0u32);
        for x in 0..width as usize {
            for y in 0..height as usize {
                if mask[y * width as usize + x] == current {
                    run += 1;
                } else {
                    counts.push(run);
                    (current, run) = (!current, 1);
                }
            }
        }
        counts.push(run);
        Self { height, width, counts }
    }

    /// The mask as row-major values.
    pub fn to_row_major(&self) -> Vec<bool> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut mask = vec![false; width * height];
        let mut at = 0usize;
        for (i, &run) in self.counts.iter().enumerate() {
            let end = (at + run as usize).min(width * height);
            if i % 2 == 1 {
                for p in at..end {
                    mask[(p % height) * width + p / height] = true;
                }
            }
            at = end;
        }
        mask
    }

    /// True when the pixel is foreground; false outside the mask.
    pub fn is_foreground(&self, x: u32, y: u32) -> bool {
        if x >= self.width || y >= self.height {
            return false;
        }
        let place = u64::from(x) * u64::from(self.height) + u64::from(y);
        let mut end = 0;
        for (i, &run) in self.counts.iter().enumerate() {
            end += u64::from(run);
            if place < end {
                return i % 2 == 1;
            }
        }
        false
    }

    /// The foreground runs as `(column, first row, row after the last)`, cut at the columns, in column-major order.
    pub fn column_runs(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let height = u64::from(self.height.max(1));
        let mut at = 0u64;
        let foreground = self.counts.iter().enumerate().filter_map(move |(i, &run)| {
            let from = at;
            at += u64::from(run);
            (i % 2 == 1 && run > 0).then_some((from, at))
        });
        foreground.flat_map(move |(from, to)| {
            (from / height..=(to - 1) / height).map(move |column| {
                let first = from.max(column * height) - column * height;
                let last = to.min((column + 1) * height) - column * height;
                (column as u32, first as u32, last as u32)
            })
        })
    }

    /// A mask from foreground runs `(column, first row, row after the last)` that lie inside it, sorted, without overlap.
    pub fn from_column_runs(width: u32, height: u32, runs: impl IntoIterator<Item = (u32, u32, u32)>) -> Self {
        let (mut counts, mut at) = (vec![0u32], 0u64);
        for (column, first, last) in runs {
            let from = u64::from(column) * u64::from(height) + u64::from(first);
            let gap = (from - at) as u32;
            let length = last - first;
            let end = counts.len() - 1;
            if end % 2 == 1 && gap == 0 {
                counts[end] += length;
            } else {
                if end % 2 == 1 {
                    counts.push(gap);
                } else {
                    counts[end] += gap;
                }
                counts.push(length);
            }
            at = from + u64::from(length);
        }
        let rest = (u64::from(width) * u64::from(height) - at) as u32;
        if counts.len() == 1 {
            counts[0] += rest;
        } else if rest > 0 {
            counts.push(rest);
        }
        Self { height, width, counts }
    }

    /// The mask moved by whole pixels; what leaves the image is cut off.
    #[must_use]
    pub fn moved(&self, dx: i64, dy: i64) -> Self {
        let (width, height) = (i64::from(self.width), i64::from(self.height));
        let runs = self.column_runs().filter_map(|(column, first, last)| {
            let column = i64::from(column) + dx;
            let (first, last) = ((i64::from(first) + dy).max(0), (i64::from(last) + dy).min(height));
            let is_inside = (0..width).contains(&column) && first < last;
            is_inside.then_some((column as u32, first as u32, last as u32))
        });
        Self::from_column_runs(self.width, self.height, runs)
    }

    /// Number of foreground pixels.
    pub fn area_px(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).map(|&run| u64::from(run)).sum()
    }

    /// The bounds of the foreground in continuous coordinates, or `None` for an empty mask.
    pub fn bounds(&self) -> Option<BBox> {
        let height = u64::from(self.height.max(1));
        let mut at = 0u64;
        let mut bounds: Option<(u64, u64, u64, u64)> = None;
        for (i, &run) in self.counts.iter().enumerate() {
            let end = at + u64::from(run);
            if i % 2 == 1 && run > 0 {
                let (first, last) = (at, end - 1);
                let (x1, x2) = (first / height, last / height);
                let (y1, y2) = if x1 == x2 { (first % height, last % height) } else { (0, height - 1) };
                let b = bounds.get_or_insert((x1, y1, x2, y2));
                *b = (b.0.min(x1), b.1.min(y1), b.2.max(x2), b.3.max(y2));
            }
            at = end;
        }
        let (x1, y1, x2, y2) = bounds?;
        BBox::new(x1 as f64, y1 as f64, (x2 + 1) as f64, (y2 + 1) as f64).ok()
    }

    /// The compressed string of the COCO tools (`rleToString` of `maskApi.c`).
    pub fn to_coco_string(&self) -> String {
        let mut out = String::new();
        for (i, &count) in self.counts.iter().enumerate() {
            let mut x = i64::from(count);
            if i > 2 {
                x -= i64::from(self.counts[i - 2]);
            }
            loop {
                let mut group = (x & 0x1f) as u8;
                x >>= 5;
                let done = if group & 0x10 == 0 { x == 0 } else { x == -1 };
                if !done {
                    group |= 0x20;
                }
                out.push(char::from(group + 48));
                if done {
                    break;
                }
            }
        }
        out
    }

    /// Reads a compressed string of the COCO tools; an error when it is broken or does not cover the mask.
    pub fn from_coco_string(width: u32, height: u32, text: &str) -> Result<Self, RleError> {
        let bytes = text.as_bytes();
        let mut counts: Vec<u32> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (mut x, mut shift) = (0i64, 0u32);
            loop {
                let byte = *bytes.get(at).ok_or(RleError::Broken(at))?;
                let group = byte.checked_sub(48).filter(|g| *g < 64 && shift < 35).ok_or(RleError::Broken(at))?;
                x |= i64::from(group & 0x1f) << shift;
                shift += 5;
                at += 1;
                if group & 0x20 == 0 {
                    if group & 0x10 != 0 {
                        x |= -1i64 << shift;
                    }
                    break;
                }
            }
            if counts.len() > 2 {
                x += i64::from(counts[counts.len() - 2]);
            }
            counts.push(u32::try_from(x).map_err(|_| RleError::Broken(at - 1))?);
        }
        let runs: u64 = counts.iter().map(|&c| u64::from(c)).sum();
        let pixels = u64::from(width) * u64::from(height);
        if runs != pixels {
            return Err(RleError::WrongLength { runs, pixels });
        }
        Ok(Self { height, width, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(
        width: u32,
        height: u32,
        rows: std::ops::RangeInclusive<u32>,
        cols: std::ops::RangeInclusive<u32>,
    ) -> Vec<bool> {
        (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| rows.contains(&y) && cols.contains(&x))
            .collect()
    }

    #[test]
    fn the_strings_equal_those_of_pycocotools() {
        let small = Rle::from_row_major(5, 4, &rectangle(5, 4, 1..=2, 1..=3));
        assert_eq!(small.counts, [5, 2, 2, 2, 2, 2, 5]);
        assert_eq!(small.to_coco_string(), "5220003");
        let mut mask = rectangle(40, 30, 3..=19, 5..=29);
        mask[10 * 40 + 10] = false;
        let large = Rle::from_row_major(40, 30, &mask);
        assert_eq!(large.to_coco_string(), "i4a0=00000000FD2<8000000000000000000000000000000000000Y9");
        assert_eq!(large.area_px(), 424);
        assert_eq!(Rle::from_coco_string(40, 30, &large.to_coco_string()), Ok(large.clone()));
        assert_eq!(large.to_row_major(), mask);
        assert_eq!(large.bounds(), BBox::new(5.0, 3.0, 30.0, 20.0).ok());
    }

    #[test]
    fn runs_survive_being_cut_at_columns_and_moved() {
        let full = Rle::from_row_major(3, 2, &[true; 6]);
        assert_eq!(full.column_runs().collect::<Vec<_>>(), [(0, 0, 2), (1, 0, 2), (2, 0, 2)]);
        assert_eq!(Rle::from_column_runs(3, 2, full.column_runs()), full);
        assert_eq!(full.moved(1, -1).to_row_major(), [false, true, true, false, false, false]);
        assert_eq!(full.moved(9, 0).counts, [6]);
        assert!(full.moved(1, 0).is_foreground(2, 1) && !full.moved(1, 0).is_foreground(0, 1));
        let written = serde_json::to_value(&full).expect("it is written");
        assert_eq!(written["size"], serde_json::json!([2, 3]));
        assert_eq!(serde_json::from_value::<Rle>(written).ok(), Some(full));
    }

    #[test]
    fn a_broken_string_is_an_error_and_not_a_panic() {
        assert_eq!(Rle::from_coco_string(5, 4, "5220"), Err(RleError::WrongLength { runs: 11, pixels: 20 }));
        assert_eq!(Rle::from_coco_string(5, 4, "\u{7f}"), Err(RleError::Broken(0)));
        assert!(Rle::from_coco_string(5, 4, "oooooooooooo").is_err());
    }
}
