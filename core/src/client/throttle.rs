//! Limits before one is limited: a pace for the app, for each path, for each account, and for each path of an account,
//! which refusals slow down and answers raise ([`lane`](super::lane) has the law). Per process: two processes with
//! one app share the platform's limits without knowing of each other.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::lane::Lane;

/// The most calls a second that a client makes. These are ceilings: the pace below them is found by trying. It
/// starts at 50 a second, grows while the platform refuses nothing, falls to 0.7 of what went out when it
/// does, and grows again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// For each API path; 0 for no ceiling, and no pace until the platform refuses. 200 by default.
    pub per_path: f64,
    /// For each account, over all paths; 0 likewise. 400 by default.
    pub per_account: f64,
}

impl Default for Rates {
    /// No limit is published for most APIs, so these only bound what a runaway loop can do: a pull's connections
    /// stay below them.
    fn default() -> Self {
        Self {
            per_path: 200.0,
            per_account: 400.0,
        }
    }
}

/// Whom a refusal slows down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everyone who calls this path with this app.
    Path,
    /// The account on all paths.
    Account,
    /// The account on this path: the service behind it is busy, and says no more.
    Both,
    /// Every call of the app.
    App,
}

impl Scope {
    /// Whose limit a code of the platform speaks of.
    pub(super) fn of(code: Option<&str>) -> Self {
        match code {
            Some("ApiCallLimit") => Self::Path,
            Some("SellerCallLimit") => Self::Account,
            Some("AppCallLimit") => Self::App,
            _ => Self::Both,
        }
    }
}

const SCOPES: [Scope; 4] = [Scope::Path, Scope::Account, Scope::Both, Scope::App];
/// Lanes from which on those that rest are forgotten. Paths come from the caller, so their number is not ours to bound.
const MANY: usize = 1000;

/// The paces of one app at one gateway, shared by its clients.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    /// In a tree rather than a table: leak checkers find their way through it in what lives as long as the process.
    lanes: Mutex<BTreeMap<String, Lane>>,
}

/// A call on its way through its lanes.
#[derive(Debug)]
pub(super) struct Turn {
    lanes: [(String, f64); 4],
    rounds: [u64; 4],
    /// How much of each lane it takes.
    takes: [Duration; 4],
}

impl Turn {
    pub(super) fn new(path: &str, account: &str, rates: Rates) -> Self {
        // No path or account holds a NUL.
        let lanes = SCOPES.map(|scope| match scope {
            Scope::Path => (format!("p\0{path}"), rates.per_path),
            Scope::Account => (format!("a\0{account}"), rates.per_account),
            Scope::Both => (format!("b\0{account}\0{path}"), 0.0),
            Scope::App => (String::new(), 0.0),
        });
        Self {
            lanes,
            rounds: [0; 4],
            takes: [Duration::ZERO; 4],
        }
    }
}

impl Throttle {
    /// Takes a place in every lane; the caller waits for the time returned and then [goes](Self::go).
    pub(super) fn take(&self, turn: &mut Turn, now: Duration) -> Duration {
        let mut lanes = self.lanes();
        let mut wait = Duration::ZERO;
        let places = turn.rounds.iter_mut().zip(&mut turn.takes);
        for ((name, ceiling), (round, takes)) in turn.lanes.iter().zip(places) {
            let lane = match lanes.get_mut(name) {
                Some(lane) => lane,
                None => {
                    if lanes.len() >= MANY {
                        lanes.retain(|_, lane| !lane.is_idle(now));
                    }
                    lanes.entry(name.clone()).or_default()
                }
            };
            let (lane_wait, turn) = lane.take(*ceiling, now);
            wait = wait.max(lane_wait);
            (*round, *takes) = (lane.round, turn);
        }
        wait
    }

    /// The call is not made after all.
    pub(super) fn give_back(&self, turn: &Turn) {
        let mut lanes = self.lanes();
        for ((name, _, round), takes) in turn.of().zip(turn.takes) {
            if let Some(lane) = lanes.get_mut(name) {
                lane.give_back(round, takes);
            }
        }
    }

    /// The wait is over. False when a lane was slowed down meanwhile: take another place.
    pub(super) fn go(&self, turn: &Turn, now: Duration) -> bool {
        let mut lanes = self.lanes();
        let stands = turn.of().all(|(name, _, round)| {
            lanes
                .get(name)
                .is_none_or(|lane| lane.round == round && lane.banned_for(now).is_zero())
        });
        if stands {
            for (name, ..) in turn.of() {
                if let Some(lane) = lanes.get_mut(name) {
                    lane.go(now);
                }
            }
        }
        stands
    }

