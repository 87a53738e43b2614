//! The client over recorded answers, with time and chance of the test's own: nothing here waits.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../gateway/mod.rs"]
mod gateway;

mod bench;
mod cancel;
mod log;
mod pacing;
mod retry;
mod secrets;
mod settings;
