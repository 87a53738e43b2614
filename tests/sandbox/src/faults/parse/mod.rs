//! Misbehavior asked for over HTTP.

mod act;
mod members;

use serde_json::Value;

use super::{Churn, CountTotal, InFile, LabelFault, Late, ListFault, Misbehavior, Plan};
use crate::world::Change;
use act::act;
pub(crate) use act::act_from_json;
use members::{body, headers, ids, number, signed, small, text, time};

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
    if let Some(seconds) = small(&value, "executed_after")? {
        plan = plan.executed_after(seconds);
    }
    // Of short_pages, `rows` is a number.
    if let Some(rows) = value.get("rows").filter(|_| plan.has_rows()) {
        plan = plan.rows(members::rows(rows)?);
    }
    match value.get("when").and_then(Value::as_str) {
        None | Some("before") => {}
        Some("after") => plan = plan.afterwards(),
        Some(_) => return Err("\"when\" is neither \"before\" nor \"after\"".to_owned()),
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
        "execute_late" => Misbehavior::ExecuteLate {
            seconds: small(value, "seconds")?.ok_or("\"seconds\" is missing")?,
        },
        "refuse_batch" => Misbehavior::RefuseBatch {
            code: text(value, "code")?.unwrap_or("40011").to_owned(),
        },
        "fail_row" => Misbehavior::FailRow {
            code: text(value, "code")?
                .ok_or("\"code\" is missing")?
                .to_owned(),
        },
        "act" => Misbehavior::Act(act(value)?),
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
        "empty_label" | "label_link" | "label_in_file" | "label_extra_page" => {
            Misbehavior::Label(label_fault(kind, value)?)
        }
        other => Misbehavior::List(list_fault(other, value)?),
    })
}

fn label_fault(kind: &str, value: &Value) -> Result<LabelFault, String> {
    let seconds = small(value, "seconds")?;
    Ok(match kind {
        "empty_label" => match seconds {
            Some(seconds) => LabelFault::EmptyFor { seconds },
            None => LabelFault::Empty,
        },
        "label_link" => LabelFault::LinkLife {
            seconds: seconds.ok_or("\"seconds\" is missing")?,
        },
        "label_in_file" => LabelFault::InFile(match text(value, "content")? {
            Some("pdf") => InFile::Pdf,
            Some("html") => InFile::Html,
            _ => return Err("\"content\" is neither \"pdf\" nor \"html\"".to_owned()),
        }),
        _ => LabelFault::ExtraPage,
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
    let change = Change {
        ids: ids(&value, "update")?,
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
            r#"{"kind":"omit_row","rows":[1,2]}"#,
            r#"{"kind":"fail_row","code":"40011","rows":"all","executed":true}"#,
            r#"{"kind":"execute_late","seconds":30}"#,
            r#"{"kind":"refuse_batch","code":"6","executed_after":5}"#,
            r#"{"kind":"act","do":"pack","orders":[1,"2"],"items":[3],"when":"after"}"#,
            r#"{"kind":"act","do":"ship","seconds_later":5}"#,
            r#"{"kind":"act","do":"repack"}"#,
            r#"{"kind":"act","do":"cancel"}"#,
            r#"{"kind":"act","do":"ask_to_cancel"}"#,
            r#"{"kind":"act","do":"lock","seconds":5}"#,
            r#"{"kind":"act","do":"no_carrier","seconds":5}"#,
            r#"{"kind":"empty_label","times":2}"#,
            r#"{"kind":"empty_label","seconds":30}"#,
            r#"{"kind":"label_link","seconds":0}"#,
            r#"{"kind":"label_in_file","content":"pdf"}"#,
            r#"{"kind":"label_in_file","content":"html"}"#,
            r#"{"kind":"label_extra_page"}"#,
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
            r#"{"kind":"execute_late"}"#,
            r#"{"kind":"fail_row","code":7}"#,
            r#"{"kind":"omit_row","rows":"some"}"#,
            r#"{"kind":"omit_row","rows":[-1]}"#,
            r#"{"kind":"act"}"#,
            r#"{"kind":"act","do":"sing"}"#,
            r#"{"kind":"act","do":"lock"}"#,
            r#"{"kind":"act","do":"pack","orders":7}"#,
            r#"{"kind":"act","do":"pack","orders":["x"]}"#,
            r#"{"kind":"act","do":"pack","when":"never"}"#,
            r#"{"kind":"label_link"}"#,
            r#"{"kind":"label_in_file","content":"picture"}"#,
        ] {
            assert!(plan_from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
