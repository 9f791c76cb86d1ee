//! Times of capture as people and devices write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// Milliseconds since 1970 UTC of a written time; the error says what would be understood.
///
/// Understood are: RFC 3339 and ISO 8601 with an offset or `Z` (`2024-01-31T12:00:00.5+02:00`); the same without an
/// offset, which counts as UTC; a plain date (`2024-01-31`), which counts as its midnight in UTC; the EXIF form
/// `2024:01:31 12:00:00`; and seconds (9 or 10 digits, a fraction is allowed) or milliseconds (12 or 13 digits) since
/// 1970. Other runs of digits are refused, for `20240131` may be either a date or a number.
pub fn parse_time_ms(text: &str) -> Result<i64, String> {
    let text = text.trim();
    if let Some(ms) = epoch_ms(text)? {
        return Ok(ms);
    }
    let standard = exif_as_iso(text);
    let text = standard.as_deref().unwrap_or(text);
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    civil
        .and_then(|c| c.to_zoned(jiff::tz::TimeZone::UTC))
        .map(|zoned| zoned.timestamp().as_millisecond())
        .map_err(|_| format!("\"{text}\" is no time; write it as 2024-01-31T12:00:00Z or 2024-01-31"))
}

fn epoch_ms(text: &str) -> Result<Option<i64>, String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Ok(None);
    }
    let refused = || format!("\"{text}\" may be a date or a number; write it as 2024-01-31T12:00:00Z");
    let number: f64 = text.parse().map_err(|_| refused())?;
    match whole.len() {
        9 | 10 => Ok(Some((number * 1000.0).round() as i64)),
        12 | 13 => Ok(Some(number.round() as i64)),
        _ => Err(refused()),
    }
}

/// `2024:01:31 12:00:00` as `2024-01-31 12:00:00`.
fn exif_as_iso(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_exif = bytes.len() >= 10 && text.is_ascii() && bytes[4] == b':' && bytes[7] == b':';
    is_exif.then(|| format!("{}-{}-{}", &text[..4], &text[5..7], &text[8..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_milliseconds_utc() {
        // Expected values from `date -u -d … +%s` of GNU coreutils 9.1.
        for (text, expect) in [
            ("2024-01-31T12:00:00Z", 1_706_702_400_000),
            ("2024-01-31T12:00:00.250+02:00", 1_706_695_200_250),
            ("2024-01-31T12:00:00", 1_706_702_400_000),
            ("2024-01-31 12:00:00", 1_706_702_400_000),
            (" 2024-01-31 ", 1_706_659_200_000),
            ("2024:01:31 12:00:00", 1_706_702_400_000),
            ("1706702400", 1_706_702_400_000),
            ("1706702400.5", 1_706_702_400_500),
            ("1706702400123", 1_706_702_400_123),
            ("1969-12-31T23:59:59Z", -1_000),
        ] {
            assert_eq!(parse_time_ms(text), Ok(expect), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_advice() {
        for text in
            ["", "yesterday", "20240131", "31.01.2024", "2024-13-01", "20240131120000", "-", "é:::::::::", "1.2.3"]
        {
            let error = parse_time_ms(text).expect_err(text);
            assert!(error.contains("write it as"), "{error}");
        }
    }
}
