use std::io;
use std::path::PathBuf;

use vestibule_provider::{
    ChosenBy, Error, ErrorKind, Lookup, Provider, RefreshPolicy, SkippedSources,
};
use vestibule_sts::AssumeRoleWithWebIdentity;
use vestibule_types::{InvalidName, RoleArn, RoleSessionName, Secret, Vars};
use vestibule_wire::Anonymous;
use vestibule_world::{BoxFuture, World};

use crate::Sts;
use crate::sts::not_assumed;

/// The name of the source in messages.
pub(crate) const NAME: &str = "web-identity";

/// A role, assumed with a token from a file, such as that of a service account in EKS.
///
/// The file is read for each request, since the token in it is rotated.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebIdentity {
    /// `None`: those of the environment.
    settings: Option<Settings>,
    sts: Sts,
}

#[derive(Clone, Debug)]
struct Settings {
    token_file: PathBuf,
    role_arn: RoleArn,
    session_name: Option<RoleSessionName>,
    chosen_by: ChosenBy,
}

impl WebIdentity {
    /// Assumes this role with the token in this file; `chosen_by` is for errors.
    pub fn new(
        token_file: PathBuf,
        role_arn: RoleArn,
        session_name: Option<RoleSessionName>,
        sts: Sts,
        chosen_by: ChosenBy,
    ) -> Self {
        Self { settings: Some(Settings { token_file, role_arn, session_name, chosen_by }), sts }
    }

    /// Assumes the role that the environment names when credentials are requested.
    pub fn from_environment(sts: Sts) -> Self {
        Self { settings: None, sts }
    }

    async fn assume(&self, world: &World) -> Result<Lookup, Error> {
        let of_environment;
        let settings = match &self.settings {
            Some(settings) => settings,
            None => match variables(&world.vars) {
                Ok((file, arn)) => {
                    of_environment = Settings::from_environment(&world.vars, file, arn)?;
                    &of_environment
                }
                Err(missing) => {
                    return Ok(Lookup::NotConfigured(SkippedSources::new(NAME, missing)));
                }
            },
        };
        let token = settings.token(world)?;
        let name = match &settings.session_name {
            Some(name) => name,
            None => &RoleSessionName::generate(world.clock.now()),
        };
        let endpoint = self.sts.endpoint(world).await;
        let endpoint = endpoint.map_err(|error| settings.error(ErrorKind::Configuration, error))?;
        let request = AssumeRoleWithWebIdentity::new(&settings.role_arn, name, &token);
        match world.call(&endpoint, &Anonymous, &request).await {
            Ok(assumed) => Ok(Lookup::Credentials(assumed.credentials)),
            Err(error) => Err(not_assumed(NAME, &settings.role_arn, None, error)
                .with_chosen_by(settings.chosen_by.clone())),
        }
    }
}

/// Returns a function that makes the error of an invalid value of this variable.
fn invalid(variable: &'static str) -> impl FnOnce(InvalidName) -> Error {
    move |error| {
        Error::new(NAME, ErrorKind::Configuration, error)
            .with_chosen_by(ChosenBy::variable(variable))
    }
}

impl Settings {
    fn from_environment(vars: &Vars, file: &str, arn: &str) -> Result<Self, Error> {
        let role_arn = RoleArn::new(arn).map_err(invalid("AWS_ROLE_ARN"))?;
        let session_name = vars.get("AWS_ROLE_SESSION_NAME").map(RoleSessionName::new).transpose();
        let session_name = session_name.map_err(invalid("AWS_ROLE_SESSION_NAME"))?;
        let chosen_by = ChosenBy::variable("AWS_WEB_IDENTITY_TOKEN_FILE");
        Ok(Self { token_file: file.into(), role_arn, session_name, chosen_by })
    }

    fn token(&self, world: &World) -> Result<Secret, Error> {
        let unreadable = |source: io::Error| {
            let token_file = self.token_file.clone();
            self.error(ErrorKind::Refused, Unreadable { token_file, source })
        };
        let bytes = world.files.read(&self.token_file).map_err(unreadable)?;
        // A JWT has no white space; an editor or a shell may have added a line break.
        match std::str::from_utf8(&bytes).map(str::trim_ascii) {
            Ok("") => Err(unreadable(io::Error::other("it is empty"))),
            Err(_) => Err(unreadable(io::Error::other("it is not UTF-8"))),
            Ok(token) => Ok(Secret::new(token)),
        }
    }

    fn error(
        &self,
        kind: ErrorKind,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error::new(NAME, kind, error).with_chosen_by(self.chosen_by.clone())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the web identity token in {} could not be read", token_file.display())]
struct Unreadable {
    token_file: PathBuf,
    #[source]
    source: io::Error,
}

impl Provider for WebIdentity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.assume(world))
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }
}

/// Returns the token file and the role ARN of the environment, or the variable that is missing.
pub(crate) fn variables(vars: &Vars) -> Result<(&str, &str), &'static str> {
    match (vars.get("AWS_WEB_IDENTITY_TOKEN_FILE"), vars.get("AWS_ROLE_ARN")) {
        (Some(file), Some(arn)) => Ok((file, arn)),
        (None, _) => Err("AWS_WEB_IDENTITY_TOKEN_FILE is not set"),
        (_, None) => Err("AWS_ROLE_ARN is not set"),
    }
}
