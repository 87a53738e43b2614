//! Jobs that end before their work is done.

use super::*;

#[test]
fn a_job_canceled_from_another_thread_tells_of_every_item() {
    let sandbox = sandbox(100);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::Stall.on(PACK).after(1));
    let job = client
        .fulfillment()
        .run(targets(&ids), until(Until::Packed))
        .unwrap();
    let cancel = job.cancel_flag();
    let (outcomes, summary) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while calls(&sandbox, PACK) < 4 {
                std::thread::yield_now();
            }
            cancel.cancel();
        });
        finished(job)
    });
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert!(summary.canceled);
    // Two calls read all orders, so that four batches were under way; one of them has its answer at least.
    assert_eq!(calls(&sandbox, PACK), 4);
    let batches = states_of_batches(&ids, &outcomes);
    assert_eq!(batches[4], State::StoppedBefore);
    assert!(batches[..4].contains(&State::Indeterminate));
    assert!(!batches[..4].contains(&State::StoppedBefore), "{batches:?}");
}

#[test]
fn a_job_canceled_before_it_begins_sends_nothing() {
    let sandbox = sandbox(5);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let before = sandbox.calls().len();
    let job = client
        .fulfillment()
        .run(targets(&ids), until(Until::ReadyToShip))
        .unwrap();
    job.cancel_flag().cancel();
    let (outcomes, summary) = finished(job);
    assert!(summary.canceled);
    let orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    assert_eq!(orders, ids, "one outcome for each order that was not read");
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.state == State::StoppedBefore)
    );
    assert_eq!(sandbox.calls().len(), before);
}

#[test]
fn a_lost_token_ends_the_job_after_its_outcomes() {
    let sandbox = sandbox(100);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    // Four batches go side by side, and the fifth after them.
    sandbox.misbehave(Misbehavior::ExpireToken.on(PACK).after(4));
    let mut outcomes = Vec::new();
    let mut failure = None;
    for event in client
        .fulfillment()
        .run(targets(&ids), until(Until::Packed))
        .unwrap()
    {
        match event {
            Ok(Event::Outcome(outcome)) => outcomes.push(*outcome),
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
    }
    assert_eq!(failure.unwrap().kind(), ErrorKind::Auth);
    let mut orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    orders.dedup();
    assert_eq!(orders, ids);
    let mut wanted = vec![State::Done; 4];
    wanted.push(State::StoppedBefore);
    assert_eq!(states_of_batches(&ids, &outcomes), wanted);
}
