//! Settings: order of precedence, and errors.

use expect_test::{Expect, expect};
use vestibule_profile::{AccountIdEndpointMode, Files, Overrides, RetryMode, Settings, settings};
use vestibule_types::Region;

fn settings_of(config: &str, vars: &[(&str, &str)]) -> Settings {
    let files = Files::from_texts(config, "");
    settings(&files, &vars.iter().copied().collect(), &Overrides::default()).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "a table reads better without `&`")]
#[track_caller]
fn check_error(config: &str, vars: &[(&str, &str)], expect: Expect) {
    let files = Files::from_texts(config, "");
    let error = settings(&files, &vars.iter().copied().collect(), &Overrides::default());
    expect.assert_eq(&error.unwrap_err().to_string());
}

#[track_caller]
fn region(config: &str, vars: &[(&str, &str)], expected: &str) {
    let found = settings_of(config, vars).region;
    assert_eq!(found.map_or("none".to_owned(), |region| region.to_string()), expected);
}

#[test]
fn region_follows_the_order_of_precedence() {
    let config = "[default]\nregion = eu-west-1\n";
    let both = [("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")];
    region(config, &both, "us-east-1 (AWS_REGION)");
    region(config, &both[1..], "us-east-2 (AWS_DEFAULT_REGION)");
    region(config, &[("AWS_REGION", "")], "eu-west-1 (~/.aws/config:2)");
    region("", &[], "none");
    let overrides =
        Overrides::default().with_region(Region::new("ap-south-1").unwrap(), "--region");
    let files = Files::from_texts(config, "");
    let found = settings(&files, &both.into_iter().collect(), &overrides).unwrap().region.unwrap();
    assert_eq!(found.to_string(), "ap-south-1 (--region)");
}

#[test]
fn region_is_read_along_source_profiles() {
    let chain = "[default]\nsource_profile = a\n[profile a]\nregion =\nsource_profile = b\n";
    region(
        &format!("{chain}[profile b]\nregion = eu-west-1\n"),
        &[],
        "eu-west-1 (~/.aws/config:7)",
    );
    region(chain, &[], "none");
    region("[default]\nsource_profile = default\n", &[], "none");
    region(&format!("{chain}[profile b]\nsource_profile = a\n"), &[], "none");
}

#[test]
fn settings_without_configuration_are_defaults() {
    let found = settings_of("", &[]);
    assert_eq!(found.use_fips.to_string(), "false (default)");
    assert_eq!(found.use_dual_stack.to_string(), "false (default)");
    assert_eq!(found.max_attempts.to_string(), "3 (default)");
    assert_eq!(found.retry_mode.value, RetryMode::Standard);
    assert_eq!(found.account_id_endpoint_mode.value, AccountIdEndpointMode::Preferred);
    assert!(found.endpoint_urls.get("sts").is_none());
    assert!(!found.metadata.disabled().value);
}

#[test]
fn settings_are_read_from_environment_and_profile() {
    let found = settings_of(
        "[default]\nuse_fips_endpoint = True\nca_bundle = /ca.pem\nmax_attempts = 5\n\
         retry_mode = adaptive\nsdk_ua_app_id = app\naws_account_id = 111122223333\n\
         account_id_endpoint_mode = required\nmetadata_service_timeout = 5\n\
         ec2_metadata_service_endpoint_mode = IPv7\ndisable_ec2_metadata = true\n\
         disable_clock_skew_correction = true\n",
        &[
            ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE"),
            ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "false"),
            ("AWS_MAX_ATTEMPTS", "7"),
        ],
    );
    let skew = found.disable_clock_skew_correction;
    assert_eq!(skew.to_string(), "false (AWS_DISABLE_CLOCK_SKEW_CORRECTION)");
    assert_eq!(found.use_fips.to_string(), "true (~/.aws/config:2)");
    assert_eq!(found.use_dual_stack.to_string(), "true (AWS_USE_DUALSTACK_ENDPOINT)");
    assert_eq!(found.ca_bundle.unwrap().value.to_str(), Some("/ca.pem"));
    assert_eq!(found.max_attempts.to_string(), "7 (AWS_MAX_ATTEMPTS)");
    assert_eq!(found.retry_mode.value, RetryMode::Adaptive);
    assert_eq!(found.app_id.unwrap().to_string(), "app (~/.aws/config:6)");
    assert_eq!(found.account_id.unwrap().to_string(), "111122223333 (~/.aws/config:7)");
    assert_eq!(found.account_id_endpoint_mode.value, AccountIdEndpointMode::Required);
    assert_eq!(found.metadata.disabled().to_string(), "true (~/.aws/config:11)");
    assert_eq!(found.metadata.endpoint_mode().unwrap().text(), "IPv7");
    assert_eq!(found.metadata.timeout().unwrap().unwrap().value.as_secs(), 5);
    assert!(found.metadata.attempts().unwrap().is_none());
    let found = settings_of(
        "[default]\nec2_metadata_service_endpoint = http://[::1]\nmetadata_service_num_attempts = 4\n",
        &[],
    );
    assert_eq!(found.metadata.endpoint().unwrap().text(), "http://[::1]");
    assert_eq!(found.metadata.attempts().unwrap().unwrap().value.get(), 4);
}

