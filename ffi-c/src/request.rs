//! Requests that are put together in steps: with files or HTTP headers of their own.

use std::ffi::c_char;

use lazcore::protocol::File;
use lazcore::{Request, api};

use crate::boundary::{Output, bytes, free, guard, handle, handle_mut, optional_text, text};
use crate::cancel::laz_cancel_t;
use crate::client::{laz_client_t, params, send};
use crate::config::laz_config_t;
use crate::error::laz_error_t;
use crate::protocol::prepare_request;
use crate::status::laz_status;
use crate::value::laz_value_t;

/// A call by method and path with files or HTTP headers of its own. It may be sent any number of times, each
/// time signed anew. One thread at a time.
pub struct laz_request_t(Request);

/// Makes a request; nothing is sent. Method, path and parameters are as in laz_client_request. Free it with
/// laz_request_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_request_new(
    method: *const c_char,
    path: *const c_char,
    params_json: *const c_char,
    request_out: *mut *mut laz_request_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, texts that end with a NUL and places to write to.
        let (out, method, path, args) = unsafe {
            let out = Output::handle("request_out", request_out)?;
            let method = text("method", method)?;
            (out, method, text("path", path)?, params(params_json)?)
        };
        out.hand_over(laz_request_t(api::raw(method.parse()?, path, args)?))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Adds a file as the parameter `name`, copied from `length` bytes. A request with files is a POST with
/// multipart parts, whatever its method was; files are not signed.
///
/// `file_name` is the name shown to the platform. `content_type` is such as "image/png"; NULL is
/// "application/octet-stream". LAZ_STATUS_INPUT for a name that cannot be sent; the request is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_request_add_file(
    request: *mut laz_request_t,
    name: *const c_char,
    file_name: *const c_char,
    content_type: *const c_char,
    bytes: *const c_char,
    length: usize,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a living handle, texts that end with a NUL and bytes of this
        // length.
        let (request, file) = unsafe {
            let request = handle_mut("request", request)?;
            let content_type = optional_text("content_type", content_type)?;
            let file = File {
                name: text("name", name)?.to_owned(),
                file_name: text("file_name", file_name)?.to_owned(),
                content_type: content_type.unwrap_or(File::ANY_TYPE).to_owned(),
                content: self::bytes("bytes", bytes, length)?.to_owned(),
            };
            (request, file)
        };
        request.0.add_file(file)?;
        Ok(laz_status::Ok)
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Adds an HTTP header, in place of an earlier one of that name. Headers are not signed.
///
/// LAZ_STATUS_INPUT for one that the client sets itself, such as Host, Content-Type, Content-Length and
/// User-Agent, and for what is no header: a value is printable ASCII without line breaks. The request is then
/// as before; laz_error_field names the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_request_add_header(
    request: *mut laz_request_t,
    name: *const c_char,
    value: *const c_char,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a living handle and texts that end with a NUL.
        let (request, name, value) = unsafe {
            let request = handle_mut("request", request)?;
            (request, text("name", name)?, text("value", value)?)
        };
        request.0.add_header(name, value)?;
        Ok(laz_status::Ok)
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Sends a request and waits for the answer. Everything else as laz_client_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_send(
    client: *const laz_client_t,
    request: *const laz_request_t,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    let request = || Ok(unsafe { &handle("request", request)?.0 });
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { send(client, request, cancel, value_out, error_out) }
}

/// Signs a request without sending it: see laz_prepare. With files the body has the multipart form, and
/// "headers" tells its boundary.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_request_prepare(
    request: *const laz_request_t,
    config: *const laz_config_t,
    now_ms: i64,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    let request = || Ok(unsafe { &handle("request", request)?.0 });
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { prepare_request(config, request, now_ms, value_out, error_out) }
}

/// Frees a request. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_request_free(request: *mut laz_request_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(request) }
}
