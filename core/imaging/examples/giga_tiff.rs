//! Writes pictures to try the application with: `cargo run -p concord-imaging --example giga_tiff -- out.tif 30000` a
//! tiled, deflated TIFF of that side, and `-- deep.png` a 16-bit grey PNG of 8,000 × 8,000 pixels.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;

const TILE: u32 = 256;
/// Different tiles that are written; the picture repeats them along its diagonals.
const KINDS: u32 = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("name a file to write, ending in .tif or .png")?);
    let side = arguments.next().map(|side| side.to_string_lossy().parse::<u32>()).transpose()?;
    if path.extension().is_some_and(|extension| extension == "png") {
        write_png(&path, side.unwrap_or(8000))
    } else {
        write_tiff(&path, side.unwrap_or(30_000))
    }
}

/// A small deterministic scatter of the pixel's place.
fn noise(x: u32, y: u32) -> u32 {
    let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0x27D4_EB2F);
    (mixed ^ (mixed >> 15)) >> 24
}

fn write_png(path: &std::path::Path, side: u32) -> Result<(), Box<dyn Error>> {
    let image = image::ImageBuffer::from_fn(side, side, |x, y| {
        let ramp = (u64::from(x) + u64::from(y)) * 60_000 / (2 * u64::from(side));
        image::Luma([ramp as u16 + (noise(x, y) * 20) as u16])
    });
    image::DynamicImage::ImageLuma16(image).save(path)?;
    Ok(())
}

/// The tile of a kind: its columns in red, its rows in green, its kind in blue, a white frame and a black diagonal.
fn tile(kind: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        if x == 0 || y == 0 {
            [255; 3]
        } else if x.abs_diff(y) < 2 {
            [0; 3]
        } else {
            [x as u8, y as u8, (kind * 255 / KINDS) as u8]
        }
    };
    (0..TILE).flat_map(|y| (0..TILE).flat_map(move |x| pixel(x, y))).collect()
}

fn write_tiff(path: &std::path::Path, side: u32) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut at = 8_u32;
    let mut places = Vec::new();
    let mut data = Vec::new();
    for kind in 0..KINDS {
        let plain = tile(kind);
        let before = data.len();
        flate2::bufread::ZlibEncoder::new(&plain[..], flate2::Compression::default()).read_to_end(&mut data)?;
        places.push((at, (data.len() - before) as u32));
        at += (data.len() - before) as u32;
    }
    if !data.len().is_multiple_of(2) {
        data.push(0);
        at += 1;
    }
    let across = side.div_ceil(TILE);
    let used = |column: u32, row: u32| places[((column + row) % KINDS) as usize];
    let all: Vec<(u32, u32)> = (0..across).flat_map(|row| (0..across).map(move |column| used(column, row))).collect();
    let (offsets_at, count) = (at, all.len() as u32);
    let (counts_at, bits_at) = (offsets_at + 4 * count, offsets_at + 8 * count);
    let directory_at = bits_at + 6;
    out.write_all(b"II*\0")?;
    out.write_all(&directory_at.to_le_bytes())?;
    out.write_all(&data)?;
    for (offset, _) in &all {
        out.write_all(&offset.to_le_bytes())?;
    }
    for (_, length) in &all {
        out.write_all(&length.to_le_bytes())?;
    }
    out.write_all(&[8, 0, 8, 0, 8, 0])?;
    // Tag, type (3: 16 bits, 4: 32 bits), count, value or offset.
    let entries: [(u16, u16, u32, u32); 11] = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 3, bits_at),
        (259, 3, 1, 8),
        (262, 3, 1, 2),
        (277, 3, 1, 3),
        (284, 3, 1, 1),
        (322, 4, 1, TILE),
        (323, 4, 1, TILE),
        // One tile's place is the value itself.
        (324, 4, count, if count == 1 { places[0].0 } else { offsets_at }),
        (325, 4, count, if count == 1 { places[0].1 } else { counts_at }),
    ];
    out.write_all(&(entries.len() as u16).to_le_bytes())?;
    for (tag, kind, count, value) in entries {
        out.write_all(&tag.to_le_bytes())?;
        out.write_all(&kind.to_le_bytes())?;
        out.write_all(&count.to_le_bytes())?;
        out.write_all(&value.to_le_bytes())?;
    }
    out.write_all(&[0; 4])?;
    out.flush()?;
    Ok(())
}
