//! Each rule by a schedule that breaks it when it is missing.

use std::time::Duration;

use super::super::Unknown;
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::{Deviation as D, LAG_MS};
use crate::ErrorKind;
use crate::jobs::{Event, Origin, State, Step};

// Calls of a run: 0 read, 1 provider, 2 pack, 3 ready.
const PACK: usize = 2;
const READY: usize = 3;

#[test]
fn f1_no_byte_leaves_before_its_intent_is_synced() {
    for sync_fails in [true, false] {
        let bench = Bench::with(&[]);
        {
            let mut sheet = bench.paper.sheet.lock().unwrap();
            if sync_fails {
                sheet.fail_sync_at = Some(0);
            } else {
                sheet.fail_append_at = Some(0);
            }
        }
        let events: Vec<_> = bench.job().collect();
        assert_eq!(bench.calls("pack"), 0);
        let failure = events.last().unwrap().as_ref().unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::Io);
        let told = events.iter().filter_map(|event| match event {
            Ok(Event::Outcome(outcome)) => Some(outcome.state),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), [State::StoppedBefore; 2]);
    }
    // And in the right order where nothing fails.
    let bench = Bench::with(&[(PACK, D::KillBefore)]);
    bench.run_once();
    let sheet = bench.paper.sheet.lock().unwrap();
    assert_eq!(sheet.did, ["replace", "append", "sync"]);
    assert!(sheet.lines[1].contains(r#""line":"intent""#));
}

#[test]
fn f2_a_row_is_told_as_done_only_once_that_is_kept() {
    let bench = Bench::with(&[]);
    // The intents of Pack and ReadyToShip are synced first.
    bench.paper.sheet.lock().unwrap().fail_sync_at = Some(2);
    let events: Vec<_> = bench.job().collect();
    let told = events.iter().filter_map(|event| match event {
        Ok(Event::Outcome(outcome)) => Some(outcome.state),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [State::Indeterminate; 2]);
    assert_eq!(
        events.last().unwrap().as_ref().unwrap_err().kind(),
        ErrorKind::Io
    );
}

#[test]
fn f3_a_torn_last_line_is_dropped_and_a_bad_one_elsewhere_stops() {
    let bench = Bench::with(&[(PACK, D::KillBefore)]);
    bench.run_once();
    {
        // The intent was not written whole: it was never sent, so nothing waits for it.
        let mut sheet = bench.paper.sheet.lock().unwrap();
        let torn = sheet.lines[1][..40].to_owned();
        sheet.lines[1] = torn;
    }
    let before = bench.world().now;
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert!(bench.world().now - before < 10_000);
    {
        let mut sheet = bench.paper.sheet.lock().unwrap();
        let changed = sheet.lines[1].replace("pending", "pendinG");
        sheet.lines[1] = changed;
    }
    let calls = bench.world().calls.len();
    let error = bench.job().next().unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("journal"))
    );
    assert!(error.message().contains("line 2 is damaged"), "{error}");
    assert_eq!(bench.world().calls.len(), calls);
}

#[test]
fn f4_a_later_job_does_not_pack_again_what_the_list_still_shows_as_pending() {
    let mut bench = Bench::new(TWO_ORDERS);
    bench.options.until = super::super::Until::Packed;
    bench.run();
    bench.world().lag = LAG_MS;
    let outcomes = bench.run();
    assert_eq!(bench.calls("pack"), 1);
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!(outcomes[0].package_id.as_deref(), Some("FP0001"));
    // Unless a read shows that the package was dissolved.
    bench.world().lag = 0;
    bench.world().pass(1_000);
    bench.world().set(1, "repacked", None);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 2);
    assert_eq!(bench.world().doubles, Vec::<String>::new());
}

