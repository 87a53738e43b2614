//! Name look-up and TCP, with every wait cut into slices so that a cancel ends it.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};

use super::call::{self, Call, Stage, Until};

/// ureq's list of addresses holds no more.
const MAX_ADDRESSES: usize = 16;

/// Waits longest for an address when no limit is set. A connect that nobody waits for any more ends with it.
const LONGEST_CONNECT: Duration = Duration::from_secs(60);

/// The two questions to the operating system that cannot be interrupted, so that tests can answer them.
#[derive(Clone, Copy)]
pub(super) struct Network {
    pub(super) look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
    pub(super) connect: fn(&SocketAddr, Duration) -> io::Result<TcpStream>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            look_up: |host_and_port| host_and_port.to_socket_addrs().map(Iterator::collect),
            connect: TcpStream::connect_timeout,
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

impl Resolver for Network {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let call = call::current()?;
        let name = uri.scheme().zip(uri.authority());
        let name = name.and_then(|(scheme, host)| DefaultResolver::host_and_port(scheme, host));
        let name = name.ok_or(Error::HostNotFound)?;
        let found = match name.parse() {
            Ok(address) => vec![address],
            Err(_) => {
                let look_up = self.look_up;
                on_another_thread(&call, &call.until(timeout), move || look_up(&name))??
            }
        };
        let mut addresses = self.empty();
        for address in found.into_iter().take(MAX_ADDRESSES) {
            addresses.push(address);
        }
        if addresses.is_empty() {
            Err(Error::HostNotFound)
        } else {
            Ok(addresses)
        }
    }
}

/// Opens the TCP connection, unless a proxy already stands.
impl<In: Transport> Connector<In> for Network {
    type Out = Either<In, Socket>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(standing) = chained {
            return Ok(Some(Either::A(standing)));
        }
        let call = call::current()?;
        call.enter_stage(Stage::Connect);
        let stream = self.first_that_answers(&call, &details.addrs, details.timeout)?;
        let config = details.config;
        Ok(Some(Either::B(Socket {
            stream,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            read_slice: None,
            write_slice: None,
        })))
    }
}

impl Network {
    fn first_that_answers(
        &self,
        call: &Call,
        addresses: &[SocketAddr],
        timeout: NextTimeout,
    ) -> Result<TcpStream, Error> {
        let until = call.until(timeout);
        let mut failure = Error::HostNotFound;
        for (tried, address) in addresses.iter().copied().enumerate() {
            call.slice(&until)?;
            // A silent address may use up its share only, so that the next still has a chance.
            let left = until.by.map_or(LONGEST_CONNECT, |by| {
                by.saturating_duration_since(Instant::now())
            });
            let waiting = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            let share = (left / waiting).max(Duration::from_millis(1));
            let connect = self.connect;
            match on_another_thread(call, &until, move || connect(&address, share))? {
                Ok(stream) => {
                    // Header and body are two writes: the second would wait for the peer's delayed acknowledgment.
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Err(error) => failure = error.into(),
            }
        }
        // A last address that used up the rest of the time is a time-out.
        call.slice(&until)?;
        Err(failure)
    }
}

/// Does what the operating system will not let us interrupt, and waits for it only as long as the call does.
///
/// A connect cannot be cut into slices: each would begin again with a new SYN. An abandoned thread lives on until the
/// operating system answers it: for a look-up as long as the resolver takes, for a connect at most the call's limit.
fn on_another_thread<T: Send + 'static>(
    call: &Call,
    until: &Until,
    ask: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let (answer, answered) = mpsc::sync_channel(1);
    let name = "lazcore-connect".to_owned();
    // Nobody listens any more after a cancel.
    let asking = thread::Builder::new()
        .name(name)
        .spawn(move || drop(answer.send(ask())))?;
    loop {
        match answered.recv_timeout(call.slice(until)?) {
            Ok(answer) => {
                // It has nothing more to do, and so nothing is left of it when the process ends.
                let _ended = asking.join();
                return Ok(answer);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::ConnectionFailed),
        }
    }
}

/// A TCP connection that looks at the cancel flag of the call that is using it.
pub(super) struct Socket {
    stream: TcpStream,
    buffers: LazyBuffers,
    // What the socket is set to, to save a system call where it is the same again.
    read_slice: Option<Duration>,
    write_slice: Option<Duration>,
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let call = call::current()?;
        let until = call.until(timeout);
        let mut written = 0;
        while written < amount {
            let slice = call.slice(&until)?;
            if self.write_slice != Some(slice) {
                self.stream.set_write_timeout(Some(slice))?;
                self.write_slice = Some(slice);
            }
            match (&self.stream).write(&self.buffers.output()[written..amount]) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(count) => {
                    call.wrote();
                    written += count;
                }
                Err(error) if is_a_pause(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let call = call::current()?;
        let until = call.until(timeout);
        loop {
            let slice = call.slice(&until)?;
            if self.read_slice != Some(slice) {
                self.stream.set_read_timeout(Some(slice))?;
                self.read_slice = Some(slice);
            }
            match (&self.stream).read(self.buffers.input_append_buf()) {
                Ok(count) => {
                    self.buffers.input_appended(count);
                    return Ok(count > 0);
                }
                Err(error) if is_a_pause(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A kept connection is usable when the peer has neither closed it nor sent anything unasked.
    fn is_open(&mut self) -> bool {
        let silent = self.stream.set_nonblocking(true).is_ok()
            && matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).is_ok() && silent && self.buffers.input().is_empty()
    }
}

/// Whether the slice is over, or a signal came: look at the flag and go on waiting.
fn is_a_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket")
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::transport::Cancel;

    #[test]
    fn small_writes_are_sent_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let running = call::Running::start(&Cancel::new(), Duration::from_secs(20));
        let open = Network::default();
        let stream = open.first_that_answers(running.call(), &[address], NextTimeout::default());
        assert!(stream.unwrap().nodelay().unwrap());
    }
}
