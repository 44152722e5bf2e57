use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::body::{ConnectionClosed, ResponseBody};
use crate::dispatch::{DeliveryMode, MAX_BODY_BYTES};
use crate::emulator::Emulator;

/// Timeout of a handshake, and of the head of a request.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(30);

/// The emulator and the TLS configuration of a connection.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) emulator: Emulator,
    tls: TlsAcceptor,
    scheme: Scheme,
    /// The port that the client is connected to.
    pub(super) port: u16,
}

impl Endpoint {
    pub(super) fn new(
        emulator: Emulator,
        tls: Arc<ServerConfig>,
        scheme: Scheme,
        port: u16,
    ) -> Self {
        Self { emulator, tls: TlsAcceptor::from(tls), scheme, port }
    }

    /// Returns the endpoint of a tunnel through this one.
    pub(super) fn with_tls(self) -> Self {
        Self { scheme: Scheme::HTTPS, ..self }
    }

    /// Accepts TLS over a connection.
    pub(super) async fn handshake<S>(&self, stream: S) -> Option<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        tokio::time::timeout(CLIENT_TIMEOUT, self.tls.accept(stream)).await.ok()?.ok()
    }
}

/// Serves the requests of a connection.
pub(super) async fn serve<S, F>(stream: S, respond: impl Fn(http::Request<Incoming>) -> F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Result<http::Response<ResponseBody>, ConnectionClosed>>,
{
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(CLIENT_TIMEOUT)
        // The date is that of the emulator's clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service_fn(respond))
        .with_upgrades();
    // An error here means that the client closed the connection, or that a fault did.
    let _ = served.await;
}

pub(super) async fn respond(
    endpoint: Endpoint,
    request: http::Request<Incoming>,
) -> Result<http::Response<ResponseBody>, ConnectionClosed> {
    let (mut head, body) = request.into_parts();
    let Some(uri) = absolute_uri(&head, &endpoint.scheme) else {
        return Ok(empty(StatusCode::BAD_REQUEST));
    };
    head.uri = uri;
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        return Ok(empty(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let request = http::Request::from_parts(head, body.to_bytes().into());
    let delivery = endpoint.emulator.exchange(&request);
    if !delivery.delay.is_zero() {
        tokio::time::sleep(delivery.delay).await;
    }
    if delivery.mode == DeliveryMode::Reset {
        return Err(ConnectionClosed);
    }
    Ok(delivery.response.map(|body| response_body(body, delivery.mode)))
}

fn response_body(mut body: Bytes, mode: DeliveryMode) -> ResponseBody {
    match mode {
        DeliveryMode::Complete | DeliveryMode::Reset => ResponseBody::Complete(body),
        DeliveryMode::ResetMidBody => {
            // At least one byte is missing, even of an empty body.
            let size = body.len() as u64 + 1;
            body.truncate(body.len() / 2);
            ResponseBody::Partial(body, size)
        }
        DeliveryMode::Endless => ResponseBody::Endless,
    }
}

/// Returns the absolute URI of a request.
///
/// Requests to a proxy have one, which takes precedence over `Host` (RFC 9112 §3.2.2).
fn absolute_uri(head: &http::request::Parts, scheme: &Scheme) -> Option<Uri> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = head.uri.authority().map(Authority::as_str).or(host)?;
    let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder().scheme(scheme.clone()).authority(authority).path_and_query(path).build().ok()
}

fn empty(status: StatusCode) -> http::Response<ResponseBody> {
    let mut response = http::Response::new(ResponseBody::Complete(Bytes::new()));
    *response.status_mut() = status;
    response
}
