use std::time::Duration;

use aws_credential_types::provider::{SharedCredentialsProvider, token::SharedTokenProvider};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::app_name::AppName;
use aws_types::region::Region;
use vestibule::{Error, RetryMode, Session, Sourced};

use crate::client_settings;
use crate::identity_cache::ClientCache;
use crate::service_config::{ServiceConfig, origin};
use crate::{SessionCredentials, SessionToken};

/// The connect timeout of `aws-config`.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// Loads the configuration of the selected profile, in place of
/// `aws_config::load_defaults(BehaviorVersion::latest())`.
///
/// Without a configured region it is that of the EC2 instance; where there is no instance, that takes
/// a second.
///
/// # Errors
/// As [`sdk_config`]; a profile that is not valid.
pub async fn load() -> Result<SdkConfig, Error> {
    let session = Session::load().await?;
    let config = sdk_config(&session)?;
    if config.region().is_some() {
        return Ok(config);
    }
    Ok(config
        .into_builder()
        .region(session.region_or_instance().await.as_ref().map(region))
        .build())
}

/// Returns the configuration for clients that share a session: its credentials, its region, and all
/// client settings of the environment and the profile. Calls nothing.
///
/// The behavior version is the latest; [`SdkConfig::into_builder`] sets another one, and everything
/// else.
///
/// # Errors
/// A setting that is not valid, with its line.
pub fn sdk_config(session: &Session) -> Result<SdkConfig, Error> {
    let settings = session.settings();
    let credentials = SharedCredentialsProvider::new(SessionCredentials::new(session.clone()));
    let token = SharedTokenProvider::new(SessionToken::new(session.clone()));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .identity_cache(ClientCache::new(&credentials))
        .credentials_provider(credentials)
        .token_provider(token)
        .service_config(ServiceConfig::new(session.clone()))
        .region(session.region().map(region))
        .retry_config(retry(session))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .time_source(SharedTimeSource::default());
    config.set_sleep_impl(default_async_sleep());
    if let Some(url) = settings.endpoint_urls.for_every_service() {
        config.insert_origin("endpoint_url", origin(&url.origin));
        config.set_endpoint_url(Some(url.value.clone()));
    }
    config.set_use_fips(given(&settings.use_fips));
    config.set_use_dual_stack(given(&settings.use_dual_stack));
    // The session has validated it by the same rule.
    let app_name = settings.app_id.as_ref();
    config.set_app_name(app_name.and_then(|id| AppName::new(id.value.clone()).ok()));
    client_settings::apply_settings(session, &mut config)?;
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

/// Returns the value if it is set explicitly; clients have defaults of their own.
fn given(setting: &Sourced<bool>) -> Option<bool> {
    setting.origin.is_given().then_some(setting.value)
}
