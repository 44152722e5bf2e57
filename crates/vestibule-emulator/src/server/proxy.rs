//! The port as a proxy for clients that use the host names of AWS.
//!
//! The emulator responds to requests for emulated hosts, and refuses all others. Nothing is relayed
//! to a network.

use bytes::Bytes;
use http::{Method, Uri};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper_util::rt::TokioIo;
use vestibule_wire::{Body, Request};

use super::body::{ConnectionClosed, ResponseBody};
use super::connection::{Endpoint, respond, serve};

/// The reason phrase of a refused tunnel, which clients show. They do not read its body.
const REASON: ReasonPhrase = ReasonPhrase::from_static(b"Not emulated by vestibule-emulator");

/// Responds to a request to the port or to the proxy.
pub(super) async fn respond_or_proxy(
    endpoint: Endpoint,
    request: http::Request<Incoming>,
) -> Result<http::Response<ResponseBody>, ConnectionClosed> {
    if request.method() == Method::CONNECT {
        return Ok(tunnel(endpoint, request));
    }
    match request.uri().host() {
        Some(host) if !is_emulated(&endpoint, request.uri(), host) => {
            Ok(refuse(&endpoint, request))
        }
        _ => respond(endpoint, request).await,
    }
}

/// Opens a tunnel (RFC 9110 §9.3.6) to the emulated host.
fn tunnel(endpoint: Endpoint, request: http::Request<Incoming>) -> http::Response<ResponseBody> {
    let host = request.uri().host().unwrap_or_default();
    if !endpoint.emulator.is_emulated(host) {
        return refuse(&endpoint, request);
    }
    tokio::spawn(async move {
        if let Ok(stream) = hyper::upgrade::on(request).await
            && let Some(stream) = endpoint.handshake(TokioIo::new(stream)).await
        {
            let endpoint = endpoint.with_tls();
            serve(stream, |request| respond(endpoint.clone(), request)).await;
        }
    });
    http::Response::new(ResponseBody::Complete(Bytes::new()))
}

/// Returns whether the host is emulated, or the address that the client is connected to.
fn is_emulated(endpoint: &Endpoint, uri: &Uri, host: &str) -> bool {
    let port = uri.port_u16().unwrap_or(80);
    let local = matches!(host, "localhost" | "127.0.0.1") && port == endpoint.port;
    local || endpoint.emulator.is_emulated(host)
}

fn refuse(endpoint: &Endpoint, request: http::Request<Incoming>) -> http::Response<ResponseBody> {
    let (head, _) = request.into_parts();
    let error = endpoint.emulator.refuse_proxying(&Request::from_parts(head, Body::default()));
    let mut response = error.map(ResponseBody::Complete);
    response.extensions_mut().insert(REASON);
    response
}
