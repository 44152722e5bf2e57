use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::{Connected, Connection};

/// A connection, whatever it is made of: TCP, TLS over TCP, TLS in a tunnel.
///
/// One type for all of them, so that HTTP and TLS are compiled once.
pub(crate) struct Stream {
    bytes: Pin<Box<dyn Bytes>>,
    /// What the other side showed, where this is TLS.
    #[cfg(feature = "inspect")]
    pub(crate) shown: Option<crate::PeerCertificates>,
}

pub(crate) trait Bytes: Read + Write + Send {}

impl<B: Read + Write + Send> Bytes for B {}

impl Stream {
    pub(crate) fn new(bytes: impl Bytes + 'static) -> Self {
        Self {
            bytes: Box::pin(bytes),
            #[cfg(feature = "inspect")]
            shown: None,
        }
    }

    /// TLS over another connection.
    pub(crate) fn secured(bytes: MaybeHttpsStream<Self>) -> Self {
        Self {
            #[cfg(feature = "inspect")]
            shown: crate::PeerCertificates::of(&bytes),
            ..Self::new(bytes)
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.bytes.as_mut().poll_read(context, into)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.bytes.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bytes.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bytes.as_mut().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.bytes.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.bytes.as_mut().poll_write_vectored(context, bytes)
    }
}

/// What a pool would ask; there is none.
impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
