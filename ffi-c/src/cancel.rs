//! The flag that ends a call from another thread.

use lazcore::Cancel;

use crate::boundary::{Output, free, guard_plain, handle};
use crate::status::laz_status;

/// A flag that ends calls from another thread. Once set it stays set.
pub struct laz_cancel_t(pub(crate) Cancel);

/// Makes a flag that is not set. Free it with laz_cancel_free, after the calls that were given it have
/// returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_cancel_new(cancel_out: *mut *mut laz_cancel_t) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL or a place to write to.
        let out = unsafe { Output::handle("cancel_out", cancel_out) }?;
        out.hand_over(laz_cancel_t(Cancel::new()))
    })
}

/// Ends every call that was given this flag, now or later: each returns within a fraction of a second,
/// usually with LAZ_STATUS_CANCELED, or with LAZ_STATUS_INDETERMINATE when a write was already under way.
/// May be called from any thread, any number of times.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_cancel_cancel(cancel: *const laz_cancel_t) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL or a living handle.
        unsafe { handle("cancel", cancel) }?.0.cancel();
        Ok(laz_status::Ok)
    })
}

/// Frees a flag. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_cancel_free(cancel: *mut laz_cancel_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(cancel) }
}
