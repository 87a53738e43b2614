//! A signed request, ready for any HTTP stack, and the answer to it.

use std::fmt;
use std::str::FromStr;

use super::civil::Civil;
use super::json_object::JsonObject;
use super::schema::Method;

/// What is to be sent: complete, signed, with nothing left to decide.
///
/// Send it as it is. Changing a byte of the query or the body breaks the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// GET or POST.
    pub method: Method,
    /// The whole URL, query included. Holds the access token and the signature: do not log it.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body; empty for GET.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The URL without its query: what may be logged.
    pub fn location(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// Everything but the body as a JSON object: `method`, `url`, `headers`. Do not log it either.
    pub fn head_json(&self) -> String {
        let headers = self.headers.iter();
        let headers = headers.fold(JsonObject::new(), |out, (name, value)| {
            out.text(name, value)
        });
        JsonObject::new()
            .text("method", self.method.as_str())
            .text("url", &self.url)
            .json("headers", &headers.finish())
            .finish()
    }
}

// Query and body carry the token and the signature.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method.as_str())
            .field("url", &self.location())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer as it came.
#[derive(Clone)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body after decompression.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The value of the first header called `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

// Bodies of token calls carry tokens.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The epoch second of a `Date` header in the form that HTTP prescribes (RFC 9110, IMF-fixdate).
pub(crate) fn http_date(text: &str) -> Option<i64> {
    let (day_name, rest) = text.trim().split_once(", ")?;
    let mut parts = rest.split_ascii_whitespace();
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let mut clock = parts.next()?.split(':').map(|part| number(part, 2));
    let time = (clock.next()??, clock.next()??, clock.next()??);
    if clock.next().is_some() || parts.next() != Some("GMT") || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    let civil = Civil::new((number(year, 4)?, month, number(day, 2)?), time, 0)?;
    let seconds = civil.epoch_seconds();
    // The name of the day must fit, or else one of the two is wrong.
    let days = usize::try_from(seconds.div_euclid(86_400).rem_euclid(7)).ok()?;
    (DAYS[days] == day_name).then_some(seconds)
}

/// A number of so many digits at most.
fn number<N: FromStr>(text: &str, digits: usize) -> Option<N> {
    let fits = text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_header_is_read_in_its_one_form() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(784_111_777)
        );
        assert_eq!(
            http_date("Sun, 01 Mar 2026 08:00:00 GMT"),
            Some(1_772_352_000)
        );
        for odd in [
            "",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT+1",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37:10 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +0800",
            "now",
        ] {
            assert_eq!(http_date(odd), None, "{odd}");
        }
    }
}
