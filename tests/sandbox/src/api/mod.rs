//! The APIs: one file per group, each with its own part of the route table.

mod auth;
mod fulfillment;
mod orders;
mod seller;
mod subject;

use std::sync::MutexGuard;

use crate::faults::{LabelFault, ListFault, Quirks, RowFault, RowFaultKind};
use crate::http::Params;
use crate::json::Json;
use crate::state::State;
use crate::world::{By, Sight, Store};

pub(crate) use fulfillment::refusal_of_batch;

/// One API.
pub(crate) struct Route {
    /// Path behind `/rest`; also the first part of what is signed.
    pub(crate) path: &'static str,
    /// HTTP methods the API may be called with.
    pub(crate) methods: &'static [&'static str],
    /// Whether an access token is demanded.
    pub(crate) token: bool,
    /// Whether the answer has a row with an own error code per item or package.
    pub(crate) rows: bool,
    /// Appends the payload to the opened envelope.
    pub(crate) handler: fn(&Call<'_>, &mut Json) -> Result<(), Failure>,
}

const GROUPS: [&[Route]; 4] = [
    auth::ROUTES,
    fulfillment::ROUTES,
    orders::ROUTES,
    seller::ROUTES,
];

/// The API at a path.
pub(crate) fn route(path: &str) -> Option<&'static Route> {
    GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .find(|route| route.path == path)
}

/// A call that has passed the gateway's own checks.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) params: &'a Params,
    /// Number of the store that the token stands for; 0 where no token is asked for.
    pub(crate) store: usize,
    /// Gateway time in seconds since 1970.
    pub(crate) now: i64,
    pub(crate) row_fault: Option<RowFault>,
    pub(crate) quirks: Quirks,
    /// This call, as the journals of the stores name it.
    pub(crate) by: By,
}

impl Call<'_> {
    pub(crate) fn lock_store(&self) -> MutexGuard<'_, Store> {
        self.state.lock_store(self.store)
    }

    /// The store, for a read of orders: each one counts.
    pub(crate) fn read_store(&self) -> MutexGuard<'_, Store> {
        let mut store = self.lock_store();
        store.reads += 1;
        store
    }

    /// Every way in which the order list differs, settings first.
    pub(crate) fn list_faults(&self) -> impl Iterator<Item = &ListFault> {
        let always = self.state.config.list_faults.iter();
        always.chain(&self.quirks.list)
    }

    /// How far back a read of orders looks. The last wish counts.
    pub(crate) fn sight(&self) -> Sight {
        let late = self.list_faults().filter_map(|fault| match fault {
            ListFault::Late(late) => Some(*late),
            _ => None,
        });
        Sight {
            late: late.last(),
            now: self.now,
        }
    }

    /// A parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.params.get(name).ok_or_else(|| Failure::missing(name))
    }

    /// The code that a row must be answered with, and whether it is executed all the same.
    pub(crate) fn forced_failure(&self, row: usize) -> Option<(&str, bool)> {
        let fault = self.row_fault.as_ref()?;
        match &fault.kind {
            RowFaultKind::Fail(code) if fault.rows.contains(row) => Some((code, fault.executed)),
            _ => None,
        }
    }

    pub(crate) fn omits(&self, row: usize) -> bool {
        let omits = |fault: &RowFault| fault.kind == RowFaultKind::Omit && fault.rows.contains(row);
        self.row_fault.as_ref().is_some_and(omits)
    }

    /// Every way in which labels differ.
    pub(crate) fn label_faults(&self) -> &[LabelFault] {
        &self.quirks.labels
    }

    /// Ids of the orders that it is about.
    pub(crate) fn subject(&self) -> Vec<u64> {
        subject::orders(self)
    }
}

/// A refusal.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Answered as the envelope itself.
    Gateway {
        kind: &'static str,
        code: String,
        message: String,
    },
    /// Answered as an accepted call whose `result.success` is false.
    Batch { code: String, message: String },
}

impl Failure {
    /// A mistake of the caller, found by the gateway.
    pub(crate) fn isv(code: &str, message: &str) -> Self {
        Self::Gateway {
            kind: "ISV",
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    /// A refusal by the service behind the gateway.
    pub(crate) fn isp(code: &str, message: &str) -> Self {
        Self::Gateway {
            kind: "ISP",
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    pub(crate) fn missing(name: &str) -> Self {
        let message = format!(
            "The input parameter \"{name}\" that is mandatory for processing this request is not supplied"
        );
        Self::isv("MissingParameter", &message)
    }

    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Gateway { code, .. } => code,
            Self::Batch { code, .. } => code,
        }
    }
}
