//! Control over HTTP, for tests in other languages.

use crate::books;
use crate::faults;
use crate::http::{Reply, Request};
use crate::json::Json;
use crate::page;
use crate::state::State;

/// Answers `/sandbox/...`.
pub(crate) fn handle(state: &State, request: &Request) -> Reply {
    if page::comes_from_elsewhere(request) {
        return Reply::plain(403, "control is for this machine\n");
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/sandbox/health") => Reply::json("{\"status\":\"ok\"}".to_owned()),
        ("GET", "/sandbox/calls") => Reply::json(state.lock_log().to_json()),
        ("GET", "/sandbox/books") => Reply::json(books::to_json(state)),
        ("POST", "/sandbox/behave") => {
            state.faults.clear();
            Reply::json("{\"ok\":true}".to_owned())
        }
        ("POST", "/sandbox/misbehave") => misbehave(state, &request.body),
        ("POST", "/sandbox/change") => change(state, &request.body),
        ("POST", "/sandbox/act") => act(state, &request.body),
        ("POST", "/sandbox/clock") => match faults::advance_from_json(&request.body) {
            Ok(seconds) => {
                state.advance(seconds);
                Reply::json("{\"ok\":true}".to_owned())
            }
            Err(error) => wrong(&error),
        },
        (
            _,
            "/sandbox/health" | "/sandbox/calls" | "/sandbox/books" | "/sandbox/behave"
            | "/sandbox/misbehave" | "/sandbox/change" | "/sandbox/act" | "/sandbox/clock",
        ) => Reply::plain(405, "wrong method\n"),
        _ => Reply::plain(404, "no such control\n"),
    }
}

fn misbehave(state: &State, body: &[u8]) -> Reply {
    match faults::plan_from_json(body) {
        Ok(plan) => {
            state.plan(plan);
            Reply::json("{\"ok\":true}".to_owned())
        }
        Err(error) => wrong(&error),
    }
}

fn change(state: &State, body: &[u8]) -> Reply {
    let changed =
        faults::change_from_json(body).and_then(|(store, change)| state.change(store, &change));
    let changed = match changed {
        Ok(changed) => changed,
        Err(error) => return wrong(&error),
    };
    let mut json = Json::default();
    json.open_object();
    json.flag_member("ok", true);
    for (name, ids) in [("updated", changed.updated), ("inserted", changed.inserted)] {
        json.key(name);
        json.open_array();
        for id in ids {
            json.number(id);
        }
        json.close_array();
    }
    json.close_object();
    Reply::json(json.finish())
}

fn act(state: &State, body: &[u8]) -> Reply {
    let acted = faults::act_from_json(body).and_then(|(store, act)| state.act(store, &act));
    let acted = match acted {
        Ok(acted) => acted,
        Err(error) => return wrong(&error),
    };
    let mut json = Json::default();
    json.open_object();
    json.flag_member("ok", true);
    json.key("items");
    json.open_array();
    for id in acted.items {
        json.number(id);
    }
    json.close_array();
    json.key("packages");
    json.open_array();
    for id in acted.packages {
        json.text(&id);
    }
    json.close_array();
    json.close_object();
    Reply::json(json.finish())
}

fn wrong(error: &str) -> Reply {
    let mut json = Json::default();
    json.open_object();
    json.flag_member("ok", false);
    json.text_member("error", error);
    json.close_object();
    let mut reply = Reply::json(json.finish());
    reply.status = 400;
    reply
}
