//! The top of a connection: here alone the bytes are those of the request and of its answer.

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport,
};

use super::call::{self, End, Stage};

/// Puts a [`Marked`] on top of a connection to the gateway.
#[derive(Debug)]
pub(super) struct Mark {
    /// Whether this agent goes through a proxy.
    pub(super) proxied: bool,
}

impl<In: Transport> Connector<In> for Mark {
    type Out = Either<In, Marked<In>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        // ureq builds the hop to a proxy with this same chain, with the proxy taken out of the settings. What is
        // written there is the proxy's CONNECT, not the request.
        let hop_to_proxy = self.proxied && details.config.proxy().is_none();
        Ok(chained.map(|below| {
            if hop_to_proxy {
                Either::A(below)
            } else {
                Either::B(Marked(below))
            }
        }))
    }
}

/// Tells the call that what is written from now on is its request.
///
/// It stands above TLS, since a handshake's bytes are not the request's. The socket at the bottom then knows whether
/// any byte was really taken.
#[derive(Debug)]
pub(super) struct Marked<T>(T);

impl<T: Transport> Transport for Marked<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        call::current()?.enter_stage(Stage::Exchange);
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let read = self.0.await_input(timeout);
        // ureq takes a broken connection for the end of a body without a length, and its gzip reader takes an early
        // end for bad data.
        match &read {
            Ok(false) => call::current()?.ended(End::Closed),
            Err(Error::Io(_)) => call::current()?.ended(End::Broken),
            _ => {}
        }
        read
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
