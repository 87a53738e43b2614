//! The pair a client works with: taken from the store, refreshed once for all who need it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::pair::Token;
use super::seen::Seen;
use super::status::{REFRESH_REFUSED, TokenState, UNSUPPORTED};
use super::store::{StoreLock, TokenStore};
use crate::client::clock::Clock;
use crate::error::{Error, ErrorKind, Executed, Result};
use crate::protocol::Secret;
use crate::transport::Cancel;
use crate::transport::per_process::PerProcess;

/// Keeps a client's pair in step with its store.
pub(in crate::client) struct Keeper {
    store: Arc<dyn TokenStore>,
    app_key: String,
    seen: Seen,
    local: PerProcess<Local>,
}

/// What a forked child starts anew.
#[derive(Default)]
struct Local {
    /// Whether a thread of this process is with the store.
    busy: AtomicBool,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    failed: Option<Failed>,
    /// The last pair that the gateway accepted, of those that came of a refusal.
    proven: Option<Token>,
    /// A new pair that the store would not take.
    unsaved: Option<Token>,
}

/// The last refresh that came to nothing.
struct Failed {
    token: Token,
    at: Duration,
    message: String,
}

/// After a failed refresh no other is started by itself for so long, or each call would wait for one.
const REST: Duration = Duration::from_secs(60);
/// A pair that came of a refusal and is refused too is not renewed again before, in this process or another:
/// the fault lies elsewhere, such as in a client for the wrong country.
const FRUITLESS_MS: i64 = 3_600_000;
/// Between two looks at what another thread or process is doing.
const LOOK: Duration = Duration::from_millis(10);

/// Why the pair is to be renewed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum Cause {
    /// Its time has come.
    Due,
    /// The gateway refused it.
    Refused,
    /// Somebody asked.
    Asked,
}

/// How long, and until which flag, somebody waits for others to finish.
pub(in crate::client) struct Patience<'a> {
    pub(in crate::client) clock: &'a dyn Clock,
    pub(in crate::client) cancel: &'a Cancel,
    /// On [`Clock::elapsed`].
    pub(in crate::client) until: Duration,
}

impl Patience<'_> {
    fn wait(&self) -> Result<()> {
        if self.clock.elapsed() >= self.until {
            let message = "another thread or process is still busy with the token store";
            return Err(Error::new(ErrorKind::Timeout, message).worth_a_retry());
        }
        if self.clock.sleep(LOOK, self.cancel) {
            Ok(())
        } else {
            Err(Error::canceled())
        }
    }
}

