//! Console login (`aws login`), and links to the console.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

mod authorize;
mod client;
mod dpop;
mod error;
mod federation;
mod token;

use http::StatusCode;
use serde_json::Value;

use crate::authorization::error_page;
use crate::context::RequestContext;
use crate::operation::Operation;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use authorize::Codes;
use client::Client;
use dpop::Proofs;
use error::{ErrorCode, ErrorResponse, Result};
use federation::SigninTokens;
use token::RefreshTokens;

/// The sign-in service of the console.
#[derive(Default)]
pub(crate) struct Console {
    codes: Codes,
    refresh_tokens: RefreshTokens,
    signin_tokens: SigninTokens,
    proofs: Proofs,
}

impl Console {
    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        match operation {
            Operation::AuthorizeConsole => authorize::respond(&mut self.codes, shared, context),
            Operation::ConfirmConsole => authorize::confirmation_page(context),
            Operation::GetSigninToken => self.signin_tokens.respond(shared, context),
            _ => {
                let body = serde_json::from_slice(context.request.body()).unwrap_or_default();
                let body: Value = body;
                let about = body["grantType"].as_str().unwrap_or_default().to_owned();
                match self.create_token(shared, &body, context) {
                    Ok(tokens) => {
                        let response = response::json(StatusCode::OK, &tokens);
                        ServiceResponse::success(response, about)
                    }
                    Err(error) => error.into_response(about),
                }
            }
        }
    }

    fn create_token(
        &mut self,
        shared: &mut Shared,
        body: &Value,
        context: &RequestContext<'_>,
    ) -> Result<Value> {
        if !body.is_object() {
            return Err(ErrorResponse::invalid_request("The body is not a JSON object"));
        }
        let client = body["clientId"].as_str().and_then(Client::from_id);
        let client = client.ok_or_else(|| ErrorResponse::invalid_request("clientId is unknown"))?;
        let key = self.proofs.verify(context).map_err(ErrorResponse::invalid_request)?;
        match body["grantType"].as_str() {
            Some("authorization_code") => {
                let region = context.origin.region(&shared.settings.region);
                let user = authorize::exchange(&mut self.codes, body, client, region, context.now)?;
                Ok(self.refresh_tokens.sign_in(shared, client, &user, key, context))
            }
            Some("refresh_token") => {
                self.refresh_tokens.refresh(shared, client, body, &key, context)
            }
            _ => Err(ErrorResponse::invalid_request("grantType is not supported")),
        }
    }
}

/// Returns the error response with a code that a script chose.
pub(crate) fn scripted_error(operation: Operation, code: &str) -> ServiceResponse {
    if operation != Operation::CreateOAuth2Token {
        return error_page(code);
    }
    let code = ErrorCode::from_name(code).unwrap_or(ErrorCode::InvalidRequest);
    ErrorResponse::new(code, "Scripted").into_response(String::new())
}
