//! The wire protocol as pure functions: no socket, no clock, no random numbers.

mod http;
pub mod schema;

pub use http::HttpRequest;
