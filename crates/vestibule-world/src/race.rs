use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// The output of the first of two futures.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "one of two")]
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// Waits for either of two futures and drops the other; the first one is polled first.
pub async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Either<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(done) = first.as_mut().poll(context) {
            return Poll::Ready(Either::First(done));
        }
        second.as_mut().poll(context).map(Either::Second)
    })
    .await
}
