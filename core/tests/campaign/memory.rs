//! A list in memory: time passes with each request, and orders change meanwhile.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;

use fastrand::Rng;
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError};
use lazcore::{Cancel, Time};

use crate::door::{Kind, List};

/// 2026-03-01T08:00:00Z.
const NOON: i64 = 1_772_352_000;
/// The orders of the start changed within these two hours.
const SPREAD: i64 = 7200;
/// Seconds between two bulk changes.
const BULK_EVERY: i64 = 20;

#[derive(Clone, Copy)]
struct Version {
    /// Epoch seconds.
    updated: i64,
    revision: u32,
}

/// What the gateway shows, and what is still to be shown.
struct World {
    kind: Kind,
    rng: Rng,
    now_ms: i64,
    /// Changes a second; 0 at rest.
    rate: i64,
    next_change: i64,
    next_bulk: i64,
    /// The orders as they are, by id.
    orders: Vec<Version>,
    /// The orders as they are shown; `None` while a new one is not.
    shown: Vec<Option<Version>>,
    /// Ids by the second they are shown under, in the order in which they came there.
    seconds: BTreeMap<i64, Vec<usize>>,
    late: VecDeque<(i64, usize, Version)>,
}

pub(crate) struct Memory(Mutex<World>);

impl Memory {
    /// `rate` orders change each second.
    pub(crate) fn new(kind: Kind, orders: usize, rate: i64, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut world = World {
            kind,
            now_ms: NOON * 1000,
            rate,
            next_change: NOON * 1000,
            next_bulk: NOON + BULK_EVERY,
            orders: Vec::new(),
            shown: Vec::new(),
            seconds: BTreeMap::new(),
            late: VecDeque::new(),
            rng: rng.fork(),
        };
        for id in 0..orders {
            let version = Version {
                updated: NOON - 1 - rng.i64(0..SPREAD),
                revision: 0,
            };
            world.orders.push(version);
            world.show(id, version);
        }
        Self(Mutex::new(world))
    }
}

impl World {
    fn show(&mut self, id: usize, version: Version) {
        if self.shown.len() <= id {
            self.shown.resize(id + 1, None);
        }
        if let Some(old) = self.shown[id].replace(version) {
            let ids = self.seconds.get_mut(&old.updated).unwrap();
            ids.retain(|known| *known != id);
        }
        self.seconds.entry(version.updated).or_default().push(id);
    }

    /// An order changes, or a new one comes.
    fn change(&mut self, id: usize, at_ms: i64) {
        let updated = at_ms.div_euclid(1000);
        if id == self.orders.len() {
            self.orders.push(Version {
                updated,
                revision: 0,
            });
        } else {
            let revision = self.orders[id].revision + 1;
            self.orders[id] = Version { updated, revision };
        }
        let late = self.kind.late_seconds * 1000;
        self.late.push_back((at_ms + late, id, self.orders[id]));
    }

    fn pass(&mut self, ms: i64) {
        let end = self.now_ms + ms;
        while self.rate > 0 && self.next_change <= end {
            let at = self.next_change;
            let id = match self.rng.u8(0..5) {
                0 => self.orders.len(),
                _ => self.rng.usize(0..self.orders.len()),
            };
            self.change(id, at);
            if self.kind.bulk && at.div_euclid(1000) >= self.next_bulk {
                self.next_bulk += BULK_EVERY;
                for _ in 0..self.orders.len() / 20 {
                    let id = self.rng.usize(0..self.orders.len());
                    self.change(id, at);
                }
            }
            self.next_change += 1000 / self.rate;
        }
        self.now_ms = end;
        while self.late.front().is_some_and(|(at, ..)| *at <= end) {
            let (_, id, version) = self.late.pop_front().unwrap();
            self.show(id, version);
        }
    }

