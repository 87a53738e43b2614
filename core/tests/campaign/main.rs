//! Proofs for the two hard jobs: chains of sweeps over a list that moves, kills, crowded seconds, misbehavior; shipping.
//!
//! Without more each runs in its short form. `LAZCORE_CAMPAIGN=long` asks for the long one, see
//! `tests/campaign/README.md`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod chains;
mod crowds;
mod door;
mod faults;
mod kills;
mod memory;
mod ships;
mod sweeps;
mod witness;

/// Whether the long form is asked for.
fn is_long() -> bool {
    std::env::var("LAZCORE_CAMPAIGN").is_ok_and(|form| form == "long")
}
