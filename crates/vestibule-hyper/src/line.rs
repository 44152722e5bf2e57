use std::future::{poll_fn, ready};
use std::pin::{Pin, pin};

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, Connection, SendRequest};

use crate::body::Whole;
use crate::failure::{Kind, Result, failure};
use crate::io::{Io, Stream};

/// A connection that speaks HTTP.
///
/// It moves only while somebody waits for it, so that no task has to be spawned for it and
/// whoever drops an exchange drops its connection.
pub(crate) struct Line {
    sender: SendRequest<Whole>,
    /// `None` once it has come to its end.
    connection: Option<Connection<Io, Whole>>,
}

impl Line {
    pub(crate) async fn open(stream: Box<dyn Stream>) -> Result<Self> {
        let (sender, connection) =
            http1::handshake(Io(stream)).await.map_err(|error| failure(Kind::Lost, error))?;
        Ok(Self { sender, connection: Some(connection) })
    }

    /// Sends a request and reads the answer's head.
    ///
    /// # Errors
    /// With the request, if nothing of it has been sent.
    pub(crate) async fn send(
        &mut self,
        request: http::Request<Whole>,
    ) -> std::result::Result<http::Response<Incoming>, TrySendError<http::Request<Whole>>> {
        let answer = self.sender.try_send_request(request);
        drive(&mut self.connection, answer).await
    }

    /// Keeps the connection moving while this waits for something of it.
    pub(crate) async fn wait_for<T>(&mut self, work: impl Future<Output = T>) -> T {
        drive(&mut self.connection, work).await
    }

    /// True if another request can be sent: the last answer is read, and nobody hung up.
    pub(crate) async fn is_ready(&mut self) -> bool {
        self.wait_for(ready(())).await;
        self.connection.is_some() && self.sender.is_ready()
    }
}

async fn drive<T>(
    connection: &mut Option<Connection<Io, Whole>>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        // How it ended, the work learns: every request and body gets the error of its own.
        if connection.as_mut().is_some_and(|c| Pin::new(c).poll(context).is_ready()) {
            *connection = None;
        }
        work.as_mut().poll(context)
    })
    .await
}
