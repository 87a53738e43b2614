//! The opt-in call log.

use std::sync::{Arc, Mutex};

use lazcore::client::CallListener;
use serde_json::Value;

use crate::bench::{Bench, SECRET, TOKEN, config, order, page, read_call, refusal};

#[test]
fn each_call_adds_a_line_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.jsonl");
    let echo = format!("token {TOKEN} of secret {SECRET} is expired");
    let page_with_token = format!("<html>{SECRET} {TOKEN}</html>");
    let bench = Bench::with(
        config().call_log(&path),
        [
            order(),
            refusal("IllegalAccessToken", &echo),
            page(200, &page_with_token),
        ],
    );
    bench.client.send_request(&read_call()).unwrap();
    bench.client.send_request(&read_call()).unwrap_err();
    bench.client.send_request(&read_call()).unwrap_err();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert_eq!(line["api"], "/order/get");
        assert_eq!(line["account"], bench.client.account());
        assert_eq!(line["time"], "2026-03-01T08:00:00Z");
        assert_eq!(line["attempts"], 1);
        assert_eq!(line["http_status"], 200);
    }
    assert_eq!(
        (&lines[0]["result"], &lines[0]["request_id"]),
        (&"ok".into(), &"r0".into())
    );
    assert_eq!(lines[0]["trace_id"], "t0");
    assert_eq!(
        (&lines[1]["result"], &lines[1]["code"]),
        (&"auth".into(), &"IllegalAccessToken".into())
    );
    assert_eq!(lines[1]["request_id"], "r1");
    assert_eq!(lines[2]["result"], "decode");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_log_that_cannot_be_written_fails_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(config().call_log(folder.path()), [order()]);
    bench.client.send_request(&read_call()).unwrap();
}

#[test]
fn a_listener_gets_the_lines_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.jsonl");
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&heard);
    let listener: CallListener = Arc::new(move |line| lines.lock().unwrap().push(line.to_owned()));
    let bench = Bench::with(
        config().call_log(&path).call_listener(Some(listener)),
        [order(), refusal("IllegalAccessToken", TOKEN)],
    );
    bench.client.send_request(&read_call()).unwrap();
    bench.client.send_request(&read_call()).unwrap_err();
    let heard = heard.lock().unwrap().join("\n") + "\n";
    assert!(!heard.contains(TOKEN));
    assert_eq!(heard, std::fs::read_to_string(&path).unwrap());
}
