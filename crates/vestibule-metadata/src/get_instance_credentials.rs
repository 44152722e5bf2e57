//! `GetInstanceCredentials`: the credentials of the role of an EC2 instance.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html> (read 2026-11)

use vestibule_types::Credentials;
use vestibule_wire::retry::Outcome;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, ResponseError};

use crate::{InstanceToken, RoleApi, document};

/// The operation that returns the credentials of the role of an instance.
///
/// Instance metadata may return expired credentials; see
/// [`extend_if_expired`](crate::extend_if_expired).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct GetInstanceCredentials<'a> {
    /// The token that [`GetToken`](crate::GetToken) returned.
    pub token: &'a InstanceToken,
    /// The API that returned the role name.
    pub api: RoleApi,
    /// The role name that [`GetRoleName`](crate::GetRoleName) returned.
    pub role: &'a str,
}

impl Operation for GetInstanceCredentials<'_> {
    type Output = Credentials;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        self.token.get(endpoint, &format!("{}{}", self.api.path(), self.role))
    }

    fn outcome(&self, response: &Response) -> Outcome {
        document::outcome(response, &self.read(response))
    }

    fn read(&self, response: &Response) -> Result<Credentials, ResponseError> {
        let secrets = [self.token.secret().expose()];
        document::read_credentials(response).map_err(|error| error.without_secrets(&secrets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_token::tests::{describe_request, response, token};

    #[test]
    fn request_names_the_role_and_error_code_is_returned() {
        let token = token();
        let operation =
            GetInstanceCredentials { token: &token, api: RoleApi::Extended, role: "a+b" };
        assert_eq!(
            describe_request(&operation),
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials-extended/a+b \
             very-secret"
        );
        let error = response(200, r#"{"Code": "AssumeRoleUnauthorizedAccess"}"#);
        let ResponseError::Service(error) = operation.read(&error).unwrap_err() else { panic!() };
        assert!(error.has_code("AssumeRoleUnauthorizedAccess"));
    }
}
