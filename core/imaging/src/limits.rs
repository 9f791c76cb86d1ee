//! How large a picture may be before it is refused, checked on its header before anything is allocated.

use concord_geometry::Size;

use crate::ImagingError;

/// What a picture may cost; a file beyond any of these is refused before its pixels are allocated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Most pixels, in millions. Default 100.
    pub max_megapixels: f64,
    /// Most the longer side may be over the shorter. Default 50.
    pub max_aspect: f64,
    /// Most bytes a file may have, and most bytes decoding may hold at once beside the file. Default 1 GiB.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_megapixels: 100.0, max_aspect: 50.0, max_bytes: 1 << 30 }
    }
}

impl Limits {
    /// Checks a size from a header; `name` is the file for the message.
    pub(crate) fn check_size(&self, name: &str, size: Size) -> Result<(), ImagingError> {
        if size.area_px() as f64 > self.max_megapixels * 1e6 {
            let limit_megapixels = self.max_megapixels;
            return Err(ImagingError::TooManyPixels { name: name.to_owned(), size, limit_megapixels });
        }
        let (long, short) = (size.width.max(size.height), size.width.min(size.height));
        if f64::from(long) > self.max_aspect * f64::from(short) {
            return Err(ImagingError::TooStretched { name: name.to_owned(), size, limit_aspect: self.max_aspect });
        }
        Ok(())
    }

    /// Checks a number of bytes about to be read or allocated; `name` is the file for the message.
    pub(crate) fn check_bytes(&self, name: &str, needed_bytes: u64) -> Result<(), ImagingError> {
        if needed_bytes > self.max_bytes {
            let limit_bytes = self.max_bytes;
            return Err(ImagingError::TooManyBytes { name: name.to_owned(), needed_bytes, limit_bytes });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_inclusive() {
        let limits = Limits::default();
        assert!(limits.check_size("a", Size::new(10_000, 10_000)).is_ok());
        assert!(limits.check_size("a", Size::new(10_001, 10_000)).is_err());
        assert!(limits.check_size("a", Size::new(50, 1)).is_ok());
        assert!(limits.check_size("a", Size::new(1, 51)).is_err());
        assert!(limits.check_bytes("a", 1 << 30).is_ok());
    }

    #[test]
    fn a_refusal_names_file_size_and_limit() {
        let error = Limits::default().check_size("big.png", Size::new(30_000, 30_000)).expect_err("900 megapixels");
        let text = error.to_string();
        for part in ["big.png", "30000×30000", "900.0 megapixels", "100 megapixels"] {
            assert!(text.contains(part), "{text:?} lacks {part:?}");
        }
    }
}
