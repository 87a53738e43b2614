//! What a job begins with: whose journal it is, and what is remembered without one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::journal::book::Book;
use super::super::journal::line::Kind;
use super::super::{FulfillmentOptions, Target};
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::Deviation;
use crate::jobs::{Event, State};
use crate::transport::{
    Cancel, HttpRequest, HttpResponse, Limits, SendError, SendFailure, Sent, Transport,
};
use crate::{Client, Config, Country};

/// Never answers: it is canceled at the first call.
struct Endless(Arc<Mutex<Option<Cancel>>>);

impl Transport for Endless {
    fn send(&self, _: &HttpRequest, _: &Limits, seen: &Cancel) -> Result<HttpResponse, SendError> {
        if let Some(cancel) = &*self.0.lock().unwrap() {
            cancel.cancel();
        }
        let cause = if seen.is_canceled() {
            SendFailure::Canceled
        } else {
            SendFailure::Timeout
        };
        Err(SendError {
            cause,
            sent: Sent::Maybe,
            status: None,
            detail: "no answer".to_owned(),
        })
    }
}

#[test]
fn a_cancellation_ends_the_call_that_asks_whose_journal_it_is() {
    let bench = Bench::new(TWO_ORDERS);
    let flag = Arc::new(Mutex::new(None));
    let config = Config::new("1", "secret")
        .country(Country::Sg)
        .access_token("token")
        .transport(Arc::new(Endless(Arc::clone(&flag))));
    let client = Client::new(config).unwrap();
    let job = client
        .fulfillment()
        .run(bench.targets(), bench.options.clone())
        .unwrap();
    *flag.lock().unwrap() = Some(job.cancel_flag());
    let events: Vec<Event> = job.map(Result::unwrap).collect();
    let told = events.iter().filter_map(|event| match event {
        Event::Outcome(outcome) => Some(outcome.state),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [State::StoppedBefore; 2]);
    let canceled = matches!(events.last(), Some(Event::Done(summary)) if summary.canceled);
    assert!(canceled, "{events:?}");
}

#[test]
fn f6_the_wait_counts_from_when_the_call_was_given_up() {
    // 0 read, 1 provider, 2 pack, which is not answered.
    let bench = Bench::with(&[(2, Deviation::Never)]);
    let client = bench.client();
    let options = FulfillmentOptions::default();
    let job = client.fulfillment().run(bench.targets(), options).unwrap();
    let mut waits = 0;
    for event in job {
        if !matches!(event.unwrap(), Event::Notice(_)) || waits > 0 {
            continue;
        }
        waits += 1;
        let world = bench.world();
        let (_, _, sent) = world.calls[2];
        assert!(world.now > sent + 1_000, "an answer is waited for");
        let book = client.kept(|| Mutex::new(Book::of_process()));
        let open = book.lock().unwrap().row(Kind::Pack, "1").unwrap().open;
        assert_eq!(open, Some(Some(Duration::from_millis(world.now))));
    }
    assert_eq!(waits, 1);
}

#[test]
fn without_a_journal_the_jobs_of_a_client_remember_for_two_days() {
    let bench = Bench::new(TWO_ORDERS);
    let client = bench.client();
    let options = FulfillmentOptions {
        until: super::super::Until::Packed,
        ..FulfillmentOptions::default()
    };
    let run = |orders: &[&str]| {
        let targets = orders.iter().map(|order| Target::order(*order)).collect();
        let job = client.fulfillment().run(targets, options.clone()).unwrap();
        let outcomes = job.filter_map(|event| match event.unwrap() {
            Event::Outcome(outcome) => Some(*outcome),
            _ => None,
        });
        outcomes.collect::<Vec<_>>()
    };
    let book = || client.kept(|| Mutex::new(Book::of_process()));
    let remembered = || book().lock().unwrap().row(Kind::Pack, "1").is_some();
    assert_eq!(states(&run(&["900"])), [State::Done]);
    let wait = |hours: u64| bench.world().pass(hours * 3_600_000);
    wait(47);
    // The list shows what was before.
    bench.world().lag = 48 * 3_600_000;
    assert_eq!(states(&run(&["900"])), [State::PackageChanged]);
    assert_eq!(bench.calls("pack"), 1);
    bench.world().lag = 0;
    wait(2);
    assert_eq!(states(&run(&["901"])), [State::Done]);
    assert!(!remembered());
    assert_eq!(book().lock().unwrap().size(), (1, 1));
}
