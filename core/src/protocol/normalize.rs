//! Normalized JSON, the one exchange form for structures: ids and amounts as text, times as RFC 3339 with
//! the offset received, real booleans, absent fields absent, unknown fields as they came.

use super::json::{has_escape, write_text};
use super::scalar::{Id, Money, Time, flag};
use super::schema::{Field, Kind};
use super::{Raw, Token};

/// An object in normalized form.
pub(crate) fn object(raw: Raw<'_>, fields: &'static [Field]) -> String {
    let mut out = String::with_capacity(raw.as_str().len() + 64);
    write_object(&mut out, raw, fields);
    out
}

/// A list of such objects in normalized form.
pub(crate) fn list(raw: Raw<'_>, fields: &'static [Field]) -> String {
    let mut out = String::with_capacity(raw.as_str().len() + 64);
    write_objects(&mut out, raw, fields);
    out
}

fn write_object(out: &mut String, raw: Raw<'_>, fields: &'static [Field]) {
    out.push('{');
    let mut first = true;
    for (name, value) in raw.members() {
        let field = fields.iter().find(|field| field.name == name);
        // A container may be empty without being absent.
        if field.is_some() && value.is_absent() {
            continue;
        }
        if !first {
            out.push(',');
        }
        first = false;
        write_text(out, &name);
        out.push(':');
        match field {
            Some(field) => write_field(out, value, field),
            None => out.push_str(value.as_str()),
        }
    }
    out.push('}');
}

fn write_field(out: &mut String, raw: Raw<'_>, field: &Field) {
    // Most fields are texts without escapes, which are in normal form already.
    if field.kind == Kind::Text
        && raw.as_str().starts_with('"')
        && !has_escape(raw.as_str().as_bytes())
    {
        return out.push_str(raw.as_str());
    }
    let text = match field.kind {
        Kind::Id => Id::read(raw).map(Id::into_string),
        Kind::Money | Kind::Decimal => Money::read(raw).map(|money| money.to_string()),
        Kind::Time => Time::read(raw).map(|time| {
            time.to_rfc3339()
                .unwrap_or_else(|| time.as_sent().to_owned())
        }),
        Kind::Text => raw.to_text().map(std::borrow::Cow::into_owned),
        Kind::Flag | Kind::Integer => return out.push_str(&plain(raw, field.kind)),
        Kind::Object | Kind::Objects => return write_objects(out, raw, field.fields),
        Kind::Texts => return write_texts(out, raw),
        Kind::Json => None,
    };
    match text {
        Some(text) => write_text(out, &text),
        // What does not decode is handed on as it came rather than lost.
        None => out.push_str(raw.as_str()),
    }
}

fn plain(raw: Raw<'_>, kind: Kind) -> String {
    let text = match kind {
        Kind::Flag => flag(raw).map(|flag| flag.to_string()),
        _ => raw.to_integer().map(|number| number.to_string()),
    };
    text.unwrap_or_else(|| raw.as_str().to_owned())
}

fn write_objects(out: &mut String, raw: Raw<'_>, fields: &'static [Field]) {
    match raw.token() {
        Token::Object => write_object(out, raw, fields),
        Token::List => write_list(out, raw, |out, item| write_objects(out, item, fields)),
        _ => out.push_str(raw.as_str()),
    }
}

fn write_texts(out: &mut String, raw: Raw<'_>) {
    if raw.token() != Token::List {
        return out.push_str(raw.as_str());
    }
    write_list(out, raw, |out, item| match item.to_text() {
        Some(text) => write_text(out, &text),
        None => out.push_str(item.as_str()),
    });
}

fn write_list(out: &mut String, raw: Raw<'_>, mut write: impl FnMut(&mut String, Raw<'_>)) {
    out.push('[');
    for (index, item) in raw.items().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}
