//! What the platform says of one row of a batch, or of a whole batch.

use crate::error::{Error, Executed};
use crate::protocol::schema::CodeClass;
use crate::protocol::{Record, codes};

/// What an answer means for one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    /// Not executed, by the meaning of the code.
    Refused {
        code: String,
        message: Option<String>,
        /// It may be tried again: another operation held the order, no carrier was to be had, or the
        /// platform says so.
        later: bool,
    },
    /// It may have been executed.
    Unknown,
}

/// Of one row; `None` when the answer left it out.
pub(super) fn of_row(row: Option<&Record>) -> Verdict {
    let Some(row) = row else {
        return Verdict::Unknown;
    };
    let Some(code) = row.text("item_err_code").ok().flatten() else {
        return Verdict::Unknown;
    };
    match code.trim() {
        "0" => Verdict::Done,
        code if is_refusal(code) => Verdict::Refused {
            code: code.to_owned(),
            message: row.text("msg").ok().flatten(),
            later: may_pass(code) || row.flag("retry").ok().flatten().unwrap_or(false),
        },
        _ => Verdict::Unknown,
    }
}

/// Of a call that failed as a whole; `None` when nothing of it reached the platform's judgment.
pub(super) fn of_call(error: &Error) -> Option<Verdict> {
    match error.code() {
        Some(code) if is_refusal_of_rows(code) => Some(Verdict::Refused {
            code: code.to_owned(),
            message: Some(error.message().to_owned()),
            later: may_pass(code),
        }),
        _ if error.executed() == Executed::Unknown => Some(Verdict::Unknown),
        _ => None,
    }
}

/// Codes of the 7000xx and 6000xx families and 1003 are refusals, which leave the row as it was. Anything else,
/// such as 6 and 40011 (busy) or a code nobody has described, may have been executed.
fn is_refusal(code: &str) -> bool {
    let refused_before = matches!(codes::class(code), Some(CodeClass::Safe | CodeClass::Never));
    is_refusal_of_rows(code) || refused_before
}

fn is_refusal_of_rows(code: &str) -> bool {
    let family = code.len() == 6 && (code.starts_with("7000") || code.starts_with("6000"));
    family || code == "1003"
}

/// Another operation holds the order; no carrier could be assigned.
fn may_pass(code: &str) -> bool {
    matches!(code, "700024" | "1003")
}

/// The platform says that the row's status does not allow it, which may be our own earlier doing.
pub(super) fn concerns_standing(code: &str) -> bool {
    matches!(code, "700026" | "700000")
}
