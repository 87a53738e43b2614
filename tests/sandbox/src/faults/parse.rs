//! Misbehavior asked for over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Churn, CountTotal, Late, ListFault, Misbehavior, Plan};
use crate::clock;
use crate::world::Change;

impl std::str::FromStr for Plan {
    type Err = String;

    /// The JSON object that `POST /sandbox/misbehave` takes.
    fn from_str(text: &str) -> Result<Self, String> {
        plan_from_json(text.as_bytes())
    }
}

/// Reads `{"kind":"throttle","path":"/orders/get","times":2,"seconds":1}`; on failure, what is wrong.
pub(crate) fn plan_from_json(text: &[u8]) -> Result<Plan, String> {
    let value: Value =
        serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))?;
    let kind = value
        .get("kind")
        .and_then(Value::as_str)
        .ok_or("the member \"kind\" is missing")?;
    let mut plan = Plan::from(misbehavior(kind, &value)?);
    if let Some(path) = value.get("path").and_then(Value::as_str) {
        plan = plan.on(path);
    }
    if let Some(times) = small(&value, "times")? {
        plan = plan.times(times);
    }
    if let Some(after) = small(&value, "after")? {
        plan = plan.after(after);
    }
    if value.get("executed").and_then(Value::as_bool) == Some(true) {
        plan = plan.executed();
    }
    Ok(plan)
}

fn misbehavior(kind: &str, value: &Value) -> Result<Misbehavior, String> {
    Ok(match kind {
        "latency" => Misbehavior::Latency(number(value, "ms")?.ok_or("\"ms\" is missing")?),
        "stall" => Misbehavior::Stall,
        "drop_before" => Misbehavior::DropBefore,
        "drop_after" => Misbehavior::DropAfter,
        "cut_answer" => Misbehavior::CutAnswer,
        "drip" => Misbehavior::Drip {
            bytes: small(value, "bytes")?.map_or(1, |bytes| bytes as usize),
            pause_ms: number(value, "ms")?.unwrap_or(10),
        },
        "html_502" => Misbehavior::Html502,
        "throttle" => Misbehavior::Throttle {
            times: small(value, "times")?.unwrap_or(1),
            seconds: number(value, "seconds")?.unwrap_or(1),
        },
        "expire_token" => Misbehavior::ExpireToken,
        "fail_row" => Misbehavior::FailRow {
            code: value
                .get("code")
                .and_then(Value::as_str)
                .ok_or("\"code\" is missing")?
                .to_owned(),
        },
        "omit_row" => Misbehavior::OmitRow,
        "raw" => Misbehavior::Raw {
            status: number(value, "status")?
                .map_or(Ok(200), u16::try_from)
                .map_err(|_| "\"status\" is too large")?,
            headers: headers(value)?,
            body: body(value)?,
        },
        "raw_stream" => Misbehavior::RawStream {
            bytes: number(value, "bytes")?.ok_or("\"bytes\" is missing")?,
        },
        "churn" => Misbehavior::Churn(Churn {
            updates: small(value, "updates")?.unwrap_or(0),
            inserts: small(value, "inserts")?.unwrap_or(0),
            time: time(value)?,
        }),
        "advance_clock" => Misbehavior::AdvanceClock(signed(value, "seconds")?),
        "expire_refresh_token" => Misbehavior::ExpireRefreshToken,
        "refresh_unsupported" => Misbehavior::RefreshUnsupported,
        "cross_border_token" => Misbehavior::CrossBorderToken,
        "country_info_object" => Misbehavior::CountryInfoObject,
        other => Misbehavior::List(list_fault(other, value)?),
    })
}

fn list_fault(kind: &str, value: &Value) -> Result<ListFault, String> {
    let needed = |name: &str| small(value, name)?.ok_or(format!("\"{name}\" is missing"));
    Ok(match kind {
        "ignored_parameter" => ListFault::IgnoredParameter(
            value
                .get("name")
                .and_then(Value::as_str)
                .ok_or("\"name\" is missing")?
                .to_owned(),
        ),
        "exclusive_bounds" => ListFault::ExclusiveBounds,
        "millisecond_index" => ListFault::MillisecondIndex,
        "printed_ahead" => ListFault::PrintedAhead(needed("seconds")?),
        "unstable_ties" => ListFault::UnstableTies,
        "count_total" => ListFault::CountTotal(match value.get("says").and_then(Value::as_str) {
            Some("missing") => CountTotal::Missing,
            Some("page") => CountTotal::OfPage,
            None => CountTotal::Off(signed(value, "off")?),
            Some(_) => return Err("\"says\" is neither \"missing\" nor \"page\"".to_owned()),
        }),
        "short_pages" => ListFault::ShortPages(needed("rows")?),
        "late" => ListFault::Late(match number(value, "reads")? {
            Some(reads) => Late::Reads(reads),
            None => Late::Seconds(needed("seconds")?),
        }),
        other => return Err(format!("unknown kind \"{other}\"")),
    })
}

