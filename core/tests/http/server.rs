//! A server of a few lines that does exactly what a test says, right or wrong.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1);
        lines.find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Ends with the test's process; a test never waits for it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Hands every connection, with its number, to `serve` on its own thread.
    pub(crate) fn raw(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let serve = Arc::clone(&serve);
                let stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                thread::spawn(move || serve(stream, number));
            }
        });
        Self {
            address,
            seen: Arc::default(),
        }
    }

    /// Answers every request with the bytes that `answer` makes, and keeps the connection.
    pub(crate) fn answering(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::recording(move |stream, seen| stream.write_all(&answer(seen)).is_ok())
    }

    /// Reads requests and lets `serve` say whether to go on with the connection.
    pub(crate) fn recording(
        serve: impl Fn(&mut TcpStream, &Seen) -> bool + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let server = Self::raw(move |mut stream, number| {
            converse(&mut stream, number, &record, |stream, seen| {
                serve(stream, seen)
            });
        });
        Self { seen, ..server }
    }

    /// As [`recording`](Self::recording), within TLS.
    pub(crate) fn tls(
        config: Arc<ServerConfig>,
        serve: impl Fn(&mut dyn Stream, &Seen) -> bool + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let server = Self::raw(move |stream, number| {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(session, stream);
            converse(&mut stream, number, &record, |stream, seen| {
                serve(stream, seen)
            });
        });
        Self { seen, ..server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn https(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.address.port())
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn converse<S: Stream>(
    stream: &mut S,
    connection: usize,
    record: &Mutex<Vec<Seen>>,
    serve: impl Fn(&mut S, &Seen) -> bool,
) {
    while let Some(seen) = read_request(stream) {
        let seen = Seen { connection, ..seen };
        record.lock().unwrap().push(seen.clone());
        if !serve(stream, &seen) {
            return;
        }
    }
}

/// One request, or none when the connection ends before it is whole.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<Seen> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let mut seen = Seen {
        head: String::from_utf8(head).unwrap(),
        ..Seen::default()
    };
    let length = seen
        .header("content-length")
        .map_or(0, |digits| digits.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).ok()?;
    Some(seen)
}

/// An answer with a length.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Reason\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}
