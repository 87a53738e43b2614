//! Fulfillment against a gateway in memory whose answers are lost, late and old, with a clock of its own.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod answers;
mod bench;
mod decisions;
mod doubts;
mod exhaustive;
mod gateway;
mod journal_file;
mod journal_lines;
mod opening;
mod packages;
mod paper;
mod random;
mod rules;
mod turns;
mod verdicts;
mod whose;
mod world;
