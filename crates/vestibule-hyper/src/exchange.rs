use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use http::header::{CONNECTION, HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, StatusCode, Uri};
use hyper::client::conn::http1;
use tokio::runtime::Handle;
use tokio::time::timeout;
use vestibule_wire::{Request, RequestTimeout, Response};
use vestibule_world::{BoxFuture, Transport, TransportError};

use crate::Config;
use crate::body::{self, Whole};
use crate::connect::Connect;
use crate::failure::{Failure, Kind, Result};
use crate::origin::Origin;
use crate::proxy::{self, Proxy};

/// HTTP/1.1 over TCP and TLS, for callers inside a tokio runtime with IO and time.
///
/// Nothing is loaded and nothing opened before the first [`send`](Transport::send); certificates
/// not before the first `https`. Each exchange has a connection of its own: to authenticate is a
/// handful of requests, minutes apart and to different hosts, and a connection that is kept is one
/// that may be dead when it is needed. TLS sessions are resumed. The system's certificates are read
/// as OpenSSL would, `SSL_CERT_FILE` and `SSL_CERT_DIR` of the process included.
///
/// Secrets in requests and answers pass through buffers of hyper and rustls that are not wiped.
pub struct Hyper {
    config: Config,
    connect: Connect,
}

impl Hyper {
    /// A transport that does nothing yet.
    pub fn new(config: Config) -> Self {
        let connect = Connect::new(&config);
        Self { config, connect }
    }

    async fn exchange(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let Some(host) = Origin::of(request.uri()) else {
            return Err(TransportError::new(Kind::Local, "not an absolute http or https URL"));
        };
        let asked = request.extensions().get().map_or(Duration::MAX, |&RequestTimeout(span)| span);
        let limit = self.config.limits.exchange.min(asked);
        let answer = match Handle::try_current() {
            Ok(_) => timeout(limit, self.attempt(&host, request)).await.unwrap_or_else(|_| {
                Err(Failure::new(Kind::Timeout, format!("not within {limit:?}")))
            }),
            Err(error) => Err(Failure::new(Kind::Local, error)),
        };
        answer.map_err(|failure| failure.to(&host))
    }

    async fn attempt(&self, host: &Origin, mut request: Request) -> Result<Response> {
        let proxy = proxy::choose(&self.config.vars, host)?;
        let stream = self.connect.to(request.uri(), proxy.as_ref()).await?;
        #[cfg(feature = "inspect")]
        let shown = stream.shown.clone().filter(|_| host.is_secure);
        // Who forwards is asked with each request; who tunnels was asked for the tunnel.
        let forwarder = proxy.filter(|_| !host.is_secure);
        address(&mut request, host, forwarder.as_ref())?;
        let (mut sender, connection) = http1::handshake(stream).await.map_err(lost)?;
        let exchange = async {
            let answer = sender.send_request(request.map(Whole::of)).await.map_err(lost)?;
            let (head, body) = answer.into_parts();
            #[cfg(feature = "inspect")]
            let head = crate::inspect::noted(head, shown);
            Ok((head, body::collect(body, self.config.limits.body).await?))
        };
        let (head, body) = beside(connection, exchange).await?;
        match forwarder {
            Some(proxy) if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                let refused = Failure::new(Kind::Proxy, format!("HTTP {}", head.status));
                Err(refused.through(&proxy.origin))
            }
            _ => Ok(Response::from_parts(head, body)),
        }
    }
}

/// Writes on the envelope what HTTP/1.1 wants there: to a proxy that forwards, the whole address.
fn address(request: &mut Request, host: &Origin, forwarder: Option<&Proxy>) -> Result<()> {
    let unsendable = |error: http::Error| Failure::new(Kind::Local, error);
    let name = HeaderValue::try_from(host.authority()).map_err(|error| unsendable(error.into()))?;
    let headers = request.headers_mut();
    headers.entry(HOST).or_insert(name);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(proxy) = forwarder {
        if let Some(authorization) = &proxy.authorization {
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        return Ok(());
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(path).map_err(|error| unsendable(error.into()))?;
    Ok(())
}

/// The exchange, while the connection does the work for it. What breaks the connection is told to
/// the exchange as well.
async fn beside<T>(connection: impl Future, exchange: impl Future<Output = T>) -> T {
    let (mut connection, mut exchange) = (pin!(connection), pin!(exchange));
    let mut is_open = true;
    poll_fn(|context| {
        is_open = is_open && connection.as_mut().poll(context).is_pending();
        exchange.as_mut().poll(context)
    })
    .await
}

fn lost(error: hyper::Error) -> Failure {
    Failure::inside(error.into(), Kind::Lost)
}

impl Transport for Hyper {
    fn send(
        &self,
        request: Request,
    ) -> BoxFuture<'_, std::result::Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for Hyper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hyper").field("config", &self.config).finish_non_exhaustive()
    }
}
