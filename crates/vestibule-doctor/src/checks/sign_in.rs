use std::path::Path;

use vestibule::{IdentityCenter, NoTokenReason, Refresh};

use crate::{Case, Cause, Finding, Remedy};

/// Whether somebody is signed in.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    case.centers.iter().map(|center| state(case, center)).collect()
}

fn state(case: &Case<'_>, center: &IdentityCenter<'_>) -> Finding {
    let name = center.session().label();
    match &center.status().token {
        Ok(token) if !token.is_expired => {
            Finding::fine(format!("signed in to {name} until {}", token.expires_at))
        }
        Ok(token) => match token.refresh {
            Refresh::Until(_) => Finding::fine(format!("{name} is refreshed with the next use")),
            Refresh::Impossible(_) => {
                let text = format!("the sign-in to {name} ended {}", token.expires_at);
                Finding::problem(Cause::SignIn, text).with_remedy(remedy(case, center))
            }
        },
        Err(NoTokenReason::Never { .. }) => {
            Finding::note(format!("nobody has signed in to {name}"))
                .with_remedy(remedy(case, center))
        }
        Err(why) => {
            let text = format!("{name}: {why}");
            Finding::problem(Cause::SignIn, text).with_remedy(remedy(case, center))
        }
    }
}

/// Signing in to the session whose token this file holds, if it is one of ours.
pub(super) fn remedy_for(case: &Case<'_>, token_file: &Path) -> Option<Remedy> {
    let owner = case.centers.iter().find(|center| center.status().token_file == token_file)?;
    Some(remedy(case, owner))
}

fn remedy(case: &Case<'_>, center: &IdentityCenter<'_>) -> Remedy {
    let session = center.session().name.as_ref().map(ToString::to_string);
    let profile = case.configuration.profile().value;
    Remedy::Known(vestibule::Remedy::SignIn { session, profile })
}
