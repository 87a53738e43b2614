//! Identifiers: numbers on the wire beyond what a double can hold, always text for the caller.

use std::fmt;

use crate::protocol::Raw;

/// An order, item, package or seller id, as text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// The id of a whole number or a text; `None` for anything else.
    pub fn read(raw: Raw<'_>) -> Option<Self> {
        let text = raw.to_text()?;
        let text = text.trim();
        // 1.0 or 1e15 is a double that has been printed: its digits cannot be trusted.
        let broken = matches!(raw.token(), crate::protocol::Token::Number(number)
            if number.contains(['.', 'e', 'E']));
        let boolean = matches!(raw.token(), crate::protocol::Token::Boolean(_));
        (!text.is_empty() && !broken && !boolean).then(|| Self(text.to_owned()))
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
