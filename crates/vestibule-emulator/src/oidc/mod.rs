//! IAM Identity Center OIDC.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html>

mod authorize;
mod client;
mod device;
mod error;
mod iam_token;
mod members;
mod token;
mod verification;

use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::authorization::error_page;
use crate::context::RequestContext;
use crate::operation::Operation;
use crate::response::ServiceResponse;
use crate::shared::Shared;
use authorize::Codes;
use client::{AUTHORIZATION_CODE, Clients, DEVICE_CODE, REFRESH_TOKEN};
pub(crate) use device::DeviceState;
use device::Devices;
use error::{ErrorCode, ErrorResponse, Result};
use iam_token::IamRefreshTokens;
use members::Members;
use token::RefreshTokens;

/// The OIDC service.
#[derive(Default)]
pub(crate) struct Oidc {
    clients: Clients,
    codes: Codes,
    pub(crate) devices: Devices,
    pub(crate) refresh_tokens: RefreshTokens,
    iam_refresh_tokens: IamRefreshTokens,
}

impl Oidc {
    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        let &RequestContext { request, now, .. } = context;
        if operation == Operation::Authorize {
            return authorize::respond(&mut self.codes, shared, &self.clients, request, now);
        }
        let members = match Members::parse(request.body()) {
            Ok(members) => members,
            Err(error) => return error.into_response(String::new()),
        };
        let about = members.about(operation);
        match self.call(shared, operation, &members, context) {
            Ok(response) => ServiceResponse::success(response, about),
            Err(error) => error.into_response(about),
        }
    }

    fn call(
        &mut self,
        shared: &mut Shared,
        operation: Operation,
        members: &Members,
        context: &RequestContext<'_>,
    ) -> Result {
        let &RequestContext { ref origin, now, .. } = context;
        if operation == Operation::RegisterClient {
            // Clients can register in any region, and are known in that of the instance only.
            return self.clients.register(shared, members, now);
        }
        if !origin.is_in_region(&shared.settings.region) {
            return Err(ErrorResponse::invalid_request("Invalid token provided"));
        }
        if operation == Operation::CreateTokenWithIam {
            return self.iam_refresh_tokens.respond(shared, members, context);
        }
        let client = self.clients.authenticate(members, now)?;
        if operation == Operation::StartDeviceAuthorization {
            return self.devices.start(shared, client, members, origin, now);
        }
        client.require_scopes(&members.strings("scope")?)?;
        let grant_type = members.required("grantType")?;
        if ![DEVICE_CODE, AUTHORIZATION_CODE, REFRESH_TOKEN].contains(&grant_type) {
            let description = "The grant type is not supported";
            return Err(ErrorResponse::new(ErrorCode::UnsupportedGrantType, description));
        }
        client.require(grant_type)?;
        let user = match grant_type {
            DEVICE_CODE => self.devices.exchange(members.required("deviceCode")?, &client, now)?,
            AUTHORIZATION_CODE => authorize::exchange(&mut self.codes, members, &client, now)?,
            _ => {
                let refresh_token = members.required("refreshToken")?;
                return self.refresh_tokens.refresh(shared, &client, refresh_token, now);
            }
        };
        Ok(self.refresh_tokens.sign_in(shared, &client, &user, now))
    }

    /// Returns the page where users type the user code that a program shows.
    pub(crate) fn verification_page(
        &mut self,
        shared: &Shared,
        request: &Request,
        now: Timestamp,
    ) -> Response {
        verification::respond(&mut self.devices, shared, request, now)
    }

    /// Lets all client registrations expire.
    pub(crate) fn expire_registrations(&mut self, now: Timestamp) {
        self.clients.expire(now);
    }

    #[cfg(feature = "server")]
    pub(crate) fn postpone_expiry(&mut self, by: std::time::Duration) {
        self.clients.postpone_expiry(by);
    }

    pub(crate) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.devices.remove_expired(&is_expired);
        self.codes.remove_expired(&is_expired);
    }
}

/// Returns the error response with a code that a script chose.
pub(crate) fn scripted_error(operation: Operation, code: &str) -> ServiceResponse {
    if operation == Operation::Authorize {
        return error_page(code);
    }
    let code = ErrorCode::from_name(code).unwrap_or(ErrorCode::InvalidRequest);
    ErrorResponse::new(code, "Scripted").into_response(String::new())
}
