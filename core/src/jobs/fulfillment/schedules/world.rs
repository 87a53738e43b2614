//! The books of a gateway in memory: it executes late, shows late, answers in part or not at all, on schedule.

use std::collections::BTreeMap;

/// How late a write whose answer was lost may be executed, and how late a read may show it.
pub(super) const LATE_MS: u64 = 95_000;
pub(super) const LAG_MS: u64 = 20_000;
pub(super) const FREEZE_MS: u64 = 300_000;
pub(super) const SLOW_MS: u64 = 125_000;

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deviation {
    /// Executed, and the answer is lost.
    Lost,
    /// Neither.
    Never,
    /// The answer is lost, and it is executed late.
    Late,
    /// The first row is executed, the answer is lost.
    Partial,
    /// Executed, and the answer leaves the first row out.
    Omitted,
    /// The answer leaves the first row out, which is not executed.
    OmittedNever,
    /// Executed, and answered "busy" for the first row.
    Busy,
    /// Answered "busy" for the first row, which is executed late.
    BusyLate,
    /// Answered "busy" for the first row, which is not executed.
    BusyNever,
    /// The first row is refused.
    Refused,
    /// The first row is refused for now.
    Locked,
    /// The whole of it is answered with this code, and nothing is executed.
    Whole(&'static str),
    /// The rate limiter turns it away.
    Throttled,
    /// The rate limiter turns it away, for half a minute.
    Held,
    /// A read of what was a while ago.
    Old,
    /// A read of what was when it began, which takes longer than a quarantine.
    Slow,
    /// The process ends before the first byte.
    KillBefore,
    /// It ends once the write was executed.
    KillAfter,
    /// It ends, and the write is executed late.
    KillLate,
    /// It stands still with the request half-way out, ends then, and the write is executed late.
    FreezeKillLate,
    /// It stands still between intent and first byte.
    Freeze,
    /// Another person packs the first row, or announces its package, before the call.
    Actor,
}

use Deviation as D;

pub(super) const OF_WRITES: &[Deviation] = &[
    D::Lost,
    D::Never,
    D::Late,
    D::Partial,
    D::Omitted,
    D::OmittedNever,
    D::Busy,
    D::BusyLate,
    D::BusyNever,
    D::Refused,
    D::Locked,
    D::Throttled,
    D::KillBefore,
    D::KillAfter,
    D::KillLate,
    D::FreezeKillLate,
    D::Freeze,
];
pub(super) const OF_READS: &[Deviation] = &[D::Lost, D::Old, D::KillAfter];

#[derive(Clone, Debug)]
pub(super) struct Picture {
    from: u64,
    pub(super) status: &'static str,
    pub(super) package: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: u64,
    pub(super) order: u64,
    history: Vec<Picture>,
    /// Times packed since it was last free to be packed.
    pub(super) packed: u32,
    /// Packages made by someone else.
    pub(super) foreign: Vec<String>,
}

impl Item {
    pub(super) fn at(&self, time: u64) -> &Picture {
        let known = self.history.iter().rev();
        known
            .clone()
            .find(|picture| picture.from <= time)
            .unwrap_or(&self.history[0])
    }

    pub(super) fn status(&self) -> &'static str {
        self.history.last().unwrap().status
    }

    pub(super) fn package(&self) -> Option<&String> {
        self.history.last().unwrap().package.as_ref()
    }
}

#[derive(Clone, Debug)]
pub(super) enum Write {
    Pack(Vec<u64>),
    Ready(Vec<String>),
    Repack(Vec<String>),
}

/// The package that a row got, if it gets one, or the code of its refusal.
pub(super) type RowResult = Result<Option<String>, &'static str>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Read,
    Write,
    Other,
}

/// The books, the clock, and the schedule.
pub(super) struct World {
    pub(super) now: u64,
    pub(super) items: Vec<Item>,
    /// Times a courier was called for a package.
    pub(super) couriers: BTreeMap<String, u32>,
    pub(super) accepts_repeats: bool,
    /// Reads show the state of so long ago.
    pub(super) lag: u64,
    pub(super) schedule: BTreeMap<usize, Deviation>,
    pub(super) calls: Vec<(Call, &'static str, u64)>,
    pub(super) late: Vec<(u64, Write)>,
    pub(super) next_package: u32,
    pub(super) killed: bool,
    /// An order of which no read tells, and none that is asked for together with it.
    pub(super) unreadable: Option<u64>,
    /// An order that every answer leaves out.
    pub(super) unlisted: Option<u64>,
    /// Labels that are asked for and not ready yet.
    pub(super) empty_labels: u32,
    /// Labels are behind links.
    pub(super) links: bool,
    /// A double that was seen, in words.
    pub(super) doubles: Vec<String>,
}

impl World {
    pub(super) fn new(orders: &[&[u64]]) -> Self {
        let of_order = |(index, items): (usize, &&[u64])| {
            let order = 900 + index as u64;
            let item = |id: &u64| Item {
                id: *id,
                order,
                history: vec![Picture {
                    from: 0,
                    status: "pending",
                    package: None,
                }],
                packed: 0,
                foreign: Vec::new(),
            };
            items.iter().map(item).collect::<Vec<_>>()
        };
        Self {
            now: 1_000_000,
            items: orders.iter().enumerate().flat_map(of_order).collect(),
            couriers: BTreeMap::new(),
            accepts_repeats: true,
            lag: 0,
            schedule: BTreeMap::new(),
            calls: Vec::new(),
            late: Vec::new(),
            next_package: 1,
            killed: false,
            unreadable: None,
            unlisted: None,
            empty_labels: 0,
            links: false,
            doubles: Vec::new(),
        }
    }

    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        loop {
            let next = self
                .late
                .iter()
                .filter(|(due, _)| *due <= end)
                .min_by_key(|(due, _)| *due);
            let Some((due, write)) = next.cloned() else {
                break;
            };
            let at = self.late.iter().position(|(time, _)| *time == due).unwrap();
            self.late.remove(at);
            self.now = self.now.max(due);
            self.execute(&write, usize::MAX);
        }
        self.now = end;
    }

