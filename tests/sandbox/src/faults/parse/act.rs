//! Deeds of another actor asked for over HTTP.

use serde_json::Value;

use super::members::{ids, small, text};
use crate::world::{Act, Deed};

pub(super) fn act(value: &Value) -> Result<Act, String> {
    let seconds = || small(value, "seconds")?.ok_or_else(|| "\"seconds\" is missing".to_owned());
    let deed = match text(value, "do")? {
        Some("pack") => Deed::Pack,
        Some("ship") => Deed::Ship,
        Some("repack") => Deed::Repack,
        Some("cancel") => Deed::Cancel,
        Some("ask_to_cancel") => Deed::AskToCancel,
        Some("lock") => Deed::Lock {
            seconds: seconds()?,
        },
        Some("no_carrier") => Deed::NoCarrier {
            seconds: seconds()?,
        },
        Some(other) => return Err(format!("\"do\" has the unknown deed \"{other}\"")),
        None => return Err("\"do\" is missing".to_owned()),
    };
    Ok(Act {
        deed,
        orders: ids(value, "orders")?,
        items: ids(value, "items")?,
        seconds_later: small(value, "seconds_later")?.unwrap_or(0),
    })
}

/// Reads `{"store":0,"do":"pack","orders":[..],"items":[..],"seconds_later":5}`; the number of the
/// store and what is done.
pub(crate) fn act_from_json(json: &[u8]) -> Result<(usize, Act), String> {
    let value: Value =
        serde_json::from_slice(json).map_err(|error| format!("not JSON: {error}"))?;
    let store = small(&value, "store")?.unwrap_or(0) as usize;
    Ok((store, act(&value)?))
}

impl std::str::FromStr for Act {
    type Err = String;

    /// The JSON object that `POST /sandbox/act` takes, without its store.
    fn from_str(text: &str) -> Result<Self, String> {
        act_from_json(text.as_bytes()).map(|(_, act)| act)
    }
}
