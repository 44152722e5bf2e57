use std::future::poll_fn;
use std::task::Poll;

use vestibule::world::BoxFuture;

/// Is ready once all of the futures are; each is asked again whenever one of them may go on.
pub(crate) async fn all(mut crew: Vec<BoxFuture<'_, ()>>) {
    poll_fn(|context| {
        crew.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if crew.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
