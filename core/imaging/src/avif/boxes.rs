//! Boxes of the ISO base media file format (ISO/IEC 14496-12), and the big-endian fields in them.

use super::Fault;

/// The four characters that name a box, an item type or a brand.
pub(super) type Kind = [u8; 4];

/// A kind as text for messages, what is not printable escaped.
pub(super) fn text(kind: Kind) -> String {
    kind.escape_ascii().to_string()
}

/// The boxes that follow one another in `bytes`, each with its kind and its content.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Result<(Kind, &[u8]), Fault>> {
    let mut rest = Fields(bytes);
    std::iter::from_fn(move || {
        if rest.0.is_empty() {
            return None;
        }
        let next = next_box(&mut rest);
        if next.is_err() {
            rest = Fields(&[]);
        }
        Some(next)
    })
}

fn next_box<'a>(rest: &mut Fields<'a>) -> Result<(Kind, &'a [u8]), Fault> {
    let short = rest.uint(4)?;
    let kind = rest.kind()?;
    let content = match short {
        // The last box may leave its end to the file's.
        0 => Some(rest.0.len() as u64),
        1 => rest.uint(8)?.checked_sub(16),
        length => length.checked_sub(8),
    };
    let whole = content.and_then(|length| usize::try_from(length).ok()).filter(|&length| length <= rest.0.len());
    let length = whole.ok_or_else(|| Fault::corrupt(format!("the box {} has a wrong length", text(kind))))?;
    Ok((kind, rest.take(length)?))
}

/// Fields that follow one another; each call takes the next.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or_else(|| Fault::corrupt("the data ends within a box"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// A whole number of `bytes` bytes, at most 8; 0 for none.
    pub(super) fn uint(&mut self, bytes: usize) -> Result<u64, Fault> {
        Ok(self.take(bytes)?.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        Ok(self.uint(2)? as u16)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.uint(4)? as u32)
    }

    pub(super) fn kind(&mut self) -> Result<Kind, Fault> {
        Ok((self.uint(4)? as u32).to_be_bytes())
    }

    /// Version and flags that begin a full box.
    pub(super) fn version(&mut self) -> Result<(u8, u32), Fault> {
        let field = self.u32()?;
        Ok(((field >> 24) as u8, field & 0x00FF_FFFF))
    }

    /// An item number, of two or four bytes.
    pub(super) fn item(&mut self, wide: bool) -> Result<u32, Fault> {
        Ok(self.uint(if wide { 4 } else { 2 })? as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_short_long_and_open_lengths() {
        let bytes = b"\0\0\0\x0aabcdxy\0\0\0\x01efgh\0\0\0\0\0\0\0\x11z\0\0\0\0ijkl1234";
        let found: Vec<_> = boxes(bytes).map(|next| next.expect("three boxes")).collect();
        let expected: [(Kind, &[u8]); 3] = [(*b"abcd", b"xy"), (*b"efgh", b"z"), (*b"ijkl", b"1234")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_length_that_cannot_be_ends_the_walk() {
        for bytes in [&b"\0\0\0\x07abcd"[..], b"\0\0\0\x0babcdxy", b"\0\0\0\x01abcd\0\0\0\0\0\0\0\x0f", b"\0\0"] {
            let found: Vec<_> = boxes(bytes).collect();
            assert!(matches!(found[..], [Err(Fault::Corrupt(_))]), "{bytes:?}");
        }
    }
}
