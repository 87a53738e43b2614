//! Every API of the catalogue: typed requests and records, one file per group.
//!
//! The group files and the table are generated from `core/catalog/`; [`bill`] is what can be computed from them.

pub mod auth;
pub mod bill;
pub mod fulfillment;
pub mod orders;
pub mod seller;
pub mod table;
mod typed;

pub use table::APIS;
pub use typed::{Answer, Operation, find, raw};
