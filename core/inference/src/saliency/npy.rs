//! NumPy's .npy files, as far as they hold a map: two sides, little-endian numbers.
//!
//! Format versions 1.0 to 3.0 as in `numpy/lib/format.py`. The crates for it read the header as any Python expression,
//! with a grammar's parser and no limit on its length or nesting; a map needs three keys of it.

use concord_geometry::Size;
use concord_imaging::Limits;

/// The first bytes of every file.
const MAGIC: &[u8] = b"\x93NUMPY";

/// Bytes that a header has at most, as NumPy itself has it.
const MAX_HEADER: usize = 10_000;

/// Why bytes are no .npy file that holds a map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NpyError {
    /// The first bytes are other ones.
    #[error("it does not begin with the mark of .npy files")]
    NotNpy,
    /// A version that did not exist when this was written.
    #[error("it has the format version {0}.{1}; 1.0, 2.0 and 3.0 can be read")]
    Version(u8, u8),
    /// The file ends within its header.
    #[error("it ends within its header: {expected} bytes were expected and there are {found}")]
    HeaderCut {
        /// Bytes up to the end of what was read.
        expected: usize,
        /// Bytes of the file.
        found: usize,
    },
    /// A header longer than any that NumPy takes.
    #[error("its header is {0} bytes long; at most 10000 can be read")]
    HeaderTooLong(usize),
    /// The header is not the dictionary that it should be.
    #[error("its header cannot be read at byte {at}: {expected} was expected")]
    Header {
        /// Where, counted from the header's first byte.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A key is missing in the header.
    #[error("its header has no key {0}")]
    Missing(&'static str),
    /// Numbers of another kind.
    #[error("its element type is {0}; <f2, <f4, <f8, |u1 and <u2 can be read")]
    ElementType(String),
    /// Not the shape of a map.
    #[error("its shape is {0:?}; a map is [h, w] or [1, h, w] with at least one value")]
    Shape(Vec<u64>),
    /// More values than a picture may have pixels.
    #[error("its shape is {0:?}, more than the {1} million values that a map may have")]
    TooLarge(Vec<u64>, f64),
    /// More or fewer numbers than the shape says.
    #[error("it holds {found} bytes of numbers where its shape needs {expected}")]
    Length {
        /// Bytes that the shape needs.
        expected: u64,
        /// Bytes after the header.
        found: u64,
    },
}

/// A map as it is in the file, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NpyMap {
    pub(super) size: Size,
    pub(super) values: Vec<f64>,
}

/// Whether bytes claim to be an .npy file.
pub(super) fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads a map; nothing is allocated before the header was held against the file's length.
pub(super) fn read_npy(bytes: &[u8], limits: &Limits) -> Result<NpyMap, NpyError> {
    let (header, data) = split(bytes)?;
    let header = Header::parse(header)?;
    let element = Element::of(&header.descr)?;
    let size = header.size(limits)?;
    let expected = size.area_px() * element.bytes() as u64;
    if data.len() as u64 != expected {
        return Err(NpyError::Length { expected, found: data.len() as u64 });
    }
    let stored = element.read(data);
    let (width, height) = (size.width as usize, size.height as usize);
    let values = if header.fortran_order {
        (0..height).flat_map(|y| stored[y..].iter().step_by(height).take(width).copied()).collect()
    } else {
        stored
    };
    Ok(NpyMap { size, values })
}

/// The header's text and the bytes after it.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), NpyError> {
    if !is_npy(bytes) {
        return Err(NpyError::NotNpy);
    }
    let cut = |expected| NpyError::HeaderCut { expected, found: bytes.len() };
    let &[major, minor] = bytes.get(6..8).and_then(|b| b.as_array()).ok_or_else(|| cut(8))?;
    let (length, start) = match (major, minor) {
        (1, 0) => (bytes.get(8..10).and_then(|b| b.as_array()).map(|b| usize::from(u16::from_le_bytes(*b))), 10),
        (2 | 3, 0) => (bytes.get(8..12).and_then(|b| b.as_array()).map(|b| u32::from_le_bytes(*b) as usize), 12),
        _ => return Err(NpyError::Version(major, minor)),
    };
    let length = length.ok_or_else(|| cut(start))?;
    if length > MAX_HEADER {
        return Err(NpyError::HeaderTooLong(length));
    }
    bytes[start..].split_at_checked(length).ok_or_else(|| cut(start + length))
}

/// The dictionary at the beginning of a file.
struct Header {
    descr: String,
    fortran_order: bool,
    shape: Vec<u64>,
}

impl Header {
    fn parse(text: &[u8]) -> Result<Self, NpyError> {
        let mut scanner = Scanner { text, at: 0 };
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        scanner.sign(b'{', "{")?;
        while !scanner.skipped(b'}') {
            let start = scanner.at;
            let key = scanner.string("a key in quotes")?;
            scanner.sign(b':', "a colon")?;
            match key {
                "descr" => descr = Some(scanner.string("an element type in quotes")?.to_owned()),
                "fortran_order" => fortran_order = Some(scanner.truth()?),
                "shape" => shape = Some(scanner.tuple()?),
                _ => {
                    let expected = "one of the keys descr, fortran_order and shape";
                    return Err(NpyError::Header { at: start, expected });
                }
            }
            if !scanner.skipped(b',') {
                scanner.sign(b'}', "a comma or }")?;
                break;
            }
        }
        scanner.end()?;
        Ok(Self {
            descr: descr.ok_or(NpyError::Missing("descr"))?,
            fortran_order: fortran_order.ok_or(NpyError::Missing("fortran_order"))?,
            shape: shape.ok_or(NpyError::Missing("shape"))?,
        })
    }

