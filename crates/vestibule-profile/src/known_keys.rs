//! The known keys, and the rules for their values.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html> and
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html> (read 2026-11)

#![cfg_attr(
    not(feature = "lint"),
    expect(dead_code, reason = "the rules for values are those of `lint`")
)]

use std::borrow::Cow;

use vestibule_config::SectionKind;
use vestibule_types::printable;

use crate::similar::similar as similar_names;
use crate::{MisspelledKey, Setting, Sourced};

/// The rule for the value of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    Any,
    AccountId,
    Boolean,
    Duration,
    /// Digits, in a range.
    Number(u32, u32),
    Region,
    RoleArn,
    StartUrl,
    Url,
    /// One of a few words.
    Word(&'static [&'static str]),
}

const SESSION: &[(&str, Rule)] = &[
    ("sso_start_url", Rule::StartUrl),
    ("sso_region", Rule::Region),
    ("sso_registration_scopes", Rule::Any),
    ("vestibule_browser", Rule::Any),
    ("vestibule_sign_in_flow", FLOW),
    ("vestibule_token_store", TOKEN_STORE),
];

/// Of the program `vestibule`, in sessions and in profiles.
const FLOW: Rule = Rule::Word(&["auto", "pkce", "device-code"]);
const TOKEN_STORE: Rule = Rule::Word(&["files", "bridge", "sealed"]);

const PROFILE: &[(&str, Rule)] = &[
    ("account_id_endpoint_mode", Rule::Word(&["preferred", "disabled", "required"])),
    ("api_versions", Rule::Any),
    ("auth_scheme_preference", Rule::Any),
    ("aws_access_key_id", Rule::Any),
    ("aws_account_id", Rule::AccountId),
    ("aws_secret_access_key", Rule::Any),
    ("aws_security_token", Rule::Any),
    ("aws_session_token", Rule::Any),
    ("ca_bundle", Rule::Any),
    ("cli_auto_prompt", Rule::Word(&["on", "on-partial", "off"])),
    ("cli_binary_format", Rule::Word(&["base64", "raw-in-base64-out"])),
    ("cli_error_format", Rule::Any),
    ("cli_follow_urlparam", Rule::Boolean),
    ("cli_help_output", Rule::Any),
    ("cli_history", Rule::Word(&["enabled", "disabled"])),
    ("cli_pager", Rule::Any),
    ("cli_timestamp_format", Rule::Word(&["none", "wire", "iso8601"])),
    ("cloudwatch", Rule::Any),
    ("credential_process", Rule::Any),
    ("credential_source", Rule::Word(&["Environment", "EcsContainer", "Ec2InstanceMetadata"])),
    ("csm_client_id", Rule::Any),
    ("csm_clientid", Rule::Any),
    ("csm_enabled", Rule::Boolean),
    ("csm_host", Rule::Any),
    ("csm_port", Rule::Number(1, 65535)),
    ("ddb", Rule::Any),
    (
        "defaults_mode",
        Rule::Word(&["legacy", "standard", "cross-region", "in-region", "mobile", "auto"]),
    ),
    ("disable_clock_skew_correction", Rule::Boolean),
    ("disable_ec2_metadata", Rule::Boolean),
    ("disable_request_compression", Rule::Boolean),
    ("duration_seconds", Rule::Duration),
    ("ec2_metadata_service_endpoint", Rule::Url),
    ("ec2_metadata_service_endpoint_mode", Rule::Word(&["IPv4", "IPv6"])),
    ("ec2_metadata_v1_disabled", Rule::Boolean),
    ("endpoint_discovery_enabled", Rule::Word(&["true", "false", "auto"])),
    ("endpoint_url", Rule::Url),
    ("external_id", Rule::Any),
    ("ignore_configured_endpoint_urls", Rule::Boolean),
    ("imds_use_ipv6", Rule::Boolean),
    ("login_session", Rule::Any),
    ("max_attempts", Rule::Number(1, u32::MAX)),
    ("max_bandwidth", Rule::Any),
    ("max_concurrent_requests", Rule::Number(1, u32::MAX)),
    ("max_queue_size", Rule::Number(1, u32::MAX)),
    ("metadata_service_num_attempts", Rule::Number(1, u32::MAX)),
    ("metadata_service_timeout", Rule::Number(1, u32::MAX)),
    ("mfa_serial", Rule::Any),
    ("output", Rule::Word(&["json", "text", "table", "yaml", "yaml-stream", "off"])),
    ("parameter_validation", Rule::Boolean),
    ("region", Rule::Region),
    ("region_set", Rule::Any),
    ("request_checksum_calculation", Rule::Word(&["when_supported", "when_required"])),
    ("request_min_compression_size_bytes", Rule::Number(0, 10_485_760)),
    ("response_checksum_validation", Rule::Word(&["when_supported", "when_required"])),
    ("retry_mode", Rule::Word(&["standard", "adaptive", "legacy"])),
    ("role_arn", Rule::RoleArn),
    ("role_session_name", Rule::Any),
    ("s3", Rule::Any),
    ("s3_disable_express_session_auth", Rule::Boolean),
    ("s3_disable_multiregion_access_points", Rule::Boolean),
    ("s3_us_east_1_regional_endpoint", Rule::Word(&["legacy", "regional"])),
    ("s3_use_arn_region", Rule::Boolean),
    ("s3api", Rule::Any),
    ("sdk_ua_app_id", Rule::Any),
    ("sdk-ua-app-id", Rule::Any),
    ("services", Rule::Any),
    ("sigv4a_signing_region_set", Rule::Any),
    ("source_profile", Rule::Any),
    ("sso_account_id", Rule::AccountId),
    ("sso_region", Rule::Region),
    ("sso_registration_scopes", Rule::Any),
    ("sso_role_name", Rule::Any),
    ("sso_session", Rule::Any),
    ("sso_start_url", Rule::StartUrl),
    ("sts_regional_endpoints", Rule::Word(&["legacy", "regional"])),
    ("tcp_keepalive", Rule::Boolean),
    ("use_dualstack_endpoint", Rule::Boolean),
    ("use_fips_endpoint", Rule::Boolean),
    ("user_agent_extra", Rule::Any),
    ("vestibule_browser", Rule::Any),
    ("vestibule_sign_in_flow", FLOW),
    ("vestibule_token_store", TOKEN_STORE),
    ("web_identity_token_file", Rule::Any),
];

