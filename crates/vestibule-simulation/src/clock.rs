use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock};

use crate::client_process::Process;
use crate::process_state::Pid;
use crate::simulation::Simulation;

impl Clock for Process {
    fn now(&self) -> Timestamp {
        self.simulation.state().local_time(self.pid)
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.simulation.step(self.pid, "sleep");
            self.simulation.sleep(self.pid, span).await;
        })
    }
}

impl Simulation {
    /// Waits in virtual time.
    pub(crate) fn sleep(&self, pid: Pid, span: Duration) -> Sleep {
        let until = self.state().now + span;
        Sleep { simulation: self.clone(), pid, until, timer: None }
    }
}

/// A future that is ready at a virtual time.
#[derive(Debug)]
pub(crate) struct Sleep {
    simulation: Simulation,
    pid: Pid,
    until: Timestamp,
    timer: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.simulation.end_if_killed(self.pid);
        let simulation = self.simulation.clone();
        let mut state = simulation.state();
        if let Some(timer) = self.timer.take() {
            state.cancel_timer(timer);
        }
        if self.until <= state.now {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        self.timer = Some(state.set_timer(self.pid, self.until, waker));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.simulation.state().cancel_timer(timer);
        }
    }
}
