//! Why a saliency map cannot be computed or taken in.

use concord_imaging::ImagingError;

use super::npy::NpyError;

/// Why a saliency map cannot be computed or taken in.
#[derive(Debug, thiserror::Error)]
pub enum SaliencyError {
    /// A parameter lies outside its range, or is not a number.
    #[error("cannot compute saliency with {name} = {value}: it must {expected}")]
    Option {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be, to follow "it must".
        expected: &'static str,
    },
    /// The file begins like an array of NumPy and is none that can be a map.
    #[error("cannot take in the saliency map {name}: {source}")]
    Npy {
        /// The file, as the caller named it.
        name: String,
        /// What is wrong with it.
        source: NpyError,
    },
    /// The file is no picture that can be read.
    #[error("cannot take in a saliency map (a grey picture or an .npy array was expected): {0}")]
    Picture(#[from] ImagingError),
    /// The file's name does not end like that of a map.
    #[error("cannot take in {name} as a saliency map: it is neither an .npy array nor a .png picture")]
    Kind {
        /// The file, as the caller named it.
        name: String,
    },
    /// The picture has colours, so that it cannot be told which of them is the map.
    #[error(
        "cannot take in the saliency map {name}: it is a picture in colour (the pixel in column {x}, row {y} is not \
         grey); export the values themselves, not their colours"
    )]
    Colour {
        /// The file, as the caller named it.
        name: String,
        /// Column of the first pixel that is not grey.
        x: u32,
        /// Its row.
        y: u32,
    },
}
