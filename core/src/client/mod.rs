//! One call from request to verdict: throttle, sign, send, judge, repeat.

mod call_log;
mod clock;
mod config;
pub(crate) mod private_file;
mod retry;
mod throttle;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

pub use clock::{Clock, SystemClock};
pub use config::{Config, ProxyChoice};
pub use retry::RetryPolicy;
pub use throttle::Rates;

use crate::error::{Error, ErrorKind, Executed, Result};
use crate::protocol::schema::Effect;
use crate::protocol::{
    Credentials, HttpRequest, HttpResponse, ReadLimits, Reply, Request, Secret, codes, prepare,
    read, redact,
};
use crate::transport::per_process::PerProcess;
use crate::transport::{Cancel, Limits, SendError, SendFailure, Sent, Transport};
use retry::{Decision, RetryBudget, Situation};
use throttle::Throttle;

/// Calls the gateway for one account. Clones are cheap and share connections, pacing and retry budget; use
/// one client from any number of threads.
///
/// After a `fork` parent and child both go on with the same client, each with connections of its own.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    credentials: Credentials,
    secrets: Vec<Secret>,
    account: String,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    pacing: PerProcess<Pacing>,
}

/// What calls leave behind for later calls. A forked child starts without.
#[derive(Default)]
struct Pacing {
    throttle: Throttle,
    budget: Mutex<RetryBudget>,
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<Client>();
};

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] naming the setting and what was expected.
    pub fn new(config: Config) -> Result<Self> {
        config.check()?;
        let credentials = config.credentials()?;
        let secrets: Vec<Secret> = [Some(&config.app_secret), config.access_token.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let transport = match &config.transport {
            Some(transport) => Arc::clone(transport),
            None => built_in_transport(&config)?,
        };
        let clock = config
            .clock
            .clone()
            .unwrap_or_else(|| Arc::new(SystemClock::new()));
        let account = account_key(&config, &credentials);
        let pacing = PerProcess::new(Pacing::default());
        let shared = Shared {
            config,
            credentials,
            secrets,
            account,
            transport,
            clock,
            pacing,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The key of the account in outcomes, exports and file names.
    pub fn account(&self) -> &str {
        &self.shared.account
    }

    /// Who calls, and where, for [`prepare`].
    pub fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    /// Makes a call and returns its answer.
    ///
    /// # Errors
    /// Every kind of [`ErrorKind`]; [`ErrorKind::Indeterminate`] when a write may have been executed.
    pub fn send_request(&self, request: &Request) -> Result<Reply> {
        self.send_cancelable(request, &Cancel::new())
    }

    /// As [`send_request`](Self::send_request), until `cancel` is set.
    ///
    /// # Errors
    /// See [`send_request`](Self::send_request); [`ErrorKind::Canceled`] when canceled before the request
    /// could have been executed.
    pub fn send_cancelable(&self, request: &Request, cancel: &Cancel) -> Result<Reply> {
        let shared = &*self.shared;
        let start = shared.clock.elapsed();
        let result = Call {
            shared,
            request,
            cancel,
            start,
        }
        .run();
        if let Some(path) = &shared.config.call_log {
            let took = shared.clock.elapsed().saturating_sub(start);
            call_log::add(
                path,
                request.path(),
                &shared.account,
                shared.clock.now_ms(),
                took,
                &result,
            );
        }
        result
    }

    /// Downloads a file from a link of an answer, such as a label's. Redirects are followed over https only.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`], [`ErrorKind::Timeout`], [`ErrorKind::Canceled`]; [`ErrorKind::Api`] with
    /// the HTTP status when the link is refused, as an expired one is.
    pub fn download(&self, url: &str, cancel: &Cancel) -> Result<Vec<u8>> {
        let shared = &*self.shared;
        let limits = shared.limits(shared.config.total_timeout);
        let answer = shared
            .transport
            .get(url, DOWNLOAD_REDIRECTS, &limits, cancel)
            .map_err(|failure| shared.conceal(send_error(failure, Effect::Read)))?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let message = "the link was refused; it may have expired";
        Err(Error::new(ErrorKind::Api, message)
            .with_http_status(Some(answer.status))
            .worth_a_retry())
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }
}

const DOWNLOAD_REDIRECTS: u32 = 5;

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("app_key", &self.shared.credentials.app_key())
            .field("gateway", &self.shared.credentials.gateway().name())
            .field("account", &self.shared.account)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "http")]
