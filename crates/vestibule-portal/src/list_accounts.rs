//! `ListAccounts`: the accounts in which the person has a role.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>

use serde::Deserialize;
use vestibule_types::{AccessToken, AccountId};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

use crate::{Error, Page, Subject, pages};

/// Asks for one page of accounts; [`Pages`](crate::Pages) collects them.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Clone, Copy, Debug)]
pub struct ListAccounts<'a> {
    /// Proof of the sign-in.
    pub token: &'a AccessToken,
    /// Which page; `None` is the first.
    pub next_token: Option<&'a str>,
}

/// An account in which the person has a role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Account {
    /// Its id.
    pub account_id: AccountId,
    /// What its owners call it.
    #[serde(rename = "accountName")]
    pub name: Option<String>,
    /// The address of its root user.
    #[serde(rename = "emailAddress")]
    pub email: Option<String>,
}

impl Operation for ListAccounts<'_> {
    type Output = Page<Account>;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        pages::turn(at.get("/assignment/accounts"), self.next_token)
            .secret_header("x-amz-sso_bearer_token", self.token.expose())
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Page<Account>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            account_list: Vec<Account>,
            next_token: Option<String>,
        }

        let answer: Answer = rest_json::read(response, "a list of accounts")
            .map_err(|error| Error::from_answer(error, Subject::Accounts, self.token))?;
        Ok(Page { items: answer.account_list, next_token: answer.next_token })
    }

    fn retry(&self) -> Policy {
        pages::PATIENCE
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
    fn the_question() {
        let at = Endpoint::at("http://127.0.0.1:1", None).unwrap();
        let uri = |next_token| {
            let token = &AccessToken::new("very-secret");
            let request = ListAccounts { token, next_token }.request(&at).unwrap();
            assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
            request.uri().path_and_query().unwrap().to_string()
        };
        assert_eq!(uri(None), "/assignment/accounts?max_result=100");
        assert_eq!(uri(Some("a=b")), "/assignment/accounts?max_result=100&next_token=a%3Db");
    }

    #[test]
    fn names_and_addresses_may_be_missing() {
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
    fn the_last_page_has_no_next_token_or_an_empty_one() {
        for body in [
            r#"{"accountList": []}"#,
            r#"{"accountList": [], "nextToken": null}"#,
            r#"{"accountList": [], "nextToken": ""}"#,
        ] {
            assert_eq!(read(body), Ok(Page { items: vec![], next_token: None }), "{body}");
        }
    }

    #[test]
    fn a_page_without_a_list_is_not_an_empty_one() {
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
