//! `/federation`, which exchanges the credentials of a role for a link to the console.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>
//! (read 2026-11)

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use vestibule_types::Timestamp;

use crate::authorization::error_page;
use crate::context::RequestContext;
use crate::params::Params;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::table::Table;

const EXPIRES_IN: Duration = Duration::from_secs(15 * 60);

/// The sign-in tokens, with the time at which they expire.
#[derive(Default)]
pub(super) struct SigninTokens(Table<Timestamp>);

impl SigninTokens {
    pub(super) fn respond(
        &mut self,
        shared: &mut Shared,
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        let params = Params::from_body(context.request).or(Params::from_query(context.request));
        match params.get("Action") {
            Some("getSigninToken") => self.issue(shared, context, &params),
            Some("login") => self.sign_in(context, &params),
            _ => error_page("Action is neither getSigninToken nor login"),
        }
    }

    fn issue(
        &mut self,
        shared: &mut Shared,
        context: &RequestContext<'_>,
        params: &Params,
    ) -> ServiceResponse {
        let session = params.get("Session").and_then(|text| serde_json::from_str(text).ok());
        let session: Value = session.unwrap_or_default();
        let member = |name: &str| session[name].as_str();
        let key_pair = member("sessionId").and_then(|id| shared.iam.key_pair(id)).filter(|key| {
            member("sessionKey") == Some(key.secret.as_str())
                && key.session_token.is_some()
                && member("sessionToken") == key.session_token.as_deref()
                && key.expires.is_none_or(|expires| context.now < expires)
        });
        let Some(key_pair) = key_pair else {
            return error_page("Session does not have valid credentials of a role");
        };
        let about = key_pair.principal.arn("aws");
        // It is in the URL that a browser is started with, and so is not handled as a secret.
        let token = shared.tokens.id();
        self.0.insert(token.clone(), context.now + EXPIRES_IN);
        let response = response::json(StatusCode::OK, &json!({ "SigninToken": token }));
        ServiceResponse::success(response, about)
    }

    fn sign_in(&self, context: &RequestContext<'_>, params: &Params) -> ServiceResponse {
        let expires = params.get("SigninToken").and_then(|token| self.0.get(token));
        let (Some(expires), Some(destination)) = (expires, params.get("Destination")) else {
            return error_page("SigninToken is unknown, or Destination is missing");
        };
        if *expires <= context.now {
            return error_page("SigninToken is older than 15 minutes");
        }
        let response = response::redirect(StatusCode::FOUND, destination);
        ServiceResponse::success(response, destination.to_owned())
    }
}
