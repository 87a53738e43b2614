//! Jobs of many calls.

use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, TryLockError};

use lazcore::jobs::{
    FulfillmentOptions, Job, LabelTarget, Package, PrintOptions, PullOptions, SyncOptions, Target,
};
use lazcore::{Cancel, Client};

use crate::boundary::{Fault, Output, free, guard, guard_plain, handle, optional_text, text};
use crate::client::laz_client_t;
use crate::error::{Report, laz_error_t};
use crate::status::laz_status;
use crate::value::laz_value_t;

/// A job under way. laz_job_next does what it takes to have another event; between two calls of it no request
/// begins. Of an order pull, up to eight reads that were under way then come to their end; laz_job_free ends them.
/// One thread at a time, except laz_job_cancel.
pub struct laz_job_t {
    /// Locked by the one who asks for events, so that a second one is refused and not undefined.
    job: Mutex<Job>,
    /// Beside the lock: it is set while another thread holds it.
    cancel: Cancel,
    process: u32,
}

impl laz_job_t {
    fn new(job: Job) -> Self {
        Self {
            cancel: job.cancel_flag(),
            job: Mutex::new(job),
            process: std::process::id(),
        }
    }

    fn lock(&self) -> Result<MutexGuard<'_, Job>, Fault> {
        self.job.try_lock().map_err(|error| match error {
            // Held at the time of the fork by a thread that this process does not have.
            TryLockError::WouldBlock if std::process::id() != self.process => {
                Fault::Kept(Box::new(Report::forked()))
            }
            TryLockError::WouldBlock => Fault::argument("job", "is in use by another thread"),
            TryLockError::Poisoned(_) => Fault::Kept(Box::new(Report::internal(
                "the job ended with a defect of the library",
            ))),
        })
    }
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<laz_job_t>();
};

