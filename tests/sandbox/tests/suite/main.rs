//! The sandbox, seen from the wire.

// The settings that allow these in tests know test functions, not the functions that they share.
#![allow(clippy::panic, clippy::unwrap_used)]

mod checks;
mod client;
mod faults;
mod fulfillment;
mod labels;
mod large;
mod late;
mod list_faults;
mod moving;
mod orders;
mod others;
mod page;
mod program;
mod server;
mod tokens;
