//! Time as the gateway prints and reads it: whole seconds, offset +08:00.

use std::time::{SystemTime, UNIX_EPOCH};

/// The gateway answers in the local time of its country; the sandbox plays countries at +08:00.
const OFFSET_SECONDS: i64 = 8 * 3600;

const DAY: i64 = 86_400;

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Seconds since 1970 of this machine's clock.
pub(crate) fn machine_seconds() -> i64 {
    i64::try_from(machine_millis() / 1000).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970 of this machine's clock.
pub(crate) fn machine_millis() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}

/// `2026-03-01 16:00:00 +0800`, the form of times in replies.
pub(crate) fn printed(epoch: i64) -> String {
    let c = civil(epoch + OFFSET_SECONDS);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02} +0800",
        c.year, c.month, c.day, c.hour, c.minute, c.second
    )
}

/// `2026-03-01T16:00:00+08:00`, the form of times in requests.
pub(crate) fn iso(epoch: i64) -> String {
    let c = civil(epoch + OFFSET_SECONDS);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00",
        c.year, c.month, c.day, c.hour, c.minute, c.second
    )
}

/// `Sun, 01 Mar 2026 08:00:00 GMT`, the form of the `Date` header.
pub(crate) fn http_date(epoch: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let c = civil(epoch);
    let weekday = usize::try_from(epoch.div_euclid(DAY).rem_euclid(7)).unwrap_or(0);
    let month = usize::try_from(c.month - 1).unwrap_or(0);
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        DAYS[weekday], c.day, MONTHS[month], c.year, c.hour, c.minute, c.second
    )
}

/// Reads `YYYY-MM-DDTHH:mm:ss` followed by an offset (`+08:00`, `+0800` or `Z`). Anything else is
/// refused: the reference wants whole seconds and an offset.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !text.is_ascii() {
        return None;
    }
    let (stamp, offset) = text.split_at(19);
    for (place, mark) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if bytes[place] != mark {
            return None;
        }
    }
    let year = digits(&stamp[0..4])?;
    let month = digits(&stamp[5..7])?;
    let day = digits(&stamp[8..10])?;
    let hour = digits(&stamp[11..13])?;
    let minute = digits(&stamp[14..16])?;
    let second = digits(&stamp[17..19])?;
    if !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    Some(local - parse_offset(offset)?)
}

fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &text[1..];
    let (hours, minutes) = match rest.len() {
        5 if rest.as_bytes()[2] == b':' => (digits(&rest[0..2])?, digits(&rest[3..5])?),
        4 => (digits(&rest[0..2])?, digits(&rest[2..4])?),
        _ => return None,
    };
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn digits(text: &str) -> Option<i64> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn civil(epoch: i64) -> Civil {
    let (year, month, day) = civil_from_days(epoch.div_euclid(DAY));
    let rest = epoch.rem_euclid(DAY);
    Civil {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
    }
}

/// Days since 1970 of a date of the Gregorian calendar; years start in March so that the leap day
/// is the last one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_the_same_instant() {
        let epoch = 1_793_462_400; // 2026-11-01T00:00:00+08:00
        assert_eq!(printed(epoch), "2026-11-01 00:00:00 +0800");
        assert_eq!(iso(epoch), "2026-11-01T00:00:00+08:00");
        assert_eq!(http_date(epoch), "Sat, 31 Oct 2026 16:00:00 GMT");
        for text in [
            "2026-11-01T00:00:00+08:00",
            "2026-11-01T00:00:00+0800",
            "2026-10-31T16:00:00Z",
            "2026-10-31T09:30:00-06:30",
        ] {
            assert_eq!(parse_iso(text), Some(epoch), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_full_time() {
        for text in [
            "",
            "2026-11-01",
            "2026-11-01T00:00:00",
            "2026-11-01 00:00:00+08:00",
            "2026-11-01T00:00:00 08:00",
            "2026-11-01T00:00:00.000+08:00",
            "2026-02-29T00:00:00+08:00",
            "2026-13-01T00:00:00+08:00",
            "2026-11-01T24:00:00+08:00",
            "1793462400000",
            "2026-11-01T00:00:00+8",
            "２026-11-01T00:00:00+08:00",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn leap_days_and_years_hold() {
        for (text, epoch) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2024-12-31T23:59:59Z", 1_735_689_599),
        ] {
            assert_eq!(parse_iso(text), Some(epoch));
        }
    }
}
