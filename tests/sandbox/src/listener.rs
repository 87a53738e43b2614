//! Sockets: one thread that accepts, one for each connection.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::config::Config;
use crate::front::{self, Delivery};
use crate::http::{Incoming, Refusal, Reply};
use crate::state::{State, lock};

/// Open connections, to be shut when the sandbox stops.
type Open = Arc<Mutex<HashMap<u64, TcpStream>>>;

/// The threads of connections.
type Serving = Vec<JoinHandle<()>>;

/// The accepting thread.
pub(crate) struct Listener {
    process: u32,
    open: Open,
    thread: Mutex<Option<JoinHandle<Serving>>>,
}

/// Binds to loopback and starts to accept.
pub(crate) fn start(config: Config) -> io::Result<(Arc<State>, Listener)> {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
    let state = Arc::new(State::new(config, socket.local_addr()?));
    let open = Open::default();
    let thread = {
        let state = Arc::clone(&state);
        let open = Arc::clone(&open);
        thread::Builder::new()
            .name("sandbox-accept".to_owned())
            .spawn(move || accept(&socket, &state, &open))?
    };
    let listener = Listener {
        process: process::id(),
        open,
        thread: Mutex::new(Some(thread)),
    };
    Ok((state, listener))
}

impl Listener {
    /// Stops accepting, shuts every connection and waits until nothing of the sandbox runs, so that a library with a
    /// sandbox inside can be unloaded. A second call does nothing, nor does one in a forked child: the threads, and
    /// the connections with them, are its parent's.
    pub(crate) fn stop(&self, state: &State) {
        if process::id() != self.process {
            return;
        }
        if state.stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        // The accepting thread wakes up on a connection, and sees that it is to stop.
        let _woken = TcpStream::connect_timeout(
            &SocketAddr::from((Ipv4Addr::LOCALHOST, state.address.port())),
            Duration::from_secs(1),
        );
        let accepting = lock(&self.thread).take();
        let serving = accepting.and_then(|thread| thread.join().ok());
        for stream in lock(&self.open).values() {
            let _already_shut = stream.shutdown(Shutdown::Both);
        }
        for thread in serving.into_iter().flatten() {
            let _ended = thread.join();
        }
    }
}

fn accept(socket: &TcpListener, state: &Arc<State>, open: &Open) -> Serving {
    let mut serving = Serving::new();
    loop {
        let accepted = socket.accept();
        if state.is_stopping() {
            return serving;
        }
        // Joined and not let go, since a thread still has its end before it when it has finished.
        for thread in serving.extract_if(.., |thread| thread.is_finished()) {
            let _ended = thread.join();
        }
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, most likely: connections will end.
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let number = state.connections.fetch_add(1, Ordering::AcqRel) + 1;
        let Ok(handle) = stream.try_clone() else {
            continue;
        };
        lock(open).insert(number, handle);
        let state = Arc::clone(state);
        let for_thread = Arc::clone(open);
        let spawned = thread::Builder::new()
            .name(format!("sandbox-{number}"))
            .spawn(move || {
                // The client sees the end of the connection; there is nobody else to tell.
                let _gone = serve(stream, &state, number);
                if let Some(handle) = lock(&for_thread).remove(&number) {
                    let _already_shut = handle.shutdown(Shutdown::Both);
                }
            });
        match spawned {
            Ok(thread) => serving.push(thread),
            Err(_) => drop(lock(open).remove(&number)),
        }
    }
}

fn serve(stream: TcpStream, state: &State, number: u64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut incoming = Incoming::new(stream);
    loop {
        let request = match incoming.next() {
            Ok(request) => request,
            Err(Refusal::Closed) => return Ok(()),
            Err(Refusal::Bad(status, reason)) => {
                let reply = Reply::plain(status, reason);
                reply.write(incoming.stream(), state.now(), false, usize::MAX)?;
                incoming.drain();
                return Ok(());
            }
        };
        let keep_alive = request.keep_alive && !state.is_stopping();
        let delivery = front::handle(state, &request, number);
        // Whoever still waited is not answered any more.
        if state.is_stopping() {
            return Ok(());
        }
        // Read after the call: the header tells when the answer was made.
        let now = state.now();
        match delivery {
            Delivery::Reply(reply) => {
                reply.write(incoming.stream(), now, keep_alive, usize::MAX)?;
                if !keep_alive || reply.closes() {
                    return Ok(());
                }
            }
            Delivery::Cut(reply) => {
                let half = reply.body.len() / 2;
                return reply.write(incoming.stream(), now, keep_alive, half);
            }
            Delivery::Drip(reply, bytes, pause_ms) => {
                let mut whole = Vec::new();
                reply.write(&mut whole, now, keep_alive, usize::MAX)?;
                drip(incoming.stream(), state, &whole, (bytes, pause_ms))?;
                if !keep_alive {
                    return Ok(());
                }
            }
            Delivery::Stream(reply, bytes) => {
                stream_filler(
                    incoming.stream(),
                    &reply.head(now, keep_alive, bytes),
                    bytes,
                )?;
            }
            Delivery::Close => return Ok(()),
            Delivery::Stall => return stall(incoming.stream(), state),
        }
    }
}

/// A JSON text of exactly this many bytes (where 25 or more), made piece by piece.
fn stream_filler(out: &mut TcpStream, head: &str, bytes: u64) -> io::Result<()> {
    const OPENING: &[u8] = b"{\"code\":\"0\",\"data\":\"";
    const CLOSING: &[u8] = b"\"}";
    out.write_all(head.as_bytes())?;
    let frame = (OPENING.len() + CLOSING.len()) as u64;
    let piece = [b'x'; 64 * 1024];
    let mut left = bytes;
    if bytes >= frame {
        out.write_all(OPENING)?;
        left = bytes - frame;
    }
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        out.write_all(&piece[..count])?;
        left -= count as u64;
    }
    if bytes >= frame {
        out.write_all(CLOSING)?;
    }
    out.flush()
}

fn drip(
    out: &mut TcpStream,
    state: &State,
    whole: &[u8],
    (bytes, pause_ms): (usize, u64),
) -> io::Result<()> {
    for piece in whole.chunks(bytes.max(1)) {
        if state.is_stopping() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        out.write_all(piece)?;
        state.pause(pause_ms);
    }
    Ok(())
}

/// Waits until the client is gone or the sandbox stops.
fn stall(stream: &mut TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_millis(50)))?;
    let mut byte = [0_u8; 1];
    while !state.is_stopping() {
        match stream.peek(&mut byte) {
            Ok(0) => return Ok(()),
            // More was sent; it will never be read.
            Ok(_) => thread::sleep(Duration::from_millis(50)),
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
