//! The exchange that the current thread is in the middle of.
//!
//! A pooled connection outlives the call that opened it, so a connection cannot own a cancel flag: it must look up the
//! flag of the call that uses it now. ureq hands nothing of ours down to a connection, but it does all its work on the
//! caller's thread. So the call is found through the thread, for just as long as it lasts.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ureq::unversioned::transport::NextTimeout;
use ureq::unversioned::transport::time::Duration as UreqDuration;
use ureq::{Error, Timeout};

use crate::transport::{Cancel, Sent};

/// No wait lasts longer before the cancel flag is looked at again.
const SLICE: Duration = Duration::from_millis(25);

thread_local! {
    static CURRENT: RefCell<Option<Rc<Call>>> = const { RefCell::new(None) };
}

/// How far an exchange has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Name look-up, TCP, proxy.
    Connect,
    /// TLS handshake.
    Tls,
    /// Request and answer.
    Exchange,
}

/// What the connection's layers must know about the exchange, and what they report of it.
pub(super) struct Call {
    cancel: Cancel,
    connect_by: Instant,
    stage: Cell<Stage>,
    wrote: Cell<bool>,
    end: Cell<End>,
}

/// What became of the connection while the answer was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It stands.
    Open,
    /// The peer closed it in good order.
    Closed,
    /// It broke, or the peer left TLS without a farewell.
    Broken,
}

impl Call {
    pub(super) fn stage(&self) -> Stage {
        self.stage.get()
    }

    pub(super) fn enter_stage(&self, stage: Stage) {
        self.stage.set(stage);
    }

    /// Notes that the connection took bytes. Those of a proxy or TLS handshake are not the request's.
    pub(super) fn wrote(&self) {
        if self.stage.get() == Stage::Exchange {
            self.wrote.set(true);
        }
    }

    /// Whether a byte of the request left.
    pub(super) fn sent(&self) -> Sent {
        if self.wrote.get() {
            Sent::Maybe
        } else {
            Sent::Nothing
        }
    }

    /// Notes that no more can be read.
    pub(super) fn ended(&self, end: End) {
        self.end.set(end);
    }

    /// What was last noted of the connection.
    pub(super) fn end(&self) -> End {
        self.end.get()
    }

    /// When a wait that ureq limits to `timeout` is over.
    pub(super) fn until(&self, timeout: NextTimeout) -> Until {
        let after = match timeout.after {
            UreqDuration::Exact(after) => Some(after),
            UreqDuration::NotHappening => None,
        };
        let by = after.and_then(|after| Instant::now().checked_add(after));
        // One budget for look-up, TCP, proxy and TLS together, which ureq's own settings cannot say.
        if self.stage.get() != Stage::Exchange && by.is_none_or(|by| self.connect_by < by) {
            return Until {
                by: Some(self.connect_by),
                reason: Timeout::Connect,
            };
        }
        Until {
            by,
            reason: timeout.reason,
        }
    }

    /// How long to wait now, before asking again.
    ///
    /// # Errors
    /// The call is canceled, or the time is over.
    pub(super) fn slice(&self, until: &Until) -> Result<Duration, Error> {
        if self.cancel.is_canceled() {
            return Err(Error::Other(Box::new(Canceled)));
        }
        let Some(by) = until.by else {
            return Ok(SLICE);
        };
        let left = by.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::Timeout(until.reason));
        }
        // A socket's time-out cannot be less than a microsecond on some systems.
        Ok(left.clamp(Duration::from_millis(1), SLICE))
    }
}

/// The end of a wait, and what it is called.
pub(super) struct Until {
    pub(super) by: Option<Instant>,
    pub(super) reason: Timeout,
}

/// The error by which a connection's layer reports that the caller canceled.
#[derive(Debug)]
pub(super) struct Canceled;

impl fmt::Display for Canceled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("canceled by the caller")
    }
}

impl std::error::Error for Canceled {}

/// Makes a call the current one of this thread until dropped.
pub(super) struct Running {
    call: Rc<Call>,
    before: Option<Rc<Call>>,
}

impl Running {
    pub(super) fn start(cancel: &Cancel, connect: Duration) -> Self {
        let now = Instant::now();
        let call = Rc::new(Call {
            cancel: cancel.clone(),
            connect_by: now.checked_add(connect).unwrap_or(now),
            stage: Cell::new(Stage::Connect),
            wrote: Cell::new(false),
            end: Cell::new(End::Open),
        });
        let before = CURRENT.replace(Some(Rc::clone(&call)));
        Self { call, before }
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

/// The call this thread is in.
///
/// # Errors
/// There is none: a connection is used outside of a call.
pub(super) fn current() -> Result<Rc<Call>, Error> {
    CURRENT
        .with_borrow(|call| call.clone())
        .ok_or(Error::ConnectionFailed)
}
