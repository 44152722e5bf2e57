use std::error::Error;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::pki_types::InvalidDnsNameError;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;
use vestibule_world::{BoxFuture, Vars};

use crate::Config;
use crate::failure::{Failure, Kind, Result, find};
use crate::origin::Origin;
use crate::proxy;
use crate::resolve::Resolve;
use crate::stream::{Hop, Stream};
use crate::tls::Tls;

/// Connects to hosts, straight or through a proxy, with TLS or without.
#[derive(Clone)]
pub(crate) struct Connect {
    vars: Arc<Vars>,
    first: First,
}

impl Connect {
    pub(crate) fn new(config: &Config) -> Self {
        let within = config.limits.connect;
        let mut http = HttpConnector::new_with_resolver(Resolve(GaiResolver::new()));
        http.enforce_http(false);
        // Requests are small and whole; nothing gains from waiting to fill a packet.
        http.set_nodelay(true);
        // Shared out among a host's addresses; `Dial` counts the search for them as well.
        http.set_connect_timeout(Some(within));
        let tls = Arc::new(Tls::new(config.ca_bundle()));
        Self {
            vars: Arc::new(config.vars.clone()),
            first: First { dial: Dial { http, within }, tls },
        }
    }

    async fn connect(mut self, to: Uri) -> Result<Stream> {
        let proxy = Origin::of(&to).map(|origin| proxy::choose(&self.vars, &origin));
        let Some(proxy) = proxy.transpose()?.flatten() else {
            let hop = self.first.call(to).await?;
            return Ok(Stream { bytes: MaybeHttpsStream::Http(hop), is_forwarded: false });
        };
        if to.scheme() == Some(&Scheme::HTTP) {
            let hop = self.first.call(proxy.uri).await;
            let hop = hop.map_err(|failure| failure.through(&proxy.origin))?;
            return Ok(Stream { bytes: MaybeHttpsStream::Http(hop), is_forwarded: true });
        }
        let config = self.first.tls.config()?;
        let mut tunnel = Tunnel::new(proxy.uri, self.first);
        if let Some(authorization) = proxy.authorization {
            tunnel = tunnel.with_auth(authorization);
        }
        let bytes = HttpsConnector::from((tunnel, config)).call(to).await;
        let bytes = bytes.map_err(|error| failure(error).through(&proxy.origin))?;
        Ok(Stream { bytes, is_forwarded: false })
    }
}

impl Service<Uri> for Connect {
    type Response = Stream;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Stream>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        Box::pin(self.clone().connect(to))
    }
}

/// Connects to whom we call first: the host, or the proxy.
#[derive(Clone)]
struct First {
    dial: Dial,
    tls: Arc<Tls>,
}

impl First {
    async fn connect(mut self, to: Uri) -> Result<Hop> {
        if to.scheme() == Some(&Scheme::HTTP) {
            return self.dial.call(to).await.map(MaybeHttpsStream::Http);
        }
        // A CA bundle that cannot be used is noticed before anybody is called.
        let config = self.tls.config()?;
        HttpsConnector::from((self.dial, config)).call(to).await.map_err(failure)
    }
}

impl Service<Uri> for First {
    type Response = Hop;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Hop>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        Box::pin(self.clone().connect(to))
    }
}

/// Finds a host and connects to it, in limited time.
#[derive(Clone)]
struct Dial {
    http: HttpConnector<Resolve>,
    within: Duration,
}

impl Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let (connecting, within) = (self.http.call(to), self.within);
        Box::pin(async move {
            match timeout(within, connecting).await {
                Ok(Ok(stream)) => Ok(stream),
                Ok(Err(error)) => Err(Failure::inside(error.into(), Kind::Connect)),
                Err(_) => Err(Failure::new(Kind::Connect, format!("not within {within:?}"))),
            }
        })
    }
}

/// What TLS says is an IO error, on the connection that it is about; all else is the tunnel's.
fn failure(error: Box<dyn Error + Send + Sync>) -> Failure {
    let kind = if find::<rustls::Error>(&*error).is_some() {
        Kind::Tls
    } else if error.is::<InvalidDnsNameError>() {
        Kind::Local
    } else if error.is::<io::Error>() {
        Kind::Lost
    } else {
        Kind::Proxy
    };
    Failure::inside(error, kind)
}
