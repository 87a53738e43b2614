//! Labels: fetched for up to 20 packages a call, saved as one file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ship::package_list;
use super::{BATCH, Run};
use crate::api;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::jobs::label_file;
use crate::jobs::outcome::{State, Step};
use crate::protocol::{Args, Reply, Request};

/// A label file's content and the ending its name gets.
struct Document {
    content: Vec<u8>,
    ending: &'static str,
}

impl Run {
    /// Saves the labels of a batch. The seller's own fleet has none: Lazada issues no label for it.
    pub(super) fn save_labels(&mut self, context: &Context, batch: &[usize]) {
        let labeled: Vec<usize> = batch
            .iter()
            .filter(|index| self.units[**index].wants_label())
            .copied()
            .collect();
        for packages in self.open_packages(&labeled).chunks(BATCH) {
            if self.stopped.is_some() {
                return;
            }
            let indexes = self.units_in(&labeled, packages);
            if let Err(error) = self.save_label_file(context, &indexes, packages) {
                if error.kind() == ErrorKind::Io {
                    self.leave_without_label(&indexes, &error);
                } else {
                    self.call_failed(&indexes, Step::Labels, error);
                }
            }
        }
    }

    /// A parcel without a label must not be announced to the carrier.
    fn leave_without_label(&mut self, indexes: &[usize], error: &Error) {
        for index in indexes {
            self.units[*index].fail(State::Refused, Step::Labels, error);
        }
    }

    fn save_label_file(
        &mut self,
        context: &Context,
        indexes: &[usize],
        packages: &[String],
    ) -> Result<()> {
        let Some(folder) = self.options.labels.clone() else {
            return Ok(());
        };
        let args = Args::new()
            .set("doc_type", "PDF")
            .set("packages", package_list(packages));
        let reply = context.send(&Request::new(api::find("PrintAWB")?, args)?)?;
        let document = document(context, &reply)?;
        let name = self.file_name(&context.account(), packages, document.ending);
        let path = label_file::save(&folder, &name, &document.content)?;
        self.label_files += 1;
        let request_id = reply.evidence().request_id.as_deref();
        for index in indexes {
            let unit = &mut self.units[*index];
            if unit.is_open() {
                unit.passed(Step::Labels, request_id);
                unit.label = Some(path.clone());
            }
        }
        Ok(())
    }

    /// Files sort in the order given; the account tells apart stores whose packages meet in one folder.
    fn file_name(&self, account: &str, packages: &[String], ending: &str) -> String {
        let number = self.label_files + 1;
        let account = label_file::plain(account);
        let first = packages
            .first()
            .map(|id| label_file::plain(id))
            .unwrap_or_default();
        match packages.len() {
            0 | 1 => format!("{number:04}_{account}_{first}.{ending}"),
            more => format!(
                "{number:04}_{account}_{first}_and_{}_more.{ending}",
                more - 1
            ),
        }
    }
}

/// The PDF behind the link at once, since the link lives ten minutes; else the document in the answer.
fn document(context: &Context, reply: &Reply) -> Result<Document> {
    let label = reply
        .record()
        .ok_or_else(|| Error::decode("result.data", "expected an object"))?;
    if let Some(url) = label.text("pdf_url")? {
        let content = context.client.download(&url, &context.cancel)?;
        if !content.starts_with(b"%PDF") {
            return Err(Error::decode("pdf_url", "expected a PDF behind the link"));
        }
        return Ok(Document {
            content,
            ending: "pdf",
        });
    }
    let file = label.text("file")?.unwrap_or_default();
    let content = STANDARD
        .decode(file.trim())
        .map_err(|_| Error::decode("file", "expected base64"))?;
    if content.is_empty() {
        return Err(
            Error::decode("file", "is empty: the label may not be ready yet").worth_a_retry(),
        );
    }
    let ending = if content.starts_with(b"%PDF") {
        "pdf"
    } else {
        "html"
    };
    Ok(Document { content, ending })
}
