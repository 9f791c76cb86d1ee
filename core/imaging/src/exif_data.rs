//! Orientation and capture time from EXIF.

use exif::{DateTime, Exif, In, Tag, Value};

use crate::Orientation;

/// What the catalogue keeps of a file's EXIF data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExifData {
    pub(crate) orientation: Orientation,
    /// Capture time in milliseconds since 1970-01-01 UTC.
    pub(crate) taken_ms: Option<i64>,
}

impl Default for ExifData {
    fn default() -> Self {
        Self { orientation: Orientation::UPRIGHT, taken_ms: None }
    }
}

impl ExifData {
    /// Reads a TIFF-structured EXIF block. Damaged or absent data gives the defaults: EXIF is a comfort, a picture is
    /// never refused for it.
    pub(crate) fn parse(block: &[u8]) -> Self {
        let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let mut reader = exif::Reader::new();
        reader.continue_on_error(true);
        let exif = match reader.read_raw(block.to_vec()) {
            Ok(exif) => exif,
            Err(error) => match error.distill_partial_result(|_| {}) {
                Ok(exif) => exif,
                Err(_) => return Self::default(),
            },
        };
        let orientation = exif
            .get_field(Tag::Orientation, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .and_then(|value| Orientation::new(u8::try_from(value).ok()?))
            .unwrap_or(Orientation::UPRIGHT);
        Self { orientation, taken_ms: taken_ms(&exif) }
    }
}

/// The time of capture, else of digitising, else of the last change. Without a recorded offset the camera's clock is
/// taken as UTC, so that the value never depends on the machine that reads it.
fn taken_ms(exif: &Exif) -> Option<i64> {
    let candidates = [
        (Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal),
        (Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized),
        (Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime),
    ];
    candidates.into_iter().find_map(|(date, sub_second, offset)| {
        let mut time = DateTime::from_ascii(ascii(exif, date)?).ok()?;
        // A bad fraction or offset leaves the field empty and the date itself good.
        if let Some(text) = ascii(exif, sub_second) {
            time.parse_subsec(text).ok();
        }
        if let Some(text) = ascii(exif, offset) {
            time.parse_offset(text).ok();
        }
        unix_ms(&time)
    })
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(parts) => parts.first().map(Vec::as_slice),
        _ => None,
    }
}

fn unix_ms(time: &DateTime) -> Option<i64> {
    let civil = jiff::civil::DateTime::new(
        i16::try_from(time.year).ok()?,
        i8::try_from(time.month).ok()?,
        i8::try_from(time.day).ok()?,
        i8::try_from(time.hour).ok()?,
        i8::try_from(time.minute).ok()?,
        i8::try_from(time.second).ok()?,
        i32::try_from(time.nanosecond.unwrap_or(0)).ok()?,
    )
    .ok()?;
    let utc = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
    Some(utc.as_millisecond() - i64::from(time.offset.unwrap_or(0)) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &[u8], offset: Option<i16>, nanosecond: Option<u32>) -> DateTime {
        let mut time = DateTime::from_ascii(text).expect("a date");
        (time.offset, time.nanosecond) = (offset, nanosecond);
        time
    }

    /// Expected: GNU date, `date -u -d '2026-03-04 05:06:07' +%s` = 1772600767.
    #[test]
    fn a_date_without_an_offset_is_utc_and_with_one_is_shifted() {
        assert_eq!(unix_ms(&time(b"2026:03:04 05:06:07", None, None)), Some(1_772_600_767_000));
        assert_eq!(unix_ms(&time(b"2026:03:04 05:06:07", Some(120), Some(250_000_000))), Some(1_772_593_567_250));
        assert_eq!(unix_ms(&time(b"2026:13:04 05:06:07", None, None)), None);
    }

    #[test]
    fn damaged_exif_gives_the_defaults() {
        assert_eq!(ExifData::parse(b""), ExifData::default());
        assert_eq!(ExifData::parse(b"Exif\0\0II*\0\xff\xff\xff\xff"), ExifData::default());
    }
}
