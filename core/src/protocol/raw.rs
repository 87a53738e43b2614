//! A JSON value as it came, decoded when it is read.

use std::borrow::Cow;

use super::json;

/// A piece of an answer: checked JSON whose text is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

/// What a JSON value is, with the cheap part of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// The exact number text.
    Number(&'a str),
    /// The text, escapes resolved.
    Text(Cow<'a, str>),
    /// See [`Raw::items`].
    List,
    /// See [`Raw::members`].
    Object,
}

impl<'a> Raw<'a> {
    /// Wraps a slice that the scanner has passed as one value.
    pub(crate) fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON text.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// What it is.
    #[inline]
    pub fn token(self) -> Token<'a> {
        match self.0.as_bytes().first() {
            Some(b'{') => Token::Object,
            Some(b'[') => Token::List,
            Some(b'"') => Token::Text(json::unescape(self.inside())),
            Some(b't') => Token::Boolean(true),
            Some(b'f') => Token::Boolean(false),
            Some(b'n') | None => Token::Null,
            Some(_) => Token::Number(self.0),
        }
    }

    #[inline]
    fn inside(self) -> &'a str {
        self.0.get(1..self.0.len() - 1).unwrap_or_default()
    }

    /// The members of an object, in order; nothing for other values.
    pub fn members(self) -> impl Iterator<Item = (Cow<'a, str>, Raw<'a>)> {
        let text = self.0;
        json::members_of(text).into_iter().map(move |member| {
            let name = json::unescape(member.name.of(text));
            (name, Raw(member.value.of(text)))
        })
    }

    /// The elements of a list, in order; nothing for other values.
    pub fn items(self) -> impl Iterator<Item = Raw<'a>> {
        json::items_of(self.0).into_iter().map(Raw)
    }

    /// The member called `name`.
    pub fn get(self, name: &str) -> Option<Raw<'a>> {
        json::find(self.0, &json::members_of(self.0), name).map(Raw)
    }

    /// The value at a path of member names.
    pub fn at(self, path: &[&str]) -> Option<Raw<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The value at a JSON pointer (RFC 6901) such as `/orders/0/order_id`; the empty pointer is the
    /// value itself.
    pub fn pointer(self, pointer: &str) -> Option<Raw<'a>> {
        if pointer.is_empty() {
            return Some(self);
        }
        let steps = pointer.strip_prefix('/')?.split('/');
        steps
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .try_fold(self, |value, step| match value.token() {
                Token::Object => value.get(&step),
                Token::List => value.items().nth(step.parse().ok()?),
                _ => None,
            })
    }

    /// The value as text, if it is one that a person would call a text: a string, a number or a boolean.
    pub fn to_text(self) -> Option<Cow<'a, str>> {
        match self.token() {
            Token::Text(text) => Some(text),
            Token::Number(number) => Some(Cow::Borrowed(number)),
            Token::Boolean(flag) => Some(Cow::Borrowed(if flag { "true" } else { "false" })),
            Token::Null | Token::List | Token::Object => None,
        }
    }

    /// The value as a whole number, from a number or a text.
    pub fn to_integer(self) -> Option<i64> {
        self.to_text()?.trim().parse().ok()
    }

    /// Whether the platform means "nothing": `null`, an empty or blank text, or the texts `null` and
    /// `null-null`.
    pub fn is_absent(self) -> bool {
        match self.0.as_bytes().first() {
            Some(b'n') | None => true,
            Some(b'"') => {
                let text = self.inside();
                let text = text.trim_start();
                // Blanks may be written as escapes, such as a line end.
                matches!(text, "" | "null" | "null-null")
                    || text.starts_with('\\') && json::unescape(text).trim().is_empty()
            }
            _ => false,
        }
    }
}
