use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::error::{Error, ErrorKind, Result};

/// The body of a request, as one frame.
#[derive(Debug)]
pub(crate) struct RequestBody(Option<Bytes>);

impl RequestBody {
    pub(crate) const fn empty() -> Self {
        Self(None)
    }

    pub(crate) fn new(body: vestibule_wire::Body) -> Self {
        Self(Some(body.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// Reads the body of a response; more than `limit` bytes is an error.
pub(crate) async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes> {
    let too_large = || Error::new(ErrorKind::TooLarge, format!("more than {limit} bytes"));
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // Frames without data are trailers, which are ignored.
        let Ok(data) = frame.map_err(|error| Error::new(ErrorKind::Lost, error))?.into_data()
        else {
            continue;
        };
        if limit < bytes.len() + data.len() {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}
