//! What the platform says of one row of a batch.

use super::unit::Unit;
use crate::jobs::outcome::State;
use crate::protocol::schema::CodeClass;
use crate::protocol::{Record, codes};

/// Ends the unit unless the row says that its work is done. `unanswered` tells what is not known when the answer
/// has no such row.
pub(super) fn apply(unit: &mut Unit, verdict: Option<&Record>, unanswered: &str) {
    let Some(verdict) = verdict else {
        return unit.end(State::Unanswered, None, Some(unanswered.to_owned()));
    };
    let message = verdict.text("msg").ok().flatten();
    match verdict.text("item_err_code").ok().flatten() {
        Some(code) if code.trim() == "0" => {}
        Some(code) => unit.end(state_of(code.trim()), Some(code), message),
        None => unit.end(
            State::Unanswered,
            None,
            Some("the answer has no verdict on it".to_owned()),
        ),
    }
}

/// Codes of the 7000xx and 6000xx families and 1003 are refusals, which leave the row as it was. Anything else,
/// such as 6 and 40011 (busy) or a code nobody has described, may have been executed.
fn state_of(code: &str) -> State {
    let family = code.len() == 6 && (code.starts_with("7000") || code.starts_with("6000"));
    let refused_before = matches!(codes::class(code), Some(CodeClass::Safe | CodeClass::Never));
    if family || code == "1003" || refused_before {
        State::Refused
    } else {
        State::Indeterminate
    }
}
