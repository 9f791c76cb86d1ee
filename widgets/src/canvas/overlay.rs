//! Maps of values that are laid over an image.

use std::sync::Arc;

use super::image::ImageKey;
use crate::WidgetsError;

/// A small map of values that covers exactly the image, laid over it through a colour map. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlayMap {
    key: ImageKey,
    width: u32,
    height: u32,
    values: Arc<[f32]>,
}

impl OverlayMap {
    /// The longest side of an overlay, in values.
    pub const MAX_SIDE: u32 = 2048;

    /// An overlay from row-major values in `[0, 1]`; values outside are clamped, NaN counts as 0.
    ///
    /// An error when the number of values is not `width · height`, or a side is 0 or longer than
    /// [`OverlayMap::MAX_SIDE`].
    pub fn new(key: impl Into<ImageKey>, width: u32, height: u32, values: &[f32]) -> Result<Self, WidgetsError> {
        let key = key.into();
        let sides = 1..=Self::MAX_SIDE;
        let fits = values.len() as u64 == u64::from(width) * u64::from(height);
        if !fits || !sides.contains(&width) || !sides.contains(&height) {
            return Err(WidgetsError::OverlayValues {
                key: key.to_string(),
                width,
                height,
                max_side: Self::MAX_SIDE,
                found: values.len(),
            });
        }
        let values = values.iter().map(|value| if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }).collect();
        Ok(Self { key, width, height, values })
    }

    /// What tells this overlay from others.
    pub fn key(&self) -> &ImageKey {
        &self.key
    }

    /// Values in a row, and rows.
    pub fn side_lengths(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The values, row by row, in `[0, 1]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlay_values_are_made_safe() {
        let overlay = OverlayMap::new(1, 2, 2, &[-1.0, 2.0, f32::NAN, 0.25]).expect("a valid overlay");
        assert_eq!(overlay.values(), [0.0, 1.0, 0.0, 0.25]);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert!(OverlayMap::new(1, 2, 2, &[0.0; 3]).is_err());
        assert!(OverlayMap::new(1, 0, 0, &[]).is_err());
        assert!(OverlayMap::new(1, 4096, 1, &[0.0; 4096]).is_err());
    }
}
