//! The wire protocol as pure functions: no socket, no clock, no random numbers.
//!
//! A call passes through in this order: [`Args`] (what the caller hands over), [`Request`] (checked, in
//! wire form), [`prepare`] (signed), and back through [`read`] (judged) into a [`Reply`] of [`Record`]s.

mod check;
mod civil;
pub(crate) mod codes;
mod codes_table;
mod document;
mod encode;
mod envelope;
mod explain;
mod gateway;
mod headers;
mod http;
pub(crate) mod json;
pub(crate) mod json_object;
mod normalize;
mod params;
mod prepare;
mod raw;
mod record;
pub(crate) mod redact;
mod redirect;
mod reply;
mod request;
mod same;
mod scalar;
pub mod schema;
mod secret;
mod sign;
mod value;

pub use codes::code;
pub use document::Document;
pub(crate) use envelope::DEEPEST;
pub use envelope::{ReadLimits, read};
pub use explain::{Explanation, Mistake, Verdict, explain};
pub use gateway::{Country, Gateway, authorization_url, check_state};
pub(crate) use http::http_date;
pub use http::{HttpRequest, HttpResponse};
pub use params::Params;
pub(crate) use prepare::prepare_with;
pub use prepare::{Credentials, prepare};
pub use raw::{Raw, Token};
pub use record::{BadRow, FieldValue, Record, Row};
pub use redirect::redirect_code;
pub use reply::{Evidence, FailedRow, Reply};
pub use request::Request;
pub use scalar::{Id, Money, Time, flag};
pub use secret::Secret;
pub use sign::{Signer, sign, sign_pairs};
pub use value::{Args, File, Value};
