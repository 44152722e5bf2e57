use std::fmt;

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, StatusCode, Uri};
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::timeout;
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Transport, TransportError};

use crate::body::{self, Whole};
use crate::failure::{Kind, Result, at_proxy, failure};
use crate::idle::Idle;
use crate::io::Stream;
use crate::line::Line;
use crate::origin::Origin;
use crate::proxy::{self, Proxy};
use crate::tls::Tls;
use crate::{Config, dial, tunnel};

/// HTTP/1.1 over TCP and TLS, for callers inside a tokio runtime with IO and time.
///
/// Nothing is loaded and nothing opened before the first [`send`](Transport::send); certificates
/// not before the first `https`. Connections are kept for 20 seconds. The system's certificates
/// are read as OpenSSL would, `SSL_CERT_FILE` and `SSL_CERT_DIR` of the process included.
///
/// Secrets in requests and answers pass through buffers of hyper and rustls that are not wiped.
pub struct Hyper {
    config: Config,
    tls: Tls,
    idle: Idle,
}

impl Hyper {
    /// A transport that does nothing yet.
    pub fn new(config: Config) -> Self {
        let tls = Tls::new(config.ca_bundle());
        Self { config, tls, idle: Idle::default() }
    }

    async fn exchange(&self, request: Request) -> Result<Response> {
        let Some(origin) = Origin::of(request.uri()) else {
            return Err(TransportError::new(Kind::Local, "not an absolute http or https URL"));
        };
        let limit = self.config.limits.exchange;
        let result = match Handle::try_current() {
            Ok(_) => timeout(limit, self.attempt(&origin, request))
                .await
                .unwrap_or_else(|_| Err(failure(Kind::Timeout, format!("not within {limit:?}")))),
            Err(error) => Err(failure(Kind::Local, error)),
        };
        result.map_err(|mut error| {
            error.host = origin.to_string();
            error
        })
    }

    async fn attempt(&self, origin: &Origin, request: Request) -> Result<Response> {
        let proxy = proxy::choose(&self.config.vars, origin)?;
        let forwarder = proxy.as_ref().filter(|_| !origin.is_secure);
        let mut request = addressed(request, origin, forwarder)?.map(Whole::new);
        loop {
            let (mut line, is_used) = match self.idle.take(origin) {
                Some(line) => (line, true),
                None => (Line::open(self.open(origin, proxy.as_ref()).await?).await?, false),
            };
            if is_used {
                // Lets the runtime notice who hung up while nobody looked.
                yield_now().await;
                if !line.is_ready().await {
                    continue;
                }
            }
            match line.send(request).await {
                Ok(answer) => return self.read(origin, forwarder, line, answer).await,
                Err(mut error) => match error.take_message().filter(|_| is_used) {
                    // They hung up before anything was sent: another connection will do.
                    Some(unsent) => request = unsent,
                    None => return Err(failure(Kind::Lost, error.into_error())),
                },
            }
        }
    }

    /// A stream on which the host, or a proxy that forwards to it, understands HTTP.
    async fn open(&self, origin: &Origin, proxy: Option<&Proxy>) -> Result<Box<dyn Stream>> {
        if origin.is_secure {
            // A CA bundle that cannot be used is noticed before anybody is called.
            self.tls.connector()?;
        }
        let Some(Proxy { origin: at, authorization }) = proxy else {
            return self.reach(origin).await;
        };
        let hop = self.reach(at).await.map_err(|error| at_proxy(error, at))?;
        if !origin.is_secure {
            return Ok(hop);
        }
        let tunnel = tunnel::open(hop, origin, authorization.as_ref());
        let stream = tunnel.await.map_err(|error| at_proxy(error, at))?;
        self.tls.over(stream, &origin.host).await
    }

    async fn reach(&self, origin: &Origin) -> Result<Box<dyn Stream>> {
        let stream = dial::connect(origin, self.config.limits.connect).await?;
        if origin.is_secure { self.tls.over(stream, &origin.host).await } else { Ok(stream) }
    }

    async fn read(
        &self,
        origin: &Origin,
        forwarder: Option<&Proxy>,
        mut line: Line,
        answer: http::Response<Incoming>,
    ) -> Result<Response> {
        let (head, body) = answer.into_parts();
        let body = line.wait_for(body::collect(body, self.config.limits.body)).await?;
        if let Some(proxy) = forwarder
            && head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        {
            return Err(at_proxy(proxy::refused(head.status), &proxy.origin));
        }
        if line.is_ready().await {
            self.idle.put(origin.clone(), line);
        }
        Ok(Response::from_parts(head, body))
    }
}

impl Transport for Hyper {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response>> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for Hyper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hyper").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Names the host; a proxy that forwards gets the whole address, everybody else the path.
fn addressed(mut request: Request, origin: &Origin, forwarder: Option<&Proxy>) -> Result<Request> {
    let host = HeaderValue::from_str(&origin.authority());
    let host = host.map_err(|error| failure(Kind::Local, error))?;
    request.headers_mut().entry(HOST).or_insert(host);
    match forwarder {
        Some(Proxy { authorization: Some(authorization), .. }) => {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        Some(_) => {}
        None => {
            let path = request.uri().path_and_query().cloned();
            *request.uri_mut() = path.map_or(Uri::from_static("/"), Uri::from);
        }
    }
    Ok(request)
}
