//! What only a pretended operating system can show: look-ups and connects that hang, and the proxy's exceptions.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use super::*;

fn limits() -> Limits {
    let long = Duration::from_secs(20);
    Limits {
        connect: long,
        response: long,
        total: long,
        max_body: 1 << 20,
    }
}

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: url.to_owned(),
        headers: vec![],
        body: vec![],
    }
}

fn over(network: Network) -> Http {
    let config = HttpConfig {
        allow_plain_http: true,
        ..HttpConfig::default()
    };
    Http::over(config, network).unwrap()
}

/// Longer than any test is willing to wait.
fn hang<T>() -> io::Result<T> {
    thread::sleep(Duration::from_secs(15));
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

const NOWHERE: Network = Network {
    look_up: |_| hang(),
    connect: |_, _| hang(),
};
const SILENT: Network = Network {
    look_up: |_| Ok(vec![SocketAddr::from(([192, 0, 2, 1], 443))]),
    connect: |_, _| hang(),
};

fn cancel_soon() -> (Cancel, Instant) {
    let cancel = Cancel::new();
    let flag = cancel.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        flag.cancel();
    });
    (cancel, Instant::now())
}

#[test]
fn cancel_ends_a_look_up_and_a_connect() {
    for network in [NOWHERE, SILENT] {
        for url in ["http://gateway.test/", "https://gateway.test/"] {
            let (cancel, start) = cancel_soon();
            let error = over(network)
                .send(&get(url), &limits(), &cancel)
                .unwrap_err();
            assert_eq!(
                (error.cause, error.sent),
                (SendFailure::Canceled, Sent::Nothing),
                "{error}"
            );
            assert!(
                start.elapsed() < Duration::from_secs(2),
                "{:?}",
                start.elapsed()
            );
        }
    }
}

#[test]
fn the_connect_limit_covers_look_up_and_connect() {
    let soon = Limits {
        connect: Duration::from_millis(80),
        ..limits()
    };
    for network in [NOWHERE, SILENT] {
        let error = over(network)
            .send(&get("https://gateway.test/"), &soon, &Cancel::new())
            .unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Timeout, Sent::Nothing),
            "{error}"
        );
        assert_eq!(error.detail, "GET gateway.test/: no connection within 80ms");
    }
}

#[test]
fn the_look_up_of_a_proxy_can_be_canceled_too() {
    let proxy = Proxy::Url("http://proxy.test:3128".to_owned());
    let http = Http::over(
        HttpConfig {
            proxy,
            ..HttpConfig::default()
        },
        NOWHERE,
    )
    .unwrap();
    let (cancel, _) = cancel_soon();
    let error = http
        .send(&get("https://gateway.test/"), &limits(), &cancel)
        .unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Canceled, Sent::Nothing),
        "{error}"
    );
}

#[test]
fn a_name_without_an_address_is_a_failure_to_connect() {
    let unknown = |_: &str| Err(io::Error::other("failed to look up address information"));
    for look_up in [unknown as fn(&str) -> _, |_| Ok(vec![])] {
        let http = over(Network { look_up, ..NOWHERE });
        let error = http
            .send(&get("https://gateway.test/"), &limits(), &Cancel::new())
            .unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Connect, Sent::Nothing),
            "{error}"
        );
    }
}

/// Where `look_up` leads. The tests that use it run one after the other.
static GATEWAY: Mutex<Option<SocketAddr>> = Mutex::new(None);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A gateway that answers one request with `answer`.
fn gateway(answer: &'static str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    *GATEWAY.lock().unwrap() = Some(listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(answer.as_bytes());
    });
}

/// Two addresses that fail in two ways come first.
const THIRD_ANSWERS: Network = Network {
    look_up: |_| {
        let dead = [
            SocketAddr::from(([192, 0, 2, 1], 1)),
            SocketAddr::from(([192, 0, 2, 2], 1)),
        ];
        Ok(dead.into_iter().chain(*GATEWAY.lock().unwrap()).collect())
    },
    connect: |address, limit| match address.ip().to_string().as_str() {
        "192.0.2.1" => Err(io::Error::from(io::ErrorKind::NetworkUnreachable)),
        "192.0.2.2" => {
            thread::sleep(limit);
            Err(io::Error::from(io::ErrorKind::TimedOut))
        }
        _ => TcpStream::connect_timeout(address, limit),
    },
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

#[test]
fn a_dead_address_leaves_time_for_the_next() {
    let _alone = ONE_AT_A_TIME.lock();
    gateway(OK);
    let soon = Limits {
        connect: Duration::from_millis(600),
        ..limits()
    };
    let answer = over(THIRD_ANSWERS).send(&get("http://gateway.test/"), &soon, &Cancel::new());
    assert_eq!(answer.unwrap().body, b"{}");
}

#[test]
fn a_host_excepted_from_the_proxy_is_judged_like_any_other() {
    let _alone = ONE_AT_A_TIME.lock();
    let direct = Network {
        look_up: |name| {
            assert_eq!(name, "gateway.test:80", "the proxy was asked for");
            Ok((*GATEWAY.lock().unwrap()).into_iter().collect())
        },
        connect: TcpStream::connect_timeout,
    };
    let mut http = over(direct);
    let proxy = ureq::Proxy::builder(ureq::ProxyProtocol::Http).host("proxy.test");
    http.setup.proxy = Some(proxy.no_proxy("gateway.test").build().unwrap());
    http.agents = PerProcess::new(http.setup.agents());
    gateway(OK);
    assert_eq!(
        http.send(&get("http://gateway.test/"), &limits(), &Cancel::new())
            .unwrap()
            .status,
        200
    );
    gateway("");
    let error = http
        .send(&get("http://gateway.test/"), &limits(), &Cancel::new())
        .unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Cut, Sent::Maybe),
        "{error}"
    );
}
