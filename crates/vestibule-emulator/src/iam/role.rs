use std::time::Duration;

use super::principal::Principal;

/// A role that can be assumed through STS, with its trust policy.
///
/// A role without a trust policy trusts every principal of its account.
///
/// ```
/// use std::time::Duration;
/// use vestibule_emulator::{Emulator, IamRole, IamUser};
///
/// let deployer = IamRole::new("444455556666", "Deployer")
///     .trusts("arn:aws:iam::111122223333:user/dev")
///     .external_id("partner-7")
///     .max_session_duration(Duration::from_secs(4 * 3600));
/// let dev = IamUser::new("111122223333", "dev").access_key("AKIAIOSFODNN7EXAMPLE", "a secret");
/// let emulator = Emulator::builder().iam_user(dev).iam_role(deployer).build();
/// ```
#[derive(Clone, Debug)]
pub struct IamRole {
    account: String,
    name: String,
    trust_policy: Vec<TrustedEntity>,
    external_id: Option<String>,
    mfa: bool,
    max_duration: Duration,
}

#[derive(Clone, Debug)]
enum TrustedEntity {
    /// A principal element of a policy.
    Principal(String),
    /// A web identity token with this audience and subject.
    Identity { audience: String, subject: String },
    /// An assertion of the SAML provider with this ARN.
    Saml(String),
}

/// The identity and conditions with which a caller requests to assume a role.
#[derive(Debug)]
pub(crate) enum AssumeRequest<'a> {
    Principal {
        principal: &'a Principal,
        external_id: Option<&'a str>,
        mfa: bool,
    },
    Identity {
        audience: &'a str,
        subject: &'a str,
    },
    Saml {
        provider: &'a str,
    },
    /// A service of AWS, by its name in trust policies.
    Service {
        name: &'a str,
    },
}

impl IamRole {
    /// Creates a role of an account. The name may have a path, as in `team/Deployer`.
    pub fn new(account_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            account: account_id.into(),
            name: name.into(),
            trust_policy: Vec::new(),
            external_id: None,
            mfa: false,
            max_duration: Duration::from_secs(3600),
        }
    }

    /// Trusts a principal: the ARN of a user, a role, a role session or an account's root, an
    /// account id, `*`, or a service such as `rolesanywhere.amazonaws.com`. May be called more than
    /// once.
    #[must_use]
    pub fn trusts(mut self, principal: impl Into<String>) -> Self {
        self.trust_policy.push(TrustedEntity::Principal(principal.into()));
        self
    }

    /// Trusts tokens of [`Emulator::identity_token`](crate::Emulator::identity_token) with this
    /// audience and subject.
    #[must_use]
    pub fn trusts_identity(
        mut self,
        audience: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        let (audience, subject) = (audience.into(), subject.into());
        self.trust_policy.push(TrustedEntity::Identity { audience, subject });
        self
    }

    /// Trusts assertions of [`Emulator::saml_assertion`](crate::Emulator::saml_assertion) by the
    /// provider with this ARN.
    #[must_use]
    pub fn trusts_saml(mut self, provider_arn: impl Into<String>) -> Self {
        self.trust_policy.push(TrustedEntity::Saml(provider_arn.into()));
        self
    }

    /// Requires this external id of principals. By default, it is not checked.
    #[must_use]
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.external_id = Some(external_id.into());
        self
    }

    /// Requires MFA of principals. By default, it is not required.
    #[must_use]
    pub fn mfa(mut self) -> Self {
        self.mfa = true;
        self
    }

    /// Sets the maximum session duration: 1 hour by default, and 1 to 12 hours at AWS.
    #[must_use]
    pub fn max_session_duration(mut self, duration: Duration) -> Self {
        self.max_duration = duration;
        self
    }

    pub(crate) fn longest_session(&self) -> Duration {
        self.max_duration
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Returns the principal of a session of this role.
    pub(crate) fn session(&self, name: &str) -> Principal {
        let role = self.name.rsplit('/').next().unwrap_or_default();
        Principal::Session {
            account: self.account.clone(),
            role: role.to_owned(),
            name: name.to_owned(),
        }
    }

    pub(super) fn resource(&self) -> String {
        format!("iam::{}:role/{}", self.account, self.name)
    }

    /// Returns whether the trust policy allows the request. Its conditions apply to principals
    /// only.
    pub(crate) fn allows(&self, request: &AssumeRequest<'_>) -> bool {
        let trusted = self.trust_policy.iter().any(|entity| entity.matches(request));
        match request {
            AssumeRequest::Principal { principal, external_id, mfa } => {
                let trusted =
                    trusted || self.trust_policy.is_empty() && principal.matches(&self.account);
                let has_external_id =
                    self.external_id.is_none() || self.external_id.as_deref() == *external_id;
                trusted && has_external_id && (*mfa || !self.mfa)
            }
            AssumeRequest::Identity { .. }
            | AssumeRequest::Saml { .. }
            | AssumeRequest::Service { .. } => trusted,
        }
    }
}

impl TrustedEntity {
    fn matches(&self, request: &AssumeRequest<'_>) -> bool {
        match (self, request) {
            (Self::Principal(element), AssumeRequest::Principal { principal, .. }) => {
                principal.matches(element)
            }
            (
                Self::Identity { audience, subject },
                AssumeRequest::Identity { audience: a, subject: s },
            ) => audience == a && subject == s,
            (Self::Saml(arn), AssumeRequest::Saml { provider }) => arn == provider,
            (Self::Principal(element), AssumeRequest::Service { name }) => element == name,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";

    fn user(account: &str) -> Principal {
        Principal::User { account: account.into(), name: "dev".into() }
    }

    #[track_caller]
    fn check(
        role: &IamRole,
        principal: &Principal,
        external_id: Option<&str>,
        mfa: bool,
        expected: bool,
    ) {
        let allowed = role.allows(&AssumeRequest::Principal { principal, external_id, mfa });
        assert_eq!(allowed, expected, "{role:?} {principal:?}");
    }

    #[test]
    fn role_without_policy_trusts_its_account() {
        let role = IamRole::new(ACCOUNT, "R");
        check(&role, &user(ACCOUNT), None, false, true);
        check(&role, &user("444455556666"), None, false, false);
        assert!(!role.allows(&AssumeRequest::Identity { audience: "a", subject: "s" }));
        assert!(!role.allows(&AssumeRequest::Saml { provider: "p" }));
    }

    #[test]
    fn conditions_apply_to_every_trusted_principal() {
        let role = IamRole::new(ACCOUNT, "R")
            .trusts("444455556666")
            .trusts(ACCOUNT)
            .external_id("x")
            .mfa();
        for account in [ACCOUNT, "444455556666"] {
            check(&role, &user(account), Some("x"), true, true);
            check(&role, &user(account), Some("y"), true, false);
            check(&role, &user(account), None, true, false);
            check(&role, &user(account), Some("x"), false, false);
        }
    }

    #[test]
    fn role_that_trusts_tokens_refuses_principals() {
        let role = IamRole::new(ACCOUNT, "R").trusts_identity("sts", "pod").trusts_saml("p");
        check(&role, &user(ACCOUNT), None, false, false);
        assert!(role.allows(&AssumeRequest::Identity { audience: "sts", subject: "pod" }));
        assert!(!role.allows(&AssumeRequest::Identity { audience: "sts", subject: "x" }));
        assert!(role.allows(&AssumeRequest::Saml { provider: "p" }));
    }
}
