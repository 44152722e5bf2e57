use vestibule::world::Skew;

use crate::context::Probe;
use crate::{Cause, Context, Finding, Remedy};

/// Compares the clock of this machine with that of the service.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    // All endpoints are compared with the same clock; the first one that responds is enough.
    context.probes().iter().find_map(skew).into_iter().collect()
}

fn skew(probe: &Probe) -> Option<Finding> {
    let response = probe.response.as_ref().ok()?;
    Some(match Skew::from_response(response, probe.sent_at, probe.received_at) {
        Some(skew) => {
            let text = format!("this machine's clock is {skew} that of {}", probe.url);
            Finding::problem(Cause::Machine, text).with_remedy(Remedy::SetClock)
        }
        None if response.headers().contains_key(http::header::DATE) => {
            Finding::ok(format!("within two minutes of {}", probe.url))
        }
        None => Finding::note(format!("{} sends no Date header", probe.url)),
    })
}
