//! One call, checked and in wire form, before it is signed.

use std::borrow::Cow;
use std::fmt;

use super::check;
use super::headers;
use super::params::{Params, check_name};
use super::schema::{Api, Effect, Host, Method, TokenUse};
use super::value::{Args, File};
use crate::error::{Error, Result};

/// Parameters that the library adds itself.
const SYSTEM_PARAMS: &[&str] = &["app_key", "timestamp", "sign_method", "access_token"];

/// What to call with which parameters. Made once and signed anew for each attempt.
#[derive(Clone)]
pub struct Request {
    api: Option<&'static Api>,
    path: Cow<'static, str>,
    method: Method,
    host: Host,
    token: TokenUse,
    effect: Effect,
    params: Params,
    /// Names in lower case.
    headers: Vec<(String, String)>,
}

impl Request {
    /// A call of the catalogue; the arguments are checked against it.
    ///
    /// Where an API takes one JSON document, `args` holds either that document under its name or the
    /// document's members.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the parameter and what was expected.
    pub fn new(api: &'static Api, args: Args) -> Result<Self> {
        Self::of(api, args, check::Strictness::Known)
    }

    /// As [`new`](Self::new), but names the catalogue does not know are sent too.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn with_unknown_params(api: &'static Api, args: Args) -> Result<Self> {
        Self::of(api, args, check::Strictness::Any)
    }

    fn of(api: &'static Api, args: Args, strictness: check::Strictness) -> Result<Self> {
        let args = check::against_catalogue(api, args, strictness)?;
        let params = own_params(args)?;
        let preferred = api.methods.first().copied().unwrap_or(Method::Post);
        Ok(Self {
            api: Some(api),
            path: Cow::Borrowed(api.path),
            method: if params.files().is_empty() {
                preferred
            } else {
                Method::Post
            },
            host: api.host,
            token: api.token,
            effect: api.effect,
            params,
            headers: Vec::new(),
        })
    }

    /// A call by path, for what is newer than the catalogue. Its effect counts as [`Effect::Act`] until
    /// [`effect`](Self::with_effect) says otherwise; the access token is sent if the client has one.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the parameter and what was expected.
    pub fn raw(method: Method, path: impl Into<String>, args: Args) -> Result<Self> {
        let path = path.into();
        check_path(&path)?;
        let params = own_params(args)?;
        if method == Method::Get && !params.files().is_empty() {
            return Err(Error::input(
                "method",
                "expected POST, since a file is sent",
            ));
        }
        Ok(Self {
            api: None,
            path: Cow::Owned(path),
            method,
            host: Host::Country,
            token: TokenUse::Optional,
            effect: Effect::Act,
            params,
            headers: Vec::new(),
        })
    }

    /// A call by path that turned out to be one of the catalogue. A token that it needs and that is not there is the
    /// gateway's to ask for: calls by path are not checked.
    pub(crate) fn known_as(mut self, api: &'static Api) -> Self {
        self.api = Some(api);
        self.host = api.host;
        if api.token == TokenUse::None {
            self.token = api.token;
        }
        self.effect = api.effect;
        self
    }

    /// Says what the call changes, which decides whether it may be repeated.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Adds a file, which travels as a multipart part and stays out of the signature. The request is a POST
    /// from then on, since only its body can hold one. The catalogue is not asked whether the API takes it.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the parameter, for a name that cannot stand in a
    /// request and for a file without a name of its own.
    pub fn add_file(&mut self, file: File) -> Result<()> {
        check_name(&file.name)?;
        if file.file_name.trim().is_empty() {
            return Err(Error::input(file.name, "expected a file name, got nothing"));
        }
        self.params.push_file(file);
        self.method = Method::Post;
        Ok(())
    }

    /// Sends an HTTP header of the caller's own with each attempt; a later one of the same name takes the
    /// place of the earlier. Headers are not signed.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the header, for one that the client sets itself
    /// and for what is no header: values are printable ASCII.
    pub fn add_header(&mut self, name: &str, value: &str) -> Result<()> {
        let (name, value) = headers::checked(name, value)?;
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        Ok(())
    }

    /// The catalogue's row, if the call is one of the catalogue.
    pub fn api(&self) -> Option<&'static Api> {
        self.api
    }

    /// Path below `/rest`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How it is sent.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Who serves it.
    pub fn host(&self) -> Host {
        self.host
    }

    /// Whether it carries a token.
    pub fn token(&self) -> TokenUse {
        self.token
    }

    /// What it changes.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Its own parameters in wire form, without the system's.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Its own HTTP headers, names in lower case.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method.as_str())
            .field("path", &self.path)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

fn own_params(args: Args) -> Result<Params> {
    if let Some((name, _)) = args
        .values()
        .iter()
        .find(|(name, _)| SYSTEM_PARAMS.contains(&name.as_str()))
    {
        return Err(Error::input(
            name,
            "is set by the client and cannot be given with a call",
        ));
    }
    Params::from_args(args)
}

/// Bytes that a path may hold, as a table: paths are checked at every signature.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mark = matches!(byte, b'?' | b'#' | b'%' | b'&' | b'\\' | b'"' | b'<' | b'>');
        plain[byte as usize] = byte.is_ascii_graphic() && !mark;
        byte += 1;
    }
    plain
};

/// A path starts with exactly one slash; the gateway's own SDKs refuse two.
pub(crate) fn check_path(path: &str) -> Result<()> {
    let rest = path.strip_prefix('/').unwrap_or_default();
    if rest.is_empty()
        || rest.starts_with('/')
        || !rest.bytes().all(|byte| PLAIN[usize::from(byte)])
    {
        return Err(Error::input(
            "path",
            format_args!("expected a path such as /order/get, got {path:?}"),
        ));
    }
    Ok(())
}
