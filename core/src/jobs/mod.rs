//! Jobs of many calls, as iterators of events: order pull, fulfillment, labels.

mod event;
mod fulfillment;
mod items;
mod label_file;
mod options;
mod outcome;
mod pull;
mod restore;
mod sync;

use std::collections::VecDeque;
use std::fmt;

pub use event::{Event, Items, Notice, Progress, PulledBadRow, PulledOrder, Summary};
pub use fulfillment::{
    FulfillmentOptions, JournalFile, JournalLines, JournalStore, LabelFiles, LabelFormat,
    LabelOptions, LabelTarget, Package, PrintOptions, Target, Unknown, Until,
};
pub use outcome::{Indeterminate, Origin, Outcome, Sighting, State, Step, Try};
pub use pull::PullOptions;
pub use sync::{CursorLock, CursorStore, FileCursor, SyncOptions};

use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Reply, Request};
use crate::transport::Cancel;

/// A job under way. Each [`next`](Iterator::next) does what it takes to have another event; between two calls of
/// it no request begins. Of an order pull, up to eight reads that were under way then come to their end.
///
/// The first error ends the job. Dropping the job stops it where it stands, and waits until no thread of it is left.
pub struct Job {
    work: Box<dyn Work>,
    context: Context,
    events: VecDeque<Event>,
    failure: Option<Error>,
    ended: bool,
    process: u32,
}

/// What a job works with.
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) cancel: Cancel,
}

impl Context {
    pub(crate) fn send(&self, request: &Request) -> Result<Reply> {
        self.client.send_cancelable(request, &self.cancel)
    }

    pub(crate) fn account(&self) -> String {
        self.client.account().to_owned()
    }
}

/// One kind of job: does a bit of its work at a time.
pub(crate) trait Work: Send {
    /// Adds the next events; true when there is nothing more to come.
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool>;

    /// The caller was handed this event.
    fn told(&mut self, _: &Event) {}

    /// How far the caller has come, as a text to go on from.
    fn cursor(&self) -> Option<String> {
        None
    }

    /// The job failed, and the caller is done with what it was handed before.
    fn ended_early(&mut self) {}
}

impl Job {
    pub(crate) fn new(client: &Client, work: impl Work + 'static) -> Self {
        let context = Context {
            client: client.clone(),
            cancel: Cancel::new(),
        };
        Self {
            work: Box::new(work),
            context,
            events: VecDeque::new(),
            failure: None,
            ended: false,
            process: std::process::id(),
        }
    }

    /// The job ends when `cancel` is set, in place of the flag it was made with.
    #[must_use]
    pub fn cancel_by(mut self, cancel: Cancel) -> Self {
        self.context.cancel = cancel;
        self
    }

    /// How far an order pull has come: a text for [`PullOptions::cursor`] of a later pull. `None` for other jobs, and
    /// before the first answer of a pull that was given none. Of a sync it is the state, for [`SyncOptions::cursor`].
    ///
    /// It counts every row that [`next`](Iterator::next) has returned. Keep it once those rows are kept, or together
    /// with them: a process that ends in between gets them again, and none is lost. From the cursor of a pull that did
    /// not end, the next one does the rest; from that of one that ended, it follows on, reaching back
    /// [`PullOptions::overlap_s`] for what became visible late and leaving out versions that were handed out. Taking it
    /// costs some 50 bytes for each order of that time, so take it once a batch rather than once a row.
    pub fn cursor(&self) -> Option<String> {
        self.work.cursor()
    }

    /// Does what it takes for [`next`](Iterator::next) to return at once, and hands nothing out: true when an event is
    /// there, false at the end or when `next` has an error to tell. For callers whose wait may be given up, such as a
    /// task of an event loop: what it brought is not lost, and the cursor does not count it.
    pub fn wait(&mut self) -> bool {
        while self.events.is_empty() && !self.ended && self.process == std::process::id() {
            self.work_on();
        }
        self.ready() > 0
    }

    /// How many events are there that [`next`](Iterator::next) returns without any wait.
    pub fn ready(&self) -> usize {
        if self.process == std::process::id() {
            self.events.len()
        } else {
            0
        }
    }

    fn work_on(&mut self) {
        match self.work.step(&self.context, &mut self.events) {
            Ok(ended) => self.ended = ended,
            Err(error) => {
                // What came before the failure is told before it.
                self.failure = Some(error);
                self.ended = true;
            }
        }
    }

