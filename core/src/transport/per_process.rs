//! State that belongs to one process and is rebuilt in a forked child.

use std::mem;
use std::process;
use std::sync::{Arc, OnceLock};

/// One `T` for each process that uses it.
///
/// After `fork`, parent and child hold copies of the same sockets and of locks that a thread which no longer
/// exists may have held. So a child never touches the parent's value: it makes its own, and the old one is
/// forgotten, not closed.
///
/// The values form a chain that only grows: a reader takes no lock, so there is none that a forked thread could
/// have held. The value of the creating process is made at construction, and a child's is made before its
/// place in the chain is claimed, so that nothing is half-made in a process that forks at any moment but that of one
/// pointer's store.
pub(crate) struct PerProcess<T> {
    first: Node<T>,
    current: fn() -> u32,
}

struct Node<T> {
    pid: u32,
    // Shared only with the clone that is leaked to keep another process's value from being closed.
    value: Arc<T>,
    next: OnceLock<Box<Node<T>>>,
}

impl<T> Node<T> {
    fn new(pid: u32, value: T) -> Self {
        Self {
            pid,
            value: Arc::new(value),
            next: OnceLock::new(),
        }
    }
}

impl<T> PerProcess<T> {
    /// The state of this process is `value`.
    pub(crate) fn new(value: T) -> Self {
        Self::asking(value, process::id)
    }

    fn asking(value: T, current: fn() -> u32) -> Self {
        Self {
            first: Node::new(current(), value),
            current,
        }
    }

    /// The state of the process that asks; `make` builds it at the first call in a child.
    ///
    /// Two threads that are first at once may both make one: the second is dropped unused.
    pub(crate) fn get(&self, make: impl Fn() -> T) -> &T {
        let pid = (self.current)();
        let mut node = &self.first;
        loop {
            if node.pid == pid {
                return &node.value;
            }
            node = match node.next.get() {
                Some(next) => next,
                None => {
                    let made = Box::new(Node::new(pid, make()));
                    node.next.get_or_init(|| made)
                }
            };
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let pid = (self.current)();
        let mut node = Some(&self.first);
        while let Some(this) = node {
            if this.pid != pid {
                mem::forget(Arc::clone(&this.value));
            }
            node = this.next.get().map(|next| &**next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::ptr;
    use std::thread;

    use super::*;

    thread_local! {
        static PID: Cell<u32> = const { Cell::new(1) };
    }

    fn pretended() -> u32 {
        PID.get()
    }

    #[test]
    fn the_creating_process_keeps_the_value_it_was_given() {
        let state = PerProcess::asking("parent", pretended);
        assert_eq!(*state.get(|| "remade"), "parent");
    }

    #[test]
    fn every_process_has_its_own_value_made_once() {
        let made = Cell::new(0);
        let make = || {
            made.set(made.get() + 1);
            made.get()
        };
        let state = PerProcess::asking(0, pretended);
        PID.set(2);
        assert_eq!((*state.get(make), *state.get(make)), (1, 1));
        PID.set(3);
        assert_eq!((*state.get(make), *state.get(make)), (2, 2));
        PID.set(2);
        assert_eq!(*state.get(make), 1);
        PID.set(1);
        assert_eq!(*state.get(make), 0);
        assert_eq!(made.get(), 2);
    }

    #[test]
    fn threads_of_one_child_agree_on_one_value() {
        let mut state = PerProcess::asking(0, || 1);
        state.current = || 7;
        let seen: Vec<usize> = thread::scope(|scope| {
            let ask = || ptr::from_ref(state.get(|| 100)).addr();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(seen.iter().all(|place| *place == seen[0]));
        assert_eq!(*state.get(|| 200), 100);
    }

    #[test]
    fn a_child_forgets_the_value_of_its_parent_and_drops_its_own() {
        let parent = Arc::new(());
        let child = Arc::new(());
        let state = PerProcess::asking(Arc::clone(&parent), pretended);
        PID.set(2);
        state.get(|| Arc::clone(&child));
        drop(state);
        assert_eq!(Arc::strong_count(&child), 1);
        assert_eq!(
            Arc::strong_count(&parent),
            2,
            "the parent's value was closed"
        );
        PID.set(1);
    }
}
