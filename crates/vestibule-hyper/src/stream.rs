use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::{Connected, Connection};

/// A connection of any kind: TCP, TLS over TCP, TLS in a tunnel.
///
/// One type for all of them, so that the code for HTTP and TLS is compiled once.
pub(crate) struct Stream {
    inner: Pin<Box<dyn ReadWrite>>,
    /// The certificates of the peer, if this is TLS.
    #[cfg(feature = "inspect")]
    pub(crate) certificates: Option<crate::PeerCertificates>,
}

pub(crate) trait ReadWrite: Read + Write + Send {}

impl<T: Read + Write + Send> ReadWrite for T {}

impl Stream {
    pub(crate) fn new(inner: impl ReadWrite + 'static) -> Self {
        Self {
            inner: Box::pin(inner),
            #[cfg(feature = "inspect")]
            certificates: None,
        }
    }

    /// Returns TLS over another connection.
    pub(crate) fn with_tls(inner: MaybeHttpsStream<Self>) -> Self {
        Self {
            #[cfg(feature = "inspect")]
            certificates: crate::PeerCertificates::from_stream(&inner),
            ..Self::new(inner)
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner.as_mut().poll_write_vectored(context, bytes)
    }
}

/// Required by hyper's connectors, for pools.
impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// Polls the connection along with the exchange that it carries. Errors of the connection are also
/// returned by the exchange.
pub(crate) async fn drive<T>(connection: impl Future, exchange: impl Future<Output = T>) -> T {
    let (mut connection, mut exchange) = (pin!(connection), pin!(exchange));
    let mut is_open = true;
    poll_fn(|context| {
        is_open = is_open && connection.as_mut().poll(context).is_pending();
        exchange.as_mut().poll(context)
    })
    .await
}
