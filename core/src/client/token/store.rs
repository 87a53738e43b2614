//! Where token pairs are kept between refreshes and processes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::pair::Token;
use super::seen::Seen;
use crate::error::Result;
use crate::transport::per_process::PerProcess;

/// Keeps one token pair. A client loads it, and stores each new pair before it uses it.
///
/// One store holds the pair of one authorization: a seller's, or a cross-border seller's with its shops in
/// several countries. Clients and processes that share the store share the pair.
pub trait TokenStore: Send + Sync {
    /// The pair kept, or `None` when none was stored yet.
    ///
    /// # Errors
    /// When it cannot be read or is damaged. A damaged store is no empty one: it may hold the only
    /// refresh token.
    fn load(&self) -> Result<Option<Token>>;

    /// Keeps `token` in place of what was there. When this returns, the pair survives the end of the
    /// process; until then the old one does. Called while the lock is held.
    ///
    /// # Errors
    /// When it cannot be written; the old pair is still there.
    fn save(&self, token: &Token) -> Result<()>;

    /// Whether a [`save`](Self::save) would work. Asked before an old pair is spent for a new one.
    ///
    /// # Errors
    /// What a save would fail with.
    fn ready(&self) -> Result<()> {
        Ok(())
    }

    /// Takes the lock that keeps other clients and processes from refreshing the same pair; `None` while
    /// another has it. Does not wait.
    ///
    /// # Errors
    /// When there can be no lock.
    fn try_lock(&self) -> Result<Option<StoreLock<'_>>>;

    /// What the store is called in messages, such as the path of its file.
    fn name(&self) -> String;
}

/// The lock of a store; dropped, it is free again.
pub struct StoreLock<'a> {
    release: Box<dyn Fn() + 'a>,
}

impl<'a> StoreLock<'a> {
    /// `release` is called once, when the lock is dropped.
    pub fn new(release: impl Fn() + 'a) -> Self {
        Self {
            release: Box::new(release),
        }
    }
}

impl Drop for StoreLock<'_> {
    fn drop(&mut self) {
        (self.release)();
    }
}

impl std::fmt::Debug for StoreLock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreLock").finish_non_exhaustive()
    }
}

/// A store in memory for hosts that keep the pair themselves: they give its text in, and after calls
/// take out what has changed.
///
/// It lives and ends with the process: a new pair that the host has not taken is lost with it, and the old one is
/// spent. Processes that share a pair need a [`FileStore`](super::FileStore).
#[derive(Default)]
pub struct TextStore {
    pairs: Seen,
    changed: AtomicBool,
    locked: PerProcess<AtomicBool>,
}

impl Default for PerProcess<AtomicBool> {
    fn default() -> Self {
        Self::new(AtomicBool::new(false))
    }
}

impl TextStore {
    /// An empty store, to be filled by an exchange of a code.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store with a pair in the form of [`Token::to_text`].
    ///
    /// # Errors
    /// See [`Token::from_text`].
    pub fn from_text(text: &str) -> Result<Self> {
        Ok(Self::of(Token::from_text(text)?))
    }

    /// A store with a pair.
    pub fn of(token: Token) -> Self {
        let store = Self::new();
        store.pairs.add(token);
        store
    }

    /// The text of the pair, if there is one.
    pub fn text(&self) -> Option<String> {
        self.pairs.newest().map(Token::to_text)
    }

    /// The text of the pair if it has changed since it was given or last taken: what the host has to keep now.
    pub fn take_change(&self) -> Option<String> {
        let changed = self.changed.swap(false, Ordering::AcqRel);
        changed.then(|| self.text()).flatten()
    }
}

impl TokenStore for TextStore {
    fn load(&self) -> Result<Option<Token>> {
        Ok(self.pairs.newest().cloned())
    }

    fn save(&self, token: &Token) -> Result<()> {
        self.pairs.add(token.clone());
        self.changed.store(true, Ordering::Release);
        Ok(())
    }

    fn try_lock(&self) -> Result<Option<StoreLock<'_>>> {
        let locked = self.locked.get(AtomicBool::default);
        let taken = locked.swap(true, Ordering::AcqRel);
        Ok((!taken).then(|| StoreLock::new(|| locked.store(false, Ordering::Release))))
    }

    fn name(&self) -> String {
        "the token store in memory".to_owned()
    }
}

impl std::fmt::Debug for TextStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(access: &str) -> Token {
        let answer = format!(r#"{{"access_token":"{access}"}}"#);
        Token::from_answer("1", &answer, 0).unwrap()
    }

    #[test]
    fn a_change_is_taken_once() {
        let given = token("a").to_text();
        let store = TextStore::from_text(&given).unwrap();
        assert_eq!(store.text(), Some(given));
        assert_eq!(store.take_change(), None);
        store.save(&token("b")).unwrap();
        assert_eq!(store.take_change(), Some(token("b").to_text()));
        assert_eq!(store.take_change(), None);
        assert_eq!(store.text(), Some(token("b").to_text()));
    }

    #[test]
    fn one_at_a_time_has_the_lock() {
        let store = TextStore::new();
        let lock = store.try_lock().unwrap();
        assert!(lock.is_some() && store.try_lock().unwrap().is_none());
        drop(lock);
        assert!(store.try_lock().unwrap().is_some());
    }
}
