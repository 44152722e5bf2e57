use std::fmt;
use std::str::FromStr;

use http::Method;

/// A thing that clients ask for; what is counted, logged and made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// OIDC: `POST /client/register`.
    RegisterClient,
    /// OIDC: `POST /device_authorization`.
    StartDeviceAuthorization,
    /// OIDC: `POST /token`.
    CreateToken,
    /// OIDC, in the browser: `/authorize`.
    Authorize,
    /// Portal: `GET /federation/credentials`.
    GetRoleCredentials,
    /// Portal: `GET /assignment/accounts`.
    ListAccounts,
    /// Portal: `GET /assignment/roles`.
    ListAccountRoles,
    /// Portal: `POST /logout`.
    Logout,
    /// STS: `POST /` with `Action=GetCallerIdentity`.
    GetCallerIdentity,
}

/// Who answers an operation, and in which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Oidc,
    Portal,
    Sts,
}

impl Operation {
    /// All of them, in the order of a first sign-in.
    pub const ALL: [Self; 9] = [
        Self::RegisterClient,
        Self::StartDeviceAuthorization,
        Self::CreateToken,
        Self::Authorize,
        Self::GetRoleCredentials,
        Self::ListAccounts,
        Self::ListAccountRoles,
        Self::Logout,
        Self::GetCallerIdentity,
    ];

    /// The name in the service's model.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisterClient => "RegisterClient",
            Self::StartDeviceAuthorization => "StartDeviceAuthorization",
            Self::CreateToken => "CreateToken",
            Self::Authorize => "Authorize",
            Self::GetRoleCredentials => "GetRoleCredentials",
            Self::ListAccounts => "ListAccounts",
            Self::ListAccountRoles => "ListAccountRoles",
            Self::Logout => "Logout",
            Self::GetCallerIdentity => "GetCallerIdentity",
        }
    }

    pub(crate) const fn service(self) -> Service {
        match self {
            Self::RegisterClient
            | Self::StartDeviceAuthorization
            | Self::CreateToken
            | Self::Authorize => Service::Oidc,
            Self::GetRoleCredentials
            | Self::ListAccounts
            | Self::ListAccountRoles
            | Self::Logout => Service::Portal,
            Self::GetCallerIdentity => Service::Sts,
        }
    }

    /// What a method and a path ask for. Those of STS share one path.
    pub(crate) fn at(method: &Method, path: &str) -> Option<Self> {
        match (method.as_str(), path) {
            ("POST", "/client/register") => Some(Self::RegisterClient),
            ("POST", "/device_authorization") => Some(Self::StartDeviceAuthorization),
            ("POST", "/token") => Some(Self::CreateToken),
            ("GET" | "POST", "/authorize") => Some(Self::Authorize),
            ("GET", "/federation/credentials") => Some(Self::GetRoleCredentials),
            ("GET", "/assignment/accounts") => Some(Self::ListAccounts),
            ("GET", "/assignment/roles") => Some(Self::ListAccountRoles),
            ("POST", "/logout") => Some(Self::Logout),
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no [`Operation`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an operation: expected a name such as `CreateToken`")]
#[non_exhaustive]
pub struct UnknownOperation;

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, UnknownOperation> {
        Self::ALL.into_iter().find(|operation| operation.name() == name).ok_or(UnknownOperation)
    }
}
