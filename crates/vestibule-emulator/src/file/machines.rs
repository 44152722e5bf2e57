use std::time::Duration;

use toml::Spanned;

use super::{AccountId, As, Unread};
use crate::builder::Builder;
use crate::container::Container;
use crate::iam::{IamRole, IamUser};
use crate::instance::Instance;

/// A user of IAM: lasting keys, and devices.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct User {
    account: As<AccountId>,
    name: String,
    #[serde(default)]
    access_keys: Vec<AccessKey>,
    #[serde(default)]
    mfa_devices: Vec<MfaDevice>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessKey {
    id: String,
    secret: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct MfaDevice {
    serial: String,
    seed: String,
}

/// A role that STS knows, and whom it trusts.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Role {
    account: As<AccountId>,
    name: String,
    #[serde(default)]
    trusts: Vec<String>,
    #[serde(default)]
    trusts_identities: Vec<Identity>,
    #[serde(default)]
    trusts_saml: Vec<String>,
    external_id: Option<String>,
    #[serde(default)]
    mfa: bool,
    longest: Option<As<Duration>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    audience: String,
    subject: String,
}

/// The instance, and its role.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Machine {
    account: As<AccountId>,
    role: String,
    #[serde(default = "yes")]
    extended: bool,
    #[serde(default)]
    version_1: bool,
}

fn yes() -> bool {
    true
}

/// A container, by what its agent knows it by.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Task {
    account: As<AccountId>,
    role: Spanned<String>,
    ecs_id: Option<String>,
    eks_subject: Option<String>,
    greengrass_token: Option<String>,
}

impl User {
    pub(super) fn apply(self, to: Builder) -> Result<Builder, Unread> {
        let user = IamUser::new(self.account.get()?.0, self.name);
        let user = self
            .access_keys
            .into_iter()
            .fold(user, |user, AccessKey { id, secret }| user.access_key(id, secret));
        let devices = self.mfa_devices.into_iter();
        Ok(to.iam_user(
            devices.fold(user, |user, MfaDevice { serial, seed }| user.mfa_device(serial, &seed)),
        ))
    }
}

impl Role {
    pub(super) fn apply(self, to: Builder) -> Result<Builder, Unread> {
        let role = IamRole::new(self.account.get()?.0, self.name);
        let role = self.trusts.into_iter().fold(role, IamRole::trusting);
        let role = self.trusts_saml.into_iter().fold(role, IamRole::trusting_saml);
        let identities = self.trusts_identities.into_iter();
        let mut role = identities.fold(role, |role, Identity { audience, subject }| {
            role.trusting_identity(audience, subject)
        });
        if let Some(external_id) = self.external_id {
            role = role.with_external_id(external_id);
        }
        if self.mfa {
            role = role.with_mfa();
        }
        if let Some(longest) = self.longest {
            role = role.for_at_most(longest.get()?);
        }
        Ok(to.iam_role(role))
    }
}

impl Machine {
    pub(super) fn apply(self, to: Builder) -> Result<Builder, Unread> {
        let mut instance = Instance::new().role(self.account.get()?.0, self.role);
        if !self.extended {
            instance = instance.without_extended();
        }
        if self.version_1 {
            instance = instance.with_version_1();
        }
        Ok(to.instance(instance))
    }
}

impl Task {
    pub(super) fn apply(self, to: Builder) -> Result<Builder, Unread> {
        let (account, span) = (self.account.get()?.0, self.role.span());
        let role = self.role.into_inner();
        let container = match (self.ecs_id, self.eks_subject, self.greengrass_token) {
            (Some(id), None, None) => Container::ecs(account, role, id),
            (None, Some(subject), None) => Container::eks(account, role, subject),
            (None, None, Some(token)) => Container::greengrass(account, role, token),
            _ => {
                let problem = "a container has one of `ecs-id`, `eks-subject`, `greengrass-token`";
                return Err((span, problem.to_owned()));
            }
        };
        Ok(to.container(container))
    }
}
