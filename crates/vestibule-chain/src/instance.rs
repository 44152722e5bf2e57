use std::time::Duration;

use vestibule_metadata::{
    GetInstanceCredentials, GetRegion, GetRoleName, GetToken, InstanceEndpointError, InstanceToken,
    RoleApi, extend_if_expired, instance_endpoint,
};
use vestibule_profile::{MetadataSettings, Setting};
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_types::{Credentials, Region};
use vestibule_wire::AnswerError;
use vestibule_world::{BoxFuture, CallError, TransportError, TransportErrorKind, World};

use crate::nearby::{LocalService, NearbyError, error_kind, status};

const NAME: &str = "instance";
/// For one exchange.
const WITHIN: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 4;

/// The credentials of an EC2 instance's role, from instance metadata version 2.
///
/// The first question is also how to find out whether there is an instance: who does not answer it
/// within a second (`metadata_service_timeout`) is not there, and a chain goes on. Any other
/// failure is one. Credentials that have expired are passed on as if they lasted a little longer
/// (see [`extend_if_expired`]). Version 1 is never used, and no token is kept: three small requests
/// an hour are not worth a state.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct InstanceMetadata {
    settings: MetadataSettings,
    endpoint: Option<String>,
    endpoint_mode: Option<String>,
    wants_account_id: bool,
}

impl InstanceMetadata {
    /// As the environment and the profile say.
    pub fn new(settings: MetadataSettings) -> Self {
        Self { settings, endpoint: None, endpoint_mode: None, wants_account_id: false }
    }

    /// Asks at this URL, whatever the settings say.
    #[must_use]
    pub fn with_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Asks at the address of this mode, `IPv4` or `IPv6`, unless a URL is set anywhere.
    #[must_use]
    pub fn with_endpoint_mode(mut self, mode: impl Into<String>) -> Self {
        self.endpoint_mode = Some(mode.into());
        self
    }

    /// Asks the extended API first, and says which account the credentials belong to where that is
    /// told. Default: neither, as in the SDK for Rust; on older systems it costs a request more.
    #[must_use]
    pub fn with_account_id(mut self) -> Self {
        self.wants_account_id = true;
        self
    }

