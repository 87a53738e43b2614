//! Every API of the catalogue: typed requests and records, one file per group.
//!
//! The group files and the table are generated from `core/catalog/`.

#[rustfmt::skip]
pub mod auth;
#[rustfmt::skip]
pub mod fulfillment;
#[rustfmt::skip]
pub mod orders;
#[rustfmt::skip]
pub mod seller;
#[rustfmt::skip]
pub mod table;
mod typed;

pub use table::APIS;
pub use typed::{Answer, Operation, find};
