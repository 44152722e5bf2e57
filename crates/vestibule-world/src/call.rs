use std::time::Duration;

use vestibule_wire::retry::{self, Next, Outcome, Policy};
use vestibule_wire::{
    AfterResponse, Authorize, Endpoint, Exchange, Operation, Request, Response, Unsendable,
};

use crate::{BoxFuture, TransportError, World, skew};

/// A call that came to nothing.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "not sent, not answered, or answered with an error")]
pub enum CallError<E: std::error::Error + 'static> {
    /// It could not be put into a request.
    #[error(transparent)]
    Unsendable(Unsendable),
    /// No answer came, even after asking again.
    #[error(transparent)]
    Transport(TransportError),
    /// The answer is an error, or no answer to this question.
    #[error(transparent)]
    Answer(E),
}

impl World {
    /// One exchange, under our name.
    ///
    /// # Errors
    /// No answer came.
    pub async fn send(&self, mut request: Request) -> Result<Response, TransportError> {
        request.headers_mut().insert(http::header::USER_AGENT, self.manners.user_agent());
        let sent = self.clock.now();
        let response = self.transport.send(request).await?;
        skew::warn_if_apart(&response, sent, self.clock.now());
        Ok(response)
    }

    /// Makes a call: sign, send, ask again as the operation's policy says, read.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call<O: Operation + Sync>(
        &self,
        at: &Endpoint,
        by: &dyn Authorize,
        operation: &O,
    ) -> Result<O::Output, CallError<O::Error>> {
        match self.answer(at, by, operation).await {
            Ok(answer) => operation.read(&answer).map_err(CallError::Answer),
            Err(NoAnswer::Unsendable(error)) => Err(CallError::Unsendable(error)),
            Err(NoAnswer::Transport(error)) => Err(CallError::Transport(error)),
        }
    }

    /// All of a call but the reading: behind a pointer, so that it is compiled once and not anew
    /// for each operation.
    fn answer<'a>(
        &'a self,
        at: &'a Endpoint,
        by: &'a dyn Authorize,
        question: &'a dyn Question,
    ) -> BoxFuture<'a, Result<Response, NoAnswer>> {
        Box::pin(async move {
            let began = self.clock.now();
            let policy = self.manners.policy(question.policy());
            let mut attempt = 1;
            let mut spent = None;
            loop {
                let request = question.ask(at).map_err(NoAnswer::Unsendable)?;
                let (answer, outcome, after) = self.attempt(by, question, request).await?;
                let elapsed = self.clock.now().saturating_since(began);
                let mut next = if after == AfterResponse::Resign && attempt < policy.attempts {
                    Next::Wait(Duration::ZERO)
                } else {
                    retry::after(policy, attempt, outcome, elapsed, self.entropy.fraction())
                };
                if answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
                    self.manners.earn(spent);
                } else if next != Next::Stop {
                    spent = self.manners.spend(outcome);
                    next = if spent.is_some() { next } else { Next::Stop };
                }
                tracing::debug!(host = at.url(), attempt, ?outcome, ?next, "exchange");
                match next {
                    Next::Wait(wait) => self.clock.sleep(wait).await,
                    Next::Stop => return answer.map_err(NoAnswer::Transport),
                }
                attempt += 1;
            }
        })
    }

    async fn attempt(
        &self,
        by: &dyn Authorize,
        question: &dyn Question,
        mut request: Request,
    ) -> Result<(Result<Response, TransportError>, Outcome, AfterResponse), NoAnswer> {
        let sent = self.clock.now();
        by.authorize(&mut request, sent).map_err(NoAnswer::Unsendable)?;
        match self.send(request).await {
            Ok(response) => {
                let code = question.code_in(&response);
                let code = code.as_deref();
                let received = self.clock.now();
                let after = by.observe(&Exchange { response: &response, code, sent, received });
                let outcome = Outcome::of(&response, code);
                Ok((Ok(response), outcome, after))
            }
            Err(error) => {
                let outcome =
                    if error.kind.is_transient() { Outcome::Transient } else { Outcome::Final };
                Ok((Err(error), outcome, AfterResponse::Accept))
            }
        }
    }
}

/// What there is to an operation without its answer.
trait Question: Sync {
    fn ask(&self, at: &Endpoint) -> Result<Request, Unsendable>;
    fn code_in(&self, response: &Response) -> Option<String>;
    fn policy(&self) -> Policy;
}

impl<O: Operation + Sync> Question for O {
    fn ask(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        self.request(at)
    }

    fn code_in(&self, response: &Response) -> Option<String> {
        self.error_code(response)
    }

    fn policy(&self) -> Policy {
        self.retry()
    }
}

/// [`CallError`] before anything was read.
enum NoAnswer {
    Unsendable(Unsendable),
    Transport(TransportError),
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use bytes::Bytes;
    use vestibule_wire::{Anonymous, AnswerError, rest_json};

    use super::*;
    use crate::{TransportErrorKind, block_on, memory};

    struct Ping;

    impl Operation for Ping {
        type Output = ();
        type Error = AnswerError;

        fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
            at.get("/ping").finish()
        }

        fn read(&self, response: &Response) -> Result<(), AnswerError> {
            rest_json::read_empty(response)
        }
    }

    /// Calls against these answers in turn (0 is a lost connection); gives the sum and the count.
    fn check(answers: &'static [u16]) -> (String, u32) {
        let count = std::sync::Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |_request| {
            let n = counter.fetch_add(1, Ordering::SeqCst) as usize;
            match answers[n.min(answers.len() - 1)] {
                0 => Err(TransportError::new(TransportErrorKind::Lost, "http://x.test")),
                status => Ok(http::Response::builder().status(status).body(Bytes::new()).unwrap()),
            }
        });
        let world = World { transport: std::sync::Arc::new(transport), ..memory::world() };
        let at = Endpoint::at("http://x.test", None).unwrap();
        let result = block_on(world.call(&at, &Anonymous, &Ping));
        (
            result.map_or_else(|error| error.to_string(), |()| "fine".into()),
            count.load(Ordering::SeqCst),
        )
    }

    #[test]
    fn passing_faults_are_asked_again() {
        assert_eq!(check(&[503, 0, 200]), ("fine".into(), 3));
        assert_eq!(check(&[0]), ("the connection was lost (http://x.test)".into(), 3));
        assert_eq!(check(&[500]), ("the service gave no reason (HTTP 500)".into(), 3));
    }

    #[test]
    fn a_service_that_is_down_is_asked_less_and_less() {
        let count = std::sync::Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |_request| {
            counter.fetch_add(1, Ordering::SeqCst);
            Err(TransportError::new(TransportErrorKind::Lost, "http://x.test"))
        });
        let world = World { transport: std::sync::Arc::new(transport), ..memory::world() };
        let at = Endpoint::at("http://x.test", None).unwrap();
        for _ in 0..100 {
            assert!(block_on(world.clone().call(&at, &Anonymous, &Ping)).is_err());
        }
        // 100 calls, and 50 retries at 10 each of the 500 that there are.
        assert_eq!(count.load(Ordering::SeqCst), 150);
    }

    #[test]
    fn a_refusal_is_final() {
        assert_eq!(check(&[403]), ("the service gave no reason (HTTP 403)".into(), 1));
    }
}
