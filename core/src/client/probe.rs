//! A look at the gateway: whether it answers, and what time it has.

use super::Client;
use super::call::Call;
use crate::error::{Error, Result};
use crate::protocol::json_object::JsonObject;
use crate::protocol::schema::{Effect, Host, Method};
use crate::protocol::{HttpRequest, HttpResponse, Record, http_date, json};
use crate::transport::Cancel;

/// What one look at the gateway told.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The address that was asked.
    pub url: String,
    /// HTTP status.
    pub http_status: u16,
    /// The gateway's code, with which it refuses what is not signed. `None` when the answer is not the
    /// gateway's but that of something between, such as a proxy or a log-in page.
    pub code: Option<String>,
    /// The gateway's id of the call.
    pub request_id: Option<String>,
    /// From the request to the end of its answer, in milliseconds.
    pub took_ms: i64,
    /// How far the local clock is ahead of the gateway's (negative: behind), in milliseconds. Good to a second and
    /// half of [`took_ms`](Self::took_ms), since the gateway tells whole seconds; `None` when it told no time. Calls are
    /// refused from two hours on.
    pub clock_ahead_ms: Option<i64>,
}

impl Probe {
    /// Whether the gateway itself answered.
    pub fn is_gateway(&self) -> bool {
        self.code.is_some()
    }

    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let json = JsonObject::new()
            .text("url", &self.url)
            .number("http_status", self.http_status)
            .flag("is_gateway", self.is_gateway())
            .optional("code", self.code.as_deref())
            .optional("request_id", self.request_id.as_deref())
            .number("took_ms", self.took_ms.unsigned_abs());
        match self.clock_ahead_ms {
            Some(ms) => json.json("clock_ahead_ms", &ms.to_string()),
            None => json,
        }
        .finish()
    }

    /// The look that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for anything else.
    pub fn from_json(text: &str) -> Result<Self> {
        let kept = Record::parse(text, &[])?;
        let member = |name: &str| Some(kept.raw(name)?.to_text()?.into_owned());
        let missing = |name| Error::decode(name, "is missing");
        let status = kept.integer("http_status")?;
        let status = status.and_then(|status| status.try_into().ok());
        Ok(Self {
            url: member("url").ok_or_else(|| missing("url"))?,
            http_status: status.ok_or_else(|| missing("http_status"))?,
            code: member("code"),
            request_id: member("request_id"),
            took_ms: kept.integer("took_ms")?.ok_or_else(|| missing("took_ms"))?,
            clock_ahead_ms: kept.integer("clock_ahead_ms")?,
        })
    }
}

impl Client {
    /// Asks a host of the gateway something that it refuses, once, without keys, token and signature: for
    /// diagnosis when no call works, whatever the reason. The refusal is the result.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`](crate::ErrorKind::Transport) or [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when there
    /// is no answer, [`ErrorKind::Canceled`](crate::ErrorKind::Canceled).
    pub fn probe(&self, host: Host, cancel: &Cancel) -> Result<Probe> {
        let shared = &*self.shared;
        let path = match host {
            Host::Country => "/seller/get",
            Host::Auth => "/auth/token/create",
        };
        let url = format!("{}{path}", shared.credentials.gateway().base(host));
        let http = HttpRequest {
            method: Method::Get,
            url: url.clone(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: Vec::new(),
        };
        let (before, begun) = (shared.clock.now_ms(), shared.clock.elapsed());
        let answer = Call::new(shared, path, Effect::Read, cancel).look(&http)?;
        let took = shared.clock.elapsed().saturating_sub(begun);
        let took_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        Ok(told(&answer, url, before, took_ms))
    }

    /// Whether token calls go to a host of their own, as all of Lazada's countries share one.
    pub fn has_auth_host(&self) -> bool {
        let gateway = self.shared.credentials.gateway();
        gateway.base(Host::Auth) != gateway.base(Host::Country)
    }
}

fn told(answer: &HttpResponse, url: String, before_ms: i64, took_ms: i64) -> Probe {
    let text = |name: &str| {
        let body = std::str::from_utf8(&answer.body).ok()?;
        let value = json::parse(body, json::DEFAULT_DEPTH).ok()?.get(name)?;
        Some(value.to_text()?.into_owned())
    };
    // The gateway's time lies anywhere within the second it tells, and was told halfway.
    let ahead = |second: i64| before_ms + took_ms / 2 - (second * 1000 + 500);
    Probe {
        url,
        http_status: answer.status,
        code: text("code"),
        request_id: text("request_id"),
        took_ms,
        clock_ahead_ms: answer.header("date").and_then(http_date).map(ahead),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)], body: &str) -> Probe {
        let headers = headers.iter();
        let answer = HttpResponse {
            status: 200,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        };
        told(&answer, String::new(), 1_772_352_010_000, 1000)
    }

    #[test]
    fn the_clock_is_compared_halfway() {
        let date = [("date", "Sun, 01 Mar 2026 08:00:00 GMT")];
        let probe = answer(&date, r#"{"code":"MissingParameter","request_id":"r1"}"#);
        assert_eq!(probe.clock_ahead_ms, Some(10_000));
        assert!(probe.is_gateway() && probe.request_id.as_deref() == Some("r1"));
    }

    #[test]
    fn a_look_comes_back_whole() {
        for date in ["Sun, 01 Mar 2026 08:00:20 GMT", "today"] {
            let probe = answer(&[("date", date)], r#"{"code":"7","request_id":"r1"}"#);
            assert_eq!(Probe::from_json(&probe.to_json()).unwrap(), probe);
        }
        assert!(Probe::from_json("{}").is_err());
    }

    #[test]
    fn an_answer_of_something_between_is_not_the_gateways() {
        for body in ["<html>log in</html>", "[]", "{}", "", "{\"code\":{}}"] {
            let probe = answer(&[("date", "today")], body);
            assert!(!probe.is_gateway(), "{body}");
            assert_eq!(probe.clock_ahead_ms, None);
        }
    }
}
