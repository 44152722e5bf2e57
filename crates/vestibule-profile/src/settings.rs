//! The settings of the environment and the files, other than credentials.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html> (read 2026-11)

use std::num::NonZeroU32;
use std::path::PathBuf;

use vestibule_types::{AccountId, Region, Vars};

use crate::error::Error;
use crate::region::{self, ParsedRegion};
use crate::setting::Lookup;
use crate::{
    EndpointUrls, Files, MetadataSettings, Note, Overrides, Profile, Setting, Sourced,
    select_profile,
};

/// The settings of one profile, each with its origin.
///
/// The order of precedence is always: the caller, the environment, the profile, the default. Empty means
/// not set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, `region`. Only this setting is also read from the profiles
    /// along `source_profile`, as in the SDK for Rust.
    pub region: Option<Sourced<Region>>,
    /// `AWS_USE_FIPS_ENDPOINT`, `use_fips_endpoint`. Default: false. A pseudo region such as
    /// `fips-us-gov-west-1` turns it on.
    pub use_fips: Sourced<bool>,
    /// `AWS_USE_DUALSTACK_ENDPOINT`, `use_dualstack_endpoint`. Default: false.
    pub use_dual_stack: Sourced<bool>,
    /// `AWS_ENDPOINT_URL` and its relatives.
    pub endpoint_urls: EndpointUrls,
    /// `AWS_CA_BUNDLE`, `ca_bundle`: a PEM file of trusted certificates.
    pub ca_bundle: Option<Sourced<PathBuf>>,
    /// `AWS_MAX_ATTEMPTS`, `max_attempts`: attempts of one call, the first included. Default: 3.
    pub max_attempts: Sourced<NonZeroU32>,
    /// `AWS_RETRY_MODE`, `retry_mode`. Default: standard.
    pub retry_mode: Sourced<RetryMode>,
    /// `AWS_DISABLE_CLOCK_SKEW_CORRECTION`, `disable_clock_skew_correction`: signs with the local time
    /// even if the service's clock differs. Default: false.
    pub disable_clock_skew_correction: Sourced<bool>,
    /// `AWS_SDK_UA_APP_ID`, `sdk_ua_app_id`: the name of the program in the user agent.
    pub app_id: Option<Sourced<String>>,
    /// `AWS_ACCOUNT_ID`, `aws_account_id`.
    pub account_id: Option<Sourced<AccountId>>,
    /// `AWS_ACCOUNT_ID_ENDPOINT_MODE`, `account_id_endpoint_mode`. Default: preferred.
    pub account_id_endpoint_mode: Sourced<AccountIdEndpointMode>,
    /// Settings of the EC2 instance metadata service.
    pub metadata: MetadataSettings,
    pub(crate) notes: Vec<Note>,
}

/// The retry mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryMode {
    /// Exponential backoff. Also `legacy`, a mode of botocore and the AWS CLI.
    Standard,
    /// Exponential backoff, and a lower rate of calls after throttling.
    Adaptive,
}

/// The use of account-based endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountIdEndpointMode {
    /// If the account id is known.
    Preferred,
    /// Never.
    Disabled,
    /// Always.
    Required,
}

/// Returns the settings of the selected profile, without its credentials.
///
/// # Errors
/// Returns an [`Error`] if the profile is named and does not exist, if a line of it cannot be read, or if
/// a value is not valid.
pub fn settings(files: &Files, vars: &Vars, overrides: &Overrides) -> Result<Settings, Error> {
    Settings::resolve(files, vars, overrides, files.selected(&select_profile(vars, overrides))?)
}

const STANDARD_ATTEMPTS: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);

