use vestibule_types::{Credentials, Region, Timestamp};
use vestibule_wire::{AfterResponse, Authorize, Exchange, Request, RequestError};

use super::{ClockSkew, Options, SigningParams};

/// A signer for the requests of a client to one service, which corrects for clock skew.
#[derive(Clone, Debug)]
pub struct Signer {
    credentials: Credentials,
    region: Region,
    service: &'static str,
    options: Options,
    skew: ClockSkew,
}

impl Signer {
    /// Creates a signer for a service in a region.
    pub fn new(credentials: Credentials, region: Region, service: &'static str) -> Self {
        Self {
            credentials,
            region,
            service,
            options: Options::default(),
            skew: ClockSkew::default(),
        }
    }

    /// Sets the options of the service.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Sets the clock skew, which is shared with other signers.
    #[must_use]
    pub fn with_skew(mut self, skew: ClockSkew) -> Self {
        self.skew = skew;
        self
    }

    /// Signs a request, by headers.
    ///
    /// # Errors
    /// A header of the request, or a credential, that no request can contain.
    pub fn sign(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
        SigningParams::new(&self.credentials, &self.region, self.service, self.skew.correct(now))
            .with_options(self.options)
            .sign(request)
    }

    /// Returns the clock skew.
    pub fn skew(&self) -> &ClockSkew {
        &self.skew
    }
}

impl Authorize for Signer {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
        self.sign(request, now)
    }

    fn observe(&self, exchange: &Exchange<'_>) -> AfterResponse {
        if self.skew.observe(exchange) { AfterResponse::Resign } else { AfterResponse::Accept }
    }
}
