//! What stands behind each address, and what a misbehavior makes of the answer.

use crate::agenda::Task;
use crate::api::{self, Failure};
use crate::calls::CallRecord;
use crate::clock;
use crate::control;
use crate::faults::{Hit, LABELS, Misbehavior, Plan, RowFault, RowFaultKind};
use crate::gateway::{self, Answer, Arrival};
use crate::http::{Params, Reply, Request};
use crate::labels::Found;
use crate::page;
use crate::state::State;
use crate::tokens;
use crate::world::{Act, By};

/// What the connection is to do.
pub(crate) enum Delivery {
    Reply(Reply),
    /// Send the head and half of the body, then close.
    Cut(Reply),
    /// Send pieces of this many bytes, with a pause of so many milliseconds after each.
    Drip(Reply, usize, u64),
    /// Send the head, then this many bytes of filler.
    Stream(Reply, u64),
    /// Close without a word.
    Close,
    /// Say nothing until the client gives up or the sandbox stops.
    Stall,
}

/// Handles one request.
pub(crate) fn handle(state: &State, request: &Request, connection: u64) -> Delivery {
    state.catch_up();
    if let Some(path) = request.path.strip_prefix("/rest") {
        return api_call(state, request, (None, path), connection);
    }
    if let Some((store, path)) = store_path(&request.path)
        && store < state.config.stores
    {
        return api_call(state, request, (Some(store), path), connection);
    }
    if let Some(name) = request.path.strip_prefix("/labels/") {
        return label(state, request, name, connection);
    }
    if let Some(reply) = page::handle(state, request) {
        return Delivery::Reply(reply);
    }
    if request.path.starts_with("/sandbox/") {
        return Delivery::Reply(control::handle(state, request));
    }
    Delivery::Reply(Reply::plain(
        404,
        "nothing here: API calls go to /rest, control to /sandbox, the page is /\n",
    ))
}

/// `/store/1/rest/orders/get` names the store of the call, as the country's host does elsewhere.
fn store_path(path: &str) -> Option<(usize, &str)> {
    let (number, rest) = path.strip_prefix("/store/")?.split_once('/')?;
    Some((number.parse().ok()?, rest.strip_prefix("rest")?))
}

/// The log entry of a request, to be closed when its answer is known.
struct Entry<'a> {
    state: &'a State,
    number: u64,
}

impl<'a> Entry<'a> {
    fn open(
        state: &'a State,
        request: &Request,
        path: &str,
        params: &Params,
        connection: u64,
    ) -> Self {
        let mut raw = request.query.clone().into_bytes();
        raw.push(b'\n');
        raw.extend_from_slice(&request.body);
        let number = state.lock_log().open(CallRecord {
            number: 0,
            path: path.to_owned(),
            method: request.method.clone(),
            params: params.pairs().to_vec(),
            raw,
            connection,
            arrived_ms: u64::try_from(clock::machine_millis()).unwrap_or(u64::MAX),
            status: 0,
            code: String::new(),
            fault: "",
        });
        Self { state, number }
    }

    fn close(&self, status: u16, code: &str) {
        self.state.lock_log().close(self.number, status, code);
    }

    fn note_fault(&self, plan: Option<&Plan>) {
        if let Some(plan) = plan {
            let name = plan.misbehavior.name();
            self.state.lock_log().set_fault(self.number, name);
        }
    }
}

/// A call at the store that the address names, if it does, and the path behind `/rest`.
fn api_call(
    state: &State,
    request: &Request,
    (store, path): (Option<usize>, &str),
    connection: u64,
) -> Delivery {
    let params = Params::of(request);
    let entry = Entry::open(state, request, path, &params, connection);
    let route = api::route(path);
    let hit = state
        .faults
        .take(path, route.is_some_and(|route| route.rows));
    entry.note_fault(hit.plan.as_ref());
    if hit.clock_jump != 0 {
        state.advance(hit.clock_jump);
    }
    let arrival = Arrival {
        method: &request.method,
        store,
        path,
        route,
        params: &params,
        row_fault: None,
        quirks: &hit.quirks,
        by: By::Call {
            number: entry.number,
            connection,
        },
    };
    others_act(state, &arrival, &hit.acts_before);
    let delivery = misbehave(state, &entry, &hit, &arrival);
    others_act(state, &arrival, &hit.acts_after);
    state.pause(state.config.latency_ms + hit.latency_ms);
    delivery
}

/// Lets others act at the store of a call that the gateway admits, on the orders that the act names
/// or else on those of the call.
fn others_act(state: &State, arrival: &Arrival<'_>, acts: &[Act]) {
    if acts.is_empty() {
        return;
    }
    let Ok((_, call)) = gateway::admit(state, arrival) else {
        return;
    };
    for act in acts {
        let mut act = act.clone();
        if act.orders.is_empty() {
            act.orders = call.subject();
        }
        // What this store does not have is not there to be changed.
        let _whatever = state.act(call.store, &act);
    }
}

/// Plans a call that the gateway admits for later.
fn execute_later(state: &State, arrival: &Arrival<'_>, seconds: u32) {
    if let Ok((route, call)) = gateway::admit(state, arrival) {
        let task = Task::Call {
            route,
            store: call.store,
            params: call.params.clone(),
            by: call.by,
        };
        state.later(seconds, task);
    }
}

