//! Calls side by side, each on one of a few threads.
//!
//! The pull begins calls and takes their answers in, within its steps alone. Between two steps no call begins, but
//! those under way come to their end, so that no connection rests while rows are handed out. Threads share no
//! state: what a call needs goes with it and comes back with its answer.
//!
//! A thread is started when a call finds none at rest, and serves until the pull is over. Allocators keep memory for
//! each thread, so a thread for every call would make a long pull need more of it than a short one.

use std::any::Any;
use std::mem::{forget, replace, take};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::attach::Found;
use super::batch::{Rows, read_items};
use super::slice::{Answer, read_page};
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
        answer: Result<Box<Answer>>,
    },
    Items {
        place: Place,
        rows: Rows,
        found: Result<Found>,
    },
}

impl Done {
    /// The same, with the items that are to be kept in memory of this thread.
    ///
    /// Allocators serve each thread from a place of its own, which stays as large as it ever had to be. So what waits for
    /// its turn must not be spread over the places of all threads. The rows of a page are copied out of its answer
    /// by the thread that keeps them anyway.
    fn here(self) -> Self {
        match self {
            Self::Items { place, rows, found } => Self::Items {
                place,
                rows,
                found: found.map(|found| found.copied()),
            },
            page @ Self::Page { .. } => page,
        }
    }
}

/// Where a batch stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) slice: u64,
    pub(super) page: u64,
    pub(super) batch: usize,
}

type Panic = Box<dyn Any + Send>;

/// What came of a call, and whose hands are free again.
struct Outcome {
    worker: Option<usize>,
    done: std::result::Result<Done, Panic>,
}

/// The calls under way.
pub(super) struct Crew {
    lent: Arc<Lent>,
    sender: Sender<Outcome>,
    receiver: Receiver<Outcome>,
    workers: Vec<Worker>,
    /// The workers at rest. The last one to come is the first to go, so that no more threads are busy than needed.
    idle: Vec<usize>,
    under_way: usize,
    process: u32,
}

/// A thread that makes one call after the other, until nobody can give it any.
struct Worker {
    tasks: Sender<Task>,
    thread: JoinHandle<()>,
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
            workers: Vec::new(),
            idle: Vec::new(),
            under_way: 0,
            process: std::process::id(),
        }
    }

    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Begins a call. Where no thread is to be had, it is made here.
    pub(super) fn begin(&mut self, task: Task) {
        self.begin_on(task, Builder::new());
    }

    fn begin_on(&mut self, task: Task, thread: Builder) {
        self.under_way += 1;
        let worker = self.idle.pop().or_else(|| self.hire(thread));
        let tasks = worker.and_then(|worker| self.workers.get(worker));
        let refused = match tasks {
            Some(worker) => worker.tasks.send(task).err(),
            None => Some(SendError(task)),
        };
        if let Some(SendError(task)) = refused {
            perform(&self.lent, task, None, &self.sender);
        }
    }

    fn hire(&mut self, thread: Builder) -> Option<usize> {
        let (tasks, mailbox) = channel();
        let index = self.workers.len();
        let work = {
            let (lent, sender) = (Arc::clone(&self.lent), self.sender.clone());
            move || {
                for task in mailbox {
                    perform(&lent, task, Some(index), &sender);
                }
            }
        };
        match thread.name("lazcore-pull".to_owned()).spawn(work) {
            Ok(thread) => {
                self.workers.push(Worker { tasks, thread });
                Some(index)
            }
            Err(error) => {
                log::debug!("order pull: no thread: {error}");
                None
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
        self.idle.extend(outcome.worker);
        match outcome.done {
            Ok(done) => done.here(),
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Drop for Crew {
    /// Ends calls and threads, so that nothing of the library runs when the job is gone.
    fn drop(&mut self) {
        let workers = take(&mut self.workers);
        if self.process != std::process::id() {
            // A forked child has the handles, but not the threads, and one of them may have held a channel.
            let (sender, receiver) = channel();
            forget(replace(&mut self.sender, sender));
            forget(replace(&mut self.receiver, receiver));
            forget(workers);
            return;
        }
        self.lent.context.cancel.cancel();
        let end = |Worker { tasks, thread }| {
            drop(tasks);
            thread
        };
        let threads: Vec<JoinHandle<()>> = workers.into_iter().map(end).collect();
        for thread in threads {
            // A panic went to the one who waits for the answer.
            let _ = thread.join();
        }
    }
}

fn perform(lent: &Lent, task: Task, worker: Option<usize>, sender: &Sender<Outcome>) {
    let done = catch_unwind(AssertUnwindSafe(|| task.perform(lent)));
    // Nobody waits any more when the job is gone.
    let _ = sender.send(Outcome { worker, done });
}

impl Task {
    fn perform(self, lent: &Lent) -> Done {
        match self {
            Self::Page { slice, mut walk } => {
                let answer = read_page(&mut walk, &lent.window, None, &lent.context);
                let answer = answer.map(|(answer, _)| Box::new(answer));
                Done::Page {
                    slice,
                    walk,
                    answer,
                }
            }
            Self::Items { place, rows } => {
                let found = read_items(&lent.context, &rows);
                Done::Items { place, rows, found }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::PullOptions;
    use crate::{Client, Config, Country};

    fn crew() -> Crew {
        let config = Config::new("key", "secret").country(Country::Sg);
        let context = Context {
            client: Client::new(config.access_token("token")).unwrap(),
            cancel: Cancel::new(),
        };
        let options = PullOptions {
            created_after: Some("2026-03-01T00:00:00+08:00".to_owned()),
            ..PullOptions::default()
        };
        let window = Window::new(&options, None).unwrap();
        Crew::new(&context, &window)
    }

    /// A call that needs no request.
    fn task() -> Task {
        let place = Place {
            slice: 0,
            page: 0,
            batch: 0,
        };
        let rows = Vec::new();
        Task::Items { place, rows }
    }

    #[test]
    fn a_call_is_made_here_where_no_thread_is_to_be_had() {
        let mut crew = crew();
        for _ in 0..2 {
            crew.begin_on(task(), Builder::new().stack_size(usize::MAX / 2));
            assert_eq!(crew.under_way(), 1);
            assert!(crew.answer().is_some(), "nobody else would have made it");
        }
        assert!(crew.workers.is_empty() && crew.idle.is_empty());
        crew.begin(task());
        assert!(crew.wait(&Cancel::new()).is_some());
        assert_eq!(crew.workers.len(), 1);
    }

    #[test]
    fn a_panic_is_passed_on_and_its_thread_serves_on() {
        let mut crew = crew();
        let outcome = Outcome {
            worker: crew.hire(Builder::new()),
            done: Err(Box::new("panic")),
        };
        crew.under_way += 1;
        let panic = catch_unwind(AssertUnwindSafe(|| crew.take(outcome)));
        assert!(panic.is_err());
        assert_eq!((crew.under_way(), crew.idle.as_slice()), (0, &[0][..]));
        crew.begin(task());
        assert!(crew.wait(&Cancel::new()).is_some());
        assert_eq!(crew.workers.len(), 1);
    }
}
