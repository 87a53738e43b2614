//! Dates and clock times as a calendar on the wall shows them, without a zone.
//!
//! Written out here: the platform prints one form or another of ISO 8601, and a library of dates brings its time
//! zones, formats and messages along, more than all of this module's callers together.

const DAY_SECONDS: i64 = 86_400;

/// A point on the calendar of the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
}

impl Civil {
    /// A date and a time of the day; `None` for one that no calendar has. The leap second counts as the one before.
    #[inline]
    pub(crate) fn new(date: (u16, u8, u8), clock: (u8, u8, u8), nanosecond: u32) -> Option<Self> {
        let ((year, month, day), (hour, minute, second)) = (date, clock);
        let there = year <= 9999
            && (1..=12).contains(&month)
            && (1..=month_days(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60
            && nanosecond < 1_000_000_000;
        there.then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second: second.min(59),
            nanosecond,
        })
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
        let (seconds, ms) = (epoch_ms.div_euclid(1000), epoch_ms.rem_euclid(1000));
        let (year, month, day) = date_of(seconds.div_euclid(DAY_SECONDS))?;
        let second = seconds.rem_euclid(DAY_SECONDS);
        let part = |number: i64| u8::try_from(number).ok();
        let clock = (
            part(second / 3600)?,
            part(second / 60 % 60)?,
            part(second % 60)?,
        );
        Self::new(
            (year, month, day),
            clock,
            u32::try_from(ms).ok()? * 1_000_000,
        )
    }

    /// Seconds since 1970, the fraction left out.
    pub(crate) fn epoch_seconds(&self) -> i64 {
        let clock = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60;
        days_since_1970(self.year, self.month, self.day) * DAY_SECONDS
            + clock
            + i64::from(self.second)
    }

    /// Milliseconds since 1970, cut towards 1970.
    pub(crate) fn epoch_ms(&self) -> i64 {
        let (seconds, ns) = (self.epoch_seconds(), self.nanosecond);
        let ms = if seconds < 0 {
            ns.div_ceil(1_000_000)
        } else {
            ns / 1_000_000
        };
        seconds * 1000 + i64::from(ms)
    }

    /// `2026-03-01T16:00:00`, with milliseconds where there are any.
    pub(crate) fn to_iso(self) -> String {
        let mut text = *b"0000-00-00T00:00:00.000";
        let (century, year) = (self.year / 100, self.year % 100);
        let ms = self.nanosecond / 1_000_000;
        put(&mut text, 0, small(century));
        put(&mut text, 2, small(year));
        put(&mut text, 5, self.month);
        put(&mut text, 8, self.day);
        put(&mut text, 11, self.hour);
        put(&mut text, 14, self.minute);
        put(&mut text, 17, self.second);
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

fn month_days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counted in years that begin in March, so that the leap day is a year's last.
fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + day_of_year - 719_468
}

/// The date of a day counted from 1970: the inverse of the above.
fn date_of(days: i64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(719_468)?;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12 + 1;
    let year = era * 400 + year + i64::from(month <= 2);
    Some((
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::DateTime;
    use proptest::prelude::*;

    use super::*;

    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

    fn same(text: &str) {
        let theirs = text.parse::<DateTime>().ok();
        let since = theirs.map(|civil| civil.duration_since(EPOCH));
        let ours = Civil::parse(text);
        let ms = since.map(|since| i64::try_from(since.as_millis()).unwrap());
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
    fn every_day_is_the_one_of_the_calendar() {
        let (mut days, mut civil) = (-719_528, DateTime::constant(0, 1, 1, 0, 0, 0, 0));
        while let Some((year, month, day)) = date_of(days).filter(|date| date.0 <= 9999) {
            let theirs = (civil.year() as u16, civil.month() as u8, civil.day() as u8);
            assert_eq!((year, month, day), theirs);
            assert_eq!(days_since_1970(year, month, day), days);
            days += 1;
            match civil.checked_add(SignedDuration::from_hours(24)) {
                Ok(next) => civil = next,
                Err(_) => break,
            }
        }
        assert_eq!(days, 2_932_897, "the day after the year 9999");
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
