//! Batches side by side, and a platform that is down.

use fastrand::Rng;

use super::bench::{Bench, states};
use super::world::{Deviation as D, OF_READS, OF_WRITES};
use crate::jobs::{Event, Outcome, State};

/// A world of so many orders with an item each.
fn bench(orders: u64) -> Bench {
    let items: Vec<[u64; 1]> = (1..=orders).map(|id| [id]).collect();
    let orders: Vec<&[u64]> = items.iter().map(<[u64; 1]>::as_slice).collect();
    Bench::new(&orders)
}

fn count(outcomes: &[Outcome], state: State) -> usize {
    outcomes.iter().filter(|one| one.state == state).count()
}

#[test]
fn batches_side_by_side_are_packed_and_announced_once() {
    let bench = bench(170);
    let outcomes = bench.check("plain");
    assert_eq!(states(&outcomes), vec![State::Done; 170]);
    // Two turns read, and one of eight and one batch ships.
    assert_eq!((bench.calls("pack"), bench.calls("ready")), (9, 9));
}

#[test]
fn no_schedule_makes_a_double_of_batches_side_by_side() {
    let mut rng = Rng::with_seed(23);
    for seed in 0..60 {
        let bench = bench(90);
        // Reads come first, then four or five calls of each kind.
        let draw = |rng: &mut Rng| {
            let kinds = [OF_WRITES, OF_WRITES, OF_READS][rng.usize(0..3)];
            (rng.usize(0..24), kinds[rng.usize(0..kinds.len())])
        };
        let schedule: Vec<(usize, D)> = (0..rng.usize(1..8)).map(|_| draw(&mut rng)).collect();
        {
            let mut world = bench.world();
            world.schedule = schedule.iter().copied().collect();
            world.lag = [0, 20_000][rng.usize(0..2)];
            world.accepts_repeats = rng.bool();
        }
        let outcomes = bench.check(&format!("{seed}: {schedule:?}"));
        // Stopped: the waits of all threads add to one clock here, which may use up the time of a call.
        let known = [
            State::Done,
            State::Refused,
            State::Indeterminate,
            State::StoppedBefore,
        ];
        for one in outcomes {
            let fits = known.contains(&one.state);
            assert!(fits, "{seed}: {schedule:?}: {one:?}");
        }
    }
}

/// The outcomes and the codes of notices of one job.
fn told(bench: &Bench) -> (Vec<Outcome>, Vec<&'static str>) {
    let (mut outcomes, mut notices) = (Vec::new(), Vec::new());
    for event in bench.job() {
        match event.unwrap() {
            Event::Outcome(outcome) => outcomes.push(*outcome),
            Event::Notice(notice) => notices.push(notice.code),
            _ => {}
        }
    }
    (outcomes, notices)
}

/// From this call on the platform takes requests and answers none.
fn goes_down_at(bench: &Bench, call: usize, reads_too: bool) {
    let dead = (call..20_000).map(|call| (call, if reads_too { D::Lost } else { D::Never }));
    bench.world().schedule = dead.collect();
}

#[test]
fn where_the_platform_is_down_no_batch_after_batch_goes_into_doubt() {
    let bench = bench(300);
    // Six calls read; the eight after them ask for carriers.
    goes_down_at(&bench, 6, true);
    let (outcomes, notices) = told(&bench);
    assert_eq!(outcomes.len(), 300);
    assert!(notices.contains(&"not_answering"), "{notices:?}");
    // Eight batches at once, then one, then one. Threads that wait side by side add to one clock here, so that a call
    // may run out of time before it leaves.
    let sent = bench.calls("pack");
    assert!((1..=10).contains(&sent), "{sent}");
    assert_eq!(count(&outcomes, State::Indeterminate), 20 * sent);
    assert_eq!(count(&outcomes, State::StoppedBefore), 300 - 20 * sent);
    let message = outcomes[299].message.as_deref().unwrap();
    assert!(
        message.starts_with("not begun: the platform does not answer"),
        "{message}"
    );
    // It is up again.
    bench.world().schedule.clear();
    let outcomes = bench.check("up again");
    assert_eq!(count(&outcomes, State::Done), 300);
    let packed: usize = bench
        .world()
        .items
        .iter()
        .map(|one| one.packed as usize)
        .sum();
    assert_eq!(packed, 300);
}

