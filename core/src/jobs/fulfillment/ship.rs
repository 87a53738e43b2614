//! packed -> ready to ship, and packed -> repacked: writes on packages.

use std::collections::HashMap;

use super::desk::Sent;
use super::journal::line::{Kind, RowRef};
use super::write::step_of;
use super::{BATCH, Run, verdict};
use crate::api;
use crate::error::Result;
use crate::jobs::Context;
use crate::protocol::{Args, Record, Reply, Request, Row, Value};

impl Run {
    /// Announces the open packages of a batch to the carrier, or dissolves them.
    pub(super) fn write_packages(&mut self, context: &Context, batch: &[usize], kind: Kind) {
        for packages in self.open_packages(batch).chunks(BATCH) {
            if self.stopped.is_some() {
                return;
            }
            let indexes = self.units_in(batch, packages);
            if let Err(error) = self.write_together(context, kind, &indexes, packages) {
                self.call_failed(&indexes, step_of(kind), error);
            }
        }
    }

    fn write_together(
        &mut self,
        context: &Context,
        kind: Kind,
        indexes: &[usize],
        packages: &[String],
    ) -> Result<()> {
        let api = match kind {
            Kind::Repack => "RecreatePackage",
            _ => "ReadyToShip",
        };
        let args = Args::new().set("packages", package_list(packages));
        let request = Request::new(api::find(api)?, args)?;
        let rows = self.rows_of_packages(packages);
        match self.write(context, kind, rows, indexes, &request)? {
            Sent::Stale => self.take_again(indexes),
            Sent::Answered(reply) => self.note_packages(context, kind, indexes, &reply)?,
            Sent::Failed(error, None) => self.call_failed(indexes, step_of(kind), error),
            Sent::Failed(error, Some(verdict)) => {
                let id = error.request_id();
                for package in packages {
                    let inside = self.units_in(indexes, std::slice::from_ref(package));
                    self.note_row(context, kind, &inside, &verdict, id)?;
                }
            }
        }
        Ok(())
    }

    /// One verdict per package sent; a package the answer leaves out stays unknown.
    fn note_packages(
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
    fn rows_of_packages(&self, packages: &[String]) -> Vec<RowRef> {
        let row = |package: &String| {
            let mut units = self.units.iter();
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