#[test]
fn f5_after_a_freeze_between_intent_and_first_byte_everything_is_read_anew() {
    let bench = Bench::with(&[(PACK, D::Freeze)]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    let names: Vec<&str> = bench.world().calls.iter().map(|call| call.1).collect();
    assert_eq!(
        names,
        ["read", "provider", "read", "provider", "pack", "ready"]
    );
    let sheet = bench.paper.sheet.lock().unwrap();
    assert!(
        sheet
            .lines
            .iter()
            .any(|line| line.contains(r#""result":"not_sent""#))
    );
}

#[test]
fn f6_after_a_restart_the_wait_counts_from_when_the_journal_was_taken() {
    // Frozen, sent, killed, executed late: the intent is older than the quarantine when the next process begins.
    let bench = Bench::with(&[(PACK, D::FreezeKillLate)]);
    bench.check("frozen");
    let bench = Bench::with(&[(READY, D::FreezeKillLate)]);
    bench.check("frozen");
}

#[test]
fn f7_the_old_status_is_believed_only_after_the_quarantine_and_progress_at_once() {
    let bench = Bench::with(&[(PACK, D::Late)]);
    let outcomes = bench.check("late");
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert!(
        outcomes
            .iter()
            .all(|one| one.origin == Some(Origin::ReadBack))
    );
    assert_eq!(bench.calls("pack"), 1);
    let bench = Bench::with(&[(PACK, D::Lost)]);
    let begun = bench.world().now;
    bench.run();
    assert!(
        bench.world().now - begun < 6_000,
        "progress is believed at the first read"
    );
    let bench = Bench::with(&[(PACK, D::Never)]);
    let begun = bench.world().now;
    bench.run();
    let reads: Vec<u64> = {
        let world = bench.world();
        let reads = world.calls.iter().filter(|call| call.1 == "read").skip(1);
        reads.map(|call| (call.2 - begun) / 1000).collect()
    };
    let since = reads[0] - 1;
    let after: Vec<u64> = reads.iter().map(|read| read - since).collect();
    assert_eq!(after, [1, 2, 4, 8, 16, 32, 64, 120]);
}

#[test]
fn f7_a_read_is_as_old_as_its_beginning() {
    // The last read before the end of the quarantine shows what was before, and ends after it.
    let bench = Bench::with(&[(PACK, D::Late), (PACK + 7, D::Slow)]);
    assert_eq!(states(&bench.check("slow")), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 1);
    // So does the first of the next process.
    let bench = Bench::with(&[(PACK, D::KillLate), (PACK + 1, D::Slow)]);
    assert_eq!(states(&bench.check("killed, then slow")), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 1);
}

#[test]
fn f7_the_quarantine_is_as_long_as_lateness_and_lag_together() {
    // A write 95 s late that reads show 20 s later still.
    let bench = Bench::with(&[(PACK, D::Late)]);
    bench.world().lag = LAG_MS;
    bench.check("late and late to be seen");
}

#[test]
fn f8_at_most_two_repeats_and_only_of_the_rows_in_doubt() {
    let mut schedule = vec![(PACK, D::OmittedNever)];
    let bench = Bench::with(&schedule);
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 2);
    assert_eq!(bench.calls("ready"), 2, "the other row went on meanwhile");
    let origins: Vec<_> = outcomes.iter().map(|outcome| outcome.origin).collect();
    assert_eq!(origins, [Some(Origin::Answer); 2], "and was never in doubt");
    {
        let sheet = bench.paper.sheet.lock().unwrap();
        let repeat = sheet
            .lines
            .iter()
            .find(|line| line.contains(r#""try":2"#))
            .unwrap();
        assert_eq!(repeat.matches(r#""row":"#).count(), 1);
    }
    schedule = (0..60).map(|call| (call, D::Never)).collect();
    let bench = Bench::with(&schedule);
    bench.world().schedule.retain(|call, _| *call >= PACK);
    // Only writes fail; reads ignore what concerns writes.
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Indeterminate; 2]);
    assert_eq!(bench.calls("pack"), 3);
    let doubt = outcomes[0].indeterminate.as_ref().unwrap();
    assert_eq!((doubt.kind, doubt.tries.len()), (Step::Pack, 3));
}

#[test]
fn f8_only_attempts_that_may_have_been_executed_are_counted() {
    // One that the rate limiter turned away is none of the three.
    let mut schedule: Vec<(usize, D)> = (PACK..60).map(|call| (call, D::Never)).collect();
    schedule[0] = (PACK, D::Held);
    let bench = Bench::with(&schedule);
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Indeterminate; 2]);
    assert_eq!(bench.calls("pack"), 4);
    let doubt = outcomes[0].indeterminate.as_ref().unwrap();
    assert_eq!(doubt.tries.len(), 3);
    // Nor are those that were refused. Before each attempt the order is read, and its carrier asked for.
    let bench = Bench::new(&[&[1]]);
    let schedule = [
        (PACK, D::Locked),
        (PACK + 3, D::Locked),
        (PACK + 6, D::Never),
    ];
    bench.world().schedule = schedule.into();
    assert_eq!(states(&bench.run()), [State::Done]);
    assert_eq!(bench.calls("pack"), 4);
}

#[test]
fn f7_the_read_after_the_quarantine_is_made_again_when_it_fails() {
    let bench = Bench::with(&[(PACK, D::Never)]);
    let begun = bench.world().now;
    let mut told = Vec::new();
    for event in bench.job() {
        match event.unwrap() {
            // After the read at 64 seconds, and before the one after the quarantine.
            Event::Notice(_) => {
                let mut world = bench.world();
                let is_before = (begun + 60_000..begun + 100_000).contains(&world.now);
                world.unreadable = is_before.then_some(900);
            }
            Event::Outcome(outcome) => told.push(*outcome),
            _ => {}
        }
    }
    assert_eq!(states(&told), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 2);
}

#[test]
fn f8_a_repeat_rests_on_a_read_that_is_no_older_than_seconds() {
    let names = |bench: &Bench| -> Vec<&str> {
        let world = bench.world();
        world.calls.iter().map(|call| call.1).collect()
    };
    let plain = Bench::with(&[(PACK, D::Never)]);
    plain.run();
    let repeat = names(&plain).iter().rposition(|name| *name == "pack");
    // The rate limiter holds the repeat back: a first attempt would rest on the same read for a minute.
    let bench = Bench::with(&[(PACK, D::Never), (repeat.unwrap(), D::Held)]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    let after = &names(&bench)[repeat.unwrap()..];
    assert_eq!(after[..3], ["pack", "read", "provider"], "{after:?}");
    let bench = Bench::with(&[(PACK, D::Held)]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert_eq!(names(&bench)[PACK..][..2], ["pack", "pack"]);
}

#[test]
fn f8_nothing_is_repeated_when_it_is_to_be_reported() {
    let mut bench = Bench::with(&[(PACK, D::Never)]);
    bench.options.unknown = Unknown::Report;
    assert_eq!(states(&bench.run()), [State::Indeterminate; 2]);
    assert_eq!(bench.calls("pack"), 1);
}

#[test]
fn codes_that_say_where_a_row_stands_lead_to_a_read() {
    // Executed within the quarantine of a shorter setting, and seen after it.
    let mut bench = Bench::with(&[(PACK, D::Late)]);
    bench.options.quarantine = Duration::from_secs(100);
    bench.world().accepts_repeats = false;
    bench.world().lag = LAG_MS;
    let outcomes = bench.check("later than the quarantine");
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert!(
        outcomes
            .iter()
            .all(|one| one.origin == Some(Origin::ReadBack))
    );
    // Without an earlier attempt it was someone else.
    let bench = Bench::with(&[(PACK, D::Actor)]);
    bench.world().accepts_repeats = false;
    let outcomes = bench.check("someone else");
    assert_eq!(states(&outcomes), [State::PackedElsewhere, State::Done]);
    let bench = Bench::with(&[(READY, D::Actor)]);
    bench.world().accepts_repeats = false;
    let outcomes = bench.check("announced by someone else");
    assert_eq!(states(&outcomes), [State::Done; 2]);
}

#[test]
fn a_row_that_another_operation_holds_is_sent_again_twice() {
    let bench = Bench::with(&[(PACK, D::Locked)]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 2);
    let bench = Bench::with(&[]);
    bench.world().schedule = (0..40).map(|call| (call, D::Locked)).collect();
    let outcomes = bench.run();
    assert_eq!(outcomes[0].state, State::Refused);
    assert_eq!(outcomes[0].code.as_deref(), Some("700024"));
    assert_eq!(bench.calls("pack"), 3);
}

#[test]
fn f9_after_a_minute_the_order_is_read_before_the_next_write() {
    // The rate limiter holds ReadyToShip back for 90 seconds.
    let bench = Bench::with(&[(READY, D::Throttled)]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    let names: Vec<&str> = bench.world().calls.iter().map(|call| call.1).collect();
    assert_eq!(names[READY..], ["ready", "read", "ready"]);
}

#[test]
fn f11_an_empty_label_is_asked_for_again_within_the_quarantine() {
    for links in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new(TWO_ORDERS);
        bench.options.labels = Some(folder.path().to_owned());
        {
            let mut world = bench.world();
            (world.empty_labels, world.links) = (3, links);
        }
        let outcomes = bench.run();
        assert_eq!(states(&outcomes), [State::Done; 2]);
        assert!(outcomes.iter().all(|outcome| outcome.label.is_some()));
        let calls = ["label", "pack", "ready"].map(|name| bench.calls(name));
        assert_eq!(calls, [4, 1, 1]);
    }
    let folder = tempfile::tempdir().unwrap();
    // Long after, an empty label is a failure, and its parcel is not announced.
    let mut bench = Bench::new(TWO_ORDERS);
    bench.options.labels = Some(folder.path().to_owned());
    bench.world().empty_labels = 99;
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Refused; 2]);
    assert_eq!(bench.calls("ready"), 0);
}

#[test]
fn f11_a_package_that_is_seen_late_has_its_label_before_it_is_announced() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&[&[1, 2]]);
    bench.options.labels = Some(folder.path().to_owned());
    // Item 1 is packed alone and late, while the label of item 2 is on its way; the order is read before the next write.
    bench.world().schedule = [(PACK, D::BusyLate), (PACK + 1, D::Slow)].into();
    let outcomes = bench.check("late");
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_ne!(outcomes[0].package_id, outcomes[1].package_id);
    assert!(
        outcomes.iter().all(|one| one.label.is_some()),
        "{outcomes:?}"
    );
    let world = bench.world();
    let names = world.calls.iter().map(|call| call.1);
    let names: Vec<&str> = names
        .filter(|name| ["label", "ready"].contains(name))
        .collect();
    assert_eq!(names, ["label", "ready", "label", "ready"]);
}
