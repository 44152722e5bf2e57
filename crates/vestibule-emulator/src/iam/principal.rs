use crate::mint::hex;

/// Whom a key pair belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    User {
        account: String,
        name: String,
    },
    /// Somebody in a role, under a name of their own choice.
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

    /// The id that stays the same when somebody else takes the name.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::User { account, name } => format!("AIDA{}", id_of(account, name)),
            Self::Session { account, role, name } => {
                format!("AROA{}:{name}", id_of(account, role))
            }
        }
    }

    /// True if a trust policy that names this means them: an ARN, an account or everybody.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    /// (read 2026-11)
    pub(crate) fn is(&self, named: &str) -> bool {
        if named == "*" || named == self.account() {
            return true;
        }
        let Some(named) = resource(named) else { return false };
        let root = format!("iam::{}:root", self.account());
        let by_role = match self {
            Self::User { .. } => None,
            Self::Session { account, role, .. } => named
                .strip_prefix(&format!("iam::{account}:role/"))
                .map(|path| path.rsplit('/').next() == Some(role)),
        };
        named == root || named == self.resource() || by_role == Some(true)
    }

    /// What follows `arn:PARTITION:`.
    fn resource(&self) -> String {
        match self {
            Self::User { account, name } => format!("iam::{account}:user/{name}"),
            Self::Session { account, role, name } => {
                format!("sts::{account}:assumed-role/{role}/{name}")
            }
        }
    }
}

/// What follows `arn:PARTITION:`.
pub(super) fn resource(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split_once(':').map(|(_, resource)| resource)
}

/// Sixteen characters or so, by which IAM tells names apart.
fn id_of(account: &str, name: &str) -> String {
    let hash = hmac_sha256::Hash::hash(format!("{account}/{name}").as_bytes());
    hex(&hash)[..17].to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_name_people_in_many_ways() {
        let user = Principal::User { account: "111122223333".into(), name: "dev".into() };
        let session = Principal::Session {
            account: "111122223333".into(),
            role: "Deployer".into(),
            name: "me".into(),
        };
        for everybody in ["*", "111122223333", "arn:aws:iam::111122223333:root"] {
            assert!(user.is(everybody) && session.is(everybody), "{everybody}");
        }
        for nobody in [
            "",
            "444455556666",
            "arn:aws:iam::444455556666:root",
            "arn:aws:iam::111122223333:user/d",
        ] {
            assert!(!user.is(nobody) && !session.is(nobody), "{nobody}");
        }
        assert!(user.is("arn:aws:iam::111122223333:user/dev"));
        for named in [
            "arn:aws:iam::111122223333:role/Deployer",
            "arn:aws-cn:iam::111122223333:role/a/path/Deployer",
            "arn:aws:sts::111122223333:assumed-role/Deployer/me",
        ] {
            assert!(session.is(named) && !user.is(named), "{named}");
        }
        assert!(!session.is("arn:aws:sts::111122223333:assumed-role/Deployer/you"));
    }
}
