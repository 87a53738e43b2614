//! Control over HTTP, for tests in other languages.

use crate::books;
use crate::faults;
use crate::http::{Reply, Request};
use crate::json::Json;
use crate::state::State;

/// Answers `/sandbox/...`.
pub(crate) fn handle(state: &State, request: &Request) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/sandbox/health") => Reply::json("{\"status\":\"ok\"}".to_owned()),
        ("GET", "/sandbox/calls") => Reply::json(state.lock_log().to_json()),
        ("GET", "/sandbox/books") => Reply::json(books::to_json(state)),
        ("POST", "/sandbox/behave") => {
            state.faults.clear();
            Reply::json("{\"ok\":true}".to_owned())
        }
        ("POST", "/sandbox/misbehave") => misbehave(state, &request.body),
        (
            _,
            "/sandbox/health" | "/sandbox/calls" | "/sandbox/books" | "/sandbox/behave"
            | "/sandbox/misbehave",
        ) => Reply::plain(405, "wrong method\n"),
        _ => Reply::plain(404, "no such control\n"),
    }
}

fn misbehave(state: &State, body: &[u8]) -> Reply {
    match faults::plan_from_json(body) {
        Ok(plan) => {
            state.faults.add(plan);
            Reply::json("{\"ok\":true}".to_owned())
        }
        Err(error) => {
            let mut json = Json::default();
            json.open_object();
            json.flag_member("ok", false);
            json.text_member("error", &error);
            json.close_object();
            let mut reply = Reply::json(json.finish());
            reply.status = 400;
            reply
        }
    }
}
