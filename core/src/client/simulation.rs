//! The throttle against a gateway whose limit it does not know. Time is simulated, so every run is the same.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use super::throttle::{Rates, Scope, Throttle, Turn};

const ROUND_TRIP: u64 = 50;

/// A gateway that bans an app from a path for a second when more than `limit` calls come within one.
struct Limiter {
    limit: usize,
    ban_ms: u64,
    recent: VecDeque<u64>,
    banned_until: u64,
}

impl Limiter {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            ban_ms: 1000,
            recent: VecDeque::new(),
            banned_until: 0,
        }
    }

    fn admits(&mut self, now: u64) -> bool {
        if now < self.banned_until {
            return false;
        }
        while self.recent.front().is_some_and(|at| at + 1000 <= now) {
            self.recent.pop_front();
        }
        if self.recent.len() >= self.limit {
            self.banned_until = now + self.ban_ms;
            return false;
        }
        self.recent.push_back(now);
        true
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Arrived,
    Answered(bool),
    Waited,
    Idle,
}

/// Calls as fast as the throttle lets it.
struct Worker {
    process: usize,
    account: &'static str,
    turn: Turn,
}

#[derive(Debug, Default)]
struct Count {
    accepted: Vec<u64>,
    refused: usize,
}

impl Count {
    fn in_span(&self, from: u64, to: u64) -> usize {
        let is_in = |at: &&u64| (from..to).contains(*at);
        self.accepted.iter().filter(is_in).count()
    }

    fn longest_gap(&self, from: u64, to: u64) -> u64 {
        let inside = self.accepted.iter().copied().filter(|at| *at >= from);
        let mut last = from;
        let mut longest = 0;
        for at in inside.chain([to]) {
            longest = longest.max(at.saturating_sub(last));
            last = at;
        }
        longest
    }
}

struct World {
    throttles: Vec<Throttle>,
    workers: Vec<Worker>,
    limiter: Limiter,
    /// At what time the limiter gets another limit.
    change: Option<(u64, usize)>,
    code: &'static str,
    /// Whose calls the limiter counts; `None` for all.
    limited: Option<&'static str>,
    counts: Vec<Count>,
}

const FREE: Rates = Rates {
    per_path: 0.0,
    per_account: 0.0,
};

impl World {
    fn new(limit: usize, workers: usize, rates: Rates) -> Self {
        let worker = |_| Worker {
            process: 0,
            account: "one",
            turn: Turn::new("/orders/get", "one", rates),
        };
        Self {
            throttles: vec![Throttle::default(), Throttle::default()],
            workers: (0..workers).map(worker).collect(),
            limiter: Limiter::new(limit),
            change: None,
            code: "ApiCallLimit",
            limited: None,
            counts: (0..workers).map(|_| Count::default()).collect(),
        }
    }

    fn run(&mut self, until: u64) {
        let mut events: BinaryHeap<Reverse<(u64, usize, Step)>> = (0..self.workers.len())
            .map(|worker| Reverse((worker as u64, worker, Step::Idle)))
            .collect();
        while let Some(Reverse((now, worker, step))) = events.pop() {
            if now >= until {
                break;
            }
            let (after, next) = self.step(now, worker, step);
            events.push(Reverse((now + after, worker, next)));
        }
    }

    fn step(&mut self, now: u64, index: usize, step: Step) -> (u64, Step) {
        let time = Duration::from_millis(now);
        let worker = &mut self.workers[index];
        let throttle = &self.throttles[worker.process];
        match step {
            Step::Idle => {
                let wait = throttle.take(&mut worker.turn, time);
                (wait.as_millis() as u64 + 1, Step::Waited)
            }
            Step::Waited if throttle.go(&worker.turn, time) => (ROUND_TRIP / 2, Step::Arrived),
            Step::Waited => (0, Step::Idle),
            Step::Arrived => {
                if let Some((_, limit)) = self.change.filter(|(at, _)| now >= *at) {
                    self.limiter.limit = limit;
                }
                let counts = self.limited.is_none_or(|account| account == worker.account);
                let admitted = !counts || self.limiter.admits(now);
                (ROUND_TRIP / 2, Step::Answered(admitted))
            }
            Step::Answered(true) => {
                throttle.accepted(&worker.turn, time);
                self.counts[index].accepted.push(now);
                (0, Step::Idle)
            }
            Step::Answered(false) => {
                let pause = Duration::from_millis(self.limiter.ban_ms);
                throttle.refused(&worker.turn, Scope::of(Some(self.code)), pause, time);
                self.counts[index].refused += 1;
                (self.limiter.ban_ms, Step::Idle)
            }
        }
    }

