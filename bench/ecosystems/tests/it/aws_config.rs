//! Compares the `SdkConfig` of vestibule with that of `aws-config` for the same files and environment.

use std::sync::Arc;

use ::aws_config::BehaviorVersion;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_types::SdkConfig;
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::service_config::ServiceConfigKey;
use vestibule::Session;
use vestibule::world::{World, memory};
use vestibule_aws_sdk::{https_client, sdk_config};

type Pairs<'a> = &'a [(&'a str, &'a str)];

const KEYS: &str = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hush\n";
/// Disables instance metadata, so that no client requests the region from it.
const NO_INSTANCE_METADATA: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

async fn theirs(config: &str, vars: Pairs<'_>) -> SdkConfig {
    let vars = [&[("HOME", "/home"), NO_INSTANCE_METADATA], vars].concat();
    ::aws_config::defaults(BehaviorVersion::latest())
        .fs(Fs::from_slice(&[("/home/.aws/config", config)]))
        .env(Env::from_slice(&vars))
        .http_client(https_client())
        .load()
        .await
}

fn ours(config: &str, vars: Pairs<'_>) -> SdkConfig {
    let vars = [&[("HOME", "/home"), NO_INSTANCE_METADATA], vars].concat();
    let world = World {
        vars: vars.into_iter().collect(),
        files: Arc::new(memory::Files::default().with("/home/.aws/config", config)),
        ..memory::world()
    };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let config = sdk_config(&session).unwrap();
    config.into_builder().http_client(https_client()).build()
}

/// Returns every field of a configuration with its name.
async fn fields(config: &SdkConfig) -> Vec<(&'static str, String)> {
    let text = |value: &dyn std::fmt::Debug| format!("{value:?}");
    let mut fields = vec![
        ("region", text(&config.region())),
        ("endpoint_url", text(&config.endpoint_url())),
        ("endpoint_url by code", text(&config.get_origin("endpoint_url").is_client_config())),
        ("use_fips", text(&config.use_fips())),
        ("use_dual_stack", text(&config.use_dual_stack())),
        ("retry_config", text(&config.retry_config())),
        ("timeout_config", text(&config.timeout_config())),
        ("app_name", text(&config.app_name())),
        ("framework_metadata", text(&config.framework_metadata())),
        ("behavior_version", text(&config.behavior_version())),
        ("account_id_endpoint_mode", text(&config.account_id_endpoint_mode())),
        ("auth_scheme_preference", text(&config.auth_scheme_preference())),
        ("sigv4a_signing_region_set", text(&config.sigv4a_signing_region_set())),
        ("request_checksum_calculation", text(&config.request_checksum_calculation())),
        ("response_checksum_validation", text(&config.response_checksum_validation())),
        ("disable_request_compression", text(&config.disable_request_compression())),
        ("request_min_compression", text(&config.request_min_compression_size_bytes())),
        ("disable_clock_skew_correction", text(&config.disable_clock_skew_correction())),
        ("stalled_stream_protection", text(&config.stalled_stream_protection())),
        ("protocol", text(&config.protocol().is_some())),
        ("http_client", text(&config.http_client().is_some())),
        ("sleep_impl", text(&config.sleep_impl().is_some())),
        ("time_source", text(&config.time_source().is_some())),
        ("identity_cache", text(&config.identity_cache().is_some())),
        ("token_provider", text(&config.token_provider().is_some())),
    ];
    let provider = config.credentials_provider().unwrap();
    let credentials = provider.provide_credentials().await;
    let credentials = credentials.map(|found| {
        let account = found.account_id().map(|id| id.as_str().to_owned());
        let token = found.session_token().map(str::to_owned);
        let (id, secret) = (found.access_key_id(), found.secret_access_key());
        format!("{id} {secret} {token:?} {:?} {account:?}", found.expiry())
    });
    fields.push(("credentials", text(&credentials.ok())));
    for (service, variable, key) in [
        ("S3", "AWS_ENDPOINT_URL", "endpoint_url"),
        ("SSO OIDC", "AWS_ENDPOINT_URL", "endpoint_url"),
        ("STS", "AWS_ENDPOINT_URL", "endpoint_url"),
        ("S3", "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "s3_disable_express_session_auth"),
    ] {
        let service_key =
            ServiceConfigKey::builder().service_id(service).env(variable).profile(key);
        let found = config.service_config().unwrap().load_config(service_key.build().unwrap());
        fields.push((service, format!("{key} {found:?}")));
    }
    fields
}

/// Compares both configurations for these lines in the default profile and sections after it.
async fn check(lines: &str, sections: &str, vars: Pairs<'_>) {
    let config = format!("[default]\n{KEYS}{lines}\n{sections}");
    let theirs = fields(&theirs(&config, vars).await).await;
    let ours = fields(&ours(&config, vars)).await;
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(ours, theirs, "{config}{vars:?}");
    }
}

