//! What can be wrong with the data handed to a widget.

/// Why pixels or values cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WidgetsError {
    /// The number of bytes does not fit the size of the image.
    #[error("showing image `{key}` of {width} × {height} px needs {expected} bytes, but {found} were given")]
    ImageBytes {
        /// The key of the image.
        key: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The bytes that the size asks for.
        expected: u64,
        /// The bytes that came.
        found: u64,
    },
    /// The image has no pixels.
    #[error("showing image `{key}` failed: its size is {width} × {height} px, so there is nothing to show")]
    EmptyImage {
        /// The key of the image.
        key: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The number of values does not fit the size of the overlay, or the overlay is empty or larger than a texture.
    #[error(
        "showing overlay `{key}` of {width} × {height} values (each side 1 to {max_side}) failed: {found} values were given"
    )]
    OverlayValues {
        /// The key of the overlay.
        key: String,
        /// Values in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The longest side an overlay may have.
        max_side: u32,
        /// The values that came.
        found: usize,
    },
}
