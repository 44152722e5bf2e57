use vestibule_types::{Credentials, Region, Timestamp};
use vestibule_wire::{AfterResponse, Authorize, Exchange, Request, Unsendable};

use super::{Options, Signing, Skew};

/// Signs every request of a client to one service, by the service's clock.
#[derive(Clone, Debug)]
pub struct Signer {
    credentials: Credentials,
    region: Region,
    service: &'static str,
    options: Options,
    skew: Skew,
}

impl Signer {
    /// Signs as the holder of the credentials, for a service in a region.
    pub fn new(credentials: Credentials, region: Region, service: &'static str) -> Self {
        Self { credentials, region, service, options: Options::default(), skew: Skew::default() }
    }

    /// With what the service does differently.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// With what is known of the service's clock, shared with whoever else holds it.
    #[must_use]
    pub fn with_skew(mut self, skew: Skew) -> Self {
        self.skew = skew;
        self
    }

    /// What is known of the service's clock.
    pub fn skew(&self) -> &Skew {
        &self.skew
    }
}

impl Authorize for Signer {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), Unsendable> {
        Signing::new(&self.credentials, &self.region, self.service, self.skew.correct(now))
            .with_options(self.options)
            .sign(request)
    }

    fn observe(&self, exchange: &Exchange<'_>) -> AfterResponse {
        if self.skew.observe(exchange) { AfterResponse::Resign } else { AfterResponse::Accept }
    }
}
