//! The caller's arguments against the catalogue, before anything is sent.

use super::json;
use super::raw::Token;
use super::scalar::Time;
use super::schema::{Api, Param, ParamKind};
use super::value::{Args, File, Value, is_plain_number};
use crate::error::{Error, Result};

/// Whether names that the catalogue does not list are refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Refused where the catalogue has the whole published list.
    Known,
    /// Sent.
    Any,
}

/// Checks names, presence, forms and batch sizes; wraps the members of a document where the API wants one.
pub(crate) fn against_catalogue(api: &Api, args: Args, strictness: Strictness) -> Result<Args> {
    let refuse_unknown = strictness == Strictness::Known && api.params_complete;
    let Some(wrapper) = api.wrapper else {
        check_members(args.values(), api.params, "", refuse_unknown)?;
        check_files(args.files(), api.params, refuse_unknown)?;
        check_limits(api, args.values())?;
        return Ok(args.map_values(|name, value| with_bare_ids(value, named(api.params, name))));
    };
    let (members, document) = unwrap(wrapper, args)?;
    check_members(&members, api.params, wrapper, refuse_unknown)?;
    check_limits(api, &members)?;
    let document = document
        .unwrap_or_else(|| Value::Object(with_bare_members(without_blanks(members), api.params)));
    Ok(Args::new().set(wrapper, document))
}

type Members = Vec<(String, Value)>;

/// The members of the document, and the document's own text if the caller serialized it.
fn unwrap(wrapper: &str, args: Args) -> Result<(Members, Option<Value>)> {
    let (mut values, _) = args.into_parts();
    if !values.iter().any(|(name, _)| name == wrapper) {
        return Ok((values, None));
    }
    if let Some((name, _)) = values.iter().find(|(name, _)| name != wrapper) {
        return Err(Error::input(
            name,
            format_args!("does not stand beside {wrapper}, which holds everything"),
        ));
    }
    match values.pop() {
        Some((_, Value::Object(members))) => Ok((members, None)),
        // Serialized by the caller: its text is sent to the letter, its content checked all the same.
        Some((_, Value::Text(text))) => match Value::from_json(wrapper, &text)? {
            Value::Object(members) => Ok((members, Some(Value::Text(text)))),
            _ => Err(Error::input(wrapper, "expected a JSON object")),
        },
        _ => Err(Error::input(wrapper, "expected an object")),
    }
}

fn without_blanks(members: Members) -> Members {
    members
        .into_iter()
        .filter(|(_, value)| !value.is_blank())
        .collect()
}

fn named<'a>(params: &'a [Param], name: &str) -> Option<&'a Param> {
    params.iter().find(|param| param.name == name)
}

/// Ids are text for the caller, but inside JSON the platform wants numbers (error 56: "use [1,2]"). A
/// caller's own JSON text is not touched.
fn with_bare_ids(value: Value, param: Option<&Param>) -> Value {
    let Some(param) = param else { return value };
    match (param.kind, value) {
        (ParamKind::IntegerList, Value::List(items)) => {
            Value::List(items.into_iter().map(bare).collect())
        }
        (ParamKind::Object, Value::Object(members)) => {
            Value::Object(with_bare_members(members, param.members))
        }
        (ParamKind::ObjectList, Value::List(items)) => {
            let bare_item = |item| match item {
                Value::Object(members) => Value::Object(with_bare_members(members, param.members)),
                other => other,
            };
            Value::List(items.into_iter().map(bare_item).collect())
        }
        (_, value) => value,
    }
}

/// The members of an object that will be JSON.
fn with_bare_members(members: Members, params: &[Param]) -> Members {
    let bare_member = |(name, value): (String, Value)| {
        let param = named(params, &name);
        let value = match param.map(|param| param.kind) {
            Some(ParamKind::Integer) => bare(value),
            _ => with_bare_ids(value, param),
        };
        (name, value)
    };
    members.into_iter().map(bare_member).collect()
}

