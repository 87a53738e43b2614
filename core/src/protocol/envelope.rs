//! From an answer's bytes to a [`Reply`] or an [`Error`]: gateway code, the API's own flag, each row.

use super::codes;
use super::http::HttpResponse;
use super::json::{self, Outline};
use super::redact;
use super::reply::{Evidence, Reply};
use super::scalar::flag;
use super::schema::{Api, CodeClass, SuccessFlag};
use super::{Raw, Token};
use crate::error::{Error, ErrorKind, Executed, Result};

/// Flags and codes as most APIs spell them, for calls by path and for APIs that document none.
const USUAL_FLAGS: &[SuccessFlag] = &[
    SuccessFlag {
        at: &["success"],
        good: true,
    },
    SuccessFlag {
        at: &["not_success"],
        good: false,
    },
    SuccessFlag {
        at: &["result", "success"],
        good: true,
    },
    SuccessFlag {
        at: &["result", "not_success"],
        good: false,
    },
];
const USUAL_CODES: &[&[&str]] = &[
    &["error_code"],
    &["errorCode"],
    &["err_code"],
    &["result", "error_code"],
    &["result", "errorCode"],
    &["result", "err_code"],
];
const USUAL_MESSAGES: &[&[&str]] = &[
    &["error_msg"],
    &["errorMsg"],
    &["err_message"],
    &["result", "error_msg"],
    &["result", "errorMsg"],
    &["result", "err_message"],
];

/// Normalizing walks into nested values, so that a limit must keep the stack whole.
pub(crate) const DEEPEST: usize = 1000;

/// How an answer is read.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimits {
    /// The deepest nesting accepted; more than 1000 counts as 1000.
    pub depth: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            depth: json::DEFAULT_DEPTH,
        }
    }
}

/// Reads an answer. `api` is the catalogue's row of the API called, or `None` for a call by path.
///
/// # Errors
/// [`ErrorKind::Api`], [`ErrorKind::Throttled`] or [`ErrorKind::Auth`] when the platform refused or failed
/// the call, [`ErrorKind::Transport`] for a gateway failure (HTTP 5xx, a redirect), [`ErrorKind::Decode`]
/// for what is not the documented answer. With HTTP status and request id where there are any.
pub fn read(
    api: Option<&'static Api>,
    response: &HttpResponse,
    limits: ReadLimits,
) -> Result<Reply> {
    read_owned(api, response.clone(), limits)
}

/// As [`read`], of an answer that nobody else needs: its body, which may be large, becomes the reply's.
///
/// # Errors
/// See [`read`].
pub fn read_owned(
    api: Option<&'static Api>,
    response: HttpResponse,
    limits: ReadLimits,
) -> Result<Reply> {
    let status = response.status;
    let mut evidence = Evidence {
        api: api.map(|api| api.path.to_owned()).unwrap_or_default(),
        http_status: status,
        gateway_date: response.header("date").map(str::to_owned),
        ..Evidence::default()
    };
    judge(api, response, limits, &mut evidence).map_err(|error| {
        let error = error.with_http_status(Some(status));
        let error = error
            .with_request_id(evidence.request_id)
            .with_trace_id(evidence.trace_id);
        match api {
            Some(api) => error.with_api(api.path),
            None => error,
        }
    })
}

fn judge(
    api: Option<&'static Api>,
    response: HttpResponse,
    limits: ReadLimits,
    evidence: &mut Evidence,
) -> Result<Reply> {
    let status = response.status;
    if (300..400).contains(&status) {
        let message = "answered with a redirect, which is never followed";
        return Err(Error::new(ErrorKind::Transport, message).executed_is(Executed::Unknown));
    }
    let text = String::from_utf8(response.body)
        .map_err(|error| unreadable(status, error.as_bytes(), "the answer is not UTF-8"))?;
    let rows_at = api
        .and_then(|api| api.rows.as_ref())
        .map_or(&[][..], |rows| rows.at);
    let outline = Outline::scan(&text, rows_at, limits.depth.min(DEEPEST)).map_err(|problem| {
        let problem = format!("the answer is not the expected JSON: {problem}");
        unreadable(status, text.as_bytes(), &problem)
    })?;
    let at = |path: &[&str]| outline.at(&text, path);
    let text_at = |name: &str| {
        at(&[name])
            .and_then(Raw::to_text)
            .map(|text| text.into_owned())
    };
    evidence.request_id = text_at("request_id");
    evidence.trace_id = text_at("_trace_id_");
    let Some(code) = text_at("code") else {
        return Err(unreadable(
            status,
            text.as_bytes(),
            "the answer has no code",
        ));
    };
    if code != "0" {
        let message = text_at("message").unwrap_or_default();
        let error = refusal(api, &code, &message, at(&["detail"]));
        return Err(with_status(error, status).with_answer(&text));
    }
    // Of failures alone: the payload of a success may hold tokens.
    check_own_flags(api, at).map_err(|error| error.with_answer(&text))?;
    check_payload(api, &outline, at)?;
    let evidence = std::mem::take(evidence);
    Ok(Reply::new(api, text.into_boxed_str(), outline, evidence))
}

/// An answer that is not one of the platform's. A 5xx page comes from in front of it.
fn unreadable(status: u16, body: &[u8], problem: &str) -> Error {
    let body = String::from_utf8_lossy(whole_words(body));
    let start = redact::shown(body.trim(), 80);
    let shown = if start.is_empty() {
        "an empty body".to_owned()
    } else {
        format!("{start:?}")
    };
    let message = format!("{problem}; got {shown}");
    let error = match status {
        429 => {
            return Error::new(ErrorKind::Throttled, message)
                .with_code("HTTP_429")
                .worth_a_retry();
        }
        500.. => Error::new(ErrorKind::Transport, message)
            .with_code("HTTP_5XX")
            .worth_a_retry(),
        // A page for people, such as the block page: repeating it makes things worse.
        _ if start.starts_with('<') => {
            Error::new(ErrorKind::Decode, message).with_code("HTTP_NON_JSON")
        }
        _ => Error::new(ErrorKind::Decode, message).worth_a_retry(),
    };
    error.executed_is(Executed::Unknown)
}

