//! The sequence header of AV1 data (AV1 bitstream specification, 5.3 and 5.5): depth, sampling and colour.

use concord_geometry::Size;

use super::Fault;

/// What a sequence header says of every frame that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    /// 8, 10 or 12.
    pub(super) bits: u8,
    pub(super) sampling: Sampling,
    /// Matrix coefficients, as ITU-T H.273 numbers them; 2 where nothing is said.
    pub(super) matrix: u8,
    pub(super) full_range: bool,
}

/// How much of the colour is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    /// 4:0:0: none, which is grey.
    Grey,
    /// 4:2:0: half of the columns and of the rows.
    HalfBoth,
    /// 4:2:2: half of the columns.
    HalfAcross,
    /// 4:4:4: all.
    Full,
}

impl Sequence {
    /// Finds and reads the first sequence header in AV1 data.
    pub(super) fn find(data: &[u8]) -> Result<Self, Fault> {
        let mut rest = data;
        while let Some((kind, content, behind)) = unit(rest) {
            if kind == 1 {
                return parse(&mut Bits { data: content, at: 0 })
                    .ok_or_else(|| Fault::corrupt("the AV1 sequence header is cut off or not one"));
            }
            rest = behind;
        }
        Err(Fault::corrupt("there is no AV1 sequence header"))
    }

    /// The largest value of a sample.
    pub(super) fn max(self) -> u16 {
        (1 << self.bits) - 1
    }

    pub(super) fn is_deep(self) -> bool {
        self.bits > 8
    }

    pub(super) fn is_grey(self) -> bool {
        self.sampling == Sampling::Grey
    }

    /// Whether colour has half of the columns, and half of the rows.
    pub(super) fn halved(self) -> (bool, bool) {
        let across = matches!(self.sampling, Sampling::HalfBoth | Sampling::HalfAcross);
        (across, self.sampling == Sampling::HalfBoth)
    }

    /// Bytes of the decoded samples of a picture of this size.
    pub(super) fn bytes_of(self, size: Size) -> u64 {
        let halves = match self.sampling {
            Sampling::Grey => 2,
            Sampling::HalfBoth => 3,
            Sampling::HalfAcross => 4,
            Sampling::Full => 6,
        };
        let bytes = if self.is_deep() { 2 } else { 1 };
        (u64::from(size.width) * u64::from(size.height)).saturating_mul(halves * bytes) / 2
    }

    /// What a sample of an alpha plane is of `max`, rounded.
    pub(super) fn alpha_level(self, value: u16, max: u16) -> u16 {
        let shift = self.bits - 8;
        let (black, span) = if self.full_range { (0, self.max()) } else { (16 << shift, 219 << shift) };
        let above = u32::from(value.saturating_sub(black).min(span));
        ((above * u32::from(max) + u32::from(span) / 2) / u32::from(span)) as u16
    }
}

/// The first unit of AV1 data: its type, its content, and what follows it.
fn unit(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&header, mut rest) = data.split_first()?;
    let (kind, extended, sized) = (header >> 3 & 15, header >> 2 & 1 == 1, header >> 1 & 1 == 1);
    if extended {
        rest = rest.get(1..)?;
    }
    if !sized {
        return Some((kind, rest, &[]));
    }
    // LEB128 of at most 8 bytes.
    let mut size = 0_u64;
    for shift in 0..8 {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        size |= u64::from(byte & 127) << (7 * shift);
        if byte >> 7 == 0 {
            break;
        }
    }
    let (content, behind) = rest.split_at_checked(usize::try_from(size).ok()?)?;
    Some((kind, content, behind))
}

/// Bits from the most significant on.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// A number of at most 32 bits.
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.data.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.take(count).map(|_| ())
    }

    /// Skips a number of variable length (`uvlc`).
    fn skip_variable(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        self.skip(if zeros < 32 { zeros } else { 0 })
    }
}

