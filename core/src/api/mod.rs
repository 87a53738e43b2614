//! Every API of the catalogue: typed requests and records, one file per group.
//!
//! The group files and the table are generated from `core/catalog/`.

pub mod auth;
pub mod fulfillment;
pub mod orders;
pub mod seller;
pub mod table;
mod typed;

pub use table::APIS;
pub use typed::{Answer, Operation, find, raw};
