//! Settings that are refused, and the key of an account.

use std::time::Duration;

use lazcore::client::{Rates, RetryPolicy};
use lazcore::{Client, Config, Country, ErrorKind, Gateway};

use crate::bench::{Bench, SECRET, TOKEN, config};

fn refused(config: Config) -> String {
    let error = Client::new(config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let text = format!("{error} {error:?}");
    assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
    error.field().unwrap().to_owned()
}

#[test]
fn errors_name_the_setting() {
    let new = |key: &str, secret: &str| Config::new(key, secret).country(Country::Sg);
    let rates = |per_path| Rates {
        per_path,
        per_account: 1.0,
    };
    let cases = [
        ("country", Config::new("1", SECRET)),
        ("app_key", new("", SECRET)),
        ("app_key", new(" 1", SECRET)),
        ("app_secret", new("1", "  ")),
        ("app_secret", new("1", &format!("{SECRET}\n"))),
        ("access_token", config().access_token("")),
        ("access_token", config().access_token(format!(" {TOKEN}"))),
        ("connect_timeout", config().connect_timeout(Duration::ZERO)),
        (
            "response_timeout",
            config().response_timeout(Duration::ZERO),
        ),
        ("total_timeout", config().total_timeout(Duration::ZERO)),
        ("deadline", config().deadline(Duration::ZERO)),
        ("max_body", config().max_body(0)),
        ("max_body", config().max_body(usize::MAX)),
        ("max_depth", config().max_depth(0)),
        ("max_depth", config().max_depth(usize::MAX)),
        (
            "max_attempts",
            config().retry(RetryPolicy {
                max_attempts: 0,
                ..RetryPolicy::default()
            }),
        ),
        ("rates", config().rates(rates(-1.0))),
        ("rates", config().rates(rates(f64::NAN))),
        ("rates", config().rates(rates(f64::INFINITY))),
        ("ca_file", config().ca_file("/nowhere/at/all.pem")),
    ];
    for (field, config) in cases {
        assert_eq!(refused(config), field);
    }
}

#[test]
fn a_gateway_is_a_base_url() {
    for url in [
        "",
        "api.lazada.sg",
        "ftp://x/rest",
        "https://",
        "https://u:p@host/rest",
        "https://h/rest?x=1",
        "https://h/#a",
        "http:///rest",
    ] {
        let error = Gateway::url(url).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Config, Some("gateway")),
            "{url}"
        );
    }
    assert_eq!(
        Gateway::url(" https://host:8443/rest/ ").unwrap().name(),
        "https://host:8443/rest"
    );
}

#[test]
fn an_account_key_tells_accounts_apart_and_shows_no_token() {
    let key = |config: Config| Bench::with(config, []).client.account().to_owned();
    let own = key(config());
    assert_eq!(own, key(config()), "stable");
    assert!(own.starts_with("SG-"), "{own}");
    for length in 4..TOKEN.len() {
        assert!(!own.contains(&TOKEN[..length]), "{own}");
    }
    assert_ne!(own, key(config().access_token("another token")));
    assert_ne!(own, key(config().country(Country::My)));
    assert_eq!(key(config().account("my store")), "my store");
    assert_eq!(key(Config::new("1", SECRET).country(Country::Sg)), "SG");
}
