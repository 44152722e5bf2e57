use std::collections::VecDeque;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use vestibule_types::Secret;
use vestibule_world::Callback;

use super::reply::{self, Reply};
use super::{Shared, request};
use crate::thread;

/// The most connections at a time, and the most callbacks that wait to be looked at.
const MOST: usize = 32;

/// How long a client may take for its request, and again for its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves until told to close.
pub(super) fn all(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut open: VecDeque<Weak<TcpStream>> = VecDeque::new();
    loop {
        let accepted = listener.accept();
        if shared.closing.load(Ordering::Acquire) {
            break;
        }
        let stream = match accepted {
            Ok((stream, _)) => Arc::new(stream),
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                shared.arrived(|queue| queue.failure = Some(error));
                break;
            }
        };
        open.retain(|stream| stream.strong_count() != 0);
        if MOST <= open.len() {
            open.pop_front().as_ref().map(shut);
        }
        open.push_back(Arc::downgrade(&stream));
        let shared = shared.clone();
        // Where no thread is to be had, the connection is closed.
        let _ = thread::spawn("vestibule-callback", move || serve(stream, &shared));
    }
    open.iter().for_each(shut);
}

/// Ends a connection; its thread notices.
fn shut(stream: &Weak<TcpStream>) {
    let _ = stream.upgrade().map(|stream| stream.shutdown(Shutdown::Both));
}

fn serve(stream: Arc<TcpStream>, shared: &Shared) {
    let deadline = Instant::now() + PATIENCE;
    if stream.set_write_timeout(Some(PATIENCE)).is_err() {
        return;
    }
    let target = request::head(&stream, deadline)
        .and_then(|head| request::target(&head, shared.port).map(Secret::new));
    match target {
        Ok(target) => {
            let Some(stream) = Arc::into_inner(stream) else { return };
            let reply = Reply::to(stream);
            let callback = Callback::new(target, move |page| reply.page(page));
            shared.arrived(|queue| {
                if queue.arrived.len() < MOST {
                    queue.arrived.push_back(callback);
                }
            });
        }
        Err(refusal) => {
            reply::refuse(&stream, refusal);
            request::finish(&stream, deadline);
        }
    }
}
