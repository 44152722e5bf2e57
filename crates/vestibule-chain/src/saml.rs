use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use vestibule_provider::{Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_sts::{AssumeRoleWithSaml, Limits};
use vestibule_types::{RoleArn, Secret};
use vestibule_wire::Anonymous;
use vestibule_world::{BoxFuture, World};

use crate::Sts;
use crate::sts::not_assumed;

const NAME: &str = "saml";

/// A role, assumed with a SAML assertion of a company's own identity provider.
///
/// No AWS setting selects it. An assertion is valid for five minutes, so each call requests a new
/// one.
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
    /// Assumes this role at this STS endpoint. `principal_arn` is the ARN of the identity provider
    /// in IAM, and `assertion` returns an assertion in base64.
    #[inline]
    pub fn new(
        role_arn: RoleArn,
        principal_arn: impl Into<String>,
        sts: Sts,
        assertion: impl Fn() -> BoxFuture<'static, io::Result<Secret>> + Send + Sync + 'static,
    ) -> Self {
        let (principal_arn, assertion) = (principal_arn.into(), Arc::new(assertion));
        Self { role_arn, principal_arn, sts, duration: None, assertion }
    }

    /// Sets the lifetime of the credentials, up to the maximum of the role. Default: an hour.
    #[must_use]
    #[inline]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    #[inline]
    async fn request(&self, world: &World) -> Result<Lookup, Error> {
        let endpoint = self
            .sts
            .endpoint(world)
            .await
            .map_err(|error| Error::new(NAME, ErrorKind::Configuration, error))?;
        let assertion = (self.assertion)()
            .await
            .map_err(|error| Error::new(NAME, ErrorKind::Refused, NoAssertion(error)))?;
        let mut limits = Limits::default();
        if let Some(duration) = self.duration {
            limits = limits.with_duration(duration);
        }
        let operation = AssumeRoleWithSaml::new(&self.role_arn, &self.principal_arn, &assertion)
            .with_limits(limits);
        match world.call(&endpoint, &Anonymous, &operation).await {
            Ok(assumed) => Ok(Lookup::Credentials(assumed.credentials)),
            Err(error) => Err(not_assumed(NAME, &self.role_arn, None, error)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no SAML assertion is available")]
struct NoAssertion(#[source] io::Error);

impl fmt::Debug for Saml {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saml")
            .field("role_arn", &self.role_arn)
            .field("principal_arn", &self.principal_arn)
            .field("sts", &self.sts)
            .finish_non_exhaustive()
    }
}

impl Provider for Saml {
    #[inline]
    fn name(&self) -> &'static str {
        NAME
    }

    #[inline]
    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.request(world))
    }

    #[inline]
    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_types::Region;
    use vestibule_wire::{EndpointParams, Request};
    use vestibule_world::{block_on, memory};

    use super::*;

    const RESPONSE: &str = "<AssumeRoleWithSAMLResponse><AssumeRoleWithSAMLResult><AssumedRoleUser>\
        <AssumedRoleId>AROA:ann</AssumedRoleId>\
        <Arn>arn:aws:sts::111122223333:assumed-role/ops/ann</Arn></AssumedRoleUser><Credentials>\
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>\
        <SessionToken>hidden</SessionToken><Expiration>2026-01-01T12:00:00Z</Expiration>\
        </Credentials></AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResponse>";

    #[test]
    fn assertion_is_requested_each_time_and_sent_unsigned() {
        let transport = memory::Transport::new(|request: Request| {
            assert!(!request.headers().contains_key("authorization"));
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            assert!(body.contains("&SAMLAssertion=PHNhbWw%2B&DurationSeconds=900"), "{body}");
            Ok(http::Response::new(Bytes::from_static(RESPONSE.as_bytes())))
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let saml = |assertion: fn() -> io::Result<Secret>| {
            let sts = Sts::with_params(EndpointParams::new(Region::new("us-east-1").unwrap()));
            let role = RoleArn::new("arn:aws:iam::111122223333:role/ops").unwrap();
            let provider = "arn:aws:iam::111122223333:saml-provider/idp";
            let assertion = move || Box::pin(async move { assertion() }) as BoxFuture<'static, _>;
            let saml = Saml::new(role, provider, sts, assertion);
            assert_eq!((saml.name(), saml.refresh_policy()), ("saml", RefreshPolicy::EARLY));
            block_on(saml.with_duration(Duration::from_secs(900)).provide(&world))
        };
        let Ok(Lookup::Credentials(keys)) = saml(|| Ok(Secret::new("PHNhbWw+"))) else { panic!() };
        assert_eq!(keys.account_id().unwrap().as_str(), "111122223333");
        let error = saml(|| Err(io::ErrorKind::NotFound.into())).unwrap_err();
        assert_eq!(
            (error.kind(), &*error.to_string()),
            (ErrorKind::Refused, "no SAML assertion is available")
        );
    }
}
