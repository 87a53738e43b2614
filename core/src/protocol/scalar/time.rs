//! Points in time: printed in half a dozen forms, or counted in seconds or milliseconds.

use crate::protocol::civil::{Civil, put};
use crate::protocol::{Raw, Token};

/// A time as the platform printed it, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    text: String,
    epoch_ms: Option<i64>,
    offset: Option<i32>,
}

impl Time {
    /// The time of any of the platform's forms; `None` for anything else.
    pub fn read(raw: Raw<'_>) -> Option<Self> {
        match raw.token() {
            Token::Number(number) => Self::counted(number),
            Token::Text(text) => Self::parse(text.trim()),
            _ => None,
        }
    }

    /// The time of a printed or counted text:
    /// `2026-03-01 16:00:00 +0800`, `2026-03-01T16:00:00+08:00`, with fractions, with a zone in brackets,
    /// without any offset, or epoch seconds or milliseconds.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::counted(text);
        }
        // `...+08:00[GMT+08:00]` repeats the offset as a zone.
        let instant = text.split('[').next().unwrap_or(text).trim_end();
        let (clock, offset) = split_offset(instant)?;
        let local_ms = Civil::parse(clock.trim_end())?.epoch_ms();
        let epoch_ms = offset.map(|seconds| local_ms - i64::from(seconds) * 1000);
        Some(Self {
            text: text.to_owned(),
            epoch_ms,
            offset,
        })
    }

    /// Epoch seconds below 10^12, milliseconds from there on.
    fn counted(number: &str) -> Option<Self> {
        let count: i64 = number.parse().ok()?;
        let epoch_ms = if count.unsigned_abs() < 1_000_000_000_000 {
            count.checked_mul(1000)?
        } else {
            count
        };
        // Beyond the year 9999 it is not a time.
        (epoch_ms.unsigned_abs() < 253_402_300_800_000).then(|| Self {
            text: number.to_owned(),
            epoch_ms: Some(epoch_ms),
            offset: Some(0),
        })
    }

    /// The time of an epoch count in milliseconds, printed in UTC.
    pub fn from_epoch_ms(epoch_ms: i64) -> Self {
        Self {
            text: epoch_ms.to_string(),
            epoch_ms: Some(epoch_ms),
            offset: Some(0),
        }
    }

    /// As the platform sent it.
    pub fn as_sent(&self) -> &str {
        &self.text
    }

    /// Milliseconds since 1970 UTC; `None` when the time came without an offset.
    pub fn epoch_ms(&self) -> Option<i64> {
        self.epoch_ms
    }

    /// Seconds east of UTC as printed; 0 for epoch counts.
    pub fn offset_seconds(&self) -> Option<i32> {
        self.offset
    }

    /// RFC 3339 with the offset received, `Z` for epoch counts; `None` when the time came without one.
    pub fn to_rfc3339(&self) -> Option<String> {
        let offset = self.offset?;
        let local_ms = self.epoch_ms?.checked_add(i64::from(offset) * 1000)?;
        let mut out = Civil::from_epoch_ms(local_ms)?.to_iso();
        if offset == 0 {
            out.push('Z');
        } else {
            let minutes = offset.unsigned_abs() / 60;
            let sign = if offset < 0 { b'-' } else { b'+' };
            let mut zone = *b"+00:00";
            zone[0] = sign;
            put(&mut zone, 1, (minutes / 60) as u8);
            put(&mut zone, 4, (minutes % 60) as u8);
            out.push_str(&String::from_utf8_lossy(&zone));
        }
        Some(out)
    }
}

/// Cuts `Z`, `+0800`, `+08:00` or `+08` off the end of a printed time.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    // The date has hyphens too, so a sign counts only after the hour.
    let Some(sign) = text.rfind(['+', '-']).filter(|at| *at > 10) else {
        return Some((text, None));
    };
    let digits: String = text[sign + 1..]
        .chars()
        .filter(|character| *character != ':')
        .collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = if digits.len() == 4 {
        digits[2..].parse().ok()?
    } else {
        0
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    let east = if text.as_bytes()[sign] == b'-' {
        -seconds
    } else {
        seconds
    };
    Some((&text[..sign], Some(east)))
}
