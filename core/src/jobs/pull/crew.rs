//! Calls side by side, each from a thread of its own.
//!
//! The pull begins calls and takes their answers in, within its steps alone. Between two steps no call begins, but
//! those under way come to their end, so that no connection rests while rows are handed out. Threads share no
//! state: what a call needs goes with it and comes back with its answer.

use std::any::Any;
use std::mem::{forget, replace};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::attach::Found;
use super::batch::{Rows, read_items};
use super::slice::{Page, read_page};
use super::walk::Walk;
use super::window::Window;
use crate::error::Result;
use crate::jobs::Context;
use crate::transport::Cancel;

/// How often the caller's flag is looked at during a wait.
const LOOK: Duration = Duration::from_millis(50);

/// What is read on a thread.
pub(super) enum Task {
    /// The next page of a slice.
    Page { slice: u64, walk: Box<Walk> },
    /// The items of these rows.
    Items { place: Place, rows: Rows },
}

/// What came of it, with what was lent.
pub(super) enum Done {
    Page {
        slice: u64,
        walk: Box<Walk>,
        page: Result<Page>,
    },
    Items {
        place: Place,
        rows: Rows,
        found: Result<Found>,
    },
}

/// Where a batch stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) slice: u64,
    pub(super) page: u64,
    pub(super) batch: usize,
}

type Panic = Box<dyn Any + Send>;
type Outcome = std::result::Result<Done, Panic>;

/// The calls under way.
pub(super) struct Crew {
    lent: Arc<Lent>,
    sender: Sender<Outcome>,
    receiver: Receiver<Outcome>,
    threads: Vec<JoinHandle<()>>,
    under_way: usize,
    process: u32,
}

/// What every call needs.
struct Lent {
    context: Context,
    window: Window,
}

impl Crew {
    pub(super) fn new(context: &Context, window: &Window) -> Self {
        let (sender, receiver) = channel();
        let context = Context {
            client: context.client.clone(),
            // Dropping the job ends its calls, and is no reason to set the caller's flag. That flag may ask a
            // host's probe, which wants to be asked from the caller's thread.
            cancel: Cancel::new(),
        };
        let window = window.clone();
        Self {
            lent: Arc::new(Lent { context, window }),
            sender,
            receiver,
            threads: Vec::new(),
            under_way: 0,
            process: std::process::id(),
        }
    }

    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Begins a call.
    pub(super) fn begin(&mut self, task: Task) {
        self.threads.retain(|thread| !thread.is_finished());
        self.under_way += 1;
        let task = Arc::new(Mutex::new(Some(task)));
        let work = {
            let (lent, task, sender) = (
                Arc::clone(&self.lent),
                Arc::clone(&task),
                self.sender.clone(),
            );
            move || perform(&lent, &task, &sender)
        };
        match Builder::new().name("lazcore-pull".to_owned()).spawn(work) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => {
                log::debug!("order pull: no thread: {error}");
                perform(&self.lent, &task, &self.sender);
            }
        }
    }

    /// An answer that is there.
    pub(super) fn answer(&mut self) -> Option<Done> {
        let outcome = self.receiver.try_recv().ok()?;
        Some(self.take(outcome))
    }

    /// Waits for an answer. When the caller cancels, every call ends with an error.
    pub(super) fn wait(&mut self, caller: &Cancel) -> Option<Done> {
        while self.under_way > 0 {
            if caller.is_canceled() {
                self.lent.context.cancel.cancel();
            }
            match self.receiver.recv_timeout(LOOK) {
                Ok(outcome) => return Some(self.take(outcome)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        None
    }

    fn take(&mut self, outcome: Outcome) -> Done {
        self.under_way -= 1;
        match outcome {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Drop for Crew {
    /// Ends the calls, so that nothing of the library runs when the job is gone.
    fn drop(&mut self) {
        if self.process != std::process::id() {
            // A forked child has the handles, but not the threads, and one of them may have held the channel.
            let (sender, receiver) = channel();
            forget(replace(&mut self.sender, sender));
            forget(replace(&mut self.receiver, receiver));
            return;
        }
        self.lent.context.cancel.cancel();
        for thread in self.threads.drain(..) {
            // A panic went to the one who waits for the answer.
            let _ = thread.join();
        }
    }
}

fn perform(lent: &Lent, task: &Mutex<Option<Task>>, sender: &Sender<Outcome>) {
    let task = task.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(task) = task else { return };
    let outcome = catch_unwind(AssertUnwindSafe(|| task.perform(lent)));
    // Nobody waits any more when the job is gone.
    let _ = sender.send(outcome);
}

impl Task {
    fn perform(self, lent: &Lent) -> Done {
        match self {
            Self::Page { slice, mut walk } => {
                let page = read_page(&mut walk, &lent.window, None, &lent.context);
                let page = page.map(|(page, _)| page);
                Done::Page { slice, walk, page }
            }
            Self::Items { place, rows } => {
                let found = read_items(&lent.context, &rows);
                Done::Items { place, rows, found }
            }
        }
    }
}
