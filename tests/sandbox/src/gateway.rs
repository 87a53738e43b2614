//! The checks that every call passes before its API sees it, and the envelope around the answer.

use crate::api::{Call, Failure, Route};
use crate::clock;
use crate::faults::{Quirks, RowFault};
use crate::http::Params;
use crate::json::Json;
use crate::signature;
use crate::state::State;
use crate::world::By;

/// How far the caller's clock may be off, in seconds.
const CLOCK_TOLERANCE: i64 = 7200;

/// An answer: JSON text, and the code that the log shows.
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) code: String,
}

/// A call as the gateway meets it.
#[derive(Clone)]
pub(crate) struct Arrival<'a> {
    pub(crate) method: &'a str,
    /// The store that the address names.
    pub(crate) store: Option<usize>,
    /// Path behind `/rest`.
    pub(crate) path: &'a str,
    pub(crate) route: Option<&'static Route>,
    pub(crate) params: &'a Params,
    pub(crate) row_fault: Option<RowFault>,
    pub(crate) quirks: &'a Quirks,
    pub(crate) by: By,
}

/// Checks and executes a call.
pub(crate) fn answer(state: &State, arrival: &Arrival<'_>) -> Answer {
    let ids = state.answer_ids();
    let mut json = Json::with_capacity(4096);
    json.open_object();
    json.text_member("code", "0");
    let executed =
        admit(state, arrival).and_then(|(route, call)| (route.handler)(&call, &mut json));
    match executed {
        Ok(()) => {
            write_ids(&mut json, &ids);
            json.close_object();
            Answer {
                body: json.finish(),
                code: "0".to_owned(),
            }
        }
        Err(failure) => refusal(&failure, &ids),
    }
}

/// The answer to a call that is not executed.
pub(crate) fn refuse(state: &State, failure: &Failure) -> Answer {
    refusal(failure, &state.answer_ids())
}

fn refusal(failure: &Failure, ids: &(String, String)) -> Answer {
    let mut json = Json::default();
    json.open_object();
    match failure {
        Failure::Gateway {
            kind,
            code,
            message,
        } => {
            json.text_member("type", kind);
            json.text_member("code", code);
            json.text_member("message", message);
        }
        Failure::Batch { code, message } => {
            json.text_member("code", "0");
            json.key("result");
            json.open_object();
            json.flag_member("success", false);
            json.text_member("error_code", code);
            json.text_member("error_msg", message);
            json.close_object();
        }
    }
    write_ids(&mut json, ids);
    json.close_object();
    Answer {
        body: json.finish(),
        code: failure.code().to_owned(),
    }
}

fn write_ids(json: &mut Json, ids: &(String, String)) {
    json.text_member("request_id", &ids.0);
    json.text_member("_trace_id_", &ids.1);
}

/// The call behind an arrival, if the gateway lets it pass.
pub(crate) fn admit<'a>(
    state: &'a State,
    arrival: &Arrival<'a>,
) -> Result<(&'static Route, Call<'a>), Failure> {
    let route = arrival
        .route
        .ok_or_else(|| Failure::isv("InvalidApiPath", "The specified API path is invalid"))?;
    if !route.methods.contains(&arrival.method) {
        let message = format!(
            "The API does not support the HTTP method {}",
            arrival.method
        );
        return Err(Failure::isv("UnsupportedHTTPMethod", &message));
    }
    let params = arrival.params;
    let now = state.now();
    check_app_key(state, params)?;
    let clock = state.config.frozen_clock.is_none().then_some(now);
    check_timestamp(params, clock)?;
    check_signature(state, arrival.path, params)?;
    let store = if route.token {
        store_of_token(state, params, arrival.store, now)?
    } else {
        0
    };
    let call = Call {
        state,
        params,
        store,
        now,
        row_fault: arrival.row_fault.clone(),
        quirks: arrival.quirks.clone(),
        by: arrival.by,
    };
    Ok((route, call))
}

fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Failure> {
    params.get(name).ok_or_else(|| Failure::missing(name))
}

fn check_app_key(state: &State, params: &Params) -> Result<(), Failure> {
    if required(params, "app_key")? == state.app_key {
        return Ok(());
    }
    Err(Failure::isv(
        "InvalidAppKey",
        "The specified app key is invalid",
    ))
}

/// Milliseconds since 1970; the reference also admits `2017-11-11T12:00:00Z`. Without a clock only
/// the form is checked.
fn check_timestamp(params: &Params, clock: Option<i64>) -> Result<(), Failure> {
    let text = required(params, "timestamp")?;
    let sent = match text.parse::<i64>() {
        Ok(millis) => Some(millis.div_euclid(1000)),
        Err(_) => clock::parse_iso(text),
    };
    let near = |seconds: &i64| {
        clock.is_none_or(|now| now.abs_diff(*seconds) <= CLOCK_TOLERANCE.unsigned_abs())
    };
    match sent.filter(near) {
        Some(_) => Ok(()),
        None => Err(Failure::isv(
            "InvalidTimestamp",
            "The specified timestamp is invalid or expired",
        )),
    }
}

fn check_signature(state: &State, path: &str, params: &Params) -> Result<(), Failure> {
    if required(params, "sign_method")? != "sha256" {
        return Err(Failure::isv(
            "InvalidParameter",
            "The specified parameter \"sign_method\" is not valid",
        ));
    }
    let sign = required(params, "sign")?;
    let pairs = signature::signed(params.pairs());
    if signature::agrees(&state.app_secret, path, &pairs, sign) {
        return Ok(());
    }
    Err(Failure::isv(
        "IncompleteSignature",
        "The request signature does not conform to platform standards",
    ))
}

fn store_of_token(
    state: &State,
    params: &Params,
    called: Option<usize>,
    now: i64,
) -> Result<usize, Failure> {
    let token = required(params, "access_token")?;
    let found = state.lock_tokens().store_of(token, called, now);
    found.ok_or_else(|| {
        Failure::isv(
            "IllegalAccessToken",
            "The specified access token is invalid or expired",
        )
    })
}
