use vestibule::{AccountId, Base, Plan, RoleName};
use vestibule_serve::agent::CredentialRequest;
use vestibule_sync::Filter;
use wildmatch::WildMatch;

use crate::error::Error;
use crate::exit::Exit;

/// The profiles and roles whose credentials an agent may give.
#[derive(Clone, Debug)]
pub(super) struct Allowlist {
    profiles: Vec<WildMatch>,
    /// `None` if no pattern names a role: a filter without patterns would match every role.
    roles: Option<Filter>,
}

impl Allowlist {
    pub(super) fn parse(patterns: &[String]) -> Result<Self, Error> {
        let (roles, profiles): (Vec<&str>, Vec<&str>) =
            patterns.iter().map(String::as_str).partition(|pattern| pattern.contains('/'));
        let filter = Filter::new::<&str>(&roles, &[])
            .map_err(|error| Error::new(Exit::Usage, format!("--allow: {error}")))?;
        let roles = (!roles.is_empty()).then_some(filter);
        Ok(Self { profiles: profiles.into_iter().map(WildMatch::new).collect(), roles })
    }

    /// Returns whether a request is allowed by its name alone.
    pub(super) fn allows_request(&self, request: &CredentialRequest) -> bool {
        match request {
            CredentialRequest::Profile(name) => {
                self.profiles.iter().any(|pattern| pattern.matches(name))
            }
            CredentialRequest::Role { account_id, role_name, .. } => {
                self.allows_role(account_id, role_name)
            }
        }
    }

    /// Returns whether the role that a profile leads to is allowed.
    pub(super) fn allows_plan(&self, plan: &Plan) -> bool {
        let role = match (plan.roles.last(), &plan.base) {
            (Some(role), _) => parse_arn(role.arn.value.as_str()),
            (None, Base::Sso(role)) => {
                Some((role.account_id.value.clone(), role.role_name.value.clone()))
            }
            _ => None,
        };
        role.is_some_and(|(account, role)| self.allows_role(&account, &role))
    }

    fn allows_role(&self, account: &AccountId, role: &RoleName) -> bool {
        self.roles.as_ref().is_some_and(|roles| roles.matches(account, None, role))
    }
}

/// Returns the account and the name of a role, without its path.
fn parse_arn(arn: &str) -> Option<(AccountId, RoleName)> {
    let mut parts = arn.splitn(6, ':').skip(4);
    let (account, resource) = (parts.next()?, parts.next()?.strip_prefix("role/")?);
    let name = resource.rsplit('/').next()?;
    Some((AccountId::new(account).ok()?, RoleName::new(name).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowlist(patterns: &[&str]) -> Allowlist {
        let patterns: Vec<_> = patterns.iter().map(ToString::to_string).collect();
        Allowlist::parse(&patterns).unwrap()
    }

    fn role(account: &str, name: &str) -> CredentialRequest {
        CredentialRequest::Role {
            sso_session: None,
            account_id: AccountId::new(account).unwrap(),
            role_name: RoleName::new(name).unwrap(),
        }
    }

    #[test]
    fn profile_pattern_allows_no_role() {
        let list = allowlist(&["dev", "stage-*"]);
        let allows = |name: &str| list.allows_request(&CredentialRequest::Profile(name.to_owned()));
        assert!(allows("dev") && allows("stage-1"));
        assert!(!allows("Dev") && !allows("prod") && !allows("stage") && !allows(""));
        assert!(!list.allows_request(&role("111122223333", "dev")));
    }

    #[test]
    fn role_pattern_allows_no_profile_by_name() {
        let list = allowlist(&["111122223333/Read*"]);
        assert!(list.allows_request(&role("111122223333", "ReadOnly")));
        assert!(!list.allows_request(&role("111122223333", "Admin")));
        assert!(!list.allows_request(&role("444455556666", "ReadOnly")));
        assert!(!list.allows_request(&CredentialRequest::Profile("111122223333/ReadOnly".into())));
        let patterns = ["/x".to_owned()];
        assert_eq!(Allowlist::parse(&patterns).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn arn_leads_to_account_and_name() {
        let (account, name) = parse_arn("arn:aws:iam::111122223333:role/path/Deploy").unwrap();
        assert_eq!((account.as_str(), name.as_str()), ("111122223333", "Deploy"));
        assert!(parse_arn("arn:aws:iam::111122223333:user/x").is_none());
    }
}