/// The start of a body, cut between words: half a secret is not recognized as one.
fn whole_words(body: &[u8]) -> &[u8] {
    let Some(start) = body.get(..2048) else {
        return body;
    };
    match start.iter().rposition(u8::is_ascii_whitespace) {
        Some(end) => &start[..end],
        // One long word is recognized whole and cut afterwards.
        None => &body[..body.len().min(1 << 20)],
    }
}

/// The error of a code that is not "0", whether the gateway's or the API's own.
fn refusal(api: Option<&'static Api>, code: &str, message: &str, detail: Option<Raw<'_>>) -> Error {
    let mut text = redact::shown(message, 300);
    if text.is_empty() {
        text = codes::code(code)
            .map_or("refused without a text", |entry| entry.meaning)
            .to_owned();
    }
    if let Some(detail) = detail.filter(|detail| !detail.is_absent()) {
        text.push_str(": ");
        text.push_str(&redact::shown(detail.as_str(), 300));
    }
    let kind = match code {
        code if codes::is_throttle(code) => ErrorKind::Throttled,
        code if codes::concerns_access(code) => ErrorKind::Auth,
        _ => ErrorKind::Api,
    };
    let error = Error::new(kind, text).with_code(redact::shown(code, 100));
    let published = || api.is_some_and(|api| api.errors.iter().any(|(known, _)| *known == code));
    match codes::class(code) {
        Some(CodeClass::Safe) => error.worth_a_retry(),
        Some(CodeClass::ReadOnly) => error.worth_a_retry().executed_is(Executed::Unknown),
        Some(CodeClass::Never) => error,
        None if published() || kind != ErrorKind::Api => error,
        // A code nobody has described does not tell whether the work was done.
        None => error.executed_is(Executed::Unknown),
    }
}

/// What the HTTP status says where the code says nothing.
fn with_status(error: Error, status: u16) -> Error {
    let described =
        error.kind() != ErrorKind::Api || error.executed() == Executed::No || error.retryable();
    match status {
        _ if described => error,
        429 => error
            .with_kind(ErrorKind::Throttled)
            .executed_is(Executed::No)
            .worth_a_retry(),
        500.. => error.worth_a_retry(),
        _ => error,
    }
}

/// The second step: flags and codes of the API's own. A flag that says success outweighs a stale code.
fn check_own_flags<'a>(
    api: Option<&'static Api>,
    at: impl Fn(&[&str]) -> Option<Raw<'a>>,
) -> Result<()> {
    let own = api.filter(|api| !api.success.is_empty() || !api.error_codes.is_empty());
    let (flags, code_paths, message_paths) = own
        .map_or((USUAL_FLAGS, USUAL_CODES, USUAL_MESSAGES), |api| {
            (api.success, api.error_codes, api.error_messages)
        });
    let told: Vec<bool> = flags
        .iter()
        .filter_map(|rule| Some(at(rule.at).and_then(flag)? == rule.good))
        .collect();
    let code = code_paths
        .iter()
        .filter_map(|path| at(path))
        .find_map(own_code);
    let failed = if told.is_empty() {
        code.is_some()
    } else {
        told.contains(&false)
    };
    if !failed {
        return Ok(());
    }
    let message = message_paths
        .iter()
        .filter_map(|path| at(path)?.to_text())
        .next()
        .unwrap_or_default();
    let error = match code {
        Some(code) => refusal(api, &code, &message, None),
        None if message.is_empty() => {
            Error::new(ErrorKind::Api, "failed without a code").executed_is(Executed::Unknown)
        }
        None => {
            Error::new(ErrorKind::Api, redact::shown(&message, 300)).executed_is(Executed::Unknown)
        }
    };
    Err(error)
}

/// A failure code: a text other than "0", or an object that holds a text for display.
fn own_code(raw: Raw<'_>) -> Option<String> {
    if raw.token() == Token::Object {
        return own_code(raw.get("displayMessage")?);
    }
    let text = raw.to_text()?.trim().to_owned();
    (!raw.is_absent() && text != "0").then_some(text)
}

/// A successful answer without its payload is none: an empty list and a missing one are not the same.
fn check_payload<'a>(
    api: Option<&'static Api>,
    outline: &Outline,
    at: impl Fn(&[&str]) -> Option<Raw<'a>>,
) -> Result<()> {
    let Some(api) = api else { return Ok(()) };
    let missing = |path: &[&str], problem: &str| {
        Err(Error::decode(path.join("."), problem).executed_is(Executed::Unknown))
    };
    if let Some(rows) = &api.rows {
        if outline.rows.is_some() {
            return Ok(());
        }
        return match at(rows.at) {
            None => missing(rows.at, "is missing from a successful answer"),
            Some(_) => missing(rows.at, "expected a list"),
        };
    }
    // Beside `code` there is always something.
    if api.reply.is_empty() || api.reply_root.is_empty() {
        return Ok(());
    }
    match at(api.reply_root).map(Raw::token) {
        Some(Token::Object | Token::List) => Ok(()),
        None => missing(api.reply_root, "is missing from a successful answer"),
        Some(_) => missing(api.reply_root, "expected an object"),
    }
}