/// Digits as a number; JSON has no number with leading zeros.
fn bare(value: Value) -> Value {
    match value {
        Value::Text(text)
            if whole_number(&Value::Number(text.clone())) && !has_leading_zero(&text) =>
        {
            Value::Number(text)
        }
        other => other,
    }
}

fn has_leading_zero(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() > 1 && digits.starts_with('0')
}

fn check_members(
    values: &[(String, Value)],
    params: &[Param],
    place: &str,
    refuse_unknown: bool,
) -> Result<()> {
    for (name, value) in values {
        match params.iter().find(|param| param.name == name) {
            Some(param) => check_value(value, param, &below(place, name), refuse_unknown)?,
            None if refuse_unknown => return Err(unknown(&below(place, name), params)),
            None => {}
        }
    }
    for param in params
        .iter()
        .filter(|param| param.required && param.kind != ParamKind::File)
    {
        let given = values.iter().find(|(name, _)| name == param.name);
        if given.is_none_or(|(_, value)| value.is_blank()) {
            let field = below(place, param.name);
            return Err(Error::input(
                field,
                format_args!("is required: expected {}", expected(param.kind)),
            ));
        }
    }
    Ok(())
}

/// Files travel beside the values and are known by name alone.
fn check_files(files: &[File], params: &[Param], refuse_unknown: bool) -> Result<()> {
    let wanted = params.iter().filter(|param| param.kind == ParamKind::File);
    let given = |param: &Param| files.iter().any(|file| file.name == param.name);
    if let Some(param) = wanted.clone().find(|param| param.required && !given(param)) {
        return Err(Error::input(param.name, "is required: expected a file"));
    }
    match files
        .iter()
        .find(|file| refuse_unknown && !wanted.clone().any(|param| param.name == file.name))
    {
        Some(file) => Err(Error::input(&file.name, "takes no file")),
        None => Ok(()),
    }
}

fn below(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}.{name}")
    }
}

fn unknown(field: &str, params: &[Param]) -> Error {
    let names: Vec<&str> = params.iter().map(|param| param.name).collect();
    if names.is_empty() {
        return Error::input(field, "is unknown here: expected no parameter");
    }
    Error::input(
        field,
        format_args!("is unknown here: expected one of {}", names.join(", ")),
    )
}

fn check_value(value: &Value, param: &Param, field: &str, refuse_unknown: bool) -> Result<()> {
    if value.is_blank() {
        return Ok(());
    }
    let fits = match param.kind {
        ParamKind::Text => matches!(value, Value::Text(_) | Value::Number(_) | Value::Boolean(_)),
        ParamKind::Integer | ParamKind::TimeMs => whole_number(value),
        ParamKind::Decimal => text_of(value).is_some_and(|text| is_plain_number(text.trim())),
        ParamKind::Boolean => boolean(value),
        ParamKind::TimeIso => text_of(value).is_some_and(iso_time),
        ParamKind::Json => true,
        ParamKind::File => false,
        ParamKind::TextList
        | ParamKind::IntegerList
        | ParamKind::Object
        | ParamKind::ObjectList => {
            return check_container(value, param, field, refuse_unknown);
        }
    };
    if fits {
        Ok(())
    } else {
        Err(mismatch(field, param.kind))
    }
}

fn mismatch(field: &str, kind: ParamKind) -> Error {
    Error::input(field, format_args!("expected {}", expected(kind)))
}