    /// The flag that ends the job from another thread. A job of writes still tells the outcome of every item.
    pub fn cancel_flag(&self) -> Cancel {
        self.context.cancel.clone()
    }
}

impl Iterator for Job {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Result<Event>> {
        loop {
            if self.process != std::process::id() {
                // Parent and child would each do the rest of the work.
                let message = "this job belongs to the process that began it";
                let first = !std::mem::replace(&mut self.ended, true);
                return first.then(|| Err(Error::new(ErrorKind::Forked, message)));
            }
            if let Some(event) = self.events.pop_front() {
                self.work.told(&event);
                return Some(Ok(event));
            }
            if self.ended {
                let failure = self.failure.take()?;
                self.work.ended_early();
                return Some(Err(failure));
            }
            self.work_on();
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// Jobs on orders: [`Client::orders`].
#[derive(Debug)]
pub struct Orders<'a>(&'a Client);

/// Jobs that ship: [`Client::fulfillment`].
#[derive(Debug)]
pub struct Fulfillment<'a>(&'a Client);

impl Client {
    /// Jobs on orders.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }

    /// Jobs that ship.
    pub fn fulfillment(&self) -> Fulfillment<'_> {
        Fulfillment(self)
    }
}

impl Orders<'_> {
    /// Pulls the orders of a window, oldest first; a row may come up to two seconds after a later one.
    ///
    /// The window ends at the upper bound asked for, but not later than two seconds before the gateway's own
    /// time. Each version of an order comes at most once, so an order that changes meanwhile may come twice, the
    /// newer version later: write orders by id, over what is there.
    ///
    /// By creation a pull brings every order that is visible, but says nothing of later changes. By update it brings
    /// what has changed and rests: an order that changes during the pull leaves the window and belongs to the next
    /// one, so follow the changes, each pull from the [cursor](Job::cursor) of the last. To begin, pull by creation, then
    /// by update from the cursor of that pull, which goes back to where its window closed. [`sync`](Self::sync) does both.
    ///
    /// Calls go out several at a time, up to eight with items, from threads of the job; they share the client's pacing.
    /// After a fork the child must not go on with the job, and may drop it.
    ///
    /// Seconds whose orders could not be proven to be all are told as a notice `unproven` and in
    /// [`Summary::unproven`].
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when the window is not one. The job ends with [`ErrorKind::Decode`] when the gateway
    /// ignores order, filter or offset, and with [`ErrorKind::Input`] on `status` when one second holds more
    /// orders than can be read (about 9,000).
    pub fn pull(&self, options: PullOptions) -> Result<Job> {
        Ok(Job::new(self.0, pull::Pull::new(self.0, &options)?))
    }

    /// Keeps a database in step: every order created since a time, and every change from then on. Run it again and again
    /// with the same store, or with the [cursor](Job::cursor) of the last run; each run ends when all is handed out that
    /// the gateway has shown up to two seconds ago.
    ///
    /// The first run pulls the orders by their creation, then what has changed since that pull closed its window. A later
    /// run does the rest of what was not ended, then what has changed since the last window closed. Both reach back by
    /// the overlap and leave out the versions that were handed out. Write orders by id, over what is there; an order that
    /// is older than `since` and changes comes too.
    ///
    /// The state counts an order as done when the next event is asked for. It is saved once a page, at the end of each
    /// window, and before [`Event::Done`], so that a crash repeats the orders since the last save and loses none. A
    /// canceled, failed or dropped job is gone on with by the next one. A save that fails ends the job.
    ///
    /// The state belongs to gateway, app, account and status, and is refused elsewhere. The account must not depend on
    /// the token of the day: where neither [`Config::account`](crate::Config::account) nor the token store tells it, the
    /// job begins with a call of `/seller/get`.
    ///
    /// Events are those of [`pull`](Self::pull); progress has the stages `backfill` and `changes`, each counted by itself.
    /// Compare [`Summary::lateness_s`] with how often it runs.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] on `since`, `cursor`, `overlap_s`, or on `state` when what the store holds is half-written or
    /// of another; it is not overwritten then. [`ErrorKind::Io`] on `state` when it cannot be read, locked or
    /// saved, or another sync has it. A state of another account may also be refused at the first event. What ends a
    /// [`pull`](Self::pull) ends the job.
    pub fn sync(&self, options: SyncOptions) -> Result<Job> {
        Ok(Job::new(self.0, sync::Sync::new(self.0, options)?))
    }
}

