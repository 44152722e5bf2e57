//! Credentials with ureq as the HTTP client, without tokio:
//! `cargo run -p vestibule --example own_http_client`. ureq's default features include TLS.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::sync::Arc;

use vestibule::os::BlockingClock;
use vestibule::world::{
    BoxFuture, Request, Response, Transport, TransportError, TransportErrorKind,
};
use vestibule::{Error, Session};

#[derive(Debug)]
struct Ureq(ureq::Agent);

impl Ureq {
    fn exchange(&self, request: Request) -> Result<Response, ureq::Error> {
        let mut response = self.0.run(request.map(|body| body.to_vec()))?;
        let body = response.body_mut().read_to_vec()?;
        Ok(response.map(|_| body.into()))
    }
}

impl Transport for Ureq {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let kind = |error: &ureq::Error| match error {
            ureq::Error::HostNotFound => TransportErrorKind::Resolve,
            ureq::Error::ConnectionFailed => TransportErrorKind::Connect,
            ureq::Error::Timeout(_) => TransportErrorKind::Timeout,
            _ => TransportErrorKind::Lost,
        };
        let sent = self.exchange(request);
        Box::pin(async move {
            sent.map_err(|error| TransportError::new(kind(&error), host).with_source(error))
        })
    }
}

fn main() -> Result<(), Error> {
    // The library decides about statuses and retries.
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let transport = Arc::new(Ureq(config.build().new_agent()));
    let vars = vestibule::os::vars();
    let world = vestibule::os::world(vars, transport, Arc::new(BlockingClock));
    let session = Session::builder().world(world).load_blocking()?;
    println!("{}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
