use std::fmt;
use std::sync::OnceLock;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, retry};
use tokio::runtime::Handle;
use vestibule_wire::{Origin, Request, RequestTimeout, Response};
use vestibule_world::{
    BoxFuture, Transport, TransportError, TransportErrorKind as ErrorKind,
    TransportLimits as Limits,
};

use crate::error::transport_error;

/// A transport over reqwest, for callers inside a tokio runtime with IO and time enabled.
///
/// Nothing is loaded or opened before the first [`send`](Transport::send). Requests to this machine
/// and its metadata services are sent by a second client, which has no proxy. Each exchange opens its
/// own connection, since a pooled one would often be dead when the next request is sent, minutes later.
///
/// Secrets in requests and responses pass through buffers of reqwest that are not wiped.
pub struct Reqwest {
    builder: Box<dyn Fn() -> ClientBuilder + Send + Sync>,
    limits: Limits,
    client: OnceLock<Client>,
    direct_client: OnceLock<Client>,
}

impl Reqwest {
    /// Returns a transport whose clients are made by this builder: its proxies, certificates, TLS and
    /// resolver are used.
    ///
    /// It takes a builder since a finished client may follow redirects, with the access token, and
    /// cannot be told to bypass its proxy. Of the builder's settings, redirects, retries, the pool and
    /// the timeout of a connection are replaced. A client that cannot be built is an error of the
    /// first request.
    pub fn new(builder: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self {
            builder: Box::new(builder),
            limits: Limits::default(),
            client: OnceLock::new(),
            direct_client: OnceLock::new(),
        }
    }

    /// Sets the limits of an exchange.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let Some(host) = Origin::from_uri(request.uri()) else {
            return Err(TransportError::not_http(request.uri()));
        };
        // Outside of a runtime reqwest panics.
        if Handle::try_current().is_err() {
            return Err(TransportError::new(ErrorKind::NoRuntime, host.to_string()));
        }
        let default = self.limits.exchange;
        let limit = request.extensions().get().map_or(default, |&RequestTimeout(limit)| limit);
        let classify = |error| transport_error(error, &host, self.limits.connect, limit);
        let mut request = reqwest::Request::try_from(request.map(Bytes::from)).map_err(classify)?;
        *request.timeout_mut() = Some(limit);
        let client = self.client_for(&host).map_err(classify)?;
        let mut received = client.execute(request).await.map_err(classify)?;
        let max = self.limits.body;
        let too_large = || {
            TransportError::new(ErrorKind::TooLarge, host.to_string())
                .with_source(format!("more than {max} bytes"))
        };
        if received.content_length().is_some_and(|length| length > max as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = received.chunk().await.map_err(classify)? {
            if max < body.len() + chunk.len() {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = received.status();
        *response.version_mut() = received.version();
        *response.headers_mut() = std::mem::take(received.headers_mut());
        Ok(response)
    }

    fn client_for(&self, host: &Origin) -> reqwest::Result<&Client> {
        if host.is_local() {
            return cached(&self.direct_client, || self.build((self.builder)().no_proxy()));
        }
        cached(&self.client, || self.build((self.builder)()))
    }

    fn build(&self, builder: ClientBuilder) -> reqwest::Result<Client> {
        builder
            .redirect(Policy::none())
            // A refresh token must not be sent twice: `World::call` decides about retries.
            .retry(retry::never())
            .pool_max_idle_per_host(0)
            .connect_timeout(self.limits.connect)
            .build()
    }
}

/// Returns the client of a cell, which is built when first needed. An error is not cached: a file that
/// the builder reads may exist the next time.
fn cached(
    cell: &OnceLock<Client>,
    build: impl FnOnce() -> reqwest::Result<Client>,
) -> reqwest::Result<&Client> {
    match cell.get() {
        Some(client) => Ok(client),
        None => build().map(|client| cell.get_or_init(|| client)),
    }
}

impl Transport for Reqwest {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

/// Shows the limits alone: a client may show the password of a proxy.
impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reqwest").field("limits", &self.limits).finish_non_exhaustive()
    }
}
