use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Scheme;
use hyper::client::conn::http1;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use rustls::pki_types::InvalidDnsNameError;
use rustls::{CertificateError, ClientConfig};
use tokio::time::timeout;
use tower_service::Service;

use crate::Config;
use crate::body::RequestBody;
use crate::error::{Error, ErrorKind, Result, find_in_chain};
use crate::proxy::{self, Proxy};
use crate::resolver::SystemResolver;
use crate::stream::{Stream, drive};
use crate::tls::TlsConfig;

/// Opens connections to hosts, directly or through a proxy, with or without TLS.
pub(crate) struct Connector {
    http: HttpConnector<SystemResolver>,
    timeout: Duration,
    tls: TlsConfig,
}

impl Connector {
    pub(crate) fn new(config: &Config) -> Self {
        let timeout = config.limits.connect;
        let mut http = HttpConnector::new_with_resolver(SystemResolver(GaiResolver::new()));
        http.enforce_http(false);
        // Requests are small and complete, so waiting to fill a packet gains nothing.
        http.set_nodelay(true);
        // Divided among a host's addresses; `dial` also counts the time of resolving.
        http.set_connect_timeout(Some(timeout));
        Self { http, timeout, tls: TlsConfig::new(config.ca_bundle()) }
    }

    /// Opens a connection for requests to a host; for a proxy that forwards, one to the proxy.
    pub(crate) async fn connect(&self, host: &Uri, proxy: Option<&Proxy>) -> Result<Stream> {
        let Some(proxy) = proxy else { return self.first_hop(host).await };
        let config = self.tls_for(host)?;
        let at_proxy = |error: Error| proxy.wrap_error(error);
        let stream = self.first_hop(&proxy.uri).await.map_err(at_proxy)?;
        let Some(config) = config else { return Ok(stream) };
        let stream = open_tunnel(stream, proxy, host).await.map_err(at_proxy)?;
        start_tls(stream, host, config).await
    }

    /// Connects to the first hop, which is the host or the proxy.
    async fn first_hop(&self, to: &Uri) -> Result<Stream> {
        let config = self.tls_for(to)?;
        let stream = self.dial(to).await?;
        match config {
            Some(config) => start_tls(stream, to, config).await,
            None => Ok(stream),
        }
    }

    /// Resolves a host and connects to it, before the timeout.
    async fn dial(&self, to: &Uri) -> Result<Stream> {
        match timeout(self.timeout, self.http.clone().call(to.clone())).await {
            Ok(Ok(stream)) => Ok(Stream::new(stream)),
            Ok(Err(error)) => match find_in_chain::<Error>(&error) {
                Some(found) => Err(found.clone()),
                None => Err(Error::network(ErrorKind::Connect, error.into())),
            },
            Err(_) => {
                let message = format!("no connection within {:?}", self.timeout);
                Err(Error::new(ErrorKind::Connect, message))
            }
        }
    }

    /// Returns the TLS configuration for `https`.
    ///
    /// Called before connecting, so that an unusable CA bundle is found first.
    fn tls_for(&self, to: &Uri) -> Result<Option<Arc<ClientConfig>>> {
        if to.scheme() == Some(&Scheme::HTTP) { Ok(None) } else { self.tls.config().map(Some) }
    }
}

/// Opens a tunnel through a proxy, by the method `CONNECT`.
async fn open_tunnel(stream: Stream, proxy: &Proxy, to: &Uri) -> Result<Stream> {
    let local = |error: http::Error| Error::new(ErrorKind::Local, error);
    let (name, port) = (to.host().unwrap_or_default(), to.port_u16().unwrap_or(443));
    let authority = format!("{name}:{port}");
    let mut request = http::Request::connect(&authority).header(HOST, &authority);
    if let Some(authorization) = &proxy.authorization {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request.body(RequestBody::empty()).map_err(local)?;
    let (mut sender, connection) =
        http1::handshake(stream).await.map_err(Error::connection_lost)?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(Error::connection_lost)?;
        if !response.status().is_success() {
            return Err(proxy::refused(response.status()));
        }
        hyper::upgrade::on(response).await.map_err(Error::connection_lost)
    };
    drive(connection.with_upgrades(), exchange).await.map(Stream::new)
}

async fn start_tls(stream: Stream, to: &Uri, config: Arc<ClientConfig>) -> Result<Stream> {
    let secured = HttpsConnector::from((Established(Some(stream)), config)).call(to.clone()).await;
    secured.map(Stream::with_tls).map_err(tls_error)
}

/// An open connection, for the layers of hyper that expect a connector.
struct Established(Option<Stream>);

impl Service<Uri> for Established {
    type Response = Stream;
    type Error = io::Error;
    type Future = Ready<io::Result<Stream>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _to: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

/// Classifies the error of a handshake: rustls reports its errors inside IO errors.
fn tls_error(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    if let Some(found) = find_in_chain::<Error>(&*error) {
        return found.clone();
    }
    match find_in_chain::<rustls::Error>(&*error) {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            Error::new(ErrorKind::Tls, UnknownIssuer)
        }
        Some(tls) => Error::new(ErrorKind::Tls, tls.clone()),
        None if error.is::<InvalidDnsNameError>() => Error::new(ErrorKind::Local, error),
        None => Error::network(ErrorKind::Lost, error),
    }
}

/// Error returned when the certificate of a server leads to no trusted root.
#[derive(Debug, thiserror::Error)]
#[error(
    "the certificate is signed by an unknown authority (UnknownIssuer); if a company proxy inspects \
     TLS, set AWS_CA_BUNDLE, or `ca_bundle` in the profile, to a PEM file with its root certificate"
)]
pub(crate) struct UnknownIssuer;
