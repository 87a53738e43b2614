//! Sync: a store that wants to hold every order, from run to run.
//!
//! It is a chain of pulls: a backfill by creation, then what has changed since, each from the cursor of the one before.
//! The state is that cursor; its column tells the phase.

mod store;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::Arc;

pub use store::{CursorLock, CursorStore, FileCursor};

use super::event::Event;
use super::pull::{Pull, PullOptions, Tally, bound, overlap};
use super::{Context, Work};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};

/// What to keep in step with, and where the state is.
#[derive(Clone, Default)]
pub struct SyncOptions {
    /// Hold orders created at or after this time, with an offset as in `2026-03-01T00:00:00+08:00`, and all that change
    /// from now on. Needed only while there is no state; with one it is not looked at.
    pub since: Option<String>,
    /// Only orders with an item of this status. An order that leaves the status is no longer told of.
    pub status: Option<String>,
    /// Attach the items.
    pub with_items: bool,
    /// See [`PullOptions::overlap_s`].
    pub overlap_s: Option<u32>,
    /// The state as a text, for hosts that keep it themselves: what [`Job::cursor`](crate::jobs::Job::cursor) told. Not
    /// beside `store`.
    pub cursor: Option<String>,
    /// Keeps the state. The job has it for itself until it has ended or is dropped.
    pub store: Option<Arc<dyn CursorStore>>,
}

impl fmt::Debug for SyncOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncOptions")
            .field("since", &self.since)
            .field("status", &self.status)
            .field("with_items", &self.with_items)
            .field("overlap_s", &self.overlap_s)
            .field("store", &self.store.as_ref().map(|store| store.name()))
            .finish_non_exhaustive()
    }
}

/// The job.
pub(crate) struct Sync {
    /// Of the pull to come; its cursor is the state it begins with.
    options: PullOptions,
    /// The pull under way; none while the account is not known.
    pull: Option<Pull>,
    /// What the pulls before it have counted.
    before: Tally,
    keeper: Option<Keeper>,
}

/// The store of the state, locked.
struct Keeper {
    store: Arc<dyn CursorStore>,
    /// What it holds.
    saved: Option<String>,
    _lock: CursorLock,
}

impl Sync {
    pub(crate) fn new(client: &Client, options: SyncOptions) -> Result<Self> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let mut cursor = given(options.cursor);
        if cursor.is_some() && options.store.is_some() {
            return Err(Error::input(
                "cursor",
                "cannot stand beside a store: expected one of the two",
            ));
        }
        overlap(options.overlap_s)?;
        let since = given(options.since);
        if let Some(since) = &since {
            bound("since", since)?;
        }
        let keeper = options.store.map(Keeper::open).transpose()?;
        if let Some(keeper) = &keeper {
            cursor.clone_from(&keeper.saved);
        }
        if cursor.is_none() && since.is_none() {
            let problem =
                "is required while there is no state: expected a time to hold orders from";
            return Err(Error::input("since", problem));
        }
        let mut sync = Self {
            options: PullOptions {
                created_after: since.filter(|_| cursor.is_none()),
                status: options.status,
                with_items: options.with_items,
                overlap_s: options.overlap_s,
                cursor,
                ..PullOptions::default()
            },
            pull: None,
            before: Tally::default(),
            keeper,
        };
        if client.knows_account() {
            sync.begin(client)?;
        }
        Ok(sync)
    }

    /// Begins the pull whose turn it is.
    fn begin(&mut self, client: &Client) -> Result<()> {
        let begun = Pull::of_sync(client, &self.options);
        self.pull = Some(begun.map_err(|error| match &self.keeper {
            Some(keeper) if error.field() == Some("cursor") => keeper.refuse(&error),
            _ => error,
        })?);
        Ok(())
    }

    /// Keeps what the caller is done with.
    fn save(&mut self) -> Result<()> {
        let state = self.cursor();
        let (Some(keeper), Some(state)) = (&mut self.keeper, state) else {
            return Ok(());
        };
        let kept = keeper.save(state);
        if kept.is_err() {
            // The job ends here; nobody waits for its lock.
            self.keeper = None;
        }
        kept
    }

    /// After the end of a pull: the next one, or the end of the job. The step that finds the end has begun with a save, and
    /// hands nothing out.
    fn end(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        self.options.cursor = self.cursor();
        self.options.created_after = None;
        let Some(pull) = self.pull.take() else {
            return Ok(false);
        };
        let is_last = pull.follows();
        self.before.add(pull.into_tally());
        if is_last {
            self.keeper = None;
            events.push_back(Event::Done(self.before.summary()));
            return Ok(true);
        }
        self.begin(&context.client).map(|()| false)
    }
}

impl Work for Sync {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        // Whoever asks for more is done with what was handed out.
        self.save()?;
        if self.pull.is_none() {
            context.client.resolve_account_cancelable(&context.cancel)?;
            self.begin(&context.client)?;
        }
        let Some(pull) = &mut self.pull else {
            return Ok(false);
        };
        if !pull.step(context, events)? {
            return Ok(false);
        }
        // The end of a pull is not the end of the job.
        events.pop_back();
        self.end(context, events)
    }

    fn told(&mut self, event: &Event) {
        if let Some(pull) = &mut self.pull {
            pull.told(event);
        }
    }

    fn cursor(&self) -> Option<String> {
        match &self.pull {
            Some(pull) => pull.cursor(),
            None => self.options.cursor.clone(),
        }
    }

    fn ended_early(&mut self) {
        if let Err(error) = self.save() {
            log::warn!("sync: {error}");
        }
        self.keeper = None;
    }
}

impl Keeper {
    fn open(store: Arc<dyn CursorStore>) -> Result<Self> {
        let failed = |what: &str, error: io::Error| failed(&*store, what, error);
        let lock = store.try_lock().map_err(|error| failed("locked", error))?;
        let Some(lock) = lock else {
            let problem = format!("the state in {} is in use by another sync", store.name());
            return Err(Error::new(ErrorKind::Io, problem)
                .with_field("state")
                .worth_a_retry());
        };
        let saved = store.load().map_err(|error| failed("read", error))?;
        let keeper = Self {
            saved,
            _lock: lock,
            store,
        };
        if keeper
            .saved
            .as_ref()
            .is_some_and(|text| text.trim().is_empty())
        {
            // Not the same as none: what was in it is gone.
            return Err(keeper.refuse(&Error::new(ErrorKind::Input, "cursor: is empty")));
        }
        Ok(keeper)
    }

    fn save(&mut self, state: String) -> Result<()> {
        if self.saved.as_ref() == Some(&state) {
            return Ok(());
        }
        let kept = self.store.save(&state);
        kept.map_err(|error| failed(&*self.store, "saved", error))?;
        self.saved = Some(state);
        Ok(())
    }

    /// The state is not one to go on from. It is left as it is.
    fn refuse(&self, error: &Error) -> Error {
        let problem = error.message().trim_start_matches("cursor: ");
        Error::input("state", format_args!("{}: {problem}", self.store.name()))
    }
}

fn failed(store: &dyn CursorStore, what: &str, error: io::Error) -> Error {
    let problem = format!("the state in {} cannot be {what}", store.name());
    Error::io(problem, error).with_field("state")
}
