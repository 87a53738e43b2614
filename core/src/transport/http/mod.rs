//! The built-in transport: HTTP/1.1 over ureq, TLS over rustls and ring.
//!
//! **Time and cancel.** Every wait on a socket is cut into short slices, below TLS, so that a cancel or a limit ends a call
//! within a fraction of a second wherever it stalls. Two things cannot be ended, only left behind: a name look-up lives
//! on in its own thread until the operating system answers it, and a TCP connect until the call's own limit.
//!
//! **Connections** are kept alive and shared by all threads of one `Http`. A forked child opens its own.
//!
//! **Logs.** Nothing is logged here. ureq logs at DEBUG, and hides the query there **only while TRACE is disabled** for its
//! targets; with TRACE enabled its lines hold the whole URL, token and signature included, at DEBUG too. To filter
//! the lines is not enough: the logger's `enabled` must answer no to TRACE for every target that starts with `ureq`,
//! or the maximum level must be DEBUG.

mod call;
mod config;
mod failure;
mod mark;
mod socket;
#[cfg(test)]
mod tests;
mod tls;

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::Resumption;
use ureq::config::Config;
use ureq::http::{Request, Response};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector};
use ureq::{Agent, AsSendBody, Body, Error};

pub use self::config::{HttpConfig, HttpConfigError, Proxy};

use self::call::{Call, End, Running};
use self::socket::Network;
use super::per_process::PerProcess;
use super::place::{self, Place};
use super::{Cancel, HttpResponse, Limits, SendError, SendFailure, Sent, Transport};
use crate::protocol::HttpRequest;
use crate::protocol::schema::Method;

/// A peer that announces much and sends little must not make us reserve much.
const LARGEST_RESERVE: usize = 1 << 20;

/// Longer limits are cut to this: ureq panics where a limit cannot be added to the time.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The transport over ureq. One is meant to be shared by all calls of a program: it keeps the connections.
pub struct Http {
    setup: Setup,
    agents: PerProcess<Agents>,
}

/// All that agents are made of: settings without state, fit to cross a fork.
struct Setup {
    config: HttpConfig,
    proxy: Option<ureq::Proxy>,
    tls: ClientConfig,
    network: Network,
}

/// The connection pools of one process.
struct Agents {
    direct: Agent,
    proxied: Option<Agent>,
}

impl Http {
    /// Checks the settings and reads the CA file. Opens no connection.
    ///
    /// # Errors
    /// [`HttpConfigError`] names the setting that cannot be used and what was expected.
    pub fn new(config: HttpConfig) -> Result<Self, HttpConfigError> {
        Self::over(config, Network::default())
    }

    fn over(config: HttpConfig, network: Network) -> Result<Self, HttpConfigError> {
        config::check_user_agent(&config.user_agent)?;
        let proxy = config::proxy(&config.proxy)?;
        let tls = config::tls(config.ca_file.as_deref())?;
        let setup = Setup {
            config,
            proxy,
            tls,
            network,
        };
        let agents = PerProcess::new(setup.agents());
        Ok(Self { setup, agents })
    }

    fn exchange(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let place = self.check(request)?;
        let limits = &capped(limits);
        let agents = self.agents.get(|| self.setup.agents());
        // A loopback address means this machine, not the proxy's.
        let agent = match &agents.proxied {
            Some(proxied) if !place.is_loopback() => proxied,
            _ => &agents.direct,
        };
        let running = Running::start(cancel, limits.connect);
        let failed = |(cause, reason): (SendFailure, String), status| {
            fail(request, cause, running.call().sent(), status, &reason)
        };
        let explain = |error: &Error| failure::read(error, running.call(), limits);
        let response = match request.method {
            Method::Get => run(agent, request, (), limits),
            Method::Post => run(agent, request, request.body.as_slice(), limits),
        };
        let response = response.map_err(|error| failed(explain(&error), None))?;
        let status = response.status().as_u16();
        let headers = headers_of(&response);
        match read_body(response, limits.max_body, running.call()) {
            Ok(body) => Ok(HttpResponse {
                status,
                headers,
                body,
            }),
            Err(Unread::Broken(error)) => Err(failed(explain(&error), Some(status))),
            Err(Unread::TooLarge) => {
                let reason = format!("the body is larger than {} bytes", limits.max_body);
                Err(failed((SendFailure::TooLarge, reason), Some(status)))
            }
        }
    }

