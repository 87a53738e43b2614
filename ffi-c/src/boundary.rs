//! Where C meets Rust: pointers in, outputs out, and the guard around every body.

use std::any::Any;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lazcore::Error;

use crate::error::{Report, laz_error_t};
use crate::status::laz_status;

/// Why a function did not succeed.
pub(crate) enum Fault {
    /// The core said so.
    Core(Error),
    /// An argument cannot be taken across the boundary.
    Argument {
        name: &'static str,
        problem: &'static str,
    },
    /// Said before, and kept.
    Kept(Box<Report>),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Fault {
    pub(crate) fn argument(name: &'static str, problem: &'static str) -> Self {
        Self::Argument { name, problem }
    }
}

/// Runs the body of a function that reports errors. Nothing unwinds into the caller, which would end the
/// host's process.
///
/// # Safety
/// `error_out` is NULL or points to a pointer that may be written.
pub(crate) unsafe fn guard(
    error_out: *mut *mut laz_error_t,
    body: impl FnOnce() -> Result<laz_status, Fault>,
) -> i32 {
    if !error_out.is_null() {
        // SAFETY: not NULL, and the caller vouches for the rest.
        unsafe { error_out.write(std::ptr::null_mut()) };
    }
    let report = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(status)) => return status.number(),
        Ok(Err(fault)) => Report::of(fault),
        Err(panic) => {
            discard(panic);
            Report::panicked()
        }
    };
    let status = report.status();
    if !error_out.is_null() {
        // SAFETY: as above.
        unsafe { error_out.write(Box::into_raw(Box::new(laz_error_t::new(report)))) };
    }
    status.number()
}

/// Runs the body of a function that has nothing but a status to tell.
pub(crate) fn guard_plain(body: impl FnOnce() -> Result<laz_status, Fault>) -> i32 {
    // SAFETY: NULL asks for no details.
    unsafe { guard(std::ptr::null_mut(), body) }
}

/// Runs the body of a function that returns what it finds; after a panic, `otherwise`.
pub(crate) fn guard_value<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        discard(panic);
        otherwise
    })
}

/// Dropping what a panic carries can panic again; what that carries is left alone.
fn discard(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
}

/// The handle behind a pointer.
///
/// # Safety
/// `handle` is NULL or came from this library, is not freed yet, and is not written to during `'a`.
pub(crate) unsafe fn handle<'a, T>(name: &'static str, handle: *const T) -> Result<&'a T, Fault> {
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { handle.as_ref() }.ok_or_else(|| Fault::argument(name, NULL))
}

/// The handle behind a pointer, to be changed.
///
/// # Safety
/// As [`handle`], and nobody else uses it during `'a`.
pub(crate) unsafe fn handle_mut<'a, T>(
    name: &'static str,
    handle: *mut T,
) -> Result<&'a mut T, Fault> {
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { handle.as_mut() }.ok_or_else(|| Fault::argument(name, NULL))
}

const NULL: &str = "expected something, got NULL";

/// A text.
///
/// # Safety
/// `text` is NULL or ends with a NUL and stays as it is during `'a`.
pub(crate) unsafe fn text<'a>(name: &'static str, text: *const c_char) -> Result<&'a str, Fault> {
    // SAFETY: the caller vouches for the same.
    unsafe { optional_text(name, text) }?.ok_or_else(|| Fault::argument(name, NULL))
}

/// A text that may be left out by NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional_text<'a>(
    name: &'static str,
    text: *const c_char,
) -> Result<Option<&'a str>, Fault> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and the caller vouches for the NUL at its end.
    let text = unsafe { CStr::from_ptr(text) };
    let text = text
        .to_str()
        .map_err(|_| Fault::argument(name, "expected UTF-8"))?;
    Ok(Some(text))
}

/// Bytes; none when the length is 0, whatever the pointer.
///
/// # Safety
/// `bytes` points to `length` bytes that stay as they are during `'a`, or `length` is 0.
pub(crate) unsafe fn bytes<'a>(
    name: &'static str,
    bytes: *const c_char,
    length: usize,
) -> Result<&'a [u8], Fault> {
    if length == 0 {
        return Ok(&[]);
    }
    if bytes.is_null() {
        return Err(Fault::argument(name, NULL));
    }
    if isize::try_from(length).is_err() {
        return Err(Fault::argument(
            name,
            "expected a length that memory can hold",
        ));
    }
    // SAFETY: neither NULL nor too long, and the caller vouches for the content.
    Ok(unsafe { std::slice::from_raw_parts(bytes.cast(), length) })
}

