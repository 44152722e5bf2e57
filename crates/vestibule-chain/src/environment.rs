use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken};
use vestibule_world::{BoxFuture, Vars, World};

/// In messages.
pub(crate) const NAME: &str = "environment";
const ID: &str = "AWS_ACCESS_KEY_ID";
/// The second is an old alias that the SDK for Rust still reads.
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"];

/// Keys in the environment.
///
/// Half a pair counts as none (Rust, JavaScript and Go have it so; botocore fails), and the
/// reason says which half is missing. `AWS_CREDENTIAL_EXPIRATION` is honored.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html> (read 2026-11)
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Environment;

impl Provider for Environment {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { read(&world.vars) })
    }
}

pub(crate) fn read(vars: &Vars) -> Result<Answer, ProvideError> {
    let filled = |name: &str| vars.get(name).filter(|value| !value.trim().is_empty());
    let not = |what: &str| Ok(Answer::NotConfigured(Reason::new(NAME, what)));
    let (id, secret) = match (filled(ID), SECRET.iter().find_map(|name| filled(name))) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return not("AWS_ACCESS_KEY_ID is not set"),
        (Some(_), None) => return not("AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is"),
        (None, Some(_)) => return not("AWS_ACCESS_KEY_ID is not set, AWS_SECRET_ACCESS_KEY is"),
    };
    let invalid = |name: &str, error: &dyn std::fmt::Display| {
        let text = format!("{name}: {error}");
        ProvideError::new(NAME, ProvideErrorKind::Configuration, text).chosen_by(ID)
    };
    let expires = filled("AWS_CREDENTIAL_EXPIRATION")
        .map(|text| text.parse().map_err(|error| invalid("AWS_CREDENTIAL_EXPIRATION", &error)));
    let account = filled("AWS_ACCOUNT_ID")
        .map(|id| AccountId::new(id.trim()).map_err(|error| invalid("AWS_ACCOUNT_ID", &error)));
    let token = filled("AWS_SESSION_TOKEN").map(|token| SessionToken::new(token.trim()));
    Ok(Answer::Credentials(
        Credentials::new(id, SecretAccessKey::new(secret))
            .with_session_token(token)
            .with_expiry(expires.transpose()?)
            .with_account_id(account.transpose()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str) {
        let vars: Vars = vars.iter().copied().collect();
        let said = match read(&vars) {
            Ok(Answer::Credentials(keys)) => format!(
                "{} {} {}",
                keys.access_key_id(),
                keys.secret_access_key().expose(),
                keys.session_token().map_or("-", SessionToken::expose)
            ),
            Ok(Answer::NotConfigured(reason)) => reason.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn pairs_halves_and_blanks() {
        let id = ("AWS_ACCESS_KEY_ID", "AKID");
        let secret = ("AWS_SECRET_ACCESS_KEY", "hidden");
        check(&[id, secret], "AKID hidden -");
        check(&[id, ("AWS_SECRET_ACCESS_KEY", " "), ("SECRET_ACCESS_KEY", "old")], "AKID old -");
        check(&[id, secret, ("AWS_SESSION_TOKEN", " t\n")], "AKID hidden t");
        check(&[], "environment: AWS_ACCESS_KEY_ID is not set");
        check(&[id], "environment: AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is");
        check(&[secret], "environment: AWS_ACCESS_KEY_ID is not set, AWS_SECRET_ACCESS_KEY is");
        check(
            &[id, secret, ("AWS_CREDENTIAL_EXPIRATION", "soon")],
            "error: AWS_CREDENTIAL_EXPIRATION: not a point in time: \
             expected a form like `2026-01-02T03:04:05Z`",
        );
    }
}