#[tokio::test]
async fn empty_profile_has_equal_config() {
    check("", "", &[]).await;
}

#[tokio::test]
async fn regions_are_equal() {
    check("region = eu-central-1", "", &[]).await;
    check("region = eu-central-1", "", &[("AWS_REGION", "us-west-2")]).await;
    check("region = eu-central-1", "", &[("AWS_DEFAULT_REGION", "us-west-2")]).await;
}

#[tokio::test]
async fn profiles_and_credentials_are_equal() {
    let other = "[profile other]\nregion = us-west-2\naws_access_key_id = AKIDOTHER\n\
                 aws_secret_access_key = other\naws_session_token = token\n";
    check("region = eu-central-1", other, &[("AWS_PROFILE", "other")]).await;
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "env"),
        ("AWS_SESSION_TOKEN", "t"),
    ];
    check("", other, &keys).await;
}

#[tokio::test]
async fn endpoints_are_equal() {
    let services = "[services mine]\ns3 =\n  endpoint_url = http://s3.test\n\
                    sso-oidc =\n  endpoint_url = http://oidc.test\n";
    let url = "endpoint_url = http://all.test\nservices = mine";
    let everywhere = ("AWS_ENDPOINT_URL", "http://env.test");
    let s3 = ("AWS_ENDPOINT_URL_S3", "http://s3.env.test");
    check("endpoint_url = http://all.test", "", &[]).await;
    check(url, services, &[]).await;
    check(url, services, &[everywhere]).await;
    check(url, services, &[s3]).await;
    check(url, services, &[everywhere, s3]).await;
    check(url, services, &[s3, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).await;
    check(&format!("{url}\nignore_configured_endpoint_urls = true"), services, &[s3]).await;
    check("s3_disable_express_session_auth = true", "", &[]).await;
    check("use_fips_endpoint = true\nuse_dualstack_endpoint = false", "", &[]).await;
    let env = [("AWS_USE_FIPS_ENDPOINT", "false"), ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE")];
    check("use_fips_endpoint = true\nuse_dualstack_endpoint = false", "", &env).await;
}

#[tokio::test]
async fn retry_settings_and_app_ids_are_equal() {
    check("max_attempts = 7", "", &[]).await;
    check("max_attempts = 7\nretry_mode = adaptive", "", &[("AWS_MAX_ATTEMPTS", "2")]).await;
    check("retry_mode = standard", "", &[("AWS_RETRY_MODE", "adaptive")]).await;
    check("sdk_ua_app_id = my-app", "", &[]).await;
    check("sdk-ua-app-id = my-app", "", &[]).await;
    check("sdk_ua_app_id = my-app", "", &[("AWS_SDK_UA_APP_ID", "other")]).await;
}

#[tokio::test]
async fn settings_of_the_aws_sdk_alone_are_equal() {
    let profile = "account_id_endpoint_mode = required\n\
                   request_checksum_calculation = when_required\n\
                   response_checksum_validation = WHEN_REQUIRED\n\
                   disable_request_compression = true\n\
                   request_min_compression_size_bytes = 100\n\
                   disable_clock_skew_correction = True\n\
                   auth_scheme_preference = aws.auth#sigv4a, httpBearerAuth\n\
                   sigv4a_signing_region_set = us-east-1, eu-west-1";
    check(profile, "", &[]).await;
    let env = [
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported"),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"),
        ("AWS_DISABLE_REQUEST_COMPRESSION", "false"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "7"),
        ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "false"),
        ("AWS_AUTH_SCHEME_PREFERENCE", "sigv4"),
        ("AWS_SIGV4A_SIGNING_REGION_SET", "*"),
    ];
    check(profile, "", &env).await;
}

#[test]
fn invalid_setting_is_an_error_with_its_line() {
    for (line, expected) in [
        ("max_attempts = 0", "~/.aws/config:2"),
        ("use_fips_endpoint = yes", "~/.aws/config:2"),
        ("request_min_compression_size_bytes = some", "~/.aws/config:2"),
        ("auth_scheme_preference = sigv4,", "~/.aws/config:2"),
    ] {
        let files = memory::Files::default();
        let files = files.with("/home/.aws/config", format!("[default]\n{line}\n"));
        let world = World { files: Arc::new(files), ..memory::world() };
        let session = Session::builder().world(world).load_blocking();
        let config = session.and_then(|it| sdk_config(&it));
        let error = config.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
