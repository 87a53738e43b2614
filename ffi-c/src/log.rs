//! The call log as a callback.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use lazcore::client::CallListener;

use crate::boundary::c_text;
use crate::config::{laz_config_t, set};

/// Takes the line of one finished call: see laz_config_set_log.
pub type laz_log_t = Option<unsafe extern "C" fn(context: *mut c_void, line: *const c_char)>;

/// What C promised of a callback's context.
struct Listener {
    callback: unsafe extern "C" fn(*mut c_void, *const c_char),
    context: *mut c_void,
}

// SAFETY: the header asks for a callback and a context that any number of threads may use at once.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

impl Listener {
    fn hear(&self, line: &str) {
        let line = c_text(line);
        // SAFETY: the header asks for a callback that takes this context as long as a client has it.
        unsafe { (self.callback)(self.context, line.as_ptr()) }
    }
}

/// Hands the line of each finished call, as laz_config_set_call_log writes it, to `callback` as well, with
/// `context` as it is given here. Off by default; a NULL callback turns it off again.
///
/// A line is one JSON object without secrets: "time", "api", "account", "took_ms", "result" ("ok", or the kind of the
/// error), "code", "message", "request_id", "trace_id", "attempts", "http_status", as far as known. It is valid until
/// the callback returns.
///
/// The callback runs on the thread that made the call or on one of a job's own, on several at once, and before the call
/// returns. It must be quick, must return (no exception, no longjmp), and must not call a function of this library
/// that takes a client, job or token store. Callback and context must live until every client made of these
/// settings is freed, and every job of such a client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_log(
    config: *mut laz_config_t,
    callback: laz_log_t,
    context: *mut c_void,
) -> i32 {
    let listener = callback.map(|callback| Listener { callback, context });
    let listener = listener
        .map(|listener| -> CallListener { Arc::new(move |line: &str| listener.hear(line)) });
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(
            config,
            "log",
            |_, config| Ok(config.call_listener(listener)),
        )
    }
}
