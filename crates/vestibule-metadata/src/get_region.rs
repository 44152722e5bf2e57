//! `GetRegion`: the region of an EC2 instance.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html> (read 2026-11)

use vestibule_types::Region;
use vestibule_wire::retry::Outcome;
use vestibule_wire::{
    Endpoint, MalformedResponse, Operation, Request, RequestError, Response, ResponseError,
};

use crate::{InstanceToken, document};

/// The operation that returns the region of an instance.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct GetRegion<'a> {
    /// The token that [`GetToken`](crate::GetToken) returned.
    pub token: &'a InstanceToken,
}

impl Operation for GetRegion<'_> {
    type Output = Region;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        self.token.get(endpoint, "/latest/meta-data/placement/region")
    }

    fn outcome(&self, response: &Response) -> Outcome {
        document::outcome(response, &self.read(response))
    }

    fn read(&self, response: &Response) -> Result<Region, ResponseError> {
        let text = document::read_text(response, "a region")?;
        let malformed =
            |_| ResponseError::Malformed(MalformedResponse::new(response.status(), "a region"));
        Region::new(text).map_err(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_token::tests::{describe_request, response, token};

    #[test]
    fn invalid_region_is_an_error() {
        let token = token();
        let operation = GetRegion { token: &token };
        assert_eq!(
            describe_request(&operation),
            "GET http://169.254.169.254/latest/meta-data/placement/region very-secret"
        );
        assert_eq!(operation.read(&response(200, "eu-north-1")).unwrap().as_str(), "eu-north-1");
        assert!(operation.read(&response(200, "us/east")).is_err());
    }
}
