use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, suggestion};

/// An operation of an emulated service: the unit in which requests are counted, logged and made
/// to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// OIDC: `POST /client/register`.
    RegisterClient,
    /// OIDC: `POST /device_authorization`.
    StartDeviceAuthorization,
    /// OIDC: `POST /token`.
    CreateToken,
    /// OIDC: `POST /token?aws_iam=t`.
    CreateTokenWithIam,
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
    /// Instance metadata: the name of the role.
    GetInstanceRole,
    /// Instance metadata: the credentials of the role.
    GetInstanceCredentials,
    /// Instance metadata: the region, and anything else.
    GetInstanceMetadata,
    /// The agents of ECS, EKS and Greengrass: the credentials of a container.
    GetContainerCredentials,
    /// Console login, in the browser: `/v1/authorize`.
    AuthorizeConsole,
    /// Console login, in the browser: `/v1/sessions/confirmation`.
    ConfirmConsole,
    /// Console login: `POST /v1/token`.
    CreateOAuth2Token,
    /// Console federation: `/federation`, also in the browser.
    GetSigninToken,
    /// EKS: `GET /clusters/NAME`.
    DescribeCluster,
    /// Roles Anywhere: `POST /sessions`.
    CreateSession,
}

/// The service that an operation belongs to, which decides the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Oidc,
    Portal,
    Sts,
    Instance,
    Container,
    Console,
    Eks,
    RolesAnywhere,
}

impl Operation {
    /// Every operation, in the order in which a client first calls them.
    pub const ALL: [Self; 25] = [
        Self::RegisterClient,
        Self::StartDeviceAuthorization,
        Self::CreateToken,
        Self::CreateTokenWithIam,
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
        Self::DescribeCluster,
        Self::CreateSession,
    ];

    /// Returns the name in the service's model, or one of the same form if there is no model.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisterClient => "RegisterClient",
            Self::StartDeviceAuthorization => "StartDeviceAuthorization",
            Self::CreateToken => "CreateToken",
            Self::CreateTokenWithIam => "CreateTokenWithIAM",
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
            Self::DescribeCluster => "DescribeCluster",
            Self::CreateSession => "CreateSession",
        }
    }

    pub(crate) const fn service(self) -> Service {
        match self {
            Self::RegisterClient
            | Self::StartDeviceAuthorization
            | Self::CreateToken
            | Self::CreateTokenWithIam
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
            Self::DescribeCluster => Service::Eks,
            Self::CreateSession => Service::RolesAnywhere,
        }
    }

    /// Returns the STS operation with this `Action`.
    pub(crate) fn from_action(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|operation| operation.service() == Service::Sts && operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Operation {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|operation| operation.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            let all = format!("; write one of {}", names.join(", "));
            let suggestion = suggestion(name, names, &all);
            let message = format!("`{name}` is not an operation{suggestion}");
            Error::new(ErrorKind::UnknownOperation, message)
        })
    }
}
