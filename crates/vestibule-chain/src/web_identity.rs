use std::path::PathBuf;

use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_sts::{AssumeRoleWithWebIdentity, RoleSessionName};
use vestibule_types::{RoleArn, Secret, Vars};
use vestibule_wire::Anonymous;
use vestibule_world::{BoxFuture, World};

use crate::Sts;
use crate::assume_role::sts_error_kind;

/// In messages.
pub(crate) const NAME: &str = "web-identity";

/// A role for a token that something else keeps in a file, such as a service account's in EKS.
///
/// The file is read again each time: whoever keeps it, replaces it.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebIdentity {
    token_file: PathBuf,
    role_arn: RoleArn,
    session_name: Option<String>,
    sts: Sts,
    chosen_by: String,
}

impl WebIdentity {
    /// A role, and the file with the token for it; `chosen_by` is for messages.
    pub fn new(token_file: PathBuf, role_arn: RoleArn, sts: Sts, chosen_by: String) -> Self {
        Self { token_file, role_arn, session_name: None, sts, chosen_by }
    }

    /// With a name that `CloudTrail` will show.
    #[must_use]
    pub fn with_session_name(mut self, name: Option<String>) -> Self {
        self.session_name = name;
        self
    }

    async fn assume(&self, world: &World) -> Result<Answer, ProvideError> {
        let failed = |kind, error: Box<dyn std::error::Error + Send + Sync>| {
            ProvideError::new(NAME, kind, error).chosen_by(&self.chosen_by)
        };
        let unreadable = |source| {
            let token_file = self.token_file.clone();
            failed(ProvideErrorKind::Refused, Unreadable { token_file, source }.into())
        };
        let bytes = world.files.read(&self.token_file).map_err(unreadable)?;
        // A JWT holds no white space; an editor or a shell may have added a line end.
        let token = std::str::from_utf8(&bytes).map(str::trim_ascii).unwrap_or_default();
        if token.is_empty() {
            return Err(unreadable(std::io::ErrorKind::InvalidData.into()));
        }
        let token = Secret::new(token);
        let name = match &self.session_name {
            Some(name) => RoleSessionName::new(name)
                .map_err(|error| failed(ProvideErrorKind::Configuration, error.into()))?,
            None => RoleSessionName::generate(world.clock.now()),
        };
        let at = self.sts.endpoint(world).await;
        let at = at.map_err(|error| failed(ProvideErrorKind::Configuration, error.into()))?;
        let ask = AssumeRoleWithWebIdentity::new(&self.role_arn, &name, &token);
        match world.call(&at, &Anonymous, &ask).await {
            Ok(assumed) => Ok(Answer::Credentials(assumed.credentials)),
            Err(error) => Err(failed(sts_error_kind(&error), error.into())),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the web identity token in {} could not be read", token_file.display())]
struct Unreadable {
    token_file: PathBuf,
    #[source]
    source: std::io::Error,
}

impl Provider for WebIdentity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.assume(world))
    }
}

/// The file and the role that the environment names, or what is missing there.
pub(crate) fn named_in(vars: &Vars) -> Result<(&str, &str), &'static str> {
    match (vars.get("AWS_WEB_IDENTITY_TOKEN_FILE"), vars.get("AWS_ROLE_ARN")) {
        (Some(file), Some(arn)) => Ok((file, arn)),
        (None, _) => Err("AWS_WEB_IDENTITY_TOKEN_FILE is not set"),
        (_, None) => Err("AWS_ROLE_ARN is not set"),
    }
}

/// What the environment says of a web identity: nothing, unless both variables are there.
pub(crate) fn from_environment(
    world: &World,
    sts: &Sts,
) -> Result<Result<WebIdentity, Reason>, ProvideError> {
    let vars = &world.vars;
    let (file, arn) = match named_in(vars) {
        Ok(named) => named,
        Err(misses) => return Ok(Err(Reason::new(NAME, misses))),
    };
    let arn = RoleArn::new(arn).map_err(|error| {
        ProvideError::new(NAME, ProvideErrorKind::Configuration, error).chosen_by("AWS_ROLE_ARN")
    })?;
    let by = "AWS_WEB_IDENTITY_TOKEN_FILE".to_owned();
    let name = vars.get("AWS_ROLE_SESSION_NAME").map(str::to_owned);
    Ok(Ok(WebIdentity::new(file.into(), arn, sts.clone(), by).with_session_name(name)))
}
