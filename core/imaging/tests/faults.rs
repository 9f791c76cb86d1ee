//! What happens with files that are damaged, mislabelled, too large or unusual: each gives its own error or warning,
//! whose message names the file and the cause.

use std::path::{Path, PathBuf};

use concord_geometry::Size;
use concord_imaging::{
    Format, ImagingError, JpegQuality, Limits, Orientation, Rgb8, Warning, decode_bytes, decode_file, encode_jpeg,
    encode_png, inspect_bytes, inspect_file,
};
use image::{DynamicImage, ImageFormat};

fn picture(width: u32, height: u32) -> Rgb8 {
    Rgb8::from_fn(Size::new(width, height), |x, y| [(x * 3) as u8, (y * 5) as u8, ((x + y) * 2) as u8])
}

fn write(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a temporary file");
    path
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Both ways in must refuse the file; the message must hold every part.
fn refused(path: &Path, parts: &[&str]) -> ImagingError {
    let limits = Limits::default();
    let error = inspect_file(path, &limits).expect_err("a refusal");
    let decoding = decode_file(path, &limits).expect_err("a refusal");
    assert_eq!(error.to_string(), decoding.to_string());
    let text = error.to_string();
    let name = path.file_name().expect("a file name").to_string_lossy();
    for part in parts.iter().chain([&&*name]) {
        assert!(text.contains(part), "{text:?} lacks {part:?}");
    }
    error
}

#[test]
fn a_missing_file_is_an_io_error() {
    let error = refused(&folder().path().join("gone.png"), &["cannot read"]);
    assert!(matches!(error, ImagingError::Io { .. }));
}

#[test]
fn an_empty_file_says_so() {
    let folder = folder();
    assert!(matches!(refused(&write(&folder, "none.jpg", b""), &["empty", "0 bytes"]), ImagingError::Empty { .. }));
}

#[test]
fn a_text_named_png_is_not_a_picture() {
    let folder = folder();
    let error =
        refused(&write(&folder, "note.png", b"Dear reader, this is no picture."), &["not a picture", "Dear reade"]);
    assert!(matches!(error, ImagingError::NotAnImage { .. }));
}

#[test]
fn a_recognised_format_without_a_decoder_is_unsupported() {
    let folder = folder();
    let error = refused(
        &write(&folder, "a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        &["HEIC", "not supported", "convert it to PNG or JPEG"],
    );
    assert!(matches!(error, ImagingError::Unsupported { .. }));
}

#[test]
fn a_png_named_jpg_is_read_and_remarked() {
    let folder = folder();
    let found =
        inspect_file(&write(&folder, "a.jpg", &encode_png(&picture(20, 10))), &Limits::default()).expect("a PNG");
    assert_eq!(found.format, Format::Png);
    assert_eq!(found.warnings, [Warning::Extension { format: Format::Png }]);
    assert!(found.warnings[0].to_string().contains("PNG"));
}

#[test]
fn a_jpeg_cut_off_anywhere_is_refused() {
    let folder = folder();
    let bytes = encode_jpeg(&picture(200, 150), 90);
    for length in [bytes.len() - 2, bytes.len() - 1, bytes.len() / 2, 700, 30, 4] {
        let error = refused(&write(&folder, "cut.jpg", &bytes[..length]), &["JPEG", "cut off"]);
        assert!(matches!(error, ImagingError::Corrupt { .. }), "{length} bytes: {error}");
    }
}

#[test]
fn a_png_cut_off_or_altered_is_refused() {
    let folder = folder();
    let bytes = encode_png(&picture(200, 150));
    for length in [bytes.len() - 20, bytes.len() / 2, 40, 12] {
        let error = refused(&write(&folder, "cut.png", &bytes[..length]), &["PNG"]);
        assert!(matches!(error, ImagingError::Corrupt { .. }), "{length} bytes: {error}");
    }
    let mut altered = bytes.clone();
    altered[20] ^= 0x55;
    assert!(matches!(refused(&write(&folder, "altered.png", &altered), &["PNG"]), ImagingError::Corrupt { .. }));
}

/// A PNG whose header (with a right checksum) announces a size that its data does not have.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encode_png(&picture(8, 8));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = !bytes[12..29].iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

#[test]
fn a_decompression_bomb_is_refused_by_its_header() {
    let folder = folder();
    let parts = ["30000×30000", "900.0 megapixels", "limit of 100 megapixels"];
    let error = refused(&write(&folder, "bomb.png", &bomb(30_000, 30_000)), &parts);
    assert!(matches!(error, ImagingError::TooManyPixels { .. }));
    let error = refused(&write(&folder, "strip.png", &bomb(20_000, 10)), &["20000×10", "50:1"]);
    assert!(matches!(error, ImagingError::TooStretched { .. }));
    let mut jpeg = encode_jpeg(&picture(16, 16), 80);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert!(matches!(refused(&write(&folder, "bomb.jpg", &jpeg), &parts), ImagingError::TooManyPixels { .. }));
}

#[test]
fn memory_and_file_length_are_limited_too() {
    let folder = folder();
    let path = write(&folder, "a.png", &encode_png(&picture(100, 100)));
    let limits = Limits { max_bytes: 20_000, ..Limits::default() };
    let error = inspect_file(&path, &limits).expect_err("30,000 bytes of pixels");
    assert!(matches!(error, ImagingError::TooManyBytes { limit_bytes: 20_000, .. }), "{error}");
    let limits = Limits { max_bytes: 50, ..Limits::default() };
    let error = decode_file(&path, &limits).expect_err("a longer file");
    assert!(matches!(error, ImagingError::TooManyBytes { limit_bytes: 50, .. }), "{error}");
}

#[test]
fn a_header_without_pixels_is_damage() {
    let folder = folder();
    let error = refused(&write(&folder, "zero.png", &bomb(0, 10)), &["PNG"]);
    assert!(matches!(error, ImagingError::Corrupt { .. }), "{error}");
}

/// An EXIF block in little-endian TIFF structure: orientation, and a capture time with its offset.
fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let offset = |value: u32| value.to_le_bytes();
    let [low, high] = orientation.to_le_bytes();
    // Header 0..8, first directory 8..38, second 38..68, then the texts.
    [
        b"II*\0\x08\0\0\0\x02\0".to_vec(),
        entry(0x0112, 3, 1, [low, high, 0, 0]),
        entry(0x8769, 4, 1, offset(38)),
        offset(0).to_vec(),
        b"\x02\0".to_vec(),
        entry(0x9003, 2, 20, offset(68)),
        entry(0x9011, 2, 7, offset(88)),
        offset(0).to_vec(),
        b"2026:03:04 05:06:07\0+02:00\0".to_vec(),
    ]
    .concat()
}

/// The JPEG with an APP1 segment behind its first marker.
fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let body = [b"Exif\0\0".to_vec(), exif(orientation)].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &body, &jpeg[2..]].concat()
}

