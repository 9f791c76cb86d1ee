//! Every layout of TIFF gives the pixels it was made of.

use concord_geometry::Size;
use concord_imaging::{Limits, PixelValue, Pixels, Rgb8, decode_bytes, encode_jpeg};

use crate::tiff_builder::{Builder, Directory, Layout, Packing};
use crate::{open, page, picture};

const PACKINGS: [Packing; 4] = [Packing::Plain, Packing::Lzw, Packing::Deflate, Packing::PackBits];

/// A value that differs between neighbours, repeats now and then, and fills 16 bits.
fn value(x: u32, y: u32, c: usize) -> u64 {
    u64::from((x / 3 * 1201 + y / 2 * 7919 + c as u32 * 20_011) % 65_536)
}

fn one(directory: Directory) -> Vec<u8> {
    Builder::new(vec![directory]).build()
}

/// All values of `value` in the order of interleaved pixels.
fn expected(layout: &Layout, channels: usize) -> impl Iterator<Item = u64> {
    let (width, height) = (layout.width, layout.height);
    (0..height).flat_map(move |y| (0..width).flat_map(move |x| (0..channels).map(move |c| value(x, y, c))))
}

#[test]
fn sixteen_bits_come_through_every_packing_in_strips_tiles_and_planes() {
    for packing in PACKINGS {
        for (tile, planar, samples) in [
            (None, false, 1),
            (None, false, 3),
            (Some((16, 32)), false, 1),
            (Some((32, 16)), false, 3),
            (None, true, 3),
            (Some((16, 16)), true, 3),
        ] {
            for (predictor, big_endian) in [(1, false), (1, true), (2, false), (2, true)] {
                let photometric = if samples == 3 { 2 } else { 1 };
                let layout = Layout {
                    samples,
                    photometric,
                    packing,
                    predictor,
                    tile,
                    planar,
                    big_endian,
                    rows: 7,
                    ..Layout::grey(45, 38, 16)
                };
                let mut file = Builder::new(vec![layout.directory(&value)]);
                file.big_endian = big_endian;
                let found = picture(&file.build());
                let values: Vec<u16> = expected(&layout, samples).map(|v| v as u16).collect();
                let wanted = if samples == 3 { Pixels::Rgb16(values) } else { Pixels::Gray16(values) };
                assert!(found.pixels == wanted, "{packing:?} {tile:?} {planar} {samples} {predictor} {big_endian}");
            }
        }
    }
}

#[test]
fn floats_keep_their_values_with_and_without_their_predictor() {
    let number = |x: u32, y: u32| if x == 3 { f32::NAN } else { (f64::from(x) * 1.7 - f64::from(y) * 1e4) as f32 };
    for (predictor, tile) in [(1, None), (3, None), (3, Some((16, 16)))] {
        let layout = Layout { format: 3, packing: Packing::Deflate, predictor, tile, ..Layout::grey(21, 18, 32) };
        let found = picture(&one(layout.directory(&|x, y, _| u64::from(number(x, y).to_bits()))));
        for (x, y) in [(0, 0), (20, 17), (7, 11)] {
            assert_eq!(found.pixel(x, y), PixelValue::GrayF32(number(x, y)), "predictor {predictor}, {tile:?}");
        }
        assert!(matches!(found.pixel(3, 5), PixelValue::GrayF32(value) if value.is_nan()));
    }
    let wide = Layout { format: 3, ..Layout::grey(2, 2, 64) };
    let found = picture(&one(wide.directory(&|x, y, _| (f64::from(x) + f64::from(y) / 4.0).to_bits())));
    assert_eq!(found.pixels, Pixels::GrayF32(vec![0.0, 1.0, 0.25, 1.25]));
}

#[test]
fn signed_and_wide_whole_numbers_become_numbers() {
    let signed = Layout { format: 2, ..Layout::grey(2, 1, 16) };
    let found = picture(&one(signed.directory(&|x, _, _| if x == 0 { (-300_i16 as u16).into() } else { 7 })));
    assert_eq!(found.pixels, Pixels::GrayF32(vec![-300.0, 7.0]));
    let wide = Layout::grey(2, 1, 32);
    let found = picture(&one(wide.directory(&|x, _, _| u64::from(x) * 3_000_000_000)));
    assert_eq!(found.pixels, Pixels::GrayF32(vec![0.0, 3e9]));
}

