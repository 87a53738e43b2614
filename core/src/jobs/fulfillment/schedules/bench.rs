//! One schedule from begin to end: jobs, kills and resumes, and what must hold at the end.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::super::{FulfillmentOptions, Target, Until};
use super::gateway::Gate;
use super::paper::{Paper, Sheet};
use super::world::{Call, Deviation, LAG_MS, World};
use crate::client::{Rates, RetryPolicy};
use crate::jobs::{Event, Job, Outcome, State};
use crate::{Client, Config, Country};

/// A world with a client in it.
pub(super) struct Bench {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) paper: Paper,
    pub(super) options: FulfillmentOptions,
    /// Calls until the first job ended, resumed or not.
    pub(super) calls_of_first_job: Cell<usize>,
}

pub(super) const TWO_ORDERS: &[&[u64]] = &[&[1], &[2]];

impl Bench {
    pub(super) fn new(orders: &[&[u64]]) -> Self {
        let world = Arc::new(Mutex::new(World::new(orders)));
        let paper = Paper {
            sheet: Arc::new(Mutex::new(Sheet::default())),
            world: Arc::clone(&world),
        };
        let options = FulfillmentOptions {
            journal: Some(Arc::new(paper.clone())),
            ..FulfillmentOptions::default()
        };
        Self {
            world,
            paper,
            options,
            calls_of_first_job: Cell::new(0),
        }
    }

    pub(super) fn with(schedule: &[(usize, Deviation)]) -> Self {
        let bench = Self::new(TWO_ORDERS);
        bench.world().schedule = schedule.iter().copied().collect();
        bench
    }

    pub(super) fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(super) fn client(&self) -> Client {
        let gate = Arc::new(Gate(Arc::clone(&self.world)));
        let config = Config::new("1", "secret")
            .country(Country::Sg)
            .access_token("token")
            .account("store")
            .rates(Rates {
                per_path: 0.0,
                per_account: 0.0,
            })
            .retry(RetryPolicy::default())
            .transport(Arc::clone(&gate) as _)
            .clock(gate);
        Client::new(config).unwrap()
    }

    pub(super) fn targets(&self) -> Vec<Target> {
        let mut orders: Vec<u64> = self.world().items.iter().map(|item| item.order).collect();
        orders.dedup();
        orders
            .iter()
            .map(|order| Target::order(order.to_string()))
            .collect()
    }

    pub(super) fn job(&self) -> Job {
        let client = self.client();
        let job = client.fulfillment();
        job.run(self.targets(), self.options.clone()).unwrap()
    }

    /// Runs a job until it ends or its process is killed. The outcomes it told, and whether it ended.
    pub(super) fn run_once(&self) -> (Vec<Outcome>, bool) {
        let mut job = self.job();
        let mut outcomes = Vec::new();
        loop {
            let event = job.next();
            if std::mem::take(&mut self.world().killed) {
                self.paper.kill();
                drop(job);
                self.world().pass(500);
                return (outcomes, false);
            }
            match event {
                Some(Ok(Event::Outcome(outcome))) => {
                    self.agrees(&outcome);
                    outcomes.push(*outcome);
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("{error}"),
                None => return (outcomes, true),
            }
        }
    }

    /// Runs jobs until one ends.
    pub(super) fn run(&self) -> Vec<Outcome> {
        for _ in 0..12 {
            if let (outcomes, true) = self.run_once() {
                return outcomes;
            }
        }
        panic!("killed again and again")
    }

    /// What an outcome says is what the books say at this moment.
    fn agrees(&self, outcome: &Outcome) {
        let world = self.world();
        let id = outcome.order_item_id.as_deref().unwrap();
        let item = world.item(id.parse().unwrap());
        let seen = format!("{outcome:?}\n{item:?}");
        match outcome.state {
            State::Done => {
                let status = match self.options.until {
                    Until::ReadyToShip => "ready_to_ship",
                    _ => "packed",
                };
                assert_eq!(item.status(), status, "{seen}");
                assert_eq!(item.package(), outcome.package_id.as_ref(), "{seen}");
            }
            State::Refused => assert_ne!(item.status(), "ready_to_ship", "{seen}"),
            State::PackedElsewhere => assert!(!item.foreign.is_empty(), "{seen}"),
            State::Indeterminate => assert!(outcome.indeterminate.is_some(), "{seen}"),
            _ => {}
        }
    }

    /// What must hold after every schedule, with a second job right behind the first that still sees the old list.
    pub(super) fn check(&self, schedule: &str) -> Vec<Outcome> {
        let outcomes = self.run();
        let items = self.world().items.len();
        self.calls_of_first_job.set(self.world().calls.len());
        assert_eq!(outcomes.len(), items, "{schedule}");
        let told: Vec<String> = outcomes
            .iter()
            .filter_map(|one| one.order_item_id.clone())
            .collect();
        let all: Vec<String> = self
            .world()
            .items
            .iter()
            .map(|item| item.id.to_string())
            .collect();
        assert_eq!(told, all, "{schedule}: in the order given");
        let lag = std::mem::replace(&mut self.world().lag, LAG_MS);
        self.world().schedule = BTreeMap::new();
        let (again, _) = self.run_once();
        self.world().lag = lag;
        assert_eq!(again.len(), items, "{schedule}");
        self.world().pass(1_000_000);
        assert_eq!(self.world().doubles, Vec::<String>::new(), "{schedule}");
        outcomes
    }

    pub(super) fn calls(&self, name: &str) -> usize {
        self.world()
            .calls
            .iter()
            .filter(|call| call.1 == name)
            .count()
    }

    pub(super) fn call_kinds(&self) -> Vec<Call> {
        self.world().calls.iter().map(|call| call.0).collect()
    }
}

pub(super) fn states(outcomes: &[Outcome]) -> Vec<State> {
    outcomes.iter().map(|outcome| outcome.state).collect()
}
