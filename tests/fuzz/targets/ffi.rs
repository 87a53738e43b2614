//! The C functions, as C calls them: no text makes them crash, and what they return fits together.
//!
//! The first byte chooses a function, the rest are its texts with a NUL between them.
#![no_main]

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use lazcore_ffi_tests::bill::{laz_items_by_sku, laz_order_buyer_paid, laz_order_reconcile};
use lazcore_ffi_tests::cancel::{laz_cancel_cancel, laz_cancel_new, laz_cancel_t};
use lazcore_ffi_tests::client::{
    laz_client_call, laz_client_free, laz_client_new, laz_client_request, laz_client_t,
};
use lazcore_ffi_tests::config::{
    laz_config_free, laz_config_new, laz_config_set_access_token, laz_config_set_gateway, laz_config_t,
};
use lazcore_ffi_tests::error::{laz_error_free, laz_error_message, laz_error_status, laz_error_t};
use lazcore_ffi_tests::job::{laz_job_free, laz_orders_pull};
use lazcore_ffi_tests::place::{
    laz_type, laz_value_child, laz_value_copy_text, laz_value_count, laz_value_decimal, laz_value_flag,
    laz_value_int64, laz_value_key, laz_value_raw_json, laz_value_text, laz_value_time_ms, laz_value_type,
};
use lazcore_ffi_tests::protocol::{laz_explain_signature, laz_prepare, laz_read, laz_sign};
use lazcore_ffi_tests::request::{
    laz_request_add_file, laz_request_add_header, laz_request_free, laz_request_new, laz_request_prepare,
};
use lazcore_ffi_tests::status::laz_status;
use lazcore_ffi_tests::token::{laz_token_store_free, laz_token_store_new};
use lazcore_ffi_tests::value::{
    laz_value_body, laz_value_evidence_json, laz_value_failed_rows_json, laz_value_free, laz_value_json,
    laz_value_parse, laz_value_request_id, laz_value_t,
};
use libfuzzer_sys::fuzz_target;

const OK: i32 = laz_status::Ok as i32;
const ABSENT: i32 = laz_status::Absent as i32;
const DECODE: i32 = laz_status::Decode as i32;
/// Names and pointers that are asked for, whatever the text.
const DEEPEST: usize = 40;

struct World {
    config: *mut laz_config_t,
    client: *mut laz_client_t,
    /// Set, so that no call leaves.
    canceled: *mut laz_cancel_t,
}

// SAFETY: the fuzzer has one thread.
unsafe impl Send for World {}
// SAFETY: as above.
unsafe impl Sync for World {}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let mut world = World { config: null_mut(), client: null_mut(), canceled: null_mut() };
        // SAFETY: texts that end with a NUL, and places to write to.
        unsafe {
            let mut error = null_mut();
            laz_config_new(c"123456".as_ptr(), c"secret".as_ptr(), &mut world.config, &mut error);
            laz_config_set_gateway(world.config, c"http://127.0.0.1:9/rest".as_ptr());
            laz_config_set_access_token(world.config, c"token".as_ptr());
            laz_client_new(world.config, &mut world.client, &mut error);
            laz_cancel_new(&mut world.canceled);
            laz_cancel_cancel(world.canceled);
        }
        world
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let texts: Vec<CString> = rest.split(|byte| *byte == 0).take(4).filter_map(|part| CString::new(part).ok()).collect();
    let text = |number: usize| texts.get(number).map_or(null(), |text| text.as_ptr());
    // SAFETY: the pointers are NULL, or texts that end with a NUL and live until the end of this function.
    unsafe { call(choice % 12, &text, rest) }
});

