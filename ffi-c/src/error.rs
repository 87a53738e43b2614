//! Errors as handles.

use std::error::Error as StdError;
use std::ffi::{CString, c_char};

use lazcore::{Error, ErrorKind, Executed};

use crate::boundary::{Fault, c_text, free, guard_value, pointer};
use crate::status::laz_status;

/// What went wrong, with everything that helps to act on it. Holds no secret, token or signature.
/// Texts belong to the error and are valid until laz_error_free.
pub struct laz_error_t(Report);

/// The content of an error, ready for C.
#[derive(Clone)]
pub(crate) struct Report {
    status: laz_status,
    kind: CString,
    message: CString,
    code: Option<CString>,
    field: Option<CString>,
    api: Option<CString>,
    request_id: Option<CString>,
    trace_id: Option<CString>,
    account: Option<CString>,
    answer: Option<CString>,
    http_status: i32,
    retryable: bool,
    executed: Executed,
    attempts: i32,
}

impl laz_error_t {
    pub(crate) fn new(report: Report) -> Self {
        Self(report)
    }
}

impl Report {
    pub(crate) fn of(fault: Fault) -> Self {
        match fault {
            Fault::Core(error) => Self::of_core(&error),
            Fault::Kept(report) => *report,
            Fault::Argument { name, problem } => Self {
                field: Some(c_text(name)),
                ..Self::plain(
                    laz_status::Argument,
                    "argument",
                    &format!("{name}: {problem}"),
                )
            },
        }
    }

    fn of_core(error: &Error) -> Self {
        let text = |text: Option<&str>| text.map(c_text);
        Self {
            code: text(error.code()),
            field: text(error.field()),
            api: text(error.api()),
            request_id: text(error.request_id()),
            trace_id: text(error.trace_id()),
            account: text(error.account()),
            answer: text(error.answer()),
            http_status: error.http_status().map_or(0, i32::from),
            retryable: error.retryable(),
            executed: error.executed(),
            attempts: i32::try_from(error.attempts()).unwrap_or(i32::MAX),
            ..Self::plain(
                laz_status::of(error.kind()),
                error.kind().as_str(),
                &chain(error),
            )
        }
    }

    /// The panic's own text is left out: it went to the standard error stream, and may hold anything.
    pub(crate) fn panicked() -> Self {
        Self {
            executed: Executed::Unknown,
            ..Self::plain(
                laz_status::Panic,
                "panic",
                "a defect of the library was caught",
            )
        }
    }

    /// What the core says of a job in a forked child, for a job that cannot be asked.
    pub(crate) fn forked() -> Self {
        let kind = ErrorKind::Forked;
        let message = "this job belongs to the process that began it";
        Self::plain(laz_status::of(kind), kind.as_str(), message)
    }

    /// A defect that needs no details.
    pub(crate) fn internal(message: &str) -> Self {
        Self::plain(laz_status::Internal, "internal", message)
    }

    #[cfg(feature = "sandbox")]
    pub(crate) fn io(message: &str) -> Self {
        let kind = ErrorKind::Io;
        Self::plain(laz_status::of(kind), kind.as_str(), message)
    }

    fn plain(status: laz_status, kind: &str, message: &str) -> Self {
        Self {
            status,
            kind: c_text(kind),
            message: c_text(message),
            code: None,
            field: None,
            api: None,
            request_id: None,
            trace_id: None,
            account: None,
            answer: None,
            http_status: 0,
            retryable: false,
            executed: Executed::No,
            attempts: 0,
        }
    }

    pub(crate) fn status(&self) -> laz_status {
        self.status
    }
}

/// The error and its causes in one line.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

/// # Safety
/// `error` is NULL or a living handle.
unsafe fn read<T>(error: *const laz_error_t, otherwise: T, read: impl FnOnce(&Report) -> T) -> T {
    // SAFETY: the caller vouches for what is not NULL.
    match unsafe { error.as_ref() } {
        Some(error) => guard_value(otherwise, || read(&error.0)),
        None => otherwise,
    }
}

/// # Safety
/// As [`read`].
unsafe fn text(
    error: *const laz_error_t,
    choose: impl FnOnce(&Report) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: the caller vouches for the same.
    unsafe { read(error, std::ptr::null(), |report| pointer(choose(report))) }
}

/// The status that the failed function returned; LAZ_STATUS_OK for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_status(error: *const laz_error_t) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe {
        read(error, laz_status::Ok.number(), |report| {
            report.status.number()
        })
    }
}

/// The kind as a word, the same in every language: "config", "input", "argument", "canceled",
/// "forked", "io", "transport", "timeout", "indeterminate", "decode", "api", "throttled", "auth", "panic",
/// "internal".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_kind(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| Some(&report.kind)) }
}

/// One line for a person, causes included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_message(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| Some(&report.message)) }
}

/// Lazada's code, as text, or NULL. The list is open and grows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_code(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.code.as_ref()) }
}

/// The argument, parameter, setting or reply field concerned, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_field(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.field.as_ref()) }
}

/// The path of the API that was called, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_api(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.api.as_ref()) }
}

/// What to quote to Lazada's support, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_request_id(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.request_id.as_ref()) }
}

/// The gateway's second id of the call, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_trace_id(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.trace_id.as_ref()) }
}

/// The account of the call, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_account(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.account.as_ref()) }
}

/// The answer that was judged a failure, as JSON, or NULL. It may hold more than the code and the message say, and
/// data of buyers: do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_answer(error: *const laz_error_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { text(error, |report| report.answer.as_ref()) }
}

/// HTTP status of the answer; 0 when there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_http_status(error: *const laz_error_t) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { read(error, 0, |report| report.http_status) }
}

/// 1 when the same call can succeed later without a change, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_retryable(error: *const laz_error_t) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { read(error, 0, |report| i32::from(report.retryable)) }
}

/// Whether the gateway may have carried the call out: 0 no, 1 not known. After 1, read the state back
/// before a write is sent again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_executed(error: *const laz_error_t) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe {
        read(error, 0, |report| {
            i32::from(report.executed == Executed::Unknown)
        })
    }
}

/// How many times the request was tried; 0 when it never came that far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_attempts(error: *const laz_error_t) -> i32 {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { read(error, 0, |report| report.attempts) }
}

/// Frees an error and its texts. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_error_free(error: *mut laz_error_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(error) }
}
