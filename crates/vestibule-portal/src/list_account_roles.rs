//! `ListAccountRoles`: the roles of the user in an account.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html>

use serde::Deserialize;
use vestibule_types::{AccessToken, AccountId, RoleName};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::{Error, Page, Subject, pages};

/// The operation that returns one page of role names; [`Pages`](crate::Pages) collects them.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct ListAccountRoles<'a> {
    /// The account id.
    pub account_id: &'a AccountId,
    /// The access token.
    pub token: &'a AccessToken,
    /// The token of the page; `None` for the first.
    pub next_token: Option<&'a str>,
}

impl Operation for ListAccountRoles<'_> {
    type Output = Page<RoleName>;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        let request =
            endpoint.get("/assignment/roles").query("account_id", self.account_id.as_str());
        pages::page_request(request, self.next_token)
            .secret_header("x-amz-sso_bearer_token", self.token.expose())
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Page<RoleName>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            role_list: Vec<Role>,
            next_token: Option<String>,
        }

        /// The response repeats the account id.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Role {
            role_name: RoleName,
        }

        let body: Body = rest_json::read(response, "a list of roles").map_err(|error| {
            Error::from_response(error, Subject::Account(self.account_id.clone()), self.token)
        })?;
        let items = body.role_list.into_iter().map(|role| role.role_name).collect();
        Ok(Page { items, next_token: body.next_token, size: response.body().len() })
    }

    fn retry(&self) -> Policy {
        pages::RETRY_POLICY
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn with_operation<T>(then: impl FnOnce(ListAccountRoles<'_>) -> T) -> T {
        then(ListAccountRoles {
            account_id: &AccountId::new("000000000042").unwrap(),
            token: &AccessToken::new("very-secret"),
            next_token: Some("next"),
        })
    }

    fn read(status: u16, body: &'static str) -> Result<Page<RoleName>, Error> {
        let body = Bytes::from_static(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        with_operation(|operation| operation.read(&response))
    }

    #[test]
    fn request_has_account_page_size_and_token() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1", None).unwrap();
        let request = with_operation(|operation| operation.request(&endpoint)).unwrap();
        assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
        assert_eq!(
            request.uri().path_and_query().unwrap(),
            "/assignment/roles?account_id=000000000042&max_result=100&next_token=next"
        );
    }

    #[test]
    fn response_without_role_names_is_an_error() {
        let body = r#"{"roleList": [{"roleName": "Admin", "accountId": "000000000042"}], "nextToken": "x"}"#;
        let items = vec![RoleName::new("Admin").unwrap()];
        let next_token = Some("x".to_owned());
        assert_eq!(read(200, body), Ok(Page { items, next_token, size: body.len() }));
        for body in ["{}", r#"{"roleList": [{}]}"#, r#"{"roleList": [{"roleName": ""}]}"#] {
            let error = read(200, body).unwrap_err();
            let expected = "expected a list of roles, got something else (HTTP 200)";
            assert_eq!(error.to_string(), expected, "{body}");
        }
    }

    #[test]
    fn error_names_the_account() {
        let error = read(404, "").unwrap_err();
        assert_eq!(error.to_string(), "account `000000000042` does not exist in the access portal");
    }
}
