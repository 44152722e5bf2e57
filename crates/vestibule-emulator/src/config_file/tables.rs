//! The tables of the file, in the order in which they are applied to a builder.

use std::time::Duration;

use toml::Spanned;
use vestibule_types::{Region, Timestamp};
use vestibule_world::Clock as _;

use super::value::{AccountId, Parsed, Problem, StartUrl};
use crate::builder::Builder;
use crate::clock::Clock;
use crate::container::Container;
use crate::fault_schedule::Rule;
use crate::iam::{IamRole, IamUser};
use crate::instance::Instance;
use crate::settings::Rotation;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConfigFile {
    region: Option<Parsed<Region>>,
    #[serde(default)]
    start_urls: Vec<Parsed<StartUrl>>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    eks_clusters: Vec<String>,
    #[serde(default)]
    applications: Vec<String>,
    #[serde(default)]
    auto_approve: bool,
    rotation: Option<Parsed<Rotation>>,
    #[serde(default)]
    faults: Vec<Parsed<Vec<Rule>>>,
    #[serde(default, rename = "account")]
    accounts: Vec<AccountTable>,
    #[serde(default, rename = "session")]
    sessions: Vec<SessionTable>,
    #[serde(default, rename = "access-key")]
    access_keys: Vec<AccessKeyTable>,
    #[serde(default, rename = "iam-user")]
    iam_users: Vec<IamUserTable>,
    #[serde(default, rename = "iam-role")]
    iam_roles: Vec<IamRoleTable>,
    #[serde(default, rename = "roles-anywhere")]
    roles_anywhere: Vec<RolesAnywhereTable>,
    instance: Option<InstanceTable>,
    #[serde(default, rename = "container")]
    containers: Vec<ContainerTable>,
    #[serde(default)]
    durations: DurationsTable,
    #[serde(default)]
    clock: ClockTable,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountTable {
    id: Parsed<AccountId>,
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SessionTable {
    user: String,
    access_token: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessKeyTable {
    account: Parsed<AccountId>,
    id: String,
    secret: String,
}

/// A trust anchor with a profile.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RolesAnywhereTable {
    trust_anchor: String,
    certificate: String,
    profile: String,
    roles: Vec<String>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DurationsTable {
    registration: Option<Parsed<Duration>>,
    session: Option<Parsed<Duration>>,
    access_token: Option<Parsed<Duration>>,
    role_credentials: Option<Parsed<Duration>>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ClockTable {
    start: Option<Parsed<Timestamp>>,
    #[serde(default)]
    stands_still: bool,
}

impl ConfigFile {
    pub(super) fn apply(self, mut to: Builder) -> Result<Builder, Problem> {
        if let Some(region) = self.region {
            to = to.region(region.get()?);
        }
        for url in self.start_urls {
            to = to.start_url(url.get()?.0);
        }
        to = self.users.into_iter().fold(to, Builder::user);
        to = self.eks_clusters.into_iter().fold(to, Builder::eks_cluster);
        to = self.applications.into_iter().fold(to, Builder::application);
        if self.auto_approve {
            to = to.auto_approve();
        }
        if let Some(rotation) = self.rotation {
            to = to.rotation(rotation.get()?);
        }
        for fault in self.faults {
            to = to.rules(fault.get()?);
        }
        for AccountTable { id, name, roles } in self.accounts {
            let account = to.account_mut(id.get()?.0);
            account.name = name;
            account.roles.extend(roles);
        }
        for SessionTable { user, access_token } in self.sessions {
            to = to.session(user, access_token);
        }
        for AccessKeyTable { account, id, secret } in self.access_keys {
            to = to.access_key(account.get()?.0, id, secret);
        }
        for user in self.iam_users {
            to = user.apply(to)?;
        }
        for role in self.iam_roles {
            to = role.apply(to)?;
        }
        for table in self.roles_anywhere {
            to = to.trust_anchor(table.trust_anchor, table.certificate);
            let profile = |to: Builder, role| to.roles_anywhere_profile(&*table.profile, role);
            to = table.roles.into_iter().fold(to, profile);
        }
        if let Some(instance) = self.instance {
            to = instance.apply(to)?;
        }
        for container in self.containers {
            to = container.apply(to)?;
        }
        to = self.durations.apply(to)?;
        if self.clock.stands_still {
            to = to.clock(Clock::manual(Clock::default().now()));
        }
        match self.clock.start {
            Some(start) => Ok(to.starting_at(start.get()?)),
            None => Ok(to),
        }
    }
}

impl DurationsTable {
    fn apply(self, mut to: Builder) -> Result<Builder, Problem> {
        if let Some(duration) = self.registration {
            to = to.registration_duration(duration.get()?);
        }
        if let Some(duration) = self.session {
            to = to.session_duration(duration.get()?);
        }
        if let Some(duration) = self.access_token {
            to = to.access_token_duration(duration.get()?);
        }
        if let Some(duration) = self.role_credentials {
            to = to.role_duration(duration.get()?);
        }
        Ok(to)
    }
}

/// An IAM user, with access keys and MFA devices.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IamUserTable {
    account: Parsed<AccountId>,
    name: String,
    #[serde(default)]
    access_keys: Vec<UserAccessKey>,
    #[serde(default)]
    mfa_devices: Vec<MfaDevice>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct UserAccessKey {
    id: String,
    secret: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct MfaDevice {
    serial: String,
    seed: String,
}

/// A role that can be assumed, with its trust policy.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IamRoleTable {
    account: Parsed<AccountId>,
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
    longest: Option<Parsed<Duration>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    audience: String,
    subject: String,
}

/// The EC2 instance.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct InstanceTable {
    account: Parsed<AccountId>,
    role: String,
    #[serde(default = "default_true")]
    extended: bool,
    #[serde(default)]
    version_1: bool,
}

fn default_true() -> bool {
    true
}

/// A container, with the id, subject or token of its agent.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ContainerTable {
    account: Parsed<AccountId>,
    role: Spanned<String>,
    ecs_id: Option<String>,
    eks_subject: Option<String>,
    greengrass_token: Option<String>,
}

impl IamUserTable {
    fn apply(self, to: Builder) -> Result<Builder, Problem> {
        let user = IamUser::new(self.account.get()?.0, self.name);
        let user = self
            .access_keys
            .into_iter()
            .fold(user, |user, UserAccessKey { id, secret }| user.access_key(id, secret));
        let devices = self.mfa_devices.into_iter();
        Ok(to.iam_user(
            devices.fold(user, |user, MfaDevice { serial, seed }| user.mfa_device(serial, &seed)),
        ))
    }
}

impl IamRoleTable {
    fn apply(self, to: Builder) -> Result<Builder, Problem> {
        let role = IamRole::new(self.account.get()?.0, self.name);
        let role = self.trusts.into_iter().fold(role, IamRole::trusts);
        let role = self.trusts_saml.into_iter().fold(role, IamRole::trusts_saml);
        let identities = self.trusts_identities.into_iter();
        let mut role = identities.fold(role, |role, Identity { audience, subject }| {
            role.trusts_identity(audience, subject)
        });
        if let Some(external_id) = self.external_id {
            role = role.external_id(external_id);
        }
        if self.mfa {
            role = role.mfa();
        }
        if let Some(longest) = self.longest {
            role = role.max_session_duration(longest.get()?);
        }
        Ok(to.iam_role(role))
    }
}

impl InstanceTable {
    fn apply(self, to: Builder) -> Result<Builder, Problem> {
        let mut instance = Instance::new().role(self.account.get()?.0, self.role);
        if !self.extended {
            instance = instance.without_extended_api();
        }
        if self.version_1 {
            instance = instance.allow_version_1();
        }
        Ok(to.instance(instance))
    }
}

impl ContainerTable {
    fn apply(self, to: Builder) -> Result<Builder, Problem> {
        let (account, span) = (self.account.get()?.0, self.role.span());
        let role = self.role.into_inner();
        let container = match (self.ecs_id, self.eks_subject, self.greengrass_token) {
            (Some(id), None, None) => Container::ecs(account, role, id),
            (None, Some(subject), None) => Container::eks(account, role, subject),
            (None, None, Some(token)) => Container::greengrass(account, role, token),
            _ => {
                let problem =
                    "a container has exactly one of `ecs-id`, `eks-subject`, `greengrass-token`";
                return Err((span, problem.to_owned()));
            }
        };
        Ok(to.container(container))
    }
}
