//! packed -> ready to ship.

use std::collections::HashMap;

use super::{BATCH, Run, verdict};
use crate::api;
use crate::error::Result;
use crate::jobs::Context;
use crate::jobs::outcome::Step;
use crate::protocol::{Args, Record, Reply, Request, Row, Value};

impl Run {
    /// Announces the open packages of a batch to the carrier.
    pub(super) fn report_ready(&mut self, context: &Context, batch: &[usize]) {
        for packages in self.open_packages(batch).chunks(BATCH) {
            if self.stopped.is_some() {
                return;
            }
            let sent = ready(context, packages);
            match sent {
                Ok(reply) => self.note_ready(batch, packages, &reply),
                Err(error) => {
                    let indexes = self.units_in(batch, packages);
                    self.call_failed(&indexes, Step::ReadyToShip, error);
                }
            }
        }
    }

    /// The packages of a batch that are still on their way, each once, in the order given.
    pub(super) fn open_packages(&self, batch: &[usize]) -> Vec<String> {
        let mut packages: Vec<String> = Vec::new();
        for index in batch {
            if let Some(package) = self.units[*index].open_package()
                && !packages.iter().any(|known| known == package)
            {
                packages.push(package.to_owned());
            }
        }
        packages
    }

    /// The items of a batch that are in these packages.
    pub(super) fn units_in(&self, batch: &[usize], packages: &[String]) -> Vec<usize> {
        let inside = |index: &&usize| {
            let package = self.units[**index].package_id.as_ref();
            package.is_some_and(|package| packages.contains(package))
        };
        batch.iter().filter(inside).copied().collect()
    }

    fn note_ready(&mut self, batch: &[usize], packages: &[String], reply: &Reply) {
        let verdicts = verdicts(reply);
        let request_id = reply.evidence().request_id.as_deref();
        for index in self.units_in(batch, packages) {
            let unit = &mut self.units[index];
            if !unit.is_open() {
                continue;
            }
            unit.passed(Step::ReadyToShip, request_id);
            let verdict = unit.package_id.as_ref().and_then(|id| verdicts.get(id));
            let unanswered = "the answer left the package out; the carrier may have been called";
            verdict::apply(unit, verdict, unanswered);
        }
    }
}

fn ready(context: &Context, packages: &[String]) -> Result<Reply> {
    let args = Args::new().set("packages", package_list(packages));
    context.send(&Request::new(api::find("ReadyToShip")?, args)?)
}

/// Packages as the documents of the platform want them.
pub(super) fn package_list(packages: &[String]) -> Value {
    let document = |id: &String| Value::Object(vec![("package_id".to_owned(), Value::from(id))]);
    Value::List(packages.iter().map(document).collect())
}

fn verdicts(reply: &Reply) -> HashMap<String, Record> {
    let rows = reply.rows().filter_map(|row| match row {
        Row::Good(package) => Some((package.id("package_id").ok()??, package)),
        Row::Bad(_) => None,
    });
    rows.collect()
}