    fn answer(&mut self, url: &str) -> HttpResponse {
        let pause = self.rng.i64(100..300);
        self.pass(pause);
        let (mut from, mut to) = (time(url, "update_after="), time(url, "update_before="));
        if self.kind.exclusive {
            (from, to) = (from + 1, to - 1);
        }
        let offset: usize = parameter(url, "offset=").unwrap().parse().unwrap();
        let limit: usize = parameter(url, "limit=").unwrap().parse().unwrap();
        let descending = parameter(url, "sort_direction=") == Some("DESC");
        let groups: Vec<&Vec<usize>> = self
            .seconds
            .range(from..=to.max(from))
            .map(|(_, ids)| ids)
            .collect();
        let total: usize = groups.iter().map(|ids| ids.len()).sum();
        let mut skip = offset;
        let mut page: Vec<usize> = Vec::new();
        let ordered: Box<dyn Iterator<Item = &Vec<usize>>> = if descending {
            Box::new(groups.into_iter().rev())
        } else {
            Box::new(groups.into_iter())
        };
        for ids in ordered {
            if skip >= ids.len() {
                skip -= ids.len();
                continue;
            }
            let mut ids = ids.clone();
            if self.kind.ties_vary {
                self.rng.shuffle(&mut ids);
            } else if descending {
                ids.reverse();
            }
            page.extend(&ids[skip..]);
            skip = 0;
            if page.len() >= limit {
                break;
            }
        }
        page.truncate(limit);
        if self.kind.shortens && page.len() > 1 && self.rng.u8(0..10) < 3 {
            page.truncate(self.rng.usize(1..page.len()));
        }
        self.printed(&page, total)
    }

    fn printed(&self, page: &[usize], total: usize) -> HttpResponse {
        let row = |id: &usize| {
            let Version { updated, revision } = self.shown[*id].unwrap();
            format!(
                r#"{{"order_id":{},"statuses":["pending"],"created_at":{NOON}000,"updated_at":{updated}000,"remarks":"revision {revision}"}}"#,
                id + 1
            )
        };
        let rows: Vec<String> = page.iter().map(row).collect();
        let body = format!(
            r#"{{"code":"0","request_id":"r","data":{{"count":{},"countTotal":{total},"orders":[{}]}}}}"#,
            rows.len(),
            rows.join(",")
        );
        HttpResponse {
            status: 200,
            headers: vec![("date".to_owned(), http_date(self.now_ms.div_euclid(1000)))],
            body: body.into_bytes(),
        }
    }
}

impl List for Memory {
    fn answer(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        Ok(self.0.lock().unwrap().answer(&request.url))
    }

    fn now_ms(&self) -> i64 {
        self.0.lock().unwrap().now_ms
    }

    fn pass(&self, ms: i64) {
        self.0.lock().unwrap().pass(ms);
    }

    fn rest(&self) {
        self.0.lock().unwrap().rate = 0;
    }

    fn truth(&self) -> HashMap<String, String> {
        let world = self.0.lock().unwrap();
        let orders = world.orders.iter().enumerate();
        orders
            .map(|(id, version)| {
                let text = format!(r#"{}000 "revision {}""#, version.updated, version.revision);
                ((id + 1).to_string(), text)
            })
            .collect()
    }
}

fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let pairs = url.split_once('?').unwrap().1.split('&');
    pairs.into_iter().find_map(|pair| pair.strip_prefix(name))
}

/// A bound in epoch seconds; far ahead when it is not there.
fn time(url: &str, name: &str) -> i64 {
    parameter(url, name).map_or(i64::MAX, |text| {
        let text = text.replace("%3A", ":").replace("%2B", "+");
        Time::parse(&text).unwrap().epoch_ms().unwrap() / 1000
    })
}

/// The form of a `Date` header.
fn http_date(second: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let text = Time::from_epoch_ms(second * 1000).to_rfc3339().unwrap();
    assert_eq!(&text[..8], "2026-03-", "the tests play in one month");
    let day = DAYS[usize::try_from(second / 86_400 % 7).unwrap()];
    format!("{day}, {} Mar 2026 {} GMT", &text[8..10], &text[11..19])
}
