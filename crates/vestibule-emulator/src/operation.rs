use std::fmt;
use std::str::FromStr;

use http::Method;

use crate::{container, instance};

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
    /// STS: `POST /` with `Action=AssumeRole`.
    AssumeRole,
    /// STS: `POST /` with `Action=AssumeRoleWithWebIdentity`.
    AssumeRoleWithWebIdentity,
    /// STS: `POST /` with `Action=AssumeRoleWithSAML`.
    AssumeRoleWithSaml,
    /// STS: `POST /` with `Action=GetSessionToken`.
    GetSessionToken,
    /// Instance metadata: `PUT /latest/api/token`.
    GetInstanceToken,
    /// Instance metadata: which role there is.
    GetInstanceRole,
    /// Instance metadata: the credentials of the role.
    GetInstanceCredentials,
    /// Instance metadata: the region, and anything else.
    GetInstanceMetadata,
    /// The agents of ECS, EKS and Greengrass: the credentials of a container.
    GetContainerCredentials,
    /// Console sign-in, in the browser: `/v1/authorize`.
    AuthorizeConsole,
    /// Console sign-in, in the browser: `/v1/sessions/confirmation`.
    ConfirmConsole,
    /// Console sign-in: `POST /v1/token`.
    CreateOAuth2Token,
    /// The console for who has credentials: `/federation`, also in the browser.
    GetSigninToken,
}

/// Who answers an operation, and in which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Oidc,
    Portal,
    Sts,
    Instance,
    Container,
    Console,
}

impl Operation {
    /// All of them, in the order of a first sign-in.
    pub const ALL: [Self; 22] = [
        Self::RegisterClient,
        Self::StartDeviceAuthorization,
        Self::CreateToken,
        Self::Authorize,
        Self::GetRoleCredentials,
        Self::ListAccounts,
        Self::ListAccountRoles,
        Self::Logout,
        Self::GetCallerIdentity,
        Self::AssumeRole,
        Self::AssumeRoleWithWebIdentity,
        Self::AssumeRoleWithSaml,
        Self::GetSessionToken,
        Self::GetInstanceToken,
        Self::GetInstanceRole,
        Self::GetInstanceCredentials,
        Self::GetInstanceMetadata,
        Self::GetContainerCredentials,
        Self::AuthorizeConsole,
        Self::ConfirmConsole,
        Self::CreateOAuth2Token,
        Self::GetSigninToken,
    ];

    /// The name in the service's model, where there is one.
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
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
            Self::AssumeRoleWithSaml => "AssumeRoleWithSAML",
            Self::GetSessionToken => "GetSessionToken",
            Self::GetInstanceToken => "GetInstanceToken",
            Self::GetInstanceRole => "GetInstanceRole",
            Self::GetInstanceCredentials => "GetInstanceCredentials",
            Self::GetInstanceMetadata => "GetInstanceMetadata",
            Self::GetContainerCredentials => "GetContainerCredentials",
            Self::AuthorizeConsole => "AuthorizeConsole",
            Self::ConfirmConsole => "ConfirmConsole",
            Self::CreateOAuth2Token => "CreateOAuth2Token",
            Self::GetSigninToken => "GetSigninToken",
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
            Self::GetCallerIdentity
            | Self::AssumeRole
            | Self::AssumeRoleWithWebIdentity
            | Self::AssumeRoleWithSaml
            | Self::GetSessionToken => Service::Sts,
            Self::GetInstanceToken
            | Self::GetInstanceRole
            | Self::GetInstanceCredentials
            | Self::GetInstanceMetadata => Service::Instance,
            Self::GetContainerCredentials => Service::Container,
            Self::AuthorizeConsole
            | Self::ConfirmConsole
            | Self::CreateOAuth2Token
            | Self::GetSigninToken => Service::Console,
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
            ("GET" | "POST", "/v1/authorize") => Some(Self::AuthorizeConsole),
            ("GET", "/v1/sessions/confirmation") => Some(Self::ConfirmConsole),
            ("POST", "/v1/token") => Some(Self::CreateOAuth2Token),
            ("GET" | "POST", "/federation") => Some(Self::GetSigninToken),
            _ => instance::operation(method, path).or_else(|| container::operation(method, path)),
        }
    }

    /// What an action of STS is.
    pub(crate) fn of_action(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|operation| operation.service() == Service::Sts && operation.name() == name)
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
