use vestibule::world::Skew;

use crate::case::Answered;
use crate::{Case, Cause, Finding, Remedy};

/// Whether the service has the same time.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let answers = case.answers().iter().filter_map(skew);
    // They are one machine's clock; the first is enough.
    answers.take(1).collect()
}

fn skew(answered: &Answered) -> Option<Finding> {
    let answer = answered.answer.as_ref().ok()?;
    Some(match Skew::of(answer, answered.sent, answered.received) {
        Some(skew) => {
            let text = format!("this machine's clock is {skew} that of {}", answered.url);
            Finding::problem(Cause::Machine, text).with_remedy(Remedy::SetClock)
        }
        None if answer.headers().contains_key(http::header::DATE) => {
            Finding::fine(format!("within two minutes of {}", answered.url))
        }
        None => Finding::note(format!("{} does not say what time it is", answered.url)),
    })
}
