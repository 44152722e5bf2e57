use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::uri::{PathAndQuery, Scheme};
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
use vestibule_world::race;

use super::body::{Broken, Outgoing};
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

impl Listeners {
    /// Answers until the other end of `stopped` is dropped. Connections end with the runtime.
    pub(super) async fn serve(self, stopped: oneshot::Receiver<()>) {
        let Self { emulator, http, https, tls } = self;
        let acceptor = TlsAcceptor::from(tls);
        let secure = emulator.clone();
        let plain = accept(http, move |stream| {
            let emulator = emulator.clone();
            async move { connection(emulator, stream, Scheme::HTTP).await }
        });
        let encrypted = accept(https, move |stream| {
            let (emulator, acceptor) = (secure.clone(), acceptor.clone());
            async move {
                let handshake = tokio::time::timeout(PATIENCE, acceptor.accept(stream));
                if let Ok(Ok(stream)) = handshake.await {
                    connection(emulator, stream, Scheme::HTTPS).await;
                }
            }
        });
        let _ = race(race(plain, encrypted), stopped).await;
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

async fn connection<S>(emulator: Emulator, stream: S, scheme: Scheme)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request| respond(&emulator, request, &scheme));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        // The date is the emulator's.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    // How a connection ends is the client's business.
    let _ = served.await;
}

async fn respond(
    emulator: &Emulator,
    request: http::Request<Incoming>,
    scheme: &Scheme,
) -> Result<http::Response<Outgoing>, Broken> {
    let (mut head, body) = request.into_parts();
    let Some(uri) = absolute(&head, scheme) else {
        return Ok(refuse(StatusCode::BAD_REQUEST));
    };
    head.uri = uri;
    let Ok(body) = Limited::new(body, MOST_BODY).collect().await else {
        return Ok(refuse(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let request = http::Request::from_parts(head, body.to_bytes());
    let reply = emulator.exchange(&request);
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
fn absolute(head: &http::request::Parts, scheme: &Scheme) -> Option<Uri> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = host.or(head.uri.authority().map(http::uri::Authority::as_str))?;
    let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder().scheme(scheme.clone()).authority(authority).path_and_query(path).build().ok()
}

fn refuse(status: StatusCode) -> http::Response<Outgoing> {
    let mut response = http::Response::new(Outgoing::Whole(Bytes::new()));
    *response.status_mut() = status;
    response
}
