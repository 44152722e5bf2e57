use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, sleep, timeout_at};

use crate::failure::{Kind, Result, failure};
use crate::io::Stream;
use crate::origin::Origin;

/// How long an address may be silent before the next one is tried beside it.
///
/// RFC 8305 §8 <https://www.rfc-editor.org/rfc/rfc8305#section-8>
const HEAD_START: Duration = Duration::from_millis(250);

/// Finds the host and connects to the first of its addresses that answers.
pub(crate) async fn connect(origin: &Origin, within: Duration) -> Result<Box<dyn Stream>> {
    let deadline = Instant::now() + within;
    let late = |kind| move |_| failure(kind, format!("not within {within:?}"));
    let found = timeout_at(deadline, lookup_host((&*origin.host, origin.port)));
    let addresses =
        found.await.map_err(late(Kind::Resolve))?.map_err(|error| failure(Kind::Resolve, error))?;
    let stream = timeout_at(deadline, first_of(alternating(addresses.collect())))
        .await
        .map_err(late(Kind::Connect))?
        .map_err(|error| failure(Kind::Connect, error))?;
    // Requests are small and whole; nothing gains from waiting to fill a packet.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

/// One family after the other, the resolver's favourite first, so that a family without a way
/// out costs one head start and not one for each address.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let favourite = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == favourite);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed = Vec::new();
    loop {
        let pair = [first.next(), second.next()];
        if pair == [None, None] {
            return mixed;
        }
        mixed.extend(pair.into_iter().flatten());
    }
}

async fn first_of(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;
    let mut waiting = addresses.into_iter().peekable();
    let mut trying: Vec<Attempt> = Vec::new();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        match waiting.next() {
            Some(address) => trying.push(Box::pin(TcpStream::connect(address))),
            None if trying.is_empty() => return Err(failed),
            None => {}
        }
        let mut head_start = pin!(sleep(HEAD_START));
        let ended = poll_fn(|context| {
            for at in 0..trying.len() {
                if let Poll::Ready(ended) = trying[at].as_mut().poll(context) {
                    drop(trying.swap_remove(at));
                    return Poll::Ready(Some(ended));
                }
            }
            let more = waiting.peek().is_some();
            if more && head_start.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            Poll::Pending
        });
        match ended.await {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(error)) => failed = error,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let addresses = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"].map(|a| a.parse().unwrap());
        let mixed = alternating(addresses.to_vec());
        assert_eq!(mixed, [0, 3, 1, 2].map(|at| addresses[at]));
        assert!(alternating(Vec::new()).is_empty());
    }

    #[test]
    fn an_address_that_refuses_gives_way_to_the_next() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let reached = first_of(vec![closed, open]).await.unwrap();
            assert_eq!(reached.peer_addr().unwrap(), open);
            let refused = first_of(vec![closed]).await.unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            assert_eq!(first_of(vec![]).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        });
    }
}