    /// Width and height of the map.
    fn size(&self, limits: &Limits) -> Result<Size, NpyError> {
        let (&[height, width] | &[1, height, width]) = self.shape.as_slice() else {
            return Err(NpyError::Shape(self.shape.clone()));
        };
        if height == 0 || width == 0 {
            return Err(NpyError::Shape(self.shape.clone()));
        }
        let too_large = || NpyError::TooLarge(self.shape.clone(), limits.max_megapixels);
        let values = width.checked_mul(height).ok_or_else(too_large)?;
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else { return Err(too_large()) };
        if values as f64 > limits.max_megapixels * 1e6 || values.saturating_mul(8) > limits.max_bytes {
            return Err(too_large());
        }
        Ok(Size::new(width, height))
    }
}

/// Reads the few things that a header consists of.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn skip_space(&mut self) {
        self.at += self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, NpyError> {
        Err(NpyError::Header { at: self.at, expected })
    }

    /// Whether this sign comes next; then it is behind us.
    fn skipped(&mut self, sign: u8) -> bool {
        self.skip_space();
        let found = self.text.get(self.at) == Some(&sign);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: u8, expected: &'static str) -> Result<(), NpyError> {
        if self.skipped(sign) { Ok(()) } else { self.fail(expected) }
    }

    /// Text between quotes, without any that would need an escape.
    fn string(&mut self, expected: &'static str) -> Result<&'a str, NpyError> {
        self.skip_space();
        let rest = &self.text[self.at..];
        let Some((&quote @ (b'\'' | b'"'), inside)) = rest.split_first() else { return self.fail(expected) };
        let plain = |byte: &u8| *byte != quote && *byte != b'\\' && byte.is_ascii() && !byte.is_ascii_control();
        let length = inside.iter().take_while(|byte| plain(byte)).count();
        let Ok(text) = std::str::from_utf8(&inside[..length]) else { return self.fail(expected) };
        self.at += 1 + length;
        self.sign(quote, "the closing quote")?;
        Ok(text)
    }

    fn truth(&mut self) -> Result<bool, NpyError> {
        self.skip_space();
        for (word, value) in [("True", true), ("False", false)] {
            if self.text[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fail("True or False")
    }

    fn tuple(&mut self) -> Result<Vec<u64>, NpyError> {
        let mut numbers = Vec::new();
        self.sign(b'(', "(")?;
        while !self.skipped(b')') {
            numbers.push(self.number()?);
            if !self.skipped(b',') {
                self.sign(b')', "a comma or )")?;
                break;
            }
        }
        Ok(numbers)
    }

    fn number(&mut self) -> Result<u64, NpyError> {
        self.skip_space();
        let rest = &self.text[self.at..];
        let digits = &rest[..rest.iter().take_while(|byte| byte.is_ascii_digit()).count()];
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        let Some(number) = number else { return self.fail("a whole number below 2^64") };
        self.at += digits.len();
        // Python 2 wrote long numbers with an L.
        self.at += usize::from(self.text.get(self.at) == Some(&b'L'));
        Ok(number)
    }

    fn end(&mut self) -> Result<(), NpyError> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { self.fail("the end of the header") }
    }
}

/// The numbers that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    F2,
    F4,
    F8,
    U1,
    U2,
}

impl Element {
    fn of(descr: &str) -> Result<Self, NpyError> {
        match descr {
            "<f2" => Ok(Self::F2),
            "<f4" => Ok(Self::F4),
            "<f8" => Ok(Self::F8),
            "|u1" | "<u1" | ">u1" => Ok(Self::U1),
            "<u2" => Ok(Self::U2),
            _ => Err(NpyError::ElementType(descr.to_owned())),
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::U1 => 1,
            Self::F2 | Self::U2 => 2,
            Self::F4 => 4,
            Self::F8 => 8,
        }
    }

    /// All numbers of `data`, whose length is a multiple of the element's.
    fn read(self, data: &[u8]) -> Vec<f64> {
        fn each<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
            data.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)).collect()
        }
        match self {
            Self::F2 => each(data, |bytes| half(u16::from_le_bytes(bytes))),
            Self::F4 => each(data, |bytes| f64::from(f32::from_le_bytes(bytes))),
            Self::F8 => each(data, f64::from_le_bytes),
            Self::U1 => each(data, |[byte]| f64::from(byte)),
            Self::U2 => each(data, |bytes| f64::from(u16::from_le_bytes(bytes))),
        }
    }
}

/// The value of a number of half precision (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    /// The least number above 0.
    const LEAST: f64 = 1.0 / 16_777_216.0;
    let (exponent, fraction) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * LEAST,
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1024.0 + fraction) * f64::from(1_u32 << (exponent - 1)) * LEAST,
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_has_the_values_of_the_standard() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x03ff, 6.097_555_160_522_461e-5),
            (0x0400, 6.103_515_625e-5),
            (0x3555, 0.333_251_953_125),
            (0x3bff, 0.999_511_718_75),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), f64::to_bits(value), "{bits:#06x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
