use std::fmt;
use std::sync::Arc;

use vestibule_provider::Provider;
use vestibule_types::Secret;
use vestibule_world::World;

use crate::connections::ServerState;
use crate::request::PATH;
use crate::server_thread::{self, ServerThread};
use crate::token::Token;
use crate::{Error, ListenAddress};

/// A running server, which gives credentials to clients that send its token. Dropping it stops it.
///
/// It runs on a thread of its own, so it needs no runtime of the caller.
pub struct Server {
    state: Arc<ServerState>,
    /// Stops when it is dropped.
    _thread: ServerThread,
}

impl Server {
    /// Starts a server with a new token.
    ///
    /// The provider is called once for each request, on a tokio runtime with one thread and with
    /// this world; wrap a provider that calls a service in `Cached`. A call is completed even if
    /// its client has disconnected, so that the next request finds the result of a slow refresh.
    ///
    /// # Errors
    /// The address is in use or not permitted; see [`Error`].
    pub fn start(
        address: &ListenAddress,
        provider: Arc<dyn Provider>,
        world: World,
    ) -> Result<Self, Error> {
        let token = Token::generate(&*world.entropy);
        let listener = address.bind(&*world.entropy)?;
        let state = Arc::new(ServerState::new(provider, world, token, listener.port()));
        let runtime = server_thread::runtime()?;
        let thread = ServerThread::start("vestibule-serve", runtime, listener, state.clone())?;
        Ok(Self { state, _thread: thread })
    }

    /// Returns the URL of the credentials: the value of `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    ///
    /// For a socket the host has no meaning.
    pub fn uri(&self) -> String {
        match self.state.port {
            Some(port) => format!("http://127.0.0.1:{port}{PATH}"),
            None => format!("http://localhost{PATH}"),
        }
    }

    /// Returns the value of the header `Authorization`, without a scheme, and of
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    pub fn token(&self) -> &Secret {
        self.state.token.secret()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("uri", &self.uri()).finish_non_exhaustive()
    }
}
