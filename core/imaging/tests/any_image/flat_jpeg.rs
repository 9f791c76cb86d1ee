//! A JPEG writer for pictures of flat 8×8 blocks: no more than DC coefficients, so that every decoder must give the
//! very values that were put in.

/// A JPEG file of `columns` × `rows` blocks with `components` components, whose sample in a block is
/// `value(column, row, component)`; with an Adobe marker of the given colour transform, baseline or progressive.
pub(crate) fn flat_jpeg(
    (columns, rows): (u16, u16),
    components: u8,
    adobe: Option<u8>,
    progressive: bool,
    value: &dyn Fn(u16, u16, u8) -> u8,
) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    let mut segment = |marker: u8, body: &[u8]| {
        out.extend([0xFF, marker]);
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
    };
    if let Some(transform) = adobe {
        segment(0xEE, &[b"Adobe".as_slice(), &[0, 100, 0, 0, 0, 0, transform]].concat());
    }
    // A DC step of 8 makes one unit of the coefficient one unit of the sample: a flat block's DC is 8 times its level.
    let mut steps = [1; 65];
    (steps[0], steps[1]) = (0, 8);
    segment(0xDB, &steps);
    let mut frame = vec![8];
    frame.extend((rows * 8).to_be_bytes());
    frame.extend((columns * 8).to_be_bytes());
    frame.push(components);
    frame.extend((1..=components).flat_map(|id| [id, 0x11, 0]));
    segment(if progressive { 0xC2 } else { 0xC0 }, &frame);
    // Sixteen DC codes of 4 bits would fill the code space: twelve are used, for 0 to 11 bits.
    let mut dc = vec![0x00, 0, 0, 0, 12];
    dc.extend([0; 12]);
    dc.extend(0..12);
    segment(0xC4, &dc);
    // One AC code of 1 bit: end of block.
    let mut ac = vec![0x10, 1];
    ac.extend([0; 15]);
    ac.push(0);
    segment(0xC4, &ac);
    let mut scan = vec![components];
    scan.extend((1..=components).flat_map(|id| [id, 0]));
    scan.extend([0, if progressive { 0 } else { 63 }, 0]);
    segment(0xDA, &scan);
    let mut bits = Bits::default();
    let mut last = vec![0_i32; usize::from(components)];
    for row in 0..rows {
        for column in 0..columns {
            for component in 0..components {
                let level = i32::from(value(column, row, component)) - 128;
                let difference = level - std::mem::replace(&mut last[usize::from(component)], level);
                let length = 32 - difference.unsigned_abs().leading_zeros();
                bits.push(length, 4);
                let code = if difference < 0 { difference - 1 } else { difference };
                bits.push(code as u32 & ((1 << length) - 1), length);
                if !progressive {
                    bits.push(0, 1);
                }
            }
        }
    }
    out.extend(bits.finish());
    out.extend([0xFF, 0xD9]);
    out
}

#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, value: u32, length: u32) {
        self.0.extend((0..length).rev().map(|bit| value >> bit & 1 == 1));
    }

    /// The bytes, padded with ones, a zero stuffed behind each 0xFF.
    fn finish(self) -> Vec<u8> {
        let byte =
            |bits: &[bool]| (0..8).fold(0_u8, |sum, i| sum << 1 | u8::from(bits.get(i).copied().unwrap_or(true)));
        self.0.chunks(8).map(byte).flat_map(|b| if b == 0xFF { vec![b, 0] } else { vec![b] }).collect()
    }
}