fn built_in_transport(config: &Config) -> Result<Arc<dyn Transport>> {
    use crate::transport::http::{Http, HttpConfig, Proxy};
    let http = HttpConfig {
        ca_file: config.ca_file.clone(),
        proxy: match &config.proxy {
            ProxyChoice::None => Proxy::None,
            ProxyChoice::Environment => Proxy::Environment,
            ProxyChoice::Url(url) => Proxy::Url(url.clone()),
        },
        allow_plain_http: config.allow_plain_http,
        ..HttpConfig::default()
    };
    let http = Http::new(http).map_err(|error| Error::config(error.setting, &error.problem))?;
    Ok(Arc::new(http))
}

#[cfg(not(feature = "http"))]
fn built_in_transport(_: &Config) -> Result<Arc<dyn Transport>> {
    Err(Error::config(
        "transport",
        "expected one, since this build has no HTTP client of its own",
    ))
}

/// The account's name, or gateway and a hash of the token: stable, and not to be turned back into the token.
fn account_key(config: &Config, credentials: &Credentials) -> String {
    if let Some(account) = &config.account {
        return account.clone();
    }
    let gateway = credentials.gateway().name();
    match credentials.access_token() {
        Some(token) => {
            let hash = hex::encode(Sha256::digest(token.expose().as_bytes()));
            format!("{gateway}-{}", &hash[..12])
        }
        None => gateway.to_owned(),
    }
}

impl Shared {
    fn pacing(&self) -> &Pacing {
        self.pacing.get(Pacing::default)
    }

    fn limits(&self, left: Duration) -> Limits {
        let config = &self.config;
        Limits {
            connect: config.connect_timeout.min(left),
            response: config.response_timeout.min(left),
            total: config.total_timeout.min(left),
            max_body: config.max_body,
        }
    }

    /// Messages of the gateway and of systems between may repeat what we sent.
    fn conceal(&self, error: Error) -> Error {
        let secrets: Vec<&str> = self.secrets.iter().map(Secret::expose).collect();
        error.map_message(|message| redact::without(message, &secrets))
    }
}

/// One call on its way.
struct Call<'a> {
    shared: &'a Shared,
    request: &'a Request,
    cancel: &'a Cancel,
    start: Duration,
}

