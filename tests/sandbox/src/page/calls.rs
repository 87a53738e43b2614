//! The newest calls, each with the text the gateway signed beside the signature that came.

use crate::calls::CallRecord;
use crate::json::Json;
use crate::signature::{self, Verdict};
use crate::state::State;

/// Calls of one answer: a page shows no more.
const ROWS: usize = 100;

/// Parameters that open a store, if they are real ones.
const KEYS: [&str; 3] = ["access_token", "refresh_token", "code"];

/// The newest calls behind a number, the oldest of them first.
pub(super) fn to_json(state: &State, after: u64) -> String {
    let (records, arrived) = state.lock_log().newest(after, ROWS);
    let mut json = Json::default();
    json.open_object();
    json.number_member("arrived", arrived);
    json.key("calls");
    json.open_array();
    for record in &records {
        write(&mut json, record, &state.app_secret);
    }
    json.close_array();
    json.close_object();
    json.finish()
}

fn write(json: &mut Json, record: &CallRecord, secret: &str) {
    json.open_object();
    json.number_member("number", record.number);
    json.number_member("arrived_ms", record.arrived_ms);
    json.number_member("connection", record.connection);
    json.text_member("method", &record.method);
    json.text_member("path", &record.path);
    json.number_member("status", record.status);
    json.text_member("code", &record.code);
    json.text_member("fault", record.fault);
    json.key("params");
    json.open_array();
    for (name, value) in &record.params {
        json.open_array();
        json.text(name);
        json.text(&shown(name, value));
        json.close_array();
    }
    json.close_array();
    // Label downloads are no API calls and carry another signature.
    if !record.path.starts_with("/labels/") {
        write_signature(json, record, secret);
    }
    json.close_object();
}

fn write_signature(json: &mut Json, record: &CallRecord, secret: &str) {
    let came = record.param("sign").unwrap_or_default();
    let pairs = signature::signed(&record.params);
    let (reading, verdict) = signature::judge(secret, &record.path, &pairs, came);
    let open: Vec<(&str, String)> = reading
        .iter()
        .map(|(name, value)| (*name, shown(name, value)))
        .collect();
    let open: Vec<(&str, &str)> = open.iter().map(|pair| (pair.0, pair.1.as_str())).collect();
    json.key("signature");
    json.open_object();
    json.text_member("base", &signature::base(&record.path, &open));
    json.text_member(
        "expected",
        &signature::signature(secret, &record.path, &reading),
    );
    json.text_member("came", came);
    let verdict = match verdict {
        Verdict::Right => "right",
        Verdict::SmallLetters => "small_letters",
        Verdict::Wrong if came.is_empty() => "missing",
        Verdict::Wrong => "wrong",
    };
    json.text_member("verdict", verdict);
    json.close_object();
}

/// A token that the sandbox did not make may be a real one, sent here by mistake: it is not shown.
fn shown(name: &str, value: &str) -> String {
    let invented = value.starts_with("sandbox-") || value.contains("_sandbox");
    if KEYS.contains(&name) && !invented {
        return format!(
            "[{} characters, not of this sandbox]",
            value.chars().count()
        );
    }
    value.to_owned()
}
