//! The keys of the role of an instance.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html> (read 2026-11)

use vestibule_types::Credentials;
use vestibule_wire::{AnswerError, Endpoint, Operation, Request, Response, Unsendable};

use crate::{InstanceToken, RoleApi, document};

/// Asks for the credentials of an instance's role.
///
/// An instance may go on giving out credentials that have expired; see
/// [`extend_if_expired`](crate::extend_if_expired).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the question")]
pub struct GetInstanceCredentials<'a> {
    /// From [`GetToken`](crate::GetToken).
    pub token: &'a InstanceToken,
    /// Where the role was found.
    pub api: RoleApi,
    /// From [`GetRoleName`](crate::GetRoleName).
    pub role: &'a str,
}

impl Operation for GetInstanceCredentials<'_> {
    type Output = Credentials;
    type Error = AnswerError;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        self.token.get(at, &format!("{}{}", self.api.path(), self.role))
    }

    fn read(&self, response: &Response) -> Result<Credentials, AnswerError> {
        document::read(response)
            .map_err(|error| document::without(error, Some(self.token.secret())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_token::tests::{answer, asked, token};

    #[test]
    fn the_document_of_the_role() {
        let token = token();
        let ask = GetInstanceCredentials { token: &token, api: RoleApi::Extended, role: "a+b" };
        assert_eq!(
            asked(&ask),
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials-extended/a+b \
             very-secret"
        );
        let refusal = answer(200, r#"{"Code": "AssumeRoleUnauthorizedAccess"}"#);
        let AnswerError::Service(error) = ask.read(&refusal).unwrap_err() else { panic!() };
        assert!(error.is("AssumeRoleUnauthorizedAccess"));
    }
}
