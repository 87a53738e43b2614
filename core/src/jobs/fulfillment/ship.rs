//! packed -> ready to ship, and packed -> repacked: writes on packages.

use std::collections::HashMap;

use super::journal::line::{Kind, RowRef};
use super::write::step_of;
use super::{BATCH, Run, verdict};
use crate::api;
use crate::error::Result;
use crate::jobs::Context;
use crate::protocol::{Args, Record, Reply, Request, Row, Value};

impl Run {
    /// Announces the open packages of a turn to the carrier, or dissolves them.
    pub(super) fn write_packages(&mut self, context: &Context, turn: &[usize], kind: Kind) {
        if self.stopped.is_some() {
            return;
        }
        let mut loads = Vec::new();
        for packages in self.open_packages(turn).chunks(BATCH) {
            let indexes = self.units_in(turn, packages);
            match request_of(kind, packages) {
                Ok(request) => {
                    let rows = self.rows_of_packages(&indexes, packages);
                    loads.push(self.load(kind, indexes, rows, request));
                }
                Err(error) => self.call_failed(&indexes, step_of(kind), error),
            }
        }
        self.send(context, loads);
    }

    /// One verdict per package sent; a package the answer leaves out stays unknown.
    pub(super) fn note_packages(
        &mut self,
        context: &Context,
        kind: Kind,
        indexes: &[usize],
        reply: &Reply,
    ) -> Result<()> {
        let rows = rows_of(reply);
        let request_id = reply.evidence().request_id.as_deref();
        for package in self.packages_of(indexes) {
            let verdict = verdict::of_row(rows.get(&package));
            let inside = self.units_in(indexes, &[package]);
            self.note_row(context, kind, &inside, &verdict, request_id)?;
        }
        Ok(())
    }

    /// The packages of these items as rows of the journal.
    fn rows_of_packages(&self, indexes: &[usize], packages: &[String]) -> Vec<RowRef> {
        let row = |package: &String| {
            let mut units = indexes.iter().map(|index| &self.units[*index]);
            let unit = units.find(|unit| unit.package_id.as_ref() == Some(package));
            RowRef {
                row: package.clone(),
                order: unit.map(|unit| unit.order_id.clone()).unwrap_or_default(),
                status: unit
                    .and_then(|unit| unit.status.clone())
                    .unwrap_or_default(),
            }
        };
        packages.iter().map(row).collect()
    }

    fn packages_of(&self, indexes: &[usize]) -> Vec<String> {
        let mut packages: Vec<String> = Vec::new();
        for index in indexes {
            if let Some(package) = &self.units[*index].package_id
                && !packages.contains(package)
            {
                packages.push(package.clone());
            }
        }
        packages
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
}

fn request_of(kind: Kind, packages: &[String]) -> Result<Request> {
    let api = match kind {
        Kind::Repack => "RecreatePackage",
        Kind::Pack | Kind::ReadyToShip => "ReadyToShip",
    };
    let args = Args::new().set("packages", package_list(packages));
    Request::new(api::find(api)?, args)
}

/// Packages as the documents of the platform want them.
pub(super) fn package_list(packages: &[String]) -> Value {
    let document = |id: &String| Value::Object(vec![("package_id".to_owned(), Value::from(id))]);
    Value::List(packages.iter().map(document).collect())
}

fn rows_of(reply: &Reply) -> HashMap<String, Record> {
    let rows = reply.rows().filter_map(|row| match row {
        Row::Good(package) => Some((package.id("package_id").ok()??, package)),
        Row::Bad(_) => None,
    });
    rows.collect()
}
