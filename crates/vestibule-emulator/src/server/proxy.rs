//! The same port as a proxy: what `HTTPS_PROXY` points at when clients name AWS's own hosts.
//!
//! It ends where it begins: requests for hosts of the emulator's are answered here, all others
//! are refused, and nothing is ever relayed.

use bytes::Bytes;
use http::{Method, Uri};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper_util::rt::TokioIo;
use vestibule_wire::{Body, Request};

use super::body::{Broken, Outgoing};
use super::serve::{Site, connection, respond};

/// What clients show of a refused tunnel; they do not read its body.
const REASON: ReasonPhrase = ReasonPhrase::from_static(b"Not a host of vestibule-emulator");

/// A request that may be for a proxy.
pub(super) async fn front(
    site: Site,
    request: http::Request<Incoming>,
) -> Result<http::Response<Outgoing>, Broken> {
    if request.method() == Method::CONNECT {
        return Ok(tunnel(site, request));
    }
    match request.uri().host() {
        Some(host) if !leads_here(&site, request.uri(), host) => Ok(turn_away(&site, request)),
        _ => respond(site, request).await,
    }
}

/// RFC 9110 §9.3.6, with the host that the client means played by us.
fn tunnel(site: Site, request: http::Request<Incoming>) -> http::Response<Outgoing> {
    let host = request.uri().host().unwrap_or_default();
    if !site.emulator.answers_at(host) {
        return turn_away(&site, request);
    }
    tokio::spawn(async move {
        if let Ok(stream) = hyper::upgrade::on(request).await
            && let Some(stream) = site.handshake(TokioIo::new(stream)).await
        {
            let site = site.inside();
            connection(stream, |request| respond(site.clone(), request)).await;
        }
    });
    http::Response::new(Outgoing::Whole(Bytes::new()))
}

/// A host of AWS's, or the very address that the client is connected to.
fn leads_here(site: &Site, uri: &Uri, host: &str) -> bool {
    let port = uri.port_u16().unwrap_or(80);
    let local = matches!(host, "localhost" | "127.0.0.1") && port == site.port;
    local || site.emulator.answers_at(host)
}

fn turn_away(site: &Site, request: http::Request<Incoming>) -> http::Response<Outgoing> {
    let (head, _) = request.into_parts();
    let refusal = site.emulator.turn_away(&Request::from_parts(head, Body::default()));
    let mut response = refusal.map(Outgoing::Whole);
    response.extensions_mut().insert(REASON);
    response
}
