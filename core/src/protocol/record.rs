//! A row of an answer: its own bytes and where its fields stand, decoded when read.
//!
//! Faster than structs, keeps unknown fields and exact number text, and a field that does not decode is an
//! error of that field alone. A row copies its bytes, so that keeping one does not keep its page.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::json::{self, Member};
use super::normalize;
use super::same;
use super::scalar::{Id, Money, Time, flag};
use super::schema::{Field, Kind};
use super::{Raw, Token};
use crate::error::{Error, Result};

/// One object of an answer, with the catalogue's knowledge of its fields.
#[derive(Clone)]
pub struct Record {
    text: Box<str>,
    members: Box<[Member]>,
    fields: &'static [Field],
}

/// Records are the same when their JSON is, whatever the order of members; numbers count to the letter.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        same::same(Raw::checked(&self.text), Raw::checked(&other.text))
    }
}

impl Eq for Record {}

impl Hash for Record {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        same::hash(Raw::checked(&self.text), hasher);
    }
}

/// A field as its kind in the catalogue says, for callers that choose fields at run time.
#[derive(Clone, Debug)]
pub enum FieldValue<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Identifier.
    Id(Id),
    /// Whole number.
    Integer(i64),
    /// Decimal number or amount.
    Money(Money),
    /// Point in time.
    Time(Time),
    /// Boolean.
    Flag(bool),
    /// Object.
    Record(Record),
    /// List of objects.
    Records(Vec<Record>),
    /// List of texts.
    Texts(Vec<String>),
    /// Unknown to the catalogue: as it came.
    Json(Raw<'a>),
}

impl Record {
    pub(crate) fn new(text: &str, members: Box<[Member]>, fields: &'static [Field]) -> Self {
        Self {
            text: text.into(),
            members,
            fields,
        }
    }

    /// The record of an object; `None` for other values.
    pub(crate) fn from_raw(raw: Raw<'_>, fields: &'static [Field]) -> Option<Self> {
        matches!(raw.token(), Token::Object)
            .then(|| Self::new(raw.as_str(), json::members_of(raw.as_str()).into(), fields))
    }

    /// The record of an object that was kept as a text: what [`as_json`](Self::as_json) gave.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) when the text is not a JSON object.
    pub fn parse(text: &str, fields: &'static [Field]) -> Result<Self> {
        let text = text.trim();
        let outline = json::Outline::scan(text, &[], super::envelope::DEEPEST)
            .map_err(|problem| Error::decode("record", format_args!("{problem}")))?;
        Ok(Self::new(text, outline.top.into(), fields))
    }

    /// The records of a list of objects; `None` for anything else.
    fn list_from_raw(raw: Raw<'_>, fields: &'static [Field]) -> Option<Vec<Self>> {
        match raw.token() {
            Token::List => raw
                .items()
                .map(|item| Self::from_raw(item, fields))
                .collect(),
            _ => None,
        }
    }

    /// The JSON text as it came.
    pub fn as_json(&self) -> &str {
        &self.text
    }

    /// Normalized JSON: ids and amounts as text, times as RFC 3339, real booleans, absent fields absent,
    /// unknown fields as they came.
    pub fn to_json(&self) -> String {
        normalize::object(Raw::checked(&self.text), self.fields)
    }

