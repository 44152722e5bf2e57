//! Settings that only clients of the AWS SDK use.

use std::borrow::Cow;
use std::str::FromStr;

use aws_smithy_runtime_api::client::auth::{AuthSchemeId, AuthSchemePreference};
use aws_smithy_types::checksum_config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_types::endpoint_config::AccountIdEndpointMode;
use aws_types::region::SigningRegionSet;
use aws_types::sdk_config::Builder;
use vestibule::{Error, Session};

/// Applies the settings of the environment and the profile to the configuration of a client.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html> (read 2026-11)
pub(crate) fn apply_settings(session: &Session, config: &mut Builder) -> Result<(), Error> {
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

fn boolean(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Parses names of schemes, of which `aws.auth#sigv4` and `sigv4` mean the same.
fn auth_schemes(text: &str) -> Option<AuthSchemePreference> {
    let name = |name: &str| {
        let name = name.rsplit('#').next().unwrap_or(name);
        AuthSchemeId::from(Cow::Owned(name.to_owned()))
    };
    Some(names(text)?.map(name).collect::<Vec<_>>().into())
}

/// Returns the names of a list; `None` if one is empty.
fn names(text: &str) -> Option<impl Iterator<Item = &str>> {
    let names = || text.split(',').map(str::trim);
    names().all(|name| !name.is_empty()).then(names)
}
