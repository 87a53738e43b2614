//! The shape of the catalogue: what the library knows about an API.
//!
//! The rows themselves are data in `core/catalog/*.json`; the generator turns them into the `static`
//! table of [`crate::api`]. Nothing here is parsed at start.

use std::str::FromStr;

use crate::error::{Error, Result};

/// An HTTP method the gateway accepts for an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// All parameters travel in the query.
    Get,
    /// System parameters travel in the query, the caller's in the body.
    Post,
}

impl Method {
    /// The method as it stands in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl FromStr for Method {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Get, Self::Post]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                Error::input("method", format_args!("expected GET or POST, got {text:?}"))
            })
    }
}

/// The host that serves an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// The gateway of the shop's country.
    Country,
    /// The one host of all token calls.
    Auth,
}

impl FromStr for Host {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "api" => Ok(Self::Country),
            "auth" => Ok(Self::Auth),
            _ => Err(Error::input(
                "host",
                format_args!("expected api or auth, got {text:?}"),
            )),
        }
    }
}

/// Whether a call carries the seller's access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenUse {
    /// Refused before sending when the client has none.
    Required,
    /// Sent when the client has one.
    Optional,
    /// Never sent.
    None,
}

/// What a call changes, which decides whether it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing; may be repeated.
    Read,
    /// Writes an absolute value; a repeat is harmless unless a newer value was sent meanwhile.
    Set,
    /// Anything else. Repeated only when nothing was sent or the gateway refused before executing.
    Act,
}

/// One API of the platform.
#[derive(Debug)]
pub struct Api {
    /// Unique name in snake_case, stable.
    pub id: &'static str,
    /// The attribute name of the group (`client.<group>`).
    pub group: &'static str,
    /// The platform's title, spelled as published.
    pub name: &'static str,
    /// Path below `/rest`, with its leading slash.
    pub path: &'static str,
    /// Accepted methods, the preferred one first. None for a callback, which no client can call.
    pub methods: &'static [Method],
    /// Who serves it.
    pub host: Host,
    /// Whether it carries an access token.
    pub token: TokenUse,
    /// What it changes.
    pub effect: Effect,
    /// The one parameter that holds everything as a JSON document, for APIs built that way.
    pub wrapper: Option<&'static str>,
    /// The parameters a caller gives; below a wrapper, its members.
    pub params: &'static [Param],
    /// The list of parameters is the whole published table: an unknown name is the caller's error.
    pub params_complete: bool,
    /// How many elements one call takes.
    pub batch: Option<Batch>,
    /// How a list is paged.
    pub paging: Option<Paging>,
    /// Where the payload stands in the answer, as member names; empty for "beside `code`".
    pub reply_root: &'static [&'static str],
    /// Where the rows of the answer stand, if it has rows.
    pub rows: Option<Rows>,
    /// Flags of the API's own that must hold although the gateway's code is "0".
    pub success: &'static [SuccessFlag],
    /// Where the API's own failure code may stand, every spelling; member names from the top.
    pub error_codes: &'static [&'static [&'static str]],
    /// Where the API's own failure text may stand, every spelling; member names from the top.
    pub error_messages: &'static [&'static [&'static str]],
    /// The verdict of each row, where rows have one of their own.
    pub row_error: Option<RowError>,
    /// The fields of the answer, from the top.
    pub reply: &'static [Field],
    /// Codes and names of the published error table.
    pub errors: &'static [(&'static str, &'static str)],
    /// One sentence: what the API does.
    pub doc: &'static str,
}

/// A parameter of an API, or a member of one.
#[derive(Debug)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub kind: ParamKind,
    /// Required inside its container.
    pub required: bool,
    /// Its members, for objects and lists of objects; empty where the platform lists none.
    pub members: &'static [Param],
    /// What it means.
    pub doc: &'static str,
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Any text.
    Text,
    /// A whole number of any size.
    Integer,
    /// A decimal number, as text or as an exact number token.
    Decimal,
    /// true or false.
    Boolean,
    /// ISO 8601 with an offset, such as `2026-03-01T16:00:00+08:00`.
    TimeIso,
    /// Epoch milliseconds.
    TimeMs,
    /// A list of texts.
    TextList,
    /// A list of whole numbers.
    IntegerList,
    /// An object.
    Object,
    /// A list of objects.
    ObjectList,
    /// A JSON document the platform does not describe.
    Json,
    /// A multipart part; stays out of the signature.
    File,
}

/// How many elements one call takes.
#[derive(Debug)]
pub struct Batch {
    /// The list parameter that is counted; below a wrapper, its member.
    pub param: &'static str,
    /// The most elements it may have.
    pub max: usize,
}

/// How a list is paged by offset.
#[derive(Debug)]
pub struct Paging {
    /// The parameter of the position, such as `offset`.
    pub position: &'static str,
    /// The parameter of the page size, such as `limit`.
    pub size: &'static str,
    /// The largest page, if published.
    pub max_size: Option<u32>,
    /// The largest position, if published.
    pub max_position: Option<u32>,
    /// Where the total stands.
    pub total: Option<&'static [&'static str]>,
}

/// The rows of an answer.
#[derive(Debug)]
pub struct Rows {
    /// Where the list stands, as member names from the top.
    pub at: &'static [&'static str],
    /// The field without which a row is bad.
    pub id: Option<&'static str>,
}

/// A flag that must hold for the call to have succeeded. A missing flag counts as good.
#[derive(Debug)]
pub struct SuccessFlag {
    /// Where it stands, as member names from the top.
    pub at: &'static [&'static str],
    /// The value that means success.
    pub good: bool,
}

/// The verdict that each row of a batch answer carries.
#[derive(Debug)]
pub struct RowError {
    /// The list below the row that holds the verdicts, where rows nest (Pack: orders, then items).
    pub below: Option<&'static str>,
    /// The field with the verdict; "0" is good.
    pub code: &'static str,
    /// The field with its text.
    pub message: &'static str,
}

/// A field of an answer.
#[derive(Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// How it is read.
    pub kind: Kind,
    /// The fields below it, for objects and lists of objects.
    pub fields: &'static [Field],
}

/// How a field of an answer is read. The token may be anything the platform was seen to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// An identifier: a number or a text on the wire, always text for the caller.
    Id,
    /// A whole number.
    Integer,
    /// A decimal number that is not an amount.
    Decimal,
    /// An amount in units of the currency.
    Money,
    /// A point in time, printed or counted.
    Time,
    /// A boolean in any spelling.
    Flag,
    /// An object.
    Object,
    /// A list of objects.
    Objects,
    /// A list of texts, numbers or identifiers, read as texts.
    Texts,
    /// Anything: kept as it came.
    Json,
}

/// How the platform's codes may be answered: `core/catalog/errors.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeClass {
    /// Refused before execution; reads and writes may be repeated after a wait.
    Safe,
    /// Outcome unknown; only calls without side effects may be repeated.
    ReadOnly,
    /// A repeat is pointless or harmful.
    Never,
}

/// One code of the platform's general error list.
#[derive(Debug)]
pub struct Code {
    /// As published. Text, because the list is open.
    pub code: &'static str,
    /// How it may be answered.
    pub class: CodeClass,
    /// Its meaning, for display.
    pub meaning: &'static str,
}
