//! `GetRoleName`: the name of the role of an EC2 instance.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html> (read 2026-11)

use vestibule_types::is_iam_character;
use vestibule_wire::retry::Outcome;
use vestibule_wire::{
    Endpoint, MalformedResponse, Operation, Request, RequestError, Response, ResponseError,
};

use crate::{InstanceToken, document};

/// The operation that returns the name of the role of an instance.
///
/// The response is 404 for an instance without a role.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct GetRoleName<'a> {
    /// The token that [`GetToken`](crate::GetToken) returned.
    pub token: &'a InstanceToken,
    /// The API to use.
    pub api: RoleApi,
}

/// The two APIs of instance metadata that return credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "AWS has these two")]
pub enum RoleApi {
    /// The API that every instance supports.
    #[default]
    Plain,
    /// The API that also returns the account id. Older systems respond with 404.
    Extended,
}

impl RoleApi {
    /// Returns the path to which the name of a role is appended.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Plain => "/latest/meta-data/iam/security-credentials/",
            Self::Extended => "/latest/meta-data/iam/security-credentials-extended/",
        }
    }
}

impl Operation for GetRoleName<'_> {
    type Output = String;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        self.token.get(endpoint, self.api.path())
    }

    fn outcome(&self, response: &Response) -> Outcome {
        document::outcome(response, &self.read(response))
    }

    fn read(&self, response: &Response) -> Result<String, ResponseError> {
        let expected = "the name of a role";
        let name = document::read_text(response, expected)?;
        // The name becomes part of a path.
        if name.chars().all(is_iam_character) {
            Ok(name.to_owned())
        } else {
            Err(ResponseError::Malformed(MalformedResponse::new(response.status(), expected)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_token::tests::{describe_request, response, token};

    #[test]
    fn role_name_with_other_characters_is_an_error() {
        let token = token();
        let operation = GetRoleName { token: &token, api: RoleApi::Plain };
        assert_eq!(
            describe_request(&operation),
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/ very-secret"
        );
        assert_eq!(operation.read(&response(200, "imds-role@x\n")).unwrap(), "imds-role@x");
        for body in ["", "a\nb", "../../x", "a?b", "a%2f", "<html>"] {
            assert!(operation.read(&response(200, body)).is_err(), "{body}");
        }
    }
}
