//! A person with a browser, for where there is none: opens a page, approves, follows.

use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::http::{Answer, get, post};

pub(crate) const NAME: &str = "demo-browser";

/// The page is a form; its one decision is approved, and where it leads is followed.
pub(crate) fn run(mut args: Args) -> Result {
    let url = args.positional().ok_or_else(|| Failure::new("no address to open"))?;
    args.finish()?;
    let mut answer = get(&url)?;
    // Where everything is approved there is no form: the page leads on at once.
    if answer.status == 200 {
        answer = post(&url, "decision=approve")?;
    }
    while let Some(next) = leads_to(&answer, &url) {
        answer = get(&next)?;
    }
    if answer.status != 200 {
        return Err(Failure::new(format!(
            "the sign-in ended at a page with status {}",
            answer.status
        )));
    }
    Ok(())
}

fn leads_to(answer: &Answer, url: &str) -> Option<String> {
    let location = answer.location.as_deref().filter(|_| answer.status / 100 == 3)?;
    if !location.starts_with('/') {
        return Some(location.to_owned());
    }
    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
    Some(format!("{origin}{location}"))
}