fn check_container(value: &Value, param: &Param, field: &str, refuse_unknown: bool) -> Result<()> {
    let parsed;
    let value = match value {
        // A caller may bring the JSON text itself; it is sent to the letter.
        Value::Text(text) => {
            parsed = Value::from_json(field, text)?;
            &parsed
        }
        other => other,
    };
    match (param.kind, value) {
        (ParamKind::Object, Value::Object(members)) => {
            check_described(members, param, field, refuse_unknown)
        }
        (ParamKind::ObjectList, Value::List(items)) => {
            items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| match item {
                    Value::Object(members) => check_described(
                        members,
                        param,
                        &format!("{field}[{index}]"),
                        refuse_unknown,
                    ),
                    _ => Err(mismatch(&format!("{field}[{index}]"), ParamKind::Object)),
                })
        }
        (ParamKind::TextList | ParamKind::IntegerList, Value::List(items)) => {
            let element = if param.kind == ParamKind::IntegerList {
                ParamKind::Integer
            } else {
                ParamKind::Text
            };
            let wrong = items.iter().position(|item| match element {
                ParamKind::Integer => !whole_number(item),
                _ => text_of(item).is_none(),
            });
            wrong.map_or(Ok(()), |index| {
                Err(mismatch(&format!("{field}[{index}]"), element))
            })
        }
        _ => Err(mismatch(field, param.kind)),
    }
}

/// An object whose members the platform does not list may hold anything.
fn check_described(
    members: &[(String, Value)],
    param: &Param,
    field: &str,
    refuse_unknown: bool,
) -> Result<()> {
    if param.members.is_empty() {
        return Ok(());
    }
    check_members(members, param.members, field, refuse_unknown)
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text),
        _ => None,
    }
}

fn whole_number(value: &Value) -> bool {
    text_of(value).is_some_and(|text| is_plain_number(text) && !text.contains('.'))
}

fn boolean(value: &Value) -> bool {
    match value {
        Value::Boolean(_) => true,
        Value::Text(text) => matches!(text.as_str(), "true" | "false"),
        _ => false,
    }
}

/// The platform wants seconds and an offset (error 17).
fn iso_time(text: &str) -> bool {
    let shape = text.as_bytes();
    shape.len() >= 20
        && shape[10] == b'T'
        && shape[16] == b':'
        && !text.contains(char::is_whitespace)
        && Time::parse(text).is_some_and(|time| time.epoch_ms().is_some())
}

fn expected(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Text => "a text",
        ParamKind::Integer => "a whole number",
        ParamKind::Decimal => "a decimal number",
        ParamKind::Boolean => "true or false",
        ParamKind::TimeIso => "a time with offset such as 2026-03-01T16:00:00+08:00",
        ParamKind::TimeMs => "a time in epoch milliseconds",
        ParamKind::TextList => "a list of texts",
        ParamKind::IntegerList => "a list of whole numbers",
        ParamKind::Object => "an object",
        ParamKind::ObjectList => "a list of objects",
        ParamKind::Json => "a JSON document",
        ParamKind::File => "a file",
    }
}

/// Published limits on batches and pages: the gateway refuses the whole call beyond them.
fn check_limits(api: &Api, values: &[(String, Value)]) -> Result<()> {
    let value_of = |name: &str| {
        values
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    if let Some(batch) = &api.batch
        && let Some(count) = value_of(batch.param).and_then(element_count)
        && (count == 0 || count > batch.max)
    {
        let problem = format!("expected 1 to {} elements, got {count}", batch.max);
        return Err(Error::input(batch.param, problem));
    }
    let Some(paging) = &api.paging else {
        return Ok(());
    };
    for (name, least, most) in [
        (paging.size, 1, paging.max_size),
        (paging.position, 0, paging.max_position),
    ] {
        let number = value_of(name)
            .and_then(text_of)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            // What is no number was refused before; what is left is too large for one.
            .map(|text| text.parse::<i64>().unwrap_or(i64::MAX));
        let most = most.map_or(i64::MAX - 1, i64::from);
        if let Some(number) = number.filter(|number| *number < least || *number > most) {
            return Err(Error::input(
                name,
                format_args!("expected {least} to {most}, got {number}"),
            ));
        }
    }
    Ok(())
}

fn element_count(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) => Some(items.len()),
        Value::Text(text) => {
            let raw = json::parse(text, json::DEFAULT_DEPTH).ok()?;
            (raw.token() == Token::List).then(|| raw.items().count())
        }
        _ => None,
    }
}