    /// The region of the instance; `None` where there is no instance.
    ///
    /// # Errors
    /// As [`Provider::provide`].
    pub fn region<'a>(
        &'a self,
        world: &'a World,
    ) -> BoxFuture<'a, Result<Option<Region>, ProvideError>> {
        Box::pin(async move {
            let Ok((service, token)) = self.open(world).await? else { return Ok(None) };
            match service.call(world, &GetRegion { token: &token }).await {
                Ok(region) => Ok(Some(region)),
                Err(error) if status(&error) == Some(404) => Ok(None),
                Err(error) => Err(failed(&service, "gave no region", error)),
            }
        })
    }

    async fn ask(&self, world: &World) -> Result<Answer, ProvideError> {
        let (service, token) = match self.open(world).await? {
            Ok(open) => open,
            Err(reason) => return Ok(Answer::NotConfigured(reason)),
        };
        let keys = match self.keys(world, &service, &token).await {
            Ok(Some(keys)) => keys,
            Ok(None) => {
                return Ok(Answer::NotConfigured(Reason::new(NAME, "the instance has no role")));
            }
            Err(error) if is_not_trusted(&error) => {
                let what = "has a role that EC2 may not assume: see its trust policy";
                let source = Failure { at: service.at.url().to_owned(), what, source: error };
                return Err(ProvideError::new(NAME, ProvideErrorKind::Configuration, source));
            }
            Err(error) => return Err(failed(&service, "gave no credentials", error)),
        };
        match extend_if_expired(&keys, world.clock.now(), world.entropy.fraction()) {
            Some(extended) => {
                tracing::warn!(
                    expired = ?keys.expires(),
                    "the instance gave credentials that have expired; they are used on"
                );
                Ok(Answer::Credentials(extended))
            }
            None => Ok(Answer::Credentials(keys)),
        }
    }

    /// `None` if the instance has no role.
    async fn keys(
        &self,
        world: &World,
        service: &LocalService,
        token: &InstanceToken,
    ) -> Result<Option<Credentials>, NearbyError> {
        const BOTH: &[RoleApi] = &[RoleApi::Extended, RoleApi::Plain];
        let apis = if self.wants_account_id { BOTH } else { &[RoleApi::Plain] };
        for &api in apis {
            let role = match service.call(world, &GetRoleName { token, api }).await {
                Err(error) if status(&error) == Some(404) => continue,
                role => role?,
            };
            let question = GetInstanceCredentials { token, api, role: &role };
            let keys = service.call(world, &question).await?;
            let is_wanted = self.wants_account_id;
            return Ok(Some(if is_wanted { keys } else { keys.with_account_id(None) }));
        }
        Ok(None)
    }

    /// Finds out whether there is an instance.
    async fn open(
        &self,
        world: &World,
    ) -> Result<Result<(LocalService, InstanceToken), Reason>, ProvideError> {
        let disabled = self.settings.disabled();
        if disabled.value {
            return Ok(Err(Reason::new(NAME, format!("disabled ({})", disabled.origin))));
        }
        let service = self.service()?;
        match service.call(world, &GetToken).await {
            Ok(token) => Ok(Ok((service, token))),
            Err(CallError::Transport(error)) => Ok(Err(Reason::new(NAME, absent(&error)))),
            Err(error) if status(&error) == Some(403) => {
                let at = service.at.url().to_owned();
                let what = "is switched off, or not for this caller";
                let nobody_asked = self.endpoint.is_none() && self.settings.endpoint().is_none();
                let kind = if nobody_asked {
                    ProvideErrorKind::Closed
                } else {
                    ProvideErrorKind::Rejected
                };
                Err(ProvideError::new(NAME, kind, Failure { at, what, source: error }))
            }
            Err(error) => Err(failed(&service, "gave no token", error)),
        }
    }

    fn service(&self) -> Result<LocalService, ProvideError> {
        let set = |error: vestibule_profile::Error| {
            let by = error.origin().to_string();
            ProvideError::new(NAME, ProvideErrorKind::Configuration, error).chosen_by(&by)
        };
        let within = self.settings.timeout().map_err(set)?.map_or(WITHIN, |set| set.value);
        let attempts = self.settings.attempts().map_err(set)?;
        let attempts = attempts.map_or(ATTEMPTS, |set| set.value.get());
        let (url, mode) = (self.settings.endpoint(), self.settings.endpoint_mode());
        let at = instance_endpoint(
            self.endpoint.as_deref().or(url.map(Setting::text)),
            self.endpoint_mode.as_deref().or(mode.map(Setting::text)),
        );
        let at = at.map_err(|error| {
            let setting = match &error {
                InstanceEndpointError::Mode { .. } if self.endpoint_mode.is_none() => mode,
                InstanceEndpointError::Url(_) if self.endpoint.is_none() => url,
                // Whoever says it in code knows where.
                _ => None,
            };
            let error = ProvideError::new(NAME, ProvideErrorKind::Configuration, error);
            match setting {
                Some(setting) => error.chosen_by(&setting.origin().to_string()),
                None => error,
            }
        })?;
        Ok(LocalService { at, within, attempts, is_there: false })
    }
}

/// That nobody answers, and what may be behind it.
fn absent(error: &TransportError) -> String {
    let hint = match error.kind {
        TransportErrorKind::Timeout => {
            "; on an instance, inside a container, its hop limit has to be 2 or more"
        }
        _ => "",
    };
    format!("no instance metadata: {error}{hint}")
}

fn is_not_trusted(error: &NearbyError) -> bool {
    let code = "AssumeRoleUnauthorizedAccess";
    matches!(error, CallError::Answer(AnswerError::Service(refusal)) if refusal.is(code))
}

fn failed(service: &LocalService, what: &'static str, source: NearbyError) -> ProvideError {
    let kind = error_kind(&source);
    ProvideError::new(NAME, kind, Failure { at: service.at.url().to_owned(), what, source })
}

#[derive(Debug, thiserror::Error)]
#[error("instance metadata ({at}) {what}")]
struct Failure {
    at: String,
    what: &'static str,
    #[source]
    source: NearbyError,
}

