//! The sandbox's own page: what it holds, what arrives, and buttons for the misbehaviors.
//!
//! Three files served as they are, and JSON for them. Only this machine's names lead to the JSON, so that a
//! page elsewhere cannot read it through a name of its own that points here.

mod calls;
mod orders;
mod overview;

use crate::http::{Params, Reply, Request};
use crate::state::State;

const INDEX: &str = include_str!("index.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing from elsewhere, and no script but the page's own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers `GET /` and `GET /sandbox/page...`; None for any other address.
pub(crate) fn handle(state: &State, request: &Request) -> Option<Reply> {
    let part = match request.path.as_str() {
        "/" => "",
        path => path.strip_prefix("/sandbox/page")?,
    };
    if request.method != "GET" {
        return Some(Reply::plain(405, "wrong method\n"));
    }
    if !asks_this_machine(request) {
        return Some(Reply::plain(
            403,
            "ask for 127.0.0.1 or localhost by its name\n",
        ));
    }
    let params = Params::of(request);
    Some(match part {
        "" => asset("text/html", INDEX),
        ".css" => asset("text/css", STYLE),
        ".js" => asset("text/javascript", SCRIPT),
        "/overview" => Reply::json(overview::to_json(state)),
        "/calls" => Reply::json(calls::to_json(state, number(&params, "after", 0))),
        "/orders" => orders::list(state, &params),
        "/label" => orders::label(state, &params),
        _ => Reply::plain(404, "no such page\n"),
    })
}

/// Whether a browser sent this for a page of somebody else. Programs send no `Origin`.
pub(crate) fn comes_from_elsewhere(request: &Request) -> bool {
    let Some(origin) = request.header("origin") else {
        return false;
    };
    let own = request.header("host").map(|host| format!("http://{host}"));
    own.as_deref() != Some(origin) || !asks_this_machine(request)
}

fn asks_this_machine(request: &Request) -> bool {
    let host = request.header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |parts| parts.0);
    name == "localhost" || name == "127.0.0.1"
}

fn asset(kind: &str, text: &str) -> Reply {
    let mut reply = Reply::typed(
        200,
        &format!("{kind};charset=UTF-8"),
        text.as_bytes().to_vec(),
    );
    for (name, value) in [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ] {
        reply.headers.push((name.to_owned(), value.to_owned()));
    }
    reply
}

fn number<T: std::str::FromStr>(params: &Params, name: &str, otherwise: T) -> T {
    let text = params.get(name).and_then(|text| text.parse().ok());
    text.unwrap_or(otherwise)
}