impl Call<'_> {
    fn run(&self) -> Result<Reply> {
        self.shared.budget(RetryBudget::earn);
        let mut attempts = 0;
        loop {
            self.wait_for_turn()?;
            attempts += 1;
            let error = match self.attempt() {
                Ok(reply) => return Ok(self.with_evidence(reply, attempts)),
                Err(error) => self.with_context(error, attempts),
            };
            self.obey(&error);
            match self.decide(&error, attempts) {
                Decision::After(pause) => self.sleep(pause)?,
                Decision::Stop => return Err(self.last(error)),
            }
        }
    }

    fn left(&self) -> Duration {
        let used = self.shared.clock.elapsed().saturating_sub(self.start);
        self.shared.config.deadline.saturating_sub(used)
    }

    fn wait_for_turn(&self) -> Result<()> {
        let shared = self.shared;
        let throttle = &shared.pacing().throttle;
        let now = shared.clock.elapsed();
        let wait = throttle.take(
            self.request.path(),
            &shared.account,
            shared.config.rates,
            now,
        );
        if wait >= self.left() {
            let message = "no turn before the deadline: calls are limited or banned for longer";
            let error = Error::new(ErrorKind::Throttled, message).worth_a_retry();
            return Err(error
                .with_api(self.request.path())
                .with_account(Some(shared.account.clone())));
        }
        self.sleep(wait)
    }

    fn sleep(&self, pause: Duration) -> Result<()> {
        if !pause.is_zero() && !self.shared.clock.sleep(pause, self.cancel) {
            return Err(Error::canceled().with_api(self.request.path()));
        }
        Ok(())
    }

    /// One exchange, signed with the time of this attempt.
    fn attempt(&self) -> Result<Reply> {
        let shared = self.shared;
        let http = prepare(self.request, &shared.credentials, shared.clock.now_ms())?;
        let answer = self.exchange(&http)?;
        read(
            self.request.api(),
            &answer,
            ReadLimits {
                depth: shared.config.max_depth,
            },
        )
    }

    fn exchange(&self, http: &HttpRequest) -> Result<HttpResponse> {
        let shared = self.shared;
        let limits = shared.limits(self.left());
        let begun = shared.clock.elapsed();
        let sent = shared.transport.send(http, &limits, self.cancel);
        let took = shared.clock.elapsed().saturating_sub(begun).as_millis();
        match sent {
            Ok(answer) => {
                log::debug!(
                    "{} {} -> {} in {took} ms",
                    http.method.as_str(),
                    http.location(),
                    answer.status
                );
                Ok(answer)
            }
            Err(failure) => {
                log::debug!(
                    "{} {} -> {failure} in {took} ms",
                    http.method.as_str(),
                    http.location()
                );
                Err(send_error(failure, self.request.effect()))
            }
        }
    }

    /// An announced ban holds for every thread.
    fn obey(&self, error: &Error) {
        if error.kind() != ErrorKind::Throttled {
            return;
        }
        if let Some(seconds) = codes::announced_ban(error.message()) {
            let until =
                self.shared.clock.elapsed() + Duration::from_secs(seconds.clamp(1, LONGEST_BAN));
            self.shared
                .pacing()
                .throttle
                .ban(self.request.path(), until);
        }
    }

    fn decide(&self, error: &Error, attempts: u32) -> Decision {
        let shared = self.shared;
        let decision = shared.config.retry.decide(&Situation {
            error,
            effect: self.request.effect(),
            attempts,
            announced: codes::announced_ban(error.message()),
            left: self.left(),
            chance: shared.clock.chance(),
        });
        // Waiting out a ban costs the platform nothing, so only other repeats are budgeted.
        let budgeted = decision != Decision::Stop && error.kind() != ErrorKind::Throttled;
        if budgeted && !shared.budget(RetryBudget::spend) {
            Decision::Stop
        } else {
            decision
        }
    }

    fn with_evidence(&self, mut reply: Reply, attempts: u32) -> Reply {
        let evidence = reply.evidence_mut();
        evidence.api = self.request.path().to_owned();
        evidence.account = Some(self.shared.account.clone());
        evidence.attempts = attempts;
        evidence.time_ms = self.shared.clock.now_ms();
        reply
    }

    fn with_context(&self, error: Error, attempts: u32) -> Error {
        let account = Some(self.shared.account.clone());
        let error = error
            .with_api(self.request.path())
            .with_attempts(attempts)
            .with_account(account);
        self.shared.conceal(error)
    }

    /// What the caller sees: a write whose fate is not known has a kind of its own.
    fn last(&self, error: Error) -> Error {
        if error.executed() == Executed::Unknown && self.request.effect() == Effect::Act {
            return error
                .with_kind(ErrorKind::Indeterminate)
                .not_worth_a_retry();
        }
        error
    }
}

/// Longer announcements are taken for a misprint.
const LONGEST_BAN: u64 = 3600;

impl Shared {
    fn budget<T>(&self, act: impl FnOnce(&mut RetryBudget) -> T) -> T {
        let mut budget = self
            .pacing()
            .budget
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        act(&mut budget)
    }
}

/// A failed exchange as an error of the library.
fn send_error(failure: SendError, effect: Effect) -> Error {
    let kind = match failure.cause {
        SendFailure::Refused => ErrorKind::Config,
        SendFailure::Timeout => ErrorKind::Timeout,
        SendFailure::TooLarge | SendFailure::Malformed => ErrorKind::Decode,
        // A write that may be under way is worse than canceled.
        SendFailure::Canceled if failure.sent == Sent::Maybe && effect == Effect::Act => {
            ErrorKind::Indeterminate
        }
        SendFailure::Canceled => ErrorKind::Canceled,
        SendFailure::Connect | SendFailure::Tls | SendFailure::Cut => ErrorKind::Transport,
    };
    let status = failure.status;
    let sent = failure.sent;
    let transient = matches!(
        failure.cause,
        SendFailure::Connect | SendFailure::Timeout | SendFailure::Cut
    );
    let error = Error::new(kind, failure.detail).with_http_status(status);
    let error = if transient {
        error.worth_a_retry()
    } else {
        error
    };
    match sent {
        Sent::Nothing => error,
        Sent::Maybe => error.executed_is(Executed::Unknown),
    }
}
