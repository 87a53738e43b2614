//! Token pairs: stores for hosts that keep the text themselves, and what a client does with them.

use std::ffi::c_char;
use std::sync::Arc;

use lazcore::client::{TextStore, TokenStore};
use lazcore::{Cancel, Client, protocol};

use crate::boundary::{Output, free, guard, handle, optional_text, text};
use crate::cancel::laz_cancel_t;
use crate::client::{ask, laz_client_t};
use crate::error::laz_error_t;
use crate::status::laz_status;
use crate::value::laz_value_t;

/// A store in memory for one token pair, for hosts that keep the pair as a text of their own: in a database, a
/// session, a vault. They give the text in, and after calls take out what has changed.
///
/// The text is a password in clear: keep it like one. It ends with the process, and a changed one that was
/// not taken is lost with it, while the old pair is spent. Hosts whose processes share a pair need
/// laz_config_set_token_file. Any number of threads may use one store at once; it lives on as long as a
/// configuration or client was given it.
pub struct laz_token_store_t(Arc<TextStore>);

impl laz_token_store_t {
    pub(crate) fn shared(&self) -> Arc<dyn TokenStore> {
        Arc::<TextStore>::clone(&self.0)
    }
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<laz_token_store_t>();
};

/// Makes a store of a text that laz_token_store_take_change or laz_token_store_text gave once, or with NULL
/// an empty one, to be filled by laz_client_exchange_code or laz_client_store_token. LAZ_STATUS_CONFIG when
/// the text is damaged or something else. Free it with laz_token_store_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_token_store_new(
    text: *const c_char,
    store_out: *mut *mut laz_token_store_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a text that ends with a NUL and a place to write to.
        let (out, text) = unsafe {
            let out = Output::handle("store_out", store_out)?;
            (out, optional_text("text", text)?)
        };
        let store = match text {
            Some(text) => TextStore::from_text(text)?,
            None => TextStore::new(),
        };
        out.hand_over(laz_token_store_t(Arc::new(store)))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// The text of the pair, if it has changed since it was given or last taken: what the host has to keep now.
/// Ask after each call, since any call may have refreshed the pair. *value_out has it at the pointer "" and as
/// its body; it holds secrets. LAZ_STATUS_ABSENT when nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_token_store_take_change(
    store: *const laz_token_store_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { hand_over_text(store, TextStore::take_change, value_out, error_out) }
}

/// The text of the pair, changed or not. *value_out has it at the pointer "" and as its body; it holds
/// secrets. LAZ_STATUS_ABSENT when the store is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_token_store_text(
    store: *const laz_token_store_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { hand_over_text(store, TextStore::text, value_out, error_out) }
}

/// # Safety
/// `store` is NULL or a living handle, the outputs NULL or places to write to.
unsafe fn hand_over_text(
    store: *const laz_token_store_t,
    read: impl FnOnce(&TextStore) -> Option<String>,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, store) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, handle("store", store)?)
        };
        match read(&store.0) {
            Some(text) => out.hand_over(laz_value_t::text(text)),
            None => Ok(laz_status::Absent),
        }
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}

/// Frees a store. Configurations and clients that were given it keep it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_token_store_free(store: *mut laz_token_store_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(store) }
}

/// Holds the state that came back from the authorization page against the one that was sent. LAZ_STATUS_AUTH
/// when they differ: somebody else began that authorization, and its code must not be used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_check_state(
    sent: *const c_char,
    received: *const c_char,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (sent, received) = unsafe { (text("sent", sent)?, text("received", received)?) };
        protocol::check_state(sent, received)?;
        Ok(laz_status::Ok)
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Exchanges the code of an authorization redirect, which works once, for a token pair, and keeps it in the
/// client's token file or store. Check the redirect's state with laz_check_state before.
///
/// *value_out is the pair's status, as of laz_client_token_status. LAZ_STATUS_CONFIG without a token file or
/// store: the code is not spent. LAZ_STATUS_AUTH when the code is refused, or the store holds the pair of
/// other shops, which is left as it is. LAZ_STATUS_INDETERMINATE when the answer was lost: the seller must
/// probably authorize again. `cancel` may be NULL; an exchange that was sent is waited for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_exchange_code(
    client: *const laz_client_t,
    code: *const c_char,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let exchange = |client: &Client, cancel: &Cancel| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let code = unsafe { text("code", code) }?;
        let status = client.authorize_cancelable(code, cancel)?;
        Ok(Some(status.to_json()))
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { ask(client, exchange, cancel, value_out, error_out) }
}

