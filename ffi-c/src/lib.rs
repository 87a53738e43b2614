//! The C ABI of lazcore: pointers, texts, errors, panics and handles. What a call means is decided in the
//! core.
//!
//! The comments on exported items are the text of `include/lazcore.h` and speak to C programmers.

// C's names are the names of these types.
#![allow(non_camel_case_types)]
// What a caller owes is said in the header's own words; a section for Rust would be copied into it.
#![allow(clippy::missing_safety_doc)]

mod boundary;

// In the order of the header; the blank lines keep the formatter from sorting it.
pub mod status;

pub mod version;

pub mod config;

pub mod log;

pub mod client;

pub mod request;

pub mod cancel;

pub mod token;

pub mod value;

pub mod place;

pub mod error;

pub mod job;

pub mod protocol;

pub mod bill;

/// cbindgen:ignore
// In no header.
#[cfg(feature = "provoke-panic")]
pub mod provoke;

/// cbindgen:ignore
// Declared in lazcore_sandbox.h.
#[cfg(feature = "sandbox")]
pub mod sandbox;
