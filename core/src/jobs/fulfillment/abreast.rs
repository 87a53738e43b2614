//! Calls side by side, while the job waits for all of them.
//!
//! The threads begin and end within one step of the job, so that between two steps, and after the job, none is left.
//! A single call is made by the caller's own thread.

use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};
use std::time::Duration;

use crate::jobs::Context;
use crate::transport::Cancel;

/// Calls under way at once, as many as a pull makes.
pub(super) const WIDTH: usize = 8;
/// How often the caller's flag is looked at during a wait.
const LOOK: Duration = Duration::from_millis(50);

/// Performs tasks on threads, and takes in what came of each as it comes, on the caller's thread.
pub(super) fn abreast<T: Send, R: Send>(
    context: &Context,
    tasks: Vec<T>,
    perform: impl Fn(&Context, T) -> R + Sync,
    mut take: impl FnMut(R),
) {
    if tasks.len() < 2 {
        for task in tasks {
            take(perform(context, task));
        }
        return;
    }
    // The caller's flag may ask a host's probe, which wants to be asked from the caller's thread.
    let relay = Context {
        client: context.client.clone(),
        cancel: Cancel::new(),
    };
    let workers = tasks.len().min(WIDTH);
    let queue = Mutex::new(VecDeque::from(tasks));
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    let (sender, receiver) = channel();
    scope(|scope| {
        let mut begun = 0;
        for _ in 0..workers {
            let (sender, next, perform, relay) = (sender.clone(), &next, &perform, &relay);
            let work = move || {
                while let Some(task) = next() {
                    // The receiver outlives the threads, unless the caller panics.
                    if sender.send(perform(relay, task)).is_err() {
                        return;
                    }
                }
            };
            let thread = Builder::new().name("lazcore-ship".to_owned());
            match thread.spawn_scoped(scope, work) {
                Ok(_) => begun += 1,
                Err(error) => log::debug!("fulfillment: no thread: {error}"),
            }
        }
        drop(sender);
        while begun == 0
            && let Some(task) = next()
        {
            take(perform(context, task));
        }
        loop {
            if context.cancel.is_canceled() {
                relay.cancel.cancel();
            }
            match receiver.recv_timeout(LOOK) {
                Ok(result) => take(result),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use super::*;
    use crate::{Client, Config, Country};

    fn context() -> Context {
        let config = Config::new("1", "secret").country(Country::Sg);
        Context {
            client: Client::new(config).unwrap(),
            cancel: Cancel::new(),
        }
    }

    #[test]
    fn eight_are_under_way_at_most_and_all_are_taken_in_by_the_caller() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let perform = |_: &Context, task: usize| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(20));
            now.fetch_sub(1, Ordering::SeqCst);
            (task, std::thread::current().id())
        };
        let caller = std::thread::current().id();
        let mut done = Vec::new();
        abreast(&context(), (0..40).collect(), perform, |(task, thread)| {
            assert_eq!(std::thread::current().id(), caller);
            assert_ne!(thread, caller);
            done.push(task);
        });
        done.sort_unstable();
        assert_eq!(done, (0..40).collect::<Vec<_>>());
        assert_eq!((most.into_inner(), now.into_inner()), (WIDTH, 0));
        // One alone needs no thread.
        abreast(&context(), vec![7], perform_here, |thread| {
            assert_eq!(thread, caller);
        });
    }

    fn perform_here(_: &Context, _: usize) -> std::thread::ThreadId {
        std::thread::current().id()
    }

    #[test]
    fn the_callers_flag_reaches_all_of_them_though_it_is_asked_on_its_thread_alone() {
        let caller = std::thread::current().id();
        let begun = Instant::now();
        let context = Context {
            cancel: Cancel::with_probe(move || {
                assert_eq!(std::thread::current().id(), caller);
                begun.elapsed() > Duration::from_millis(100)
            }),
            ..context()
        };
        let perform = |context: &Context, _: usize| {
            while !context.cancel.is_canceled() {
                assert!(begun.elapsed() < Duration::from_secs(20), "never told");
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        let mut ended = 0;
        abreast(&context, vec![1, 2, 3], perform, |()| ended += 1);
        assert_eq!(ended, 3);
    }
}