/// Puts a pair that was got elsewhere into the client's token file or store, in place of what is there.
///
/// `answer_json` is the platform's answer to an exchange or a refresh, as it came. `obtained_ms` is when that
/// was, in milliseconds since 1970 UTC, from which the lives of the tokens are counted; 0 is now. *value_out
/// is the pair's status, as of laz_client_token_status. LAZ_STATUS_AUTH when the store holds the pair of other
/// shops, which is left as it is. `cancel` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_store_token(
    client: *const laz_client_t,
    answer_json: *const c_char,
    obtained_ms: i64,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let store = |client: &Client, cancel: &Cancel| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let answer = unsafe { text("answer_json", answer_json) }?;
        let obtained = Some(obtained_ms).filter(|ms| *ms != 0);
        let status = client.store_answer_cancelable(answer, obtained, cancel)?;
        Ok(Some(status.to_json()))
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { ask(client, store, cancel, value_out, error_out) }
}

/// Refreshes the pair now, for hosts with a schedule of their own; calls refresh it by themselves. When
/// another thread or process does the same, one refresh serves all.
///
/// *value_out is the new pair's status, as of laz_client_token_status. LAZ_STATUS_AUTH when the pair cannot be
/// refreshed and the seller must authorize again, LAZ_STATUS_IO when the store cannot be written,
/// LAZ_STATUS_INDETERMINATE when the answer was lost. `cancel` may be NULL; a refresh that was sent is waited
/// for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_refresh_token(
    client: *const laz_client_t,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let refresh = |client: &Client, cancel: &Cancel| {
        let status = client.refresh_token_cancelable(cancel)?;
        Ok(Some(status.to_json()))
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { ask(client, refresh, cancel, value_out, error_out) }
}

/// How the pair in the client's token file or store stands, read anew; nothing is sent. LAZ_STATUS_ABSENT when
/// the client has none or nothing is in it.
///
/// *value_out is an object without secrets: "state" ("fresh", "due_for_refresh", "expired", "refresh_expired",
/// "not_refreshable"); "needs_person", true when the seller must authorize again; "expires_at",
/// "refresh_expires_at" and the whole days left, "days_left" and "refresh_days_left", where known; "shops", a
/// list of objects with "country", "seller_id", "user_id" and "short_code".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_token_status(
    client: *const laz_client_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let look = |client: &Client, _: &Cancel| {
        let status = client.token_status()?;
        Ok(status.map(|status| status.to_json()))
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { ask(client, look, std::ptr::null(), value_out, error_out) }
}

/// The account behind the client's token: what the pair tells, or else the seller's data, asked for once and
/// remembered. From then on laz_client_account is its key, unless the settings name one.
///
/// *value_out is an object with "app_key", "country" where known, "seller_id" and "key", such as
/// "SG-1000001". Ask before jobs begin, so that all their rows carry one key. `cancel` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_client_resolve_account(
    client: *const laz_client_t,
    cancel: *const laz_cancel_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let resolve = |client: &Client, cancel: &Cancel| {
        let account = client.resolve_account_cancelable(cancel)?;
        Ok(Some(account.to_json()))
    };
    // SAFETY: the header asks for NULL, living handles and places to write to.
    unsafe { ask(client, resolve, cancel, value_out, error_out) }
}
