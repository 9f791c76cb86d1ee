//! Pictures whose samples mislead: in tiles, each beginning with a white row.

use concord_geometry::Size;

/// Side of a tile in pixels.
const SIDE: u32 = 64;

/// What a pixel of a picture shows: white in the first row of each tile, dark grey of some pattern elsewhere.
pub(crate) fn gray_at(x: u32, y: u32) -> u8 {
    if y.is_multiple_of(SIDE) { 255 } else { ((x / 37 + y / 11) % 97) as u8 }
}

/// Such a picture as an uncompressed TIFF without smaller copies; both sides must be multiples of 64.
pub(crate) fn striped_tiff(size: Size) -> Vec<u8> {
    let (columns, rows) = (size.width / SIDE, size.height / SIDE);
    let count = columns * rows;
    let tags: [(u16, u32); 8] =
        [(256, size.width), (257, size.height), (258, 8), (259, 1), (262, 1), (277, 1), (322, SIDE), (323, SIDE)];
    // The header, the directory with the two lists of tiles, these lists, the tiles.
    let lists = 8 + 2 + 12 * (tags.len() as u32 + 2) + 4;
    let tiles = lists + 8 * count;
    let mut out = b"II\x2a\0\x08\0\0\0".to_vec();
    out.extend((tags.len() as u16 + 2).to_le_bytes());
    let entries = tags.map(|(tag, value)| (tag, 1, value)).into_iter();
    for (tag, count, value) in entries.chain([(324, count, lists), (325, count, lists + 4 * count)]) {
        out.extend(tag.to_le_bytes());
        out.extend(4_u16.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    (0..count).for_each(|tile| out.extend((tiles + tile * SIDE * SIDE).to_le_bytes()));
    (0..count).for_each(|_| out.extend((SIDE * SIDE).to_le_bytes()));
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        for y in row * SIDE..(row + 1) * SIDE {
            out.extend((column * SIDE..(column + 1) * SIDE).map(|x| gray_at(x, y)));
        }
    }
    out
}

/// The mean of the square of pixels that a pixel of a level stands for, by adding them all up.
pub(crate) fn mean_at(level: u32, x: u32, y: u32) -> f64 {
    let side = 1 << level;
    let square = (y * side..(y + 1) * side).flat_map(|y| (x * side..(x + 1) * side).map(move |x| (x, y)));
    square.map(|(x, y)| f64::from(gray_at(x, y))).sum::<f64>() / f64::from(side * side)
}
