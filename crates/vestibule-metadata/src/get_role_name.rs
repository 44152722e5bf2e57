//! The name of the role of an instance.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html> (read 2026-11)

use vestibule_wire::{AnswerError, Endpoint, Malformed, Operation, Request, Response, Unsendable};

use crate::{InstanceToken, document};

/// Asks which role an instance has. There is at most one; without any the answer is 404.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the question")]
pub struct GetRoleName<'a> {
    /// From [`GetToken`](crate::GetToken).
    pub token: &'a InstanceToken,
    /// Which of the two to ask.
    pub api: RoleApi,
}

/// The two places where instance metadata has credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two there are")]
pub enum RoleApi {
    /// The one that every instance has.
    #[default]
    Plain,
    /// The one that names the account too, and that older systems answer with 404.
    Extended,
}

impl RoleApi {
    /// The folder of the roles.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Plain => "/latest/meta-data/iam/security-credentials/",
            Self::Extended => "/latest/meta-data/iam/security-credentials-extended/",
        }
    }
}

impl Operation for GetRoleName<'_> {
    type Output = String;
    type Error = AnswerError;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        self.token.get(at, self.api.path())
    }

    fn read(&self, response: &Response) -> Result<String, AnswerError> {
        let name = document::read_text(response, "the name of a role")?;
        // It becomes a part of a path; these are the characters of IAM's names.
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
        if name.bytes().all(is_name) {
            Ok(name.to_owned())
        } else {
            Err(AnswerError::Malformed(Malformed::new(response.status(), "the name of a role")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_token::tests::{answer, asked, token};

    #[test]
    fn one_name() {
        let token = token();
        let ask = GetRoleName { token: &token, api: RoleApi::Plain };
        assert_eq!(
            asked(&ask),
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/ very-secret"
        );
        assert_eq!(ask.read(&answer(200, "imds-role@x\n")).unwrap(), "imds-role@x");
        for body in ["", "a\nb", "../../x", "a?b", "a%2f", "<html>"] {
            assert!(ask.read(&answer(200, body)).is_err(), "{body}");
        }
    }
}
