use vestibule_types::hex;

/// The user or role session that a key pair belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    User {
        account: String,
        name: String,
    },
    /// A session of an assumed role, under the name that the caller chose.
    Session {
        account: String,
        role: String,
        name: String,
    },
}

impl Principal {
    pub(crate) fn account(&self) -> &str {
        match self {
            Self::User { account, .. } | Self::Session { account, .. } => account,
        }
    }

    pub(crate) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:{}", self.resource())
    }

    /// Returns the unique id, which differs from that of a later user with the same name.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::User { account, name } => format!("AIDA{}", unique_id(account, name)),
            Self::Session { account, role, name } => {
                format!("AROA{}:{name}", unique_id(account, role))
            }
        }
    }

    /// Returns whether the principal element of a trust policy matches: an ARN, an account id or
    /// `*`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    /// (read 2026-11)
    pub(crate) fn matches(&self, element: &str) -> bool {
        if element == "*" || element == self.account() {
            return true;
        }
        let Some(element) = arn_resource(element) else { return false };
        let root = format!("iam::{}:root", self.account());
        let matches_role = match self {
            Self::User { .. } => None,
            Self::Session { account, role, .. } => element
                .strip_prefix(&format!("iam::{account}:role/"))
                .map(|path| path.rsplit('/').next() == Some(role)),
        };
        element == root || element == self.resource() || matches_role == Some(true)
    }

    /// Returns what follows `arn:PARTITION:`.
    fn resource(&self) -> String {
        match self {
            Self::User { account, name } => format!("iam::{account}:user/{name}"),
            Self::Session { account, role, name } => {
                format!("sts::{account}:assumed-role/{role}/{name}")
            }
        }
    }
}

/// Returns what follows `arn:PARTITION:`.
pub(super) fn arn_resource(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split_once(':').map(|(_, resource)| resource)
}

/// Returns the 17 characters that follow the prefix of a unique id.
fn unique_id(account: &str, name: &str) -> String {
    let hash = hmac_sha256::Hash::hash(format!("{account}/{name}").as_bytes());
    hex(&hash)[..17].to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principal_is_matched_by_arn_account_or_wildcard() {
        let user = Principal::User { account: "111122223333".into(), name: "dev".into() };
        let session = Principal::Session {
            account: "111122223333".into(),
            role: "Deployer".into(),
            name: "me".into(),
        };
        for element in ["*", "111122223333", "arn:aws:iam::111122223333:root"] {
            assert!(user.matches(element) && session.matches(element), "{element}");
        }
        for element in [
            "",
            "444455556666",
            "arn:aws:iam::444455556666:root",
            "arn:aws:iam::111122223333:user/d",
        ] {
            assert!(!user.matches(element) && !session.matches(element), "{element}");
        }
        assert!(user.matches("arn:aws:iam::111122223333:user/dev"));
        for element in [
            "arn:aws:iam::111122223333:role/Deployer",
            "arn:aws-cn:iam::111122223333:role/a/path/Deployer",
            "arn:aws:sts::111122223333:assumed-role/Deployer/me",
        ] {
            assert!(session.matches(element) && !user.matches(element), "{element}");
        }
        assert!(!session.matches("arn:aws:sts::111122223333:assumed-role/Deployer/you"));
    }
}
