//! STS.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
pub(crate) mod caller;
mod error;
mod get_session_token;
mod input;
mod mfa;
mod session;

use http::StatusCode;

use crate::context::RequestContext;
use crate::escape::escape;
use crate::operation::Operation;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::signature::Signature;
use caller::Caller;
use error::{ErrorResponse, NAMESPACE, Result};
use input::Input;
use mfa::UsedCodes;

/// The STS service.
#[derive(Default)]
pub(crate) struct Sts {
    used_codes: UsedCodes,
}

impl Sts {
    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        let input = Input::from_request(context.request);
        let about = about(&input, context);
        match self.call(shared, operation, &input, context) {
            Ok(result) => {
                let (name, id) = (operation.name(), &context.id);
                let body = format!(
                    "<{name}Response xmlns=\"{NAMESPACE}\"><{name}Result>{result}</{name}Result>\
                     <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
                     </{name}Response>"
                );
                ServiceResponse::success(response::xml(StatusCode::OK, body), about)
            }
            Err(error) => error.into_response(about, context),
        }
    }

    /// Returns the elements of the result.
    fn call(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        input: &Input,
        context: &RequestContext<'_>,
    ) -> Result<String> {
        match operation {
            Operation::AssumeRole => {
                assume_role::respond(shared, &mut self.used_codes, input, context)
            }
            Operation::AssumeRoleWithWebIdentity => {
                assume_role_with_web_identity::respond(shared, input, context)
            }
            Operation::AssumeRoleWithSaml => assume_role_with_saml::respond(shared, input, context),
            Operation::GetSessionToken => {
                get_session_token::respond(shared, &mut self.used_codes, input, context)
            }
            _ => get_caller_identity(shared, context),
        }
    }
}

pub(crate) fn unknown_action(context: &RequestContext<'_>) -> ServiceResponse {
    let message = "This action is not emulated";
    ErrorResponse::new("InvalidAction", message).into_response(String::new(), context)
}

/// Returns the error response with a code that a script chose.
pub(crate) fn scripted_error(code: &str, context: &RequestContext<'_>) -> ServiceResponse {
    ErrorResponse::new(code, "Scripted").into_response(String::new(), context)
}

fn get_caller_identity(shared: &Shared, context: &RequestContext<'_>) -> Result<String> {
    let caller = Caller::authenticate(shared, "sts", context)?;
    let principal = &caller.key_pair.principal;
    let (arn, user_id) = (escape(&caller.arn()), escape(&principal.id()));
    let account = principal.account();
    Ok(format!("<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{account}</Account>"))
}

/// Returns the access key id and the role, for the log.
fn about(input: &Input, context: &RequestContext<'_>) -> String {
    let signature = Signature::parse(context.request);
    let id = signature.as_ref().ok().map(|signature| &*signature.access_key_id);
    id.into_iter().chain(input.get("RoleArn")).collect::<Vec<_>>().join(" ")
}
