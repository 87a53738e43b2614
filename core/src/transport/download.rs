//! GET with bounded redirects, for files that need no signature.

use std::time::Instant;

use super::place::{self, Place};
use super::{HttpResponse, Limits, SendError, SendFailure, Sent};
use crate::protocol::HttpRequest;
use crate::protocol::schema::Method;

type Send<'a> = dyn Fn(&HttpRequest, &Limits) -> Result<HttpResponse, SendError> + 'a;

/// See [`Transport::get`](super::Transport::get).
pub(super) fn follow(
    send: &Send,
    url: &str,
    max_redirects: u32,
    limits: &Limits,
) -> Result<HttpResponse, SendError> {
    let start = Instant::now();
    let mut url = without_fragment(url).to_owned();
    // A public server must not lead us to a service of this machine.
    let at_home = Place::of(&url).is_ok_and(|place| place.is_loopback());
    check(&url, at_home, None)?;
    let mut left = max_redirects;
    loop {
        let limits = Limits {
            total: limits.total.saturating_sub(start.elapsed()),
            ..limits.clone()
        };
        if limits.total.is_zero() {
            return Err(failure(
                SendFailure::Timeout,
                &url,
                None,
                "not finished in time",
            ));
        }
        let request = HttpRequest {
            method: Method::Get,
            url: url.clone(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let answer = send(&request, &limits)?;
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(answer);
        }
        let refuse = |reason: &str| {
            Err(failure(
                SendFailure::Refused,
                &url,
                Some(answer.status),
                reason,
            ))
        };
        let Some(location) = answer.header("location") else {
            return refuse("a redirect that leads nowhere");
        };
        if left == 0 {
            return refuse(&format!("more than {max_redirects} redirects"));
        }
        left -= 1;
        let Some(next) = resolve(&url, location) else {
            return refuse("a redirect to what is not a URL");
        };
        check(&next, at_home, Some(answer.status))?;
        url = next;
    }
}

fn check(url: &str, at_home: bool, status: Option<u16>) -> Result<(), SendError> {
    let place = Place::of(url).map_err(|problem| SendError {
        cause: SendFailure::Refused,
        sent: if status.is_some() {
            Sent::Maybe
        } else {
            Sent::Nothing
        },
        status,
        detail: format!("the download is refused: {problem}"),
    })?;
    match (place.is_loopback(), place.tls) {
        (true, _) if at_home => Ok(()),
        (true, _) => Err(failure(
            SendFailure::Refused,
            url,
            status,
            "a redirect to this machine",
        )),
        (false, true) => Ok(()),
        (false, false) => Err(failure(
            SendFailure::Refused,
            url,
            status,
            "downloads need https",
        )),
    }
}

fn failure(cause: SendFailure, url: &str, status: Option<u16>, reason: &str) -> SendError {
    SendError {
        cause,
        sent: if status.is_some() {
            Sent::Maybe
        } else {
            Sent::Nothing
        },
        status,
        detail: format!("GET {}: {reason}", place::shown(url)),
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

/// The URL that `location`, absolute or relative, means on the page `base`.
fn resolve(base: &str, location: &str) -> Option<String> {
    let location = without_fragment(location.trim());
    let place = Place::of(base).ok()?;
    let scheme = if place.tls { "https" } else { "http" };
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if location
        .split_once(':')
        .is_some_and(|(start, _)| is_scheme(start))
    {
        return Some(location.to_owned());
    }
    if let Some(host_and_path) = location.strip_prefix("//") {
        return Some(format!("{scheme}://{host_and_path}"));
    }
    let root = format!("{scheme}://{}", place.authority);
    let page = base
        .get(root.len()..)?
        .split('?')
        .next()
        .unwrap_or_default();
    match location.chars().next()? {
        '/' => Some(format!("{root}{location}")),
        '?' => Some(format!("{root}{page}{location}")),
        _ => {
            let folder = page.rfind('/').map_or("/", |end| &page[..=end]);
            Some(format!("{root}{folder}{location}"))
        }
    }
}