    pub(super) fn freeze_before_next_call(&mut self) {
        if self.schedule.get(&self.calls.len()) == Some(&Deviation::Freeze) {
            self.pass(FREEZE_MS);
        }
    }

    pub(super) fn set(&mut self, id: u64, status: &'static str, package: Option<String>) {
        let now = self.now;
        let item = self.items.iter_mut().find(|item| item.id == id).unwrap();
        if matches!(status, "repacked" | "pending") {
            item.packed = 0;
        }
        item.history.push(Picture {
            from: now,
            status,
            package,
        });
    }

    pub(super) fn item(&self, id: u64) -> &Item {
        self.items.iter().find(|item| item.id == id).unwrap()
    }

    pub(super) fn new_package(&mut self) -> String {
        let id = format!("FP{:04}", self.next_package);
        self.next_package += 1;
        id
    }

    /// Executes up to `rows` rows; what the enforced status rule says of each.
    pub(super) fn execute(&mut self, write: &Write, rows: usize) -> Vec<RowResult> {
        match write {
            Write::Pack(ids) => {
                let mut packages: BTreeMap<u64, String> = BTreeMap::new();
                let mut results = Vec::new();
                for id in ids.iter().take(rows) {
                    results.push(self.pack(*id, &mut packages).map(Some));
                }
                results
            }
            Write::Ready(ids) => {
                let ids = ids.iter().take(rows);
                ids.map(|id| self.ready(id).map(|()| None)).collect()
            }
            Write::Repack(ids) => {
                let ids = ids.iter().take(rows);
                ids.map(|id| self.repack(id).map(|()| None)).collect()
            }
        }
    }

    fn pack(
        &mut self,
        id: u64,
        packages: &mut BTreeMap<u64, String>,
    ) -> Result<String, &'static str> {
        let item = self.item(id).clone();
        let free = matches!(item.status(), "pending" | "repacked");
        if !free && (!self.accepts_repeats || item.status() == "canceled") {
            return Err("700026");
        }
        let package = match packages.get(&item.order) {
            Some(package) => package.clone(),
            None => {
                let package = self.new_package();
                packages.insert(item.order, package.clone());
                package
            }
        };
        self.set(id, "packed", Some(package.clone()));
        let item = self.items.iter_mut().find(|item| item.id == id).unwrap();
        item.packed += 1;
        if item.packed > 1 {
            self.doubles
                .push(format!("{id} packed twice at {}", self.now));
        }
        Ok(package)
    }

    fn ready(&mut self, package: &str) -> Result<(), &'static str> {
        let inside: Vec<u64> = self
            .items
            .iter()
            .filter(|item| item.package().is_some_and(|id| id == package))
            .map(|item| item.id)
            .collect();
        let announced = self.couriers.contains_key(package);
        let mut inside_now = inside.iter().map(|id| self.item(*id).status());
        let moved = inside_now.any(|status| status != "packed");
        if inside.is_empty() || ((announced || moved) && !self.accepts_repeats) {
            return Err("700000");
        }
        let couriers = self.couriers.entry(package.to_owned()).or_default();
        *couriers += 1;
        if *couriers > 1 {
            self.doubles
                .push(format!("{package} announced twice at {}", self.now));
        }
        for id in inside {
            self.set(id, "ready_to_ship", Some(package.to_owned()));
        }
        Ok(())
    }

    fn repack(&mut self, package: &str) -> Result<(), &'static str> {
        let inside = self.items.iter();
        let inside = inside.filter(|item| {
            item.status() == "packed" && item.package().is_some_and(|id| id == package)
        });
        let inside: Vec<u64> = inside.map(|item| item.id).collect();
        if inside.is_empty() {
            return Err("600001");
        }
        for id in inside {
            self.set(id, "repacked", None);
        }
        Ok(())
    }

    /// Another person does the first row's work.
    pub(super) fn act(&mut self, write: &Write) {
        match write {
            Write::Pack(ids) => {
                let package = self.new_package();
                let first = ids[0];
                if matches!(self.item(first).status(), "pending" | "repacked") {
                    self.set(first, "packed", Some(package.clone()));
                    let item = self.items.iter_mut().find(|item| item.id == first).unwrap();
                    item.foreign.push(package);
                }
            }
            Write::Ready(ids) => {
                for item in self.items.clone() {
                    if item.status() == "packed" && item.package() == Some(&ids[0]) {
                        self.set(item.id, "ready_to_ship", Some(ids[0].clone()));
                    }
                }
            }
            Write::Repack(_) => {}
        }
    }
}
