//! Templates of profile names.

use std::fmt;
use std::str::FromStr;

use vestibule::SessionName;

use crate::wanted_role::WantedRole;

/// A template of profile names; `{account_name}-{role_name}` by default.
///
/// The placeholders are `{account_name}` (the id of an account without a name), `{account_id}`,
/// `{role_name}`, `{sso_session}` and `{tag:KEY}` (`untagged` for an account without the tag).
/// `{role_name:kebab}` converts a value: to `lower` or `upper` case, or to words in lower case that
/// `-` (`kebab`) or `_` (`snake`) joins. In their values, every run of characters that some tool does
/// not support in a profile name is replaced by one `-`, and removed at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Value, Option<Case>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    AccountName,
    AccountId,
    RoleName,
    Session,
    Tag(String),
}

/// A conversion of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
    /// `sample-role`
    Kebab,
    /// `sample_role`
    Snake,
}

/// Error returned when a text is not a valid template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// A placeholder that does not exist.
    #[error(
        "unknown placeholder `{{{0}}}`: expected {{account_name}}, {{account_id}}, {{role_name}}, \
         {{sso_session}} or {{tag:KEY}}"
    )]
    Unknown(String),
    /// A conversion that does not exist.
    #[error("unknown conversion `{0}`: expected lower, upper, kebab or snake")]
    Conversion(String),
    /// An unmatched brace.
    #[error("unmatched `{{` or `}}`")]
    Brace,
    /// A character that some tool does not support in a profile name.
    #[error("`{}` is not supported in profile names: expected letters, digits and `_-/.%@:+`", vestibule_types::printable(&.0.to_string()))]
    Character(char),
    /// No placeholder that tells the profiles apart.
    #[error("expected {{account_name}}, {{account_id}} or {{role_name}} in the template")]
    Constant,
}

impl Template {
    /// Returns the name of the profile for a role.
    pub(crate) fn profile_name(&self, role: &WantedRole<'_>, session: &SessionName) -> String {
        let value = |value: &Value| match value {
            Value::AccountName => match role.account_name.map(sanitize) {
                Some(name) if !name.is_empty() => name,
                _ => sanitize(role.account_id.as_str()),
            },
            Value::AccountId => sanitize(role.account_id.as_str()),
            Value::RoleName => sanitize(role.role.as_str()),
            Value::Session => sanitize(session.as_str()),
            Value::Tag(key) => {
                let tag = role.tags.and_then(|tags| tags.get(key)).map(sanitize);
                tag.filter(|tag| !tag.is_empty()).unwrap_or_else(|| "untagged".to_owned())
            }
        };
        let expand = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(kind, None) => value(kind),
            Part::Value(kind, Some(case)) => case.convert(&value(kind)),
        };
        self.parts.iter().map(expand).collect()
    }
}

impl FromStr for Template {
    type Err = InvalidTemplate;

    fn from_str(text: &str) -> Result<Self, InvalidTemplate> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            parts.push(Part::Text(rest[..at].to_owned()));
            let placeholder = rest[at..].strip_prefix('{').ok_or(InvalidTemplate::Brace)?;
            let (name, after) = placeholder.split_once('}').ok_or(InvalidTemplate::Brace)?;
            parts.push(Part::parse(name)?);
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        let is_constant = |part: &Part| {
            matches!(part, Part::Text(_) | Part::Value(Value::Session | Value::Tag(_), _))
        };
        let texts = parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Value(..) => None,
        });
        if let Some(char) = texts.flat_map(str::chars).find(|&char| !is_supported(char)) {
            return Err(InvalidTemplate::Character(char));
        }
        if parts.iter().all(is_constant) {
            return Err(InvalidTemplate::Constant);
        }
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl Default for Template {
    fn default() -> Self {
        let text = "{account_name}-{role_name}".to_owned();
        let [account, role] = [Value::AccountName, Value::RoleName].map(|it| Part::Value(it, None));
        Self { text, parts: vec![account, Part::Text("-".to_owned()), role] }
    }
}

impl Part {
    /// Parses the text between the braces.
    fn parse(text: &str) -> Result<Self, InvalidTemplate> {
        let tag = text.strip_prefix("tag:");
        let rest = tag.unwrap_or(text);
        let (name, case) = match rest.split_once(':') {
            Some((name, case)) => (name, Some(case)),
            None => (rest, None),
        };
        let value = match name {
            _ if tag.is_some() => Value::Tag(name.to_owned()),
            "account_name" => Value::AccountName,
            "account_id" => Value::AccountId,
            "role_name" => Value::RoleName,
            "sso_session" => Value::Session,
            _ => return Err(InvalidTemplate::Unknown(text.to_owned())),
        };
        let case = match case {
            None => None,
            Some("lower") => Some(Case::Lower),
            Some("upper") => Some(Case::Upper),
            Some("kebab") => Some(Case::Kebab),
            Some("snake") => Some(Case::Snake),
            Some(other) => return Err(InvalidTemplate::Conversion(other.to_owned())),
        };
        Ok(Self::Value(value, case))
    }
}