#[test]
fn what_it_did_not_execute_is_not_sent_again_to_a_platform_that_is_down() {
    let bench = bench(300);
    goes_down_at(&bench, 6, false);
    let (outcomes, notices) = told(&bench);
    assert!(notices.contains(&"not_answering"), "{notices:?}");
    let sent = bench.calls("pack");
    assert!((1..=10).contains(&sent), "{sent}");
    // Reads are answered, and after the quarantine they are believed.
    assert_eq!(count(&outcomes, State::StoppedBefore), 300);
    let not_packed = outcomes.iter().filter(|one| {
        let message = one.message.as_deref().unwrap();
        message.starts_with("not packed: the platform does not answer")
    });
    assert_eq!(not_packed.count(), 20 * sent);
    bench.world().schedule.clear();
    assert_eq!(count(&bench.check("up again"), State::Done), 300);
}

#[test]
fn a_platform_that_answers_no_read_is_asked_in_three_turns_and_no_more() {
    let bench = bench(400);
    goes_down_at(&bench, 0, true);
    let (outcomes, notices) = told(&bench);
    assert_eq!(notices, ["not_answering"]);
    assert_eq!(states(&outcomes), vec![State::StoppedBefore; 400]);
    // Two, one and one batch of 50, each as often as a client tries.
    let tries = crate::client::RetryPolicy::default().max_attempts as usize;
    let reads = bench.calls("read");
    assert!((4..=4 * tries).contains(&reads), "{reads}");
    assert_eq!(bench.calls("pack"), 0);
}

#[test]
fn a_lost_answer_now_and_then_stops_nothing() {
    let bench = bench(300);
    bench.world().schedule = (0..600).step_by(5).map(|call| (call, D::Lost)).collect();
    let (outcomes, notices) = told(&bench);
    assert!(!notices.contains(&"not_answering"), "{notices:?}");
    assert_eq!(count(&outcomes, State::Done), 300);
    assert_eq!(bench.world().doubles, Vec::<String>::new());
}

#[test]
fn a_read_that_fails_for_part_of_a_turn_ends_only_its_orders() {
    let bench = bench(60);
    let mut outcomes = Vec::new();
    for event in bench.job() {
        match event.unwrap() {
            // What was read grows old before the turn that rests on it, and is read again by 50 orders.
            Event::Progress(progress) if progress.stage == "read" && progress.done == 60 => {
                let mut world = bench.world();
                world.pass(90_000);
                world.unreadable = Some(955);
            }
            Event::Outcome(outcome) => outcomes.push(*outcome),
            _ => {}
        }
    }
    let (read, unread) = outcomes.split_at(50);
    assert_eq!(states(read), vec![State::Done; 50]);
    assert_eq!(states(unread), vec![State::StoppedBefore; 10]);
    assert_eq!((bench.calls("pack"), bench.calls("ready")), (3, 3));
    let packed = bench
        .world()
        .items
        .iter()
        .map(|item| item.packed)
        .sum::<u32>();
    assert_eq!(packed, 50);
    // Nothing of them is in doubt.
    bench.world().unreadable = None;
    assert_eq!(count(&bench.check("read again"), State::Done), 60);
}

#[test]
fn an_order_that_three_answers_leave_out_is_told_as_unanswered() {
    let bench = bench(3);
    let mut outcomes = Vec::new();
    for event in bench.job() {
        match event.unwrap() {
            // The order is read, and then no more.
            Event::Progress(progress) if progress.stage == "read" => {
                let mut world = bench.world();
                world.pass(90_000);
                world.unlisted = Some(901);
            }
            Event::Outcome(outcome) => outcomes.push(*outcome),
            _ => {}
        }
    }
    let wanted = [State::Done, State::Unanswered, State::Done];
    assert_eq!(states(&outcomes), wanted);
    assert_eq!(bench.world().item(2).packed, 0);
}
