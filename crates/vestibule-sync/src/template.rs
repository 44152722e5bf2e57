//! What profiles are called.

use std::fmt;
use std::str::FromStr;

use vestibule::SessionName;

use crate::wanted::Wanted;

/// A name with blanks to fill in: `{account_name}-{role_name}`, which is the default.
///
/// There are `{account_name}` (the id, where an account has no name), `{account_id}`, `{role_name}`
/// and `{sso_session}`. Of what fills a blank, every run of characters that a profile name cannot
/// have everywhere becomes one `-`, and none is left at its ends.
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

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// There is no such blank.
    #[error(
        "`{{{0}}}` is not known: expected {{account_name}}, {{account_id}}, {{role_name}} or \
         {{sso_session}}"
    )]
    Unknown(String),
    /// A brace without its other half.
    #[error("a `{{` or `}}` has no other half")]
    Brace,
    /// A character that not every tool takes in the name of a profile.
    #[error("`{0}` cannot be in the name of a profile: letters, digits and `_-/.%@:+` can")]
    Character(char),
    /// Every profile would have the same name.
    #[error("it has neither {{account_name}} nor {{account_id}} nor {{role_name}} in it")]
    Constant,
}

impl Template {
    pub(crate) fn name(&self, wanted: &Wanted<'_>, session: &SessionName) -> String {
        let fill = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::AccountName => match wanted.account_name.map(plain) {
                Some(name) if !name.is_empty() => name,
                _ => plain(wanted.account_id.as_str()),
            },
            Part::AccountId => plain(wanted.account_id.as_str()),
            Part::RoleName => plain(wanted.role.as_str()),
            Part::Session => plain(session.as_str()),
        };
        self.parts.iter().map(fill).collect()
    }
}

impl FromStr for Template {
    type Err = InvalidTemplate;

    fn from_str(text: &str) -> Result<Self, InvalidTemplate> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            parts.push(Part::Text(rest[..at].to_owned()));
            let blank = rest[at..].strip_prefix('{').ok_or(InvalidTemplate::Brace)?;
            let (name, after) = blank.split_once('}').ok_or(InvalidTemplate::Brace)?;
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
        if let Some(char) = texts.flat_map(str::chars).find(|&char| !is_plain(char)) {
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

/// What every SDK takes in the name of a profile without quotes.
fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_-/.%@:+".contains(char)
}

fn plain(text: &str) -> String {
    let words = text.split(|char| !is_plain(char)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use vestibule::{AccountId, RoleName};

    use super::*;

    #[track_caller]
    fn check(template: &str, account: Option<&str>, role: &str, expected: &str) {
        let (id, role) = (AccountId::new("111122223333").unwrap(), RoleName::new(role).unwrap());
        let wanted = Wanted { account_id: &id, account_name: account, role: &role };
        let session = SessionName::new("my sso").unwrap();
        let name = template.parse::<Template>().unwrap().name(&wanted, &session);
        assert_eq!(name, expected);
    }

    #[test]
    fn blanks_are_filled_with_what_every_tool_takes() {
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
    fn a_template_that_cannot_be_is_refused() {
        let refused = |text: &str| text.parse::<Template>().unwrap_err().to_string();
        assert_eq!(
            refused("{account}"),
            "`{account}` is not known: expected {account_name}, {account_id}, {role_name} or {sso_session}"
        );
        assert_eq!(refused("{role_name"), "a `{` or `}` has no other half");
        assert_eq!(refused("role_name}"), "a `{` or `}` has no other half");
        assert_eq!(
            refused("my {role_name}"),
            "` ` cannot be in the name of a profile: letters, digits and `_-/.%@:+` can"
        );
        assert_eq!(
            refused("{sso_session}-x"),
            "it has neither {account_name} nor {account_id} nor {role_name} in it"
        );
    }

    #[test]
    fn the_default_is_a_template_like_any_other() {
        let default = Template::default();
        assert_eq!(default.to_string().parse(), Ok(default));
    }
}