impl Case {
    fn convert(self, text: &str) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Kebab => words(text).join("-"),
            Self::Snake => words(text).join("_"),
        }
    }
}

/// Returns the words of a text in lower case: `AWSAdministratorAccess` has three.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut words, mut word) = (Vec::new(), String::new());
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let is_next_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = char.is_ascii_uppercase()
            && before.is_some_and(|it| !it.is_ascii_uppercase() || is_next_lower);
        if begins || !char.is_ascii_alphanumeric() {
            words.push(std::mem::take(&mut word));
        }
        if char.is_ascii_alphanumeric() {
            word.push(char.to_ascii_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns whether every SDK supports a character in an unquoted profile name.
fn is_supported(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_-/.%@:+".contains(char)
}

/// Replaces characters that some SDK does not support.
pub(crate) fn sanitize(text: &str) -> String {
    let words = text.split(|char| !is_supported(char)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use vestibule::{AccountId, RoleName};

    use super::*;
    use crate::AccountTags;

    #[track_caller]
    fn check(template: &str, account: Option<&str>, role: &str, expected: &str) {
        let (id, role) = (AccountId::new("111122223333").unwrap(), RoleName::new(role).unwrap());
        let tags: AccountTags = "*=env:Prod".parse().unwrap();
        let tags = tags.get(&id, account);
        let wanted = WantedRole { account_id: &id, account_name: account, role: &role, tags };
        let session = SessionName::new("my sso").unwrap();
        let name = template.parse::<Template>().unwrap().profile_name(&wanted, &session);
        assert_eq!(name, expected);
    }

    #[test]
    fn placeholders_expand_to_supported_characters() {
        check(
            "{account_name}-{role_name}",
            Some("Sample Prod (EU)"),
            "Admin",
            "Sample-Prod-EU-Admin",
        );
        check("{account_name}/{role_name}", None, "Admin", "111122223333/Admin");
        check("{account_name}", Some("  日本 "), "Admin", "111122223333");
        check("{sso_session}.{account_id}.{role_name}", None, "a+b=c", "my-sso.111122223333.a+b-c");
        check("x-{role_name}", None, "Admin [default]", "x-Admin-default");
    }

    #[test]
    fn values_are_converted() {
        let (account, role) = (Some("Sample Prod (EU)"), "AWSAdministratorAccess2");
        check("{account_name:lower}", account, role, "sample-prod-eu");
        check("{role_name:upper}", account, role, "AWSADMINISTRATORACCESS2");
        check("{account_name:kebab}.{role_name:kebab}", account, role, {
            "sample-prod-eu.aws-administrator-access2"
        });
        check("{role_name:snake}", account, role, "aws_administrator_access2");
        check("{role_name:snake}", account, "Power-User.access", "power_user_access");
        check("{tag:env}-{role_name}", account, "Admin", "Prod-Admin");
        check("{tag:env:lower}-{tag:team}-{role_name}", account, "Admin", "prod-untagged-Admin");
    }

    #[test]
    fn invalid_template_is_an_error() {
        let error = |text: &str| text.parse::<Template>().unwrap_err().to_string();
        assert_eq!(
            error("{account}"),
            "unknown placeholder `{account}`: expected {account_name}, {account_id}, {role_name}, {sso_session} or {tag:KEY}"
        );
        assert_eq!(
            error("{role_name:title}"),
            "unknown conversion `title`: expected lower, upper, kebab or snake"
        );
        assert_eq!(error("{role_name"), "unmatched `{` or `}`");
        assert_eq!(error("role_name}"), "unmatched `{` or `}`");
        assert_eq!(
            error("my {role_name}"),
            "` ` is not supported in profile names: expected letters, digits and `_-/.%@:+`"
        );
        assert_eq!(
            error("{sso_session}-x"),
            "expected {account_name}, {account_id} or {role_name} in the template"
        );
    }

    #[test]
    fn default_template_parses_to_itself() {
        let default = Template::default();
        assert_eq!(default.to_string().parse(), Ok(default));
    }
}