/// Beginnings of the keys of other tools.
const FOREIGN: &[&str] = &[
    "assume_role",
    "aws_sso",
    "aws_saml",
    "awsume",
    "azure_",
    "chamber_",
    "cli_plugin",
    "common_fate_",
    "granted_",
    "google_",
    "include_profile",
    "leapp",
    "mfa_process",
    "okta_",
    "parent_profile",
    "saml",
    "sso_auto_",
    "sso_default_",
    "stsassume",
    "toolkit_",
    "vault_",
    "vestibule_",
    "x_",
    "x-",
    "yawsso",
    "duration",
    "color",
    "expiration",
    "automatic_region",
    "session_tags",
    "transitive_session_tags",
    "adfs_config",
];

const SECRETS: &[&str] = &[
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "credential_process",
    "external_id",
];

fn keys(kind: SectionKind) -> &'static [(&'static str, Rule)] {
    match kind {
        SectionKind::Profile => PROFILE,
        SectionKind::SsoSession => SESSION,
        _ => &[],
    }
}

/// Returns the rule of a key; `None` if the key is unknown.
pub(crate) fn rule(kind: SectionKind, key: &str) -> Option<Rule> {
    let found = keys(kind).iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
    found.map(|&(_, rule)| rule)
}

/// Returns the known key that is most similar.
pub(crate) fn similar(kind: SectionKind, key: &str) -> Option<String> {
    // A key of a few letters is similar to any other.
    let names = keys(kind).iter().map(|&(known, _)| Cow::Borrowed(known));
    let mut names = names.filter(|known| 3 < known.len());
    similar_names(&key.replace('-', "_"), &mut names).into_iter().next()
}

/// Returns the first of these settings whose key is unknown but similar to a known one.
pub(crate) fn misspelled(kind: SectionKind, settings: Vec<Setting<'_>>) -> Option<MisspelledKey> {
    for setting in settings {
        let key = setting.key();
        if rule(kind, key).is_some() || is_foreign(key) {
            continue;
        }
        if let Some(similar) = similar(kind, key) {
            let (value, origin) = (printable(key).into_owned(), setting.origin().clone());
            return Some(MisspelledKey { key: Sourced { value, origin }, similar });
        }
    }
    None
}

/// Returns true for the keys of other tools, which write into the same files.
pub(crate) fn is_foreign(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    FOREIGN.iter().any(|start| key.starts_with(start)) || key.as_bytes().contains(&b'.')
}

/// Returns the tool that alone reads a key which selects profiles, codes or a session.
pub(crate) fn only_reader(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "include_profile" | "parent_profile" | "mfa_process" => Some("aws-vault"),
        _ if key.starts_with("granted_") => Some("granted"),
        _ => None,
    }
}

/// Returns true for keys whose values are not shown.
pub(crate) fn is_secret(key: &str) -> bool {
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(key))
}
