use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule_world::Vars;

/// How to send: through which proxy, trusting whom, for how long.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) vars: Vars,
    pub(crate) limits: Limits,
    ca_bundle: Option<PathBuf>,
}

impl Config {
    /// As the environment says: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (upper
    /// case first, lower case else), and `AWS_CA_BUNDLE`.
    pub fn new(vars: Vars) -> Self {
        Self { vars, limits: Limits::default(), ca_bundle: None }
    }

    /// Trusts the certificates in this PEM file as well as the system's: a profile's `ca_bundle`.
    /// `AWS_CA_BUNDLE` wins over it.
    #[must_use]
    pub fn with_ca_bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(file.into());
        self
    }

    /// Waits and reads no longer than this.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) fn ca_bundle(&self) -> Option<&Path> {
        self.vars.get("AWS_CA_BUNDLE").map(Path::new).or(self.ca_bundle.as_deref())
    }
}

/// What an exchange may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the three things an exchange spends")]
pub struct Limits {
    /// For finding the host and connecting to it, or to the proxy. 3.1 s, as the SDKs have it:
    /// one lost packet is sent again after 3.
    pub connect: Duration,
    /// For all of it, to the last byte of the answer. 15 s.
    pub exchange: Duration,
    /// For the body of the answer, in bytes. 4 MiB.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_millis(3100),
            exchange: Duration::from_secs(15),
            body: 4 << 20,
        }
    }
}