unsafe fn call(choice: u8, text: &dyn Fn(usize) -> *const c_char, bytes: &[u8]) {
    let world = world();
    let (a, b, c, d) = (text(0), text(1), text(2), text(3));
    // SAFETY: the caller vouches for the texts; the handles live for ever.
    unsafe {
        match choice {
            0 => value(a, |value, error| laz_client_call(world.client, a, b, world.canceled, value, error)),
            1 => value(d, |value, error| laz_client_request(world.client, a, b, c, world.canceled, value, error)),
            2 => value(c, |value, error| laz_prepare(world.config, a, b, 1, value, error)),
            3 => request(a, b, c, d),
            4 => value(b, |value, error| laz_read(null(), 200, null(), bytes.as_ptr().cast(), bytes.len(), value, error)),
            5 => {
                let body = if c.is_null() { b"" } else { CStr::from_ptr(c).to_bytes() };
                value(d, |value, error| laz_read(a, 200, b, body.as_ptr().cast(), body.len(), value, error));
            }
            6 => value(b, |value, error| laz_value_parse(a, value, error)),
            7 => value(d, |value, error| laz_explain_signature(a, b, c, d, value, error)),
            8 => {
                value(d, |value, error| laz_sign(a, b, c, value, error));
                value(b, |value, error| laz_order_reconcile(a, value, error));
                value(b, |value, error| laz_order_buyer_paid(a, value, error));
                value(b, |value, error| laz_items_by_sku(a, value, error));
            }
            9 => {
                laz_token_store_free(made(|store, error| laz_token_store_new(a, store, error)));
            }
            10 => {
                laz_job_free(made(|job, error| laz_orders_pull(world.client, a, job, error)));
            }
            _ => settings(a, b),
        }
    }
}

unsafe fn settings(a: *const c_char, b: *const c_char) {
    // SAFETY: the caller vouches for the texts.
    unsafe {
        let config = made(|config, error| laz_config_new(a, b, config, error));
        laz_config_set_gateway(config, b);
        laz_config_set_access_token(config, a);
        laz_client_free(made(|client, error| laz_client_new(config, client, error)));
        laz_config_free(config);
    }
}

/// Status, error object and output agree; nothing panics. Hands over what was made, or NULL.
fn made<T>(act: impl FnOnce(*mut *mut T, *mut *mut laz_error_t) -> i32) -> *mut T {
    let mut out: *mut T = null_mut();
    let place: *mut *mut T = &mut out;
    let status = judged(|error| act(place, error));
    assert_eq!(out.is_null(), status != OK, "{status}");
    out
}

fn judged(act: impl FnOnce(*mut *mut laz_error_t) -> i32) -> i32 {
    let mut error: *mut laz_error_t = null_mut();
    let status = act(&mut error);
    assert!(status != laz_status::Panic as i32 && status != laz_status::Internal as i32, "{status}");
    assert_eq!(error.is_null(), [OK, ABSENT, laz_status::Done as i32].contains(&status), "{status}");
    // SAFETY: NULL or a living handle.
    unsafe {
        if !error.is_null() {
            assert_eq!(laz_error_status(error), status);
            assert!(!laz_error_message(error).is_null());
        }
        laz_error_free(error);
    }
    status
}

/// A call that hands over a value, which is then read at `pointer` and everywhere.
unsafe fn value(pointer: *const c_char, act: impl FnOnce(*mut *mut laz_value_t, *mut *mut laz_error_t) -> i32) {
    let value = made(act);
    if value.is_null() {
        return;
    }
    // SAFETY: a living handle, and the caller vouches for the pointer.
    unsafe {
        laz_value_json(value);
        laz_value_body(value, null_mut());
        laz_value_evidence_json(value);
        laz_value_request_id(value);
        laz_value_failed_rows_json(value);
        if !pointer.is_null() {
            read(value, CStr::from_ptr(pointer));
        }
        walk(value, DEEPEST);
        laz_value_free(value);
    }
}

