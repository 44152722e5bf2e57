use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use http::uri::Scheme;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::rustls::ServerConfig;
use vestibule_world::race;

use super::connection::{Endpoint, serve};
use super::proxy::respond_or_proxy;
use crate::emulator::Emulator;

/// The sockets of a server.
pub(super) struct Listeners {
    pub(super) emulator: Emulator,
    pub(super) http: TcpListener,
    pub(super) https: TcpListener,
    pub(super) tls: Arc<ServerConfig>,
}

impl Listeners {
    /// Serves until the sender of `stopped` is dropped. Connections are closed with the runtime.
    pub(super) async fn serve(self, stopped: oneshot::Receiver<()>) {
        let Self { emulator, http, https, tls } = self;
        let endpoint = |listener: &TcpListener, scheme| {
            let port = listener.local_addr().map_or(0, |address| address.port());
            Endpoint::new(emulator.clone(), tls.clone(), scheme, port)
        };
        let (plain, secure) = (endpoint(&http, Scheme::HTTP), endpoint(&https, Scheme::HTTPS));
        let plain = accept(http, move |stream| {
            let endpoint = plain.clone();
            async move { serve(stream, |request| respond_or_proxy(endpoint.clone(), request)).await }
        });
        let encrypted = accept(https, move |stream| {
            let endpoint = secure.clone();
            async move {
                if let Some(stream) = endpoint.handshake(stream).await {
                    serve(stream, |request| respond_or_proxy(endpoint.clone(), request)).await;
                }
            }
        });
        let _ = race(race(plain, encrypted), stopped).await;
    }
}

/// Handles each connection in its own task.
async fn accept<F>(listener: TcpListener, handle: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Responses are small, and their second packet must not wait for an acknowledgment.
                let _ = stream.set_nodelay(true);
                tokio::spawn(handle(stream));
            }
            // Probably too many open files. Some are closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
