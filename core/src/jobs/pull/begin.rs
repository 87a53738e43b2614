//! Where a pull begins: a new window, the rest of one, or the one that follows.

use super::ledger::{self, Ledger};
use super::memory::BadRows;
use super::queue::Queue;
use super::slice::SHAPE;
use super::window::{UPDATED, Window};
use super::{FAR, Pull, PullOptions, Tally};
use crate::client::Client;
use crate::error::{Error, Result};

/// What the progress of an order pull is called.
const STAGE: &str = "orders";

impl Pull {
    /// The pull that these options ask for.
    pub(crate) fn new(client: &Client, options: &PullOptions) -> Result<Self> {
        let by_update = options.is_by_update();
        Self::begin_with(client, options, |earlier| {
            if by_update && earlier.is_by_creation() {
                return if earlier.ended {
                    Ok(true)
                } else {
                    Err(unended())
                };
            }
            Ok(false)
        })
    }

    /// One of the pulls of a sync: by creation while there is no cursor, the rest of a window that has not ended, and
    /// then all changes since.
    pub(crate) fn of_sync(client: &Client, options: &PullOptions) -> Result<Self> {
        let mut pull = Self::begin_with(client, options, |earlier| {
            Ok(earlier.ended && earlier.is_by_creation())
        })?;
        pull.stage = if pull.ledger.is_by_creation() {
            "backfill"
        } else {
            "changes"
        };
        Ok(pull)
    }

    fn begin_with(
        client: &Client,
        options: &PullOptions,
        hands_over: impl Fn(&Ledger) -> Result<bool>,
    ) -> Result<Self> {
        let cursor = options
            .cursor
            .clone()
            .filter(|text| !text.trim().is_empty());
        let overlap = options.overlap()?;
        let credentials = client.credentials();
        let status = options.status.clone().unwrap_or_default();
        let key = |column: &str| {
            let gateway = credentials.gateway().name();
            let app = credentials.app_key();
            ledger::key(&[gateway, app, client.account(), column, &status])
        };
        let mut earlier = cursor
            .as_deref()
            .map(|text| Ledger::from_text(text, overlap, key))
            .transpose()?;
        if let Some(ledger) = earlier.take() {
            let hands_over = hands_over(&ledger)?;
            earlier = Some(if hands_over {
                ledger.hand_over(&key(UPDATED.key))
            } else {
                ledger
            });
        }
        let window = Window::new(
            options,
            earlier
                .as_ref()
                .map(|earlier| (earlier.column(), earlier.from)),
        )?;
        let to = window.to.unwrap_or(FAR);
        let settled = earlier.as_ref().is_some_and(|earlier| !earlier.ended);
        let ledger = match earlier {
            Some(earlier) => earlier.follow(to),
            None => {
                let column = window.column.key;
                Ledger::new(&key(column), column, (window.from, to), overlap)
            }
        };
        Ok(Self {
            window,
            queue: Queue::new(ledger.walk(SHAPE), options.with_items),
            follows: !settled && !ledger.is_by_creation(),
            ledger,
            cursor,
            settled,
            crew: None,
            said_forgot: false,
            told_bad: BadRows::default(),
            total: None,
            tally: Tally::default(),
            stage: STAGE,
        })
    }
}

fn unended() -> Error {
    let problem = "is of a pull by creation that has not ended: pull its rest by creation first";
    Error::input("cursor", problem)
}
