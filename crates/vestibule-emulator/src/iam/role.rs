use std::time::Duration;

use crate::iam::Principal;

/// A role that can be assumed through STS, and its trust policy.
///
/// Unless told whom it trusts, it trusts everybody in its account.
///
/// ```
/// use std::time::Duration;
/// use vestibule_emulator::{Emulator, IamRole, IamUser};
///
/// let deployer = IamRole::new("444455556666", "Deployer")
///     .trusting("arn:aws:iam::111122223333:user/dev")
///     .with_external_id("partner-7")
///     .for_at_most(Duration::from_secs(4 * 3600));
/// let dev = IamUser::new("111122223333", "dev").access_key("AKIAIOSFODNN7EXAMPLE", "a secret");
/// let emulator = Emulator::builder().iam_user(dev).iam_role(deployer).build();
/// ```
#[derive(Clone, Debug)]
pub struct IamRole {
    account: String,
    name: String,
    trusted: Vec<Trusted>,
    external_id: Option<String>,
    mfa: bool,
    longest: Duration,
}

#[derive(Clone, Debug)]
enum Trusted {
    /// As a policy names them.
    Principal(String),
    /// Who shows an identity token made out to this audience, about this subject.
    Identity { audience: String, subject: String },
    /// Who shows an assertion of this SAML provider.
    Saml(String),
}

/// What somebody brings who wants to be in a role.
#[derive(Debug)]
pub(crate) enum Bid<'a> {
    Principal { who: &'a Principal, external_id: Option<&'a str>, mfa: bool },
    Identity { audience: &'a str, subject: &'a str },
    Saml { provider: &'a str },
}

impl IamRole {
    /// A role in an account. A path may come before the name, as in `team/Deployer`.
    pub fn new(account_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            account: account_id.into(),
            name: name.into(),
            trusted: Vec::new(),
            external_id: None,
            mfa: false,
            longest: Duration::from_secs(3600),
        }
    }

    /// Trusts a principal: the ARN of a user, a role, a role's session or an account's root, an
    /// account id, or `*`. May be given more than once.
    #[must_use]
    pub fn trusting(mut self, principal: impl Into<String>) -> Self {
        self.trusted.push(Trusted::Principal(principal.into()));
        self
    }

    /// Trusts who shows a token of [`Emulator::identity_token`](crate::Emulator::identity_token)
    /// with this audience and subject.
    #[must_use]
    pub fn trusting_identity(
        mut self,
        audience: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        let (audience, subject) = (audience.into(), subject.into());
        self.trusted.push(Trusted::Identity { audience, subject });
        self
    }

    /// Trusts who shows an assertion of
    /// [`Emulator::saml_assertion`](crate::Emulator::saml_assertion) by the provider of this ARN.
    #[must_use]
    pub fn trusting_saml(mut self, provider_arn: impl Into<String>) -> Self {
        self.trusted.push(Trusted::Saml(provider_arn.into()));
        self
    }

    /// Principals must give this external id. Unless called, any will do.
    #[must_use]
    pub fn with_external_id(mut self, external_id: impl Into<String>) -> Self {
        self.external_id = Some(external_id.into());
        self
    }

    /// Principals must show a code of an MFA device. Unless called, they need not.
    #[must_use]
    pub fn with_mfa(mut self) -> Self {
        self.mfa = true;
        self
    }

    /// The longest session that may be asked for. Unless called, 1 hour; AWS has 1 to 12 hours.
    #[must_use]
    pub fn for_at_most(mut self, span: Duration) -> Self {
        self.longest = span;
        self
    }

    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Somebody in this role.
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

    /// What the trust policy says. Its conditions are for principals alone.
    pub(crate) fn admits(&self, bid: &Bid<'_>) -> bool {
        let trusted = self.trusted.iter().any(|one| one.covers(bid));
        match bid {
            Bid::Principal { who, external_id, mfa } => {
                let trusted = trusted || self.trusted.is_empty() && who.is(&self.account);
                let named =
                    self.external_id.is_none() || self.external_id.as_deref() == *external_id;
                trusted && named && (*mfa || !self.mfa)
            }
            Bid::Identity { .. } | Bid::Saml { .. } => trusted,
        }
    }
}

impl Trusted {
    fn covers(&self, bid: &Bid<'_>) -> bool {
        match (self, bid) {
            (Self::Principal(named), Bid::Principal { who, .. }) => who.is(named),
            (Self::Identity { audience: to, subject: of }, Bid::Identity { audience, subject }) => {
                to == audience && of == subject
            }
            (Self::Saml(named), Bid::Saml { provider }) => named == provider,
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
    fn check(role: &IamRole, who: &Principal, external_id: Option<&str>, mfa: bool, is: bool) {
        let admitted = role.admits(&Bid::Principal { who, external_id, mfa });
        assert_eq!(admitted, is, "{role:?} {who:?}");
    }

    #[test]
    fn a_role_without_a_policy_is_open_to_its_account() {
        let role = IamRole::new(ACCOUNT, "R");
        check(&role, &user(ACCOUNT), None, false, true);
        check(&role, &user("444455556666"), None, false, false);
        assert!(!role.admits(&Bid::Identity { audience: "a", subject: "s" }));
        assert!(!role.admits(&Bid::Saml { provider: "p" }));
    }

    #[test]
    fn conditions_hold_for_everybody_trusted() {
        let role = IamRole::new(ACCOUNT, "R")
            .trusting("444455556666")
            .trusting(ACCOUNT)
            .with_external_id("x")
            .with_mfa();
        for account in [ACCOUNT, "444455556666"] {
            check(&role, &user(account), Some("x"), true, true);
            check(&role, &user(account), Some("y"), true, false);
            check(&role, &user(account), None, true, false);
            check(&role, &user(account), Some("x"), false, false);
        }
    }

    #[test]
    fn a_role_for_tokens_is_for_nobody_else() {
        let role = IamRole::new(ACCOUNT, "R").trusting_identity("sts", "pod").trusting_saml("p");
        check(&role, &user(ACCOUNT), None, false, false);
        assert!(role.admits(&Bid::Identity { audience: "sts", subject: "pod" }));
        assert!(!role.admits(&Bid::Identity { audience: "sts", subject: "x" }));
        assert!(role.admits(&Bid::Saml { provider: "p" }));
    }
}
