use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_sts::{AssumeRoleWithSaml, Limits};
use vestibule_types::{RoleArn, Secret};
use vestibule_wire::Anonymous;
use vestibule_world::{BoxFuture, CallError, World};

use crate::Sts;
use crate::assume_role::sts_error_kind;

const NAME: &str = "saml";

/// A role for whom a company's own identity provider vouches; no setting of AWS's chooses it.
///
/// Assertions work for five minutes, so one is asked for each time.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>
#[derive(Clone)]
pub struct Saml {
    role_arn: RoleArn,
    principal_arn: String,
    sts: Sts,
    duration: Option<Duration>,
    assertion: Arc<Assert>,
}

type Assert = dyn Fn() -> BoxFuture<'static, io::Result<Secret>> + Send + Sync;

impl Saml {
    /// The role; the identity provider, by its ARN in IAM; the STS to ask; and how to come by an
    /// assertion in base64.
    pub fn new(
        role_arn: RoleArn,
        principal_arn: impl Into<String>,
        sts: Sts,
        assertion: impl Fn() -> BoxFuture<'static, io::Result<Secret>> + Send + Sync + 'static,
    ) -> Self {
        let (principal_arn, assertion) = (principal_arn.into(), Arc::new(assertion));
        Self { role_arn, principal_arn, sts, duration: None, assertion }
    }

    /// With keys that last this long, if the role allows it. Default: an hour.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    async fn keys(&self, world: &World) -> Result<Answer, ProvideError> {
        let refused = |kind, error: Refused| ProvideError::new(NAME, kind, error);
        let at = self
            .sts
            .endpoint(world)
            .await
            .map_err(|error| ProvideError::new(NAME, ProvideErrorKind::Configuration, error))?;
        let assertion = (self.assertion)()
            .await
            .map_err(|source| refused(ProvideErrorKind::Refused, Refused::NoAssertion(source)))?;
        let mut limits = Limits::default();
        if let Some(duration) = self.duration {
            limits = limits.with_duration(duration);
        }
        let ask = AssumeRoleWithSaml::new(&self.role_arn, &self.principal_arn, &assertion)
            .with_limits(limits);
        match world.call(&at, &Anonymous, &ask).await {
            Ok(assumed) => Ok(Answer::Credentials(assumed.credentials)),
            Err(source) => {
                let role = self.role_arn.to_string();
                Err(refused(sts_error_kind(&source), Refused::ByService { role, source }))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("there is no SAML assertion")]
    NoAssertion(#[source] io::Error),
    #[error("role `{role}` could not be assumed")]
    ByService {
        role: String,
        #[source]
        source: CallError<vestibule_sts::Error>,
    },
}

impl fmt::Debug for Saml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saml")
            .field("role_arn", &self.role_arn)
            .field("principal_arn", &self.principal_arn)
            .field("sts", &self.sts)
            .finish_non_exhaustive()
    }
}

impl Provider for Saml {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.keys(world))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_types::Region;
    use vestibule_wire::{EndpointParams, Request};
    use vestibule_world::{block_on, memory};

    use super::*;

    const ANSWER: &str = "<AssumeRoleWithSAMLResponse><AssumeRoleWithSAMLResult><AssumedRoleUser>\
        <AssumedRoleId>AROA:ann</AssumedRoleId>\
        <Arn>arn:aws:sts::111122223333:assumed-role/ops/ann</Arn></AssumedRoleUser><Credentials>\
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>\
        <SessionToken>hidden</SessionToken><Expiration>2026-01-01T12:00:00Z</Expiration>\
        </Credentials></AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResponse>";

    #[test]
    fn an_assertion_is_asked_for_each_time_and_sent_unsigned() {
        let transport = memory::Transport::new(|request: Request| {
            assert!(!request.headers().contains_key("authorization"));
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            assert!(body.contains("&SAMLAssertion=PHNhbWw%2B&DurationSeconds=900"), "{body}");
            Ok(http::Response::new(Bytes::from_static(ANSWER.as_bytes())))
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let saml = |assertion: fn() -> io::Result<Secret>| {
            let sts = Sts::of(EndpointParams::new(Region::new("us-east-1").unwrap()));
            let role = RoleArn::new("arn:aws:iam::111122223333:role/ops").unwrap();
            let provider = "arn:aws:iam::111122223333:saml-provider/idp";
            let ask = move || Box::pin(async move { assertion() }) as BoxFuture<'static, _>;
            let saml = Saml::new(role, provider, sts, ask);
            block_on(saml.with_duration(Duration::from_secs(900)).provide(&world))
        };
        let Ok(Answer::Credentials(keys)) = saml(|| Ok(Secret::new("PHNhbWw+"))) else { panic!() };
        assert_eq!(keys.account_id().unwrap().as_str(), "111122223333");
        let error = saml(|| Err(io::ErrorKind::NotFound.into())).unwrap_err();
        assert_eq!(
            (error.kind(), &*error.to_string()),
            (ProvideErrorKind::Refused, "there is no SAML assertion")
        );
    }
}
