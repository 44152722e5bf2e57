use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::PROXY_AUTHORIZATION;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::timeout;
use vestibule_wire::{Request, Response, Within};
use vestibule_world::{BoxFuture, Transport, TransportError};

use crate::Config;
use crate::body::{self, Whole};
use crate::connect::Connect;
use crate::failure::{Failure, Kind, Result};
use crate::origin::Origin;
use crate::proxy;

/// Load balancers hang up after a minute; a request on such a connection would be lost.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// HTTP/1.1 over TCP and TLS, for callers inside a tokio runtime with IO and time.
///
/// Nothing is loaded and nothing opened before the first [`send`](Transport::send); certificates
/// not before the first `https`. Connections are kept for 20 seconds. The system's certificates
/// are read as OpenSSL would, `SSL_CERT_FILE` and `SSL_CERT_DIR` of the process included.
///
/// Secrets in requests and answers pass through buffers of hyper and rustls that are not wiped.
pub struct Hyper {
    config: Config,
    client: Client<Connect, Whole>,
}

impl Hyper {
    /// A transport that does nothing yet.
    pub fn new(config: Config) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(LONGEST_IDLE)
            .pool_max_idle_per_host(8)
            .build(Connect::new(&config));
        Self { config, client }
    }

    async fn exchange(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let Some(host) = Origin::of(request.uri()) else {
            return Err(TransportError::new(Kind::Local, "not an absolute http or https URL"));
        };
        let asked = request.extensions().get().map_or(Duration::MAX, |&Within(span)| span);
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
        // Who forwards is asked with each request; who tunnels was asked for the tunnel.
        let forwarder = proxy.filter(|_| !host.is_secure);
        if let Some(authorization) =
            forwarder.as_ref().and_then(|proxy| proxy.authorization.clone())
        {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        // Lets a runtime that slept since the last exchange notice who hung up meanwhile.
        yield_now().await;
        let answer = self.client.request(request.map(Whole::new)).await;
        let answer = answer.map_err(|error| Failure::inside(error.into(), Kind::Lost))?;
        let (head, body) = answer.into_parts();
        let body = body::collect(body, self.config.limits.body).await?;
        match forwarder {
            Some(proxy) if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                let refused = Failure::new(Kind::Proxy, format!("HTTP {}", head.status));
                Err(refused.through(&proxy.origin))
            }
            _ => Ok(Response::from_parts(head, body)),
        }
    }
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
