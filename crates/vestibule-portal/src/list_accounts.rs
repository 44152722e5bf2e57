//! `ListAccounts`: the accounts in which the user has a role.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>

use serde::Deserialize;
use vestibule_types::{AccessToken, AccountId};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::{Error, Page, Subject, pages};

/// The operation that returns one page of accounts; [`Pages`](crate::Pages) collects them.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct ListAccounts<'a> {
    /// The access token.
    pub token: &'a AccessToken,
    /// The token of the page; `None` for the first.
    pub next_token: Option<&'a str>,
}

/// An account in which the user has a role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Account {
    /// The account id.
    pub account_id: AccountId,
    /// The account name.
    #[serde(rename = "accountName")]
    pub name: Option<String>,
    /// The email address of the root user.
    #[serde(rename = "emailAddress")]
    pub email: Option<String>,
}

impl Operation for ListAccounts<'_> {
    type Output = Page<Account>;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        pages::page_request(endpoint.get("/assignment/accounts"), self.next_token)
            .secret_header("x-amz-sso_bearer_token", self.token.expose())
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Page<Account>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            account_list: Vec<Account>,
            next_token: Option<String>,
        }

        let body: Body = rest_json::read(response, "a list of accounts")
            .map_err(|error| Error::from_response(error, Subject::Accounts, self.token))?;
        Ok(Page {
            items: body.account_list,
            next_token: body.next_token,
            size: response.body().len(),
        })
    }

    fn retry(&self) -> Policy {
        pages::RETRY_POLICY
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn read(body: &'static str) -> Result<Page<Account>, Error> {
        let response = http::Response::new(Bytes::from_static(body.as_bytes()));
        ListAccounts { token: &AccessToken::new("very-secret"), next_token: None }.read(&response)
    }

    #[test]
    fn request_has_page_size_and_token() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1", None).unwrap();
        let uri = |next_token| {
            let token = &AccessToken::new("very-secret");
            let request = ListAccounts { token, next_token }.request(&endpoint).unwrap();
            assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
            request.uri().path_and_query().unwrap().to_string()
        };
        assert_eq!(uri(None), "/assignment/accounts?max_result=100");
        assert_eq!(uri(Some("a=b")), "/assignment/accounts?max_result=100&next_token=a%3Db");
    }

    #[test]
    fn account_without_name_and_email_is_read() {
        let page = read(
            r#"{"nextToken": "next", "accountList": [
                {"accountId": "000000000042", "accountName": "Ops", "emailAddress": "ops@example.com"},
                {"accountId": "111122223333", "accountName": "", "emailAddress": null}
            ]}"#,
        )
        .unwrap();
        assert_eq!(page.next_token.as_deref(), Some("next"));
        let rows: Vec<_> = page
            .items
            .iter()
            .map(|a| (a.account_id.as_str(), a.name.as_deref(), a.email.as_deref()))
            .collect();
        assert_eq!(
            rows,
            [("000000000042", Some("Ops"), Some("ops@example.com")), ("111122223333", None, None)]
        );
    }

    #[test]
    fn page_with_missing_or_empty_next_token_is_the_last() {
        for body in [
            r#"{"accountList": []}"#,
            r#"{"accountList": [], "nextToken": null}"#,
            r#"{"accountList": [], "nextToken": ""}"#,
        ] {
            let page = read(body).unwrap();
            assert_eq!((page.items, page.next_token), (vec![], None), "{body}");
        }
    }

    #[test]
    fn page_without_list_is_an_error() {
        for body in [
            "{}",
            r#"{"accountList": null}"#,
            r#"{"accountList": [{"accountName": "Ops"}]}"#,
            r#"{"accountList": [{"accountId": "1 2"}]}"#,
            r#"{"accountList": [{"accountId": 42}]}"#,
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(
                error.to_string(),
                "expected a list of accounts, got something else (HTTP 200)",
                "{body}"
            );
        }
    }
}
