//! A defect on demand, for tests of hosts. Only in builds with the feature `provoke-panic`.

use crate::boundary::guard;
use crate::error::laz_error_t;

/// Panics inside the guard: returns LAZ_STATUS_PANIC with an error.
#[unsafe(no_mangle)]
#[expect(clippy::panic, reason = "what it is for")]
pub unsafe extern "C" fn laz_test_panic(error_out: *mut *mut laz_error_t) -> i32 {
    // SAFETY: the caller hands over NULL or a place to write to.
    unsafe { guard(error_out, || panic!("provoked by a test")) }
}
