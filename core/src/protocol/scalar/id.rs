//! Identifiers: numbers on the wire beyond what a double can hold, always text for the caller.

use std::borrow::Cow;
use std::fmt;

use crate::protocol::{Raw, Token};

/// An order, item, package or seller id, as text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// The id of a whole number or a text; `None` for anything else.
    pub fn read(raw: Raw<'_>) -> Option<Self> {
        Self::text_of(raw).map(|text| Self(text.trim().to_owned()))
    }

    /// Whether there is an id to read.
    pub(crate) fn is_readable(raw: Raw<'_>) -> bool {
        Self::text_of(raw).is_some()
    }

    #[inline]
    fn text_of(raw: Raw<'_>) -> Option<Cow<'_, str>> {
        match raw.token() {
            Token::Text(text) if !text.trim().is_empty() => Some(text),
            // 1.0 or 1e15 is a double that has been printed: its digits cannot be trusted.
            Token::Number(number)
                if !number
                    .bytes()
                    .any(|byte| matches!(byte, b'.' | b'e' | b'E')) =>
            {
                Some(Cow::Borrowed(number))
            }
            _ => None,
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as text, by value.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
