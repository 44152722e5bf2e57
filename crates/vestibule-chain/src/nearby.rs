use std::time::Duration;

use vestibule_provider::ErrorKind;
use vestibule_wire::retry::{self, Next, Outcome, Policy};
use vestibule_wire::{
    AnswerError, Endpoint, Operation, Request, RequestTimeout, Response, Unsendable,
};
use vestibule_world::{
    BoxFuture, CallError, Either, TransportError, TransportErrorKind, World, race,
};

/// A service of the machine itself: it answers soon, or it is not there.
///
/// [`World::call`] is for services far away: it waits for them, and asks again where nobody answers.
#[derive(Clone, Debug)]
pub(crate) struct LocalService {
    pub(crate) at: Endpoint,
    /// How long one exchange may take.
    pub(crate) within: Duration,
    /// How often to ask, the first time included.
    pub(crate) attempts: u32,
    /// Whether to ask again where nobody answered.
    pub(crate) is_there: bool,
}

pub(crate) type NearbyError = CallError<AnswerError>;

impl LocalService {
    /// Asks, and asks again if the service is at fault, or what came cannot be read.
    pub(crate) async fn call<O>(
        &self,
        world: &World,
        operation: &O,
    ) -> Result<O::Output, NearbyError>
    where
        O: Operation<Error = AnswerError> + Sync,
    {
        let answer = self.answer(world, operation).await?;
        operation.read(&answer).map_err(CallError::Answer)
    }

    /// All of a call but what is read: behind a pointer, so that it is compiled once and not anew
    /// for each operation.
    fn answer<'a>(
        &'a self,
        world: &'a World,
        question: &'a dyn Question,
    ) -> BoxFuture<'a, Result<Response, NearbyError>> {
        Box::pin(async move {
            let policy = Policy::STANDARD.with_attempts(self.attempts);
            let began = world.clock.now();
            let mut attempt = 1;
            loop {
                let request = question.ask(&self.at).map_err(CallError::Unsendable)?;
                let (error, outcome) = match self.exchange(world, request).await {
                    Ok(response) => match question.fault_in(&response) {
                        None => return Ok(response),
                        Some(error) => {
                            let outcome = match &error {
                                AnswerError::Service(_) => Outcome::of(&response, None),
                                AnswerError::Malformed(_) => Outcome::Transient,
                            };
                            (CallError::Answer(error), outcome)
                        }
                    },
                    Err(error) if self.is_there && error.kind.is_transient() => {
                        (CallError::Transport(error), Outcome::Transient)
                    }
                    Err(error) => return Err(CallError::Transport(error)),
                };
                let elapsed = world.clock.now().saturating_since(began);
                let jitter = world.entropy.fraction();
                let next = retry::after(policy, attempt, outcome, elapsed, jitter);
                tracing::debug!(host = self.at.url(), attempt, %error, ?next, "exchange");
                match next {
                    Next::Wait(wait) => world.clock.sleep(wait).await,
                    Next::Stop => return Err(error),
                }
                attempt += 1;
            }
        })
    }

    async fn exchange(
        &self,
        world: &World,
        mut request: Request,
    ) -> Result<Response, TransportError> {
        request.extensions_mut().insert(RequestTimeout(self.within));
        match race(world.send(request), world.clock.sleep(self.within)).await {
            Either::First(answer) => answer,
            Either::Second(()) => {
                Err(TransportError::new(TransportErrorKind::Timeout, self.at.url()))
            }
        }
    }
}

/// What there is to an operation without its answer.
trait Question: Sync {
    fn ask(&self, at: &Endpoint) -> Result<Request, Unsendable>;
    /// What keeps the answer from being one.
    fn fault_in(&self, response: &Response) -> Option<AnswerError>;
}

impl<O: Operation<Error = AnswerError> + Sync> Question for O {
    fn ask(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        self.request(at)
    }

    fn fault_in(&self, response: &Response) -> Option<AnswerError> {
        self.read(response).err()
    }
}

/// The status of an answer that was a refusal.
pub(crate) fn status(error: &NearbyError) -> Option<u16> {
    match error {
        CallError::Answer(AnswerError::Service(refusal)) => Some(refusal.status.as_u16()),
        _ => None,
    }
}

/// What to make of an error.
///
/// By AWS's refresh specification nothing that these services say is final: who holds credentials
/// uses them on, and asks again later.
pub(crate) fn error_kind(error: &NearbyError) -> ErrorKind {
    match error {
        CallError::Answer(_) => ErrorKind::Transient,
        CallError::Transport(error) if error.kind.is_transient() => ErrorKind::Transient,
        CallError::Transport(_) => ErrorKind::Refused,
        CallError::Unsendable(_) => ErrorKind::Configuration,
    }
}
