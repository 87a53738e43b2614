//! What stands between a client and a list: the way of the requests, the client's clock, and a count.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Cancel, Client, Config};

/// A gateway of the table: how its list differs from the documentation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) exclusive: bool,
    pub(crate) ties_vary: bool,
    /// Now and then a twentieth of the orders changes within one second.
    pub(crate) bulk: bool,
    pub(crate) late_seconds: i64,
    /// Three pages of ten hold fewer rows than they could.
    pub(crate) shortens: bool,
    /// Of the client's clock.
    pub(crate) ahead_seconds: i64,
}

const DOCUMENTED: Kind = Kind {
    name: "as documented",
    exclusive: false,
    ties_vary: false,
    bulk: false,
    late_seconds: 0,
    shortens: false,
    ahead_seconds: 0,
};

pub(crate) const KINDS: [Kind; 7] = [
    DOCUMENTED,
    Kind {
        name: "bulk changes",
        bulk: true,
        ..DOCUMENTED
    },
    Kind {
        name: "exclusive bounds",
        exclusive: true,
        ..DOCUMENTED
    },
    Kind {
        name: "ties in no fixed order",
        ties_vary: true,
        ..DOCUMENTED
    },
    Kind {
        name: "changes visible 8 s late",
        late_seconds: 8,
        ..DOCUMENTED
    },
    Kind {
        name: "client's clock 60 s ahead",
        ahead_seconds: 60,
        ..DOCUMENTED
    },
    Kind {
        name: "shortened pages",
        shortens: true,
        ..DOCUMENTED
    },
];

/// A gateway with a list that moves, and the truth about it.
pub(crate) trait List: Send + Sync {
    fn answer(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError>;

    /// The gateway's clock.
    fn now_ms(&self) -> i64;

    /// Lets time go by, and the list move.
    fn pass(&self, ms: i64);

    /// From now on nothing changes any more.
    fn rest(&self);

    /// The last version of every order, by id.
    fn truth(&self) -> HashMap<String, String>;
}

/// The way of one client to a list.
pub(crate) struct Door {
    list: Arc<dyn List>,
    ahead_ms: i64,
    start_ms: i64,
    /// Keeps the pull from cutting its window: the first answer then counts too few orders for that.
    uncut: AtomicBool,
    pub(crate) requests: AtomicUsize,
    pub(crate) largest_offset: AtomicU32,
}

impl Door {
    pub(crate) fn new(list: &Arc<dyn List>, ahead_seconds: i64, uncut: bool) -> Arc<Self> {
        Arc::new(Self {
            list: Arc::clone(list),
            ahead_ms: ahead_seconds * 1000,
            start_ms: list.now_ms(),
            uncut: AtomicBool::new(uncut),
            requests: AtomicUsize::new(0),
            largest_offset: AtomicU32::new(0),
        })
    }

    /// A client that knows the list through this door alone; `config` brings keys and gateway.
    pub(crate) fn client(self: &Arc<Self>, config: Config) -> Client {
        let config = config
            .account("store")
            .rates(Rates {
                per_path: 0.0,
                per_account: 0.0,
            })
            .retry(RetryPolicy {
                base: Duration::from_millis(1),
                ..RetryPolicy::default()
            })
            .transport(Arc::clone(self) as Arc<dyn Transport>)
            .clock(Arc::clone(self) as Arc<dyn Clock>);
        Client::new(config).unwrap()
    }
}

impl Transport for Door {
    fn send(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let offset = request.url.split("&offset=").nth(1);
        let offset = offset.and_then(|rest| rest.split('&').next()?.parse().ok());
        self.largest_offset
            .fetch_max(offset.unwrap_or(0), Ordering::SeqCst);
        let mut response = self.list.answer(request, limits, cancel)?;
        if self.uncut.swap(false, Ordering::SeqCst) {
            cap_total(&mut response.body);
        }
        Ok(response)
    }
}

/// A countTotal of more than 999 becomes 999.
fn cap_total(body: &mut Vec<u8>) {
    let text = String::from_utf8(std::mem::take(body)).unwrap();
    let (before, rest) = text.split_once(r#""countTotal":"#).unwrap();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let total: u64 = rest[..digits].parse().unwrap();
    let capped = format!(
        r#"{before}"countTotal":{}{}"#,
        total.min(999),
        &rest[digits..]
    );
    *body = capped.into_bytes();
}

impl Clock for Door {
    fn now_ms(&self) -> i64 {
        self.list.now_ms() + self.ahead_ms
    }

    fn elapsed(&self) -> Duration {
        let ms = self.list.now_ms() - self.start_ms;
        Duration::from_millis(ms.unsigned_abs())
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        self.list.pass(i64::try_from(duration.as_millis()).unwrap());
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}
