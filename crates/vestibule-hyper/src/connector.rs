use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::ClientConfig;
use rustls::pki_types::InvalidDnsNameError;
use tokio::time::timeout;
use tower_service::Service;

use crate::Config;
use crate::error::{Error, ErrorKind, Result, find_in_chain};
use crate::proxy::Proxy;
use crate::resolver::SystemResolver;
use crate::stream::Stream;
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
        let connection = async {
            let stream = self.first_hop(&proxy.uri).await?;
            let Some(config) = config else { return Ok(stream) };
            start_tls(open_tunnel(stream, proxy, host).await?, host, config).await
        };
        connection.await.map_err(|error: Error| error.through_proxy(&proxy.origin))
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
            Ok(Err(error)) => Err(Error::find_or_new(error.into(), ErrorKind::Connect)),
            Err(_) => Err(Error::new(ErrorKind::Connect, format!("not within {:?}", self.timeout))),
        }
    }

    /// Called before connecting, so that an unusable CA bundle is found first.
    fn tls_for(&self, to: &Uri) -> Result<Option<Arc<ClientConfig>>> {
        if to.scheme() == Some(&Scheme::HTTP) { Ok(None) } else { self.tls.config().map(Some) }
    }
}

async fn open_tunnel(stream: Stream, proxy: &Proxy, to: &Uri) -> Result<Stream> {
    let mut tunnel = Tunnel::new(proxy.uri.clone(), Established(Some(stream)));
    if let Some(authorization) = &proxy.authorization {
        tunnel = tunnel.with_auth(authorization.clone());
    }
    let connected = tunnel.call(to.clone()).await;
    connected.map_err(|error| Error::find_or_new(error.into(), ErrorKind::Proxy))
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
    let kind = if find_in_chain::<rustls::Error>(&*error).is_some() {
        ErrorKind::Tls
    } else if error.is::<InvalidDnsNameError>() {
        ErrorKind::Local
    } else {
        ErrorKind::Lost
    };
    Error::find_or_new(error, kind)
}
