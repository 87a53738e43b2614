//! lazcore: the Lazada Open Platform (LazOP) as one synchronous library.
#![forbid(unsafe_code)]

mod error;
pub mod protocol;
pub mod transport;

pub use error::{Error, ErrorKind, Executed, Result};
