//! The instance as a TOML file.

mod machines;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer};
use toml::Spanned;
use vestibule_types::{Region, Timestamp};
use vestibule_world::memory;

use crate::builder::Builder;
use crate::config::Rotation;
use crate::faults::Rule;
use crate::script;

/// A file that describes no instance.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{line}:{column}: {problem}")]
#[non_exhaustive]
pub struct FileError {
    /// Counted from one.
    pub line: usize,
    /// Counted from one, in characters.
    pub column: usize,
    /// What is wrong there, and what to write.
    pub problem: String,
}

impl Builder {
    /// The instance of a TOML file, where it says something.
    ///
    /// ```
    /// let emulator = vestibule_emulator::Emulator::builder()
    ///     .toml(
    ///         r#"
    ///         region = "eu-west-1"
    ///         start-urls = ["https://my-company.awsapps.com/start"]
    ///         users = ["ann", "bob"]
    ///         auto-approve = true
    ///         rotation = "reuse-ends-session"
    ///         faults = ["fail CreateToken twice with slow_down"]
    ///
    ///         [[account]]
    ///         id = "111122223333"
    ///         name = "Sample"
    ///         roles = ["SampleRole", "ReadOnly"]
    ///
    ///         [[session]]
    ///         user = "ann"
    ///         access-token = "token-of-ann"
    ///
    ///         [[access-key]]
    ///         account = "111122223333"
    ///         id = "AKIAIOSFODNN7EXAMPLE"
    ///         secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    ///
    ///         [durations]
    ///         session = "8h"
    ///         access-token = "1h"
    ///         role-credentials = "1h"
    ///
    ///         [clock]
    ///         start = "2026-01-01T00:00:00Z"
    ///         stands-still = true
    ///         "#,
    ///     )?
    ///     .build();
    /// # Ok::<(), vestibule_emulator::FileError>(())
    /// ```
    ///
    /// # Errors
    /// [`FileError`] for the first thing that is not understood.
    pub fn toml(self, text: &str) -> Result<Self, FileError> {
        let file: File = toml::from_str(text)
            .map_err(|error| FileError::at(text, error.span(), error.message()))?;
        file.apply(self).map_err(|(span, problem)| FileError::at(text, Some(span), &problem))
    }
}

impl FileError {
    fn at(text: &str, span: Option<Range<usize>>, problem: &str) -> Self {
        let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem: problem.replace('\n', "; "),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    region: Option<As<Region>>,
    #[serde(default)]
    start_urls: Vec<As<StartUrl>>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    auto_approve: bool,
    rotation: Option<As<Rotation>>,
    #[serde(default)]
    faults: Vec<As<Vec<Rule>>>,
    #[serde(default, rename = "account")]
    accounts: Vec<Account>,
    #[serde(default, rename = "session")]
    sessions: Vec<Session>,
    #[serde(default, rename = "access-key")]
    access_keys: Vec<AccessKey>,
    #[serde(default, rename = "iam-user")]
    iam_users: Vec<machines::User>,
    #[serde(default, rename = "iam-role")]
    iam_roles: Vec<machines::Role>,
    instance: Option<machines::Machine>,
    #[serde(default, rename = "container")]
    containers: Vec<machines::Task>,
    #[serde(default)]
    durations: Durations,
    #[serde(default)]
    clock: ClockTable,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    id: As<AccountId>,
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Session {
    user: String,
    access_token: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessKey {
    account: As<AccountId>,
    id: String,
    secret: String,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Durations {
    session: Option<As<Duration>>,
    access_token: Option<As<Duration>>,
    role_credentials: Option<As<Duration>>,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ClockTable {
    start: Option<As<Timestamp>>,
    #[serde(default)]
    stands_still: bool,
}

impl File {
    fn apply(self, mut to: Builder) -> Result<Builder, Unread> {
        if let Some(region) = self.region {
            to = to.region(region.get()?);
        }
        for url in self.start_urls {
            to = to.start_url(url.get()?.0);
        }
        to = self.users.into_iter().fold(to, Builder::user);
        if self.auto_approve {
            to = to.auto_approve();
        }
        if let Some(rotation) = self.rotation {
            to = to.rotation(rotation.get()?);
        }
        for fault in self.faults {
            to = to.rules(fault.get()?);
        }
        for Account { id, name, roles } in self.accounts {
            let account = to.entry(id.get()?.0);
            account.name = name;
            account.roles.extend(roles);
        }
        for Session { user, access_token } in self.sessions {
            to = to.session(user, access_token);
        }
        for AccessKey { account, id, secret } in self.access_keys {
            to = to.access_key(account.get()?.0, id, secret);
        }
        for user in self.iam_users {
            to = user.apply(to)?;
        }
        for role in self.iam_roles {
            to = role.apply(to)?;
        }
        if let Some(instance) = self.instance {
            to = instance.apply(to)?;
        }
        for container in self.containers {
            to = container.apply(to)?;
        }
        to = self.durations.apply(to)?;
        if self.clock.stands_still {
            to = to.clock(Arc::new(memory::Clock::default()));
        }
        match self.clock.start {
            Some(start) => Ok(to.starting_at(start.get()?)),
            None => Ok(to),
        }
    }
}

impl Durations {
    fn apply(self, mut to: Builder) -> Result<Builder, Unread> {
        if let Some(span) = self.session {
            to = to.session_duration(span.get()?);
        }
        if let Some(span) = self.access_token {
            to = to.access_token_duration(span.get()?);
        }
        if let Some(span) = self.role_credentials {
            to = to.role_duration(span.get()?);
        }
        Ok(to)
    }
}

/// A string that is read as something else, and where it stands.
struct As<T> {
    read: Result<T, String>,
    span: Range<usize>,
}

/// Where, and why.
type Unread = (Range<usize>, String);

impl<T> As<T> {
    fn get(self) -> Result<T, Unread> {
        self.read.map_err(|problem| (self.span, problem))
    }
}

impl<'de, T: Read> Deserialize<'de> for As<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Spanned::<String>::deserialize(from)?;
        Ok(Self { read: T::read(text.get_ref()), span: text.span() })
    }
}

trait Read: Sized {
    /// The value, or what is wrong and what to write.
    fn read(text: &str) -> Result<Self, String>;
}

struct StartUrl(String);

impl Read for StartUrl {
    fn read(text: &str) -> Result<Self, String> {
        let absolute = text.starts_with("https://") || text.starts_with("http://");
        match text.parse::<http::Uri>() {
            Ok(_) if absolute => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "`{text}` is no start URL; write one such as `https://my-company.awsapps.com/start`"
            )),
        }
    }
}

impl Read for Region {
    fn read(text: &str) -> Result<Self, String> {
        Self::new(text).map_err(|_| format!("`{text}` is no region; write one as `us-east-1`"))
    }
}

struct AccountId(String);

impl Read for AccountId {
    fn read(text: &str) -> Result<Self, String> {
        let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_id
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| format!("`{text}` is no account id; write its twelve digits"))
    }
}