/// Reads `{"store":0,"update":[..],"updates":2,"inserts":1,"time":"2026-10-20T00:00:00+08:00"}`;
/// the number of the store and what is to change.
pub(crate) fn change_from_json(text: &[u8]) -> Result<(usize, Change), String> {
    let value: Value =
        serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))?;
    let store = small(&value, "store")?.unwrap_or(0) as usize;
    let ids = match value.get("update") {
        None => Vec::new(),
        Some(Value::Array(ids)) => ids
            .iter()
            .map(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()))
            .collect::<Option<_>>()
            .ok_or("\"update\" must hold order ids")?,
        Some(_) => return Err("\"update\" is not a list".to_owned()),
    };
    let change = Change {
        ids,
        updates: small(&value, "updates")?.unwrap_or(0),
        inserts: small(&value, "inserts")?.unwrap_or(0),
        time: time(&value)?,
    };
    Ok((store, change))
}

/// Reads `{"advance":5}`.
pub(crate) fn advance_from_json(text: &[u8]) -> Result<i64, String> {
    let value: Value =
        serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))?;
    signed(&value, "advance")
}

/// A request time, or seconds since 1970.
fn time(value: &Value) -> Result<Option<i64>, String> {
    value
        .get("time")
        .map(|time| {
            time.as_i64()
                .or_else(|| clock::parse_iso(time.as_str()?))
                .ok_or_else(|| "\"time\" is no time with an offset".to_owned())
        })
        .transpose()
}

fn signed(value: &Value, name: &str) -> Result<i64, String> {
    value
        .get(name)
        .and_then(Value::as_i64)
        .ok_or_else(|| format!("\"{name}\" is not a whole number"))
}

fn number(value: &Value, name: &str) -> Result<Option<u64>, String> {
    value
        .get(name)
        .map(|member| {
            member
                .as_u64()
                .ok_or_else(|| format!("\"{name}\" is not a whole number"))
        })
        .transpose()
}

fn small(value: &Value, name: &str) -> Result<Option<u32>, String> {
    number(value, name)?
        .map(|large| u32::try_from(large).map_err(|_| format!("\"{name}\" is too large")))
        .transpose()
}

/// `[["Content-Type","text/html"]]` or `{"Content-Type":"text/html"}`.
fn headers(value: &Value) -> Result<Vec<(String, String)>, String> {
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

fn body(value: &Value) -> Result<Vec<u8>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind() {
        for text in [
            r#"{"kind":"latency","ms":5}"#,
            r#"{"kind":"stall"}"#,
            r#"{"kind":"drop_before"}"#,
            r#"{"kind":"drop_after","path":"/order/fulfill/pack"}"#,
            r#"{"kind":"cut_answer","after":1}"#,
            r#"{"kind":"drip","bytes":1,"ms":10}"#,
            r#"{"kind":"html_502","executed":true}"#,
            r#"{"kind":"throttle","times":2,"seconds":0}"#,
            r#"{"kind":"expire_token"}"#,
            r#"{"kind":"fail_row","code":"700024"}"#,
            r#"{"kind":"omit_row"}"#,
            r#"{"kind":"raw","status":302,"headers":{"Location":"/"},"body":"x"}"#,
            r#"{"kind":"raw","headers":[["A","b"]],"body_base64":"AAE="}"#,
            r#"{"kind":"raw_stream","bytes":1}"#,
            r#"{"kind":"churn","updates":1,"inserts":2,"time":"2026-10-20T00:00:00+08:00"}"#,
            r#"{"kind":"advance_clock","seconds":-5}"#,
            r#"{"kind":"expire_refresh_token"}"#,
            r#"{"kind":"refresh_unsupported"}"#,
            r#"{"kind":"cross_border_token"}"#,
            r#"{"kind":"country_info_object"}"#,
            r#"{"kind":"ignored_parameter","name":"offset"}"#,
            r#"{"kind":"exclusive_bounds"}"#,
            r#"{"kind":"millisecond_index"}"#,
            r#"{"kind":"printed_ahead","seconds":3}"#,
            r#"{"kind":"unstable_ties"}"#,
            r#"{"kind":"count_total","says":"missing"}"#,
            r#"{"kind":"count_total","says":"page"}"#,
            r#"{"kind":"count_total","off":-3}"#,
            r#"{"kind":"short_pages","rows":7}"#,
            r#"{"kind":"late","reads":2}"#,
            r#"{"kind":"late","seconds":8}"#,
        ] {
            let plan = plan_from_json(text.as_bytes()).expect(text);
            assert!(text.contains(plan.misbehavior.name()));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for text in [
            "",
            "{}",
            r#"{"kind":"dance"}"#,
            r#"{"kind":"latency"}"#,
            r#"{"kind":"latency","ms":-1}"#,
            r#"{"kind":"fail_row"}"#,
            r#"{"kind":"raw","headers":7}"#,
            r#"{"kind":"raw","body_base64":"*"}"#,
            r#"{"kind":"stall","times":5000000000}"#,
            r#"{"kind":"churn","time":"yesterday"}"#,
            r#"{"kind":"churn","updates":-1}"#,
            r#"{"kind":"advance_clock"}"#,
            r#"{"kind":"ignored_parameter"}"#,
            r#"{"kind":"count_total"}"#,
            r#"{"kind":"count_total","says":"nothing"}"#,
            r#"{"kind":"late"}"#,
        ] {
            assert!(plan_from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
