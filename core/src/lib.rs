//! lazcore: the Lazada Open Platform (LazOP) as one synchronous library.
//!
//! ```no_run
//! use lazcore::{Args, Client, Config, Country};
//!
//! # fn main() -> lazcore::Result<()> {
//! let client = Client::new(Config::new("app key", "app secret").country(Country::Sg).access_token("token"))?;
//! let reply = client.call("GetOrder", Args::new().set("order_id", 700000000000101_u64))?;
//! println!("{}", reply.value_json());
//! # Ok(())
//! # }
//! ```
//!
//! The floors, from the ground up, each of which knows only those below it: [`protocol`] (pure) and
//! [`Error`], [`transport`], [`client`], [`api`] (generated from the catalogue), [`jobs`].
#![forbid(unsafe_code)]

pub mod api;
pub mod client;
mod error;
pub mod jobs;
pub mod protocol;
pub mod transport;

pub use client::{Client, Config};
pub use error::{Error, ErrorKind, Executed, Result};
pub use protocol::{Args, Country, Gateway, Money, Record, Reply, Request, Secret, Time, Value};
pub use transport::Cancel;
