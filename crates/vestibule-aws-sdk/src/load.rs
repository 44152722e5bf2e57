use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::{SharedCredentialsProvider, token::SharedTokenProvider};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::auth::{AuthSchemeId, AuthSchemePreference};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::checksum_config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::app_name::AppName;
use aws_types::endpoint_config::AccountIdEndpointMode;
use aws_types::region::{Region, SigningRegionSet};
use vestibule::{Error, RetryMode, Session, Sourced};

use crate::identity_cache::IdentityCache;
use crate::service_config::{ServiceConfig, origin};
use crate::{SessionCredentials, SessionToken};

/// As `aws-config` has it, whatever the files say.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// The configuration of the profile that the environment names, else `default`: what
/// `aws_config::load_defaults(BehaviorVersion::latest())` is for.
///
/// Where nobody named a region, it is that of the EC2 instance that this is; that there is none
/// takes a second to learn.
///
/// # Errors
/// As [`sdk_config`], and whatever is wrong with the profile.
pub async fn load() -> Result<SdkConfig, Error> {
    let session = Arc::new(Session::load().await?);
    let config = sdk_config(&session)?;
    if config.region().is_some() {
        return Ok(config);
    }
    Ok(config
        .into_builder()
        .region(session.region_or_instance().await.as_ref().map(region))
        .build())
}

/// The configuration for clients that share a session: its credentials, its region, and all
/// settings of clients that the environment and the profile hold. Asks nobody for anything.
///
/// The behavior version is the latest; for another one, and for whatever else code knows better,
/// there is [`SdkConfig::into_builder`].
///
/// # Errors
/// A setting that makes no sense, with the line it is on.
pub fn sdk_config(session: &Arc<Session>) -> Result<SdkConfig, Error> {
    let settings = session.settings();
    let credentials = SharedCredentialsProvider::new(SessionCredentials::new(session.clone()));
    let token = SharedTokenProvider::new(SessionToken::new(session.clone()));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .identity_cache(IdentityCache::new(&credentials))
        .credentials_provider(credentials)
        .token_provider(token)
        .service_config(ServiceConfig::new(session.clone()))
        .region(session.region().map(region))
        .retry_config(retry(session))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .time_source(SharedTimeSource::default());
    config.set_sleep_impl(default_async_sleep());
    if let Some(url) = settings.endpoint_urls.of_all() {
        config.insert_origin("endpoint_url", origin(&url.origin));
        config.set_endpoint_url(Some(url.value.clone()));
    }
    config.set_use_fips(given(&settings.use_fips));
    config.set_use_dual_stack(given(&settings.use_dual_stack));
    // The session has checked it by the same rule.
    let app_name = settings.app_id.as_ref();
    config.set_app_name(app_name.and_then(|id| AppName::new(id.value.clone()).ok()));
    settings_of_clients(session, &mut config)?;
    Ok(config.build())
}

fn region(region: &vestibule::Region) -> Region {
    Region::new(region.as_str().to_owned())
}

fn retry(session: &Session) -> RetryConfig {
    let settings = session.settings();
    let config = match settings.retry_mode.value {
        RetryMode::Adaptive => RetryConfig::adaptive(),
        _ => RetryConfig::standard(),
    };
    config.with_max_attempts(settings.max_attempts.value.get())
}

/// What vestibule itself has no use for.
fn settings_of_clients(
    session: &Session,
    config: &mut aws_types::sdk_config::Builder,
) -> Result<(), Error> {
    const BOOLEAN: (&str, &str) = ("a boolean", "`true` or `false`");
    const CHECKSUMS: (&str, &str) = ("a rule for checksums", "`when_supported` or `when_required`");
    config.set_account_id_endpoint_mode(session.setting_as(
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode"),
        ("an endpoint mode", "`preferred`, `disabled` or `required`"),
        |text| AccountIdEndpointMode::from_str(text).ok(),
    )?);
    let request = session.setting_as(
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation"),
        CHECKSUMS,
        |text| RequestChecksumCalculation::from_str(text).ok(),
    )?;
    config.set_request_checksum_calculation(request.or(Some(<_>::default())));
    let response = session.setting_as(
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation"),
        CHECKSUMS,
        |text| ResponseChecksumValidation::from_str(text).ok(),
    )?;
    config.set_response_checksum_validation(response.or(Some(<_>::default())));
    config.set_disable_request_compression(session.setting_as(
        ("AWS_DISABLE_REQUEST_COMPRESSION", "disable_request_compression"),
        BOOLEAN,
        boolean,
    )?);
    config.set_disable_clock_skew_correction(session.setting_as(
        ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "disable_clock_skew_correction"),
        BOOLEAN,
        boolean,
    )?);
    config.set_request_min_compression_size_bytes(session.setting_as(
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "request_min_compression_size_bytes"),
        ("a size", "a number of bytes"),
        |text| text.parse().ok(),
    )?);
    config.set_auth_scheme_preference(session.setting_as(
        ("AWS_AUTH_SCHEME_PREFERENCE", "auth_scheme_preference"),
        ("a list of auth schemes", "names such as `sigv4`, separated by commas"),
        auth_schemes,
    )?);
    config.set_sigv4a_signing_region_set(session.setting_as(
        ("AWS_SIGV4A_SIGNING_REGION_SET", "sigv4a_signing_region_set"),
        ("a set of regions", "regions or `*`, separated by commas"),
        |text| names(text).map(SigningRegionSet::from_iter),
    )?);
    Ok(())
}

/// What somebody said, and not what holds when nothing is said: that is for clients to know.
fn given(setting: &Sourced<bool>) -> Option<bool> {
    setting.origin.is_given().then_some(setting.value)
}

fn boolean(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// `aws.auth#sigv4` and `sigv4` mean the same.
fn auth_schemes(text: &str) -> Option<AuthSchemePreference> {
    let name = |name: &str| {
        let name = name.rsplit('#').next().unwrap_or(name);
        AuthSchemeId::from(std::borrow::Cow::Owned(name.to_owned()))
    };
    Some(names(text)?.map(name).collect::<Vec<_>>().into())
}

/// The names of a list, of which there is at least one and none is empty.
fn names(text: &str) -> Option<impl Iterator<Item = &str>> {
    let names = || text.split(',').map(str::trim);
    names().all(|name| !name.is_empty()).then(names)
}
