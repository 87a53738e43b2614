//! A journal in an object of the caller's.

use std::io;
use std::sync::Arc;

use lazcore::jobs::{JournalLines, JournalStore};
use pyo3::prelude::*;

use crate::state::{Callee, StateStore};

/// What a journal is made of.
const CALLEE: Callee = Callee {
    field: "journal",
    methods: &["try_lock", "unlock", "read", "append", "sync", "replace"],
    expected: "expected a path, or an object with try_lock, unlock, read, append, sync and replace",
};

/// The object of a journal, behind what it raises.
pub(crate) fn store_of(object: &Bound<'_, PyAny>) -> PyResult<Arc<StateStore>> {
    StateStore::of(object, CALLEE)
}

/// A journal that the host keeps.
#[derive(Debug)]
pub(crate) struct HostJournal(pub(crate) Arc<StateStore>);

impl JournalStore for HostJournal {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let taken = self
            .0
            .call(|object| object.call_method0("try_lock")?.is_truthy())?;
        if !taken {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(HostLines {
            store: Arc::clone(&self.0),
            process: std::process::id(),
        }))
    }

    fn name(&self) -> String {
        self.0.title()
    }
}

struct HostLines {
    store: Arc<StateStore>,
    process: u32,
}

impl JournalLines for HostLines {
    fn read(&mut self) -> io::Result<Vec<String>> {
        self.store
            .call(|object| object.call_method0("read")?.extract())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        self.store
            .call(|object| object.call_method1("append", (line,)).map(drop))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.store
            .call(|object| object.call_method0("sync").map(drop))
    }

    fn replace(&mut self, lines: &[String]) -> io::Result<()> {
        self.store
            .call(|object| object.call_method1("replace", (lines.to_vec(),)).map(drop))
    }
}

impl Drop for HostLines {
    fn drop(&mut self) {
        // What a forked child frees would be the lock of its parent.
        if self.process != std::process::id() {
            return;
        }
        Python::try_attach(|py| {
            let object = self.store.object(py);
            if let Err(error) = object.call_method0("unlock") {
                // There is no caller left to tell; Python prints it.
                error.write_unraisable(py, Some(object));
            }
        });
    }
}
