//! What a caller hands over: names and values of any depth, without floats.

use std::fmt::Write as _;

use super::json;
use super::scalar::Id;
use crate::error::{Error, Result};

/// A value of a parameter. There is deliberately no way in for a float: its text is not fixed, and the
/// signature covers the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, sent as given.
    Text(String),
    /// A number in the exact text it is sent with, such as `12` or `12.50`.
    Number(String),
    /// Sent as `true` or `false`.
    Boolean(bool),
    /// Sent as a JSON array.
    List(Vec<Value>),
    /// Sent as a JSON object, members in this order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// An exact decimal number such as `12.50`.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) unless it is digits with an optional minus and fraction.
    pub fn decimal(text: &str) -> Result<Self> {
        if is_plain_number(text) {
            return Ok(Self::Number(text.to_owned()));
        }
        Err(Error::input(
            "value",
            format_args!("expected a decimal number such as 12.50, got {text:?}"),
        ))
    }

    /// The value in wire form: text as it is, numbers and booleans in their one text, lists and objects
    /// as JSON.
    pub(crate) fn into_wire(self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            other => other.to_json(),
        }
    }

    /// The value as JSON.
    pub fn to_json(&self) -> String {
        // Most texts need nothing but their quotes, and C a NUL behind them.
        let room = match self {
            Self::Text(text) => text.len() + 3,
            _ => 0,
        };
        let mut out = String::with_capacity(room);
        self.write_json(&mut out);
        out
    }

    pub(crate) fn write_json(&self, out: &mut String) {
        match self {
            Self::Text(text) => json::write_text(out, text),
            Self::Number(number) => out.push_str(number),
            Self::Boolean(flag) => {
                let _ = write!(out, "{flag}");
            }
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_json(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    json::write_text(out, name);
                    out.push(':');
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }

    /// Whether it is a text of nothing but white space.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// Reads a JSON text. Number tokens are taken to the letter; `field` names the place in errors.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) for anything but JSON, for `null`, and for numbers
    /// with an exponent, which only floats are printed with.
    pub(crate) fn from_json(field: &str, text: &str) -> Result<Self> {
        let raw = json::parse(text, json::DEFAULT_DEPTH)
            .map_err(|problem| Error::input(field, format_args!("expected JSON, {problem}")))?;
        Self::from_raw(field, raw)
    }

    pub(crate) fn from_raw(field: &str, raw: super::Raw<'_>) -> Result<Self> {
        use super::raw::Token;
        Ok(match raw.token() {
            Token::Null => {
                return Err(Error::input(
                    field,
                    "null cannot be sent; leave the parameter out",
                ));
            }
            Token::Boolean(flag) => Self::Boolean(flag),
            Token::Number(number) if is_plain_number(number) => Self::Number(number.to_owned()),
            Token::Number(number) => {
                return Err(Error::input(
                    field,
                    format_args!("expected a number without exponent, got {number}"),
                ));
            }
            Token::Text(text) => Self::Text(text.into_owned()),
            Token::List => {
                let items = raw.items().enumerate();
                let items =
                    items.map(|(index, item)| Self::from_raw(&format!("{field}[{index}]"), item));
                Self::List(items.collect::<Result<_>>()?)
            }
            Token::Object => {
                let members = raw.members().map(|(name, member)| {
                    let value = Self::from_raw(&format!("{field}.{name}"), member)?;
                    Ok((name.into_owned(), value))
                });
                Self::Object(members.collect::<Result<_>>()?)
            }
        })
    }
}

/// Digits with an optional minus and fraction: the numbers whose text means the same everywhere.
pub(crate) fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let whole = whole.count();
    let fraction = match &digits[whole..] {
        [] => true,
        [b'.', fraction @ ..] => !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    whole > 0 && fraction
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(number: $integer) -> Self {
                Self::Number(number.to_string())
            }
        }
    )*};
}
from_integer!(i32, i64, i128, u32, u64, usize);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Self::Text(id.into_string())
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// The named values of one call, in the order given.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Args {
    values: Vec<(String, Value)>,
    files: Vec<File>,
}

impl Args {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; a later one of the same name takes the place of the earlier.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.put(name.into(), value.into());
        self
    }

    fn put(&mut self, name: String, value: Value) {
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, place)) => *place = value,
            None => self.values.push((name, value)),
        }
    }

    /// Sets a value if there is one.
    #[must_use]
    pub fn set_optional(self, name: impl Into<String>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Adds a file, which travels as a multipart part and stays out of the signature.
    #[must_use]
    pub fn file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Reads a JSON object. Number tokens are taken to the letter; members that are `null` are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the member and what was expected.
    pub fn from_json(text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::new());
        }
        let members = json::parse_object(text, json::DEFAULT_DEPTH).map_err(|problem| {
            Error::input("params", format_args!("expected a JSON object, {problem}"))
        })?;
        let Some(members) = members else {
            return Err(Error::input("params", "expected a JSON object"));
        };
        let mut args = Self::new();
        args.values.reserve(members.len());
        for member in members {
            let value = member.value.of(text);
            if value != "null" {
                let name = json::unescape(member.name.of(text));
                let value = Value::from_raw(&name, super::Raw::checked(value))?;
                args.put(name.into_owned(), value);
            }
        }
        Ok(args)
    }

    /// The values, in order.
    pub fn values(&self) -> &[(String, Value)] {
        &self.values
    }

    /// The files, in order.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn map_values(mut self, change: impl Fn(&str, Value) -> Value) -> Self {
        let values = self.values.into_iter().map(|(name, value)| {
            let value = change(&name, value);
            (name, value)
        });
        self.values = values.collect();
        self
    }

    pub(crate) fn into_parts(self) -> (Vec<(String, Value)>, Vec<File>) {
        (self.values, self.files)
    }
}

// Some values are secret, such as a refresh token.
impl std::fmt::Debug for Args {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.values.iter().map(|(name, _)| name.as_str());
        let files = self.files.iter().map(|file| file.name.as_str());
        f.debug_list().entries(names.chain(files)).finish()
    }
}

/// A file part of a multipart request.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The parameter's name.
    pub name: String,
    /// The name shown to the platform.
    pub file_name: String,
    /// Such as `image/png`.
    pub content_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

impl File {
    /// The content type of a file of which nothing is known.
    pub const ANY_TYPE: &'static str = "application/octet-stream";
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.name, self.content.len())
    }
}
