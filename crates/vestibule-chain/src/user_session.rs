use std::time::Duration;

use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{GetSessionToken, Mfa};
use vestibule_world::{BoxFuture, CallError, World};

use crate::assume_role::sts_error_kind;
use crate::{MfaPrompt, Sts};

const NAME: &str = "session-token";

/// Temporary keys of an IAM user, for policies that ask for MFA; no setting of AWS's chooses it.
///
/// Keep it in a [`Cached`](vestibule_provider::Cached) by its strict policy: whenever it is asked,
/// so is a person.
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
    /// For the user whose lasting keys the source has, from this STS.
    pub fn new(source: P, sts: Sts) -> Self {
        Self { source, sts, duration: None, device: None, prompt: MfaPrompt::default() }
    }

    /// With keys that last this long: 15 minutes to 36 hours. Default: 12 hours.
    #[must_use]
    pub fn with_duration(mut self, duration: impl Into<Option<Duration>>) -> Self {
        self.duration = duration.into();
        self
    }

    /// With a code of this device, by its ARN or serial number.
    #[must_use]
    pub fn with_mfa(mut self, device: impl Into<String>, prompt: MfaPrompt) -> Self {
        self.device = Some(device.into());
        self.prompt = prompt;
        self
    }

    async fn keys(&self, world: &World) -> Result<Answer, ProvideError> {
        let keys = match self.source.provide(world).await? {
            Answer::Credentials(keys) => keys,
            absent @ Answer::NotConfigured(_) => return Ok(absent),
        };
        let (at, region) = self
            .sts
            .signed(world)
            .await
            .map_err(|error| ProvideError::new(NAME, ProvideErrorKind::Configuration, error))?;
        let code = match &self.device {
            None => None,
            Some(device) => Some(self.prompt.code(NAME, device).await?),
        };
        let mfa = self.device.as_deref().zip(code.as_ref());
        let mfa = mfa.map(|(serial, code)| Mfa { serial, code });
        let ask = GetSessionToken::default().with_duration(self.duration).with_mfa(mfa);
        let signer = Signer::new(keys, region, vestibule_sts::SERVICE);
        match world.call(&at, &signer, &ask).await {
            Ok(keys) => Ok(Answer::Credentials(keys)),
            Err(error) => {
                let kind = sts_error_kind(&error);
                Err(ProvideError::new(NAME, kind, Refused { source: error }))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("STS gave no temporary keys")]
struct Refused {
    #[source]
    source: CallError<vestibule_sts::Error>,
}

impl<P: Provider> Provider for UserSession<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.keys(world))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use vestibule_types::{Region, Secret};
    use vestibule_wire::{EndpointParams, Request};
    use vestibule_world::{block_on, memory};

    use super::*;

    const ANSWER: &str = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>\
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>\
        <SessionToken>hidden</SessionToken><Expiration>2026-01-01T12:00:00Z</Expiration>\
        </Credentials></GetSessionTokenResult></GetSessionTokenResponse>";

    #[test]
    fn the_code_goes_with_the_question() {
        let transport = memory::Transport::new(|request: Request| {
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            let expected = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900&\
                            SerialNumber=GAHT12345678&TokenCode=123456";
            assert_eq!(body, expected);
            Ok(http::Response::new(Bytes::from_static(ANSWER.as_bytes())))
        });
        let base = memory::world();
        let vars = base.vars.with("AWS_ACCESS_KEY_ID", "AKID");
        let vars = vars.with("AWS_SECRET_ACCESS_KEY", "hidden");
        let world = World { transport: Arc::new(transport), vars, ..base };
        let sts = Sts::of(EndpointParams::new(Region::new("us-east-1").unwrap()));
        let user = UserSession::new(crate::Environment, sts)
            .with_duration(Duration::from_secs(900))
            .with_mfa("GAHT12345678", MfaPrompt::blocking(|_| Ok(Secret::new("123456 "))));
        let Ok(Answer::Credentials(keys)) = block_on(user.provide(&world)) else { panic!() };
        assert_eq!(keys.access_key_id(), "ASIA");
        let user = user.with_mfa("GAHT12345678", MfaPrompt::default());
        let error = block_on(user.provide(&world)).unwrap_err();
        assert_eq!(error.kind(), ProvideErrorKind::CodeNeeded);
    }
}
