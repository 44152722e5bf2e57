use std::time::Duration;

use vestibule_provider::{Error, ErrorKind, Lookup, Provider};
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{GetSessionToken, Mfa};
use vestibule_world::{BoxFuture, CallError, World};

use crate::sts::sts_error_kind;
use crate::{MfaPrompt, Sts};

const NAME: &str = "session-token";

/// Temporary credentials of an IAM user (`GetSessionToken`), for IAM policies that require MFA.
///
/// No AWS setting selects it. Each call prompts for a code, so keep it in a
/// [`Cached`](vestibule_provider::Cached) with the strict policy.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>
#[derive(Clone, Debug)]
pub struct UserSession<P> {
    source: P,
    sts: Sts,
    duration: Option<Duration>,
    device: Option<String>,
    prompt: MfaPrompt,
}

impl<P: Provider> UserSession<P> {
    /// Requests credentials for the user whose long-term keys the source has.
    pub fn new(source: P, sts: Sts) -> Self {
        Self { source, sts, duration: None, device: None, prompt: MfaPrompt::default() }
    }

    /// Sets the lifetime of the credentials: 15 minutes to 36 hours. Default: 12 hours.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// Adds a code of this MFA device, named by its ARN or serial number.
    #[must_use]
    pub fn with_mfa(mut self, device: impl Into<String>, prompt: MfaPrompt) -> Self {
        self.device = Some(device.into());
        self.prompt = prompt;
        self
    }

    async fn request(&self, world: &World) -> Result<Lookup, Error> {
        let keys = match self.source.provide(world).await? {
            Lookup::Credentials(keys) => keys,
            skipped @ Lookup::NotConfigured(_) => return Ok(skipped),
        };
        let (endpoint, region) = self
            .sts
            .endpoint_and_region(world)
            .await
            .map_err(|error| Error::new(NAME, ErrorKind::Configuration, error))?;
        let code = match &self.device {
            None => None,
            Some(device) => Some(self.prompt.code(NAME, device).await?),
        };
        let mfa = self.device.as_deref().zip(code.as_ref());
        let mfa = mfa.map(|(serial, code)| Mfa { serial, code });
        let operation = GetSessionToken::default().with_duration(self.duration).with_mfa(mfa);
        let signer = Signer::new(keys, region, vestibule_sts::SERVICE);
        match world.call(&endpoint, &signer, &operation).await {
            Ok(keys) => Ok(Lookup::Credentials(keys)),
            Err(error) => {
                let kind = sts_error_kind(&error);
                Err(Error::new(NAME, kind, RequestFailed { source: error }))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("STS gave no temporary credentials")]
struct RequestFailed {
    #[source]
    source: CallError<vestibule_sts::Error>,
}

impl<P: Provider> Provider for UserSession<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(self.request(world))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use vestibule_provider::RefreshPolicy;
    use vestibule_types::{Region, Secret};
    use vestibule_wire::{EndpointParams, Request};
    use vestibule_world::{block_on, memory};

    use super::*;

    const RESPONSE: &str = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>\
        <SessionToken>hidden</SessionToken><Expiration>2026-01-01T12:00:00Z</Expiration>\
        </Credentials></GetSessionTokenResult></GetSessionTokenResponse>";

    #[test]
    fn request_contains_mfa_code() {
        let transport = memory::Transport::new(|request: Request| {
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            let expected = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900&\
                            SerialNumber=GAHT12345678&TokenCode=123456";
            assert_eq!(body, expected);
            Ok(http::Response::new(Bytes::from_static(RESPONSE.as_bytes())))
        });
        let base = memory::world();
        let vars = base.vars.with("AWS_ACCESS_KEY_ID", "AKID");
        let vars = vars.with("AWS_SECRET_ACCESS_KEY", "hidden");
        let world = World { transport: Arc::new(transport), vars, ..base };
        let sts = Sts::with_params(EndpointParams::new(Region::new("us-east-1").unwrap()));
        let user = UserSession::new(crate::Environment, sts)
            .with_duration(Duration::from_secs(900))
            .with_mfa("GAHT12345678", MfaPrompt::blocking(|_| Ok(Secret::new("123456 "))));
        let Ok(Lookup::Credentials(keys)) = block_on(user.provide(&world)) else { panic!() };
        assert_eq!(keys.access_key_id(), "ASIA");
        // A refresh costs the user a code.
        assert_eq!((user.name(), user.refresh_policy()), ("session-token", RefreshPolicy::Strict));
        let user = user.with_mfa("GAHT12345678", MfaPrompt::default());
        let error = block_on(user.provide(&world)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CodeNeeded);
    }
}
