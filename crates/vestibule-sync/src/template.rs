//! Templates of profile names.

use std::fmt;
use std::str::FromStr;

use vestibule::SessionName;

use crate::wanted_role::WantedRole;

/// A template of profile names; `{account_name}-{role_name}` by default.
///
/// The placeholders are `{account_name}` (the id of an account without a name), `{account_id}`,
/// `{role_name}` and `{sso_session}`. In their values, every run of characters that some tool does
/// not support in a profile name is replaced by one `-`, and removed at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    AccountName,
    AccountId,
    RoleName,
    Session,
}

/// Error returned when a text is not a valid template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// A placeholder that does not exist.
    #[error(
        "unknown placeholder `{{{0}}}`: expected {{account_name}}, {{account_id}}, {{role_name}} or \
         {{sso_session}}"
    )]
    Unknown(String),
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
        let expand = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::AccountName => match role.account_name.map(sanitize) {
                Some(name) if !name.is_empty() => name,
                _ => sanitize(role.account_id.as_str()),
            },
            Part::AccountId => sanitize(role.account_id.as_str()),
            Part::RoleName => sanitize(role.role.as_str()),
            Part::Session => sanitize(session.as_str()),
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
            parts.push(match name {
                "account_name" => Part::AccountName,
                "account_id" => Part::AccountId,
                "role_name" => Part::RoleName,
                "sso_session" => Part::Session,
                _ => return Err(InvalidTemplate::Unknown(name.to_owned())),
            });
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        let is_constant = |part: &Part| matches!(part, Part::Text(_) | Part::Session);
        let texts = parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
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
        Self { text, parts: vec![Part::AccountName, Part::Text("-".to_owned()), Part::RoleName] }
    }
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

fn sanitize(text: &str) -> String {
    let words = text.split(|char| !is_supported(char)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use vestibule::{AccountId, RoleName};

    use super::*;

    #[track_caller]
    fn check(template: &str, account: Option<&str>, role: &str, expected: &str) {
        let (id, role) = (AccountId::new("111122223333").unwrap(), RoleName::new(role).unwrap());
        let wanted = WantedRole { account_id: &id, account_name: account, role: &role };
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
    fn invalid_template_is_an_error() {
        let error = |text: &str| text.parse::<Template>().unwrap_err().to_string();
        assert_eq!(
            error("{account}"),
            "unknown placeholder `{account}`: expected {account_name}, {account_id}, {role_name} or {sso_session}"
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
