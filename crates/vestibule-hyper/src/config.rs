use std::path::{Path, PathBuf};

use vestibule_world::{Platform, TransportLimits as Limits, Vars};

/// The proxies, trusted certificates and limits of a transport.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) vars: Vars,
    pub(crate) limits: Limits,
    ca_bundle: Option<PathBuf>,
}

impl Config {
    /// Returns the configuration of an environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
    /// `NO_PROXY` (upper case takes precedence over lower case), `AWS_CA_BUNDLE` and
    /// `REQUESTS_CA_BUNDLE`.
    pub fn new(vars: Vars) -> Self {
        Self { vars, limits: Limits::default(), ca_bundle: None }
    }

    /// Trusts the certificates in a PEM file in addition to the system's: the `ca_bundle` of a
    /// profile. `AWS_CA_BUNDLE` takes precedence over it, and it over `REQUESTS_CA_BUNDLE`.
    #[must_use]
    pub fn with_ca_bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(file.into());
        self
    }

    /// Sets the limits of an exchange.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Returns the CA bundle in the order of the AWS CLI: `REQUESTS_CA_BUNDLE` comes last.
    pub(crate) fn ca_bundle(&self) -> Option<CaBundle> {
        let variable = |setting| {
            let path = self.vars.get(setting)?;
            Some(CaBundle { path: self.expand_home(path), setting })
        };
        let profile = || {
            let path = self.ca_bundle.clone()?;
            Some(CaBundle { path, setting: "`ca_bundle` of the profile" })
        };
        variable("AWS_CA_BUNDLE").or_else(profile).or_else(|| variable("REQUESTS_CA_BUNDLE"))
    }

    fn expand_home(&self, path: &str) -> PathBuf {
        let home = path.strip_prefix("~/").zip(self.vars.home(Platform::HERE));
        home.map_or_else(|| path.into(), |(rest, home)| Path::new(&home).join(rest))
    }
}

/// A file with trusted certificates, and the setting that names it.
#[derive(Clone, Debug)]
pub(crate) struct CaBundle {
    pub(crate) path: PathBuf,
    pub(crate) setting: &'static str,
}
