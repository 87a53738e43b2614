//! Token pairs against the sandbox, which ends the old pair at every refresh.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod authorize;
mod bench;
mod failures;
mod processes;
mod refresh;
mod secrets;
mod stores;
