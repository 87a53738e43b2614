//! The client.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use lazcore::client::{ProxyChoice, Rates, RetryPolicy};
use lazcore::jobs::{
    CursorStore, FulfillmentOptions, Job as CoreJob, LabelTarget, Package, PrintOptions,
    PullOptions, SyncOptions, Target,
};
use lazcore::protocol::schema::{Effect, Host};
use lazcore::{Cancel, Client as CoreClient, Config, Request, api};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::args::{Place, args, value, with_files};
use crate::errors::{Raise, config, guard, input, raise};
use crate::http::{gateway_of, method_of};
use crate::interrupt::Interrupt;
use crate::job::Job;
use crate::journal::{self, HostJournal};
use crate::probe::Look;
use crate::reply::Reply;
use crate::state::StateStore;
use crate::token_status::{Account, TokenStatus};
use crate::tokens::store_of;

/// Calls the gateway for one account. Any number of threads may use one client at once.
///
/// `rate_per_path` (200 by default) and `rate_per_account` (400) are ceilings in calls a second, 0 for none.
/// The pace below them starts at 50, grows while nothing is refused, and falls when Lazada limits calls.
#[pyclass(frozen, subclass, module = "lazcore")]
pub(crate) struct Client(CoreClient);

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (app_key, app_secret, country=None, *, gateway=None, access_token=None,
        token_file=None, token_store=None, account=None, connect_timeout=10.0, response_timeout=30.0, total_timeout=60.0, deadline=120.0,
        ca_file=None, proxy=None, allow_plain_http=false, max_body=None, max_attempts=None,
        rate_per_path=None, rate_per_account=None, call_log=None))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn new(
        py: Python<'_>,
        app_key: &str,
        app_secret: &str,
        country: Option<&str>,
        gateway: Option<&str>,
        access_token: Option<&str>,
        token_file: Option<PathBuf>,
        token_store: Option<&Bound<'_, PyAny>>,
        account: Option<&str>,
        connect_timeout: f64,
        response_timeout: f64,
        total_timeout: f64,
        deadline: f64,
        ca_file: Option<PathBuf>,
        proxy: Option<&str>,
        allow_plain_http: bool,
        max_body: Option<usize>,
        max_attempts: Option<u32>,
        rate_per_path: Option<f64>,
        rate_per_account: Option<f64>,
        call_log: Option<PathBuf>,
    ) -> PyResult<Self> {
        guard(py, || {
            let mut settings = Config::new(app_key, app_secret)
                .connect_timeout(seconds(py, "connect_timeout", connect_timeout)?)
                .response_timeout(seconds(py, "response_timeout", response_timeout)?)
                .total_timeout(seconds(py, "total_timeout", total_timeout)?)
                .deadline(seconds(py, "deadline", deadline)?)
                .allow_plain_http(allow_plain_http)
                .proxy(proxy_of(proxy))
                .retry(retry(max_attempts))
                .rates(rates(rate_per_path, rate_per_account));
            if let Some(gateway) = gateway_of(py, country, gateway)? {
                settings = settings.gateway(gateway);
            }
            if let Some(token) = access_token {
                settings = settings.access_token(token);
            }
            settings = match (token_file, token_store) {
                (None, None) => settings,
                (Some(path), None) => settings.token_file(path),
                (None, Some(store)) => settings.token_store(store_of(store)?),
                (Some(_), Some(_)) => {
                    return Err(config(py, "token_store", "cannot stand beside token_file"));
                }
            };
            if let Some(account) = account {
                settings = settings.account(account);
            }
            if let Some(path) = ca_file {
                settings = settings.ca_file(path);
            }
            if let Some(bytes) = max_body {
                settings = settings.max_body(bytes);
            }
            if let Some(path) = call_log {
                settings = settings.call_log(path);
            }
            py.detach(|| CoreClient::new(settings))
                .map(Self)
                .or_raise(py)
        })
    }

    /// The app.
    #[getter]
    fn app_key(&self) -> &str {
        self.0.credentials().app_key()
    }

    /// The key of the account in outcomes, exports and file names. It changes once, when the account becomes
    /// known.
    #[getter]
    fn account(&self) -> &str {
        self.0.account()
    }

    /// Makes a call by the API's name, such as `Pack`.
    #[pyo3(signature = (name, params=None, /, **keywords))]
    fn call(
        &self,
        py: Python<'_>,
        name: &str,
        params: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Reply> {
        guard(py, || {
            let args = args(py, params, keywords)?;
            let request = api::find(name).and_then(|api| Request::new(api, args));
            self.send(py, &request.or_raise(py)?)
        })
    }

    /// As call, but parameters that the catalogue does not know are sent too.
    #[pyo3(signature = (name, params=None, /, **keywords))]
    fn call_with_unknown_params(
        &self,
        py: Python<'_>,
        name: &str,
        params: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Reply> {
        guard(py, || {
            let args = args(py, params, keywords)?;
            let request = api::find(name).and_then(|api| Request::with_unknown_params(api, args));
            self.send(py, &request.or_raise(py)?)
        })
    }

    /// Makes a call by method and path, for what is newer than the catalogue. `effect` (read, set or act)
    /// says what the call changes, which decides whether it may be repeated; by default what the catalogue knows of
    /// the path, or else act. `files` are the parts that are sent as files: bytes by name, or pairs of file name and
    /// bytes, or those with a content type. `headers` are HTTP headers of your own; they are not signed.
    #[pyo3(signature = (method, path, params=None, *, effect=None, files=None, headers=None))]
    #[allow(clippy::too_many_arguments, reason = "Python passes them by name")]
    fn request(
        &self,
        py: Python<'_>,
        method: &str,
        path: &str,
        params: Option<&Bound<'_, PyAny>>,
        effect: Option<&str>,
        files: Option<&Bound<'_, PyDict>>,
        headers: Option<BTreeMap<String, String>>,
    ) -> PyResult<Reply> {
        guard(py, || {
            let args = with_files(args(py, params, None)?, files)?;
            let mut request = api::raw(method_of(py, method)?, path, args).or_raise(py)?;
            for (name, value) in headers.unwrap_or_default() {
                request.add_header(&name, &value).or_raise(py)?;
            }
            if let Some(effect) = effect {
                request = request.with_effect(effect_of(py, effect)?);
            }
            self.send(py, &request)
        })
    }

    /// The account behind the client's token: what the pair tells, or else the seller's data, asked for once
    /// and remembered. Resolve before jobs begin, so that all their rows carry one key.
    fn resolve_account(&self, py: Python<'_>) -> PyResult<Account> {
        guard(py, || {
            let account = self.wait(py, |client, cancel| {
                client.resolve_account_cancelable(cancel)
            })?;
            Ok(Account::new(account))
        })
    }

    /// Asks the gateway something that it refuses, without keys, token and signature: whether it answers, and
    /// what time it has there. `host` is `api`, or `auth` for the one of token calls.
    #[pyo3(signature = (host="api"))]
    fn probe(&self, py: Python<'_>, host: &str) -> PyResult<Look> {
        guard(py, || {
            let host = Host::from_str(host).or_raise(py)?;
            let probe = self.wait(py, |client, cancel| client.probe(host, cancel))?;
            Ok(Look::new(probe))
        })
    }

    /// Whether token calls go to a host of their own.
    fn _has_auth_host(&self) -> bool {
        self.0.has_auth_host()
    }

    /// Exchanges an authorization code for a pair in the store.
    fn _exchange_code(&self, py: Python<'_>, code: &str) -> PyResult<TokenStatus> {
        guard(py, || {
            let status = self.wait(py, |client, cancel| {
                client.authorize_cancelable(code, cancel)
            })?;
            Ok(TokenStatus::new(status))
        })
    }

    /// Puts an answer of the platform, got at `obtained_ms`, into the store.
    fn _store_token(
        &self,
        py: Python<'_>,
        answer: &str,
        obtained_ms: Option<i64>,
    ) -> PyResult<TokenStatus> {
        guard(py, || {
            let status = self.wait(py, |client, cancel| {
                client.store_answer_cancelable(answer, obtained_ms, cancel)
            })?;
            Ok(TokenStatus::new(status))
        })
    }

    /// Refreshes the pair in the store.
    fn _refresh_token(&self, py: Python<'_>) -> PyResult<TokenStatus> {
        guard(py, || {
            let status = self.wait(py, CoreClient::refresh_token_cancelable)?;
            Ok(TokenStatus::new(status))
        })
    }

    /// How the pair in the store stands; None without a store or a pair.
    fn _token_status(&self, py: Python<'_>) -> PyResult<Option<TokenStatus>> {
        guard(py, || {
            let status = py.detach(|| self.0.token_status()).or_raise(py)?;
            Ok(status.map(TokenStatus::new))
        })
    }

    /// A job that pulls the orders of a window.
    fn _pull(&self, py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Job> {
        guard(py, || {
            let options = PullOptions::from_args(args(py, Some(options), None)?).or_raise(py)?;
            Ok(Job::new(self.0.orders().pull(options).or_raise(py)?))
        })
    }

    /// A job that brings a database in step; `store` is an object with `load` and `save`.
    fn _sync(
        &self,
        py: Python<'_>,
        options: &Bound<'_, PyDict>,
        store: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Job> {
        guard(py, || {
            let mut options =
                SyncOptions::from_args(args(py, Some(options), None)?).or_raise(py)?;
            let store = store.map(|object| StateStore::new(&object)).transpose()?;
            if let Some(store) = &store {
                options.store = Some(Arc::clone(store) as Arc<dyn CursorStore>);
            }
            // Reads the state, which may wait for a disk or call back.
            let begun = py.detach(|| self.0.orders().sync(options));
            match (begun, store) {
                (Ok(job), store) => Ok(Job::new(job).with_store(store)),
                (Err(error), Some(store)) => Err(store.explain(py, raise(py, &error))),
                (Err(error), None) => Err(raise(py, &error)),
            }
        })
    }

    /// A job that ships.
    #[pyo3(signature = (orders, options, journal=None))]
    fn _ship(
        &self,
        py: Python<'_>,
        orders: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        journal: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Job> {
        guard(py, || {
            let targets = Target::list(value(orders, &Place::Name("orders"), 0)?).or_raise(py)?;
            let options = FulfillmentOptions::from_args(args(py, Some(options), None)?);
            ships(py, options.or_raise(py)?, journal, |options| {
                self.0.fulfillment().run(targets, options)
            })
        })
    }

    /// A job that prints.
    fn _print(
        &self,
        py: Python<'_>,
        targets: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<Job> {
        guard(py, || {
            let targets = value(targets, &Place::Name("orders"), 0)?;
            let targets = LabelTarget::list(targets).or_raise(py)?;
            let options = PrintOptions::from_args(args(py, Some(options), None)?).or_raise(py)?;
            let job = self.0.fulfillment().labels(targets, options);
            Ok(Job::new(job.or_raise(py)?))
        })
    }

    /// A job that announces packages.
    #[pyo3(signature = (packages, options, journal=None))]
    fn _announce(
        &self,
        py: Python<'_>,
        packages: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        journal: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Job> {
        guard(py, || {
            let (packages, options) = on_packages(py, packages, options)?;
            ships(py, options, journal, |options| {
                self.0.fulfillment().ready_to_ship(packages, options)
            })
        })
    }

    /// A job that dissolves packages.
    #[pyo3(signature = (packages, options, journal=None))]
    fn _repack(
        &self,
        py: Python<'_>,
        packages: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        journal: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Job> {
        guard(py, || {
            let (packages, options) = on_packages(py, packages, options)?;
            ships(py, options, journal, |options| {
                self.0.fulfillment().repack(packages, options)
            })
        })
    }

    /// A job that reads again what is in doubt.
    #[pyo3(signature = (options, journal=None))]
    fn _resolve(
        &self,
        py: Python<'_>,
        options: &Bound<'_, PyDict>,
        journal: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Job> {
        guard(py, || {
            let options = FulfillmentOptions::for_resolve(args(py, Some(options), None)?);
            ships(py, options.or_raise(py)?, journal, |options| {
                self.0.fulfillment().resolve(options)
            })
        })
    }

    /// Nothing has to be closed: connections end with the last use of the client.
    fn close(&self) {}

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyTuple>) {}

    fn __repr__(&self) -> String {
        let credentials = self.0.credentials();
        let (key, gateway) = (credentials.app_key(), credentials.gateway().name());
        format!(
            "<Client app_key={key:?} gateway={gateway:?} account={:?}>",
            self.0.account()
        )
    }
}

impl Client {
    fn send(&self, py: Python<'_>, request: &Request) -> PyResult<Reply> {
        let reply = self.wait(py, |client, cancel| client.send_cancelable(request, cancel))?;
        Ok(Reply::new(reply))
    }

    /// What may wait, without the interpreter's lock, until a signal's handler raises.
    fn wait<T: Send>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&CoreClient, &Cancel) -> lazcore::Result<T> + Send,
    ) -> PyResult<T> {
        let interrupt = Interrupt::new();
        let result = py.detach(|| act(&self.0, interrupt.cancel()));
        match (interrupt.take(), result) {
            (None, result) => result.or_raise(py),
            (Some(interrupted), Ok(_)) => Err(interrupted),
            (Some(interrupted), Err(error)) => {
                // Whether a write was executed matters to whoever catches the interruption.
                interrupted.set_cause(py, Some(raise(py, &error)));
                Err(interrupted)
            }
        }
    }
}

fn seconds(py: Python<'_>, field: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| config(py, field, &format!("expected seconds, got {seconds}")))
}

fn proxy_of(proxy: Option<&str>) -> ProxyChoice {
    match proxy {
        None => ProxyChoice::None,
        Some("environment") => ProxyChoice::Environment,
        Some(url) => ProxyChoice::Url(url.to_owned()),
    }
}

fn retry(max_attempts: Option<u32>) -> RetryPolicy {
    let policy = RetryPolicy::default();
    RetryPolicy {
        max_attempts: max_attempts.unwrap_or(policy.max_attempts),
        ..policy
    }
}

fn rates(per_path: Option<f64>, per_account: Option<f64>) -> Rates {
    let rates = Rates::default();
    Rates {
        per_path: per_path.unwrap_or(rates.per_path),
        per_account: per_account.unwrap_or(rates.per_account),
    }
}

fn effect_of(py: Python<'_>, text: &str) -> PyResult<Effect> {
    match text {
        "read" => Ok(Effect::Read),
        "set" => Ok(Effect::Set),
        "act" => Ok(Effect::Act),
        _ => Err(input(
            py,
            "effect",
            &format!("expected read, set or act, got {text:?}"),
        )),
    }
}

/// A job with its journal in an object of the caller's, if there is one.
fn ships(
    py: Python<'_>,
    mut options: FulfillmentOptions,
    journal: Option<Bound<'_, PyAny>>,
    begin: impl FnOnce(FulfillmentOptions) -> lazcore::Result<CoreJob>,
) -> PyResult<Job> {
    let store = journal
        .map(|object| journal::store_of(&object))
        .transpose()?;
    if let Some(store) = &store {
        options.journal = Some(Arc::new(HostJournal(Arc::clone(store))));
    }
    Ok(Job::new(begin(options).or_raise(py)?).with_store(store))
}

fn on_packages(
    py: Python<'_>,
    packages: &Bound<'_, PyAny>,
    options: &Bound<'_, PyDict>,
) -> PyResult<(Vec<Package>, FulfillmentOptions)> {
    let packages = Package::list(value(packages, &Place::Name("packages"), 0)?).or_raise(py)?;
    let options = FulfillmentOptions::for_packages(args(py, Some(options), None)?).or_raise(py)?;
    Ok((packages, options))
}
