//! Members of the objects that control calls bring.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::clock;
use crate::faults::Rows;

/// A request time, or seconds since 1970.
pub(super) fn time(value: &Value) -> Result<Option<i64>, String> {
    value
        .get("time")
        .map(|time| {
            time.as_i64()
                .or_else(|| clock::parse_iso(time.as_str()?))
                .ok_or_else(|| "\"time\" is no time with an offset".to_owned())
        })
        .transpose()
}

pub(super) fn signed(value: &Value, name: &str) -> Result<i64, String> {
    value
        .get(name)
        .and_then(Value::as_i64)
        .ok_or_else(|| format!("\"{name}\" is not a whole number"))
}

pub(super) fn number(value: &Value, name: &str) -> Result<Option<u64>, String> {
    value
        .get(name)
        .map(|member| {
            member
                .as_u64()
                .ok_or_else(|| format!("\"{name}\" is not a whole number"))
        })
        .transpose()
}

pub(super) fn small(value: &Value, name: &str) -> Result<Option<u32>, String> {
    number(value, name)?
        .map(|large| u32::try_from(large).map_err(|_| format!("\"{name}\" is too large")))
        .transpose()
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> Result<Option<&'a str>, String> {
    value
        .get(name)
        .map(|member| {
            member
                .as_str()
                .ok_or_else(|| format!("\"{name}\" is not a text"))
        })
        .transpose()
}

/// A list of ids as numbers or texts; empty when absent.
pub(super) fn ids(value: &Value, name: &str) -> Result<Vec<u64>, String> {
    let id = |id: &Value| id.as_u64().or_else(|| id.as_str()?.parse().ok());
    match value.get(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(ids)) => ids
            .iter()
            .map(id)
            .collect::<Option<_>>()
            .ok_or_else(|| format!("\"{name}\" must hold ids")),
        Some(_) => Err(format!("\"{name}\" is not a list")),
    }
}

/// `"all"`, or places from 0.
pub(super) fn rows(value: &Value) -> Result<Rows, String> {
    let wrong = || "\"rows\" is neither \"all\" nor a list of places".to_owned();
    if value.as_str() == Some("all") {
        return Ok(Rows::All);
    }
    let places = value.as_array().ok_or_else(wrong)?;
    let place = |place: &Value| usize::try_from(place.as_u64()?).ok();
    let places: Option<Vec<usize>> = places.iter().map(place).collect();
    places.map(Rows::At).ok_or_else(wrong)
}

/// `[["Content-Type","text/html"]]` or `{"Content-Type":"text/html"}`.
pub(super) fn headers(value: &Value) -> Result<Vec<(String, String)>, String> {
    let pair = |name: Option<&str>, text: Option<&str>| {
        name.zip(text)
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .ok_or_else(|| "\"headers\" must hold pairs of texts".to_owned())
    };
    match value.get("headers") {
        None => Ok(vec![(
            "Content-Type".to_owned(),
            "application/json".to_owned(),
        )]),
        Some(Value::Object(members)) => members
            .iter()
            .map(|(name, text)| pair(Some(name), text.as_str()))
            .collect(),
        Some(Value::Array(rows)) => rows
            .iter()
            .map(|row| {
                pair(
                    row.get(0).and_then(Value::as_str),
                    row.get(1).and_then(Value::as_str),
                )
            })
            .collect(),
        Some(_) => Err("\"headers\" is neither a list nor an object".to_owned()),
    }
}

pub(super) fn body(value: &Value) -> Result<Vec<u8>, String> {
    if let Some(text) = value.get("body").and_then(Value::as_str) {
        return Ok(text.as_bytes().to_owned());
    }
    match value.get("body_base64").and_then(Value::as_str) {
        Some(text) => STANDARD
            .decode(text)
            .map_err(|error| format!("\"body_base64\": {error}")),
        None => Ok(Vec::new()),
    }
}
