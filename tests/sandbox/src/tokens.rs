//! Authorization codes and token pairs.

use std::collections::HashMap;

use crate::api::Failure;
use crate::config::Config;
use crate::seeded::Seeded;

/// Why an access token was not accepted needs no telling apart: the gateway has one code for it.
pub(crate) struct Tokens {
    seed: u64,
    pairs: Vec<Pair>,
    /// Code -> store; a code leaves when it is used.
    codes: HashMap<String, usize>,
    made: u64,
    access_seconds: i64,
    refresh_seconds: i64,
    cross_border_account: bool,
}

#[derive(Clone)]
struct Pair {
    store: usize,
    /// Stands for every store of the seller; `store` is where it was asked for.
    cross_border: bool,
    access: String,
    refresh: String,
    access_until: i64,
    refresh_until: i64,
}

/// A pair as it is handed out.
pub(crate) struct Issued {
    pub(crate) store: usize,
    pub(crate) cross_border: bool,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) expires_in: i64,
    pub(crate) refresh_expires_in: i64,
}

impl Tokens {
    /// One unused code for every store, and one pair for each, or for all of them together.
    pub(crate) fn new(config: &Config, app_key: &str, now: i64) -> Self {
        let mut tokens = Self {
            seed: config.seed,
            pairs: Vec::new(),
            codes: HashMap::new(),
            made: 0,
            access_seconds: config.access_token_seconds,
            refresh_seconds: config.refresh_token_seconds,
            cross_border_account: config.cross_border_account,
        };
        for store in 0..config.stores {
            if store == 0 || !config.cross_border_account {
                tokens.issue(store, false, now + tokens.refresh_seconds, now);
            }
            let code = auth_code(config.seed, app_key, store);
            tokens.codes.insert(code, store);
        }
        tokens
    }

    /// The newest pair of a store.
    pub(crate) fn current(&self, store: usize) -> Option<(&str, &str)> {
        self.pairs
            .iter()
            .rev()
            .find(|pair| pair.cross_border || pair.store == store)
            .map(|pair| (pair.access.as_str(), pair.refresh.as_str()))
    }

    /// The store that a living access token opens: the one called, if the token may, or its own if
    /// none is called.
    pub(crate) fn store_of(&self, access: &str, called: Option<usize>, now: i64) -> Option<usize> {
        let pair = self
            .pairs
            .iter()
            .find(|pair| pair.access == access && now < pair.access_until)?;
        match called {
            Some(store) if store != pair.store && !pair.cross_border => None,
            Some(store) => Some(store),
            None => Some(pair.store),
        }
    }

    /// Ends the life of a refresh token.
    pub(crate) fn expire_refresh(&mut self, refresh: &str) {
        for pair in &mut self.pairs {
            if pair.refresh == refresh {
                pair.refresh_until = i64::MIN;
            }
        }
    }

    /// Ends the life of an access token; its refresh token stays good.
    pub(crate) fn expire(&mut self, access: &str) {
        for pair in &mut self.pairs {
            if pair.access == access {
                pair.access_until = i64::MIN;
            }
        }
    }

    /// Exchanges an authorization code, which works once.
    pub(crate) fn create(
        &mut self,
        code: &str,
        cross_border: bool,
        now: i64,
    ) -> Result<Issued, Failure> {
        let store = self
            .codes
            .remove(code)
            .ok_or_else(|| Failure::isv("InvalidCode", "Invalid authorization code"))?;
        Ok(self.issue(store, cross_border, now + self.refresh_seconds, now))
    }

    /// Exchanges a pair for a new one. The old pair dies, which the reference leaves open: a client
    /// must not count on it. The life of the refresh token is not extended. What stands for several
    /// stores goes on doing so.
    pub(crate) fn refresh(
        &mut self,
        refresh: &str,
        cross_border: bool,
        now: i64,
    ) -> Result<Issued, Failure> {
        let place = self
            .pairs
            .iter()
            .position(|pair| pair.refresh == refresh)
            .ok_or_else(illegal_refresh_token)?;
        if self.refresh_seconds == 0 {
            return Err(refresh_unsupported());
        }
        if now >= self.pairs[place].refresh_until {
            return Err(illegal_refresh_token());
        }
        let old = self.pairs.remove(place);
        let cross_border = cross_border || old.cross_border;
        Ok(self.issue(old.store, cross_border, old.refresh_until, now))
    }

    fn issue(&mut self, store: usize, cross_border: bool, refresh_until: i64, now: i64) -> Issued {
        let cross_border = cross_border || self.cross_border_account;
        self.made += 1;
        let mut dice = Seeded::new(&[self.seed, store as u64, self.made, 23]);
        let pair = Pair {
            store,
            cross_border,
            access: format!("sandbox-access-{:016x}", dice.next()),
            refresh: format!("sandbox-refresh-{:016x}", dice.next()),
            access_until: now + self.access_seconds,
            refresh_until,
        };
        self.pairs.push(pair.clone());
        Issued {
            store,
            cross_border,
            access: pair.access,
            refresh: pair.refresh,
            expires_in: self.access_seconds,
            refresh_expires_in: (refresh_until - now).max(0),
        }
    }
}

/// The code that a browser would bring back for a store.
pub(crate) fn auth_code(seed: u64, app_key: &str, store: usize) -> String {
    let mut dice = Seeded::new(&[seed, store as u64, 29]);
    format!("0_{app_key}_sandbox{:08x}", dice.next() >> 32)
}

/// What an app hears that may not refresh.
pub(crate) fn refresh_unsupported() -> Failure {
    Failure::isv(
        "AUTH_TYPE_UNSUPPORTED",
        "the app can only be authorized by market, not support refresh",
    )
}

fn illegal_refresh_token() -> Failure {
    Failure::isv(
        "IllegalRefreshToken",
        "The specified refresh token is invalid or expired",
    )
}
