//! The one error of the library.
//!
//! It answers the four questions a caller has: whose fault is it ([`Error::kind`]), may I try again
//! ([`Error::retryable`], [`Error::executed`]), what does Lazada call it ([`Error::code`]), and what do I
//! quote to support ([`Error::request_id`]).

use std::error::Error as StdError;
use std::fmt;

/// A refusal has some hundred bytes; whatever is larger is not kept beside it.
const LARGEST_ANSWER: usize = 1 << 20;

/// Shorthand for results of this library.
pub type Result<T> = std::result::Result<T, Error>;

/// Whose fault it is, and what kind. The table of `docs/errors.md` gives the C status and the Python
/// exception of each.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The client's settings: keys, gateway, certificate file, proxy.
    Config,
    /// A parameter of this call; [`Error::field`] names it. Nothing was sent.
    Input,
    /// The caller canceled.
    Canceled,
    /// A job handle is used in a forked child of the process that made it.
    Forked,
    /// A file of this machine could not be read or written.
    Io,
    /// No answer: look-up, connection, TLS or a broken exchange of a call without side effects.
    Transport,
    /// No answer in time, for a call without side effects or before anything was sent.
    Timeout,
    /// A write that may or may not have been executed. Look before sending it again.
    Indeterminate,
    /// An answer that cannot be read.
    Decode,
    /// Lazada refused or failed the call; [`Error::code`] says why.
    Api,
    /// Lazada limits the rate, and waiting as announced did not help within the call's limits.
    Throttled,
    /// Token, app key, signature or permission.
    Auth,
    /// A defect of this library.
    Internal,
}

impl ErrorKind {
    /// Every kind, for tables and tests.
    pub const ALL: &'static [Self] = &[
        Self::Config,
        Self::Input,
        Self::Canceled,
        Self::Forked,
        Self::Io,
        Self::Transport,
        Self::Timeout,
        Self::Indeterminate,
        Self::Decode,
        Self::Api,
        Self::Throttled,
        Self::Auth,
        Self::Internal,
    ];

    /// The kind as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Input => "input",
            Self::Canceled => "canceled",
            Self::Forked => "forked",
            Self::Io => "io",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Indeterminate => "indeterminate",
            Self::Decode => "decode",
            Self::Api => "api",
            Self::Throttled => "throttled",
            Self::Auth => "auth",
            Self::Internal => "internal",
        }
    }
}

/// Whether the gateway may have carried the call out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Executed {
    /// Nothing was sent, or the platform refused before executing.
    No,
    /// It may have been. For a write, read the state back before sending again.
    Unknown,
}

/// What went wrong, with everything that helps to act on it. Holds no secret, token or signature.
pub struct Error(Box<Context>);

