use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Transport, TransportError, TransportErrorKind};

use crate::PlantedBug;
use crate::client_process::{OIDC, Process};
use crate::disk::serial;
use crate::observations::LossCause;
use crate::process_state::Pid;
use crate::random::Random;
use crate::service::{Grant, LIFETIME, RequestOutcome, Stage};
use crate::simulation::Simulation;

/// The timeout of a refresh in `vestibule-oidc`.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The way in which the network and the service's gateway deliver a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    Normal,
    /// The request arrives twice, and the first response is returned.
    Duplicated,
    /// The response takes up to two minutes.
    Slow,
    Unreachable,
    RequestLost,
    ResponseLost,
    /// The response would come after the timeout.
    TooSlow,
    Throttled,
    /// A gateway fails, before or after the service processed the request.
    BadGateway {
        is_processed: bool,
    },
}

/// Error of an exchange that returned no tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExchangeError {
    Transport(TransportErrorKind),
    Status(u16, &'static str),
}

impl Delivery {
    fn new(random: &mut Random, faults: u32) -> Self {
        const FAULTS: [Delivery; 9] = [
            Delivery::Duplicated,
            Delivery::Slow,
            Delivery::Unreachable,
            Delivery::RequestLost,
            Delivery::ResponseLost,
            Delivery::TooSlow,
            Delivery::Throttled,
            Delivery::BadGateway { is_processed: false },
            Delivery::BadGateway { is_processed: true },
        ];
        let fault = if random.chance(faults) { random.pick(&FAULTS) } else { None };
        fault.unwrap_or(Self::Normal)
    }
}

impl Transport for Process {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let refresh = body.get("refreshToken").and_then(serial).unwrap_or(u64::MAX);
            let (status, body) = match self.simulation.exchange(self.pid, refresh).await {
                Ok(grant) => {
                    let mut body = json!({
                        "accessToken": format!("access-{}", grant.access),
                        "expiresIn": LIFETIME.as_secs(),
                    });
                    if let Some(refresh) = grant.refresh {
                        body["refreshToken"] = format!("refresh-{refresh}").into();
                    }
                    (200, body.to_string())
                }
                Err(ExchangeError::Status(status, code)) => {
                    (status, json!({ "error": code }).to_string())
                }
                Err(ExchangeError::Transport(kind)) => return Err(TransportError::new(kind, OIDC)),
            };
            let response = http::Response::builder().status(status).body(Bytes::from(body));
            response.map_err(|error| {
                TransportError::new(TransportErrorKind::Local, OIDC).with_source(error)
            })
        })
    }
}

impl Simulation {
    /// Sends a refresh token to the service, and returns its response.
    pub(crate) async fn exchange(&self, pid: Pid, refresh: u64) -> Result<Grant, ExchangeError> {
        self.step(pid, "send the request");
        let (delivery, index) = {
            let mut state = self.state();
            let faults = state.scenario.faults.network;
            let delivery = Delivery::new(&mut state.random, faults);
            (delivery, state.request_is_sent(pid, refresh))
        };
        let mut in_flight = InFlight { simulation: self.clone(), pid, index, access: None };
        self.sleep_up_to(pid, Duration::from_millis(200)).await;
        let is_processed = match delivery {
            Delivery::Unreachable => {
                in_flight.finish(RequestOutcome::NotProcessed);
                return Err(ExchangeError::Transport(TransportErrorKind::Connect));
            }
            Delivery::Throttled => {
                in_flight.finish(RequestOutcome::NotProcessed);
                return Err(ExchangeError::Status(429, "slow_down"));
            }
            Delivery::RequestLost | Delivery::BadGateway { is_processed: false } => false,
            _ => true,
        };
        let grant = if is_processed { self.process(pid, refresh, delivery) } else { None };
        in_flight.issued(grant.map(|grant| grant.access));
        self.step(pid, "wait for the response");
        let longest = match delivery {
            Delivery::Slow | Delivery::RequestLost | Delivery::ResponseLost => TIMEOUT,
            _ => Duration::from_millis(300),
        };
        self.sleep_up_to(pid, longest).await;
        match delivery {
            Delivery::RequestLost | Delivery::ResponseLost => {
                in_flight.finish(RequestOutcome::Unknown);
                Err(ExchangeError::Transport(self.lost_response_error()))
            }
            Delivery::TooSlow => {
                self.sleep(pid, TIMEOUT).await;
                in_flight.finish(RequestOutcome::Unknown);
                Err(ExchangeError::Transport(TransportErrorKind::Timeout))
            }
            Delivery::BadGateway { .. } => {
                in_flight.finish(RequestOutcome::Unknown);
                Err(ExchangeError::Status(502, "bad_gateway"))
            }
            _ => {
                let outcome = grant.map_or(RequestOutcome::Refused, |_| RequestOutcome::Accepted);
                in_flight.finish(outcome);
                grant.ok_or(ExchangeError::Status(400, "invalid_grant"))
            }
        }
    }

    fn process(&self, pid: Pid, refresh: u64, delivery: Delivery) -> Option<Grant> {
        let mut state = self.state();
        let now = state.now;
        let grant = state.service.refresh(pid, refresh, now);
        match grant {
            Some(_) => state.observed.refreshes += 1,
            None => state.request_is_refused(pid),
        }
        state.record(pid, if grant.is_some() { "is accepted" } else { "is refused" });
        if delivery == Delivery::Duplicated {
            state.service.refresh(pid, refresh, now);
        }
        grant
    }

    /// Returns the error of a lost response. The planted bug reports that the request was not sent, so
    /// that the caller sends the refresh token again.
    fn lost_response_error(&self) -> TransportErrorKind {
        match self.state().planted_bug {
            Some(PlantedBug::RetrySpentToken) => TransportErrorKind::Connect,
            _ => TransportErrorKind::Lost,
        }
    }

    async fn sleep_up_to(&self, pid: Pid, longest: Duration) {
        let span = self.state().random.up_to(longest);
        self.sleep(pid, span).await;
    }
}

/// A request without a response. Dropping it abandons the request.
struct InFlight {
    simulation: Simulation,
    pid: Pid,
    index: usize,
    access: Option<u64>,
}

impl InFlight {
    fn issued(&mut self, access: Option<u64>) {
        self.access = access;
        self.simulation.state().service.requests[self.index].access = access;
    }

    fn finish(&mut self, outcome: RequestOutcome) {
        let mut state = self.simulation.state();
        state.service.requests[self.index].outcome = outcome;
        let Some(access) = self.access else { return };
        match outcome {
            RequestOutcome::Accepted => {
                if let Some(token) = state.service.token(access) {
                    token.stage = Stage::Delivered;
                }
            }
            _ => state.service.lost(access, LossCause::ResponseLost),
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.simulation.state();
        if state.service.requests[self.index].outcome != RequestOutcome::Pending
            || !state.processes[self.pid].is_alive
        {
            return;
        }
        state.service.requests[self.index].outcome = RequestOutcome::Abandoned;
        if let Some(access) = self.access {
            state.service.lost(access, LossCause::FutureDropped);
        }
    }
}
