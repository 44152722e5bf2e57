use crate::Timestamp;
use crate::name::{is_one_line, name};

name! {
    /// The name of a role as the access portal lists it: that of its permission set.
    RoleName, "a role name", "one line of text", is_one_line
}

name! {
    /// The Amazon Resource Name of a role to assume.
    ///
    /// Any line of text: like the SDKs, we leave the check of the form to the service.
    RoleArn, "a role ARN", "a text such as `arn:aws:iam::111122223333:role/Name`", |text| {
        is_one_line(text)
    }
}

name! {
    /// The name of a role session, which appears in ARNs and in `CloudTrail`.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    RoleSessionName, "a role session name", "2 to 64 letters, digits or `_+=,.@-`", |text| {
        (2..=64).contains(&text.len()) && text.chars().all(is_iam_character)
    }
}

impl RoleSessionName {
    /// Generates a name for use where none is configured: `vestibule-` and the time in milliseconds.
    pub fn generate(now: Timestamp) -> Self {
        Self(format!("vestibule-{}", now.unix_millis()).into())
    }
}

/// Returns true if IAM allows a character in the names of roles and role sessions.
pub const fn is_iam_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

impl RoleArn {
    /// Returns the account in the ARN, if there is one.
    pub fn account_id(&self) -> Option<crate::AccountId> {
        self.as_str().split(':').nth(4).and_then(|id| crate::AccountId::new(id).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_of_a_role_arn_is_the_fifth_field() {
        let arn = RoleArn::new("arn:aws:iam::111122223333:role/Sample").unwrap();
        assert_eq!(arn.account_id().unwrap().as_str(), "111122223333");
        assert!(RoleArn::new("Sample").unwrap().account_id().is_none());
    }

    #[test]
    fn role_session_name_with_other_characters_is_an_error() {
        for name in ["ab", "ann@example.com", "a_b+c=d,e.f-g", &"x".repeat(64)] {
            let valid = RoleSessionName::new(name).unwrap();
            assert_eq!((valid.as_str(), &*valid.to_string()), (name, name));
        }
        for name in ["", "a", "two words", "a/b", "zoë", "a\nb", &"x".repeat(65)] {
            assert!(RoleSessionName::new(name).is_err(), "{name:?}");
        }
        let error = RoleSessionName::new("a\nb").unwrap_err();
        let expected = r"`a\nb` is not a role session name: expected 2 to 64 letters, ";
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn generated_role_session_name_is_valid() {
        let name =
            RoleSessionName::generate(Timestamp::from_unix(1_767_225_600, 5_000_000).unwrap());
        assert_eq!(name.as_str(), "vestibule-1767225600005");
        assert_eq!(RoleSessionName::new(name.as_str()), Ok(name));
    }
}