/// Executes the call as far as the plan lets it and makes what is sent.
fn misbehave(state: &State, entry: &Entry<'_>, hit: &Hit, arrival: &Arrival<'_>) -> Delivery {
    let params = arrival.params;
    let run = |row_fault: Option<RowFault>| {
        let arrival = Arrival {
            row_fault,
            ..arrival.clone()
        };
        gateway::answer(state, &arrival)
    };
    let answered = |answer: Answer| {
        entry.close(200, &answer.code);
        Reply::json(answer.body)
    };
    let Some(plan) = &hit.plan else {
        return Delivery::Reply(answered(run(None)));
    };
    match &plan.misbehavior {
        Misbehavior::Latency(_) => Delivery::Reply(answered(run(None))),
        Misbehavior::Throttle { seconds, .. } => {
            let message = format!(
                "Api access frequency exceeds the limit. this ban will last {seconds} seconds"
            );
            let refused = gateway::refuse(state, &Failure::isv("ApiCallLimit", &message));
            Delivery::Reply(answered(refused))
        }
        Misbehavior::ExpireToken => {
            if let Some(token) = params.get("access_token") {
                state.lock_tokens().expire(token);
            }
            Delivery::Reply(answered(run(None)))
        }
        Misbehavior::ExpireRefreshToken => {
            if let Some(token) = params.get("refresh_token") {
                state.lock_tokens().expire_refresh(token);
            }
            Delivery::Reply(answered(run(None)))
        }
        Misbehavior::RefreshUnsupported => {
            let refused = gateway::refuse(state, &tokens::refresh_unsupported());
            Delivery::Reply(answered(refused))
        }
        Misbehavior::FailRow { code } => {
            let fault = row_fault(plan, RowFaultKind::Fail(code.clone()));
            Delivery::Reply(answered(run(Some(fault))))
        }
        Misbehavior::OmitRow => {
            let fault = row_fault(plan, RowFaultKind::Omit);
            Delivery::Reply(answered(run(Some(fault))))
        }
        Misbehavior::RefuseBatch { code } => {
            execute_anyway(state, plan, arrival);
            let refused = gateway::refuse(state, &api::refusal_of_batch(code));
            Delivery::Reply(answered(refused))
        }
        Misbehavior::DropAfter => {
            run(None);
            Delivery::Close
        }
        Misbehavior::CutAnswer => Delivery::Cut(answered(run(None))),
        Misbehavior::Drip { bytes, pause_ms } => {
            Delivery::Drip(answered(run(None)), *bytes, *pause_ms)
        }
        replaced => {
            execute_anyway(state, plan, arrival);
            replace(entry, replaced)
        }
    }
}

fn row_fault(plan: &Plan, kind: RowFaultKind) -> RowFault {
    RowFault {
        kind,
        rows: plan.rows.clone(),
        executed: plan.executed,
    }
}

/// Executes a call whose answer is replaced, if the plan says so: now or later.
fn execute_anyway(state: &State, plan: &Plan, arrival: &Arrival<'_>) {
    if let Some(seconds) = plan.executed_after {
        execute_later(state, arrival, seconds);
    } else if plan.executed {
        gateway::answer(state, arrival);
    }
}

/// Misbehaviors that do not depend on what was asked.
fn replace(entry: &Entry<'_>, misbehavior: &Misbehavior) -> Delivery {
    match misbehavior {
        Misbehavior::Stall => Delivery::Stall,
        Misbehavior::Html502 => {
            entry.close(502, "");
            let page = "<html><head><title>502 Bad Gateway</title></head>\
                <body><center><h1>502 Bad Gateway</h1></center></body></html>\r\n";
            Delivery::Reply(Reply::typed(502, "text/html", page.as_bytes().to_owned()))
        }
        Misbehavior::Raw {
            status,
            headers,
            body,
        } => {
            entry.close(*status, "");
            Delivery::Reply(Reply {
                status: *status,
                headers: headers.clone(),
                body: body.clone(),
            })
        }
        Misbehavior::RawStream { bytes } => {
            entry.close(200, "");
            Delivery::Stream(Reply::json(String::new()), *bytes)
        }
        _ => Delivery::Close,
    }
}

fn label(state: &State, request: &Request, name: &str, connection: u64) -> Delivery {
    let params = Params::of(request);
    let entry = Entry::open(state, request, &request.path, &params, connection);
    let hit = state.faults.take(LABELS, false);
    entry.note_fault(hit.plan.as_ref());
    state.pause(state.config.latency_ms + hit.latency_ms);
    let signature = params.get("sig").unwrap_or("");
    let found = state.lock_shelf().get(name, signature, state.now());
    let reply = match found {
        Found::File(file) => Reply::typed(200, "application/pdf", file.to_vec()),
        Found::Denied(code) => {
            let text = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
                 <Message>Request has expired or is not signed.</Message></Error>\n"
            );
            Reply::typed(403, "application/xml", text.into_bytes())
        }
    };
    match hit.plan.map(|plan| plan.misbehavior) {
        None => {
            entry.close(reply.status, "");
            Delivery::Reply(reply)
        }
        Some(Misbehavior::CutAnswer) => {
            entry.close(reply.status, "");
            Delivery::Cut(reply)
        }
        Some(Misbehavior::Drip { bytes, pause_ms }) => {
            entry.close(reply.status, "");
            Delivery::Drip(reply, bytes, pause_ms)
        }
        Some(other) => replace(&entry, &other),
    }
}
