//! The three doors of a client: typed, by name, by path. One pipe behind them.

use std::fmt;
use std::marker::PhantomData;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::protocol::schema::{Api, Method};
use crate::protocol::{Args, BadRow, Evidence, Record, Reply, Request, Row};

/// A typed request of the catalogue.
pub trait Operation {
    /// The catalogue's row.
    const API: &'static Api;

    /// The type of the answer's rows.
    type Row: From<Record>;

    /// The values of the request.
    fn args(&self) -> Args;
}

/// The answer to a typed request.
pub struct Answer<R> {
    reply: Reply,
    row: PhantomData<fn() -> R>,
}

impl<R: From<Record>> Answer<R> {
    /// The rows; a row without its id comes as it is, never dropped.
    pub fn rows(&self) -> impl Iterator<Item = std::result::Result<R, BadRow>> + '_ {
        self.reply.rows().map(|row| match row {
            Row::Good(record) => Ok(R::from(record)),
            Row::Bad(bad) => Err(bad),
        })
    }

    /// The first row, which is the only one where an API answers with one object.
    pub fn first(&self) -> Option<R> {
        self.rows().find_map(std::result::Result::ok)
    }

    /// What to quote to support.
    pub fn evidence(&self) -> &Evidence {
        self.reply.evidence()
    }

    /// The answer without its types.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// The answer without its types, by value.
    pub fn into_reply(self) -> Reply {
        self.reply
    }
}

impl<R> fmt::Debug for Answer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reply.fmt(f)
    }
}

impl Client {
    /// Makes a typed call.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) before anything is sent; else as
    /// [`send_request`](Self::send_request).
    pub fn send<O: Operation>(&self, operation: &O) -> Result<Answer<O::Row>> {
        let request = Request::new(O::API, operation.args())?;
        Ok(Answer {
            reply: self.send_request(&request)?,
            row: PhantomData,
        })
    }

    /// Makes a call by the API's name, such as `Pack`, or its path or id in the catalogue.
    ///
    /// # Errors
    /// See [`send`](Self::send).
    pub fn call(&self, name: &str, args: Args) -> Result<Reply> {
        self.send_request(&Request::new(find(name)?, args)?)
    }

    /// Makes a call by method and path, for what is newer than the catalogue. There it counts as a write;
    /// a path that the catalogue knows has the effect, host and token rule of its row. Parameters are not
    /// checked.
    ///
    /// # Errors
    /// See [`send`](Self::send).
    pub fn request(&self, method: Method, path: &str, args: Args) -> Result<Reply> {
        self.send_request(&raw(method, path, args)?)
    }
}

/// A request by method and path, without a check of its parameters.
///
/// # Errors
/// See [`Request::raw`].
pub fn raw(method: Method, path: &str, args: Args) -> Result<Request> {
    let request = Request::raw(method, path, args)?;
    // What a call changes is the API's affair, whichever method it is sent by.
    let known = super::APIS.iter().find(|api| api.path == path);
    Ok(match known {
        Some(api) => request.known_as(api),
        None => request,
    })
}

/// The catalogue's row of an API, by its published name, its id or its path.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) when there is none, or when two APIs share the name.
pub fn find(name: &str) -> Result<&'static Api> {
    let name = name.trim();
    let mut found = super::APIS
        .iter()
        .filter(|api| api.name == name || api.id == name || api.path == name);
    match (found.next(), found.next()) {
        (Some(api), None) => Ok(api),
        (Some(one), Some(other)) => {
            let problem = format!(
                "{name} names two APIs: expected {} or {}",
                one.path, other.path
            );
            Err(Error::input("name", problem))
        }
        (None, _) => Err(Error::input("name", unknown(name))),
    }
}

/// Names differ in their capitals more often than in their letters.
fn unknown(name: &str) -> String {
    let close = super::APIS
        .iter()
        .find(|api| api.name.eq_ignore_ascii_case(name));
    let shown: String = name.chars().take(60).collect();
    match close {
        Some(api) => format!("{shown:?} is not in the catalogue; expected {}", api.name),
        None => format!("{shown:?} is not in the catalogue; call it by method and path"),
    }
}
