//! Labels: fetched for up to 20 packages a call, saved in files, listed in a manifest.
//!
//! The run below and the labels alone (`alone.rs`) go the same way: `printer.rs` asks and asks again,
//! `document.rs` judges what came, `folder.rs` names and saves it, `manifest.rs` lists what is where.

pub(super) mod alone;
mod document;
mod folder;
mod manifest;
mod pdf;
mod printer;
mod slip;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::Run;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::jobs::outcome::{State, Step};
use manifest::{Item, Parcel};
pub(super) use printer::Printer;

/// How many packages share a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelFiles {
    /// Up to 20, as the platform hands them out for one call.
    #[default]
    Combined,
    /// One file, and one call, for each.
    Single,
}

/// What labels are asked for as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelFormat {
    /// PDF, fetched from the link of the answer at once: it lives about ten minutes.
    #[default]
    Pdf,
    /// HTML, out of the answer.
    Html,
}

/// How labels are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelOptions {
    /// How many packages share a file.
    pub files: LabelFiles,
    /// What they are asked for as. A file is named by what came.
    pub format: LabelFormat,
    /// Whether a label shows the items of its package.
    pub item_list: bool,
    /// How long a label that comes empty is asked for again: just after packing it may not be ready.
    pub wait: Duration,
}

impl Default for LabelOptions {
    fn default() -> Self {
        Self {
            files: LabelFiles::default(),
            format: LabelFormat::default(),
            item_list: false,
            wait: Duration::from_secs(120),
        }
    }
}

impl FromStr for LabelFiles {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "combined" => Ok(Self::Combined),
            "single" => Ok(Self::Single),
            _ => Err(Error::input(
                "label_files",
                format_args!("expected combined or single, got {text:?}"),
            )),
        }
    }
}

impl FromStr for LabelFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "pdf" => Ok(Self::Pdf),
            "html" => Ok(Self::Html),
            _ => Err(Error::input(
                "label_format",
                format_args!("expected pdf or html, got {text:?}"),
            )),
        }
    }
}

/// Where labels go when they are asked for alone, and how they are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintOptions {
    /// The folder for label files.
    pub folder: PathBuf,
    /// How they are made.
    pub labels: LabelOptions,
}

/// Why an item of the seller's own fleet has no label.
const OWN_FLEET: &str = "no label: the seller's own fleet delivers it, and Lazada issues none";

impl Run {
    /// Saves the labels of a turn. What an earlier run has saved of the same package in this folder is not
    /// fetched again.
    pub(super) fn save_labels(&mut self, context: &Context, batch: &[usize]) {
        let (own_fleet, labeled): (Vec<usize>, Vec<usize>) = batch
            .iter()
            .partition(|index| self.units[**index].own_fleet);
        for index in own_fleet {
            self.units[index].note = Some(OWN_FLEET);
        }
        let labeled: Vec<usize> = labeled
            .into_iter()
            .filter(|index| self.units[*index].wants_label())
            .collect();
        let Some(mut printer) = self.printer.take() else {
            return;
        };
        let packages = self.open_packages(&labeled);
        // Those that may come yet are asked for again while others go on.
        let wait = |parcels: &[Parcel]| {
            let ids: Vec<String> = parcels.iter().map(|one| one.package_id.clone()).collect();
            let may_come = self.labels_may_come_yet(&self.units_in(&labeled, &ids));
            (!may_come).then_some(Duration::ZERO)
        };
        let parcels: Vec<Parcel> = packages
            .iter()
            .map(|package| self.parcel(&labeled, package))
            .collect();
        let printed = printer.print_missing(context, &parcels, &wait);
        for printed in printed {
            let ids = &packages[printed.parcels.clone()];
            let indexes = self.units_in(&labeled, ids);
            match printed.result {
                Ok(file) => {
                    for index in indexes {
                        let unit = &mut self.units[index];
                        let package = unit.package_id.as_ref();
                        let place = ids.iter().position(|id| Some(id) == package);
                        if unit.is_open() {
                            unit.passed(Step::Labels, file.request_id.as_deref());
                            unit.label = Some(file.path.clone());
                            unit.label_page = place.and_then(|place| file.page_of(place));
                        }
                    }
                }
                Err(error) if error.kind() == ErrorKind::Io => {
                    self.leave_without_label(&indexes, &error);
                }
                Err(error) => self.call_failed(&indexes, Step::Labels, error),
            }
        }
        self.printer = Some(printer);
    }

    /// A parcel without a label must not be announced to the carrier.
    fn leave_without_label(&mut self, indexes: &[usize], error: &Error) {
        for index in indexes {
            self.units[*index].fail(State::Refused, Step::Labels, error);
        }
    }

    /// A package as the manifest lists it.
    fn parcel(&self, batch: &[usize], package: &str) -> Parcel {
        let indexes = self.units_in(batch, &[package.to_owned()]);
        let mut parcel = Parcel::of(package);
        for unit in indexes.iter().map(|index| &self.units[*index]) {
            parcel.order_id.clone_from(&unit.order_id);
            parcel.tracking_number.clone_from(&unit.tracking_number);
            parcel.shipment_provider.clone_from(&unit.shipment_provider);
            parcel.items.push(Item {
                order_item_id: unit.order_item_id.clone().unwrap_or_default(),
                sku: unit.sku.clone(),
            });
        }
        parcel
    }
}