struct Context {
    kind: ErrorKind,
    message: String,
    executed: Executed,
    retryable: bool,
    code: Option<String>,
    field: Option<String>,
    api: Option<String>,
    request_id: Option<String>,
    trace_id: Option<String>,
    http_status: Option<u16>,
    attempts: u32,
    account: Option<String>,
    answer: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind`; nothing executed, not worth a retry, until said otherwise.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::of(kind, message.into())
    }

    // Errors are made in hundreds of places, so none of them holds more of the making than a call.
    #[cold]
    #[inline(never)]
    fn of(kind: ErrorKind, message: String) -> Self {
        Self(Box::new(Context {
            kind,
            message,
            executed: Executed::No,
            retryable: false,
            code: None,
            field: None,
            api: None,
            request_id: None,
            trace_id: None,
            http_status: None,
            attempts: 0,
            account: None,
            answer: None,
            source: None,
        }))
    }

    #[cold]
    #[inline(never)]
    fn of_field(kind: ErrorKind, field: String, problem: &dyn fmt::Display) -> Self {
        let mut error = Self::of(kind, format!("{field}: {problem}"));
        error.0.field = Some(field);
        error
    }

    /// A parameter the caller gave is wrong.
    pub(crate) fn input(field: impl Into<String>, expected: impl fmt::Display) -> Self {
        Self::of_field(ErrorKind::Input, field.into(), &expected)
    }

    /// A setting of the client is wrong.
    pub(crate) fn config(field: impl Into<String>, expected: impl fmt::Display) -> Self {
        Self::of_field(ErrorKind::Config, field.into(), &expected)
    }

    /// A field of an answer is not what the platform documents.
    pub(crate) fn decode(field: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self::of_field(ErrorKind::Decode, field.into(), &problem)
    }

    /// A file of this machine could not be read or written.
    pub(crate) fn io(what: impl fmt::Display, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, what.to_string()).caused_by(source)
    }

    /// What a host's own part of the library failed with, such as its [`TokenStore`](crate::client::TokenStore):
    /// [`ErrorKind::Io`], or [`ErrorKind::Canceled`] when somebody ended it. `message` may be shown, and so may
    /// `source`: neither may hold a secret.
    pub fn by_host(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self::new(kind, message).caused_by(source)
    }

    /// The caller canceled.
    pub(crate) fn canceled() -> Self {
        Self::new(ErrorKind::Canceled, "canceled by the caller")
    }

    pub(crate) fn executed_is(mut self, executed: Executed) -> Self {
        self.0.executed = executed;
        self
    }

    pub(crate) fn worth_a_retry(mut self) -> Self {
        self.0.retryable = true;
        self
    }

    pub(crate) fn not_worth_a_retry(mut self) -> Self {
        self.0.retryable = false;
        self
    }

    /// Changes what may repeat other people's text: the message, the code, which is theirs too, and the answer.
    pub(crate) fn map_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        self.0.message = change(&self.0.message);
        self.0.code = self.0.code.map(|code| change(&code));
        self.0.answer = self.0.answer.map(|answer| change(&answer));
        self
    }

    pub(crate) fn with_answer(mut self, answer: &str) -> Self {
        if answer.len() <= LARGEST_ANSWER {
            self.0.answer = Some(answer.to_owned());
        }
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    pub(crate) fn with_field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    pub(crate) fn with_api(mut self, api: impl Into<String>) -> Self {
        self.0.api = Some(api.into());
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id.or(self.0.request_id);
        self
    }

    pub(crate) fn with_trace_id(mut self, id: Option<String>) -> Self {
        self.0.trace_id = id.or(self.0.trace_id);
        self
    }

    pub(crate) fn with_http_status(mut self, status: Option<u16>) -> Self {
        self.0.http_status = status.or(self.0.http_status);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_account(mut self, account: Option<String>) -> Self {
        self.0.account = account.or(self.0.account);
        self
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// One line for a person, without what [`source`](StdError::source) says.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the gateway may have carried the call out.
    pub fn executed(&self) -> Executed {
        self.0.executed
    }

    /// Whether the same call can succeed later without a change.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// Lazada's code, as text: the list is open and grows.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The parameter, setting or reply field concerned.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The path of the API that was called.
    pub fn api(&self) -> Option<&str> {
        self.0.api.as_deref()
    }

    /// What to quote to Lazada's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The gateway's second id of the call.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// HTTP status, when there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// How many times the request was tried; 0 when it never came that far.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The answer that was judged a failure, as it came: JSON, without our own secrets where it repeats them. It may
    /// hold more than the code and the message say, and data of buyers: no display of the error shows it. `None` when
    /// there was no JSON, or more than a megabyte.
    pub fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// The account of the call.
    pub fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(api) = &self.0.api {
            write!(f, "{api}: ")?;
        }
        if let Some(code) = &self.0.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(status) = self.0.http_status.filter(|status| *status != 200) {
            write!(f, " (HTTP {status})")?;
        }
        if let Some(id) = &self.0.request_id {
            write!(f, " (request_id {id})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let context = &*self.0;
        f.debug_struct("Error")
            .field("kind", &context.kind)
            .field("message", &context.message)
            .field("executed", &context.executed)
            .field("retryable", &context.retryable)
            .field("code", &context.code)
            .field("field", &context.field)
            .field("api", &context.api)
            .field("request_id", &context.request_id)
            .field("http_status", &context.http_status)
            .field("attempts", &context.attempts)
            .field("source", &context.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
