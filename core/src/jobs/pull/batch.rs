//! Rows whose items are read in one call, and calls made side by side.

use std::sync::Arc;
use std::thread;

use super::attach::{self, Found};
use crate::error::Result;
use crate::jobs::{Context, items};
use crate::protocol::{Evidence, Record, Row};

/// Rows of one answer whose items are read in one call.
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    pub(super) evidence: Arc<Evidence>,
    found: Option<Result<Found>>,
}

impl Batch {
    /// The rows of a page as batches; of an empty page, an empty one.
    pub(super) fn of(mut rows: Vec<Row>, evidence: &Arc<Evidence>) -> Vec<Self> {
        let mut batches = Vec::new();
        loop {
            let rest = rows.split_off(rows.len().min(items::BATCH));
            batches.push(Self {
                rows,
                evidence: Arc::clone(evidence),
                found: None,
            });
            if rest.is_empty() {
                return batches;
            }
            rows = rest;
        }
    }

    /// Reads the items, for [`found`](Self::found) to hand out later.
    pub(super) fn find(&mut self, context: &Context) {
        self.found = Some(self.read(context));
    }

    /// The items; read now if they were not.
    pub(super) fn found(&mut self, context: &Context) -> Result<Found> {
        match self.found.take() {
            Some(found) => found,
            None => self.read(context),
        }
    }

    fn read(&self, context: &Context) -> Result<Found> {
        let orders: Vec<&Record> = self
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Good(order) => Some(order),
                Row::Bad(_) => None,
            })
            .collect();
        attach::read(context, &orders)
    }
}

pub(super) type Task<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Runs the tasks at the same time, the first on this thread. Where no thread can be had, a task is left undone.
pub(super) fn side_by_side(tasks: Vec<Task<'_>>) {
    let mut tasks = tasks.into_iter();
    let own = tasks.next();
    thread::scope(|scope| {
        for task in tasks {
            let thread = thread::Builder::new().name("lazcore-pull".to_owned());
            if let Err(error) = thread.spawn_scoped(scope, task) {
                log::debug!("order pull: no thread: {error}");
            }
        }
        if let Some(own) = own {
            own();
        }
    });
}