#[test]
fn twelve_bits_are_unpacked_and_few_bits_spread_over_eight() {
    let layout = Layout { rows: 2, ..Layout::grey(5, 3, 12) };
    let found = picture(&one(layout.directory(&|x, y, _| u64::from(x * 1000 + y))));
    let values = (0..3).flat_map(|y| (0..5).map(move |x| x * 1000 + y)).collect();
    assert_eq!(found.pixels, Pixels::Gray16(values));
    for (bits, most) in [(1, 1), (2, 3), (4, 15)] {
        let layout = Layout::grey(11, 2, bits);
        let found = picture(&one(layout.directory(&|x, _, _| u64::from(x) % (most + 1))));
        for x in 0..11 {
            assert_eq!(found.pixel(x, 1), PixelValue::Rgb8([(u64::from(x) % (most + 1) * 255 / most) as u8; 3]));
        }
    }
}

#[test]
fn white_is_zero_is_turned_round() {
    let layout = Layout { photometric: 0, ..Layout::grey(2, 1, 16) };
    assert_eq!(
        picture(&one(layout.directory(&|x, _, _| u64::from(x) * 1000))).pixels,
        Pixels::Gray16(vec![65_535, 64_535])
    );
    let layout = Layout { photometric: 0, ..Layout::grey(2, 1, 8) };
    let bytes = one(layout.directory(&|x, _, _| u64::from(x) * 10));
    let rgb = vec![255, 255, 255, 245, 245, 245];
    assert_eq!(picture(&bytes).pixels, Pixels::Rgb8(rgb.clone()));
    assert_eq!(decode_bytes("a.tif", &bytes, &Limits::default()).expect("a TIFF").data, rgb);
}

#[test]
fn cmyk_palette_alpha_and_many_bands_become_colour() {
    // (255 − 55)·(1 − 51/255) = 160, (255 − 155)·0.8 = 80, 0.
    let layout = Layout { photometric: 5, samples: 4, ..Layout::grey(1, 1, 8) };
    let bytes = one(layout.directory(&|_, _, c| [55, 155, 255, 51][c]));
    assert_eq!(picture(&bytes).pixels, Pixels::Rgb8(vec![160, 80, 0]));
    assert_eq!(decode_bytes("a.tif", &bytes, &Limits::default()).expect("a TIFF").data, [160, 80, 0]);
    let layout = Layout { photometric: 3, ..Layout::grey(2, 1, 4) };
    let mut palette = layout.directory(&|x, _, _| u64::from(x) + 1);
    palette.tags.push((320, (0..48).map(|i| i * 1000).collect()));
    let colours = [1000, 17_000, 33_000, 2000, 18_000, 34_000].map(|v: u32| (v >> 8) as u8);
    assert_eq!(picture(&one(palette)).pixels, Pixels::Rgb8(colours.to_vec()));
    // 40000·32768/65535 = 20000.3.
    let layout = Layout { samples: 2, ..Layout::grey(1, 1, 16) };
    for (kind, value) in [(2, 20_000), (1, 40_000), (0, 40_000)] {
        let mut grey = layout.directory(&|_, _, c| [40_000, 32_768][c]);
        grey.tags.push((338, vec![kind]));
        assert_eq!(picture(&one(grey)).pixels, Pixels::Gray16(vec![value]), "extra sample {kind}");
    }
    let layout = Layout { samples: 5, ..Layout::grey(1, 1, 16) };
    assert_eq!(picture(&one(layout.directory(&|_, _, c| c as u64 + 1))).pixels, Pixels::Rgb16(vec![1, 2, 3]));
}

#[test]
fn a_page_is_chosen_and_masks_and_smaller_copies_are_no_pages() {
    let flat = |grey: u64, kind: u64| {
        let mut directory = Layout::grey(20, 10, 16).directory(&|_, _, _| grey);
        directory.tags.push((254, vec![kind]));
        directory
    };
    let file = Builder::new(vec![flat(1, 0), flat(2, 1), flat(3, 4), flat(4, 2), flat(5, 0)]).build();
    let found = [0, 1, 2].map(|index| page(&file, index).pixel(0, 0));
    assert_eq!(found, [1, 4, 5].map(PixelValue::Gray16));
    assert_eq!(open(file.clone()).pages(), 3);
    let error = concord_imaging::decode_picture_bytes("scan.tif", &file, &Limits::default(), 3).expect_err("no page 4");
    assert!(error.to_string().contains("scan.tif") && error.to_string().contains("page 4 was asked for"), "{error}");
}

