//! 16-bit pictures of other formats keep their depth.

use concord_geometry::Size;
use concord_imaging::{ImageSource, Limits, PixelValue, Pixels, decode_bytes};
use image::{DynamicImage, ImageBuffer, ImageFormat};

use crate::picture;

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an encoder for the format");
    bytes.into_inner()
}

#[test]
fn sixteen_bit_png_and_pnm_keep_their_depth() {
    let data: Vec<u16> = (0..12).map(|i| i * 5000).collect();
    let grey = DynamicImage::ImageLuma16(ImageBuffer::from_raw(4, 3, data.clone()).expect("12 pixels"));
    assert_eq!(picture(&encoded(&grey, ImageFormat::Png)).pixels, Pixels::Gray16(data.clone()));
    assert_eq!(picture(&encoded(&grey, ImageFormat::Pnm)).pixels, Pixels::Gray16(data.clone()));
    let colour = DynamicImage::ImageRgb16(ImageBuffer::from_raw(2, 2, data.clone()).expect("4 pixels"));
    assert_eq!(picture(&encoded(&colour, ImageFormat::Png)).pixels, Pixels::Rgb16(data));
}

#[test]
fn sixteen_bit_alpha_is_composited_on_black() {
    // 60000·13107/65535 = 12000.
    let grey = DynamicImage::ImageLumaA16(ImageBuffer::from_raw(1, 1, vec![60_000, 13_107]).expect("a pixel"));
    assert_eq!(picture(&encoded(&grey, ImageFormat::Png)).pixels, Pixels::Gray16(vec![12_000]));
    let pixel = vec![60_000, 5, 65_535, 13_107];
    let colour = DynamicImage::ImageRgba16(ImageBuffer::from_raw(1, 1, pixel).expect("a pixel"));
    assert_eq!(picture(&encoded(&colour, ImageFormat::Png)).pixels, Pixels::Rgb16(vec![12_000, 1, 13_107]));
}

#[test]
fn eight_bit_pictures_are_those_that_decoding_gives() {
    let data: Vec<u8> = (0..60).map(|i| i * 4).collect();
    let image = DynamicImage::ImageRgb8(ImageBuffer::from_raw(5, 4, data).expect("20 pixels"));
    for format in
        [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Qoi, ImageFormat::Gif, ImageFormat::Jpeg]
    {
        let bytes = encoded(&image, format);
        let plain = decode_bytes("a", &bytes, &Limits::default()).expect("a picture");
        assert_eq!(picture(&bytes).pixels, Pixels::Rgb8(plain.data), "{format:?}");
    }
}

#[test]
fn a_source_keeps_the_depth_at_every_level() {
    let side = 1200_u32;
    let data = (0..side * side).map(|i| (i / side * 50) as u16).collect();
    let grey = DynamicImage::ImageLuma16(ImageBuffer::from_raw(side, side, data).expect("a square"));
    let bytes = encoded(&grey, ImageFormat::Png);
    let source = ImageSource::from_bytes("a.png", bytes, &Limits::default(), 0).expect("a PNG");
    assert_eq!((source.size(), source.levels(), source.kind()), (Size::new(side, side), 3, None));
    let never = std::sync::atomic::AtomicBool::new(false);
    let tile = source.tile(2, 0, 0, &never).expect("a PNG").expect("not interrupted");
    assert_eq!((tile.picture.size, tile.exact), (Size::new(300, 300), true));
    // Rows 40 to 43 hold 2000 to 2150.
    assert_eq!(tile.picture.pixel(7, 10), PixelValue::Gray16(2075));
    assert_eq!(source.pixel(1199, 1199).expect("a PNG"), Some(PixelValue::Gray16(59_950)));
    assert_eq!(source.pixel(1200, 0).expect("a PNG"), None);
    let window = source.default_window(&never).expect("a PNG").expect("not interrupted");
    assert!((window.low - 300.0).abs() < 100.0 && (window.high - 59_700.0).abs() < 150.0, "{window:?}");
}
