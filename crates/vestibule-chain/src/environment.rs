use vestibule_provider::{ChosenBy, Error, ErrorKind, Lookup, Provider, SkippedSources};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken};
use vestibule_world::{BoxFuture, Vars, World};

/// The name of the source in messages.
pub(crate) const NAME: &str = "environment";
const ID: &str = "AWS_ACCESS_KEY_ID";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";
/// The SDK for Rust reads the second name too.
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"];

/// Access keys in the environment.
///
/// An incomplete pair is skipped, as in the SDKs for Rust, JavaScript and Go (botocore fails); the
/// reason names the variable that is missing. `AWS_CREDENTIAL_EXPIRATION` is honored.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html> (read 2026-11)
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Environment;

impl Environment {
    /// The variables of the access keys and of their expiration, for messages.
    pub const LOCATION: &str = "AWS_ACCESS_KEY_ID (AWS_CREDENTIAL_EXPIRATION)";
}

impl Provider for Environment {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move { read(&world.vars) })
    }

    fn location(&self, _world: &World) -> String {
        Self::LOCATION.to_owned()
    }
}

pub(crate) fn read(vars: &Vars) -> Result<Lookup, Error> {
    let filled = |name: &str| vars.get(name).filter(|value| !value.trim().is_empty());
    let skipped = |lacks: &str| Ok(Lookup::NotConfigured(SkippedSources::new(NAME, lacks)));
    let (id, secret) = match (filled(ID), SECRET.iter().find_map(|name| filled(name))) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return skipped("AWS_ACCESS_KEY_ID is not set"),
        (Some(_), None) => {
            return skipped("AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is");
        }
        (None, Some(_)) => {
            return skipped("AWS_ACCESS_KEY_ID is not set, AWS_SECRET_ACCESS_KEY is");
        }
    };
    let invalid = |name: &'static str, error: &dyn std::fmt::Display| {
        let text = format!("{name}: {error}");
        Error::new(NAME, ErrorKind::Configuration, text).with_chosen_by(ChosenBy::variable(name))
    };
    let expires =
        filled(EXPIRATION).map(|text| text.parse().map_err(|error| invalid(EXPIRATION, &error)));
    let account = filled("AWS_ACCOUNT_ID")
        .map(|id| AccountId::new(id.trim()).map_err(|error| invalid("AWS_ACCOUNT_ID", &error)));
    let token = filled("AWS_SESSION_TOKEN").map(|token| SessionToken::new(token.trim()));
    Ok(Lookup::Credentials(
        Credentials::new(id, SecretAccessKey::new(secret))
            .with_session_token(token)
            .with_expires_at(expires.transpose()?)
            .with_account_id(account.transpose()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], expected: &str) {
        let vars: Vars = vars.iter().copied().collect();
        let found = match read(&vars) {
            Ok(Lookup::Credentials(keys)) => format!(
                "{} {} {}",
                keys.access_key_id(),
                keys.secret_access_key().expose(),
                keys.session_token().map_or("-", SessionToken::expose)
            ),
            Ok(Lookup::NotConfigured(reason)) => reason.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_are_complete_pairs_of_non_blank_variables() {
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
