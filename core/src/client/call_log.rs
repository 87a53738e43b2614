//! The opt-in call log: one line of JSON per call, without parameters, tokens or signatures.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::private_file::private;
use crate::error::Result;
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Reply, Time};

/// Takes the line of each finished call, without its line end.
pub type CallListener = Arc<dyn Fn(&str) + Send + Sync>;

/// Who gets the lines.
#[derive(Clone, Default)]
pub(crate) struct CallLog {
    pub(crate) file: Option<PathBuf>,
    pub(crate) listener: Option<CallListener>,
}

impl CallLog {
    /// Adds the line of one finished call. A log that cannot be written must not fail the call; the failure is
    /// logged.
    pub(crate) fn add(
        &self,
        api: &str,
        account: &str,
        now_ms: i64,
        took: Duration,
        result: &Result<Reply>,
    ) {
        if self.file.is_none() && self.listener.is_none() {
            return;
        }
        let line = line(api, account, now_ms, took, result);
        if let Some(listener) = &self.listener {
            listener(&line);
        }
        if let Some(path) = &self.file
            && let Err(error) = append(path, line + "\n")
        {
            log::warn!("call log {}: {error}", path.display());
        }
    }
}

fn line(api: &str, account: &str, now_ms: i64, took: Duration, result: &Result<Reply>) -> String {
    let line = JsonObject::new()
        .optional("time", Time::from_epoch_ms(now_ms).to_rfc3339().as_deref())
        .text("api", api)
        .text("account", account)
        .number("took_ms", took.as_millis());
    let line = match result {
        Ok(reply) => {
            let evidence = reply.evidence();
            line.text("result", "ok")
                .optional("request_id", evidence.request_id.as_deref())
                .optional("trace_id", evidence.trace_id.as_deref())
                .number("attempts", evidence.attempts)
                .number("http_status", evidence.http_status)
        }
        Err(error) => {
            let line = line
                .text("result", error.kind().as_str())
                .optional("code", error.code())
                .text("message", error.message())
                .optional("request_id", error.request_id())
                .optional("trace_id", error.trace_id())
                .number("attempts", error.attempts());
            match error.http_status() {
                Some(status) => line.number("http_status", status),
                None => line,
            }
        }
    };
    line.finish()
}

/// One write per line, so that lines of several processes do not mix.
fn append(path: &Path, line: String) -> io::Result<()> {
    private(OpenOptions::new().create(true).append(true))
        .open(path)?
        .write_all(line.as_bytes())
}
