//! What ureq's errors mean for the caller.

use std::io;

use ureq::{Error, Timeout};

use super::call::{Call, Canceled, End, Stage};
use crate::transport::{Limits, SendFailure};

/// The kind of failure and its reason, in words that hold nothing of the request.
pub(super) fn read(error: &Error, call: &Call, limits: &Limits) -> (SendFailure, String) {
    use SendFailure::{Connect, Malformed, Refused};
    match error {
        Error::Other(cause) if cause.is::<Canceled>() => (SendFailure::Canceled, cause.to_string()),
        Error::Timeout(limit) => (SendFailure::Timeout, timeout(*limit, limits)),
        Error::Io(cause) => io_failure(cause, call, limits),
        Error::Tls(problem) => (SendFailure::Tls, (*problem).to_owned()),
        Error::Rustls(cause) => (SendFailure::Tls, cause.to_string()),
        Error::TlsRequired => (
            SendFailure::Tls,
            "the connection is not encrypted".to_owned(),
        ),
        Error::HostNotFound => (Connect, "the host name has no address".to_owned()),
        Error::ConnectProxyFailed(answer) => (Connect, format!("the proxy refused: {answer}")),
        Error::ConnectionFailed => (Connect, "no connection could be made".to_owned()),
        // Their own texts quote the URL or a header.
        Error::BadUri(_) => (Refused, "the URL is not valid".to_owned()),
        Error::Http(_) => (Refused, "the request cannot be written as HTTP".to_owned()),
        Error::Protocol(problem) if call.stage() == Stage::Exchange => (
            Malformed,
            format!("the answer is not valid HTTP: {problem}"),
        ),
        Error::Protocol(_) => (Connect, "the proxy's answer is not valid HTTP".to_owned()),
        Error::LargeResponseHeader(..) => (
            Malformed,
            "the header of the answer is too large".to_owned(),
        ),
        Error::Decompress(_, cause) => match cause.kind() {
            io::ErrorKind::UnexpectedEof if call.end() != End::Open => (
                SendFailure::Cut,
                "the connection ended within the body".to_owned(),
            ),
            _ => (Malformed, "the body cannot be decompressed".to_owned()),
        },
        _ if call.stage() == Stage::Exchange => {
            (SendFailure::Cut, "the exchange broke off".to_owned())
        }
        _ => (Connect, "no connection could be made".to_owned()),
    }
}

fn timeout(limit: Timeout, limits: &Limits) -> String {
    match limit {
        Timeout::Connect | Timeout::Resolve => format!("no connection within {:?}", limits.connect),
        Timeout::RecvResponse => format!("no answer within {:?}", limits.response),
        _ => format!("not finished within {:?}", limits.total),
    }
}

fn io_failure(error: &io::Error, call: &Call, limits: &Limits) -> (SendFailure, String) {
    let ended = error.kind() == io::ErrorKind::UnexpectedEof;
    match call.stage() {
        Stage::Connect if error.kind() == io::ErrorKind::TimedOut => {
            (SendFailure::Timeout, timeout(Timeout::Connect, limits))
        }
        Stage::Connect if ended => (
            SendFailure::Connect,
            "the proxy closed the connection".to_owned(),
        ),
        Stage::Connect => (SendFailure::Connect, error.to_string()),
        Stage::Tls if ended => (
            SendFailure::Tls,
            "the peer closed the connection during the TLS handshake".to_owned(),
        ),
        Stage::Tls => (SendFailure::Tls, format!("TLS handshake: {error}")),
        Stage::Exchange if ended => (
            SendFailure::Cut,
            "the connection ended before the answer was whole".to_owned(),
        ),
        Stage::Exchange => (SendFailure::Cut, format!("the connection broke: {error}")),
    }
}