#[test]
fn every_exif_orientation_of_a_jpeg_is_applied() {
    // Four flat quadrants, 0 1 / 2 3, and where each orientation shows them: rows of the upright picture.
    let colours = [[200, 20, 20], [20, 200, 20], [20, 20, 200], [200, 200, 20]];
    let stored = Rgb8::from_fn(Size::new(64, 32), |x, y| colours[(y / 16 * 2 + x / 32) as usize]);
    let jpeg = encode_jpeg(&stored, 95);
    let shown: [[usize; 4]; 8] = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    for (value, quadrants) in (1..).zip(shown) {
        let bytes = with_exif(&jpeg, value);
        let found = inspect_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
        let image = decode_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
        let size = if value < 5 { Size::new(64, 32) } else { Size::new(32, 64) };
        assert_eq!((found.stored_size, found.size, image.size), (Size::new(64, 32), size, size));
        assert_eq!(u16::from(found.orientation.value()), value);
        assert_eq!(found.warnings.contains(&Warning::Turned { orientation: found.orientation }), value != 1);
        for (i, quadrant) in quadrants.into_iter().enumerate() {
            let (x, y) = (size.width * (1 + 2 * (i as u32 % 2)) / 4, size.height * (1 + 2 * (i as u32 / 2)) / 4);
            let pixel = image.pixel(x, y);
            let near = pixel.iter().zip(colours[quadrant]).all(|(&a, b)| a.abs_diff(b) < 12);
            assert!(near, "orientation {value}: {pixel:?} at ({x}, {y}), expected quadrant {quadrant}");
        }
    }
}

/// Expected: GNU date, `date -u -d '2026-03-04 05:06:07 +0200' +%s` = 1772593567.
#[test]
fn the_capture_time_is_read_with_its_offset() {
    let bytes = with_exif(&encode_jpeg(&picture(40, 40), 80), 1);
    let found = inspect_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
    assert_eq!(found.taken_ms, Some(1_772_593_567_000));
    assert_eq!(found.orientation, Orientation::UPRIGHT);
    let plain = inspect_bytes("a.png", &encode_png(&picture(40, 40)), &Limits::default()).expect("a PNG");
    assert_eq!(plain.taken_ms, None);
}