impl Settings {
    pub(crate) fn resolve(
        files: &Files,
        vars: &Vars,
        overrides: &Overrides,
        profile: Option<Profile<'_>>,
    ) -> Result<Self, Error> {
        let lookup = Lookup { vars, profile: profile.as_ref() };
        let find = |variable, key| lookup.find(&[variable], key);
        let boolean = |explicit: &Option<Sourced<bool>>, variable, key| match explicit {
            Some(explicit) => Ok(explicit.clone()),
            None => find(variable, key).map_or(Ok(Sourced::by_default(false)), Setting::boolean),
        };
        let region = region(files, overrides, lookup)?;
        let mut use_fips =
            boolean(&overrides.use_fips, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?;
        let mut notes = Vec::new();
        let region = region.map(|ParsedRegion { region, fips, note }| {
            notes.extend(note);
            if fips {
                use_fips = Sourced::new(true, region.origin.clone());
            }
            region
        });
        Ok(Self {
            region,
            use_fips,
            use_dual_stack: boolean(
                &overrides.use_dual_stack,
                "AWS_USE_DUALSTACK_ENDPOINT",
                "use_dualstack_endpoint",
            )?,
            endpoint_urls: EndpointUrls::resolve(files, overrides, lookup)?,
            ca_bundle: find("AWS_CA_BUNDLE", "ca_bundle").map(|path| files.path(path)),
            max_attempts: match &overrides.max_attempts {
                Some(explicit) => explicit.clone(),
                None => find("AWS_MAX_ATTEMPTS", "max_attempts")
                    .map_or(Ok(Sourced::by_default(STANDARD_ATTEMPTS)), Setting::attempts)?,
            },
            retry_mode: match &overrides.retry_mode {
                Some(explicit) => explicit.clone(),
                None => find("AWS_RETRY_MODE", "retry_mode")
                    .map_or(Ok(Sourced::by_default(RetryMode::Standard)), |mode| {
                        mode.word(RetryMode::WORDS, "a retry mode", "`standard` or `adaptive`")
                    })?,
            },
            disable_clock_skew_correction: boolean(
                &None,
                "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
                "disable_clock_skew_correction",
            )?,
            app_id: app_id(overrides, lookup)?,
            account_id: find("AWS_ACCOUNT_ID", "aws_account_id").map(Setting::name).transpose()?,
            account_id_endpoint_mode: find(
                "AWS_ACCOUNT_ID_ENDPOINT_MODE",
                "account_id_endpoint_mode",
            )
            .map_or(
                Ok(Sourced::by_default(AccountIdEndpointMode::Preferred)),
                |mode| {
                    mode.word(
                        AccountIdEndpointMode::WORDS,
                        "an endpoint mode",
                        "`preferred`, `disabled` or `required`",
                    )
                },
            )?,
            metadata: MetadataSettings::new(lookup),
            notes,
        })
    }
}

impl RetryMode {
    const WORDS: &[(&str, Self)] =
        &[("standard", Self::Standard), ("adaptive", Self::Adaptive), ("legacy", Self::Standard)];
}

impl AccountIdEndpointMode {
    const WORDS: &[(&str, Self)] = &[
        ("preferred", Self::Preferred),
        ("disabled", Self::Disabled),
        ("required", Self::Required),
    ];
}

fn region(
    files: &Files,
    overrides: &Overrides,
    lookup: Lookup<'_>,
) -> Result<Option<ParsedRegion>, Error> {
    if let Some(Sourced { value, origin }) = &overrides.region {
        let setting = Setting::new("region", value.as_str(), origin.clone());
        return setting.map(|setting| region::parse("region", setting)).transpose();
    }
    let found = lookup.find(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region");
    let found = match (found, lookup.profile) {
        (None, Some(profile)) => region_of_source(files, profile)?,
        (found, _) => found,
    };
    found.map(|setting| region::parse("region", setting)).transpose()
}

/// Returns the region of the first source profile that has one. A profile that does not exist or a loop
/// ends the search: it is an error of the credentials, not of the settings.
fn region_of_source<'a>(
    files: &'a Files,
    profile: &Profile<'_>,
) -> Result<Option<Setting<'a>>, Error> {
    let mut visited = vec![*profile];
    let mut source = profile.get("source_profile").map(Setting::into_static);
    while let Some(name) = source {
        let Some(profile) = files.profile(name.text()) else { break };
        if visited.iter().any(|visited| visited.is_same(profile)) {
            break;
        }
        visited.push(profile);
        profile.strict()?;
        if let Some(region) = profile.get("region") {
            return Ok(Some(region));
        }
        source = profile.get("source_profile").map(Setting::into_static);
    }
    Ok(None)
}

/// Returns the app id. Valid characters are those of an HTTP token, except `:`.
fn app_id(overrides: &Overrides, lookup: Lookup<'_>) -> Result<Option<Sourced<String>>, Error> {
    let key = "sdk_ua_app_id";
    let found = match &overrides.app_id {
        Some(id) => Setting::new(key, id.value.as_str(), id.origin.clone()),
        None => {
            lookup.find(&["AWS_SDK_UA_APP_ID"], key).or_else(|| lookup.find(&[], "sdk-ua-app-id"))
        }
    };
    let Some(id) = found else { return Ok(None) };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !id.text().bytes().all(allowed) {
        return Err(id.invalid("an app id", "letters, digits and !#$%&'*+-.^_`|~"));
    }
    Ok(Some(id.owned()))
}
