//! Signing, preparing and reading without sending, for hosts with an HTTP client of their own.

use std::borrow::Borrow;
use std::ffi::c_char;

use lazcore::protocol::{
    HttpResponse, ReadLimits, Value, authorization_url, explain, prepare, read_owned, sign_json,
};
use lazcore::{Args, Request, api};

use crate::boundary::{Fault, Output, bytes, guard, handle, optional_text, text};
use crate::client::params;
use crate::config::laz_config_t;
use crate::error::laz_error_t;
use crate::value::laz_value_t;

/// Signs `path` with the parameters of a JSON object: everything that will be sent, the system parameters
/// included and "sign" left out. The signature is the text at the pointer "" of the value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_sign(
    app_secret: *const c_char,
    path: *const c_char,
    params_json: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, texts that end with a NUL and places to write to.
        let (out, app_secret, path, params_json) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (
                out,
                text("app_secret", app_secret)?,
                text("path", path)?,
                optional_text("params_json", params_json)?,
            )
        };
        let signature = sign_json(app_secret, path, params_json.unwrap_or_default())?;
        out.hand_over(laz_value_t::text(signature))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Says why the gateway refuses a signature that another program made. `params_json` holds what that program sends,
/// blank values included, "sign" and files left out; `signature` is its signature, or NULL.
///
/// The value has "base_string" (what is hashed; with the access token, if one is among the parameters: do not
/// log it), "signature" (the right one), "verdict" ("not_given", "right", "wrong" or "unknown") and "mistakes", a
/// list of objects with "code" and "advice".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_explain_signature(
    app_secret: *const c_char,
    path: *const c_char,
    params_json: *const c_char,
    signature: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, texts that end with a NUL and places to write to.
        let (out, app_secret, path, args, signature) = unsafe {
            (
                Output::handle("value_out", value_out)?,
                text("app_secret", app_secret)?,
                text("path", path)?,
                params(params_json)?,
                optional_text("signature", signature)?,
            )
        };
        let explained = explain(app_secret, path, args, signature)?;
        out.hand_over(laz_value_t::json(explained.to_json()))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Makes a signed request without sending it. `name` and `params_json` are as in laz_client_call; `now_ms` is
/// the time in milliseconds since 1970 UTC, taken anew for each attempt. The access token is the one of the
/// settings: a token file or store is not looked at.
///
/// The value's JSON is {"method", "url", "headers"}; its body is the request's body. Send both as they are.
/// They hold the token and the signature: do not log them. Read the answer with laz_read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_prepare(
    config: *const laz_config_t,
    name: *const c_char,
    params_json: *const c_char,
    now_ms: i64,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let request = || {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (name, args) = unsafe { (text("name", name)?, params(params_json)?) };
        Ok(Request::new(api::find(name)?, args)?)
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { prepare_request(config, request, now_ms, value_out, error_out) }
}

/// As laz_prepare, by method and path: see laz_client_request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_prepare_request(
    config: *const laz_config_t,
    method: *const c_char,
    path: *const c_char,
    params_json: *const c_char,
    now_ms: i64,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let request = || {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (method, path, args) = unsafe {
            (
                text("method", method)?,
                text("path", path)?,
                params(params_json)?,
            )
        };
        Ok(api::raw(method.parse()?, path, args)?)
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { prepare_request(config, request, now_ms, value_out, error_out) }
}

/// # Safety
/// `config` is NULL or a living handle, the outputs NULL or places to write to.
pub(crate) unsafe fn prepare_request<R: Borrow<Request>>(
    config: *const laz_config_t,
    request: impl FnOnce() -> Result<R, Fault>,
    now_ms: i64,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, config) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, handle("config", config)?)
        };
        let credentials = config.settings()?.credentials()?;
        let http = prepare(request()?.borrow(), &credentials, now_ms)?;
        out.hand_over(laz_value_t::request(http))
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}

/// Reads an answer that came through another HTTP client, and judges it as laz_client_call would.
///
/// `name` is the API's, or NULL for a call by path. `headers_json` is a JSON object of the answer's header
/// fields with texts, or NULL. `body` has `body_length` bytes and is decompressed already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_read(
    name: *const c_char,
    http_status: i32,
    headers_json: *const c_char,
    body: *const c_char,
    body_length: usize,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, texts that end with a NUL, a body of this length and places to
        // write to.
        let (out, name, headers, body) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            let name = optional_text("name", name)?;
            let headers = optional_text("headers_json", headers_json)?;
            (out, name, headers, bytes("body", body, body_length)?)
        };
        let api = name.map(api::find).transpose()?;
        let answer = HttpResponse {
            status: u16::try_from(http_status)
                .map_err(|_| Fault::argument("http_status", "expected an HTTP status"))?,
            headers: header_fields(headers.unwrap_or_default())?,
            body: body.to_owned(),
        };
        out.hand_over(laz_value_t::reply(read_owned(
            api,
            answer,
            ReadLimits::default(),
        )?))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

fn header_fields(json: &str) -> Result<Vec<(String, String)>, Fault> {
    let fields = Args::from_json(json)?;
    let fields = fields.values().iter().map(|(name, value)| match value {
        Value::Text(text) => Ok((name.to_ascii_lowercase(), text.clone())),
        _ => Err(Fault::argument(
            "headers_json",
            "expected an object of texts",
        )),
    });
    fields.collect()
}

/// The page that asks a seller to authorize the app, for a browser: the text at the pointer "" of the value.
///
/// The browser comes back to `redirect_uri` with "code" and the same `state`; compare it before the code is
/// exchanged, or somebody else's account can be slipped in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_authorization_url(
    app_key: *const c_char,
    redirect_uri: *const c_char,
    state: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, texts that end with a NUL and places to write to.
        let (out, app_key, redirect_uri, state) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            let app_key = text("app_key", app_key)?;
            (
                out,
                app_key,
                text("redirect_uri", redirect_uri)?,
                text("state", state)?,
            )
        };
        out.hand_over(laz_value_t::text(authorization_url(
            app_key,
            redirect_uri,
            state,
        )?))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}
