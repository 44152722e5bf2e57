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

    /// Sets the region of the signature, where the host has another one than the session: the global
    /// hosts of STS, IAM, Route 53 and `CloudFront` are in `us-east-1`.
    ///
    /// ```
    /// use vestibule_sts::sigv4::Signer;
    /// use vestibule_types::{Region, Timestamp};
    /// # use vestibule_types::{Credentials, SecretAccessKey};
    /// # let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("not-a-secret"));
    /// # let signer = Signer::new(credentials, Region::new("eu-west-1")?, "iam");
    ///
    /// let url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
    /// let mut request = http::Request::get(url).body(Default::default())?;
    /// signer.with_region(Region::new("us-east-1")?).sign(&mut request, Timestamp::EPOCH)?;
    /// let signature = request.headers()["authorization"].to_str()?;
    /// assert!(signature.contains("/us-east-1/iam/aws4_request"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_region(mut self, region: Region) -> Self {
        self.region = region;
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

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;

    use super::*;

    #[test]
    fn request_is_signed_for_the_time_of_the_service() {
        let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"));
        let region = Region::new("us-east-1").unwrap();
        let signer =
            Signer::new(credentials, region, "sts").with_skew(ClockSkew::from_millis(3_600_000));
        assert_eq!(signer.skew().millis(), 3_600_000);
        let url = "https://sts.us-east-1.amazonaws.com/";
        let [mut one, mut other] = [(); 2]
            .map(|()| http::Request::get(url).body(vestibule_wire::Body::default()).unwrap());
        signer.sign(&mut one, Timestamp::EPOCH).unwrap();
        signer.authorize(&mut other, Timestamp::EPOCH).unwrap();
        for request in [one, other] {
            assert_eq!(request.headers()["x-amz-date"], "19700101T010000Z");
            assert!(request.headers().contains_key("authorization"));
        }
    }
}
