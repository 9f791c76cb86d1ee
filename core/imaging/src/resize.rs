//! Smaller copies of pictures.

use concord_geometry::Size;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::Rgb8;

/// The picture with its longer side brought down to `max_side` pixels, antialiased (bilinear kernel stretched over
/// the area it covers), aspect kept, each side at least 1. A picture that already fits is copied as it is; `max_side`
/// 0 counts as 1.
pub fn thumbnail(image: &Rgb8, max_side: u32) -> Rgb8 {
    let size = fitted(image.size, max_side);
    resized(image, size)
}

/// The picture at another size, antialiased where it shrinks (bilinear kernel stretched over the area it covers), as
/// Pillow's `resize(…, BILINEAR)`.
///
/// # Panics
/// When a side of `size` is 0.
pub fn resized(image: &Rgb8, size: Size) -> Rgb8 {
    if size == image.size {
        return image.clone();
    }
    Rgb8::new(size, scaled(&image.data, image.size, size, PixelType::U8x3, FilterType::Bilinear))
}

/// One 8-bit channel averaged by area down to a longer side of `max_side`; `None` when it already fits.
pub(crate) fn luma_reduced(luma: &[u8], size: Size, max_side: u32) -> Option<(Size, Vec<u8>)> {
    let small = fitted(size, max_side);
    (small != size).then(|| (small, scaled(luma, size, small, PixelType::U8, FilterType::Box)))
}

fn fitted(size: Size, max_side: u32) -> Size {
    let (long, limit) = (size.width.max(size.height), max_side.max(1));
    if long <= limit {
        return size;
    }
    let side = |side: u32| ((f64::from(side) * f64::from(limit) / f64::from(long)).round() as u32).max(1);
    Size::new(side(size.width), side(size.height))
}

fn scaled(data: &[u8], from: Size, to: Size, pixels: PixelType, filter: FilterType) -> Vec<u8> {
    let source = ImageRef::new(from.width, from.height, data, pixels).expect("size and bytes of a picture agree");
    let mut target = Image::new(to.width, to.height, pixels);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new().resize(&source, &mut target, &options).expect("source and target have the same pixel type");
    target.into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_side_meets_the_limit_and_the_aspect_stays() {
        let image = Rgb8::filled(Size::new(640, 480), [10, 200, 77]);
        let small = thumbnail(&image, 256);
        assert_eq!(small.size, Size::new(256, 192));
        assert_eq!(small, Rgb8::filled(small.size, [10, 200, 77]));
        assert_eq!(thumbnail(&Rgb8::filled(Size::new(500, 10), [1; 3]), 20).size, Size::new(20, 1));
        assert_eq!(thumbnail(&image, 640), image);
    }

    #[test]
    fn area_averaging_of_whole_blocks_is_their_mean() {
        let luma: Vec<u8> = (0..4 * 4).map(|i| if i % 4 < 2 { 10 } else { 30 + (i / 8) as u8 * 40 }).collect();
        let (size, small) = luma_reduced(&luma, Size::new(4, 4), 2).expect("larger than 2");
        assert_eq!((size, small), (Size::new(2, 2), vec![10, 30, 10, 70]));
    }
}
