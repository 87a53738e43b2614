//! Where writes leave: each is announced in the journal before its first byte, and what is known of it afterwards
//! is noted there.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::FulfillmentOptions;
use super::decide::{Lesson, Rules};
use super::journal::book::{Book, Told};
use super::journal::line::{Finding, Kind, Package, RowRef};
use super::verdict;
use crate::error::{Error, ErrorKind, Executed, Result};
use crate::jobs::Context;
use crate::protocol::{Reply, Request};

/// A machine that stood still longer than this between intent and first byte reads again.
const JUMP: Duration = Duration::from_secs(5);

/// A journal in the hands of one job.
pub(super) struct Desk {
    book: Arc<Mutex<Book>>,
    pub(super) rules: Rules,
    actor: Option<String>,
    /// The gateway's clock at the last answer.
    gateway_time: Mutex<Option<String>>,
    claimed: Mutex<Vec<String>>,
    process: u32,
}

/// A write that is ready to leave.
pub(super) struct Write {
    pub(super) kind: Kind,
    pub(super) rows: Vec<RowRef>,
    pub(super) request: Request,
    /// When the oldest read began that it rests on, and how old that may be.
    pub(super) seen: Duration,
    pub(super) fresh: Duration,
}

/// How a write came out.
pub(super) enum Sent {
    Answered(Reply),
    /// The call failed; the verdict is that on each of its rows, and `None` when they were not sent.
    Failed(Error, Option<verdict::Verdict>),
    /// Time went by before it left: it was not sent, and has to be decided anew.
    Stale,
}

impl Desk {
    pub(super) fn open(context: &Context, options: &FulfillmentOptions) -> Result<Self> {
        let book = match &options.journal {
            None => {
                let book = context.client.kept(|| Mutex::new(Book::of_process()));
                lock(&book).forget_old(now(context).1);
                book
            }
            Some(store) => {
                // The journal outlives the token, and so must the name of its owner.
                if !context.client.has_lasting_account() {
                    context.client.resolve_account_cancelable(&context.cancel)?;
                }
                let (now, now_ms) = now(context);
                Book::open(&**store, &context.account(), now, now_ms)?
            }
        };
        Ok(Self {
            book,
            rules: Rules {
                quarantine: options.quarantine,
                adopt: options.adopt,
            },
            actor: options.actor.clone(),
            gateway_time: Mutex::default(),
            claimed: Mutex::default(),
            process: std::process::id(),
        })
    }

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// Takes an order for this job; false when another job of this process has it.
    pub(super) fn claim(&self, order: &str) -> bool {
        let claimed = self.book().claim(order);
        if claimed {
            lock(&self.claimed).push(order.to_owned());
        }
        claimed
    }

    pub(super) fn saw_gateway_time(&self, date: Option<&str>) {
        if let Some(date) = date {
            *lock(&self.gateway_time) = Some(date.to_owned());
        }
    }

    /// Sends a write. Each of its attempts is announced first, and the rows of an attempt that the platform turned
    /// away at the door are free again before the next.
    pub(super) fn send(&self, context: &Context, write: &Write) -> Sent {
        let announced = Cell::new(false);
        let stale = Cell::new(false);
        let before = || {
            if announced.take() {
                self.take_back(context, write)?;
            }
            let from = now(context);
            if from.0.saturating_sub(write.seen) > write.fresh {
                stale.set(true);
                return Err(out_of_date());
            }
            let gateway_time = lock(&self.gateway_time).clone();
            let actor = self.actor.as_deref();
            self.book()
                .intend(write.kind, &write.rows, from, gateway_time, actor)?;
            announced.set(true);
            if jumped(from, now(context)) {
                announced.set(false);
                stale.set(true);
                self.take_back(context, write)?;
                return Err(out_of_date());
            }
            Ok(())
        };
        let sent = context
            .client
            .send_guarded(&write.request, &context.cancel, &before);
        let error = match sent {
            Ok(reply) => {
                self.saw_gateway_time(reply.evidence().gateway_date.as_deref());
                return Sent::Answered(reply);
            }
            Err(_) if stale.get() => return Sent::Stale,
            Err(error) => error,
        };
        if !announced.get() {
            return Sent::Failed(error, None);
        }
        let verdict = verdict::of_call(&error);
        if verdict.is_none()
            && let Err(failure) = self.take_back(context, write)
        {
            return Sent::Failed(failure, None);
        }
        Sent::Failed(error, verdict)
    }

    /// The rows were not sent.
    fn take_back(&self, context: &Context, write: &Write) -> Result<()> {
        for row in &write.rows {
            self.know(context, write.kind, &row.row, Told::plain(Finding::NotSent))?;
        }
        Ok(())
    }

    pub(super) fn know(
        &self,
        context: &Context,
        kind: Kind,
        row: &str,
        told: Told<'_>,
    ) -> Result<()> {
        self.book().know(kind, row, told, now(context))
    }

    pub(super) fn learn(&self, context: &Context, lesson: Lesson) -> Result<()> {
        let told = Told {
            package: lesson.package,
            ..Told::plain(lesson.finding)
        };
        self.know(context, lesson.kind, &lesson.row, told)
    }

    /// Of these rows nothing is sent any more, and nobody knows what became of them.
    pub(super) fn unknown(&self, context: &Context, kind: Kind, row: &str, id: Option<&str>) {
        self.book()
            .gave_up_waiting(kind, row, id, context.client.clock().elapsed());
    }

    pub(super) fn refused(
        &self,
        context: &Context,
        (kind, row): (Kind, &str),
        code: &str,
        request_id: Option<&str>,
    ) -> Result<()> {
        let told = Told {
            code: Some(code),
            request_id,
            ..Told::plain(Finding::Refused)
        };
        self.know(context, kind, row, told)
    }

    pub(super) fn done(
        &self,
        context: &Context,
        (kind, row): (Kind, &str),
        package: Package,
        request_id: Option<&str>,
    ) -> Result<()> {
        let told = Told {
            package,
            request_id,
            ..Told::plain(Finding::Done)
        };
        self.know(context, kind, row, told)
    }

    pub(super) fn actor(&self) -> Option<String> {
        self.actor.clone()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // In a forked child another thread of the parent may have held the lock.
        if self.process == std::process::id() {
            let claimed = std::mem::take(&mut *lock(&self.claimed));
            self.book().release(&claimed);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The time of waits and the time of lines.
pub(super) fn now(context: &Context) -> (Duration, i64) {
    let clock = context.client.clock();
    (clock.elapsed(), clock.now_ms())
}

/// Whether more time went by than announcing a write takes, by either clock: one of them stands still while a
/// machine sleeps.
fn jumped(from: (Duration, i64), to: (Duration, i64)) -> bool {
    let wall = Duration::from_millis(to.1.abs_diff(from.1));
    to.0.saturating_sub(from.0) >= JUMP || wall >= JUMP
}

fn out_of_date() -> Error {
    Error::new(ErrorKind::Internal, "what was decided is out of date").executed_is(Executed::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f5_time_that_either_clock_misses_is_seen_by_the_other() {
        let from = (Duration::from_secs(100), 1_000_000);
        let after = |monotonic_s: u64, wall_ms: i64| {
            let monotonic = from.0 + Duration::from_secs(monotonic_s);
            jumped(from, (monotonic, from.1 + wall_ms))
        };
        assert!(!after(0, 0) && !after(4, 4_000));
        // A machine that slept; one whose clock was set while the process stood still.
        assert!(after(0, 5_000) && after(5, 0));
        assert!(after(0, -5_000), "set back");
    }
}
