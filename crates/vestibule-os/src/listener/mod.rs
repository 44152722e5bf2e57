//! Where a browser's redirect arrives: 127.0.0.1, one path, one method, whole pages.
//!
//! RFC 8252 §7.3 <https://www.rfc-editor.org/rfc/rfc8252#section-7.3>

mod accept;
mod reply;
mod request;

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

/// A listener on this machine's loopback interface, which no other machine can reach.
///
/// A `GET` of `/oauth/callback` becomes a [`Callback`]; everything else is answered with an error
/// at once, also what names another host (a page that rebinds its own name to 127.0.0.1). Each
/// connection gets 5 seconds, 8 KiB and a thread; of too many, the oldest goes.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct Loopback;

impl Listener for Loopback {
    fn bind(&self, port: u16) -> io::Result<Box<dyn Callbacks>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { port: address.port(), ..Shared::default() });
        let accepting = shared.clone();
        let accept = move || accept::all(&listener, &accepting);
        let thread = thread::spawn("vestibule-listener", accept)?;
        Ok(Box::new(Open { address, shared, thread: Some(thread) }))
    }
}

#[derive(Debug)]
struct Open {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Callbacks for Open {
    fn port(&self) -> u16 {
        self.address.port()
    }

    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>> {
        Box::pin(poll_fn(|context| {
            let mut queue = self.shared.queue();
            if let Some(callback) = queue.arrived.pop_front() {
                return Poll::Ready(Ok(callback));
            }
            if let Some(error) = queue.failure.take() {
                return Poll::Ready(Err(error));
            }
            queue.waker = Some(context.waker().clone());
            Poll::Pending
        }))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
        // Nothing else ends a blocked `accept`.
        let knocked = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| knocked) {
            let _ = thread.join();
        }
        self.shared.queue().arrived.clear();
    }
}

/// What the threads that serve and the future that waits have in common.
#[derive(Debug, Default)]
struct Shared {
    port: u16,
    closing: AtomicBool,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    arrived: VecDeque<Callback>,
    failure: Option<io::Error>,
    waker: Option<Waker>,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the waiting future look again.
    fn arrived(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.queue();
        change(&mut queue);
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