unsafe fn walk(value: *const laz_value_t, depth: usize) {
    let (mut kind, mut count) = (-1, -1);
    // SAFETY: the caller vouches for the handle; the rest are places of this function.
    unsafe {
        assert_eq!(laz_value_type(value, c"".as_ptr(), &mut kind), OK);
        read(value, c"");
        let listed = laz_value_count(value, c"".as_ptr(), &mut count);
        let is_container = kind == laz_type::List as i32 || kind == laz_type::Object as i32;
        assert_eq!(listed == OK, is_container, "{kind} {listed}");
        if !is_container || depth == 0 {
            return;
        }
        for index in 0..count.min(20) {
            let mut name: *const c_char = null();
            let step = if kind == laz_type::Object as i32 {
                let status = laz_value_key(value, c"".as_ptr(), index, &mut name);
                assert!(status == OK || status == DECODE, "{status}");
                if status != OK {
                    continue;
                }
                CStr::from_ptr(name).to_str().expect("UTF-8").replace('~', "~0").replace('/', "~1")
            } else {
                index.to_string()
            };
            let pointer = CString::new(format!("/{step}")).expect("no NUL");
            let mut child: *mut laz_value_t = null_mut();
            let status = laz_value_child(value, pointer.as_ptr(), &mut child);
            assert!(status == OK || status == ABSENT, "{status}");
            assert_eq!(child.is_null(), status != OK);
            if status == OK {
                walk(child, depth - 1);
            }
            laz_value_free(child);
        }
        let mut name: *const c_char = null();
        assert_ne!(laz_value_key(value, c"".as_ptr(), count, &mut name), OK);
    }
}

/// Every accessor at one place.
unsafe fn read(value: *const laz_value_t, pointer: &CStr) {
    let place = pointer.as_ptr();
    let (mut text, mut raw, mut amount, mut name) = (null(), null(), null(), null());
    let (mut number, mut time, mut count, mut flag, mut kind) = (0, 0, 0, 0, 0);
    let mut length = 0;
    let is_text = pointer.to_str().is_ok();
    // SAFETY: the caller vouches for the handle; the rest are places of this function.
    unsafe {
        let statuses = [
            laz_value_text(value, place, &mut text),
            laz_value_raw_json(value, place, &mut raw),
            laz_value_decimal(value, place, &mut amount),
            laz_value_int64(value, place, &mut number),
            laz_value_time_ms(value, place, &mut time),
            laz_value_count(value, place, &mut count),
            laz_value_flag(value, place, &mut flag),
            laz_value_key(value, place, 0, &mut name),
        ];
        let known = [OK, ABSENT, DECODE];
        let argument = laz_status::Argument as i32;
        assert!(statuses.iter().all(|status| if is_text { known.contains(status) } else { *status == argument }));
        assert_eq!(laz_value_type(value, place, &mut kind) == OK, is_text);
        if statuses[0] != OK {
            assert!(text.is_null());
            return;
        }
        let text = CStr::from_ptr(text);
        assert_eq!(laz_value_copy_text(value, place, null_mut(), 0, &mut length), argument);
        assert_eq!(length, text.to_bytes().len());
        let mut copy = vec![1_u8; length + 1];
        assert_eq!(laz_value_copy_text(value, place, copy.as_mut_ptr().cast(), length, null_mut()), argument);
        assert_eq!(laz_value_copy_text(value, place, copy.as_mut_ptr().cast(), length + 1, null_mut()), OK);
        assert_eq!(copy, text.to_bytes_with_nul());
    }
}

unsafe fn request(a: *const c_char, b: *const c_char, c: *const c_char, d: *const c_char) {
    // SAFETY: the caller vouches for the texts; the handle is freed once.
    unsafe {
        let request = made(|request, error| laz_request_new(c"post".as_ptr(), c"/a/b".as_ptr(), a, request, error));
        let length = if d.is_null() { 0 } else { CStr::from_ptr(d).to_bytes().len() };
        judged(|error| laz_request_add_file(request, b, c, d, d, length, error));
        judged(|error| laz_request_add_header(request, b, c, error));
        if !request.is_null() {
            value(c"/headers".as_ptr(), |value, error| laz_request_prepare(request, world().config, 1, value, error));
        }
        laz_request_free(request);
    }
}