    /// The platform refused this call for its rate; nobody in that lane calls for `pause`.
    pub(super) fn refused(&self, turn: &Turn, scope: Scope, pause: Duration, now: Duration) {
        let mut lanes = self.lanes();
        for ((name, ceiling, round), of) in turn.of().zip(SCOPES) {
            if of == scope {
                let lane = lanes.entry(name.to_owned()).or_default();
                lane.refused(round, ceiling, pause, now);
            }
        }
    }

    /// The platform did not refuse this call for its rate.
    pub(super) fn accepted(&self, turn: &Turn, now: Duration) {
        let mut lanes = self.lanes();
        for (name, ceiling, round) in turn.of() {
            if let Some(lane) = lanes.get_mut(name) {
                lane.accepted(round, ceiling, now);
            }
        }
    }

    fn lanes(&self) -> MutexGuard<'_, BTreeMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Name, ceiling and round of each lane, in the order of [`SCOPES`].
    fn of(&self) -> impl Iterator<Item = (&str, f64, u64)> {
        let lanes = self.lanes.iter().zip(self.rounds);
        lanes.map(|((name, ceiling), round)| (name.as_str(), *ceiling, round))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Rates = Rates {
        per_path: 0.0,
        per_account: 0.0,
    };
    const SECOND: Duration = Duration::from_secs(1);

    fn wait(throttle: &Throttle, path: &str, account: &str) -> Duration {
        throttle.take(&mut Turn::new(path, account, FREE), SECOND)
    }

    /// A throttle that was told of a limit in a call of the first path and the first account.
    fn refused(code: &str) -> Throttle {
        let throttle = Throttle::default();
        let mut turn = Turn::new("/a", "one", FREE);
        assert!(throttle.take(&mut turn, SECOND).is_zero());
        assert!(throttle.go(&turn, SECOND));
        throttle.refused(&turn, Scope::of(Some(code)), 3 * SECOND, SECOND);
        throttle
    }

    #[test]
    fn each_limit_slows_down_whom_it_concerns() {
        // Same call, other account, other path, both others.
        for (code, slowed) in [
            ("ApiCallLimit", [true, true, false, false]),
            ("SellerCallLimit", [true, false, true, false]),
            ("901", [true, false, false, false]),
            ("AppCallLimit", [true, true, true, true]),
        ] {
            let throttle = refused(code);
            let calls = [("/a", "one"), ("/a", "two"), ("/b", "one"), ("/b", "two")];
            for ((path, account), slowed) in calls.into_iter().zip(slowed) {
                let waits = !wait(&throttle, path, account).is_zero();
                assert_eq!(waits, slowed, "{code}: {path} of {account}");
            }
        }
    }

    #[test]
    fn who_waits_while_the_lane_is_slowed_takes_another_place() {
        let throttle = Throttle::default();
        let (mut first, mut other) = (Turn::new("/a", "one", FREE), Turn::new("/a", "two", FREE));
        throttle.take(&mut first, SECOND);
        throttle.take(&mut other, SECOND);
        throttle.refused(&first, Scope::Path, SECOND, SECOND);
        assert!(!throttle.go(&other, 5 * SECOND));
        assert!(throttle.take(&mut other, 5 * SECOND).is_zero());
        assert!(throttle.go(&other, 5 * SECOND));
    }

    #[test]
    fn who_took_a_place_under_a_ban_does_not_go_before_its_end() {
        let throttle = refused("ApiCallLimit");
        let mut turn = Turn::new("/a", "two", FREE);
        assert_eq!(throttle.take(&mut turn, SECOND), 3 * SECOND);
        assert!(!throttle.go(&turn, 3 * SECOND));
        assert!(throttle.go(&turn, 4 * SECOND));
    }

    #[test]
    fn who_gives_up_delays_nobody() {
        let rates = Rates {
            per_path: 1.0,
            per_account: 1.0,
        };
        let throttle = Throttle::default();
        let take = || {
            let mut turn = Turn::new("/a", "one", rates);
            (throttle.take(&mut turn, SECOND), turn)
        };
        assert!(take().0.is_zero() && take().0.is_zero());
        for _ in 0..100 {
            let (wait, turn) = take();
            assert_eq!(wait, SECOND);
            throttle.give_back(&turn);
        }
    }

    #[test]
    fn the_lanes_do_not_grow_without_bound() {
        let throttle = Throttle::default();
        for index in 0..20_000_u64 {
            let path = format!("/order/{index}");
            throttle.take(
                &mut Turn::new(&path, "one", FREE),
                Duration::from_millis(index * 500),
            );
        }
        assert!(throttle.lanes().len() <= MANY + 4);
        let banned = refused("ApiCallLimit");
        for index in 0..2000 {
            wait(&banned, &format!("/order/{index}"), "one");
        }
        assert!(!wait(&banned, "/a", "one").is_zero(), "a ban is kept");
    }
}