    fn total(&self) -> Count {
        let mut accepted: Vec<u64> = self
            .counts
            .iter()
            .flat_map(|count| count.accepted.clone())
            .collect();
        accepted.sort_unstable();
        Count {
            accepted,
            refused: self.counts.iter().map(|count| count.refused).sum(),
        }
    }
}

const MINUTE: u64 = 60_000;

#[test]
fn the_pace_settles_below_an_unknown_limit_and_few_calls_are_refused() {
    for rates in [FREE, Rates::default()] {
        for (limit, workers) in [
            (1, 4),
            (2, 8),
            (7, 1),
            (7, 8),
            (7, 32),
            (20, 8),
            (50, 16),
            (120, 16),
        ] {
            let mut world = World::new(limit, workers, rates);
            world.run(11 * MINUTE);
            let total = world.total();
            let possible = limit.min(workers * 1000 / (ROUND_TRIP as usize + 1)) * 600;
            let share = total.in_span(MINUTE, 11 * MINUTE) as f64 / possible as f64;
            let refused = total.refused as f64 / total.accepted.len() as f64;
            let case = format!(
                "{limit}/s, {workers} workers, {rates:?}: {share:.2} used, {refused:.4} refused"
            );
            assert!(share > 0.75, "{case}");
            assert!(refused < 0.01 + 0.06 / limit as f64, "{case}");
            assert!(total.longest_gap(MINUTE, 11 * MINUTE) < 8000, "{case}");
        }
    }
}

#[test]
fn a_limit_that_rises_again_is_found_again() {
    let mut world = World::new(3, 8, Rates::default());
    world.change = Some((5 * MINUTE, 40));
    world.run(8 * MINUTE);
    let total = world.total();
    let before = total.in_span(4 * MINUTE, 5 * MINUTE);
    let after = total.in_span(7 * MINUTE, 8 * MINUTE);
    assert!(before <= 180, "{before}");
    assert!(after > 40 * 60 * 3 / 4, "{after}");
}

#[test]
fn a_limit_that_falls_is_kept_within_seconds() {
    let mut world = World::new(100, 16, Rates::default());
    world.change = Some((MINUTE, 5));
    world.run(2 * MINUTE);
    let total = world.total();
    assert!(total.refused < 40, "{}", total.refused);
    let after = total.in_span(MINUTE + 15_000, 2 * MINUTE);
    assert!(after > 45 * 3, "{after}");
}

#[test]
fn the_limit_of_one_seller_does_not_slow_another() {
    let mut world = World::new(5, 8, Rates::default());
    world.code = "SellerCallLimit";
    world.limited = Some("one");
    for worker in &mut world.workers[4..] {
        worker.account = "two";
        worker.turn = Turn::new("/orders/get", "two", Rates::default());
    }
    world.run(2 * MINUTE);
    let of = |workers: std::ops::Range<usize>| -> usize {
        let counts = &world.counts[workers];
        counts.iter().map(|count| count.accepted.len()).sum()
    };
    assert!(of(0..4) < 5 * 121, "{}", of(0..4));
    // 4 workers, 51 ms a call, for two minutes.
    assert!(of(4..8) > 9000, "{}", of(4..8));
}

#[test]
fn workers_of_one_lane_share_it_evenly() {
    let mut world = World::new(7, 8, Rates::default());
    world.run(10 * MINUTE);
    let each: Vec<usize> = world
        .counts
        .iter()
        .map(|count| count.accepted.len())
        .collect();
    let (least, most) = (each.iter().min(), each.iter().max());
    assert!(
        most.zip(least)
            .is_some_and(|(most, least)| *most < least * 2),
        "{each:?}"
    );
}

#[test]
fn two_processes_that_do_not_know_of_each_other_both_get_on() {
    let mut world = World::new(10, 8, Rates::default());
    for worker in &mut world.workers[4..] {
        worker.process = 1;
    }
    world.run(10 * MINUTE);
    let of = |workers: std::ops::Range<usize>| -> usize {
        let counts = &world.counts[workers];
        counts.iter().map(|count| count.accepted.len()).sum()
    };
    let (one, other) = (of(0..4), of(4..8));
    assert!(one + other > 10 * 600 * 6 / 10, "{one} {other}");
    assert!(one.min(other) * 8 > one.max(other), "{one} {other}");
    let total = world.total();
    assert!(
        total.refused * 20 < total.accepted.len(),
        "{}",
        total.refused
    );
}
