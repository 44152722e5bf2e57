use std::error::Error;
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
use crate::failure::{Failure, Kind, Result, find};
use crate::proxy::Proxy;
use crate::resolve::Resolve;
use crate::stream::Stream;
use crate::tls::Tls;

/// Connects to hosts, straight or through a proxy, with TLS or without.
pub(crate) struct Connect {
    http: HttpConnector<Resolve>,
    within: Duration,
    tls: Tls,
}

impl Connect {
    pub(crate) fn new(config: &Config) -> Self {
        let within = config.limits.connect;
        let mut http = HttpConnector::new_with_resolver(Resolve(GaiResolver::new()));
        http.enforce_http(false);
        // Requests are small and whole; nothing gains from waiting to fill a packet.
        http.set_nodelay(true);
        // Shared out among a host's addresses; `dial` counts the search for them as well.
        http.set_connect_timeout(Some(within));
        Self { http, within, tls: Tls::new(config.ca_bundle()) }
    }

    /// A connection to ask the host on; where a proxy forwards, that is one to the proxy.
    pub(crate) async fn to(&self, host: &Uri, proxy: Option<&Proxy>) -> Result<Stream> {
        let Some(proxy) = proxy else { return self.hop(host).await };
        let config = self.tls_for(host)?;
        let connection = async {
            let stream = self.hop(&proxy.uri).await?;
            let Some(config) = config else { return Ok(stream) };
            secure(tunnel(stream, proxy, host).await?, host, config).await
        };
        connection.await.map_err(|failure: Failure| failure.through(&proxy.origin))
    }

    /// A connection to whom we call first: the host, or the proxy.
    async fn hop(&self, to: &Uri) -> Result<Stream> {
        let config = self.tls_for(to)?;
        let stream = self.dial(to).await?;
        match config {
            Some(config) => secure(stream, to, config).await,
            None => Ok(stream),
        }
    }

    /// Finds a host and connects to it, in limited time.
    async fn dial(&self, to: &Uri) -> Result<Stream> {
        match timeout(self.within, self.http.clone().call(to.clone())).await {
            Ok(Ok(stream)) => Ok(Stream::new(stream)),
            Ok(Err(error)) => Err(Failure::inside(error.into(), Kind::Connect)),
            Err(_) => Err(Failure::new(Kind::Connect, format!("not within {:?}", self.within))),
        }
    }

    /// A CA bundle that cannot be used is noticed here, before anybody is called.
    fn tls_for(&self, to: &Uri) -> Result<Option<Arc<ClientConfig>>> {
        if to.scheme() == Some(&Scheme::HTTP) { Ok(None) } else { self.tls.config().map(Some) }
    }
}

async fn tunnel(stream: Stream, proxy: &Proxy, to: &Uri) -> Result<Stream> {
    let mut tunnel = Tunnel::new(proxy.uri.clone(), Made(Some(stream)));
    if let Some(authorization) = &proxy.authorization {
        tunnel = tunnel.with_auth(authorization.clone());
    }
    let tunnelled = tunnel.call(to.clone()).await;
    tunnelled.map_err(|error| Failure::inside(error.into(), Kind::Proxy))
}

async fn secure(stream: Stream, to: &Uri, config: Arc<ClientConfig>) -> Result<Stream> {
    let secured = HttpsConnector::from((Made(Some(stream)), config)).call(to.clone()).await;
    secured.map(Stream::secured).map_err(failure)
}

/// A connection, for those who ask for a way to make one.
struct Made(Option<Stream>);

impl Service<Uri> for Made {
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

/// What TLS says is an IO error, on the connection that it is about.
fn failure(error: Box<dyn Error + Send + Sync>) -> Failure {
    let kind = if find::<rustls::Error>(&*error).is_some() {
        Kind::Tls
    } else if error.is::<InvalidDnsNameError>() {
        Kind::Local
    } else {
        Kind::Lost
    };
    Failure::inside(error, kind)
}
