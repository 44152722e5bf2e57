//! Opens pages with the browser of the system, a command of the user, or the clipboard.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::os::browser::{Opener as Command, OpenerError, copy};
use vestibule::{AccountId, Base, Configuration, IdentityCenter, Plan};

use crate::app::App;
use crate::commands::target::listed_account_name;
use crate::error::Error;
use crate::exit::Exit;

const VARIABLE: &str = "VESTIBULE_BROWSER";
const KEY: &str = "vestibule_browser";
/// The placeholders besides `{url}`.
const PLACEHOLDERS: [&str; 6] =
    ["profile", "account_id", "account_name", "role", "sso_session", "home"];
/// The command that stands for the clipboard.
const CLIPBOARD: &str = "clipboard";

/// Opens the pages of one profile or session.
#[derive(Debug)]
pub(crate) struct Opener {
    choice: Choice,
    values: Vec<(&'static str, String)>,
}

#[derive(Debug)]
enum Choice {
    /// `$BROWSER`, else the desktop's.
    System,
    Clipboard,
    Command(Command),
}

/// The result of opening a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// A browser was started.
    Browser,
    /// The URL is in the clipboard.
    Clipboard,
    Nothing,
}

impl Opener {
    /// Finds the opener: of `--browser`, the environment, the profile, or the SSO session.
    pub(crate) fn find(
        configuration: &Configuration,
        center: Option<&IdentityCenter>,
        option: Option<&str>,
    ) -> Result<Self, Error> {
        let profile = configuration.profile().value;
        let session = center.and_then(|center| center.session().name.as_ref());
        let session = session.map(vestibule::SessionName::as_str);
        let choice = if let Some(command) = option {
            Choice::parse(command)
                .map_err(|error| Error::new(Exit::Usage, format!("--browser: {error}")))?
        } else {
            let found = configuration.sign_in_setting_as(
                Some(&profile),
                session,
                (VARIABLE, KEY),
                ("a browser", "`clipboard`, or a command such as `firefox -P work {url}`"),
                |text| Choice::parse(text).ok(),
            );
            found?.unwrap_or(Choice::System)
        };
        let values = match choice {
            Choice::Command(_) => values(configuration, center, profile),
            _ => Vec::new(),
        };
        Ok(Self { choice, values })
    }

    /// Returns whether a command of the user opens pages, which is expected to work on this machine.
    pub(crate) fn is_command(&self) -> bool {
        matches!(self.choice, Choice::Command(_))
    }

    /// Opens a page.
    ///
    /// A command without a value for a placeholder is an error, since the page would be opened by
    /// another identity than the user wants.
    pub(crate) fn open(&self, app: &App<'_>, url: &str) -> Result<Opened, OpenerError> {
        let is_opened = match &self.choice {
            Choice::System => vestibule::browser::open(url, &app.vars),
            Choice::Clipboard => {
                return Ok(if copy_url(app, url) { Opened::Clipboard } else { Opened::Nothing });
            }
            Choice::Command(command) => {
                let value = |name: &str| {
                    let found = self.values.iter().find(|(known, _)| *known == name);
                    found.map(|(_, value)| value.clone())
                };
                command.open(url, value, &app.vars)?
            }
        };
        Ok(if is_opened { Opened::Browser } else { Opened::Nothing })
    }
}

impl Choice {
    fn parse(text: &str) -> Result<Self, OpenerError> {
        match text {
            CLIPBOARD => Ok(Self::Clipboard),
            command => Command::parse(command, &PLACEHOLDERS).map(Self::Command),
        }
    }
}

/// Copies a URL to the clipboard of the desktop, or through the terminal, which may be on another
/// machine.
fn copy_url(app: &App<'_>, url: &str) -> bool {
    let is_remote = app.vars.first(&["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"]).is_some();
    if !is_remote && copy(url, &app.vars) {
        return true;
    }
    if !app.printer.is_terminal() {
        return false;
    }
    // OSC 52; terminals that do not know it print nothing.
    let sequence = format!("\u{1b}]52;c;{}\u{7}", STANDARD.encode(url));
    std::io::stderr().write_all(sequence.as_bytes()).is_ok()
}

fn values(
    configuration: &Configuration,
    center: Option<&IdentityCenter>,
    profile: String,
) -> Vec<(&'static str, String)> {
    let mut values = vec![("profile", profile)];
    if let Some(home) = configuration.blocking_world().vars.home(vestibule::Platform::HERE) {
        values.push(("home", home.clone()));
    }
    if let Some(center) = center {
        values.push(("sso_session", center.session().label().to_owned()));
    }
    let plan = configuration.plan().ok();
    let Some((account, role)) = plan.as_ref().and_then(role) else { return values };
    let name = center.and_then(|center| listed_account_name(center, &account));
    values.push(("account_name", name.unwrap_or_else(|| account.to_string())));
    values.push(("account_id", account.to_string()));
    values.push(("role", role));
    values
}

/// Returns the account and the role that a profile ends at.
fn role(plan: &Plan) -> Option<(AccountId, String)> {
    if let Some(role) = plan.roles.last() {
        let arn = &role.arn.value;
        let name = arn.as_str().rsplit('/').next().unwrap_or_default();
        let account = AccountId::new(arn.as_str().split(':').nth(4)?).ok()?;
        return Some((account, name.to_owned()));
    }
    match &plan.base {
        Base::Sso(role) => {
            Some((role.account_id.value.clone(), role.role_name.value.as_str().to_owned()))
        }
        _ => None,
    }
}
