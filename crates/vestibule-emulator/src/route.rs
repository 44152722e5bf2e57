use http::Method;
use vestibule_wire::Request;

use crate::operation::{Operation, Service};
use crate::origin::{HostRole, Origin};
use crate::params::Params;
use crate::signature::Signature;
use crate::{container, eks, instance};

/// The operation or page that a request is routed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Operation(Operation),
    /// An action of STS that is not emulated.
    UnknownAction,
    /// The page where users type user codes.
    Verification,
    /// The page that shows the state of the emulator.
    Status,
    /// `/emulator/…`.
    Control,
    Unknown,
}

impl Target {
    pub(crate) fn of_request(request: &Request, origin: &Origin) -> Self {
        let path = request.uri().path();
        let target = match operation(request.method(), path) {
            Some(Operation::CreateToken) if request.uri().query() == Some("aws_iam=t") => {
                Self::Operation(Operation::CreateTokenWithIam)
            }
            Some(operation) => Self::Operation(operation),
            None if path == "/" => sts_action(request),
            None => Self::Unknown,
        };
        match &origin.host {
            Some(host) if host.role == HostRole::Verification => match path {
                "/" | "/device" => Self::Verification,
                _ => Self::Unknown,
            },
            Some(host) if host.role.accepts(target) => target,
            Some(_) => Self::Unknown,
            None if target == Self::Unknown => page(path),
            None => target,
        }
    }

    /// Returns whether it is opened in a browser.
    pub(crate) fn is_page(self) -> bool {
        matches!(
            self,
            Self::Verification
                | Self::Status
                | Self::Control
                | Self::Operation(Operation::Authorize | Operation::AuthorizeConsole)
        )
    }
}

impl HostRole {
    fn accepts(self, target: Target) -> bool {
        match (self, target) {
            (Self::Service(service), Target::Operation(operation)) => {
                operation.service() == service
            }
            (Self::Service(Service::Sts), Target::UnknownAction) => true,
            _ => false,
        }
    }
}

/// Returns the operation of a method and a path. The operations of STS share one path.
fn operation(method: &Method, path: &str) -> Option<Operation> {
    match (method.as_str(), path) {
        ("POST", "/client/register") => Some(Operation::RegisterClient),
        ("POST", "/device_authorization") => Some(Operation::StartDeviceAuthorization),
        ("POST", "/token") => Some(Operation::CreateToken),
        ("GET" | "POST", "/authorize") => Some(Operation::Authorize),
        ("GET", "/federation/credentials") => Some(Operation::GetRoleCredentials),
        ("GET", "/assignment/accounts") => Some(Operation::ListAccounts),
        ("GET", "/assignment/roles") => Some(Operation::ListAccountRoles),
        ("POST", "/logout") => Some(Operation::Logout),
        ("GET" | "POST", "/v1/authorize") => Some(Operation::AuthorizeConsole),
        ("GET", "/v1/sessions/confirmation") => Some(Operation::ConfirmConsole),
        ("POST", "/v1/token") => Some(Operation::CreateOAuth2Token),
        ("GET" | "POST", "/federation") => Some(Operation::GetSigninToken),
        ("POST", "/sessions") => Some(Operation::CreateSession),
        ("GET", _) if eks::cluster_name(path).is_some() => Some(Operation::DescribeCluster),
        _ => instance::operation(method, path).or_else(|| container::operation(method, path)),
    }
}

/// Returns the `Action` of a request to STS: in its form, or in its query. A `GET` without one is for a
/// page.
fn sts_action(request: &Request) -> Target {
    match Params::from_action(request).get("Action") {
        Some(name) => Operation::from_action(name).map_or(Target::UnknownAction, Target::Operation),
        None if request.method() == Method::POST || Signature::is_presigned(request) => {
            Target::UnknownAction
        }
        None => Target::Unknown,
    }
}