    /// The names of all fields that came, in order, unknown ones included.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.members
            .iter()
            .map(|member| json::unescape(member.name.of(&self.text)))
    }

    /// What the catalogue knows of this kind of record.
    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// What the catalogue knows of a field.
    #[inline]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A field as it came, `null` and blanks included.
    #[inline]
    pub fn raw(&self, name: &str) -> Option<Raw<'_>> {
        json::find(&self.text, &self.members, name).map(Raw::checked)
    }

    /// A field's JSON text as it came.
    pub fn json(&self, name: &str) -> Option<String> {
        self.raw(name).map(|raw| raw.as_str().to_owned())
    }

    /// Whether the field holds an id that can be read.
    pub(crate) fn has_id(&self, name: &str) -> bool {
        self.present(name).is_some_and(Id::is_readable)
    }

    #[inline]
    fn present(&self, name: &str) -> Option<Raw<'_>> {
        self.raw(name).filter(|raw| !raw.is_absent())
    }

    #[inline]
    fn read<'a, T>(
        &'a self,
        name: &str,
        expected: &str,
        decode: impl FnOnce(Raw<'a>) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(raw) = self.present(name) else {
            return Ok(None);
        };
        match decode(raw) {
            Some(value) => Ok(Some(value)),
            None => Err(undecodable(name, expected, raw)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) naming the field, as in all readers below; a field
    /// that is missing, `null` or blank is `None`.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        self.read(name, "a text", |raw| raw.to_text().map(Cow::into_owned))
    }

    /// An id, as text.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn id(&self, name: &str) -> Result<Option<String>> {
        self.read(name, "an id", |raw| Id::read(raw).map(Id::into_string))
    }

    /// A whole number.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn integer(&self, name: &str) -> Result<Option<i64>> {
        self.read(name, "a whole number", Raw::to_integer)
    }

    /// A decimal number that is not an amount.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn decimal(&self, name: &str) -> Result<Option<Money>> {
        self.read(name, "a decimal number", Money::read)
    }

    /// An amount in units of the currency.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn money(&self, name: &str) -> Result<Option<Money>> {
        self.read(name, "an amount", Money::read)
    }

    /// A point in time.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn time(&self, name: &str) -> Result<Option<Time>> {
        self.read(name, "a time", Time::read)
    }

    /// A boolean.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, "true or false", flag)
    }

    /// A list of texts, ids or numbers, as texts; empty when absent.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let list = self.read(name, "a list of texts", texts_of)?;
        Ok(list.unwrap_or_default())
    }

    /// An object.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn record(&self, name: &str) -> Result<Option<Self>> {
        let fields = self.fields_below(name);
        self.read(name, "an object", |raw| Self::from_raw(raw, fields))
    }

    /// A list of objects; empty when absent.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn records(&self, name: &str) -> Result<Vec<Self>> {
        let fields = self.fields_below(name);
        let list = self.read(name, "a list of objects", |raw| {
            Self::list_from_raw(raw, fields)
        })?;
        Ok(list.unwrap_or_default())
    }

    fn fields_below(&self, name: &str) -> &'static [Field] {
        self.field(name).map_or(&[], |field| field.fields)
    }

    /// A field decoded as the catalogue says; unknown fields as they came.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    #[inline]
    pub fn value(&self, name: &str) -> Result<Option<FieldValue<'_>>> {
        match self.field(name) {
            Some(field) => self.field_value(field),
            None => Ok(self.raw(name).map(FieldValue::Json)),
        }
    }

    /// As [`value`](Self::value), of a field that was looked up before.
    ///
    /// # Errors
    /// See [`text`](Self::text).
    pub fn field_value(&self, field: &'static Field) -> Result<Option<FieldValue<'_>>> {
        let name = field.name;
        Ok(match field.kind {
            Kind::Text => self
                .read(name, "a text", Raw::to_text)?
                .map(FieldValue::Text),
            Kind::Id => self.read(name, "an id", Id::read)?.map(FieldValue::Id),
            Kind::Integer => self.integer(name)?.map(FieldValue::Integer),
            Kind::Decimal | Kind::Money => self.money(name)?.map(FieldValue::Money),
            Kind::Time => self.time(name)?.map(FieldValue::Time),
            Kind::Flag => self.flag(name)?.map(FieldValue::Flag),
            Kind::Object => self
                .read(name, "an object", |raw| Self::from_raw(raw, field.fields))?
                .map(FieldValue::Record),
            Kind::Objects => self
                .read(name, "a list of objects", |raw| {
                    Self::list_from_raw(raw, field.fields)
                })?
                .map(FieldValue::Records),
            Kind::Texts => self
                .read(name, "a list of texts", texts_of)?
                .map(FieldValue::Texts),
            Kind::Json => self.raw(name).map(FieldValue::Json),
        })
    }
}

#[cold]
fn undecodable(name: &str, expected: &str, raw: Raw<'_>) -> Error {
    let shown: String = raw.as_str().chars().take(60).collect();
    Error::decode(name, format_args!("expected {expected}, got {shown}"))
}

fn texts_of(raw: Raw<'_>) -> Option<Vec<String>> {
    match raw.token() {
        Token::List => raw
            .items()
            .map(|item| item.to_text().map(Cow::into_owned))
            .collect(),
        _ => None,
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// A row of an answer: read, or handed over as it is. Never dropped.
#[derive(Clone, Debug)]
pub enum Row {
    /// A row with its id.
    Good(Record),
    /// A row that cannot be told from others.
    Bad(BadRow),
}

/// A row without its id or sort key.
#[derive(Clone)]
pub struct BadRow {
    /// Its position on the page, from 0.
    pub position: usize,
    /// Its JSON text as it came.
    pub json: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Debug for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadRow({}: {})", self.position, self.reason)
    }
}
