//! What is told of a TIFF too large to be decoded as a whole.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::deep::has_tiff_header;
use crate::inspect::is_constant;
use crate::source::ImageSource;
use crate::{
    Features, Format, ImagingError, Inspection, Limits, Orientation, THUMBNAIL_SIDE, Warning, features, thumbnail,
};

/// Longest side of the overview that stands for the whole, in pixels.
const OVERVIEW_SIDE: u32 = 1024;

/// What is told of a TIFF with more pixels than the limits allow; `None` for every other file.
pub(crate) fn inspect_large(name: &str, path: &Path, limits: &Limits) -> Result<Option<Inspection>, ImagingError> {
    if !has_tiff_header(name, path)? {
        return Ok(None);
    }
    // What is wrong with a file that does not open is told by whoever reads it as a whole.
    let Ok(source) = ImageSource::open(path, limits, 0) else { return Ok(None) };
    let size = source.size();
    match limits.check_size(name, size) {
        Err(ImagingError::TooManyPixels { .. }) => {}
        _ => return Ok(None),
    }
    let Some(overview) = source.overview(OVERVIEW_SIDE, &AtomicBool::new(false))? else { return Ok(None) };
    let deep = overview.picture.kind().is_deep();
    let image = overview.picture.to_rgb8(overview.picture.default_window());
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let features = Features {
        width,
        height,
        megapixels: size.area_px() as f64 / 1e6,
        aspect: width / height,
        log_aspect: libm::log(width / height),
        ..features(&image)
    };
    let mut pixel_hash = blake3::Hasher::new();
    pixel_hash.update(format!("{},{},3,overview", size.width, size.height).as_bytes());
    pixel_hash.update(&image.data);
    let (blake3, byte_len) = content_hash(name, path)?;
    let orientation = source.orientation();
    let candidates = [
        (!Format::Tiff.agrees_with_extension(path), Warning::Extension { format: Format::Tiff }),
        (orientation != Orientation::UPRIGHT, Warning::Turned { orientation }),
        (is_constant(&image), Warning::Constant),
        (deep, Warning::MoreThan8Bits),
    ];
    Ok(Some(Inspection {
        blake3,
        pixel_blake3: pixel_hash.finalize().to_hex().to_string(),
        byte_len,
        format: Format::Tiff,
        stored_size: orientation.upright_size(size),
        size,
        orientation,
        taken_ms: None,
        features,
        thumbnail: thumbnail(&image, THUMBNAIL_SIDE),
        warnings: candidates.into_iter().filter(|(holds, _)| *holds).map(|(_, warning)| warning).collect(),
    }))
}

/// BLAKE3 of a file's bytes, and how many they are, without holding them.
fn content_hash(name: &str, path: &Path) -> Result<(String, u64), ImagingError> {
    let io = |source| ImagingError::Io { name: name.to_owned(), source };
    let mut hash = blake3::Hasher::new();
    hash.update_reader(std::fs::File::open(path).map_err(io)?).map_err(io)?;
    Ok((hash.finalize().to_hex().to_string(), hash.count()))
}
