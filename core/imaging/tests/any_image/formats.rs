//! The kinds of JPEG and PNG that cameras and offices write, and clear words for what is not read.

use concord_geometry::Size;
use concord_imaging::{
    ImageSource, ImagingError, Limits, Rgb8, Rgba8, Warning, decode_bytes, decode_rgba8_pyramid_bytes, encode_png,
    inspect_bytes,
};
use image::{DynamicImage, ImageFormat};

use crate::flat_jpeg::flat_jpeg;

fn decoded(bytes: &[u8]) -> Rgb8 {
    decode_bytes("a", bytes, &Limits::default()).expect("a picture")
}

/// The colour in the middle of each 8×8 block, which no smoothing between blocks reaches.
fn near(image: &Rgb8, column: u16, row: u16, expected: [u8; 3], what: &str) {
    let found = image.pixel(u32::from(column) * 8 + 4, u32::from(row) * 8 + 4);
    let close = found.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= 2);
    assert!(close, "{what}: {found:?} in block ({column}, {row}), expected {expected:?}");
}

#[test]
fn grey_jpegs_baseline_and_progressive_give_their_levels() {
    let level = |column: u16, row: u16, _: u8| (column * 60 + row * 20) as u8;
    for progressive in [false, true] {
        let image = decoded(&flat_jpeg((4, 3), 1, None, progressive, &level));
        assert_eq!(image.size, Size::new(32, 24));
        for (column, row) in [(0, 0), (3, 2), (2, 1)] {
            near(&image, column, row, [level(column, row, 0); 3], "grey");
        }
    }
}

/// Adobe CMYK is stored inverted: 255 is no ink. Light left is ink·black/255.
#[test]
fn adobe_cmyk_jpegs_become_rgb() {
    let inks = [[255, 255, 255, 255], [200, 100, 50, 255], [255, 255, 255, 128], [200, 100, 50, 51]];
    let colours = [[255, 255, 255], [200, 100, 50], [128, 128, 128], [40, 20, 10]];
    for progressive in [false, true] {
        let ink = |column: u16, _: u16, component: u8| inks[usize::from(column)][usize::from(component)];
        let bytes = flat_jpeg((4, 1), 4, Some(0), progressive, &ink);
        let image = decoded(&bytes);
        for (column, colour) in (0..).zip(colours) {
            near(&image, column, 0, colour, "CMYK");
        }
        let found = inspect_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
        assert!(found.warnings.contains(&Warning::Cmyk));
    }
}

/// Adobe YCCK: 255 minus the red, green and blue of the first three (JFIF) are the inverted inks, as libjpeg converts
/// them. (Y, Cb, Cr) = (128, 128, 228) is 128 + 1.402·100 = 268, cut to 255, 128 − 0.714136·100 = 57, and 128.
#[test]
fn adobe_ycck_jpegs_become_rgb() {
    let blocks = [[200, 128, 128, 255], [128, 128, 228, 255], [200, 128, 128, 128]];
    let colours = [[55; 3], [0, 198, 127], [28; 3]];
    let value = |column: u16, _: u16, component: u8| blocks[usize::from(column)][usize::from(component)];
    let bytes = flat_jpeg((3, 1), 4, Some(2), false, &value);
    let image = decoded(&bytes);
    for (column, colour) in (0..).zip(colours) {
        near(&image, column, 0, colour, "YCCK");
    }
    let levels = decode_rgba8_pyramid_bytes("a.jpg", &bytes, &Limits::default(), 8).expect("a JPEG");
    assert_eq!(levels[0], Rgba8::from(&image));
}

/// An EXIF block with an orientation alone.
fn exif(orientation: u8) -> Vec<u8> {
    [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]].concat()
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let crc = !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    crc.to_be_bytes()
}

fn sample() -> Rgb8 {
    Rgb8::from_fn(Size::new(6, 4), |x, y| [(x * 40) as u8, (y * 60) as u8, 9])
}

fn is_turned_right(bytes: &[u8], what: &str) {
    let (stored, shown) = (sample(), decoded(bytes));
    assert_eq!(shown.size, Size::new(4, 6), "{what}");
    for (x, y) in [(0, 0), (3, 0), (0, 5), (2, 4)] {
        // Orientation 6: shown (x, y) is stored (y, bottom − x).
        assert_eq!(shown.pixel(x, y), stored.pixel(y, 3 - x), "{what} at ({x}, {y})");
    }
    let source = ImageSource::from_bytes("a", bytes.to_vec(), &Limits::default(), 0).expect("a picture");
    assert_eq!(source.size(), Size::new(4, 6), "{what}");
}