/// `sequence_header_obu`; `None` when the bits end before it does or name no known profile.
fn parse(bits: &mut Bits<'_>) -> Option<Sequence> {
    let profile = bits.take(3)?;
    bits.skip(1)?;
    let reduced = bits.flag()?;
    if reduced {
        bits.skip(5)?;
    } else {
        skip_operating_points(bits)?;
    }
    let (width_bits, height_bits) = (bits.take(4)? + 1, bits.take(4)? + 1);
    bits.skip(width_bits)?;
    bits.skip(height_bits)?;
    if !reduced && bits.flag()? {
        bits.skip(7)?;
    }
    // Superblocks of 128, filtered intra, filtered intra edges.
    bits.skip(3)?;
    if !reduced {
        skip_inter_tools(bits)?;
    }
    // Super-resolution, CDEF, restoration.
    bits.skip(3)?;
    (profile <= 2).then_some(())?;
    colour_config(bits, profile)
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let (mut has_model, mut delay_bits) = (false, 0);
    if bits.flag()? {
        bits.skip(32)?;
        bits.skip(32)?;
        if bits.flag()? {
            bits.skip_variable()?;
        }
        has_model = bits.flag()?;
        if has_model {
            delay_bits = bits.take(5)? + 1;
            bits.skip(32)?;
            bits.skip(10)?;
        }
    }
    let has_display_delay = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.skip(12)?;
        if bits.take(5)? > 7 {
            bits.skip(1)?;
        }
        if has_model && bits.flag()? {
            bits.skip(delay_bits)?;
            bits.skip(delay_bits)?;
            bits.skip(1)?;
        }
        if has_display_delay && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Some(())
}

fn skip_inter_tools(bits: &mut Bits<'_>) -> Option<()> {
    // Inter-intra, masked compound, warped motion, dual filter.
    bits.skip(4)?;
    let order_hint = bits.flag()?;
    if order_hint {
        bits.skip(2)?;
    }
    let screen_content = bits.flag()? || bits.flag()?;
    if screen_content && !bits.flag()? {
        bits.skip(1)?;
    }
    bits.skip(if order_hint { 3 } else { 0 })
}

fn colour_config(bits: &mut Bits<'_>, profile: u32) -> Option<Sequence> {
    let high = bits.flag()?;
    let depth = match (profile, high) {
        (_, false) => 8,
        (2, true) if bits.flag()? => 12,
        (_, true) => 10,
    };
    let grey = profile != 1 && bits.flag()?;
    let [primaries, transfer, matrix] =
        if bits.flag()? { [bits.take(8)?, bits.take(8)?, bits.take(8)?] } else { [2; 3] };
    let of = |sampling, full_range| Some(Sequence { bits: depth, sampling, matrix: matrix as u8, full_range });
    if grey {
        return of(Sampling::Grey, bits.flag()?);
    }
    if [primaries, transfer, matrix] == [1, 13, 0] {
        return of(Sampling::Full, true);
    }
    let full_range = bits.flag()?;
    let sampling = match (profile, depth) {
        (0, _) => Sampling::HalfBoth,
        (1, _) => Sampling::Full,
        (_, 12) if !bits.flag()? => Sampling::Full,
        (_, 12) if bits.flag()? => Sampling::HalfBoth,
        _ => Sampling::HalfAcross,
    };
    of(sampling, full_range)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a sequence header that libaom 3.6.0 wrote for 8-bit 4:2:0 of 40×30 pixels, behind a temporal
    /// delimiter; `avifdec --info` 0.11.1 says 8 bits, YUV420, full range, matrix coefficients 6.
    #[test]
    fn a_header_that_libaom_wrote_is_read() {
        let data = [0x12, 0x00, 0x0a, 0x09, 0x18, 0x15, 0x27, 0xeb, 0x24, 0x04, 0x34, 0x1a, 0x10];
        let found = Sequence::find(&data).expect("a header");
        let expected = Sequence { bits: 8, sampling: Sampling::HalfBoth, matrix: 6, full_range: true };
        assert_eq!(found, expected);
        for length in 0..data.len() - 1 {
            assert!(Sequence::find(&data[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn alpha_of_any_depth_and_range_is_brought_to_that_of_colour() {
        let alpha = |bits, full_range| Sequence { bits, sampling: Sampling::Grey, matrix: 2, full_range };
        assert_eq!([0, 128, 255].map(|value| alpha(8, true).alpha_level(value, 255)), [0, 128, 255]);
        assert_eq!([0, 16, 235, 255].map(|value| alpha(8, false).alpha_level(value, 255)), [0, 0, 255, 255]);
        // 512·255/1023 = 127.6.
        assert_eq!([0, 512, 1023].map(|value| alpha(10, true).alpha_level(value, 255)), [0, 128, 255]);
        assert_eq!([64, 940].map(|value| alpha(10, false).alpha_level(value, 1023)), [0, 1023]);
    }
}