impl Fulfillment<'_> {
    /// Packs, prints labels and reports ready to ship, as far as asked for; one outcome per item.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for targets or options that cannot be meant.
    pub fn run(&self, targets: Vec<Target>, options: FulfillmentOptions) -> Result<Job> {
        Ok(Job::new(self.0, fulfillment::Run::new(targets, options)?))
    }

    /// Saves the labels of items that are packed, also once more; one outcome per item, and one per package
    /// that is given by its id alone. Nothing is packed and nothing reported.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for targets or options that cannot be meant; [`ErrorKind::Io`] when the folder cannot
    /// be read.
    pub fn labels(&self, targets: Vec<LabelTarget>, options: PrintOptions) -> Result<Job> {
        Ok(Job::new(
            self.0,
            fulfillment::Prints::new(targets, options)?,
        ))
    }

    /// Packs, and nothing more: [`run`](Self::run) until [`Until::Packed`].
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub fn pack(&self, targets: Vec<Target>, options: FulfillmentOptions) -> Result<Job> {
        let until = Until::Packed;
        self.run(targets, FulfillmentOptions { until, ..options })
    }

    /// Announces packages to the carrier, whoever made them; one outcome per package. Labels are not fetched.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for packages or options that cannot be meant.
    pub fn ready_to_ship(
        &self,
        packages: Vec<Package>,
        options: FulfillmentOptions,
    ) -> Result<Job> {
        let run = fulfillment::Run::ready_to_ship(packages, options)?;
        Ok(Job::new(self.0, run))
    }

    /// Dissolves packages, so that their items can be packed again or canceled one by one; one outcome per package.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for packages or options that cannot be meant.
    pub fn repack(&self, packages: Vec<Package>, options: FulfillmentOptions) -> Result<Job> {
        let run = fulfillment::Run::repack(packages, options)?;
        Ok(Job::new(self.0, run))
    }

    /// Reads again what the journal of these options does not know the end of, and never writes to the platform: one
    /// outcome per item. It takes as long as the quarantine where no read shows progress. [`State::Done`] is an item
    /// whose write was executed, [`State::StoppedBefore`] one whose write was not, which a run may send again.
    ///
    /// Of the options only `journal`, `quarantine` and `adopt` matter.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for options that cannot be meant.
    pub fn resolve(&self, options: FulfillmentOptions) -> Result<Job> {
        Ok(Job::new(self.0, fulfillment::Run::resolve(options)?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{Config, Country};

    /// Two notices, then an error.
    struct Short {
        steps: usize,
        told: Arc<AtomicUsize>,
    }

    impl Work for Short {
        fn step(&mut self, _: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
            self.steps += 1;
            if self.steps > 1 {
                return Err(Error::new(ErrorKind::Canceled, "the end"));
            }
            for _ in 0..2 {
                let message = String::new();
                events.push_back(Event::Notice(Notice { code: "x", message }));
            }
            Ok(false)
        }

        fn told(&mut self, _: &Event) {
            self.told.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn waiting_hands_nothing_out_and_hides_no_error() {
        let config = Config::new("key", "secret").country(Country::Sg);
        let told = Arc::new(AtomicUsize::new(0));
        let work = Short {
            steps: 0,
            told: Arc::clone(&told),
        };
        let mut job = Job::new(&Client::new(config).unwrap(), work);
        assert_eq!(job.ready(), 0);
        assert!(job.wait());
        assert!(job.wait());
        assert_eq!((job.ready(), told.load(Ordering::Relaxed)), (2, 0));
        assert!(matches!(job.next(), Some(Ok(Event::Notice(_)))));
        assert_eq!((job.ready(), told.load(Ordering::Relaxed)), (1, 1));
        assert!(matches!(job.next(), Some(Ok(Event::Notice(_)))));
        assert!(!job.wait());
        assert_eq!(job.ready(), 0);
        assert!(matches!(job.next(), Some(Err(_))));
        assert!(!job.wait());
        assert!(job.next().is_none());
    }
}