impl Provider for InstanceMetadata {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(self.ask(world))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;
    use vestibule_profile::{Files, Overrides, settings};
    use vestibule_types::AccountId;
    use vestibule_wire::Request;
    use vestibule_world::{Clock, block_on, memory};

    use super::*;

    const KEYS: &str = r#"{"Code": "Success", "AccessKeyId": "AKID", "SecretAccessKey": "hidden",
        "Token": "hidden", "AccountId": "012345678901", "Expiration": "2026-01-01T01:00:00Z"}"#;
    const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
    const EXTENDED: &str = "/latest/meta-data/iam/security-credentials-extended/";

    /// An instance with role `it`; `answer` may say something else to a path.
    fn world(
        vars: &[(&str, &str)],
        answer: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
    ) -> (World, Arc<Mutex<Vec<String>>>) {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = asked.clone();
        let transport = memory::Transport::new(move |request: Request| {
            log.lock().unwrap().push(request.uri().to_string());
            let path = request.uri().path();
            let token = request.headers().get("x-aws-ec2-metadata-token");
            assert_eq!(token.is_some(), request.method() == "GET");
            let (status, body) = answer(path).unwrap_or_else(|| match path {
                "/latest/api/token" => (200, "token"),
                "/latest/meta-data/placement/region" => (200, "eu-north-1"),
                ROLES => (200, "it"),
                path if path.starts_with(ROLES) => (200, KEYS),
                _ => (404, "<html>"),
            });
            let body = Bytes::from_static(body.as_bytes());
            Ok(http::Response::builder().status(status).body(body).unwrap())
        });
        let base = memory::world();
        let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
        (World { vars, transport: Arc::new(transport), ..base }, asked)
    }

    fn instance(world: &World) -> InstanceMetadata {
        let files = Files::from_texts("", "");
        let settings = settings(&files, &world.vars, &Overrides::default()).unwrap();
        InstanceMetadata::new(settings.metadata)
    }

    fn say(world: &World, instance: &InstanceMetadata) -> String {
        match block_on(instance.provide(world)) {
            Ok(Answer::Credentials(keys)) => {
                let account = keys.account_id().map_or("no account", AccountId::as_str);
                format!("{} {} {account}", keys.access_key_id(), keys.expires().unwrap())
            }
            Ok(Answer::NotConfigured(reason)) => reason.to_string(),
            Err(error) => {
                let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
                let (kind, source) = (error.kind(), source.unwrap_or_default());
                let by = error.choice().map(|by| format!(" ({by})")).unwrap_or_default();
                format!("{kind:?} {error}{source}{by}")
            }
        }
    }

    #[track_caller]
    fn check(
        vars: &[(&str, &str)],
        answer: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
        expected: &str,
        requests: usize,
    ) {
        let (world, asked) = world(vars, answer);
        assert_eq!(say(&world, &instance(&world)), expected);
        assert_eq!(asked.lock().unwrap().len(), requests);
    }

    #[test]
    fn three_questions_make_credentials() {
        check(&[], |_| None, "AKID 2026-01-01T01:00:00Z no account", 3);
    }

    #[test]
    fn who_is_not_there_is_stepped_over() {
        let world = memory::world();
        let expected = "instance: no instance metadata: could not connect (169.254.169.254)";
        assert_eq!(say(&world, &instance(&world)), expected);
        let disabled = "instance: disabled (AWS_EC2_METADATA_DISABLED)";
        check(&[("AWS_EC2_METADATA_DISABLED", "True")], |_| None, disabled, 0);
        let no_role = |path: &str| (path == ROLES).then_some((404, ""));
        check(&[], no_role, "instance: the instance has no role", 2);
    }

    #[test]
    fn who_does_not_answer_within_a_second_is_not_there() {
        #[derive(Debug)]
        struct Silent;

        impl vestibule_world::Transport for Silent {
            fn send(
                &self,
                _request: Request,
            ) -> BoxFuture<'_, Result<vestibule_wire::Response, TransportError>> {
                Box::pin(std::future::pending())
            }
        }

        for (seconds, vars) in [(1, vec![]), (3, vec![("AWS_METADATA_SERVICE_TIMEOUT", "3")])] {
            let (world, _) = world(&vars, |_| None);
            let world = World { transport: Arc::new(Silent), ..world };
            let began = world.clock.now();
            assert_eq!(
                say(&world, &instance(&world)),
                "instance: no instance metadata: no answer in time (http://169.254.169.254); on \
                 an instance, inside a container, its hop limit has to be 2 or more"
            );
            assert_eq!(world.clock.now().saturating_since(began).as_secs(), seconds);
        }
    }

    #[test]
    fn who_is_there_and_refuses_is_not_stepped_over() {
        let at = "instance metadata (http://169.254.169.254)";
        let refused = |refused, with: (u16, &'static str)| {
            move |path: &str| (path == refused).then_some(with)
        };
        let token = "/latest/api/token";
        let role = "/latest/meta-data/iam/security-credentials/it";
        let no_reason = |status| format!("the service gave no reason (HTTP {status})");
        let expected =
            format!("Closed {at} is switched off, or not for this caller: {}", no_reason(403));
        check(&[], refused(token, (403, "")), &expected, 1);
        let expected = format!("Transient {at} gave no token: {}", no_reason(400));
        check(&[], refused(token, (400, "")), &expected, 1);
        let expected = format!("Transient {at} gave no token: {}", no_reason(503));
        check(&[], refused(token, (503, "")), &expected, 4);
        check(
            &[("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")],
            refused(token, (503, "")),
            &expected,
            1,
        );
        let expected = format!("Transient {at} gave no credentials: {}", no_reason(404));
        check(&[], refused(role, (404, "")), &expected, 3);
        let expected = format!("Transient {at} gave no credentials: Failed (HTTP 200)");
        check(&[], refused(role, (200, r#"{"Code": "Failed"}"#)), &expected, 3);
        let code = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot"}"#;
        let expected = format!(
            "Configuration {at} has a role that EC2 may not assume: see its trust policy: \
             AssumeRoleUnauthorizedAccess: EC2 cannot (HTTP 200)"
        );
        check(&[], refused(role, (200, code)), &expected, 3);
    }

    #[test]
    fn a_bad_setting_is_an_error_once_it_matters() {
        check(
            &[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv7")],
            |_| None,
            "Configuration `IPv7` is not a valid endpoint mode: expected `IPv4` or `IPv6` \
             (AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE)",
            0,
        );
        check(
            &[
                ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv7"),
                ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://there"),
            ],
            |_| None,
            "AKID 2026-01-01T01:00:00Z no account",
            3,
        );
    }

    #[test]
    fn expired_credentials_get_ten_to_fifteen_minutes() {
        let (mut world, _) = world(&[], |_| None);
        let late = memory::Clock::default();
        late.advance(Duration::from_secs(86_400));
        let now = late.now();
        world.clock = Arc::new(late);
        let answer = block_on(instance(&world).provide(&world)).unwrap();
        let Answer::Credentials(keys) = answer else { panic!() };
        let left = keys.expires().unwrap().saturating_since(now).as_secs();
        assert!((600..=900).contains(&left), "{left}");
    }

    #[test]
    fn an_account_is_asked_for_by_option_alone() {
        let extended = |path: &str| match path {
            EXTENDED => Some((200, "it")),
            path if path.starts_with(EXTENDED) => Some((200, KEYS)),
            _ => None,
        };
        let (new, asked) = world(&[], extended);
        let expected = "AKID 2026-01-01T01:00:00Z 012345678901";
        assert_eq!(say(&new, &instance(&new).with_account_id()), expected);
        assert!(asked.lock().unwrap().last().unwrap().ends_with("-extended/it"));

        let (old, asked) = world(&[], |_| None);
        assert_eq!(say(&old, &instance(&old).with_account_id()), expected);
        assert_eq!(asked.lock().unwrap().len(), 4);
    }

    #[test]
    fn the_region_of_the_instance() {
        let (here, _) = world(&[], |_| None);
        let region = block_on(instance(&here).region(&here)).unwrap();
        assert_eq!(region.unwrap().as_str(), "eu-north-1");
        let nowhere = memory::world();
        assert!(block_on(instance(&nowhere).region(&nowhere)).unwrap().is_none());
    }
}
