use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// A body on its way out, whole or not.
pub(super) enum Outgoing {
    /// All of it, then nothing.
    Whole(Bytes),
    /// These bytes of so many, and then the connection breaks.
    Half(Bytes, u64),
    /// What was sent is on its way.
    Flushed(u64),
    /// The connection breaks here.
    Broken(u64),
    /// More and more.
    Endless,
}

/// Tells hyper to give up the connection.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection breaks here, as scripted")
    }
}

impl std::error::Error for Broken {}

const FILLER: Bytes = Bytes::from_static(&[b' '; 16 << 10]);

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let body = self.get_mut();
        Poll::Ready(match body {
            Self::Whole(bytes) if bytes.is_empty() => None,
            Self::Whole(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
            Self::Half(bytes, size) => {
                let (half, size) = (std::mem::take(bytes), *size);
                *body = Self::Flushed(size);
                Some(Ok(Frame::data(half)))
            }
            Self::Flushed(size) => {
                // hyper sends what it has when there is nothing more for the moment.
                *body = Self::Broken(*size);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Broken(_) => Some(Err(Broken)),
            Self::Endless => Some(Ok(Frame::data(FILLER))),
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Half(_, size) | Self::Flushed(size) | Self::Broken(size) => {
                SizeHint::with_exact(*size)
            }
            Self::Endless => SizeHint::default(),
        }
    }
}
