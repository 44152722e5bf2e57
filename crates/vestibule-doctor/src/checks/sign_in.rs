use std::path::Path;

use vestibule::{IdentityCenter, SessionState};

use crate::{Cause, Context, Finding, Remedy};

/// Reports the state of each SSO session.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    context.centers.iter().map(|center| check_session(context, center)).collect()
}

fn check_session(context: &Context<'_>, center: &IdentityCenter) -> Finding {
    let name = center.session().label();
    let status = center.blocking().status();
    let state = match &status.state {
        Ok(state) => state,
        Err(error) => return Finding::problem(Cause::Machine, vestibule_types::with_causes(error)),
    };
    let problem = |text: String| {
        Finding::problem(Cause::SignInNeeded, text).with_remedy(remedy(context, center))
    };
    let time = context.time;
    match state {
        SessionState::Valid { expires_at, refresh: Ok(()) } => {
            Finding::ok(format!("{name}: the access token expires at {}", time(*expires_at)))
        }
        SessionState::Valid { expires_at, refresh: Err(reason) } => Finding::note(format!(
            "{name}: the access token expires at {} and cannot be refreshed: {}",
            time(*expires_at),
            reason.message(time)
        )),
        SessionState::Refreshable { .. } => {
            Finding::ok(format!("{name}: the access token is refreshed with the next use"))
        }
        SessionState::Expired { expired_at, reason } => {
            let (expired_at, reason) = (time(*expired_at), reason.message(time));
            problem(format!("SSO session `{name}` expired at {expired_at}: {reason}"))
        }
        SessionState::Revoked => {
            problem(format!("SSO session `{name}` has expired or was revoked"))
        }
        SessionState::NeverSignedIn => {
            Finding::note(format!("not signed in to SSO session `{name}`"))
                .with_remedy(remedy(context, center))
        }
        state => problem(format!("{name}: {}", state.reason().unwrap_or_default())),
    }
}

/// Returns the remedy of signing in to the session of a token file, if that session is configured.
pub(super) fn remedy_for(context: &Context<'_>, token_file: &Path) -> Option<Remedy> {
    let owner = context
        .centers
        .iter()
        .find(|center| Path::new(&center.blocking().status().location) == token_file)?;
    Some(remedy(context, owner))
}

fn remedy(context: &Context<'_>, center: &IdentityCenter) -> Remedy {
    let session = center.session().name.as_ref().map(ToString::to_string);
    let profile = context.configuration.profile().value;
    Remedy::Library(vestibule::Remedy::SignIn { session, profile })
}
