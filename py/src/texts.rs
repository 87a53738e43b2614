//! Dicts of nothing but texts, read without a copy: what signs a whole request in one call.

#[cfg(not(windows))]
use std::ffi::{c_char, c_void};
#[cfg(not(windows))]
use std::sync::OnceLock;

#[cfg(not(windows))]
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
#[cfg(windows)]
use pyo3::types::PyString;

#[cfg(not(windows))]
type AsUtf8AndSize =
    unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::Py_ssize_t) -> *const c_char;

/// `PyUnicode_AsUTF8AndSize`, which is part of the stable ABI since 3.10 and there before, with this signature. To be
/// linked to it would make a module for 3.10 of one for 3.9, so it is looked up. `None` where it is not found: then the
/// usual way signs.
#[cfg(not(windows))]
fn as_utf8_and_size() -> Option<AsUtf8AndSize> {
    unsafe extern "C" {
        fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
    }
    /// `RTLD_DEFAULT`: whatever the process has loaded. 0 on Linux, -2 on macOS and the BSDs.
    const ANYWHERE: isize = if cfg!(target_os = "linux") { 0 } else { -2 };
    static FOUND: OnceLock<Option<AsUtf8AndSize>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        // SAFETY: the name ends with a zero, and the library is one of the constants for it.
        let found = unsafe { dlsym(ANYWHERE as *mut c_void, c"PyUnicode_AsUTF8AndSize".as_ptr()) };
        // SAFETY: where Python has a function of this name, it has this signature; null becomes `None`.
        unsafe { std::mem::transmute::<*mut c_void, Option<AsUtf8AndSize>>(found) }
    })
}

/// A request with more parameters than this is signed on the usual way, which takes any number.
const MOST: usize = 32;

/// Calls `act` with the pairs of a dict of texts. `None` for anything else, which has a way of its own.
///
/// Neither this nor `act` may run Python code: the texts belong to the dict.
#[cfg(not(windows))]
pub(crate) fn with_pairs<T>(
    params: &Bound<'_, PyAny>,
    act: impl FnOnce(&[(&str, &str)]) -> T,
) -> Option<T> {
    let dict = params.cast_exact::<PyDict>().ok()?;
    let count = dict.len();
    let mut pairs = [("", ""); MOST];
    let kept = pairs.get_mut(..count)?;
    let mut position: ffi::Py_ssize_t = 0;
    for pair in kept.iter_mut() {
        let (mut name, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: the dict is alive and the interpreter's lock is held; the references are borrowed from the dict,
        // which nobody changes meanwhile.
        let found =
            unsafe { ffi::PyDict_Next(dict.as_ptr(), &mut position, &mut name, &mut value) };
        if found == 0 {
            return None;
        }
        // SAFETY: both were just borrowed from the dict.
        *pair = unsafe { (utf8(dict, name)?, utf8(dict, value)?) };
    }
    Some(act(kept))
}

/// As above, where texts cannot be borrowed.
#[cfg(windows)]
pub(crate) fn with_pairs<T>(
    params: &Bound<'_, PyAny>,
    act: impl FnOnce(&[(&str, &str)]) -> T,
) -> Option<T> {
    let dict = params.cast_exact::<PyDict>().ok()?;
    if dict.len() > MOST {
        return None;
    }
    let mut owned = Vec::with_capacity(dict.len());
    for (name, value) in dict {
        let name = name.cast::<PyString>().ok()?.to_cow().ok()?.into_owned();
        owned.push((
            name,
            value.cast::<PyString>().ok()?.to_cow().ok()?.into_owned(),
        ));
    }
    let pairs: Vec<_> = owned
        .iter()
        .map(|(one, two)| (one.as_str(), two.as_str()))
        .collect();
    Some(act(&pairs))
}

/// The text of an object that `_owner` keeps alive; `None` for another type, and for half a surrogate pair.
///
/// # Safety
/// `text` is a live object that lives as long as `_owner` is not changed, and the interpreter's lock is held.
#[cfg(not(windows))]
unsafe fn utf8<'a>(_owner: &'a Bound<'_, PyDict>, text: *mut ffi::PyObject) -> Option<&'a str> {
    // SAFETY: by the contract above. The text's buffer is the object's own, made at the first call.
    unsafe {
        if ffi::PyUnicode_Check(text) == 0 {
            return None;
        }
        let mut size: ffi::Py_ssize_t = 0;
        let start = as_utf8_and_size()?(text, &mut size);
        if start.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), usize::try_from(size).ok()?);
        Some(std::str::from_utf8_unchecked(bytes))
    }
}
