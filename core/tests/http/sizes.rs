use std::io::Write;
use std::process::{Command, Stdio};

use lazcore::transport::{Cancel, Limits, SendFailure, Sent, Transport};

use crate::server::{Server, answer};
use crate::{checked, get, http, limits, send};

/// Compressed by the `gzip` tool, which is not the library that decompresses.
fn gzip(text: &[u8]) -> Vec<u8> {
    let pipe = Stdio::piped;
    let mut tool = Command::new("gzip")
        .arg("-9")
        .stdin(pipe())
        .stdout(pipe())
        .spawn();
    let tool = tool
        .as_mut()
        .expect("the tests need the `gzip` command-line tool");
    let mut input = tool.stdin.take().unwrap();
    let mut output = tool.stdout.take().unwrap();
    let mut packed = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(text).unwrap());
        std::io::Read::read_to_end(&mut output, &mut packed).unwrap();
    });
    tool.wait().unwrap();
    packed
}

const PACKED: &str = "content-encoding: gzip\r\n";

#[test]
fn a_compressed_body_is_unpacked_and_the_connection_kept() {
    let packed = gzip(b"{\"code\":\"0\"}");
    let server = Server::answering(move |_| answer(200, PACKED, &packed));
    let http = http();
    for _ in 0..3 {
        assert_eq!(
            send(&http, &get(&server.url("/"))).unwrap().body,
            b"{\"code\":\"0\"}"
        );
    }
    assert!(server.seen().iter().all(|seen| seen.connection == 0));
}

#[test]
fn a_body_may_be_as_large_as_the_limit() {
    let server = Server::answering(|_| answer(200, "", &[b'x'; 1000]));
    for (max_body, whole) in [(1000, true), (999, false), (0, false)] {
        let tight = Limits {
            max_body,
            ..limits()
        };
        let answer = checked(http().send(&get(&server.url("/")), &tight, &Cancel::new()));
        assert_eq!(answer.is_ok(), whole, "{max_body}");
    }
}

#[test]
fn an_empty_body_fits_in_no_room() {
    let server = Server::answering(|_| answer(204, "", b""));
    let tight = Limits {
        max_body: 0,
        ..limits()
    };
    assert_eq!(
        http()
            .send(&get(&server.url("/")), &tight, &Cancel::new())
            .unwrap()
            .status,
        204
    );
}

fn too_large(server: &Server) {
    let tight = Limits {
        max_body: 1 << 20,
        ..limits()
    };
    let answer = checked(http().send(&get(&server.url("/")), &tight, &Cancel::new()));
    let error = answer.unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::TooLarge, Sent::Maybe),
        "{error}"
    );
    assert_eq!(error.status, Some(200));
    assert!(
        error.detail.contains("larger than 1048576 bytes"),
        "{error}"
    );
}

/// The most memory this process ever had, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn a_body_of_200_megabytes_takes_no_memory() {
    let before = peak();
    for framing in [
        "content-length: 209715200\r\n",
        "transfer-encoding: chunked\r\n",
        "",
    ] {
        let server = Server::recording(move |stream, _| {
            let head = format!("HTTP/1.1 200 OK\r\n{framing}\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
            let part = if framing.starts_with('t') {
                &chunk[..]
            } else {
                &chunk[7..0x10007]
            };
            (0..3200).all(|_| stream.write_all(part).is_ok())
        });
        too_large(&server);
    }
    bounded(before);
}

#[test]
fn a_compressed_bomb_takes_no_memory() {
    let packed = gzip(&vec![0; 200 << 20]);
    assert!(
        packed.len() < 1 << 20,
        "it would be refused for its own size"
    );
    // The bomb itself was made in this process.
    let before = peak();
    let server = Server::answering(move |_| answer(200, PACKED, &packed));
    too_large(&server);
    bounded(before);
}

fn bounded(before: Option<usize>) {
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(
            after < before.max(250_000) + 50_000,
            "{before} kB grew to {after} kB"
        );
    }
}

#[test]
fn a_body_that_cannot_be_unpacked_is_malformed() {
    let packed = gzip(b"{\"code\":\"0\"}");
    let cut = packed[..packed.len() - 6].to_vec();
    let mut bad = packed.clone();
    bad[14] ^= 0xff;
    for body in [b"{\"code\":\"0\"}".to_vec(), cut, bad] {
        let server = Server::answering(move |_| answer(200, PACKED, &body));
        let error = send(&http(), &get(&server.url("/"))).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Malformed, Sent::Maybe),
            "{error}"
        );
        assert_eq!(error.status, Some(200));
    }
}

#[test]
fn a_compressed_body_that_is_cut_is_cut() {
    let packed = gzip(b"{\"code\":\"0\"}");
    let server = Server::recording(move |stream, _| {
        let whole = answer(200, PACKED, &packed);
        stream.write_all(&whole[..whole.len() - 6]).unwrap();
        false
    });
    let error = send(&http(), &get(&server.url("/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.status),
        (SendFailure::Cut, Some(200)),
        "{error}"
    );
}
