//! The picture every other part works on: 8-bit RGB rows in one buffer.

use concord_geometry::Size;

/// An 8-bit sRGB picture of at least one pixel, row-major, three bytes a pixel (R, G, B), no padding.
///
/// `data.len()` is always `width · height · 3`; whoever changes the fields keeps it so.
///
/// ```
/// use concord_geometry::Size;
/// use concord_imaging::Rgb8;
/// let image = Rgb8::new(Size::new(2, 1), vec![255, 0, 0, 0, 0, 255]);
/// assert_eq!(image.pixel(1, 0), [0, 0, 255]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rgb8 {
    /// Width and height in pixels, both at least 1.
    pub size: Size,
    /// The bytes R, G, B of each pixel, row after row.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Rgb8 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rgb8({}×{}, {} bytes)", self.size.width, self.size.height, self.data.len())
    }
}

impl Rgb8 {
    /// A picture from its size and bytes.
    ///
    /// # Panics
    /// When a side is 0 or `data` does not hold exactly `width · height · 3` bytes: a mistake of the caller, never of
    /// a file. [`Rgb8::try_new`] answers instead of panicking.
    pub fn new(size: Size, data: Vec<u8>) -> Self {
        let length = data.len();
        let Some(image) = Self::try_new(size, data) else {
            panic!("an RGB picture of {}×{} pixels cannot have {length} bytes", size.width, size.height);
        };
        image
    }

    /// As [`Rgb8::new`], but `None` where that would panic.
    pub fn try_new(size: Size, data: Vec<u8>) -> Option<Self> {
        (size.area_px() > 0 && data.len() as u64 == size.area_px().checked_mul(3)?).then_some(Self { size, data })
    }

    /// A picture of one colour.
    ///
    /// # Panics
    /// When a side is 0.
    pub fn filled(size: Size, colour: [u8; 3]) -> Self {
        Self::new(size, colour.repeat(size.area_px() as usize))
    }

    /// A picture whose pixel (x, y) is `colour(x, y)`.
    ///
    /// # Panics
    /// When a side is 0.
    pub fn from_fn(size: Size, mut colour: impl FnMut(u32, u32) -> [u8; 3]) -> Self {
        let mut data = Vec::with_capacity(size.area_px() as usize * 3);
        for y in 0..size.height {
            for x in 0..size.width {
                data.extend_from_slice(&colour(x, y));
            }
        }
        Self::new(size, data)
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.size.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.size.height
    }

    /// R, G, B of the pixel in column `x` and row `y`.
    ///
    /// # Panics
    /// When the pixel lies outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        assert!(x < self.size.width && y < self.size.height, "pixel ({x}, {y}) lies outside {self:?}");
        let at = (y as usize * self.size.width as usize + x as usize) * 3;
        [self.data[at], self.data[at + 1], self.data[at + 2]]
    }

    /// Bytes of one row: `width · 3`.
    pub fn row_bytes(&self) -> usize {
        self.size.width as usize * 3
    }

    /// The rows from top to bottom, `width · 3` bytes each.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.data.chunks_exact(self.row_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_the_wrong_length_is_refused() {
        assert!(Rgb8::try_new(Size::new(2, 2), vec![0; 11]).is_none());
        assert!(Rgb8::try_new(Size::new(0, 2), vec![]).is_none());
        assert!(Rgb8::try_new(Size::new(2, 2), vec![0; 12]).is_some());
    }

    #[test]
    fn pixels_are_addressed_by_column_then_row() {
        let image = Rgb8::from_fn(Size::new(3, 2), |x, y| [x as u8, y as u8, 9]);
        assert_eq!(image.pixel(2, 1), [2, 1, 9]);
        assert_eq!(image.data[15..18], [2, 1, 9]);
        assert_eq!(image.rows().count(), 2);
    }
}
