//! Dates and clock times as a calendar on the wall shows them, without a zone.
//!
//! The calendar is chrono's; reading and printing are written out here. The platform prints one form or another of ISO
//! 8601, and formats that are interpreted, with their messages, were 140 kB of the library for C.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};

/// A point on the calendar of the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil(NaiveDateTime);

impl Civil {
    /// A date and a time of the day; `None` for one that no calendar has. The leap second counts as the one before.
    #[inline]
    pub(crate) fn new(date: (u16, u8, u8), clock: (u8, u8, u8), nanosecond: u32) -> Option<Self> {
        let ((year, month, day), (hour, minute, second)) = (date, clock);
        let second = if second == 60 { 59 } else { second };
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?
            .and_hms_nano_opt(hour.into(), minute.into(), second.into(), nanosecond)
            .map(Self)
            .filter(Self::is_in_range)
    }

    fn is_in_range(&self) -> bool {
        (0..=9999).contains(&self.0.year())
    }

    /// The date and time of a text in ISO 8601, with or without its marks, the time down to any part:
    /// `2026-03-01 16:00:00`, `2026-03-01T16:00:00.123`, `20260301T1600`, `2026-03-01`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = Digits(text.as_bytes());
        let year = rest.number(4)?;
        let marked = rest.skip(b"-");
        let month = rest.number(2)?;
        if rest.skip(b"-") != marked {
            return None;
        }
        let date = (year, small(month), small(rest.number(2)?));
        if rest.0.is_empty() {
            return Self::new(date, (0, 0, 0), 0);
        }
        if !rest.skip(b"Tt ") {
            return None;
        }
        let (clock, nanosecond) = rest.clock()?;
        rest.0.is_empty().then_some(())?;
        Self::new(date, clock, nanosecond)
    }

    /// The point so many milliseconds after 1970; `None` outside the years 0 to 9999.
    pub(crate) fn from_epoch_ms(epoch_ms: i64) -> Option<Self> {
        let instant = DateTime::from_timestamp_millis(epoch_ms)?;
        Some(Self(instant.naive_utc())).filter(Self::is_in_range)
    }

    /// Seconds since 1970, the fraction left out.
    pub(crate) fn epoch_seconds(self) -> i64 {
        self.0.and_utc().timestamp()
    }

    /// Milliseconds since 1970, what is finer left out.
    pub(crate) fn epoch_ms(self) -> i64 {
        self.0.and_utc().timestamp_millis()
    }

    /// `2026-03-01T16:00:00`, with milliseconds where there are any.
    pub(crate) fn to_iso(self) -> String {
        let mut text = *b"0000-00-00T00:00:00.000";
        let (date, clock) = (self.0.date(), self.0.time());
        let (year, ms) = (date.year(), clock.nanosecond() / 1_000_000);
        put(&mut text, 0, (year / 100) as u8);
        put(&mut text, 2, (year % 100) as u8);
        put(&mut text, 5, date.month() as u8);
        put(&mut text, 8, date.day() as u8);
        put(&mut text, 11, clock.hour() as u8);
        put(&mut text, 14, clock.minute() as u8);
        put(&mut text, 17, clock.second() as u8);
        put(&mut text, 20, (ms / 10) as u8);
        text[22] += (ms % 10) as u8;
        let end = if ms == 0 { 19 } else { 23 };
        String::from_utf8_lossy(&text[..end]).into_owned()
    }
}

/// Writes a number of two digits over zeros.
pub(super) fn put(text: &mut [u8], at: usize, number: u8) {
    text[at] += number / 10;
    text[at + 1] += number % 10;
}

