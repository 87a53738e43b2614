//! The numbers that functions return.

use lazcore::ErrorKind;

/// What a function returned. 0 is success; numbers are never reused. Groups: 1 to 99 caller and machine,
/// 100 to 199 the way to the gateway and back, 200 to 299 Lazada said no, 300 to 399 no error at all,
/// 900 and above the library itself. Take a number you do not know for LAZ_STATUS_OTHER.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum laz_status {
    /// Done.
    Ok = 0,
    /// A setting is wrong; laz_error_field names it.
    Config = 1,
    /// A parameter of the call is wrong; laz_error_field names it. Nothing was sent.
    Input = 2,
    /// The job belongs to the process that began it, and this is a forked child.
    Forked = 3,
    /// A mistake at this boundary: NULL where something is needed, text that is not UTF-8, a handle in use
    /// by another thread. laz_error_field names the argument. Nothing was sent.
    Argument = 4,
    /// A file of this machine could not be read or written.
    Io = 20,
    /// Canceled by the caller.
    Canceled = 30,
    /// No answer: look-up, connection, TLS or a broken exchange of a call without side effects.
    Transport = 100,
    /// No answer in time, for a call without side effects or before anything was sent.
    Timeout = 101,
    /// A write that may or may not have been executed. Look before sending it again.
    Indeterminate = 102,
    /// An answer, or a field of one, that cannot be read.
    Decode = 103,
    /// Lazada refused or failed the call; laz_error_code says why.
    Api = 200,
    /// Lazada limits the rate, and waiting did not help within the call's limits.
    Throttled = 201,
    /// Token, app key, signature or permission.
    Auth = 202,
    /// No error: the job is over.
    Done = 300,
    /// No error: nothing stands at the place asked for.
    Absent = 301,
    /// A defect of the library was caught. Whether a call under way was executed is not known.
    Panic = 900,
    /// A defect of the library.
    Internal = 901,
    /// An error of a kind that this version has no number for; laz_error_kind names it.
    Other = 999,
}

impl laz_status {
    pub(crate) fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Config => Self::Config,
            ErrorKind::Input => Self::Input,
            ErrorKind::Canceled => Self::Canceled,
            ErrorKind::Forked => Self::Forked,
            ErrorKind::Io => Self::Io,
            ErrorKind::Transport => Self::Transport,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Indeterminate => Self::Indeterminate,
            ErrorKind::Decode => Self::Decode,
            ErrorKind::Api => Self::Api,
            ErrorKind::Throttled => Self::Throttled,
            ErrorKind::Auth => Self::Auth,
            ErrorKind::Internal => Self::Internal,
            // The core's list is open.
            _ => Self::Other,
        }
    }

    pub(crate) fn number(self) -> i32 {
        self as i32
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_of_error_has_a_status_of_its_own() {
        let statuses: HashSet<laz_status> = ErrorKind::ALL
            .iter()
            .map(|kind| laz_status::of(*kind))
            .collect();
        assert_eq!(statuses.len(), ErrorKind::ALL.len());
        let not_for_errors = [
            laz_status::Ok,
            laz_status::Done,
            laz_status::Absent,
            laz_status::Other,
        ];
        assert!(
            not_for_errors
                .iter()
                .all(|status| !statuses.contains(status))
        );
    }
}
