use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The body of a response, complete or not.
pub(super) enum ResponseBody {
    Complete(Bytes),
    /// These bytes of a body of this size, and then the connection is closed.
    Partial(Bytes, u64),
    /// The bytes are being sent, before the connection is closed.
    Flushing(u64),
    Closed(u64),
    /// A body without an end.
    Endless,
}

/// Error that makes hyper close the connection.
#[derive(Debug)]
pub(super) struct ConnectionClosed;

impl fmt::Display for ConnectionClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed, as scheduled")
    }
}

impl std::error::Error for ConnectionClosed {}

const FILLER: Bytes = Bytes::from_static(&[b' '; 16 << 10]);

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ConnectionClosed;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionClosed>>> {
        let body = self.get_mut();
        Poll::Ready(match body {
            Self::Complete(bytes) if bytes.is_empty() => None,
            Self::Complete(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
            Self::Partial(bytes, size) => {
                let (bytes, size) = (std::mem::take(bytes), *size);
                *body = Self::Flushing(size);
                Some(Ok(Frame::data(bytes)))
            }
            Self::Flushing(size) => {
                // hyper flushes when the body is not ready, so the first half is sent before the error.
                *body = Self::Closed(*size);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Closed(_) => Some(Err(ConnectionClosed)),
            Self::Endless => Some(Ok(Frame::data(FILLER))),
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Complete(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Complete(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Partial(_, size) | Self::Flushing(size) | Self::Closed(size) => {
                SizeHint::with_exact(*size)
            }
            Self::Endless => SizeHint::default(),
        }
    }
}
