//! HTTP/1.1 on plain sockets: just enough to serve clients well, and to serve them badly on request.

mod form;
mod reply;
mod request;

pub(crate) use form::Params;
pub(crate) use reply::Reply;
pub(crate) use request::{Incoming, Refusal, Request};
