//! Rows whose items are read in one call.

use std::sync::Arc;

use super::attach::{self, Found};
use super::version::Line;
use crate::error::Result;
use crate::jobs::{Context, items};
use crate::protocol::{Evidence, Record, Row};

/// Rows, with what the walk knows of them.
pub(super) type Rows = Vec<(Row, Line)>;

/// Rows of one answer whose items are read in one call.
pub(super) struct Batch {
    pub(super) rows: Rows,
    pub(super) evidence: Arc<Evidence>,
    pub(super) items: BatchItems,
}

/// How far the items of a batch are.
pub(super) enum BatchItems {
    Unread,
    /// The rows are with the thread that reads.
    Reading,
    Read(Result<Found>),
}

impl Batch {
    /// The rows of a page as batches; of an empty page, an empty one.
    pub(super) fn of(mut rows: Rows, evidence: &Arc<Evidence>) -> Vec<Self> {
        let mut batches = Vec::new();
        loop {
            let rest = rows.split_off(rows.len().min(items::BATCH));
            batches.push(Self {
                rows,
                evidence: Arc::clone(evidence),
                items: BatchItems::Unread,
            });
            if rest.is_empty() {
                return batches;
            }
            rows = rest;
        }
    }

    /// Whether its items are still to be read.
    pub(super) fn wants_items(&self) -> bool {
        matches!(self.items, BatchItems::Unread) && !self.rows.is_empty()
    }

    /// Whether it can be handed out with its items.
    pub(super) fn has_items(&self) -> bool {
        match self.items {
            BatchItems::Unread => self.rows.is_empty(),
            BatchItems::Reading => false,
            BatchItems::Read(_) => true,
        }
    }
}

/// Reads the items of these rows.
pub(super) fn read_items(context: &Context, rows: &[(Row, Line)]) -> Result<Found> {
    let orders: Vec<&Record> = rows
        .iter()
        .filter_map(|(row, _)| match row {
            Row::Good(order) => Some(order),
            Row::Bad(_) => None,
        })
        .collect();
    attach::read(context, &orders)
}
