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
    /// The number of samples does not fit the size of a raster, or the raster is empty.
    #[error("a raster of {width} × {height} px needs {expected} samples, but {found} were given")]
    RasterSamples {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The samples that the size asks for.
        expected: u64,
        /// The samples that came.
        found: usize,
    },
    /// The image has no pixels, or the side of a tile is not one a pyramid can have.
    #[error(
        "cutting an image of {width} × {height} px into tiles of {tile_side} px (16 to {longest}) failed: the image must not be empty and the side must be in range"
    )]
    Pyramid {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The side of a tile.
        tile_side: u32,
        /// The longest side a tile may have.
        longest: u32,
    },
    /// The pyramid has no such tile, or its pixels have another size or kind.
    #[error(
        "tile (level {level}, column {column}, row {row}) of image `{key}` cannot be one of {width} × {height} px with such pixels"
    )]
    Tile {
        /// The key of the image.
        key: String,
        /// The level.
        level: u32,
        /// The column.
        column: u32,
        /// The row.
        row: u32,
        /// Width of the pixels that came.
        width: u32,
        /// Height of the pixels that came.
        height: u32,
    },
    /// No image of this key uses the cache.
    #[error("keeping a tile of image `{key}` failed: no image of that key is open in this cache")]
    UnknownImage {
        /// The key of the image.
        key: String,
    },
}
