//! Where the state of a sync is kept between runs.

use std::io;
use std::path::PathBuf;

use crate::client::private_file::PrivateFile;

/// Keeps the state of one sync, a text.
///
/// The state names each order of the last minutes by a hash; it holds no secret and no personal data.
pub trait CursorStore: Send + Sync {
    /// The state kept, or `None` when none was saved yet.
    ///
    /// # Errors
    /// When it cannot be read. A damaged state is no empty one: return it as it is, and the sync is refused.
    fn load(&self) -> io::Result<Option<String>>;

    /// Keeps `state` in place of what was there; until this returns, the old one counts. Called about once a page, from
    /// the thread that asks the job for events.
    ///
    /// # Errors
    /// When it cannot be written, which ends the job; the old state is still there.
    fn save(&self, state: &str) -> io::Result<()>;

    /// Takes the store for one job, without waiting; `None` while another has it. Two jobs on one state would each miss
    /// what the other was handed. The default takes no lock, for hosts that see to it themselves.
    ///
    /// # Errors
    /// When there can be no lock.
    fn try_lock(&self) -> io::Result<Option<CursorLock>> {
        Ok(Some(CursorLock::new(())))
    }

    /// What the store is called in messages, such as the path of its file.
    fn name(&self) -> String;
}

/// The lock of a store; dropped, it is free again.
pub struct CursorLock {
    _held: Box<dyn Send>,
}

impl CursorLock {
    /// A lock that is free again when `held` is dropped.
    pub fn new(held: impl Send + 'static) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl std::fmt::Debug for CursorLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CursorLock").finish_non_exhaustive()
    }
}

/// The state in a file of its own.
///
/// The file is for its owner alone (0600) and replaced as a whole. Beside it stands a lock file, which holds nothing and
/// stays. Locks of files on network drives are not to be relied on.
#[derive(Debug)]
pub struct FileCursor(PrivateFile);

/// Ten times the longest state; a larger file is something else.
const LARGEST: u64 = 64 << 20;

impl FileCursor {
    /// The state in this file, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(PrivateFile::new(path))
    }
}

impl CursorStore for FileCursor {
    fn load(&self) -> io::Result<Option<String>> {
        let Some(bytes) = self.0.read(LARGEST)? else {
            return Ok(None);
        };
        // Bytes that are no text are no state either, which is found where states are checked.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn save(&self, state: &str) -> io::Result<()> {
        self.0.replace(state.as_bytes())
    }

    fn try_lock(&self) -> io::Result<Option<CursorLock>> {
        Ok(self.0.try_lock()?.map(CursorLock::new))
    }

    fn name(&self) -> String {
        self.0.path().display().to_string()
    }
}
