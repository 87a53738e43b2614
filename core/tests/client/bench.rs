//! The test bench: a clock that notes what it is asked to wait, and answers by name.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::Clock;
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::replay::{Exchange, Replay};
use lazcore::transport::{Limits, SendError, SendFailure, Sent, Transport};
use lazcore::{Args, Cancel, Client, Config, Country, Request, api};

pub(crate) const SECRET: &str = "app-secret-4711-not-to-be-seen";
pub(crate) const TOKEN: &str = "50000400112token0not0to0be0seen";
pub(crate) const START_MS: i64 = 1_772_352_000_000;

/// Time passes only while somebody waits or [`pass`](Self::pass) is called. Chance is one half.
#[derive(Default)]
pub(crate) struct FakeClock {
    state: Mutex<State>,
    during_next_sleep: Mutex<Option<Meanwhile>>,
}

type Meanwhile = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    elapsed: Duration,
    sleeps: Vec<Duration>,
    canceled_in_sleep: bool,
}

impl FakeClock {
    pub(crate) fn pass(&self, duration: Duration) {
        self.state.lock().unwrap().elapsed += duration;
    }

    /// What was waited so far, in milliseconds.
    pub(crate) fn sleeps(&self) -> Vec<u128> {
        let state = self.state.lock().unwrap();
        state.sleeps.iter().map(Duration::as_millis).collect()
    }

    /// What another thread does during the next wait.
    pub(crate) fn meanwhile(&self, act: impl FnOnce() + Send + 'static) {
        *self.during_next_sleep.lock().unwrap() = Some(Box::new(act));
    }

    /// The next wait is ended by the caller.
    pub(crate) fn cancel_next_sleep(&self) {
        self.state.lock().unwrap().canceled_in_sleep = true;
    }
}

impl Clock for FakeClock {
    fn now_ms(&self) -> i64 {
        START_MS + i64::try_from(self.elapsed().as_millis()).unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().elapsed
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        let meanwhile = self.during_next_sleep.lock().unwrap().take();
        if let Some(act) = meanwhile {
            act();
        }
        let mut state = self.state.lock().unwrap();
        state.sleeps.push(duration);
        if state.canceled_in_sleep {
            cancel.cancel();
        }
        if cancel.is_canceled() {
            return false;
        }
        state.elapsed += duration;
        true
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A client, its clock and its transport.
pub(crate) struct Bench {
    pub(crate) client: Client,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) replay: Arc<Replay>,
}

pub(crate) fn config() -> Config {
    Config::new("123456", SECRET)
        .country(Country::Sg)
        .access_token(TOKEN)
}

impl Bench {
    pub(crate) fn new(answers: impl IntoIterator<Item = Exchange>) -> Self {
        Self::with(config(), answers)
    }

    pub(crate) fn with(config: Config, answers: impl IntoIterator<Item = Exchange>) -> Self {
        let clock = Arc::new(FakeClock::default());
        let replay = Arc::new(Replay::new(answers));
        let config = config.clock(clock.clone()).transport(replay.clone());
        Self {
            client: Client::new(config).unwrap(),
            clock,
            replay,
        }
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> usize {
        self.replay.requests().len()
    }
}

/// A transport that takes time before it fails.
pub(crate) struct Slow {
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) takes: Duration,
    pub(crate) failure: fn() -> SendError,
    pub(crate) limits: Mutex<Vec<Limits>>,
}

impl Transport for Slow {
    fn send(
        &self,
        _: &HttpRequest,
        limits: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        self.limits.lock().unwrap().push(limits.clone());
        self.clock.pass(self.takes);
        Err((self.failure)())
    }
}

pub(crate) fn failure(cause: SendFailure, sent: Sent) -> SendError {
    SendError {
        cause,
        sent,
        status: None,
        detail: "POST https://api.lazada.sg/rest/x: failed".to_owned(),
    }
}

pub(crate) fn failing(cause: SendFailure, sent: Sent) -> Exchange {
    Exchange::with(Err(failure(cause, sent)))
}

pub(crate) fn refusal(code: &str, message: &str) -> Exchange {
    let body =
        format!(r#"{{"type":"ISV","code":"{code}","message":"{message}","request_id":"r1"}}"#);
    Exchange::answer(200, body)
}

pub(crate) fn page(status: u16, body: &str) -> Exchange {
    Exchange::answer(status, body)
}

pub(crate) fn order() -> Exchange {
    Exchange::answer(
        200,
        r#"{"code":"0","request_id":"r0","_trace_id_":"t0","data":{"order_id":1}}"#,
    )
}

/// A call that changes nothing.
pub(crate) fn read_call() -> Request {
    call("GetOrder", r#"{"order_id":1}"#)
}

/// A call that writes an absolute value.
pub(crate) fn set_call() -> Request {
    call(
        "SetInvoiceNumber",
        r#"{"order_item_id":1,"invoice_number":"A-1"}"#,
    )
}

/// A call that must not be made twice.
pub(crate) fn act_call() -> Request {
    call(
        "Pack",
        r#"{"pack_order_list":[{"order_id":1,"order_item_list":[2]}],"delivery_type":"dropship","shipping_allocate_type":"TFS"}"#,
    )
}

pub(crate) fn call(name: &str, args: &str) -> Request {
    Request::new(api::find(name).unwrap(), Args::from_json(args).unwrap()).unwrap()
}
