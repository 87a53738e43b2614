//! Percent-encoding, the same for queries and form bodies.
//!
//! Everything but RFC 3986's unreserved characters is escaped, a space as `%20`: it decodes to the same
//! text under every reading, which the signature depends on.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Appends a text in encoded form.
pub(crate) fn encode_into(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// Appends `name=value` pairs joined by `&`.
pub(crate) fn encode_pairs<'a>(out: &mut String, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut first = true;
    for (name, value) in pairs {
        if !first {
            out.push('&');
        }
        first = false;
        encode_into(out, name);
        out.push('=');
        encode_into(out, value);
    }
}
