//! Signing and reading without a connection, for programs with an HTTP stack of their own.

use std::str::FromStr;

use lazcore::protocol::schema::Method;
use lazcore::protocol::{
    self as core, Credentials, HttpRequest as CoreRequest, HttpResponse, Params, ReadLimits,
};
use lazcore::{Country, Gateway, Request, Secret, api};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::args::{args, headers};
use crate::errors::{Raise, config, guard, input};
use crate::record::hash_of;
use crate::reply::Reply;
use crate::restore::{Reduced, reduced, request_state};
use crate::texts::{self, Text};

/// A signed request, ready for any HTTP stack. Send it as it is. A pickle of it holds the access token and the signature,
/// as its URL does: keep neither in a file or log.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct HttpRequest(pub(crate) CoreRequest);

#[pymethods]
impl HttpRequest {
    /// GET or POST.
    #[getter]
    fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// The whole URL. Its query holds the access token and the signature: do not log it.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// The URL without its query: what may be logged.
    #[getter]
    fn location(&self) -> &str {
        self.0.location()
    }

    /// Header names and values.
    #[getter]
    fn headers(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.headers.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// The body; empty for GET.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.body)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(&self.0.url, &self.0.body))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "request", request_state(&self.0))
    }

    fn __repr__(&self) -> String {
        let request = &self.0;
        let bytes = request.body.len();
        format!(
            "<HttpRequest {} {} ({bytes} bytes)>",
            request.method.as_str(),
            request.location()
        )
    }
}

/// The signature of `path` with `params` under `secret`, upper-case hexadecimal. `params` holds everything
/// that will be sent, system parameters included and `sign` left out.
#[pyfunction]
pub(crate) fn sign(
    py: Python<'_>,
    secret: Text<'_>,
    path: Text<'_>,
    params: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let (secret, path) = (secret.as_str(), path.as_str());
    guard(py, || {
        let signed = texts::with_pairs(params, |pairs| core::sign_pairs(secret, path, pairs));
        if let Some(signed) = signed {
            return signed.or_raise(py);
        }
        let params = Params::from_args(args(py, Some(params), None)?).or_raise(py)?;
        core::sign(secret, path, &params).or_raise(py)
    })
}

/// What is hashed, the right signature, and by which known mistakes another one came about, as JSON.
#[pyfunction]
#[pyo3(signature = (secret, path, params, signature=None))]
pub(crate) fn explain_signature(
    py: Python<'_>,
    secret: &str,
    path: &str,
    params: &Bound<'_, PyAny>,
    signature: Option<&str>,
) -> PyResult<String> {
    guard(py, || {
        let params = args(py, Some(params), None)?;
        let explained = py.detach(|| core::explain(secret, path, params, signature));
        Ok(explained.or_raise(py)?.to_json())
    })
}

/// Signs a call of the catalogue (by name) or any other (by path, with `method`) for one attempt.
/// `now_ms` is the time in epoch milliseconds.
#[pyfunction]
#[pyo3(signature = (name, params=None, *, app_key, app_secret, access_token=None, country=None,
    gateway=None, now_ms, method=None))]
#[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub(crate) fn prepare(
    py: Python<'_>,
    name: &str,
    params: Option<&Bound<'_, PyAny>>,
    app_key: &str,
    app_secret: &str,
    access_token: Option<&str>,
    country: Option<&str>,
    gateway: Option<&str>,
    now_ms: i64,
    method: Option<&str>,
) -> PyResult<HttpRequest> {
    guard(py, || {
        let args = args(py, params, None)?;
        let request = match method {
            Some(method) => api::raw(method_of(py, method)?, name, args),
            None => api::find(name).and_then(|api| Request::new(api, args)),
        };
        let gateway = gateway_of(py, country, gateway)?;
        let gateway =
            gateway.ok_or_else(|| config(py, "country", "expected a country or a gateway URL"))?;
        let mut credentials =
            Credentials::new(app_key, &Secret::new(app_secret), gateway).or_raise(py)?;
        if let Some(token) = access_token {
            credentials = credentials
                .with_access_token(Secret::new(token))
                .or_raise(py)?;
        }
        let signed = core::prepare(&request.or_raise(py)?, &credentials, now_ms);
        Ok(HttpRequest(signed.or_raise(py)?))
    })
}

/// Reads the answer to a call of the catalogue (by name), or to a call by path (`name` None).
/// The body is given after decompression.
#[pyfunction]
pub(crate) fn read(
    py: Python<'_>,
    name: Option<&str>,
    status: u16,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
) -> PyResult<Reply> {
    guard(py, || {
        let api = name.map(api::find).transpose().or_raise(py)?;
        let body = match body.cast::<PyBytes>() {
            Ok(bytes) => bytes.as_bytes().to_vec(),
            Err(_) => body.extract::<String>()?.into_bytes(),
        };
        let response = HttpResponse {
            status,
            headers: self::headers(headers)?,
            body,
        };
        let reply = core::read_owned(api, response, ReadLimits::default()).or_raise(py)?;
        Ok(Reply::new(reply))
    })
}

/// The page that asks a seller to authorize the app, for a browser. Compare `state` when it comes back.
#[pyfunction]
pub(crate) fn authorization_url(
    py: Python<'_>,
    app_key: &str,
    redirect_uri: &str,
    state: &str,
) -> PyResult<String> {
    guard(py, || {
        core::authorization_url(app_key, redirect_uri, state).or_raise(py)
    })
}

/// Holds the state that came back from the authorization page against the one that was sent; raises AuthError
/// when somebody else began that authorization, whose code must not be used.
#[pyfunction]
pub(crate) fn check_state(py: Python<'_>, sent: &str, received: &str) -> PyResult<()> {
    guard(py, || core::check_state(sent, received).or_raise(py))
}

/// The authorization code in the address to which the browser came back, once its state is found to be the one
/// that was sent.
#[pyfunction]
pub(crate) fn redirect_code(py: Python<'_>, address: &str, sent_state: &str) -> PyResult<String> {
    guard(py, || core::redirect_code(address, sent_state).or_raise(py))
}

/// GET or POST.
pub(crate) fn method_of(py: Python<'_>, text: &str) -> PyResult<Method> {
    let methods = [Method::Get, Method::Post];
    let found = methods
        .into_iter()
        .find(|one| one.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| input(py, "method", &format!("expected GET or POST, got {text:?}")))
}

/// The gateway of a country's letters or a URL; at most one of them is given.
pub(crate) fn gateway_of(
    py: Python<'_>,
    country: Option<&str>,
    gateway: Option<&str>,
) -> PyResult<Option<Gateway>> {
    match (country, gateway) {
        (Some(_), Some(_)) => Err(config(py, "gateway", "cannot stand beside country")),
        (Some(country), None) => Ok(Some(Gateway::country(
            Country::from_str(country).or_raise(py)?,
        ))),
        (None, Some(url)) => Gateway::url(url).map(Some).or_raise(py),
        (None, None) => Ok(None),
    }
}
