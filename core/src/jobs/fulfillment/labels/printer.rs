//! Asks for labels until they are there, and saves them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::document::{self, Document, Trouble};
use super::folder::Folder;
use super::manifest::{Entry, Parcel};
use super::{LabelFiles, LabelFormat, LabelOptions};
use crate::api;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::jobs::fulfillment::BATCH;
use crate::jobs::fulfillment::abreast::{WIDTH, abreast};
use crate::jobs::fulfillment::ship::package_list;
use crate::protocol::{Args, Reply, Request, Time};

/// The first pause before an empty label is asked for again; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How often one document is fetched: links end, and connections break.
const FETCHES: u32 = 3;

/// Prints the labels of packages into a folder.
pub(crate) struct Printer {
    folder: Folder,
    options: LabelOptions,
    files: u32,
}

/// How long labels of parcels that come empty are waited for, if at all.
pub(super) type Wait<'a> = &'a dyn Fn(&[Parcel]) -> Option<Duration>;

/// What a call for some parcels brought.
struct Sheet {
    range: Range<usize>,
    patience: Option<Duration>,
    fetched: std::result::Result<(Document, Reply), Trouble>,
}

/// What became of neighboring parcels.
pub(super) struct Printed {
    pub(super) parcels: Range<usize>,
    pub(super) result: Result<LabelFile>,
}

/// A file that holds their labels.
pub(super) struct LabelFile {
    pub(super) path: PathBuf,
    pages: Pages,
    pub(super) request_id: Option<String>,
}

/// Where in a file the labels are.
enum Pages {
    /// A page each, in order.
    InOrder,
    /// One label, on this page if it is known.
    At(Option<u32>),
    Unknown,
}

impl LabelFile {
    /// The page, from 1, of one of the parcels, when it is known.
    pub(super) fn page_of(&self, place: usize) -> Option<u32> {
        match self.pages {
            Pages::InOrder => u32::try_from(place + 1).ok(),
            Pages::At(page) => page,
            Pages::Unknown => None,
        }
    }
}

impl Printer {
    /// # Errors
    /// When the folder cannot be read, or holds a manifest of something else.
    pub(crate) fn new(folder: &Path, options: LabelOptions) -> Result<Self> {
        Ok(Self {
            folder: Folder::open(folder)?,
            options,
            files: 0,
        })
    }

    /// How many files it has saved.
    pub(crate) fn files(&self) -> u32 {
        self.files
    }

    /// As [`print`](Self::print), except for parcels whose label is in the folder already: those of an earlier
    /// run that was interrupted. Without a `wait` for labels that come empty, all that were asked for together are
    /// said to be so: the caller comes again.
    pub(super) fn print_missing(
        &mut self,
        context: &Context,
        parcels: &[Parcel],
        wait: Wait<'_>,
    ) -> Vec<Printed> {
        let account = context.account();
        let ending = match self.options.format {
            LabelFormat::Pdf => ".pdf",
            LabelFormat::Html => ".html",
        };
        let mut printed = Vec::new();
        let mut begin = 0;
        for (place, parcel) in parcels.iter().enumerate() {
            let saved = self.folder.saved(&account, &parcel.package_id);
            let wanted = saved.filter(|saved| {
                let single = self.options.files == LabelFiles::Single;
                saved.file.ends_with(ending) && (saved.alone || !single)
            });
            let Some((path, page)) = wanted.map(|saved| (self.folder.place_of(saved), saved.page))
            else {
                continue;
            };
            printed.extend(self.print_part(context, parcels, begin..place, wait));
            if is_last(&printed) {
                return printed;
            }
            begin = place + 1;
            printed.push(Printed {
                parcels: place..begin,
                result: Ok(LabelFile {
                    path,
                    pages: Pages::At(page),
                    request_id: None,
                }),
            });
        }
        printed.extend(self.print_part(context, parcels, begin..parcels.len(), wait));
        printed
    }

    /// Prints the labels of all parcels, in the order given. Ends early when nothing further can succeed; the
    /// parcels behind that are not in the answer.
    pub(super) fn print(&mut self, context: &Context, parcels: &[Parcel]) -> Vec<Printed> {
        let wait = self.options.wait;
        self.print_part(context, parcels, 0..parcels.len(), &|_| Some(wait))
    }

    fn print_part(
        &mut self,
        context: &Context,
        parcels: &[Parcel],
        part: Range<usize>,
        wait: Wait<'_>,
    ) -> Vec<Printed> {
        let size = match self.options.files {
            LabelFiles::Combined => BATCH,
            LabelFiles::Single => 1,
        };
        let begins: Vec<usize> = part.clone().step_by(size).collect();
        let mut printed = Vec::new();
        // As many documents as are fetched side by side, and no more in memory.
        for begins in begins.chunks(WIDTH) {
            let ranges = begins
                .iter()
                .map(|begin| *begin..part.end.min(begin + size));
            for sheet in self.fetch_sheets(context, parcels, ranges, wait) {
                if !is_last(&printed) {
                    self.print_sheet(context, parcels, sheet, &mut printed);
                }
            }
            if is_last(&printed) {
                break;
            }
        }
        printed
    }

    /// Fetches documents side by side; they are in the order of their parcels.
    fn fetch_sheets(
        &self,
        context: &Context,
        parcels: &[Parcel],
        ranges: impl Iterator<Item = Range<usize>>,
        wait: Wait<'_>,
    ) -> Vec<Sheet> {
        let now = context.client.clock().elapsed();
        let patience = |range: &Range<usize>| {
            let wait = wait(&parcels[range.clone()])?;
            Some(now.saturating_add(wait))
        };
        let ranges: Vec<_> = ranges.map(|range| (patience(&range), range)).collect();
        let fetch = |context: &Context, (patience, range): (Option<Duration>, Range<usize>)| {
            let fetched = self.fetch(context, &parcels[range.clone()], patience);
            Sheet {
                range,
                patience,
                fetched,
            }
        };
        let mut sheets = Vec::with_capacity(ranges.len());
        abreast(context, ranges, fetch, |sheet| sheets.push(sheet));
        sheets.sort_by_key(|sheet| sheet.range.start);
        sheets
    }

