//! Settings of the caller, and the selected profile.

use std::num::NonZeroU32;

use vestibule_types::{AccountId, Region, RoleName, Vars};

use crate::{Origin, Place, RetryMode, Sourced};

/// Settings in code or on the command line, which take precedence over the environment and the files.
///
/// `by` is the caller's name of an argument: `--region`, `Builder::region`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// The profile.
    pub profile: Option<Sourced<String>>,
    /// The region.
    pub region: Option<Sourced<Region>>,
    /// The endpoint of every service.
    pub endpoint_url: Option<Sourced<String>>,
    /// Whether to ignore endpoint URLs of the environment and the files.
    pub ignore_configured_endpoint_urls: Option<Sourced<bool>>,
    /// Whether to call FIPS endpoints.
    pub use_fips: Option<Sourced<bool>>,
    /// Whether to call dual-stack endpoints.
    pub use_dual_stack: Option<Sourced<bool>>,
    /// The name of the application in the user agent.
    pub app_id: Option<Sourced<String>>,
    /// The retry mode.
    pub retry_mode: Option<Sourced<RetryMode>>,
    /// The number of attempts of a call, the first included.
    pub max_attempts: Option<Sourced<NonZeroU32>>,
    /// A role of Identity Center to use instead of a profile.
    pub role: Option<RoleOverride>,
}

/// A role of Identity Center that is named by the caller, without a profile.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoleOverride {
    /// Name of the `[sso-session]`.
    pub session: Sourced<String>,
    /// The account.
    pub account_id: Sourced<AccountId>,
    /// The role.
    pub role_name: Sourced<RoleName>,
}

impl RoleOverride {
    /// Creates an override from the arguments of a caller, such as `--account-id`.
    pub fn new(
        session: Sourced<String>,
        account_id: Sourced<AccountId>,
        role_name: Sourced<RoleName>,
    ) -> Self {
        Self { session, account_id, role_name }
    }
}

impl Overrides {
    /// Replaces the settings that `other` has, and keeps the rest.
    #[must_use]
    #[inline]
    pub fn merge(self, other: Self) -> Self {
        Self {
            profile: other.profile.or(self.profile),
            region: other.region.or(self.region),
            endpoint_url: other.endpoint_url.or(self.endpoint_url),
            ignore_configured_endpoint_urls: other
                .ignore_configured_endpoint_urls
                .or(self.ignore_configured_endpoint_urls),
            use_fips: other.use_fips.or(self.use_fips),
            use_dual_stack: other.use_dual_stack.or(self.use_dual_stack),
            app_id: other.app_id.or(self.app_id),
            retry_mode: other.retry_mode.or(self.retry_mode),
            max_attempts: other.max_attempts.or(self.max_attempts),
            role: other.role.or(self.role),
        }
    }

    /// Sets the profile.
    #[must_use]
    #[inline]
    pub fn with_profile(mut self, name: impl Into<String>, by: &'static str) -> Self {
        self.profile = Some(Sourced::argument(name.into(), by));
        self
    }

    /// Sets a profile that is named on a line of a file, such as `.aws-profile` in the working directory.
    ///
    /// Access keys in the environment take precedence over it, as they do over `AWS_PROFILE`.
    #[must_use]
    #[inline]
    pub fn with_profile_at(mut self, name: impl Into<String>, place: Place) -> Self {
        self.profile = Some(Sourced::new(name.into(), Origin::File(place)));
        self
    }

    /// Sets the region.
    #[must_use]
    #[inline]
    pub fn with_region(mut self, region: Region, by: &'static str) -> Self {
        self.region = Some(Sourced::argument(region, by));
        self
    }

    /// Sets the endpoint of every service.
    #[must_use]
    #[inline]
    pub fn with_endpoint_url(mut self, url: impl Into<String>, by: &'static str) -> Self {
        self.endpoint_url = Some(Sourced::argument(url.into(), by));
        self
    }

    /// Sets whether to ignore endpoint URLs of the environment and the files.
    #[must_use]
    #[inline]
    pub fn with_ignore_configured_endpoint_urls(mut self, ignore: bool, by: &'static str) -> Self {
        self.ignore_configured_endpoint_urls = Some(Sourced::argument(ignore, by));
        self
    }

    /// Sets whether to call FIPS endpoints.
    #[must_use]
    #[inline]
    pub fn with_fips(mut self, fips: bool, by: &'static str) -> Self {
        self.use_fips = Some(Sourced::argument(fips, by));
        self
    }

    /// Sets whether to call dual-stack endpoints.
    #[must_use]
    #[inline]
    pub fn with_dual_stack(mut self, dual_stack: bool, by: &'static str) -> Self {
        self.use_dual_stack = Some(Sourced::argument(dual_stack, by));
        self
    }

    /// Uses a role of Identity Center instead of a profile.
    #[must_use]
    #[inline]
    pub fn with_role(mut self, role: RoleOverride) -> Self {
        self.role = Some(role);
        self
    }
}

/// Returns the profile to use: that of the caller, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, or `default`.
///
/// The order of the variables is that of the AWS CLI and the SDK for Go. A profile that is named must
/// exist; `default` need not.
pub fn select_profile(vars: &Vars, overrides: &Overrides) -> Sourced<String> {
    let named = vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
    let named = named
        .map(|(variable, name)| Sourced::new(name.to_owned(), Origin::Variable(variable.into())));
    let explicit = overrides.profile.clone().or(named);
    explicit.unwrap_or_else(|| Sourced::by_default("default".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vestibule_types::Platform;

    use crate::{Files, Location, settings};

    #[test]
    fn merged_overrides_keep_the_settings_that_the_other_lacks() {
        let first = Overrides::default()
            .with_endpoint_url("http://one", "--endpoint-url")
            .with_fips(true, "--fips")
            .with_dual_stack(true, "--dual-stack");
        let second = Overrides::default()
            .with_endpoint_url("http://two", "--endpoint-url")
            .with_ignore_configured_endpoint_urls(true, "--ignore");
        let merged = first.merge(second);
        let settings = settings(&Files::from_texts("", ""), &Vars::default(), &merged).unwrap();
        assert_eq!(
            settings.endpoint_urls.for_every_service().unwrap().to_string(),
            "http://two (--endpoint-url)"
        );
        assert_eq!(settings.endpoint_urls.ignored().to_string(), "true (--ignore)");
        assert_eq!(settings.use_fips.to_string(), "true (--fips)");
        assert_eq!(settings.use_dual_stack.to_string(), "true (--dual-stack)");
    }

    #[test]
    fn selected_profile_is_that_of_the_caller_then_the_variables_then_default() {
        let vars = Vars::from_iter([("AWS_PROFILE", "one"), ("AWS_DEFAULT_PROFILE", "two")]);
        let none = Overrides::default();
        let overrides = none.clone().with_profile("zero", "--profile");
        assert_eq!(select_profile(&vars, &overrides).to_string(), "zero (--profile)");
        let place =
            Place::new(&Location::new("~/.aws-profile", &Vars::default(), Platform::Unix), 1, None);
        let overrides = none.clone().with_profile_at("zero", place);
        assert_eq!(select_profile(&vars, &overrides).to_string(), "zero (~/.aws-profile:1)");
        assert_eq!(select_profile(&vars, &none).to_string(), "one (AWS_PROFILE)");
        let vars = vars.without("AWS_PROFILE");
        assert_eq!(select_profile(&vars, &none).to_string(), "two (AWS_DEFAULT_PROFILE)");
        let vars = vars.with("AWS_DEFAULT_PROFILE", "");
        assert_eq!(select_profile(&vars, &none).to_string(), "default (default)");
    }
}
