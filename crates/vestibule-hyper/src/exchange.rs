use std::fmt;

use http::header::{CONNECTION, HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, StatusCode, Uri};
use hyper::client::conn::http1;
use tokio::runtime::Handle;
use tokio::time::timeout;
use vestibule_wire::{Origin, Request, RequestTimeout, Response};
use vestibule_world::{BoxFuture, Transport, TransportError};

use crate::Config;
use crate::body::{self, RequestBody};
use crate::connector::Connector;
use crate::error::{Error, ErrorKind, Result};
use crate::proxy::{self, Proxy};
use crate::stream::drive;

/// A transport for HTTP/1.1 over TCP and TLS, for callers inside a tokio runtime with IO and time
/// enabled.
///
/// Nothing is loaded or opened before the first [`send`](Transport::send), and no certificates
/// before the first `https` request. Each exchange opens its own connection: authentication takes a
/// few requests, minutes apart and to different hosts, so a pooled connection would often be dead
/// when it is used. TLS sessions are resumed. The system's certificates are read as by OpenSSL,
/// with `SSL_CERT_FILE` and `SSL_CERT_DIR` from the environment of the process.
///
/// Secrets in requests and responses pass through buffers of hyper and rustls that are not wiped.
pub struct Hyper {
    config: Config,
    connector: Connector,
}

impl Hyper {
    /// Returns a transport; nothing is opened yet.
    pub fn new(config: Config) -> Self {
        let connector = Connector::new(&config);
        Self { config, connector }
    }

    async fn exchange(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let Some(host) = Origin::from_uri(request.uri()) else {
            return Err(TransportError::not_http(request.uri()));
        };
        let default = self.config.limits.exchange;
        let limit = request.extensions().get().map_or(default, |&RequestTimeout(timeout)| timeout);
        let response = match Handle::try_current() {
            Ok(_) => timeout(limit, self.attempt(&host, request)).await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Timeout, format!("no response within {limit:?}")))
            }),
            Err(_) => return Err(TransportError::new(ErrorKind::NoRuntime, host.to_string())),
        };
        response.map_err(|error| error.for_host(&host))
    }

    async fn attempt(&self, host: &Origin, mut request: Request) -> Result<Response> {
        let proxy = proxy::proxy_for(&self.config.vars, host)?;
        let stream = self.connector.connect(request.uri(), proxy.as_ref()).await?;
        #[cfg(feature = "inspect")]
        let certificates = stream.certificates.clone().filter(|_| host.is_secure);
        // A plain HTTP proxy gets every request; a tunnel was authorized when it was opened.
        let forwarder = proxy.filter(|_| !host.is_secure);
        prepare(&mut request, host, forwarder.as_ref())?;
        let (mut sender, connection) =
            http1::handshake(stream).await.map_err(Error::connection_lost)?;
        let exchange = async {
            let response = sender
                .send_request(request.map(RequestBody::new))
                .await
                .map_err(Error::connection_lost)?;
            let (head, body) = response.into_parts();
            #[cfg(feature = "inspect")]
            let head = crate::inspect::with_certificates(head, certificates);
            Ok((head, body::collect(body, self.config.limits.body).await?))
        };
        let exchanged = drive(connection, exchange).await;
        let (head, body) = match &forwarder {
            Some(proxy) => exchanged.map_err(|error: Error| proxy.wrap_error(error))?,
            None => exchanged?,
        };
        match forwarder {
            Some(proxy) if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(proxy.wrap_error(proxy::refused(head.status)))
            }
            _ => Ok(Response::from_parts(head, body)),
        }
    }
}

/// Sets the headers that HTTP/1.1 requires, and the form of the target: a proxy that forwards gets
/// the absolute URL.
fn prepare(request: &mut Request, host: &Origin, forwarder: Option<&Proxy>) -> Result<()> {
    let local = |error: http::Error| Error::new(ErrorKind::Local, error);
    let authority = HeaderValue::try_from(host.authority()).map_err(|error| local(error.into()))?;
    let headers = request.headers_mut();
    headers.entry(HOST).or_insert(authority);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(proxy) = forwarder {
        if let Some(authorization) = &proxy.authorization {
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        return Ok(());
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(path).map_err(|error| local(error.into()))?;
    Ok(())
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
