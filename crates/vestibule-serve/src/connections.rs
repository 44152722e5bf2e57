use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::AbortHandle;
use vestibule_provider::Provider;
use vestibule_world::{BoxFuture, World, race};

use crate::listen::BoundListener;
use crate::request;
use crate::response::{self, Response};
use crate::token::Token;

/// The limit for concurrent calls of the provider; further requests wait.
const MAX_PROVIDER_CALLS: usize = 64;
/// The limit for connections without a request; beyond it, the oldest is closed.
const MAX_IDLE_CONNECTIONS: usize = 64;
/// Timeout of a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// The limit for a whole connection; a refresh is retried for up to a minute.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(90);
/// The size limit for the request line and headers.
const MAX_HEAD: usize = 8 << 10;

/// The process at the other end of a Unix socket or a named pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(
    not(any(unix, windows)),
    expect(unreachable_pub, reason = "only the agent, on Unix and Windows, exports it")
)]
pub struct Peer {
    /// Its effective user id. `None` on Windows, where the pipe admits only processes of the user who
    /// created it, of administrators and of the system.
    pub uid: Option<u32>,
    /// Its process id; `None` if the system does not report it.
    pub pid: Option<i32>,
}

/// Responds to requests; shared by all connections.
pub(crate) trait Respond: Send + Sync + 'static {
    /// Responds to a request. `peer` is `None` for a TCP connection.
    fn respond(self: Arc<Self>, head: Parts, peer: Option<Peer>) -> BoxFuture<'static, Response>;
}

/// The state of a server of one provider.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) world: World,
    pub(crate) token: Token,
    pub(crate) port: Option<u16>,
    pub(crate) provider_calls: Semaphore,
}

impl ServerState {
    pub(crate) fn new(
        provider: Arc<dyn Provider>,
        world: World,
        token: Token,
        port: Option<u16>,
    ) -> Self {
        Self { provider, world, token, port, provider_calls: Semaphore::new(MAX_PROVIDER_CALLS) }
    }
}

impl Respond for ServerState {
    fn respond(self: Arc<Self>, head: Parts, _peer: Option<Peer>) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            match request::authorize(&head, &self.token, self.port) {
                Ok(()) => {
                    let _permit = self.provider_calls.acquire().await;
                    credentials(self.clone()).await
                }
                Err(error) => response::rejected(error),
            }
        })
    }
}

/// Serves until the sender of `stopped` is dropped.
pub(crate) async fn serve(
    listener: BoundListener,
    state: Arc<impl Respond>,
    stopped: oneshot::Receiver<()>,
) {
    let _ = race(accept_from(listener, state), stopped).await;
}

async fn accept_from(listener: BoundListener, state: Arc<impl Respond>) -> io::Result<()> {
    match listener {
        BoundListener::Port(listener, _) => {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            accept(state, async || Ok((listener.accept().await?.0, None))).await
        }
        #[cfg(unix)]
        BoundListener::Socket(socket) => {
            let listener = socket.listener.try_clone()?;
            let listener = tokio::net::UnixListener::from_std(listener)?;
            let next = async || {
                let stream = listener.accept().await?.0;
                let peer = stream.peer_cred().ok();
                let peer = peer.map(|peer| Peer { uid: Some(peer.uid()), pid: peer.pid() });
                Ok((stream, peer))
            };
            accept(state, next).await
        }
        #[cfg(windows)]
        BoundListener::Pipe(mut pipe) => {
            let peer = Peer { uid: None, pid: None };
            accept(state, async || Ok((pipe.accept().await?, Some(peer)))).await
        }
    }
}

/// Starts a task for each connection.
///
/// Any user of this machine can open idle connections; closing the oldest of them keeps them from
/// blocking the clients that send requests.
async fn accept<S>(
    state: Arc<impl Respond>,
    mut next: impl AsyncFnMut() -> io::Result<(S, Option<Peer>)>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut idle: VecDeque<Connection> = VecDeque::new();
    loop {
        match next().await {
            Ok((stream, peer)) => {
                idle.retain(Connection::is_idle);
                if MAX_IDLE_CONNECTIONS <= idle.len()
                    && let Some(oldest) = idle.pop_front()
                {
                    oldest.task.abort();
                }
                idle.push_back(Connection::start(state.clone(), stream, peer));
            }
            // Most likely out of file descriptors, until a connection is closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// An accepted connection.
struct Connection {
    has_request: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Connection {
    fn start<S>(state: Arc<impl Respond>, stream: S, peer: Option<Peer>) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let has_request = Arc::new(AtomicBool::new(false));
        let served = serve_connection(state, stream, peer, has_request.clone());
        let task = tokio::spawn(tokio::time::timeout(CONNECTION_TIMEOUT, served)).abort_handle();
        Self { has_request, task }
    }

    fn is_idle(&self) -> bool {
        !self.task.is_finished() && !self.has_request.load(Ordering::Relaxed)
    }
}

/// Serves the one request of a connection.
async fn serve_connection<S>(
    state: Arc<impl Respond>,
    stream: S,
    peer: Option<Peer>,
    has_request: Arc<AtomicBool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request| {
        has_request.store(true, Ordering::Relaxed);
        respond(state.clone(), request, peer)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = served.await;
}

async fn respond(
    state: Arc<impl Respond>,
    request: http::Request<Incoming>,
    peer: Option<Peer>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, _) = request.into_parts();
    let response = state.respond(head, peer).await;
    tracing::debug!(status = response.status.as_u16(), "credentials requested");
    Ok(http_response(response))
}

/// Calls the provider in a task of its own, which goes on when the client disconnects. SDKs disconnect
/// after one or two seconds, and a provider that caches then has the credentials for their next request.
async fn credentials(state: Arc<ServerState>) -> Response {
    let task = tokio::spawn(async move {
        let result = state.provider.provide(&state.world).await;
        response::from_provider(result, state.world.clock.now())
    });
    task.await.unwrap_or_else(|_| response::stopping())
}

fn http_response(response: Response) -> http::Response<Full<Bytes>> {
    let Response { status, body } = response;
    let mut response = http::Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
