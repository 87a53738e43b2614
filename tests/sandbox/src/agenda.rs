//! What is yet to happen: calls that are still on their way, and what others will do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::api::{Call, Route};
use crate::faults::Quirks;
use crate::http::Params;
use crate::json::Json;
use crate::state::State;
use crate::world::{Act, By};

/// What is to happen.
pub(crate) enum Task {
    /// A call that was admitted when it arrived.
    Call {
        route: &'static Route,
        store: usize,
        params: Params,
        by: By,
    },
    /// Another actor's deed at a store.
    Act(usize, Act),
}

/// Tasks with their seconds of the gateway's clock. They are done when anyone looks after that second,
/// and then count as done in it: nobody can tell the difference.
#[derive(Default)]
pub(crate) struct Agenda {
    tasks: Mutex<Vec<(i64, Task)>>,
    any: AtomicBool,
}

impl Agenda {
    pub(crate) fn add(&self, due: i64, task: Task) {
        let mut tasks = self.lock();
        // Behind the tasks of the same second: first planned, first done.
        let at = tasks.partition_point(|other| other.0 <= due);
        tasks.insert(at, (due, task));
        self.any.store(true, Ordering::Release);
    }

    /// Does what is due. The lock is held meanwhile, so that nobody sees half of it.
    pub(crate) fn catch_up(&self, state: &State) {
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let mut tasks = self.lock();
        while tasks.first().is_some_and(|task| task.0 <= state.now()) {
            let (due, task) = tasks.remove(0);
            task.run(state, due);
        }
        self.any.store(!tasks.is_empty(), Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(i64, Task)>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Task {
    fn run(self, state: &State, now: i64) {
        match self {
            Self::Call {
                route,
                store,
                params,
                by,
            } => {
                let call = Call {
                    state,
                    params: &params,
                    store,
                    now,
                    row_fault: None,
                    quirks: Quirks::default(),
                    by,
                };
                // Nobody is there to hear the answer.
                let _unheard = (route.handler)(&call, &mut Json::default());
            }
            Self::Act(store, act) => {
                let _nobody_asked = state.lock_store(store).act(&act, now);
            }
        }
    }
}