/// What is left of a text that is read digit by digit.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// A number of exactly so many digits.
    #[inline]
    fn number(&mut self, digits: usize) -> Option<u16> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |sum: u16, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + u16::from(byte - b'0'))
        })
    }

    /// Takes one byte away if it is one of these.
    #[inline]
    fn skip(&mut self, any: &[u8]) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if any.contains(first) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// A time of the day, which may end after the hour or the minute, and the nanoseconds of its fraction.
    fn clock(&mut self) -> Option<((u8, u8, u8), u32)> {
        let hour = small(self.number(2)?);
        let marked = self.0.starts_with(b":");
        let more = |rest: &mut Self| match marked {
            true => rest.skip(b":"),
            false => rest.0.first().is_some_and(u8::is_ascii_digit),
        };
        if !more(self) {
            return Some(((hour, 0, 0), 0));
        }
        let minute = small(self.number(2)?);
        if !more(self) {
            return Some(((hour, minute, 0), 0));
        }
        let second = small(self.number(2)?);
        Some(((hour, minute, second), self.fraction()?))
    }

    /// One to nine digits after a point or comma, as nanoseconds; 0 where there is no fraction.
    fn fraction(&mut self) -> Option<u32> {
        if !self.skip(b".,") {
            return Some(0);
        }
        let (mut nanosecond, mut worth) = (0, 100_000_000);
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        let count = count.count();
        for byte in &self.0[..count] {
            nanosecond += u32::from(byte - b'0') * worth;
            worth /= 10;
        }
        self.0 = &self.0[count..];
        (1..=9).contains(&count).then_some(nanosecond)
    }
}

/// A number of two digits.
fn small(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::DateTime;
    use proptest::prelude::*;

    use super::Civil;

    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

    fn same(text: &str) {
        let theirs = text.parse::<DateTime>().ok();
        let since = theirs.map(|civil| civil.duration_since(EPOCH));
        let ours = Civil::parse(text);
        let ms = since.map(|since| i64::try_from(since.as_nanos().div_euclid(1_000_000)).unwrap());
        assert_eq!(ours.map(|civil| civil.epoch_ms()), ms, "{text}");
        let back = ours.map(|civil| civil.to_iso());
        let printed = theirs.map(printed);
        assert_eq!(back, printed, "{text}");
    }

    fn printed(civil: DateTime) -> String {
        let mut text = civil.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        if civil.millisecond() != 0 {
            text.push_str(&format!(".{:03}", civil.millisecond()));
        }
        text
    }

    #[test]
    fn forms_are_read_as_by_a_library_of_dates() {
        for text in [
            "",
            "2026",
            "2026-03",
            "2026-03-01",
            "20260301",
            "2026-0301",
            "202603-01",
            "2026-03-01T",
            "2026-03-01T16",
            "2026-03-01T16:00",
            "2026-03-01T16:0",
            "2026-03-01T1600",
            "2026-03-01 16:00:00",
            "2026-03-01t160000",
            "20260301 160000.5",
            "2026-03-01T16:0000",
            "2026-03-01T1600:00",
            "2026-03-01T16:00:00.",
            "2026-03-01T16:00:00.1",
            "2026-03-01T16:00:00,123456789",
            "2026-03-01T16:00:00.1234567890",
            "2026-03-01T16:00.5",
            "2026-03-01T16:00:60",
            "2026-03-01T16:00:61",
            "2026-03-01T24:00:00",
            "2026-03-01  16:00:00",
            "2026-03-01_16:00:00",
            "2026-02-29",
            "2024-02-29",
            "1900-02-29",
            "2000-02-29",
            "2026-00-01",
            "2026-13-01",
            "2026-04-31",
            "0000-01-01",
            "9999-12-31T23:59:59.999",
            "1969-12-31T23:59:59.9995",
            "1969-12-31T23:59:59.5",
            "２026-03-01",
            "2026-03-01T16:00:00 ",
            " 2026-03-01T16:00:00",
        ] {
            same(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_of_its_letters_is_read_alike(text in "[0-9]{3,5}-?[0-3][0-9]-?[0-3][0-9]([T ][0-2]?[0-9]:?[0-6]?[0-9]?:?[0-6]?[0-9]?([.,][0-9]{0,10})?)?") {
            same(&text);
        }

        #[test]
        fn any_count_is_printed_alike(ms in -62_167_219_200_000_i64..253_402_300_800_000) {
            let theirs = EPOCH.checked_add(SignedDuration::from_millis(ms)).unwrap();
            prop_assert_eq!(Civil::from_epoch_ms(ms).unwrap().to_iso(), printed(theirs));
        }
    }

    #[test]
    fn counts_beyond_the_years_have_no_date() {
        for ms in [-62_167_219_200_001, 253_402_300_800_000, i64::MIN, i64::MAX] {
            assert_eq!(Civil::from_epoch_ms(ms), None, "{ms}");
        }
    }
}
