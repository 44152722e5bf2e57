//! The listener for a browser's redirect: one path and one method, on 127.0.0.1.
//!
//! RFC 8252 §7.3 <https://www.rfc-editor.org/rfc/rfc8252#section-7.3>

mod accept;
mod request;
mod response;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread::JoinHandle;

use vestibule_world::{BoxFuture, Callback, Callbacks, Listener};

use crate::thread;

/// A listener on the loopback interface, which other machines cannot reach.
///
/// A `GET` of `/oauth/callback` becomes a [`Callback`]; every other request is rejected at once,
/// including one that names another host, as from a web page that rebinds its own name to
/// 127.0.0.1. Each connection has a thread and is limited to 5 seconds and 8 KiB. Beyond 32
/// connections, the oldest is closed.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct Loopback;

impl Listener for Loopback {
    fn bind(&self, port: u16) -> io::Result<Box<dyn Callbacks>> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(name_other_program)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { port: address.port(), ..Shared::default() });
        let accept_shared = shared.clone();
        let accept = move || accept::accept_connections(&listener, &accept_shared);
        let thread = thread::spawn("vestibule-listener", accept)?;
        Ok(Box::new(OpenListener { address, shared, thread: Some(thread) }))
    }
}

/// Replaces the message of the most frequent error, which Windows has in the user's language.
fn name_other_program(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            io::Error::new(error.kind(), "the port is already in use by another program")
        }
        _ => error,
    }
}

#[derive(Debug)]
struct OpenListener {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Callbacks for OpenListener {
    fn port(&self) -> u16 {
        self.address.port()
    }

    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>> {
        Box::pin(poll_fn(|context| {
            let mut queue = self.shared.queue();
            if let Some(callback) = queue.callbacks.pop_front() {
                return Poll::Ready(Ok(callback));
            }
            if let Some(error) = queue.error.take() {
                return Poll::Ready(Err(error));
            }
            queue.waker = Some(context.waker().clone());
            Poll::Pending
        }))
    }
}

impl Drop for OpenListener {
    fn drop(&mut self) {
        self.shared.is_closing.store(true, Ordering::Release);
        // Only a connection ends a blocked `accept`.
        let is_unblocked = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| is_unblocked) {
            let _ = thread.join();
        }
        self.shared.queue().callbacks.clear();
    }
}

/// The state that is shared by the connection threads and the waiting future.
#[derive(Debug, Default)]
struct Shared {
    port: u16,
    is_closing: AtomicBool,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    callbacks: VecDeque<Callback>,
    error: Option<io::Error>,
    waker: Option<Waker>,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the queue and wakes the waiting future.
    fn update(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.queue();
        change(&mut queue);
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