    fn check<'a>(&self, request: &'a HttpRequest) -> Result<Place<'a>, SendError> {
        let refuse =
            |reason: &str| fail(request, SendFailure::Refused, Sent::Nothing, None, reason);
        let place = Place::of(&request.url).map_err(|problem| {
            // What is not a URL cannot be cut into what may be shown and what not.
            let detail = format!("the URL is refused: {problem}");
            SendError {
                detail,
                ..refuse("")
            }
        })?;
        if !place.tls && !place.is_loopback() && !self.setup.config.allow_plain_http {
            return Err(refuse("plain http would show the access token; use https"));
        }
        Ok(place)
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("config", &self.setup.config)
            .finish_non_exhaustive()
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        self.exchange(request, limits, cancel)
    }
}

impl Setup {
    fn agents(&self) -> Agents {
        Agents {
            direct: self.agent(None),
            proxied: self
                .proxy
                .as_ref()
                .map(|proxy| self.agent(Some(proxy.clone()))),
        }
    }

    fn agent(&self, proxy: Option<ureq::Proxy>) -> Agent {
        let mut tls = self.tls.clone();
        // The sessions to resume stand behind a lock, which a fork may have caught locked.
        tls.resumption = Resumption::in_memory_sessions(64);
        let proxied = proxy.is_some();
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(self.network)
                .chain(tls::Tls(Arc::new(tls)))
                .chain(mark::Mark { proxied });
        Agent::with_parts(self.ureq_config(proxy), connector, self.network)
    }

    fn ureq_config(&self, proxy: Option<ureq::Proxy>) -> Config {
        Agent::config_builder()
            // The body of an error status carries the gateway's code.
            .http_status_as_error(false)
            // A followed 302 would turn a POST into a GET and report success.
            .max_redirects(0)
            .proxy(proxy)
            .user_agent(self.config.user_agent.as_str())
            .max_idle_connections(self.config.max_idle_connections)
            .max_idle_connections_per_host(self.config.max_idle_connections_per_host)
            .max_idle_age(self.config.idle_age)
            .build()
    }
}

/// `limits` without what cannot be added to a clock, and without a part that is longer than the whole.
fn capped(limits: &Limits) -> Limits {
    let total = limits.total.min(LONGEST);
    Limits {
        connect: limits.connect.min(total),
        response: limits.response.min(total),
        total,
        ..limits.clone()
    }
}

fn run(
    agent: &Agent,
    request: &HttpRequest,
    body: impl AsSendBody,
    limits: &Limits,
) -> Result<Response<Body>, Error> {
    let mut builder = Request::builder()
        .method(request.method.as_str())
        .uri(&request.url);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let request = agent
        .configure_request(builder.body(body)?)
        .timeout_global(Some(limits.total))
        .timeout_recv_response(Some(limits.response))
        .build();
    agent.run(request)
}

fn headers_of(response: &Response<Body>) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers().iter();
    headers
        .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
        .collect()
}

/// Why a body is not there.
enum Unread {
    TooLarge,
    Broken(Error),
}

fn read_body(response: Response<Body>, limit: usize, call: &Call) -> Result<Vec<u8>, Unread> {
    // ureq takes this header away when it decompresses: what is left speaks of the bytes that are counted here.
    let announced = response
        .headers()
        .get("content-length")
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|digits| digits.parse::<u64>().ok());
    let framed = announced.is_some() || response.headers().contains_key("transfer-encoding");
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Unread::TooLarge);
    }
    let expected = usize::try_from(announced.unwrap_or_default()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(expected.min(LARGEST_RESERVE));
    // One byte beyond the limit tells a body of just that size from a larger one.
    let mut reader = response
        .into_body()
        .into_reader()
        .take((limit as u64).saturating_add(1));
    reader
        .read_to_end(&mut bytes)
        .map_err(|error| Unread::Broken(error.into()))?;
    if bytes.len() > limit {
        return Err(Unread::TooLarge);
    }
    // A body that lasts until the end of the connection is whole only if that end was orderly.
    if !framed && call.end() == End::Broken {
        return Err(Unread::Broken(
            io::Error::from(io::ErrorKind::UnexpectedEof).into(),
        ));
    }
    Ok(bytes)
}

fn fail(
    request: &HttpRequest,
    cause: SendFailure,
    sent: Sent,
    status: Option<u16>,
    reason: &str,
) -> SendError {
    let place = place::shown(&request.url);
    let detail = format!("{} {place}: {reason}", request.method.as_str());
    SendError {
        cause,
        sent,
        status,
        detail,
    }
}