#[test]
fn url_for_every_service_is_of_the_environment_or_the_profile() {
    let config = "[default]\nendpoint_url = http://profile\n";
    for (vars, expected) in [
        (&[][..], "http://profile (~/.aws/config:2)"),
        (&[("AWS_ENDPOINT_URLS", "http://other")][..], "http://profile (~/.aws/config:2)"),
        (&[("AWS_ENDPOINT_URL", "http://all")][..], "http://all (AWS_ENDPOINT_URL)"),
    ] {
        let urls = settings_of(config, vars).endpoint_urls;
        assert_eq!(urls.for_every_service().unwrap().to_string(), expected);
        assert_eq!(urls.get("sts").unwrap().to_string(), expected);
    }
}

#[test]
fn invalid_setting_is_an_error_with_its_place() {
    check_error(
        "[default]\nuse_fips_endpoint = yes\n",
        &[],
        expect![
            "`use_fips_endpoint` is `yes`, which is not a boolean: expected `true` or `false` (~/.aws/config:2:21)"
        ],
    );
    check_error(
        "",
        &[("AWS_MAX_ATTEMPTS", "0")],
        expect![
            "`max_attempts` is `0`, which is not a number of attempts: expected 1 or more (AWS_MAX_ATTEMPTS)"
        ],
    );
    check_error(
        "",
        &[("AWS_RETRY_MODE", "sometimes")],
        expect![
            "`retry_mode` is `sometimes`, which is not a retry mode: expected `standard` or `adaptive` (AWS_RETRY_MODE)"
        ],
    );
    check_error(
        "",
        &[("AWS_SDK_UA_APP_ID", "my app")],
        expect![
            "`sdk_ua_app_id` is `my app`, which is not an app id: expected letters, digits and !#$%&'*+-.^_`|~ (AWS_SDK_UA_APP_ID)"
        ],
    );
    check_error(
        "[default]\nregion = us east 1\n",
        &[],
        expect![
            "`region` is `us east 1`, which is not a region: expected a name such as `us-east-1` (~/.aws/config:2:10)"
        ],
    );
    check_error(
        "[default]\nservices = x\n",
        &[],
        expect![
            "services section `x` (referenced by profile `default`) was not found (~/.aws/config:2) in ~/.aws/config"
        ],
    );
    check_error(
        "[default]\nservices = x\n[services x]\nsts =\n  endpoint_url\n",
        &[],
        expect!["~/.aws/config:5:15: expected `name = value` in the block of an empty property"],
    );
}

#[test]
fn endpoint_url_follows_the_order_of_precedence() {
    let config = "\
[default]
services = local
endpoint_url = http://127.0.0.1:1
[services local]
SSO_OIDC =
  Endpoint_URL = http://127.0.0.1:2
sso-oidc =
  endpoint_url = http://127.0.0.1:3
api-gateway =
  endpoint_url = http://127.0.0.1:4
sts =
  endpoint_url =
";
    let url = |vars: &[(&str, &str)], service: &str| {
        settings_of(config, vars).endpoint_urls.get(service).unwrap().to_string()
    };
    assert_eq!(url(&[], "SSO OIDC"), "http://127.0.0.1:2 (~/.aws/config:6)");
    assert_eq!(url(&[], "sso-oidc"), "http://127.0.0.1:2 (~/.aws/config:6)");
    assert_eq!(url(&[], "API Gateway"), "http://127.0.0.1:4 (~/.aws/config:10)");
    assert_eq!(url(&[], "sts"), "http://127.0.0.1:1 (~/.aws/config:3)");
    let vars = [("AWS_ENDPOINT_URL", "http://g"), ("AWS_ENDPOINT_URL_SSO_OIDC", "http://s")];
    assert_eq!(url(&vars, "sso_oidc"), "http://s (AWS_ENDPOINT_URL_SSO_OIDC)");
    assert_eq!(url(&vars, "sts"), "http://g (AWS_ENDPOINT_URL)");
    let ignored =
        settings_of("[default]\nservices = x\nignore_configured_endpoint_urls = true\n", &vars);
    assert!(ignored.endpoint_urls.get("sts").is_none());
    assert_eq!(ignored.endpoint_urls.ignored().to_string(), "true (~/.aws/config:3)");
}
