//! Properties over random pictures and random bytes: round trips, ranges, and never a panic.

use concord_geometry::Size;
use concord_imaging::{
    Features, Limits, Rgb8, decode_bytes, encode_jpeg, encode_png, features, inspect_bytes, thumbnail,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn pictures(side: u32) -> impl Strategy<Value = Rgb8> {
    (1..=side, 1..=side).prop_flat_map(|(width, height)| {
        vec(any::<u8>(), (width * height * 3) as usize).prop_map(move |data| Rgb8::new(Size::new(width, height), data))
    })
}

/// Small limits keep a mutated header from asking for much memory.
fn limits() -> Limits {
    Limits { max_megapixels: 1.0, max_bytes: 16 << 20, ..Limits::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn decoding_an_encoded_png_gives_the_picture(image in pictures(40)) {
        let decoded = decode_bytes("a.png", &encode_png(&image), &Limits::default()).expect("our own PNG");
        prop_assert_eq!(decoded, image);
    }

    #[test]
    fn features_stay_in_their_ranges(image in pictures(24)) {
        let found = features(&image);
        prop_assert_eq!(found.values().len(), Features::NAMES.len());
        for (name, value) in Features::NAMES.iter().zip(found.values()) {
            let Some(value) = value else { continue };
            prop_assert!(value.is_finite(), "{} is {}", name, value);
            prop_assert!(value >= 0.0 || *name == "log_aspect", "{} is {}", name, value);
        }
        for share in [found.brightness, found.dark_share, found.bright_share, found.saturation, found.dynamic_range] {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&share));
        }
        prop_assert!(found.contrast <= 0.5 + 1e-12);
        prop_assert!(found.entropy <= 8.0 + 1e-12);
        prop_assert!((found.chromaticity_r + found.chromaticity_g + found.chromaticity_b - 1.0).abs() < 1e-12);
        prop_assert_eq!(found.sharpness.is_some(), image.size.width > 1 && image.size.height > 1);
    }

    #[test]
    fn mirroring_a_picture_keeps_its_features(image in pictures(24)) {
        let size = image.size;
        let mirrored = Rgb8::from_fn(size, |x, y| image.pixel(size.width - 1 - x, y));
        for (a, b) in features(&image).values().into_iter().zip(features(&mirrored).values()) {
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn thumbnails_fit_and_never_enlarge(image in pictures(60), side in 1..80_u32) {
        let small = thumbnail(&image, side).size;
        prop_assert!(small.width.max(small.height) <= side.max(1));
        prop_assert!(small.width <= image.size.width && small.height <= image.size.height);
    }

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in vec(any::<u8>(), 0..300), magic in 0..8_usize) {
        let magics: [&[u8]; 8] = [
            b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8L", b"II*\0", b"BM", b"P6\n", b"qoif",
        ];
        let bytes = [magics[magic], &bytes].concat();
        let decoded = decode_bytes("a", &bytes, &limits()).is_ok();
        prop_assert_eq!(decoded, inspect_bytes("a", &bytes, &limits()).is_ok());
    }

    #[test]
    fn no_change_to_a_real_file_makes_the_readers_panic(
        image in pictures(32),
        quality in 1..=100_u8,
        changes in vec((any::<Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<Index>()),
    ) {
        for mut bytes in [encode_jpeg(&image, quality), encode_png(&image)] {
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let decoded = decode_bytes("a", &bytes, &limits()).is_ok();
            prop_assert_eq!(decoded, inspect_bytes("a", &bytes, &limits()).is_ok());
        }
    }

    #[test]
    fn no_change_to_a_header_makes_the_readers_panic(image in pictures(32), at in 0..200_usize, value in any::<u8>()) {
        for mut bytes in [encode_jpeg(&image, 75), encode_png(&image)] {
            let at = at % bytes.len();
            bytes[at] = value;
            if let Ok(decoded) = decode_bytes("a", &bytes, &limits()) {
                prop_assert_eq!(decoded.data.len() as u64, decoded.size.area_px() * 3);
            }
        }
    }
}
