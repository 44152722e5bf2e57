use std::net::TcpListener;
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
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;
use vestibule_world::race;

use super::body::{Broken, Outgoing};
use super::proxy::front;
use crate::emulator::Emulator;
use crate::handle::{Delivery, MOST_BODY};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two bound sockets and what answers at them.
pub(super) struct Listeners {
    pub(super) emulator: Emulator,
    pub(super) http: TcpListener,
    pub(super) https: TcpListener,
    pub(super) tls: Arc<ServerConfig>,
}

/// What a connection leads to, and how it came.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) emulator: Emulator,
    tls: TlsAcceptor,
    scheme: Scheme,
    /// Where the client connected to.
    pub(super) port: u16,
}

impl Listeners {
    /// Answers until the other end of `stopped` is dropped. Connections end with the runtime.
    pub(super) async fn serve(self, stopped: oneshot::Receiver<()>) {
        let Self { emulator, http, https, tls } = self;
        let site = |listener: &TcpListener, scheme| Site {
            emulator: emulator.clone(),
            tls: TlsAcceptor::from(tls.clone()),
            scheme,
            port: listener.local_addr().map_or(0, |address| address.port()),
        };
        let (plain, secure) = (site(&http, Scheme::HTTP), site(&https, Scheme::HTTPS));
        let plain = accept(http, move |stream| {
            let site = plain.clone();
            async move { connection(stream, |request| front(site.clone(), request)).await }
        });
        let encrypted = accept(https, move |stream| {
            let site = secure.clone();
            async move {
                if let Some(stream) = site.handshake(stream).await {
                    connection(stream, |request| front(site.clone(), request)).await;
                }
            }
        });
        let _ = race(race(plain, encrypted), stopped).await;
    }
}

impl Site {
    /// What a tunnel through here leads to.
    pub(super) fn inside(self) -> Self {
        Self { scheme: Scheme::HTTPS, ..self }
    }

    /// TLS over a connection, if the client means it.
    pub(super) async fn handshake<S>(&self, stream: S) -> Option<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        tokio::time::timeout(PATIENCE, self.tls.accept(stream)).await.ok()?.ok()
    }
}

/// Hands each connection to a task of its own.
async fn accept<F>(listener: TcpListener, answer: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small; without this the second half of each waits for the first.
                let _ = stream.set_nodelay(true);
                tokio::spawn(answer(stream));
            }
            // Out of file descriptors, most likely: let some be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

pub(super) async fn connection<S, F>(stream: S, answer: impl Fn(http::Request<Incoming>) -> F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Result<http::Response<Outgoing>, Broken>>,
{
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        // The date is the emulator's.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .with_upgrades();
    // How a connection ends is the client's business.
    let _ = served.await;
}

pub(super) async fn respond(
    site: Site,
    request: http::Request<Incoming>,
) -> Result<http::Response<Outgoing>, Broken> {
    let (mut head, body) = request.into_parts();
    let Some(uri) = absolute(&head, &site.scheme) else {
        return Ok(refuse(StatusCode::BAD_REQUEST));
    };
    head.uri = uri;
    let Ok(body) = Limited::new(body, MOST_BODY).collect().await else {
        return Ok(refuse(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let request = http::Request::from_parts(head, body.to_bytes().into());
    let reply = site.emulator.exchange(&request);
    if !reply.late.is_zero() {
        tokio::time::sleep(reply.late).await;
    }
    if reply.delivery == Delivery::Reset {
        return Err(Broken);
    }
    Ok(reply.response.map(|body| outgoing(body, reply.delivery)))
}

fn outgoing(mut body: Bytes, delivery: Delivery) -> Outgoing {
    match delivery {
        Delivery::Whole | Delivery::Reset => Outgoing::Whole(body),
        Delivery::ResetMidBody => {
            // One byte at least is missing, even of an empty body.
            let size = body.len() as u64 + 1;
            body.truncate(body.len() / 2);
            Outgoing::Half(body, size)
        }
        Delivery::Endless => Outgoing::Endless,
    }
}

/// The address in full: what connection it came by, which host it names, and the path.
///
/// A proxy is sent it in full, and then it counts for more than the header (RFC 9112 §3.2.2).
fn absolute(head: &http::request::Parts, scheme: &Scheme) -> Option<Uri> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = head.uri.authority().map(Authority::as_str).or(host)?;
    let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder().scheme(scheme.clone()).authority(authority).path_and_query(path).build().ok()
}

fn refuse(status: StatusCode) -> http::Response<Outgoing> {
    let mut response = http::Response::new(Outgoing::Whole(Bytes::new()));
    *response.status_mut() = status;
    response
}
