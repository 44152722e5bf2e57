use std::collections::VecDeque;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use vestibule_types::Secret;
use vestibule_world::Callback;

use super::response::{self, Responder};
use super::{Shared, request};
use crate::thread;

/// The limit for open connections, and for callbacks in the queue.
const MAX_CONNECTIONS: usize = 32;

/// The time limit for a client to send its request, and again to receive its response.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Accepts connections until the listener is closed.
pub(super) fn accept_connections(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut open: VecDeque<Weak<TcpStream>> = VecDeque::new();
    loop {
        let accepted = listener.accept();
        if shared.is_closing.load(Ordering::Acquire) {
            break;
        }
        let stream = match accepted {
            Ok((stream, _)) => Arc::new(stream),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                shared.update(|queue| queue.error = Some(error));
                break;
            }
        };
        open.retain(|stream| stream.strong_count() != 0);
        if MAX_CONNECTIONS <= open.len() {
            open.pop_front().as_ref().map(shut_down);
        }
        open.push_back(Arc::downgrade(&stream));
        let shared = shared.clone();
        // If no thread can be started, dropping the stream closes the connection.
        let _ = thread::spawn("vestibule-callback", move || handle(stream, &shared));
    }
    open.iter().for_each(shut_down);
}

/// Shuts down a connection, which ends the reads of its thread.
fn shut_down(stream: &Weak<TcpStream>) {
    let _ = stream.upgrade().map(|stream| stream.shutdown(Shutdown::Both));
}

fn handle(stream: Arc<TcpStream>, shared: &Shared) {
    let deadline = Instant::now() + CLIENT_TIMEOUT;
    if stream.set_write_timeout(Some(CLIENT_TIMEOUT)).is_err() {
        return;
    }
    let target = request::read_head(&stream, deadline)
        .and_then(|head| request::callback_target(&head, shared.port).map(Secret::new));
    match target {
        Ok(target) => {
            let Some(stream) = Arc::into_inner(stream) else { return };
            let responder = Responder::new(stream);
            let callback = Callback::new(target, move |page| responder.send_page(page));
            shared.update(|queue| {
                if queue.callbacks.len() < MAX_CONNECTIONS {
                    queue.callbacks.push_back(callback);
                }
            });
        }
        Err(error) => {
            response::send_error(&stream, error);
            request::discard_rest(&stream, deadline);
        }
    }
}
