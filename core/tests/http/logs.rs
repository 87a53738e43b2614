use std::cell::RefCell;
use std::sync::Once;

use lazcore::transport::http::{Http, HttpConfig, Proxy};
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::certificates::{self, trusting};
use crate::server::{Server, answer};
use crate::{SECRET, get, http, post, send};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Keeps what the asking thread logs; calls do their work on the caller's thread.
struct Keep;

impl Log for Keep {
    // As the documentation asks of every log: ureq asks this before it writes the query at DEBUG.
    fn enabled(&self, about: &Metadata) -> bool {
        about.level() < Level::Trace || !about.target().starts_with("ureq")
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                lines.push(format!(
                    "{} {} {}",
                    record.level(),
                    record.target(),
                    record.args()
                ));
            }
        });
    }

    fn flush(&self) {}
}

fn logged(work: impl FnOnce()) -> Vec<String> {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| log::set_logger(&Keep).unwrap());
    log::set_max_level(LevelFilter::Trace);
    LINES.set(Some(Vec::new()));
    work();
    LINES.take().unwrap()
}

#[test]
fn no_secret_is_logged_at_debug_and_nothing_by_us() {
    let server = Server::answering(|_| answer(200, "set-cookie: hunter2\r\n", b"{}"));
    let secure = Server::tls(certificates::server("leaf"), |stream, _| {
        stream
            .write_all(&answer(302, "location: /?sign=hunter2\r\n", b"{}"))
            .is_ok()
    });
    let proxy = Server::recording(|_, _| false);
    let url = format!("http://me:{SECRET}@{}", proxy.address);
    let config = HttpConfig {
        proxy: Proxy::Url(url),
        ..HttpConfig::default()
    };
    let lines = logged(|| {
        send(&http(), &post(&server.url("/rest"), SECRET.as_bytes())).unwrap();
        send(&trusting(), &get(&secure.https("localhost", "/rest"))).unwrap();
        send(
            &Http::new(config).unwrap(),
            &get("https://gateway.test/rest"),
        )
        .unwrap_err();
    });
    assert!(
        lines.iter().any(|line| line.starts_with("DEBUG ureq")),
        "nothing was heard"
    );
    for line in lines {
        assert!(
            line.starts_with("TRACE") || !line.contains(SECRET),
            "{line}"
        );
        assert!(!line.contains(" lazcore"), "{line}");
    }
}