impl Read for Timestamp {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("`{text}` is no time; write one as `2026-01-01T00:00:00Z`"))
    }
}

impl Read for Rotation {
    fn read(text: &str) -> Result<Self, String> {
        Self::named(text)
    }
}

impl Read for Vec<Rule> {
    fn read(text: &str) -> Result<Self, String> {
        script::sentence(text)
    }
}

impl Read for Duration {
    /// A number and its unit.
    fn read(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit = match &text[digits..] {
            "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3600),
            "d" => Some(86_400),
            _ => None,
        };
        let seconds = text[..digits].parse::<u64>().ok().zip(unit);
        seconds
            .and_then(|(count, unit)| count.checked_mul(unit))
            .map(Self::from_secs)
            .ok_or_else(|| format!("`{text}` is no span of time; write one as `90s`, `15m`, `8h`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Builder::default().toml(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_what_to_write() {
        check(
            "regoin = \"us-east-1\"",
            "1:1: unknown field `regoin`, expected one of `region`, `st",
        );
        check("\nregion = \"us east\"", "2:10: `us east` is no region; write one as `us-east-1`");
        check("region = 1", "1:10: invalid type: integer `1`, expected a string");
        check("users = [\"ann\"", "1:15: ");
        check("start-urls = [\"x\"]", "1:15: `x` is no start URL; write one such as `https://");
        check("[[account]]\nid = \"1\"", "2:6: `1` is no account id; write its twelve digits");
        check("[[account]]\nname = \"Sample\"", "1:1: missing field `id`");
        check(
            "[[container]]\naccount = \"111122223333\"\nrole = \"Task\"",
            "3:8: a container has one of `ecs-id`, `eks-subject`, `greengrass-token`",
        );
        check("[[iam-user]]\naccount = \"1\"\nname = \"dev\"", "2:11: `1` is no account id; ");
        check("[clock]\nstart = \"noon\"", "2:9: `noon` is no time; write one as `2026-01-01T00");
        check("[durations]\nsession = \"8\"", "2:11: `8` is no span of time; write one as `90s`");
        check("rotation = \"no\"", "1:12: `no` is no rotation; write one of `single-use`, ");
        check("faults = [\n  \"fail X with reset\",\n]", "2:3: `X` is not an operation; write");
    }
}
