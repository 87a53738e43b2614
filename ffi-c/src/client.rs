//! Calls.

use std::borrow::Borrow;
use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use lazcore::{Args, Cancel, Client, Request, api};

use crate::boundary::{
    Fault, Output, c_text, free, guard, guard_value, handle, optional_text, text,
};
use crate::cancel::laz_cancel_t;
use crate::config::laz_config_t;
use crate::error::laz_error_t;
use crate::status::laz_status;
use crate::value::laz_value_t;

/// Calls the gateway for one account. Any number of threads may use one client at once. After a fork,
/// parent and child may both go on with it, each with connections of its own.
pub struct laz_client_t {
    pub(crate) client: Client,
    account: CString,
    /// The account's key once it is known, which happens once.
    resolved: OnceLock<CString>,
}

impl laz_client_t {
    fn account(&self) -> *const c_char {
        let key = self.client.account();
        if key.as_bytes() == self.account.as_bytes() {
            return self.account.as_ptr();
        }
        self.resolved.get_or_init(|| c_text(key)).as_ptr()
    }
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<laz_client_t>();
};

/// Makes a client with these settings, which it copies. Nothing is sent yet. LAZ_STATUS_CONFIG when a
/// setting cannot be used; laz_error_field names it. Free the client with laz_client_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_new(
    config: *const laz_config_t,
    client_out: *mut *mut laz_client_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, living handles and places to write to.
        let (out, config) = unsafe {
            let out = Output::handle("client_out", client_out)?;
            (out, handle("config", config)?)
        };
        let client = Client::new(config.settings()?)?;
        let account = c_text(client.account());
        out.hand_over(laz_client_t {
            client,
            account,
            resolved: OnceLock::new(),
        })
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// The key of the client's account in outcomes, exports and file names. It changes once, when the account
/// becomes known; what was returned before stays valid too, until laz_client_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_account(client: *const laz_client_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    let client = unsafe { client.as_ref() };
    guard_value(std::ptr::null(), || {
        client.map_or(std::ptr::null(), laz_client_t::account)
    })
}

/// Makes a call by the API's name, such as "Pack", or its path or id in the catalogue, and waits for the
/// answer.
///
/// `params_json` is a JSON object of parameters, or NULL for none. Number tokens are sent to the letter.
/// `cancel` may be NULL; else another thread can end the call with laz_cancel_cancel.
///
/// On LAZ_STATUS_OK *value_out is the answer; free it with laz_value_free. Single rows of a batch may have
/// failed all the same: see laz_value_failed_rows_json. LAZ_STATUS_INDETERMINATE says that a write may have
/// been executed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_call(
    client: *const laz_client_t,
    name: *const c_char,
    params_json: *const c_char,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let request = || {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (name, args) = unsafe { (text("name", name)?, params(params_json)?) };
        Ok(Request::new(api::find(name)?, args)?)
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { send(client, request, cancel, value_out, error_out) }
}

/// Makes a call by method ("GET" or "POST") and path, for what is newer than the catalogue. There it counts as a
/// write, which is not repeated once it may have been executed; a path that the catalogue knows counts as it says
/// there. Parameters are not checked. Everything else as laz_client_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_request(
    client: *const laz_client_t,
    method: *const c_char,
    path: *const c_char,
    params_json: *const c_char,
    cancel: *const laz_cancel_t,
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
    unsafe { send(client, request, cancel, value_out, error_out) }
}

/// Asks the gateway something that it refuses, once, without keys, token and signature: for diagnosis when no
/// call works. The refusal is the result.
///
/// `host` is "api", or "auth" for the host of token calls. *value_out is an object with "url", "http_status",
/// "is_gateway" (false when something between answered, such as a proxy), "code", "request_id", "took_ms" and,
/// if the gateway told its time, "clock_ahead_ms": how far the local clock is ahead of it (negative: behind),
/// good to a second. Calls are refused from two hours on. `cancel` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_probe(
    client: *const laz_client_t,
    host: *const c_char,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let probe = |client: &Client, cancel: &Cancel| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let host = unsafe { text("host", host) }?.parse()?;
        Ok(Some(client.probe(host, cancel)?.to_json()))
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { ask(client, probe, cancel, value_out, error_out) }
}

/// Hands over the JSON that `act` makes, or says that there is none.
///
/// # Safety
/// The handles are NULL or live, the outputs NULL or places to write to.
pub(crate) unsafe fn ask(
    client: *const laz_client_t,
    act: impl FnOnce(&Client, &Cancel) -> Result<Option<String>, Fault>,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, client, cancel) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, handle("client", client)?, cancel.as_ref())
        };
        let cancel = cancel.map_or_else(Cancel::new, |cancel| cancel.0.clone());
        match act(&client.client, &cancel)? {
            Some(json) => out.hand_over(laz_value_t::json(json)),
            None => Ok(laz_status::Absent),
        }
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}

/// The parameters of a call; NULL is none.
///
/// # Safety
/// `params_json` is NULL or ends with a NUL.
pub(crate) unsafe fn params(params_json: *const c_char) -> Result<Args, Fault> {
    // SAFETY: the caller vouches for the same.
    let params = unsafe { optional_text("params_json", params_json) }?;
    Ok(Args::from_json(params.unwrap_or_default())?)
}

/// # Safety
/// The handles are NULL or live, the outputs NULL or places to write to.
pub(crate) unsafe fn send<R: Borrow<Request>>(
    client: *const laz_client_t,
    request: impl FnOnce() -> Result<R, Fault>,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || -> Result<laz_status, Fault> {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, client, cancel) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, handle("client", client)?, cancel.as_ref())
        };
        let request = request()?;
        let cancel = cancel.map_or_else(Cancel::new, |cancel| cancel.0.clone());
        let reply = client.client.send_cancelable(request.borrow(), &cancel)?;
        out.hand_over(laz_value_t::reply(reply))
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}

/// Frees a client after the last call has returned. Its jobs and values live on. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_free(client: *mut laz_client_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(client) }
}