    /// One file, or several where the platform refuses some of its packages together.
    fn print_sheet(
        &mut self,
        context: &Context,
        parcels: &[Parcel],
        sheet: Sheet,
        printed: &mut Vec<Printed>,
    ) {
        let Sheet {
            range,
            patience,
            fetched,
        } = sheet;
        let wanted = &parcels[range.clone()];
        let result = match fetched {
            Err(Trouble::Call(error)) if range.len() > 1 && error.kind() == ErrorKind::Api => {
                return self.print_halves(context, parcels, range, patience, printed);
            }
            Err(Trouble::Empty(_)) if range.len() > 1 && patience.is_some() => {
                return self.print_halves(context, parcels, range, patience, printed);
            }
            Err(trouble) => Err(trouble.into_error()),
            Ok((document, reply)) => self.keep(context, wanted, &document, &reply),
        };
        printed.push(Printed {
            parcels: range,
            result,
        });
    }

    /// The answer names no package that is at fault, so look for it: the others shall have their labels.
    fn print_halves(
        &mut self,
        context: &Context,
        parcels: &[Parcel],
        range: Range<usize>,
        patience: Option<Duration>,
        printed: &mut Vec<Printed>,
    ) {
        let middle = range.start + range.len() / 2;
        for half in [range.start..middle, middle..range.end] {
            if !is_last(printed) {
                let fetched = self.fetch(context, &parcels[half.clone()], patience);
                let sheet = Sheet {
                    range: half,
                    patience,
                    fetched,
                };
                self.print_sheet(context, parcels, sheet, printed);
            }
        }
    }

    /// Asks until there is a document: again while labels are empty, and for a new link when one has ended.
    fn fetch(
        &self,
        context: &Context,
        parcels: &[Parcel],
        patience: Option<Duration>,
    ) -> std::result::Result<(Document, Reply), Trouble> {
        let (mut pause, mut fetches) = (FIRST_PAUSE, 0);
        loop {
            let trouble = match self.ask(context, parcels) {
                Ok(found) => return Ok(found),
                Err(trouble) => trouble,
            };
            let wait = match &trouble {
                Trouble::Call(_) => return Err(trouble),
                Trouble::Fetch(_) => {
                    fetches += 1;
                    if fetches == FETCHES {
                        return Err(trouble);
                    }
                    FIRST_PAUSE
                }
                Trouble::Empty(_) => {
                    let end = patience.unwrap_or_default();
                    let left = end.saturating_sub(context.client.clock().elapsed());
                    if left.is_zero() {
                        return Err(trouble);
                    }
                    let wait = pause.min(left);
                    pause *= 2;
                    wait
                }
            };
            if !context.client.clock().sleep(wait, &context.cancel) {
                return Err(Trouble::Call(Error::canceled()));
            }
        }
    }

    fn ask(
        &self,
        context: &Context,
        parcels: &[Parcel],
    ) -> std::result::Result<(Document, Reply), Trouble> {
        let packages: Vec<String> = parcels
            .iter()
            .map(|parcel| parcel.package_id.clone())
            .collect();
        let doc_type = match self.options.format {
            LabelFormat::Pdf => "PDF",
            LabelFormat::Html => "HTML",
        };
        let args = Args::new()
            .set("doc_type", doc_type)
            .set("packages", package_list(&packages))
            .set_optional("print_item_list", self.options.item_list.then_some(true));
        let reply = api::find("PrintAWB")
            .and_then(|api| Request::new(api, args))
            .and_then(|request| context.send(&request))
            .map_err(Trouble::Call)?;
        let document = document::of(context, &reply)?;
        Ok((document, reply))
    }

    /// Saves a document and lists it.
    fn keep(
        &mut self,
        context: &Context,
        parcels: &[Parcel],
        document: &Document,
        reply: &Reply,
    ) -> Result<LabelFile> {
        let account = context.account();
        let path = self
            .folder
            .save(&account, parcels, document.ending, &document.content)?;
        self.files += 1;
        let pages = match parcels.len() {
            1 => Pages::At(Some(1)),
            count if document.pages == Some(count) => Pages::InOrder,
            _ => Pages::Unknown,
        };
        let file = LabelFile {
            path,
            pages,
            request_id: reply.evidence().request_id.clone(),
        };
        let saved_at = Time::from_epoch_ms(context.client.clock().now_ms());
        let saved_at = saved_at.to_rfc3339().unwrap_or_default();
        let name = file.path.file_name().unwrap_or_default();
        let entries: Vec<Entry> = parcels
            .iter()
            .enumerate()
            .map(|(place, parcel)| Entry {
                file: name.to_string_lossy().into_owned(),
                page: file.page_of(place),
                account: account.clone(),
                parcel: parcel.clone(),
                request_id: file.request_id.clone(),
                saved_at: saved_at.clone(),
            })
            .collect();
        self.folder.list(&entries)?;
        Ok(file)
    }
}

/// Whether nothing further can succeed: against the caller's will, without access, or on a full disk.
fn is_last(printed: &[Printed]) -> bool {
    let last = printed.last().map(|printed| &printed.result);
    let Some(Err(error)) = last else {
        return false;
    };
    matches!(
        error.kind(),
        ErrorKind::Canceled | ErrorKind::Auth | ErrorKind::Config
    )
}