/// This thread's turn with the store.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Keeper {
    /// Keeps the pair of this store, which is read at once: a foreign or damaged store is better found
    /// before the first call.
    pub(in crate::client) fn new(store: Arc<dyn TokenStore>, app_key: &str) -> Result<Self> {
        let keeper = Self {
            store,
            app_key: app_key.to_owned(),
            seen: Seen::default(),
            local: PerProcess::new(Local::default()),
        };
        if let Some(token) = keeper.load()? {
            keeper.seen.add(token);
        }
        Ok(keeper)
    }

    /// The newest pair known to this process.
    pub(in crate::client) fn newest(&self) -> Option<&Token> {
        self.seen.newest()
    }

    /// Every secret that was ever sent or may be.
    pub(in crate::client) fn secrets(&self) -> impl Iterator<Item = &str> {
        let pairs = self.seen.all();
        let secrets = pairs.flat_map(|pair| [Some(&pair.access), pair.refresh.as_ref()]);
        secrets.flatten().map(Secret::expose)
    }

    /// What the store holds now.
    pub(in crate::client) fn load(&self) -> Result<Option<Token>> {
        let token = self.store.load()?;
        match token {
            Some(token) if !token.is_of(&self.app_key) => {
                let problem = "holds a token pair of another app key";
                let name = self.store.name();
                Err(Error::config(
                    "token_store",
                    format_args!("{name}: {problem}"),
                ))
            }
            token => Ok(token),
        }
    }

    fn local(&self) -> &Local {
        self.local.get(Local::default)
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        let notes = &self.local().notes;
        notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pair for the next attempt of a call, renewed by `refresh` when its time has come. A refresh that
    /// fails leaves the old pair to be tried: the gateway decides whether it still works.
    pub(in crate::client) fn current(
        &self,
        patience: &Patience<'_>,
        refresh: impl Fn(&Token) -> Result<Token>,
    ) -> Result<Option<&Token>> {
        let Some(token) = self.seen.newest() else {
            return self.first(patience);
        };
        if !token.is_due(patience.clock.now_ms()) || self.resting(token, patience).is_some() {
            return Ok(Some(token));
        }
        match self.renew(token, Cause::Due, patience, refresh) {
            Ok(token) => Ok(Some(token)),
            Err(error) if error.kind() == ErrorKind::Canceled => Err(error),
            Err(error) => {
                log::warn!("the access token is due and could not be refreshed: {error}");
                Ok(Some(token))
            }
        }
    }

    /// The store's pair, for a process that has seen none.
    pub(in crate::client) fn first(&self, patience: &Patience<'_>) -> Result<Option<&Token>> {
        let _turn = self.turn(patience)?;
        if self.notes().unsaved.is_some() {
            let _lock = self.lock(patience)?;
            return self.save_late();
        }
        Ok(self.load()?.map(|token| self.seen.add(token)))
    }

    /// Whether a refusal of `token` may be answered by a refresh: not when it is the fruit of one and
    /// never worked here.
    pub(in crate::client) fn may_renew_refused(&self, token: &Token, now_ms: i64) -> bool {
        let old = now_ms.saturating_sub(token.obtained_ms) >= FRUITLESS_MS;
        !token.after_refusal || old || self.is_proven(token)
    }

    fn is_proven(&self, token: &Token) -> bool {
        let notes = self.notes();
        let proven = notes.proven.as_ref();
        proven.is_some_and(|proven| proven.has_access_of(token))
    }

    /// The gateway accepted `token`.
    pub(in crate::client) fn proven(&self, token: &Token) {
        if token.after_refusal && !self.is_proven(token) {
            self.notes().proven = Some(token.clone());
        }
    }

    /// A newer pair than `used`: what another thread or process has got meanwhile, or what `refresh` gets.
    pub(in crate::client) fn renew(
        &self,
        used: &Token,
        cause: Cause,
        patience: &Patience<'_>,
        refresh: impl Fn(&Token) -> Result<Token>,
    ) -> Result<&Token> {
        let _turn = self.turn(patience)?;
        if let Some(newest) = self.newest().filter(|newest| !newest.has_access_of(used)) {
            return Ok(newest);
        }
        let resting = self.resting(used, patience);
        if let Some(message) = resting.filter(|_| cause != Cause::Asked) {
            return Err(Error::new(ErrorKind::Auth, message).with_field("refresh_token"));
        }
        let result = self.renew_locked(used, cause, patience, refresh);
        match &result {
            Ok(_) => self.notes().failed = None,
            Err(error) if error.kind() == ErrorKind::Canceled => {}
            Err(error) => {
                self.notes().failed = Some(Failed {
                    token: used.clone(),
                    at: patience.clock.elapsed(),
                    message: format!("the last refresh failed: {error}"),
                });
            }
        }
        result
    }

    fn renew_locked(
        &self,
        used: &Token,
        cause: Cause,
        patience: &Patience<'_>,
        refresh: impl Fn(&Token) -> Result<Token>,
    ) -> Result<&Token> {
        let _lock = self.lock(patience)?;
        if let Some(token) = self.save_late()? {
            return Ok(token);
        }
        let kept = self.load()?.ok_or_else(|| self.empty())?;
        let kept = self.seen.add(kept);
        let now = patience.clock.now_ms();
        if !kept.has_access_of(used) && kept.state(now) != TokenState::Expired {
            return Ok(kept);
        }
        if let Some(error) = cannot_refresh(kept, now) {
            return Err(error);
        }
        self.store.ready()?;
        match refresh(kept) {
            Ok(token) => {
                let mut token = token.completed_by(kept);
                token.after_refusal = cause == Cause::Refused;
                let token = self.keep(token)?;
                log::info!("the access token was refreshed");
                Ok(token)
            }
            Err(error) => self.after_failure(kept, error),
        }
    }

    /// Stores what `create` gets for an authorization code.
    pub(in crate::client) fn authorize(
        &self,
        patience: &Patience<'_>,
        create: impl FnOnce() -> Result<Token>,
    ) -> Result<&Token> {
        let _turn = self.turn(patience)?;
        let _lock = self.lock(patience)?;
        let old = self.load()?;
        self.store.ready()?;
        let token = create()?;
        if !old.is_none_or(|old| old.may_serve_shops_of(&token)) {
            let name = self.store.name();
            let message = format!(
                "the code is for other shops than {name} holds, which is left as it was; expected a store of their own"
            );
            return Err(Error::new(ErrorKind::Auth, message).with_field("code"));
        }
        let token = self.keep(token)?;
        *self.notes() = Notes::default();
        Ok(token)
    }

    fn turn(&self, patience: &Patience<'_>) -> Result<Turn<'_>> {
        let busy = &self.local().busy;
        while busy.swap(true, Ordering::AcqRel) {
            patience.wait()?;
        }
        Ok(Turn(busy))
    }

    fn lock(&self, patience: &Patience<'_>) -> Result<StoreLock<'_>> {
        loop {
            match self.store.try_lock()? {
                Some(lock) => return Ok(lock),
                None => patience.wait()?,
            }
        }
    }

    /// First into the store, then into use. A pair that the store will not take is not forgotten: the old one
    /// is spent.
    fn keep(&self, token: Token) -> Result<&Token> {
        match self.store.save(&token) {
            Ok(()) => Ok(self.seen.add(token)),
            Err(error) => {
                self.notes().unsaved = Some(token);
                Err(error)
            }
        }
    }

    fn save_late(&self) -> Result<Option<&Token>> {
        let unsaved = self.notes().unsaved.take();
        unsaved.map(|token| self.keep(token)).transpose()
    }

    fn after_failure(&self, kept: &Token, error: Error) -> Result<&Token> {
        if let Some(code @ (REFRESH_REFUSED | UNSUPPORTED)) = error.code() {
            // The same answer would come every time; whoever looks at the store sees it too.
            self.keep(kept.refused_with(code))?;
            return Err(error);
        }
        if error.executed() == Executed::Unknown {
            // A host may have put a newer pair there meanwhile.
            if let Some(token) = self.load()?.filter(|token| !token.has_access_of(kept)) {
                return Ok(self.seen.add(token));
            }
            return Err(error.with_kind(ErrorKind::Indeterminate));
        }
        Err(error)
    }

    fn resting(&self, token: &Token, patience: &Patience<'_>) -> Option<String> {
        let notes = self.notes();
        let failed = notes.failed.as_ref()?;
        let rests = notes.unsaved.is_none()
            && failed.token.has_access_of(token)
            && patience.clock.elapsed().saturating_sub(failed.at) < REST;
        rests.then(|| failed.message.clone())
    }

    pub(in crate::client) fn empty(&self) -> Error {
        let name = self.store.name();
        let message = format!("{name} holds no token pair; the seller must authorize the app");
        Error::new(ErrorKind::Auth, message).with_field("access_token")
    }
}

/// Why a pair is not refreshed, when it is not.
fn cannot_refresh(token: &Token, now_ms: i64) -> Option<Error> {
    let message = match token.state(now_ms) {
        TokenState::RefreshExpired => "the refresh token is over; the seller must authorize again",
        TokenState::NotRefreshable => {
            "the platform does not refresh this token; the seller must authorize or subscribe again"
        }
        _ => return None,
    };
    let error = Error::new(ErrorKind::Auth, message).with_field("refresh_token");
    Some(match &token.refused {
        Some(code) => error.with_code(code),
        None => error,
    })
}
