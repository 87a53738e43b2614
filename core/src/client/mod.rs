//! The client: settings, pacing and the way of a call from request to verdict.

mod account;
mod call;
mod call_log;
mod clock;
mod config;
mod lane;
mod pacing;
pub(crate) mod private_file;
mod probe;
mod retry;
#[cfg(test)]
mod simulation;
mod throttle;
mod token;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

pub use account::Account;
pub use call_log::CallListener;
pub use clock::{Clock, SystemClock};
pub use config::{Config, ProxyChoice};
pub use probe::Probe;
pub use retry::RetryPolicy;
pub use throttle::Rates;
pub use token::{
    FileStore, Shop, StoreLock, TextStore, Token, TokenState, TokenStatus, TokenStore,
};

use crate::error::{Error, Result};
use crate::protocol::schema::Effect;
use crate::protocol::{Credentials, Reply, Request, Secret, redact};
use crate::transport::per_process::PerProcess;
use crate::transport::{Cancel, Limits, Transport};
use call::Call;
use pacing::Pacing;
use retry::RetryBudget;
use token::keeper::Keeper;

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
    keeper: Option<Keeper>,
    /// What stands for the account until it is known, and for the throttle always.
    unresolved_account: String,
    known_account: OnceLock<Account>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    pacing: PerProcess<Pacing>,
    kept: PerProcess<OnceLock<Arc<dyn Any + Send + Sync>>>,
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<Client>();
};

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) naming the setting and what was expected.
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
        let store = config.token_store.clone();
        let keeper = store.map(|store| Keeper::new(store, credentials.app_key()));
        let keeper = keeper.transpose()?;
        let unresolved_account = account_key(&config, &credentials);
        let pacing = PerProcess::new(Pacing::new(&config, &credentials));
        let shared = Shared {
            config,
            credentials,
            secrets,
            keeper,
            unresolved_account,
            known_account: OnceLock::new(),
            transport,
            clock,
            pacing,
            kept: PerProcess::new(OnceLock::new()),
        };
        if let Some(token) = shared.keeper.as_ref().and_then(Keeper::newest) {
            shared.learn_account(token);
        }
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The key of the account in outcomes, exports and file names: the one of the settings, else that of the
    /// account when it is [known](Self::resolve_account), else one made of gateway and token.
    pub fn account(&self) -> &str {
        self.shared.account()
    }

    /// Who calls, and where, for [`prepare`](crate::protocol::prepare). Without the token of a token store.
    pub fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    /// Makes a call and returns its answer.
    ///
    /// # Errors
    /// Every kind of [`ErrorKind`](crate::ErrorKind); [`ErrorKind::Indeterminate`](crate::ErrorKind::Indeterminate) when a write may have been executed.
    pub fn send_request(&self, request: &Request) -> Result<Reply> {
        self.send_cancelable(request, &Cancel::new())
    }

    /// As [`send_request`](Self::send_request), until `cancel` is set.
    ///
    /// # Errors
    /// See [`send_request`](Self::send_request); [`ErrorKind::Canceled`](crate::ErrorKind::Canceled) when canceled before the request
    /// could have been executed.
    pub fn send_cancelable(&self, request: &Request, cancel: &Cancel) -> Result<Reply> {
        let call = Call::new(&self.shared, request.path(), request.effect(), cancel);
        self.shared.finish(request, &call)
    }

    /// Downloads a file from a link of an answer, such as a label's. Redirects are followed over https only.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`](crate::ErrorKind::Transport), [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), [`ErrorKind::Canceled`](crate::ErrorKind::Canceled); [`ErrorKind::Api`](crate::ErrorKind::Api) with
    /// the HTTP status when the link is refused, as an expired one is.
    pub fn download(&self, url: &str, cancel: &Cancel) -> Result<Vec<u8>> {
        let call = Call::new(&self.shared, DOWNLOAD, Effect::Read, cancel);
        call.run(|| call.fetch(url)).map(|(content, _)| content)
    }

    /// As [`send_cancelable`](Self::send_cancelable); `before` is asked right before the first byte of each attempt,
    /// and its error is the call's: nothing leaves then.
    pub(crate) fn send_guarded(
        &self,
        request: &Request,
        cancel: &Cancel,
        before: &dyn Fn() -> Result<()>,
    ) -> Result<Reply> {
        let call = Call::new(&self.shared, request.path(), request.effect(), cancel);
        self.shared.finish(request, &call.guarded_by(before))
    }

    /// The one thing that a floor above keeps with the client, for all its clones and for as long as it lives. A forked
    /// child makes its own.
    pub(crate) fn kept<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let slot = self.shared.kept.get(OnceLock::new);
        let kept = slot.get_or_init(|| Arc::new(make()));
        // One type is ever kept; another would get what is made for it alone.
        Arc::clone(kept)
            .downcast()
            .unwrap_or_else(|_| Arc::new(make()))
    }

    /// Whether [`account`](Self::account) stays what it is when the token changes.
    pub(crate) fn has_lasting_account(&self) -> bool {
        self.shared.config.account.is_some() || self.shared.known_account.get().is_some()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }
}

const DOWNLOAD_REDIRECTS: u32 = 5;
/// What stands for the path of a download in errors and in the throttle: links carry their own signature.
const DOWNLOAD: &str = "download";

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("app_key", &self.shared.credentials.app_key())
            .field("gateway", &self.shared.credentials.gateway().name())
            .field("account", &self.shared.account())
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
    fn account(&self) -> &str {
        match (&self.config.account, self.known_account.get()) {
            (None, Some(account)) => account.key(),
            _ => &self.unresolved_account,
        }
    }

    fn finish(&self, request: &Request, call: &Call<'_>) -> Result<Reply> {
        let result = call
            .run(|| call.exchange(request))
            .map(|(reply, attempts)| call.with_evidence(reply, attempts));
        self.config.call_log.add(
            request.path(),
            self.account(),
            self.clock.now_ms(),
            call.took(),
            &result,
        );
        result
    }

    fn pacing(&self) -> &Pacing {
        self.pacing
            .get(|| Pacing::new(&self.config, &self.credentials))
    }

    fn budget<T>(&self, act: impl FnOnce(&mut RetryBudget) -> T) -> T {
        let mut budget = self
            .pacing()
            .budget
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        act(&mut budget)
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
        let own = self.secrets.iter().map(Secret::expose);
        let kept = self.keeper.iter().flat_map(Keeper::secrets);
        let secrets: Vec<&str> = own.chain(kept).collect();
        error.map_texts(|text| redact::without(text, &secrets))
    }
}
