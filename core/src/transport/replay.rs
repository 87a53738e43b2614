//! A transport that answers from recorded exchanges, for tests without a network.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::place;
use super::{Cancel, HttpResponse, Limits, SendError, SendFailure, Sent, Transport};
use crate::protocol::HttpRequest;
use crate::protocol::schema::Method;

/// One recorded answer, and what it may be asked for.
#[derive(Debug)]
pub struct Exchange {
    expected: Option<(Method, String)>,
    answer: Result<HttpResponse, SendError>,
}

impl Exchange {
    /// Answers any request with HTTP `status` and `body`.
    pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::with(Ok(HttpResponse {
            status,
            headers: Vec::new(),
            body: body.into(),
        }))
    }

    /// Answers any request with `answer`, a failure too.
    pub fn with(answer: Result<HttpResponse, SendError>) -> Self {
        Self {
            expected: None,
            answer,
        }
    }

    /// Only for `method` and a URL whose path ends with `path`, the query left out.
    #[must_use]
    pub fn expect(mut self, method: Method, path: &str) -> Self {
        self.expected = Some((method, path.to_owned()));
        self
    }

    fn accepts(&self, request: &HttpRequest) -> Result<(), String> {
        let Some((method, path)) = &self.expected else {
            return Ok(());
        };
        if *method == request.method && place::shown(&request.url).ends_with(path.as_str()) {
            return Ok(());
        }
        Err(format!("expected {} {path}", method.as_str()))
    }
}

/// Hands out recorded answers in order and remembers what it was asked.
///
/// A request that was not expected, or comes when no answer is left, fails with [`SendFailure::Refused`].
#[derive(Debug, Default)]
pub struct Replay {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    left: VecDeque<Exchange>,
    requests: Vec<HttpRequest>,
}

impl Replay {
    /// Will answer with `exchanges`, one after the other.
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let left = exchanges.into_iter().collect();
        Self {
            state: Mutex::new(State {
                left,
                requests: Vec::new(),
            }),
        }
    }

    /// Every request so far, in order, refused ones too.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// How many answers were not asked for.
    pub fn left(&self) -> usize {
        self.state().left.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let mut state = self.state();
        state.requests.push(request.clone());
        let refuse = |cause, reason: &str| SendError {
            cause,
            sent: Sent::Nothing,
            status: None,
            detail: format!(
                "{} {}: {reason}",
                request.method.as_str(),
                place::shown(&request.url)
            ),
        };
        if cancel.is_canceled() {
            return Err(refuse(SendFailure::Canceled, "canceled by the caller"));
        }
        let Some(next) = state.left.front() else {
            return Err(refuse(SendFailure::Refused, "no recorded answer is left"));
        };
        next.accepts(request)
            .map_err(|expected| refuse(SendFailure::Refused, &expected))?;
        match state.left.pop_front() {
            Some(exchange) => exchange.answer,
            None => Err(refuse(SendFailure::Refused, "no recorded answer is left")),
        }
    }
}
