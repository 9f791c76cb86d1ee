//! The compression schemes of strips and tiles: each gives a known number of bytes, or an error.

use std::io::Read;

use flate2::bufread::ZlibDecoder;
use weezl::{BitOrder, LzwStatus};
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::page::{Colours, Page};

/// Most that a byte of compressed data can become in any scheme: a 12-bit LZW code stands for at most 4,096 bytes.
const MOST_EXPANSION: u64 = 4096;

/// The first `length` bytes of what `data` was compressed from; why not, when there are not as many. A scheme that
/// cannot stop midway, JPEG, is decoded by [`jpeg`].
pub(super) fn expand(compression: u64, data: &[u8], length: u64) -> Result<Vec<u8>, String> {
    // Refused before the memory is asked for.
    if length > (data.len() as u64 + 1).saturating_mul(MOST_EXPANSION) {
        return Err(format!("{} bytes cannot hold {length}", data.len()));
    }
    let length = length as usize;
    match compression {
        1 => data.get(..length).map(<[u8]>::to_vec).ok_or_else(|| format!("{} of {length} bytes", data.len())),
        5 => lzw(data, length),
        32_773 => pack_bits(data, length),
        _ => {
            let mut out = vec![0; length];
            ZlibDecoder::new(data).read_exact(&mut out).map_err(|error| error.to_string())?;
            Ok(out)
        }
    }
}

fn lzw(data: &[u8], length: usize) -> Result<Vec<u8>, String> {
    let mut out = vec![0; length];
    let mut decoder =
        weezl::decode::Configuration::with_tiff_size_switch(BitOrder::Msb, 8).with_yield_on_full_buffer(true).build();
    let (mut read, mut written) = (0, 0);
    while written < length {
        let step = decoder.decode_bytes(&data[read..], &mut out[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        match step.status {
            Ok(LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(_) => break,
            Err(error) => return Err(error.to_string()),
        }
    }
    if written < length { Err(format!("{written} of {length} bytes")) } else { Ok(out) }
}

/// PackBits (TIFF 6.0, section 9): n ≥ 0 announces n + 1 bytes as they are, −127 to −1 one byte repeated 1 − n times.
fn pack_bits(data: &[u8], length: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(length);
    let mut rest = data;
    while out.len() < length {
        let short = || format!("{} of {length} bytes", out.len());
        let (&head, body) = rest.split_first().ok_or_else(short)?;
        rest = match head as i8 {
            -128 => body,
            n @ 0.. => {
                let (plain, rest) = body.split_at_checked(n as usize + 1).ok_or_else(short)?;
                out.extend_from_slice(plain);
                rest
            }
            n => {
                let (&byte, rest) = body.split_first().ok_or_else(short)?;
                out.resize(out.len() + (1 - isize::from(n)) as usize, byte);
                rest
            }
        };
    }
    out.truncate(length);
    Ok(out)
}

/// The samples of a chunk that is a JPEG picture of `width` and `height`, with the tables that the page keeps for all.
pub(super) fn jpeg(page: &Page, data: &[u8], width: u32, height: u32) -> Result<Vec<u8>, String> {
    let joined: Vec<u8>;
    let data = match &page.jpeg_tables {
        // Both parts are whole files: the end marker of the first and the start marker of the second go.
        Some(tables) if tables.len() >= 4 && data.len() >= 2 => {
            joined = [&tables[..tables.len() - 2], &data[2..]].concat();
            &joined
        }
        _ => data,
    };
    let options = DecoderOptions::default().set_max_width(width as usize).set_max_height(height as usize);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers().map_err(|error| format!("{error:?}"))?;
    if decoder.dimensions() != Some((width as usize, height as usize)) {
        return Err(format!("a picture of {:?} in place of {width}×{height} pixels", decoder.dimensions()));
    }
    let colours = match page.colours {
        Colours::YCbCr => Some(ColorSpace::RGB),
        // The file says what the components are: they are taken as they come.
        _ => decoder.input_colorspace(),
    };
    if let Some(colours) = colours {
        decoder.set_options(options.jpeg_set_out_colorspace(colours));
    }
    decoder.decode().map_err(|error| format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of TIFF 6.0, section 9.
    #[test]
    fn pack_bits_gives_the_example_of_the_specification() {
        let packed = [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA];
        let plain = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22, 0xAA, 0xAA, 0xAA, 0xAA,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        assert_eq!(expand(32_773, &packed, 24).as_deref(), Ok(&plain[..]));
        assert_eq!(expand(32_773, &packed, 5).as_deref(), Ok(&plain[..5]));
        assert!(expand(32_773, &packed, 25).is_err());
    }

    #[test]
    fn lzw_and_deflate_give_as_many_bytes_as_asked_for() {
        let plain: Vec<u8> = (0..5000_u32).map(|i| (i * i / 300) as u8).collect();
        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&plain).expect("memory");
        for length in [1, 1000, 5000] {
            assert_eq!(expand(5, &packed, length).as_deref(), Ok(&plain[..length as usize]));
        }
        assert!(expand(5, &packed, 5001).is_err());
        assert!(expand(5, &packed[..100], 5000).is_err());
        let mut deflated = Vec::new();
        flate2::bufread::ZlibEncoder::new(&plain[..], flate2::Compression::fast())
            .read_to_end(&mut deflated)
            .expect("memory");
        for length in [1, 5000] {
            assert_eq!(expand(8, &deflated, length).as_deref(), Ok(&plain[..length as usize]));
        }
        assert!(expand(8, &deflated, 5001).is_err());
    }

    #[test]
    fn more_than_any_scheme_can_hold_is_refused_unseen() {
        assert!(expand(8, &[1, 2, 3], 1 << 40).expect_err("a bomb").contains("cannot hold"));
    }
}