#[test]
fn big_tiff_is_read_like_tiff() {
    let layout = Layout { tile: Some((16, 16)), packing: Packing::Lzw, ..Layout::grey(40, 30, 16) };
    for big_endian in [false, true] {
        let mut directory = Layout { big_endian, ..layout }.directory(&value);
        directory.tags.push((274, vec![6]));
        let mut file = Builder::new(vec![directory]);
        (file.big_tiff, file.big_endian) = (true, big_endian);
        let bytes = file.build();
        let found = picture(&bytes);
        assert_eq!(found.size, Size::new(30, 40));
        // Orientation 6: the stored left column is the upper row, read from below.
        assert_eq!(found.pixel(0, 0), PixelValue::Gray16(value(0, 29, 0) as u16));
        assert_eq!(found.pixel(29, 39), PixelValue::Gray16(value(39, 0, 0) as u16));
        assert_eq!(decode_bytes("a.tif", &bytes, &Limits::default()).expect("a TIFF").size, Size::new(30, 40));
    }
}

#[test]
fn eight_bit_pictures_are_the_same_whole_and_in_parts() {
    for (samples, tile, planar) in [
        (1, None, false),
        (3, None, false),
        (3, Some((16, 16)), false),
        (4, None, false),
        (3, None, true),
        (3, Some((16, 16)), true),
    ] {
        let layout = Layout {
            samples,
            photometric: if samples == 1 { 1 } else { 2 },
            tile,
            planar,
            rows: 5,
            ..Layout::grey(33, 27, 8)
        };
        let bytes = one(layout.directory(&|x, y, c| value(x, y, c) % 256));
        let whole = decode_bytes("a.tif", &bytes, &Limits::default()).expect("a TIFF");
        assert_eq!(picture(&bytes).pixels, Pixels::Rgb8(whole.data), "{samples} samples, {tile:?}, planar {planar}");
    }
}

#[test]
fn jpeg_tiles_are_decoded_with_and_without_shared_tables() {
    let image = Rgb8::from_fn(Size::new(64, 32), |x, y| [(x * 2) as u8, (y * 4) as u8, 90]);
    let whole = encode_jpeg(&image, 95);
    let plain = decode_bytes("a.jpg", &whole, &Limits::default()).expect("a JPEG");
    let layout = Layout { samples: 3, photometric: 6, tile: Some((64, 32)), ..Layout::grey(60, 30, 8) };
    let mut directory = layout.directory(&|_, _, _| 0);
    directory.tags.retain(|(tag, _)| *tag != 259);
    directory.tags.push((259, vec![7]));
    directory.pieces = vec![whole.clone()];
    let same = |directory: Directory| {
        let found = picture(&one(directory));
        for (x, y) in [(0, 0), (59, 29), (30, 7)] {
            assert_eq!(found.pixel(x, y), PixelValue::Rgb8(plain.pixel(x, y)));
        }
    };
    same(directory.clone());
    // The tables go to the page: everything up to the frame header, closed by an end marker.
    let frame = whole.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame header");
    let tables = [&whole[..frame], &[0xFF, 0xD9]].concat();
    directory.pieces = vec![[&[0xFF, 0xD8], &whole[frame..]].concat()];
    directory.tags.push((347, tables.into_iter().map(u64::from).collect()));
    same(directory);
}

#[test]
fn a_chunk_that_was_left_out_is_black() {
    let layout = Layout { tile: Some((16, 16)), ..Layout::grey(32, 16, 16) };
    let mut directory = layout.directory(&|_, _, _| 77);
    directory.tags.extend([(324, vec![8, 0]), (325, vec![512, 0])]);
    let found = picture(&one(directory));
    assert_eq!((found.pixel(15, 3), found.pixel(16, 3)), (PixelValue::Gray16(77), PixelValue::Gray16(0)));
}

#[test]
fn what_the_general_decoder_leaves_out_is_seen_through_the_default_window() {
    let layout = Layout { format: 3, ..Layout::grey(101, 10, 32) };
    let bytes = one(layout.directory(&|x, _, _| u64::from((x as f32 * 10.0).to_bits())));
    let image = decode_bytes("a.tif", &bytes, &Limits::default()).expect("a TIFF");
    let deep = picture(&bytes);
    assert_eq!(image, deep.to_rgb8(deep.default_window()));
    assert_eq!((image.pixel(0, 0), image.pixel(100, 9)), ([0; 3], [255; 3]));
}
