//! How bytes reach the gateway: the trait, and the implementations.

mod cancel;
mod download;
#[cfg(feature = "http")]
pub mod http;
// Also for the state of the client.
pub(crate) mod per_process;
mod place;
pub mod replay;

use std::fmt;
use std::time::Duration;

pub use cancel::Cancel;

pub use crate::protocol::{HttpRequest, HttpResponse};

/// Sends one request and reads one answer. It never repeats, follows or interprets anything.
///
/// Implement it to route lazcore through a host's own HTTP stack.
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the whole answer, whatever its HTTP status.
    ///
    /// # Errors
    /// [`SendError`], whose [`SendError::sent`] says whether the gateway may have seen the request.
    fn send(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError>;

    /// Downloads a public file (a label, a document) from `url`, following at most `max_redirects` redirects.
    ///
    /// Nothing is signed or sent along. Only https is used, on every hop; http only when the first URL and all that follow
    /// lead to this machine. [`Limits::total`] is for the whole download. The default does this with
    /// [`send`](Self::send), so that a host's own transport downloads too.
    ///
    /// # Errors
    /// [`SendError`], with [`SendFailure::Refused`] for a hop that is not allowed. An error status is an answer.
    fn get(
        &self,
        url: &str,
        max_redirects: u32,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let send = |request: &HttpRequest, limits: &Limits| self.send(request, limits, cancel);
        download::follow(&send, url, max_redirects, limits)
    }
}

/// What one exchange may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until a connection stands: name look-up, TCP and TLS together.
    pub connect: Duration,
    /// From the sent request to the end of the answer's header.
    pub response: Duration,
    /// The whole exchange.
    pub total: Duration,
    /// The largest body after decompression, in bytes.
    pub max_body: usize,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct SendError {
    /// What went wrong.
    pub cause: SendFailure,
    /// Whether any byte of the request may have left this machine.
    pub sent: Sent,
    /// The HTTP status, when the answer had begun.
    pub status: Option<u16>,
    /// One line for a person, without a URL's query.
    pub detail: String,
}

/// Whether the gateway may have seen a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// No byte of the request was written to a connection.
    Nothing,
    /// It may have arrived, in part or whole.
    Maybe,
}

/// The ways in which an exchange fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// The request itself cannot be sent (plain http to a remote host, a malformed URL).
    Refused,
    /// Name look-up, TCP or proxy failed.
    Connect,
    /// The TLS handshake failed or the certificate was not accepted.
    Tls,
    /// A limit of time ran out.
    Timeout,
    /// The caller canceled.
    Canceled,
    /// The connection ended or broke before the answer was whole.
    Cut,
    /// The body is larger than the limit.
    TooLarge,
    /// The answer is not HTTP, or its body cannot be decompressed.
    Malformed,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for SendError {}
