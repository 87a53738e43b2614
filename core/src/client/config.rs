//! The settings of a client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::call_log::{CallListener, CallLog};
use super::clock::Clock;
use super::retry::RetryPolicy;
use super::throttle::Rates;
use super::token::{FileStore, TokenStore};
use crate::error::{Error, Result};
use crate::protocol::{Country, Credentials, DEEPEST, Gateway, Secret};
use crate::transport::Transport;

/// Settings of a client. Only app key, app secret and a country or gateway are needed.
///
/// ```
/// let config = lazcore::Config::new("123456", "app secret").country(lazcore::Country::Sg).access_token("token");
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) app_key: String,
    pub(crate) app_secret: Secret,
    pub(crate) access_token: Option<Secret>,
    pub(crate) token_store: Option<Arc<dyn TokenStore>>,
    pub(crate) gateway: Option<Gateway>,
    pub(crate) account: Option<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_depth: usize,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) proxy: ProxyChoice,
    pub(crate) allow_plain_http: bool,
    pub(crate) retry: RetryPolicy,
    pub(crate) rates: Rates,
    pub(crate) call_log: CallLog,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) clock: Option<Arc<dyn Clock>>,
}

/// Where the way out goes through.
#[derive(Clone, PartialEq, Eq)]
pub enum ProxyChoice {
    /// Straight, whatever the environment says.
    None,
    /// As the environment variables of the process say.
    Environment,
    /// `http://[user:password@]host:port`.
    Url(String),
}

impl Config {
    /// The app's key and secret; everything else at its default. Checked when a client is made of it.
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<String>) -> Self {
        Self {
            app_key: app_key.into(),
            app_secret: Secret::new(app_secret),
            access_token: None,
            token_store: None,
            gateway: None,
            account: None,
            connect_timeout: Duration::from_secs(10),
            response_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(60),
            deadline: Duration::from_secs(120),
            max_body: 64 << 20,
            max_depth: 128,
            ca_file: None,
            proxy: ProxyChoice::None,
            allow_plain_http: false,
            retry: RetryPolicy::default(),
            rates: Rates::default(),
            call_log: CallLog::default(),
            transport: None,
            clock: None,
        }
    }

    /// Calls go to Lazada's gateway of this country.
    #[must_use]
    pub fn country(self, country: Country) -> Self {
        self.gateway(Gateway::country(country))
    }

    /// Calls go to this gateway, such as a sandbox.
    #[must_use]
    pub fn gateway(mut self, gateway: Gateway) -> Self {
        self.gateway = Some(gateway);
        self
    }

    /// The seller's access token. It is used until the platform refuses it; a
    /// [token store](Self::token_store) is refreshed.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(Secret::new(token));
        self
    }

    /// Where the seller's token pair is kept, in place of a fixed access token: the client takes the
    /// newest from there, refreshes it in time and stores it before it is used.
    #[must_use]
    pub fn token_store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.token_store = Some(store);
        self
    }

    /// As [`token_store`](Self::token_store), in a [file](FileStore) that processes may share.
    #[must_use]
    pub fn token_file(self, path: impl Into<PathBuf>) -> Self {
        self.token_store(Arc::new(FileStore::new(path)))
    }

    /// The name of the account in outcomes, exports and file names. By default it is derived from gateway
    /// and token, without showing the token.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Until a connection stands: look-up, TCP and TLS. 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// From the sent request to the head of the answer. 30 s by default.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// One whole exchange. 60 s by default.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// A call with all its attempts and pauses. 120 s by default.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The largest answer after decompression, in bytes. 64 MiB by default, below 4 GiB.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The deepest nesting of an answer. 128 by default, at most 1000.
    #[must_use]
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.max_depth = depth;
        self
    }

    /// A PEM file with certificates to trust besides the built-in ones, for proxies that re-sign TLS.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// The way out. No proxy by default, also when the environment names one.
    #[must_use]
    pub fn proxy(mut self, proxy: ProxyChoice) -> Self {
        self.proxy = proxy;
        self
    }

    /// Allows plain http to other hosts than this machine: tokens and buyers' data then travel in clear.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// How failed calls are repeated.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Ceilings for the calls a second; the pace below them adapts to what the platform refuses.
    #[must_use]
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }

    /// A file to which each call adds a line of JSON without secrets: what to quote to support.
    #[must_use]
    pub fn call_log(mut self, path: impl Into<PathBuf>) -> Self {
        self.call_log.file = Some(path.into());
        self
    }

    /// Hands the same lines, without their line ends, to `listener`, on the thread that made the call, which
    /// may be one of a job's own; several threads may come at once. It must not call the client.
    #[must_use]
    pub fn call_listener(mut self, listener: Option<CallListener>) -> Self {
        self.call_log.listener = listener;
        self
    }

    /// Another way to send, in place of the built-in HTTP client.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Another source of time and chance, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Who calls, and where, for [`prepare`](crate::protocol::prepare).
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) naming the setting and what was expected.
    pub fn credentials(&self) -> Result<Credentials> {
        let gateway = self.gateway.clone();
        let gateway = gateway
            .ok_or_else(|| Error::config("country", "expected a country or a gateway URL"))?;
        let credentials = Credentials::new(&self.app_key, &self.app_secret, gateway)?;
        match &self.access_token {
            Some(token) => credentials.with_access_token(token.clone()),
            None => Ok(credentials),
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.access_token.is_some() && self.token_store.is_some() {
            return Err(Error::config(
                "access_token",
                "is given besides token_store; expected one of them",
            ));
        }
        let durations = [
            ("connect_timeout", self.connect_timeout),
            ("response_timeout", self.response_timeout),
            ("total_timeout", self.total_timeout),
            ("deadline", self.deadline),
        ];
        if let Some((name, _)) = durations.iter().find(|(_, duration)| duration.is_zero()) {
            return Err(Error::config(*name, "expected more than 0"));
        }
        if self.max_body == 0 || u32::try_from(self.max_body).is_err() {
            return Err(Error::config("max_body", "expected 1 to 4294967295 bytes"));
        }
        if self.max_depth == 0 || self.max_depth > DEEPEST {
            return Err(Error::config(
                "max_depth",
                format_args!("expected 1 to {DEEPEST}"),
            ));
        }
        if self.retry.max_attempts == 0 {
            return Err(Error::config("max_attempts", "expected at least 1"));
        }
        let rate_is_off = |rate: f64| !rate.is_finite() || rate < 0.0;
        if rate_is_off(self.rates.per_path) || rate_is_off(self.rates.per_account) {
            return Err(Error::config("rates", "expected 0 or more calls a second"));
        }
        Ok(())
    }
}

// Secrets hide themselves; a proxy's URL may hold a password.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("app_key", &self.app_key)
            .field("gateway", &self.gateway)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
