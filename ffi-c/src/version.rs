//! Which library this is.

use std::ffi::{CStr, c_char};

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    };

/// Set by the build script, which names the shared library after it.
const ABI_VERSION: i32 = digits(env!("LAZCORE_ABI_VERSION"));

const fn digits(text: &str) -> i32 {
    let bytes = text.as_bytes();
    let (mut number, mut at) = (0, 0);
    while at < bytes.len() {
        number = number * 10 + (bytes[at] - b'0') as i32;
        at += 1;
    }
    number
}

/// The library's version, such as "0.1.0". The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn laz_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The number of the binary interface. A program runs with any library that has the number of the header
/// it was compiled with; new functions do not change it.
#[unsafe(no_mangle)]
pub extern "C" fn laz_abi_version() -> i32 {
    ABI_VERSION
}
