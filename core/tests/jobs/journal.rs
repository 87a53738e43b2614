//! What jobs know of each other: through one client, or through a journal of the host.

use std::io;

use lazcore::jobs::{JournalLines, JournalStore};

use super::*;

#[test]
fn jobs_of_one_client_know_of_each_other_without_a_journal() {
    let sandbox = sandbox(6);
    let first = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &first);
    let (packed, _) = run(&first, &ids, until(Until::Packed));
    // Another client knows nothing of it, and leaves alone what it did not pack.
    let (other, _) = run(&client(&sandbox, 0), &ids[..3], until(Until::ReadyToShip));
    assert!(
        other
            .iter()
            .all(|outcome| outcome.state == State::PackedElsewhere)
    );
    let adopting = FulfillmentOptions {
        adopt: true,
        ..until(Until::ReadyToShip)
    };
    let (adopted, _) = run(&client(&sandbox, 0), &ids[..1], adopting);
    for outcome in &adopted {
        assert_eq!(
            (outcome.state, outcome.origin),
            (State::Done, Some(Origin::Adopted))
        );
    }
    let (shipped, _) = run(&first, &ids, until(Until::ReadyToShip));
    assert_eq!(items_in(&shipped, State::Done).len(), packed.len());
    assert_eq!(calls(&sandbox, PACK), 1);
}

#[test]
fn two_jobs_of_one_client_do_not_take_the_same_order() {
    let sandbox = sandbox(2);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let mut first = client
        .fulfillment()
        .run(targets(&ids[..1]), until(Until::Packed))
        .unwrap();
    first.next().unwrap().unwrap();
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    for outcome in &outcomes {
        let taken = outcome.order_id == ids[0];
        let state = if taken { State::LeftOut } else { State::Done };
        assert_eq!(outcome.state, state, "{outcome:?}");
    }
    let (outcomes, _) = finished(first);
    assert_eq!(items_in(&outcomes, State::Done).len(), outcomes.len());
    assert!(packed(&sandbox, 0).values().all(|times| *times == 1));
}

/// A journal in a host's own database.
#[derive(Clone, Debug, Default)]
struct Table {
    rows: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<bool>>,
}

impl JournalStore for Table {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let mut taken = self.taken.lock().unwrap();
        if std::mem::replace(&mut *taken, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(Session(self.clone())))
    }

    fn name(&self) -> String {
        "table lazada_journal".to_owned()
    }
}

struct Session(Table);

impl JournalLines for Session {
    fn read(&mut self) -> io::Result<Vec<String>> {
        Ok(self.0.rows.lock().unwrap().clone())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        self.0.rows.lock().unwrap().push(line.to_owned());
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn replace(&mut self, lines: &[String]) -> io::Result<()> {
        *self.0.rows.lock().unwrap() = lines.to_vec();
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap() = false;
    }
}

#[test]
fn a_host_keeps_the_journal_where_it_likes() {
    let sandbox = sandbox(5);
    let table = Table::default();
    let journaled = |until| FulfillmentOptions {
        journal: Some(Arc::new(table.clone())),
        actor: Some("night shift".to_owned()),
        until,
        ..FulfillmentOptions::default()
    };
    let ids = order_ids(&sandbox, &client(&sandbox, 0));
    let (packed, _) = run(&client(&sandbox, 0), &ids, journaled(Until::Packed));
    let mut first = client(&sandbox, 0)
        .fulfillment()
        .run(targets(&ids), journaled(Until::ReadyToShip))
        .unwrap();
    first.next().unwrap().unwrap();
    let mut second = client(&sandbox, 0)
        .fulfillment()
        .run(targets(&ids), journaled(Until::ReadyToShip))
        .unwrap();
    let error = second.next().unwrap().unwrap_err();
    assert!(error.message().contains("table lazada_journal is in use"));
    let (shipped, _) = finished(first);
    assert_eq!(shipped.len(), packed.len());
    for outcome in &shipped {
        assert_eq!(outcome.state, State::Done, "{outcome:?}");
        assert_eq!(outcome.actor.as_deref(), Some("night shift"));
    }
    assert_eq!(calls(&sandbox, PACK), 1);
}
