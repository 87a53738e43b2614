//! lazcore: the Lazada Open Platform (LazOP) as one synchronous library.
#![forbid(unsafe_code)]

pub mod protocol;
pub mod transport;
