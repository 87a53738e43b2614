//! One sweep over a list, by each of four methods, and what an ERP keeps of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lazcore::jobs::{Event, PullOptions};
use lazcore::protocol::schema::Method as HttpMethod;
use lazcore::{Args, Client, Config, Record, Request, Time};

use crate::door::{Door, Kind, List};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    /// The offset loop of tutorials: on until a short page; the next sweep begins at the last row's time.
    Tutorial,
    /// The same in a window that ends at the own clock, where the next sweep then begins.
    Closed,
    /// lazcore, its window not cut.
    Walk,
    /// lazcore as it is: a long window is cut into slices.
    Slices,
}

pub(crate) const METHODS: [Method; 4] = [
    Method::Tutorial,
    Method::Closed,
    Method::Walk,
    Method::Slices,
];

/// An ERP: its rows, and where it goes on.
pub(crate) struct Erp {
    method: Method,
    /// Lower bound of the next sweep, in epoch seconds, for the loops of tutorials.
    since: i64,
    cursor: Option<String>,
    versions: HashMap<String, String>,
    known: HashSet<(String, String)>,
    pub(crate) repeated: usize,
    pub(crate) requests: usize,
    pub(crate) unproven: usize,
}

impl Erp {
    pub(crate) fn new(method: Method, since: i64) -> Self {
        Self {
            method,
            since,
            cursor: None,
            versions: HashMap::new(),
            known: HashSet::new(),
            repeated: 0,
            requests: 0,
            unproven: 0,
        }
    }

    /// One sweep, in a client of its own: nothing but rows and cursor is kept.
    pub(crate) fn sweep(&mut self, list: &Arc<dyn List>, kind: Kind, config: Config) {
        let door = Door::new(list, kind.ahead_seconds, self.method == Method::Walk);
        let client = door.client(config);
        match self.method {
            Method::Tutorial => self.by_offsets(&client, None),
            Method::Closed => {
                let now = list.now_ms().div_euclid(1000) + kind.ahead_seconds;
                self.by_offsets(&client, Some(now));
            }
            Method::Walk | Method::Slices => {
                self.by_pull(&client);
                let offset = door.largest_offset.load(Ordering::SeqCst);
                assert!(offset <= 4500, "offset {offset}");
            }
        }
        self.requests += door.requests.load(Ordering::SeqCst);
    }

    fn by_offsets(&mut self, client: &Client, before: Option<i64>) {
        let mut last = None;
        for offset in (0..).step_by(100) {
            let args = Args::new()
                .set("update_after", printed(self.since))
                .set_optional("update_before", before.map(printed))
                .set("sort_by", "updated_at")
                .set("sort_direction", "ASC")
                .set("offset", offset as u32)
                .set("limit", 100_u32);
            let rows = page(client, args);
            for row in &rows {
                let time = row.time("updated_at").unwrap().unwrap();
                last = time.epoch_ms().map(|ms| ms.div_euclid(1000)).or(last);
                self.keep(row);
            }
            if rows.len() < 100 {
                break;
            }
        }
        self.since = before.or(last).unwrap_or(self.since);
    }

    fn by_pull(&mut self, client: &Client) {
        let options = PullOptions {
            update_after: Some(printed(self.since)),
            cursor: self.cursor.take(),
            ..PullOptions::default()
        };
        self.cursor = self.pull(client, options);
    }

    /// Keeps what a pull brings; its cursor.
    pub(crate) fn pull(&mut self, client: &Client, options: PullOptions) -> Option<String> {
        let mut job = client.orders().pull(options).unwrap();
        for event in &mut job {
            match event.unwrap() {
                Event::Row(row) => self.keep(&row.order),
                Event::BadRow(bad) => panic!("{bad:?}"),
                Event::Done(summary) => self.unproven += summary.unproven.len(),
                _ => {}
            }
        }
        job.cursor()
    }

    /// Writes a row as an ERP does: by its id, the later over the earlier.
    fn keep(&mut self, row: &Record) {
        let id = row.id("order_id").unwrap().unwrap();
        let version = version(row);
        self.repeated += usize::from(!self.known.insert((id.clone(), version.clone())));
        self.versions.insert(id, version);
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.versions.contains_key(id)
    }

    /// Orders whose last version it does not have.
    pub(crate) fn lost(&self, truth: &HashMap<String, String>) -> usize {
        let is_lost = |(id, version): &(&String, &String)| self.versions.get(*id) != Some(version);
        truth.iter().filter(is_lost).count()
    }
}

/// A page by path: by name, an offset beyond the ceiling is not sent.
pub(crate) fn page(client: &Client, args: Args) -> Vec<Record> {
    let request = Request::raw(HttpMethod::Get, "/orders/get", args).unwrap();
    let reply = client.send_request(&request).unwrap();
    let answer = reply.record().unwrap();
    let data = answer.record("data").unwrap().unwrap_or(answer);
    data.records("orders").unwrap()
}

/// What tells the versions of an order apart.
pub(crate) fn version(row: &Record) -> String {
    let json = |name: &str| row.json(name).unwrap_or_default();
    format!("{} {}", json("updated_at"), json("remarks"))
}

/// A second as GetOrders reads it.
pub(crate) fn printed(second: i64) -> String {
    let text = Time::from_epoch_ms(second * 1000).to_rfc3339().unwrap();
    text.replace('Z', "+00:00")
}