/// Returns the pages of a shared address.
fn page(path: &str) -> Target {
    match path {
        "/" => Target::Status,
        // The last two are where a start URL points.
        "/device" | "/start" | "/start/" => Target::Verification,
        _ if path.starts_with("/emulator/") => Target::Control,
        _ => Target::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &str, body: &'static str, expected: Target) {
        let (method, uri) = request.split_once(' ').unwrap();
        let request = http::Request::builder().method(method).uri(uri).body(body.into()).unwrap();
        assert_eq!(
            Target::of_request(&request, &Origin::of_request(&request)),
            expected,
            "{request:?}"
        );
    }

    #[test]
    fn shared_address_is_routed_by_path() {
        check("POST http://127.0.0.1:8080/token", "", Target::Operation(Operation::CreateToken));
        check("POST http://127.0.0.1:8080/token?aws_iam=t", "", {
            Target::Operation(Operation::CreateTokenWithIam)
        });
        check("GET http://localhost/assignment/roles?x=1", "", {
            Target::Operation(Operation::ListAccountRoles)
        });
        check("POST http://localhost/", "Action=GetCallerIdentity&Version=2011-06-15", {
            Target::Operation(Operation::GetCallerIdentity)
        });
        for host in ["http://localhost", "https://sts.amazonaws.com"] {
            check(&format!("GET {host}/?Action=GetCallerIdentity&Version=2011-06-15"), "", {
                Target::Operation(Operation::GetCallerIdentity)
            });
        }
        check("POST http://localhost/", "Action=AssumeRole", {
            Target::Operation(Operation::AssumeRole)
        });
        check("POST http://localhost/", "Action=DecodeAuthorizationMessage", Target::UnknownAction);
        check("POST http://localhost/", "Action=CreateToken", Target::UnknownAction);
        check("GET http://localhost/", "", Target::Status);
        check("GET http://localhost/device?user_code=X", "", Target::Verification);
        check("POST http://localhost/emulator/approve", "", Target::Control);
        check("GET http://localhost/token", "", Target::Unknown);
        check("GET https://provided-domain.awsapps.com/start/", "", Target::Verification);
        check("GET http://localhost/started", "", Target::Unknown);
    }

    #[test]
    fn aws_host_is_routed_by_host() {
        let token = Target::Operation(Operation::CreateToken);
        check("POST https://oidc.us-east-1.amazonaws.com/token", "", token);
        check("POST https://OIDC-FIPS.eu-west-1.api.aws:443/token", "", token);
        check("POST https://oidc.cn-north-1.amazonaws.com.cn/token", "", token);
        check("POST https://portal.sso.us-east-1.amazonaws.com/token", "", Target::Unknown);
        check("GET https://portal.sso.us-east-1.amazonaws.com/assignment/accounts", "", {
            Target::Operation(Operation::ListAccounts)
        });
        check("POST https://sts.amazonaws.com/", "Action=GetCallerIdentity", {
            Target::Operation(Operation::GetCallerIdentity)
        });
        check("POST https://oidc.us-east-1.amazonaws.com/", "Action=GetCallerIdentity", {
            Target::Unknown
        });
        check("GET https://device.sso.us-east-1.amazonaws.com/", "", Target::Verification);
        check("GET https://oidc.us-east-1.amazonaws.com/emulator/secrets", "", Target::Unknown);
        let console = Target::Operation(Operation::CreateOAuth2Token);
        for host in [
            "us-east-1.signin.aws.amazon.com",
            "cn-north-1.signin.amazonaws.cn",
            "us-gov-east-1.signin-fips.amazonaws-us-gov.com",
            "signin.us-east-1.api.aws",
        ] {
            check(&format!("POST https://{host}/v1/token"), "", console);
            check(&format!("POST https://{host}/token"), "", Target::Unknown);
        }
        // Any other host is an address that all services share.
        check("POST https://oidc.us-east-1.example.com/token", "", token);
    }
}
