use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Method, Request};
use hyper::client::conn::http1;

use crate::body::Whole;
use crate::failure::{Kind, Result, failure};
use crate::io::{Io, Stream};
use crate::origin::Origin;
use crate::proxy;

/// Asks a proxy to pass bytes on to a host.
///
/// RFC 9110 §9.3.6 <https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6>
pub(crate) async fn open(
    proxy: Box<dyn Stream>,
    to: &Origin,
    authorization: Option<&HeaderValue>,
) -> Result<Box<dyn Stream>> {
    let broken = |error| failure(Kind::Proxy, error);
    let (mut sender, mut connection) = http1::handshake(Io(proxy)).await.map_err(broken)?;
    let mut request = Request::builder().method(Method::CONNECT).uri(to.host_and_port());
    request = request.header(HOST, to.host_and_port());
    if let Some(authorization) = authorization {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request =
        request.body(Whole::new(Bytes::new())).map_err(|error| failure(Kind::Local, error))?;

    let mut answer = pin!(sender.send_request(request));
    let mut is_over = false;
    let answer = poll_fn(|context| {
        is_over = is_over || Pin::new(&mut connection).poll(context).is_ready();
        match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if is_over => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    });
    let answer = answer.await.ok_or_else(|| failure(Kind::Proxy, "it hung up"))?;
    let status = answer.map_err(broken)?.status();
    if !status.is_success() {
        return Err(proxy::refused(status));
    }
    let parts = connection.into_parts();
    if !parts.read_buf.is_empty() {
        return Err(failure(Kind::Proxy, "it speaks before it was spoken to"));
    }
    Ok(parts.io.0)
}
