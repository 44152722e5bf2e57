use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use vestibule_provider::Provider;
use vestibule_types::Secret;
use vestibule_world::World;

use crate::connections::{self, Desk};
use crate::question::PATH;
use crate::token::Token;
use crate::{Error, Place};

/// Hands out credentials to whoever shows its token, until it is dropped.
///
/// It is a thread of its own, so that a program that waits for something else can have one.
pub struct Server {
    desk: Arc<Desk>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens there, with a token of its own, and answers with what the provider gives.
    ///
    /// The provider is asked once for each request, on a tokio runtime of one thread, with this
    /// world: one that asks a service should be `Cached`. A request that its client gave up is
    /// carried on, so that a slow refresh is there for the next one.
    ///
    /// # Errors
    /// The place is taken or forbidden; see [`Error`].
    pub fn start(place: &Place, provider: Arc<dyn Provider>, world: World) -> Result<Self, Error> {
        let token = Token::draw(&*world.entropy);
        let bound = place.bind(&*world.entropy)?;
        let desk = Arc::new(Desk::new(provider, world, token, bound.port()));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::Machine)?;
        let (stop, stopped) = oneshot::channel();
        let staffed = desk.clone();
        let thread = std::thread::Builder::new()
            .name("vestibule-serve".into())
            .spawn(move || runtime.block_on(connections::serve(bound, staffed, stopped)))
            .map_err(Error::Machine)?;
        Ok(Self { desk, stop: Some(stop), thread: Some(thread) })
    }

    /// Where credentials are asked for: the value of `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    ///
    /// At a socket the host means nothing.
    pub fn uri(&self) -> String {
        match self.desk.port {
            Some(port) => format!("http://127.0.0.1:{port}{PATH}"),
            None => format!("http://localhost{PATH}"),
        }
    }

    /// What is to be shown there as it is, in the header `Authorization`: the value of
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    pub fn token(&self) -> &Secret {
        self.desk.token.secret()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("uri", &self.uri()).finish_non_exhaustive()
    }
}
