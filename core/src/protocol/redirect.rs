//! The browser's way back from the authorization page.

use super::gateway::check_state;
use crate::error::{Error, ErrorKind, Result};

/// The authorization code in the address to which the browser came back, once its state is found to be the
/// one that was sent ([`check_state`]). For hosts that get the address as a whole.
///
/// # Errors
/// [`ErrorKind::Auth`] when the authorization ended with an error or was begun by somebody else;
/// [`ErrorKind::Input`] when no state was sent or the address has no code. None repeats the address.
pub fn redirect_code(address: &str, sent_state: &str) -> Result<String> {
    let address = address.trim();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    // Nothing is known of a state beside an error, and an error opens nothing.
    if let Some(code) = value(query, "error") {
        let message = "the seller or the platform ended the authorization";
        return Err(Error::new(ErrorKind::Auth, message).with_code(code));
    }
    check_state(sent_state, &value(query, "state").unwrap_or_default())?;
    value(query, "code").ok_or_else(|| {
        Error::input(
            "address",
            "expected the one to which the browser came back, with a code in it",
        )
    })
}

/// The first value of this name that is not blank.
fn value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs
        .filter(|(key, _)| decoded(key) == name)
        .map(|(_, value)| decoded(value));
    values.find(|value| !value.trim().is_empty())
}

/// A form's encoding undone. What is not encoded rightly stays as it is.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind.first_chunk::<2>().filter(|_| *first == b'%');
        let byte = hex.and_then(|hex| {
            let mut byte = [0];
            hex::decode_to_slice(hex, &mut byte).ok()?;
            Some(byte[0])
        });
        bytes.push(byte.unwrap_or(*first));
        rest = &behind[if byte.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_comes_out_decoded_behind_the_right_state() {
        for address in [
            "https://erp.example/back?code=0_1_ab%2Bc&state=s+%C3%A4",
            " https://erp.example/back?a=1&state=s%20%c3%a4&code=0_1_ab%2bc#top\n",
            "?code=&code=0_1_ab%2Bc&state=s%20%C3%A4",
        ] {
            assert_eq!(redirect_code(address, "s ä").unwrap(), "0_1_ab+c");
        }
    }

    #[test]
    fn other_addresses_are_refused_without_being_repeated() {
        for (address, sent, kind) in [
            (
                "https://e.example/?code=secret&state=t",
                "s",
                ErrorKind::Auth,
            ),
            ("https://e.example/?code=secret", "s", ErrorKind::Auth),
            (
                "https://e.example/?code=secret&state=",
                "",
                ErrorKind::Input,
            ),
            ("https://e.example/?state=s", "s", ErrorKind::Input),
            ("https://e.example/?state=s&code", "s", ErrorKind::Input),
            (
                "https://e.example/#?code=secret%&state=s",
                "t",
                ErrorKind::Auth,
            ),
        ] {
            let error = redirect_code(address, sent).unwrap_err();
            assert_eq!(error.kind(), kind, "{address}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        let ended = redirect_code("https://e.example/?error=access_denied&state=s", "s");
        let ended = ended.unwrap_err();
        assert_eq!(
            (ended.kind(), ended.code()),
            (ErrorKind::Auth, Some("access_denied"))
        );
    }

    #[test]
    fn odd_encodings_stay_as_they_are() {
        for (text, expected) in [
            ("%", "%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("a%C3", "a\u{fffd}"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
