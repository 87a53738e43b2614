//! Where a URL leads, as far as safety depends on it.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Scheme and host of an absolute http or https URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// Whether the scheme is https.
    pub(super) tls: bool,
    /// Host and port as written.
    pub(super) authority: &'a str,
    host: &'a str,
}

impl<'a> Place<'a> {
    /// Reads `url`, or says what is wrong with it.
    ///
    /// User information is refused, and so is every character that two parsers could read differently: what is
    /// judged here is what will be connected to.
    pub(super) fn of(url: &'a str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("it is not an absolute URL")?;
        let tls = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err("its scheme is neither https nor http"),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        let host = host_of(authority).ok_or("its host is not valid")?;
        Ok(Self {
            tls,
            authority,
            host,
        })
    }

    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
    pub(super) fn is_loopback(&self) -> bool {
        if let Some(bare) = self.host.strip_prefix('[') {
            let bare = bare.trim_end_matches(']');
            return bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback());
        }
        self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<Ipv4Addr>()
                .is_ok_and(|ip| ip.is_loopback())
    }
}

fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let close = rest.find(']')?;
            rest[..close].parse::<Ipv6Addr>().ok()?;
            authority.split_at(close + 2)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            let (host, port) = authority.split_at(end);
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
            if host.is_empty() || !host.bytes().all(plain) {
                return None;
            }
            (host, port)
        }
    };
    let digits = port.strip_prefix(':').unwrap_or("0");
    let valid = (port.is_empty() || port.starts_with(':'))
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.parse::<u16>().is_ok();
    valid.then_some(host)
}

/// `url` as a log or an error may show it: host and path, no scheme, query or fragment.
pub(super) fn shown(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = &url[start..];
    &rest[..rest.find(['?', '#']).unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognized_and_nothing_else() {
        for url in [
            "http://localhost",
            "http://LOCALHOST:80/x",
            "http://127.0.0.1:8080/rest",
            "http://127.9.9.9?x",
            "http://[::1]:8080/rest",
        ] {
            assert!(Place::of(url).unwrap().is_loopback(), "{url}");
        }
        for url in [
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://128.0.0.1/",
            "http://0.0.0.0/",
            "http://[::2]/",
            "http://127.1/",
            "https://api.lazada.sg/rest?x=http://127.0.0.1",
        ] {
            assert!(!Place::of(url).unwrap().is_loopback(), "{url}");
        }
    }

    #[test]
    fn an_ambiguous_url_is_refused() {
        for url in [
            "",
            "api.lazada.sg/rest",
            "ftp://api.lazada.sg/",
            "https://",
            "https:///rest",
            "https://user:secret@api.lazada.sg/",
            "http://127.0.0.1\\@api.lazada.sg/",
            "http://127.0.0.1%2eexample.com/",
            "http://[::1]x/",
            "http://[::1",
            "https://host:port/",
            "https://host:99999/",
            "https://host:/",
            "https://ho st/",
        ] {
            assert!(Place::of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn what_is_shown_holds_no_query() {
        let url = "https://api.lazada.sg/rest/order/get?access_token=secret#x";
        assert_eq!(shown(url), "api.lazada.sg/rest/order/get");
        assert_eq!(shown("http://host?sign=secret"), "host");
    }
}