#[test]
fn identity_hashes_tell_files_and_pixels_apart() {
    let image = picture(50, 40);
    let limits = Limits::default();
    let png = encode_png(&image);
    let a = inspect_bytes("a.png", &png, &limits).expect("a PNG");
    let mut bmp = Vec::new();
    image::write_buffer_with_format(
        &mut std::io::Cursor::new(&mut bmp),
        &image.data,
        50,
        40,
        image::ExtendedColorType::Rgb8,
        ImageFormat::Bmp,
    )
    .expect("a BMP");
    let b = inspect_bytes("a.bmp", &bmp, &limits).expect("a BMP");
    assert_eq!(a.blake3, blake3::hash(&png).to_hex().as_str());
    assert_ne!(a.blake3, b.blake3);
    assert_eq!(a.pixel_blake3, b.pixel_blake3);
    assert_eq!(a.byte_len, png.len() as u64);
    assert_eq!((a.features.jpeg_quality, a.warnings.len()), (None, 0));
    assert_eq!(b.format, Format::Bmp);
}

#[test]
fn the_jpeg_quality_of_the_file_is_among_its_features() {
    for quality in [1, 33, 50, 75, 100] {
        let found =
            inspect_bytes("a.jpg", &encode_jpeg(&picture(48, 48), quality), &Limits::default()).expect("a JPEG");
        assert_eq!(found.features.jpeg_quality, Some(JpegQuality { quality, exact: true }));
    }
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an encoder for the format");
    bytes.into_inner()
}

#[test]
fn grey_alpha_and_deep_pictures_become_rgb() {
    let limits = Limits::default();
    let grey = DynamicImage::ImageLuma8(image::GrayImage::from_raw(2, 1, vec![7, 250]).expect("two pixels"));
    let pixels =
        |image: &DynamicImage| decode_bytes("a", &encoded(image, ImageFormat::Png), &limits).expect("a PNG").data;
    assert_eq!(pixels(&grey), [7, 7, 7, 250, 250, 250]);
    let alpha = vec![255, 100, 0, 255, 255, 100, 0, 128, 9, 9, 9, 0];
    let alpha = DynamicImage::ImageRgba8(image::RgbaImage::from_raw(3, 1, alpha).expect("three pixels"));
    // 255·128/255 = 128; 100·128/255 = 50.2.
    assert_eq!(pixels(&alpha), [255, 100, 0, 128, 50, 0, 0, 0, 0]);
    let deep = image::ImageBuffer::from_raw(1, 1, vec![65_535_u16, 257 * 9, 0]).expect("one pixel");
    let deep = DynamicImage::ImageRgb16(deep);
    assert_eq!(pixels(&deep), [255, 9, 0]);
    let found = inspect_bytes("a.png", &encoded(&deep, ImageFormat::Png), &limits).expect("a PNG");
    assert_eq!(found.warnings, [Warning::Constant, Warning::MoreThan8Bits]);
}

#[test]
fn every_lossless_format_gives_the_same_pixels() {
    let image = picture(40, 30);
    let rgb = image::RgbImage::from_raw(40, 30, image.data.clone()).expect("40×30");
    for format in
        [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Pnm, ImageFormat::Qoi]
    {
        let bytes = encoded(&DynamicImage::ImageRgb8(rgb.clone()), format);
        assert_eq!(decode_bytes("a", &bytes, &Limits::default()).expect("a picture"), image, "{format:?}");
    }
}

#[test]
fn remarkable_pictures_are_remarked_upon() {
    let limits = Limits::default();
    let warnings = |bytes: &[u8], name: &str| inspect_bytes(name, bytes, &limits).expect("a picture").warnings;
    let flat = Rgb8::filled(Size::new(32, 32), [128; 3]);
    assert_eq!(warnings(&encode_png(&flat), "a.png"), [Warning::Constant]);
    let cut = Rgb8::from_fn(Size::new(40, 40), |x, y| if y < 36 { [x as u8, y as u8, 0] } else { [128; 3] });
    assert_eq!(warnings(&encode_png(&cut), "a.png"), [Warning::GreyBottom { rows: 4 }]);
    let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(4, 4, image::Rgba([200, 1, 2, 0])));
    assert_eq!(warnings(&encoded(&clear, ImageFormat::Png), "a.png"), [Warning::FullyTransparent]);
    let mut jpeg = encode_jpeg(&picture(64, 64), 80);
    assert_eq!(warnings(&jpeg, "a.jpeg"), []);
    jpeg.extend_from_slice(&[7; 1025]);
    assert_eq!(warnings(&jpeg, "a.jpeg"), [Warning::TrailingBytes { count: 1025 }]);
}

#[test]
fn thumbnails_are_upright_and_within_the_side() {
    let bytes = with_exif(&encode_jpeg(&picture(640, 480), 80), 6);
    let found = inspect_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
    assert_eq!((found.size, found.thumbnail.size), (Size::new(480, 640), Size::new(192, 256)));
}
