//! HTTP headers of the caller's own. They travel beside the parameters and are never signed.

use crate::error::{Error, Result};

/// What the client or HTTP itself sets: a second one would contradict how the body is sent or read.
const RESERVED: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// The header as it is sent, its name in lower case. Errors never show the value, which may be a secret.
pub(crate) fn checked(name: &str, value: &str) -> Result<(String, String)> {
    let name = checked_name(name)?;
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::input(
            name,
            "is set by the client and cannot be given with a call",
        ));
    }
    if value.trim_matches([' ', '\t']) != value {
        return Err(Error::input(name, "has white space around it"));
    }
    let printable = |byte: u8| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic();
    if !value.bytes().all(printable) {
        return Err(Error::input(
            name,
            "expected printable ASCII without line breaks",
        ));
    }
    Ok((name, value.to_owned()))
}

/// Names are tokens (RFC 9110, section 5.6.2).
fn checked_name(name: &str) -> Result<String> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        let shown: String = name.chars().take(40).collect();
        return Err(Error::input(
            "header",
            format_args!("expected a name of letters, digits and hyphens, got {shown:?}"),
        ));
    }
    Ok(name.to_ascii_lowercase())
}