/// Begins to pull the orders of a window.
///
/// `options_json` is a JSON object: "created_after" and "created_before", or "update_after" and
/// "update_before", as in "2026-03-01T00:00:00+08:00", or "cursor" of an earlier pull, see laz_job_cursor;
/// "status"; "with_items" (true or false); "overlap_s", how many seconds the next pull reaches back over this one (1 to
/// 604800, 600 when left out), which must exceed the longest delay until a change shows in the list. The cursor of a
/// pull by creation that has ended, given with any "update_after", begins the pulls by update where its window closed.
///
/// Events: "row" with "account", "order", "items" if asked for, and "evidence"; "bad_row"; "progress";
/// "notice"; at last "done" with "counts" and, if there are any, the "unproven" seconds; "newest", when the order that
/// changed last had changed, and "lateness_s", the seconds from then to the answer that brought it, by the gateway's
/// clock. An order that changes meanwhile may come twice, the newer version later. Free the job with laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_orders_pull(
    client: *const laz_client_t,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let options = unsafe { options(options_json) }?;
        Ok(client.orders().pull(PullOptions::from_args(options)?)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to bring a database in step: every order created since a time, and every change from then on.
///
/// `options_json` is a JSON object: "since", as in "2026-03-01T00:00:00+08:00", needed only while there is no state;
/// "status", "with_items" and "overlap_s" as in laz_orders_pull; and "state_file", the path where the state is kept from
/// run to run, or "cursor", the state as a text, for hosts that keep it themselves: see laz_job_cursor.
///
/// The first run pulls the orders by their creation, then what has changed meanwhile; a later one does what was left,
/// then what has changed since. It ends when all is handed out. Write orders by id, over what is there. The state
/// counts an order as done when the next event is asked for; it is saved once a page, at the end of each window and
/// before "done". A process that is killed gets the orders since then again and loses none. The file is private (0600),
/// replaced as a whole and locked beside (FILE.lock) until the job has ended or is freed; LAZ_STATUS_IO while another
/// sync has it, and from laz_job_next when it cannot be written. LAZ_STATUS_INPUT on the field "state" when the file is
/// damaged or of another gateway, app, account or status; it is left as it is. Where neither settings nor token tell
/// the account, the job begins with a call of /seller/get, and such a refusal comes from laz_job_next.
///
/// Events are those of laz_orders_pull; "progress" has the stages "backfill" and "changes". Free the job with
/// laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_orders_sync(
    client: *const laz_client_t,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let options = unsafe { options(options_json) }?;
        Ok(client.orders().sync(SyncOptions::from_args(options)?)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to pack, print labels and report ready to ship.
///
/// `orders_json` is a JSON list of order ids, or of objects {"order_id", "order_item_ids"} for parts of
/// orders. `options_json` is a JSON object or NULL: "until" ("packed", "labels" or "ready_to_ship", the
/// default), "provider" (a carrier's code), "labels" (the folder for label files) and the other options of
/// laz_fulfillment_labels, "journal" (the store's
/// journal, a file that outlives the job: what keeps an item from being packed twice when a process is killed,
/// or by a later job; one job has it at a time), "actor" (who ships), "unknown" (what is done with a write that
/// no read shows after the quarantine: "repeat", at most twice, or "report"), "adopt" (true takes over packages
/// that someone else made), "quarantine_s" (how long a write without an answer may take to be executed and
/// seen, 120 by default).
///
/// Events: one "outcome" per item, in the order given, with "state" ("done", "left_out", "refused",
/// "canceled", "unanswered", "packed_elsewhere", "package_changed", "package_shared", "indeterminate",
/// "stopped_before"), "origin" ("answer", "read_back", "adopted"), "actor", "request_ids" and, for
/// "indeterminate", an object of that name with all that is known of the write; "progress"; "notice"; at last
/// "done". An item whose write got no answer waits and is read back, while the others go on. Free the job with
/// laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_fulfillment_run(
    client: *const laz_client_t,
    orders_json: *const c_char,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (orders, options) =
            unsafe { (text("orders_json", orders_json)?, options(options_json)?) };
        let targets = Target::list_from_json(orders)?;
        let options = FulfillmentOptions::from_args(options)?;
        Ok(client.fulfillment().run(targets, options)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to save the labels of items that are packed, also once more. Nothing is packed and nothing reported.
///
/// `packages_or_orders_json` is a JSON list of order ids, of objects {"order_id", "order_item_ids"} for parts of
/// orders, or of objects {"package_id"}. `options_json` is a JSON object: "labels" (the folder, required);
/// "label_files": "combined" (up to 20 packages a file, the default) or "single"; "label_format": "pdf" (the
/// default) or "html"; "label_item_list" (true or false): whether a label shows the items; "label_wait": how many
/// seconds a label that comes empty is asked for again (120).
///
/// Files are named by a number that goes on in a folder with files, the account and the package, and no file
/// takes another's place. Beside them manifest.json and manifest.csv tell file, page, package, order and goods.
///
/// Events: one "outcome" per item, in the order given, and one per package that is given by its id, with
/// "label" (the file) and "label_page" (if it is known); "progress"; at last "done". Free the job with
/// laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_fulfillment_labels(
    client: *const laz_client_t,
    packages_or_orders_json: *const c_char,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (targets, options) = unsafe {
            let targets = text("packages_or_orders_json", packages_or_orders_json)?;
            (targets, options(options_json)?)
        };
        let targets = LabelTarget::list_from_json(targets)?;
        let options = PrintOptions::from_args(options)?;
        Ok(client.fulfillment().labels(targets, options)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to announce packages to the carrier, whoever made them; labels are not fetched.
///
/// `packages_json` is a JSON list of package ids, or of objects {"package_id", "order_id"}: a package that the
/// journal does not know can only be read back by its order. `options_json` is a JSON object or NULL: "journal",
/// "actor", "unknown", "quarantine_s", see laz_fulfillment_run. Events as there, one "outcome" per package. Free
/// the job with laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_fulfillment_ready_to_ship(
    client: *const laz_client_t,
    packages_json: *const c_char,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (packages, options) = unsafe { on_packages(packages_json, options_json) }?;
        Ok(client.fulfillment().ready_to_ship(packages, options)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to dissolve packages, so that their items can be packed again or canceled one by one. Parameters and
/// events as in laz_fulfillment_ready_to_ship. Free the job with laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_fulfillment_repack(
    client: *const laz_client_t,
    packages_json: *const c_char,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or texts that end with a NUL.
        let (packages, options) = unsafe { on_packages(packages_json, options_json) }?;
        Ok(client.fulfillment().repack(packages, options)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// Begins to read again what a journal does not know the end of; nothing is written to the platform. It takes as
/// long as the quarantine where no read shows progress.
///
/// `options_json` is a JSON object: "journal", "adopt", "quarantine_s", see laz_fulfillment_run.
///
/// Events: one "outcome" per item in doubt, with "state" "done" for a write that was executed and
/// "stopped_before" for one that was not, which a run may send again. Free the job with laz_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_fulfillment_resolve(
    client: *const laz_client_t,
    options_json: *const c_char,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let make = |client: &Client| {
        // SAFETY: the header asks for NULL or a text that ends with a NUL.
        let options = unsafe { options(options_json) }?;
        let options = FulfillmentOptions::for_resolve(options)?;
        Ok(client.fulfillment().resolve(options)?)
    };
    // SAFETY: the header asks for NULL, a living handle and places to write to.
    unsafe { begin(client, make, job_out, error_out) }
}

/// # Safety
/// Both texts are NULL or end with a NUL.
unsafe fn on_packages(
    packages_json: *const c_char,
    options_json: *const c_char,
) -> Result<(Vec<Package>, FulfillmentOptions), Fault> {
    // SAFETY: the caller vouches for the same.
    let (packages, options) = unsafe {
        (
            text("packages_json", packages_json)?,
            options(options_json)?,
        )
    };
    let packages = Package::list_from_json(packages)?;
    Ok((packages, FulfillmentOptions::for_packages(options)?))
}

/// # Safety
/// `options_json` is NULL or ends with a NUL.
unsafe fn options(options_json: *const c_char) -> Result<lazcore::Args, Fault> {
    // SAFETY: the caller vouches for the same.
    let options = unsafe { optional_text("options_json", options_json) }?;
    Ok(lazcore::Args::from_json(options.unwrap_or_default())?)
}

/// # Safety
/// `client` is NULL or a living handle, the outputs NULL or places to write to.
unsafe fn begin(
    client: *const laz_client_t,
    make: impl FnOnce(&Client) -> Result<Job, Fault>,
    job_out: *mut *mut laz_job_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, client) = unsafe {
            let out = Output::handle("job_out", job_out)?;
            (out, handle("client", client)?)
        };
        out.hand_over(laz_job_t::new(make(&client.client)?))
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}

/// Waits for the next event. On LAZ_STATUS_OK *event_out is a value that holds it, to be freed with
/// laz_value_free; its member "event" is its name. LAZ_STATUS_DONE when there are no more. An error ends the
/// job: what follows is LAZ_STATUS_DONE. LAZ_STATUS_FORKED in a forked child of the process that began it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_job_next(
    job: *const laz_job_t,
    event_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a living handle and places to write to.
        let (out, job) = unsafe {
            let out = Output::handle("event_out", event_out)?;
            (out, handle("job", job)?)
        };
        let mut job = job.lock()?;
        match job.next() {
            Some(event) => out.hand_over(laz_value_t::event(event?)),
            None => Ok(laz_status::Done),
        }
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// How far an order pull has come: a text for the option "cursor" of a later pull. *value_out has it at the
/// pointer "", and as a JSON string, ready to stand in the options, in laz_value_json. It counts every row that laz_job_next has handed out, so keep it once those rows are kept. From
/// the cursor of a pull that did not end, the next one does the rest; from that of one that ended, it follows
/// on. Of a sync it is the state. LAZ_STATUS_ABSENT for other jobs, and before the first answer of a pull without a
/// cursor. Free the value with laz_value_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_job_cursor(
    job: *const laz_job_t,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a living handle and places to write to.
        let (out, job) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, handle("job", job)?)
        };
        match job.lock()?.cursor() {
            Some(cursor) => out.hand_over(laz_value_t::text(cursor)),
            None => Ok(laz_status::Absent),
        }
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Cancels a job, from any thread, also while another one is in laz_job_next. A job of writes still tells the
/// outcome of every item; a pull ends with LAZ_STATUS_CANCELED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_job_cancel(job: *const laz_job_t) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL or a living handle.
        unsafe { handle("job", job) }?.cancel.cancel();
        Ok(laz_status::Ok)
    })
}

/// Frees a job, and with it stops it where it stands. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_job_free(job: *mut laz_job_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(job) }
}