/// A place for a result, blank until it is filled.
pub(crate) struct Output<T>(*mut T);

impl<T> Output<T> {
    /// Blanks the place, so that a failed call leaves nothing to be taken for a result.
    ///
    /// # Safety
    /// `place` is NULL or may be written as long as this lives.
    pub(crate) unsafe fn blank(name: &'static str, place: *mut T, blank: T) -> Result<Self, Fault> {
        if place.is_null() {
            return Err(Fault::argument(name, NULL));
        }
        // SAFETY: not NULL, and the caller vouches for the rest. What stood there is not dropped: C may
        // have left it uninitialized.
        unsafe { place.write(blank) };
        Ok(Self(place))
    }

    pub(crate) fn fill(self, result: T) {
        // SAFETY: checked and vouched for when this was made.
        unsafe { self.0.write(result) };
    }
}

impl<H> Output<*mut H> {
    /// Blanks a place for a handle.
    ///
    /// # Safety
    /// As [`Output::blank`].
    pub(crate) unsafe fn handle(name: &'static str, place: *mut *mut H) -> Result<Self, Fault> {
        // SAFETY: the caller vouches for the same.
        unsafe { Self::blank(name, place, std::ptr::null_mut()) }
    }

    /// Hands a handle over to the caller, who frees it.
    pub(crate) fn hand_over(self, handle: H) -> Result<laz_status, Fault> {
        self.fill(Box::into_raw(Box::new(handle)));
        Ok(laz_status::Ok)
    }
}

/// Takes a handle back and drops it; NULL is nothing.
///
/// # Safety
/// `handle` is NULL or was handed over, is not freed yet, and nobody uses it any more.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    guard_value((), || {
        // SAFETY: handed over by `Box::into_raw`, and the caller vouches that this is the end of it.
        drop(unsafe { Box::from_raw(handle) });
    });
}

/// A text for C. A NUL inside would cut it short unseen, so it is shown as U+FFFD.
pub(crate) fn c_text(text: impl Into<String>) -> CString {
    let text = text.into();
    CString::new(text).unwrap_or_else(|error| {
        let text = String::from_utf8_lossy(&error.into_vec()).replace('\0', "\u{fffd}");
        CString::new(text).unwrap_or_default()
    })
}

/// The pointer of a text that may be missing.
pub(crate) fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{laz_error_executed, laz_error_free, laz_error_kind, laz_error_message};

    #[test]
    fn a_panic_becomes_a_status_and_keeps_its_text_to_itself() {
        let mut error = std::ptr::dangling_mut::<laz_error_t>();
        // SAFETY: a place of this function, and a handle that is freed once.
        unsafe {
            let status = guard(&mut error, || panic!("app secret"));
            assert_eq!(status, laz_status::Panic.number());
            assert_eq!(CStr::from_ptr(laz_error_kind(error)), c"panic");
            let message = CStr::from_ptr(laz_error_message(error)).to_string_lossy();
            assert!(!message.contains("app secret"));
            assert_eq!(laz_error_executed(error), 1);
            laz_error_free(error);
        }
        assert_eq!(guard_plain(|| panic!("again")), laz_status::Panic.number());
        assert_eq!(guard_value(7, || panic!("and again")), 7);
    }

    #[test]
    fn a_panic_that_panics_when_it_is_dropped_is_caught_too() {
        struct Twice;
        impl Drop for Twice {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let status = guard_plain(|| std::panic::panic_any(Twice));
        assert_eq!(status, laz_status::Panic.number());
    }

    #[test]
    fn success_leaves_no_error() {
        let mut error = std::ptr::dangling_mut::<laz_error_t>();
        // SAFETY: a place of this function.
        let status = unsafe { guard(&mut error, || Ok(laz_status::Done)) };
        assert_eq!(status, laz_status::Done.number());
        assert!(error.is_null());
    }

    #[test]
    fn a_nul_inside_is_shown() {
        assert_eq!(c_text("a\0b").as_c_str(), c"a\u{fffd}b");
    }
}
