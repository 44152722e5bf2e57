use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
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
use vestibule_world::{World, race};

use crate::answer::{self, Reply};
use crate::place::Bound;
use crate::question;
use crate::token::Token;

/// The most clients at a time that are given credentials; others wait.
const MOST: usize = 64;
/// The most that have yet to say what they want: before one more, the first of them has to go.
const MOST_SILENT: usize = 64;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection may take with all there is to it; a refresh tries for a minute.
const LONGEST: Duration = Duration::from_secs(90);
/// The largest request line and headers.
const LARGEST: usize = 8 << 10;

/// What answers: credentials for whoever shows the token.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) world: World,
    pub(crate) token: Token,
    pub(crate) port: Option<u16>,
    pub(crate) places: Semaphore,
}

impl Desk {
    pub(crate) fn new(
        provider: Arc<dyn Provider>,
        world: World,
        token: Token,
        port: Option<u16>,
    ) -> Self {
        Self { provider, world, token, port, places: Semaphore::new(MOST) }
    }
}

/// Answers until the other end of `stopped` is dropped.
pub(crate) async fn serve(bound: Bound, desk: Arc<Desk>, stopped: oneshot::Receiver<()>) {
    let _ = race(answer_all(bound, desk), stopped).await;
}

async fn answer_all(bound: Bound, desk: Arc<Desk>) -> io::Result<()> {
    match bound {
        Bound::Port(listener, _) => {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            accept(desk, async || Ok(listener.accept().await?.0)).await
        }
        #[cfg(unix)]
        Bound::Socket(socket) => {
            let listener = socket.listener.try_clone()?;
            let listener = tokio::net::UnixListener::from_std(listener)?;
            accept(desk, async || Ok(listener.accept().await?.0)).await
        }
    }
}

/// Hands each connection to a task of its own.
///
/// Anybody on this machine can connect and be silent, and has no place to take from those who show
/// the token.
async fn accept<S>(desk: Arc<Desk>, next: impl AsyncFn() -> io::Result<S>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut silent: VecDeque<Guest> = VecDeque::new();
    loop {
        match next().await {
            Ok(stream) => {
                silent.retain(Guest::is_silent);
                if MOST_SILENT <= silent.len()
                    && let Some(first) = silent.pop_front()
                {
                    first.task.abort();
                }
                silent.push_back(Guest::receive(desk.clone(), stream));
            }
            // Out of file descriptors, most likely: let some be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// A client, and whether it has said what it wants.
struct Guest {
    has_spoken: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Guest {
    fn receive<S>(desk: Arc<Desk>, stream: S) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let has_spoken = Arc::new(AtomicBool::new(false));
        let served = connection(desk, stream, has_spoken.clone());
        // How a connection ends is the client's business.
        let task = tokio::spawn(tokio::time::timeout(LONGEST, served)).abort_handle();
        Self { has_spoken, task }
    }

    fn is_silent(&self) -> bool {
        !self.task.is_finished() && !self.has_spoken.load(Ordering::Relaxed)
    }
}

/// One request and its answer.
async fn connection<S>(desk: Arc<Desk>, stream: S, has_spoken: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request| {
        has_spoken.store(true, Ordering::Relaxed);
        respond(desk.clone(), request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(LARGEST)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = served.await;
}

async fn respond(
    desk: Arc<Desk>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, _) = request.into_parts();
    let reply = match question::admit(&head, &desk.token, desk.port) {
        Ok(()) => {
            let _place = desk.places.acquire().await;
            credentials(desk.clone()).await
        }
        Err(refusal) => answer::refusal(refusal),
    };
    tracing::debug!(status = reply.status.as_u16(), "asked for credentials");
    Ok(response(reply))
}

/// In a task of its own: SDKs wait for a second or two, and what they gave up waiting for is there
/// when they ask again.
async fn credentials(desk: Arc<Desk>) -> Reply {
    let asked = tokio::spawn(async move {
        let said = desk.provider.provide(&desk.world).await;
        answer::of(said, desk.world.clock.now())
    });
    asked.await.unwrap_or_else(|_| answer::stopping())
}

fn response(reply: Reply) -> http::Response<Full<Bytes>> {
    let mut response = http::Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if reply.status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
