//! What the caller asks for, and which profile that makes.

use vestibule_types::{Region, Vars};

use crate::Sourced;

/// What is said in code or on the command line; it comes before the environment and the files.
///
/// `by` is the name under which the caller knows an argument: `--region`, `Builder::region`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// The profile.
    pub profile: Option<Sourced<String>>,
    /// The region.
    pub region: Option<Sourced<Region>>,
    /// The endpoint of every service.
    pub endpoint_url: Option<Sourced<String>>,
    /// Whether endpoint URLs of the environment and the files count for nothing.
    pub ignore_configured_endpoint_urls: Option<Sourced<bool>>,
    /// Whether to call FIPS endpoints.
    pub use_fips: Option<Sourced<bool>>,
    /// Whether to call dual-stack endpoints.
    pub use_dual_stack: Option<Sourced<bool>>,
}

impl Overrides {
    /// Asks for a profile.
    #[must_use]
    pub fn with_profile(mut self, name: impl Into<String>, by: &'static str) -> Self {
        self.profile = Some(Sourced::argument(name.into(), by));
        self
    }

    /// Asks for a region.
    #[must_use]
    pub fn with_region(mut self, region: Region, by: &'static str) -> Self {
        self.region = Some(Sourced::argument(region, by));
        self
    }

    /// Sends every call to one endpoint.
    #[must_use]
    pub fn with_endpoint_url(mut self, url: impl Into<String>, by: &'static str) -> Self {
        self.endpoint_url = Some(Sourced::argument(url.into(), by));
        self
    }

    /// Says whether endpoint URLs of the environment and the files count for nothing.
    #[must_use]
    pub fn with_ignore_configured_endpoint_urls(mut self, ignore: bool, by: &'static str) -> Self {
        self.ignore_configured_endpoint_urls = Some(Sourced::argument(ignore, by));
        self
    }

    /// Says whether to call FIPS endpoints.
    #[must_use]
    pub fn with_fips(mut self, fips: bool, by: &'static str) -> Self {
        self.use_fips = Some(Sourced::argument(fips, by));
        self
    }

    /// Says whether to call dual-stack endpoints.
    #[must_use]
    pub fn with_dual_stack(mut self, dual_stack: bool, by: &'static str) -> Self {
        self.use_dual_stack = Some(Sourced::argument(dual_stack, by));
        self
    }
}

/// The profile to use: the caller's, `AWS_PROFILE`'s, `AWS_DEFAULT_PROFILE`'s, else `default`.
///
/// The order of the variables is that of the AWS CLI and the SDK for Go. A profile that anybody
/// named has to exist; one that is the default need not.
pub fn select_profile(vars: &Vars, overrides: &Overrides) -> Sourced<String> {
    let named = vars.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
    let named = named.map(|(variable, name)| {
        Sourced::new(name.to_owned(), crate::Origin::Variable(variable.into()))
    });
    let explicit = overrides.profile.clone().or(named);
    explicit.unwrap_or_else(|| Sourced::by_default("default".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_then_the_variables_then_the_default() {
        let vars = Vars::from_iter([("AWS_PROFILE", "one"), ("AWS_DEFAULT_PROFILE", "two")]);
        let none = Overrides::default();
        let overrides = none.clone().with_profile("zero", "--profile");
        assert_eq!(select_profile(&vars, &overrides).to_string(), "zero (--profile)");
        assert_eq!(select_profile(&vars, &none).to_string(), "one (AWS_PROFILE)");
        let vars = vars.without("AWS_PROFILE");
        assert_eq!(select_profile(&vars, &none).to_string(), "two (AWS_DEFAULT_PROFILE)");
        let vars = vars.with("AWS_DEFAULT_PROFILE", "");
        assert_eq!(select_profile(&vars, &none).to_string(), "default (default)");
    }
}
