use std::path::Path;

use vestibule::{IdentityCenter, NoTokenReason, Refresh};

use crate::{Cause, Context, Finding, Remedy};

/// Reports the state of each SSO session.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    context.centers.iter().map(|center| check_session(context, center)).collect()
}

fn check_session(context: &Context<'_>, center: &IdentityCenter) -> Finding {
    let name = center.session().label();
    match &center.status().token {
        Ok(token) if !token.is_expired => {
            Finding::ok(format!("{name}: the access token expires at {}", token.expires_at))
        }
        Ok(token) => match token.refresh {
            Refresh::Until(_) => {
                Finding::ok(format!("{name}: the access token is refreshed with the next use"))
            }
            Refresh::Impossible(_) => {
                let text = format!("SSO session `{name}` expired at {}", token.expires_at);
                Finding::problem(Cause::SignInNeeded, text).with_remedy(remedy(context, center))
            }
        },
        Err(NoTokenReason::Never { .. }) => {
            Finding::note(format!("not signed in to SSO session `{name}`"))
                .with_remedy(remedy(context, center))
        }
        Err(reason) => {
            let text = format!("{name}: {reason}");
            Finding::problem(Cause::SignInNeeded, text).with_remedy(remedy(context, center))
        }
    }
}

/// Returns the remedy of signing in to the session of a token file, if that session is configured.
pub(super) fn remedy_for(context: &Context<'_>, token_file: &Path) -> Option<Remedy> {
    let owner = context.centers.iter().find(|center| center.status().token_file == token_file)?;
    Some(remedy(context, owner))
}

fn remedy(context: &Context<'_>, center: &IdentityCenter) -> Remedy {
    let session = center.session().name.as_ref().map(ToString::to_string);
    let profile = context.configuration.profile().value;
    Remedy::Library(vestibule::Remedy::SignIn { session, profile })
}
