//! Sync: a backfill and then the changes, from run to run, killed at any moment.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod changes;
mod interrupted;
mod setup;
mod state;
