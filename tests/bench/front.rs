//! A gateway that is some way off: TLS in front of a sandbox, every byte on its way for half a round trip.
//!
//! `bench_front SANDBOX_ADDRESS ROUND_TRIP_MS` prints a line of JSON with its URL and the authority to trust. For each
//! line it reads it prints calls and connections since the last, and it ends with its input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    missing_docs
)]

#[path = "../../core/tests/http/certificates.rs"]
mod certificates;

use std::io::{BufRead, BufReader, Read, Result, Write, stdin};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

static CALLS: AtomicUsize = AtomicUsize::new(0);
static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let upstream = arguments.next().expect("the sandbox's address");
    let round_trip: u64 = arguments.next().expect("milliseconds").parse().unwrap();
    let far = TcpListener::bind("127.0.0.1:0").unwrap();
    let far_address = far.local_addr().unwrap();
    let config = certificates::server("leaf");
    thread::spawn(move || {
        for client in far.incoming() {
            let (config, upstream) = (Arc::clone(&config), upstream.clone());
            // A client that went away is no failure.
            thread::spawn(move || serve(client?, config, &upstream));
        }
    });
    let near = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = near.local_addr().unwrap().port();
    let ca = certificates::path("ca.pem");
    println!(
        r#"{{"url":"https://127.0.0.1:{port}/rest","ca":{:?}}}"#,
        ca.display().to_string()
    );
    let way = Duration::from_millis(round_trip) / 2;
    thread::spawn(move || {
        for client in near.incoming() {
            let (client, far) = (client.unwrap(), TcpStream::connect(far_address).unwrap());
            CONNECTIONS.fetch_add(1, Ordering::SeqCst);
            delayed(client.try_clone().unwrap(), far.try_clone().unwrap(), way);
            delayed(far, client, way);
        }
    });
    for _ in stdin().lock().lines() {
        let (calls, connections) = (
            CALLS.swap(0, Ordering::SeqCst),
            CONNECTIONS.swap(0, Ordering::SeqCst),
        );
        println!("{calls} {connections}");
    }
}

/// Passes on what comes, each byte after `way`.
fn delayed(mut from: TcpStream, mut to: TcpStream, way: Duration) {
    to.set_nodelay(true).unwrap();
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 256 << 10];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let due = Instant::now() + way;
            if sender.send((due, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// Decrypts the requests of a connection and has the sandbox answer them.
fn serve(client: TcpStream, config: Arc<ServerConfig>, upstream: &str) -> Result<()> {
    client.set_nodelay(true)?;
    let connection = ServerConnection::new(config).expect("a server's settings");
    let mut client = BufReader::with_capacity(64 << 10, StreamOwned::new(connection, client));
    let upstream = TcpStream::connect(upstream)?;
    upstream.set_nodelay(true)?;
    let mut upstream = BufReader::with_capacity(256 << 10, upstream);
    while let Some(request) = message(&mut client)? {
        CALLS.fetch_add(1, Ordering::SeqCst);
        upstream.get_mut().write_all(&request)?;
        let Some(answer) = message(&mut upstream)? else {
            break;
        };
        client.get_mut().write_all(&answer)?;
        client.get_mut().flush()?;
    }
    Ok(())
}

/// A message whose length its head tells.
fn message(from: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut length = 0;
    loop {
        let start = message.len();
        if from.read_until(b'\n', &mut message)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&message[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let head = message.len();
    message.resize(head + length, 0);
    from.read_exact(&mut message[head..])?;
    Ok(Some(message))
}
