//! A journal in memory that a killed process leaves behind, and that can fail.

use std::io;
use std::sync::{Arc, Mutex};

use super::super::journal::{JournalLines, JournalStore};
use super::world::World;

/// What is on the disk, and who has the lock.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) lines: Vec<String>,
    pub(super) taken: bool,
    /// The writer that may still write; a killed process loses its number.
    pub(super) writer: u32,
    /// Every operation: `append`, `sync`, `replace`.
    pub(super) did: Vec<&'static str>,
    pub(super) fail_append_at: Option<usize>,
    pub(super) fail_sync_at: Option<usize>,
}

#[derive(Clone)]
pub(super) struct Paper {
    pub(super) sheet: Arc<Mutex<Sheet>>,
    pub(super) world: Arc<Mutex<World>>,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Paper")
    }
}

impl Paper {
    /// The process ends here: nothing it does from now on reaches the disk.
    pub(super) fn kill(&self) {
        let mut sheet = self.sheet.lock().unwrap();
        sheet.writer += 1;
        sheet.taken = false;
    }
}

impl JournalStore for Paper {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let mut sheet = self.sheet.lock().unwrap();
        if sheet.taken {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        sheet.taken = true;
        Ok(Box::new(Pen {
            number: sheet.writer,
            paper: self.clone(),
        }))
    }

    fn name(&self) -> String {
        "paper".to_owned()
    }
}

struct Pen {
    number: u32,
    paper: Paper,
}

impl Pen {
    fn act(&self, name: &'static str, act: impl FnOnce(&mut Sheet)) -> io::Result<()> {
        let mut sheet = self.paper.sheet.lock().unwrap();
        if sheet.writer != self.number {
            return Ok(());
        }
        let fails = match name {
            "append" => sheet.fail_append_at,
            "sync" => sheet.fail_sync_at,
            _ => None,
        };
        let before = sheet.did.iter().filter(|did| **did == name).count();
        sheet.did.push(name);
        if fails.is_some_and(|at| before >= at) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        act(&mut sheet);
        Ok(())
    }
}

impl JournalLines for Pen {
    fn read(&mut self) -> io::Result<Vec<String>> {
        Ok(self.paper.sheet.lock().unwrap().lines.clone())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        self.act("append", |sheet| sheet.lines.push(line.to_owned()))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.act("sync", |_| {})?;
        self.paper.world.lock().unwrap().freeze_before_next_call();
        Ok(())
    }

    fn replace(&mut self, lines: &[String]) -> io::Result<()> {
        self.act("replace", |sheet| sheet.lines = lines.to_vec())
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        let mut sheet = self.paper.sheet.lock().unwrap();
        if sheet.writer == self.number {
            sheet.taken = false;
        }
    }
}
