//! Texts in and out of JSON strings.

use std::borrow::Cow;

use super::scanner::{has_escape, plain_run};

/// The text of a string's inside, escapes resolved. A lone surrogate, which no text can hold, becomes
/// U+FFFD.
pub(crate) fn unescape(inside: &str) -> Cow<'_, str> {
    if !has_escape(inside.as_bytes()) {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = unescape_one(&rest[at + 1..], &mut out);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Resolves the escape whose backslash stands before `rest`; the text was checked before.
fn unescape_one<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut chars = rest.chars();
    match chars.next() {
        Some('b') => out.push('\u{8}'),
        Some('f') => out.push('\u{c}'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('u') => return unescape_unit(chars.as_str(), out),
        Some(other) => out.push(other),
        None => {}
    }
    chars.as_str()
}

fn unescape_unit<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let unit = |text: &str| {
        text.get(..4)
            .and_then(|hex| u16::from_str_radix(hex, 16).ok())
    };
    let Some(first) = unit(rest) else { return rest };
    let rest = &rest[4..];
    let low = rest
        .strip_prefix("\\u")
        .and_then(unit)
        .filter(|low| (0xdc00..0xe000).contains(low));
    let (units, rest) = match low {
        Some(low) if (0xd800..0xdc00).contains(&first) => (vec![first, low], &rest[6..]),
        _ => (vec![first], rest),
    };
    out.extend(char::decode_utf16(units).map(|decoded| decoded.unwrap_or('\u{fffd}')));
    rest
}

/// Appends `text` as a JSON string. Only what must be escaped is: the text is signed and sent as it is.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        // What stops a run is one byte wide, so both cuts fall between characters.
        let (plain, tail) = rest.split_at(plain_run(rest.as_bytes()));
        out.push_str(plain);
        let Some(mark) = tail.bytes().next() else {
            break;
        };
        match mark {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        rest = &tail[1..];
    }
    out.push('"');
}