#[test]
fn the_orientation_of_png_and_webp_is_applied() {
    let png = encode_png(&sample());
    let body = [b"eXIf".as_slice(), &exif(6)].concat();
    let chunk = [&(body.len() as u32 - 4).to_be_bytes()[..], &body, &crc(&body)].concat();
    // Behind the header: 8 bytes of signature and 25 of IHDR.
    is_turned_right(&[&png[..33], &chunk, &png[33..]].concat(), "PNG");
    let rgb = image::RgbImage::from_raw(6, 4, sample().data).expect("6×4");
    let mut plain = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(rgb).write_to(&mut plain, ImageFormat::WebP).expect("a WebP encoder");
    let plain = plain.into_inner();
    // Extended file (RIFF container of WebP): VP8X with the EXIF flag and the size less one, the picture, EXIF.
    let mut block = exif(6);
    if block.len() % 2 == 1 {
        block.push(0);
    }
    let extended = [b"VP8X\x0a\0\0\0\x08\0\0\0".as_slice(), &[5, 0, 0, 3, 0, 0]].concat();
    let meta = [b"EXIF".as_slice(), &(block.len() as u32).to_le_bytes(), &block].concat();
    let body = [b"WEBP".as_slice(), &extended, &plain[12..], &meta].concat();
    is_turned_right(&[b"RIFF".as_slice(), &(body.len() as u32).to_le_bytes(), &body].concat(), "WebP");
}

#[test]
fn a_gif_shows_its_first_frame() {
    let frame = |grey: u8| image::Frame::new(image::RgbaImage::from_pixel(5, 3, image::Rgba([grey, grey, grey, 255])));
    let mut bytes = Vec::new();
    image::codecs::gif::GifEncoder::new(&mut bytes).encode_frames([frame(200), frame(10)]).expect("a GIF encoder");
    assert_eq!(decoded(&bytes), Rgb8::filled(Size::new(5, 3), [200; 3]));
}

#[test]
fn grey_and_palette_pngs_of_few_bits_are_spread_over_eight() {
    let chunk = |kind: &[u8], body: &[u8]| {
        let all = [kind, body].concat();
        [&(body.len() as u32).to_be_bytes()[..], &all, &crc(&all)].concat()
    };
    let png = |depth: u8, colour: u8, palette: &[u8], row: &[u8]| {
        let data = crate::tiff_builder::pack(crate::tiff_builder::Packing::Deflate, &[&[0], row].concat());
        let header = [0, 0, 0, 4, 0, 0, 0, 1, depth, colour, 0, 0, 0];
        let palette = if palette.is_empty() { Vec::new() } else { chunk(b"PLTE", palette) };
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        [signature, chunk(b"IHDR", &header), palette, chunk(b"IDAT", &data), chunk(b"IEND", &[])].concat()
    };
    assert_eq!(decoded(&png(2, 0, &[], &[0b00_01_10_11])).data, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255]);
    let palette = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert_eq!(decoded(&png(2, 3, &palette, &[0b10_00_01_10])).data, [7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/// The brands of both are alike; a file of brands alone has no picture.
#[test]
fn the_general_brands_of_avif_are_told_from_those_of_heic() {
    for bytes in [b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"] {
        let error = decode_bytes("photo.bin", bytes, &Limits::default()).expect_err("no picture");
        assert!(matches!(error, ImagingError::Corrupt { format: "AVIF", .. }), "{error}");
    }
}

#[test]
fn formats_that_are_not_read_are_named_with_a_way_out() {
    let cases: [(&[u8], &str); 4] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\xff\x0a\xfa\x1f\x01", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    ];
    for (bytes, format) in cases {
        let error = decode_bytes("photo.bin", bytes, &Limits::default()).expect_err("no decoder");
        assert!(matches!(error, ImagingError::Unsupported { .. }), "{error}");
        for part in ["photo.bin", format, "convert it to PNG or JPEG"] {
            assert!(error.to_string().contains(part), "{error} lacks {part}");
        }
    }
}
