use serde_json::json;
use vestibule::config::{Dialect, Document, Edit, SectionKind};
use vestibule::{Configuration, Region, SessionName, SsoSession, StartUrl};

use super::wizard::{Field, Wizard};
use crate::app::App;
use crate::args::{ConfigureSession, SessionAnswers};
use crate::error::Error;
use crate::exit::Exit;
use crate::prompt::{Prompt, cancelled};
use crate::quoting::shell_word;

/// Default of the AWS CLI; without this scope the service issues no refresh token.
const SCOPES: &str = "sso:account:access";

pub(super) fn run(app: &App<'_>, args: &ConfigureSession) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let terminal = app.wizard_terminal();
    let wizard = Wizard::new(terminal.as_ref().map(|terminal| terminal as &dyn Prompt));
    let collect_answers = || {
        let field = name_field(&args.answers, None);
        let name = wizard.answer(&field, session_name)?;
        let answers = Answers::find(&wizard, &configuration, &args.answers, name, Prompts::ForAll)?;
        answers.confirm(&wizard, &configuration, args.answers.overwrite)?;
        Ok(answers)
    };
    let command = "vestibule configure sso-session";
    let answers = collect_answers()
        .map_err(|error| wizard.unfinished_error(command, &configuration, error))?;
    let edited = super::edit(&configuration, Dialect::Config, &answers.edits(), args.dry_run)?;
    super::show(app, &edited, args.dry_run, &json!({ "ssoSession": answers.name }))?;
    if !args.dry_run && !app.printer.json {
        let name = shell_word(&answers.name);
        app.printer.note(&format!("To sign in: vestibule login --sso-session {name}"));
    }
    Ok(Exit::Done)
}

pub(super) fn name_field(args: &SessionAnswers, default: Option<String>) -> Field<'_> {
    Field {
        message: "SSO session name:",
        help: Some("a name of your choice, such as the name of your organization"),
        flag: "--session-name",
        given: args.session_name.as_deref(),
        default,
    }
}

/// Checks the name of an `[sso-session]`.
pub(super) fn session_name(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err(format!("`{text}` is a URL: choose a name, such as `my-company`"));
    }
    SessionName::new(text).map_err(|error| error.to_string())?;
    section_name(SectionKind::SsoSession, text)
}

/// Checks that the configuration file can contain a section of this name.
pub(super) fn section_name(kind: SectionKind, text: &str) -> Result<String, String> {
    let empty = Document::parse("", Dialect::Config);
    let added = Edit::add_section(kind, text).apply(&empty);
    added.map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// The values that the user is prompted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompts {
    /// Those that an existing session does not have.
    ForMissing,
    /// All, with the existing ones as defaults.
    ForAll,
}

/// The values of an `[sso-session]` to write.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) start_url: StartUrl,
    pub(super) region: Region,
    /// `None` keeps the scopes of the file.
    scopes: Option<String>,
}

impl Answers {
    /// Takes options and existing values, and prompts.
    pub(super) fn find(
        wizard: &Wizard<'_>,
        configuration: &Configuration,
        args: &SessionAnswers,
        name: String,
        prompts: Prompts,
    ) -> Result<Self, Error> {
        let section = configuration.files().config().section(SectionKind::SsoSession, &name);
        let existing = |key| {
            let value = section?.get(key)?.text().into_owned();
            (!value.is_empty()).then_some(value)
        };
        let is_new = section.is_none();
        // `configure sso` with an existing session does not prompt for its values.
        let silent = Wizard::new(None);
        let wizard_for = |value: &Option<String>| {
            if prompts == Prompts::ForAll || value.is_none() { wizard } else { &silent }
        };
        let url = existing("sso_start_url");
        let start_url = wizard_for(&url).answer(
            &Field {
                message: "SSO start URL:",
                help: Some(
                    "the address of your portal, such as https://d-1234567890.awsapps.com/start",
                ),
                flag: "--start-url",
                given: args.start_url.as_deref(),
                default: url.clone(),
            },
            start_url,
        )?;
        // Recorded as it is written to the file, without the suffix of the browser.
        wizard.record("--start-url", start_url.as_str());
        let portal = || configuration.portal_region_blocking(&start_url).map(|it| it.to_string());
        let given = args.sso_region.is_some();
        let region = existing("sso_region").or_else(|| portal().filter(|_| !given));
        let region = wizard_for(&region).answer(
            &Field {
                message: "SSO region:",
                help: Some("the region of your IAM Identity Center instance"),
                flag: "--sso-region",
                given: args.sso_region.as_deref(),
                default: region.clone(),
            },
            |text| region_name(text, wizard.is_interactive()),
        )?;
        let has_scopes = args.registration_scopes.is_some();
        let scopes = if prompts == Prompts::ForAll || is_new || has_scopes {
            let field = Field {
                message: "SSO registration scopes:",
                help: Some("sso:account:access lists your accounts and roles; most need no other"),
                flag: "--registration-scopes",
                given: args.registration_scopes.as_deref(),
                default: existing("sso_registration_scopes").or_else(|| Some(SCOPES.to_owned())),
            };
            Some(wizard.answer(&field, scopes)?)
        } else {
            None
        };
        Ok(Self { name, start_url, region, scopes })
    }

    /// Returns the edits in the order of the AWS CLI.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let set = |key, value| Edit::set(SectionKind::SsoSession, &self.name, key, value);
        let mut edits = vec![
            set("sso_start_url", self.start_url.as_str()),
            set("sso_region", self.region.as_str()),
        ];
        edits.extend(self.scopes.as_deref().map(|text| set("sso_registration_scopes", text)));
        edits
    }

    /// Returns the session to sign in to.
    pub(super) fn session(&self, configuration: &Configuration) -> Result<SsoSession, Error> {
        let name = SessionName::new(&self.name)
            .map_err(|error| Error::new(Exit::Usage, error.to_string()))?;
        let section = configuration.files().config().section(SectionKind::SsoSession, &self.name);
        let old = section.and_then(|section| section.get("sso_registration_scopes"));
        let scopes = self.scopes.clone().or_else(|| Some(old?.text().into_owned()));
        let scopes = scopes.unwrap_or_default();
        let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
        let session = SsoSession::named(name, self.start_url.clone(), self.region.clone());
        Ok(session.with_scopes(scopes))
    }

    /// Asks before an existing session is changed to another portal.
    pub(super) fn confirm(
        &self,
        wizard: &Wizard<'_>,
        configuration: &Configuration,
        overwrite: bool,
    ) -> Result<(), Error> {
        let section = configuration.files().config().section(SectionKind::SsoSession, &self.name);
        let old = section.and_then(|section| section.get("sso_start_url"));
        match old.map(|old| old.text().into_owned()) {
            Some(old) if bare_url(&old) != self.start_url.as_str() && !old.is_empty() => {
                let (name, new) = (&self.name, &self.start_url);
                let change = format!("SSO session `{name}` has {old}, which would become {new}");
                if wizard.confirm_overwrite(&change, overwrite)? {
                    return Ok(());
                }
                Err(cancelled())
            }
            _ => Ok(()),
        }
    }
}

/// Removes the suffix that a browser adds to the address of a portal: `/start/#/` is `/start`.
fn bare_url(text: &str) -> &str {
    text.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/')
}

/// Parses a start URL as users copy it from the address bar of a browser, or type it without `https://`
/// and `/start`.
pub(in super::super) fn start_url(text: &str) -> Result<StartUrl, String> {
    let mut text = bare_url(text).to_owned();
    if !text.contains("://") && text.contains('.') {
        text.insert_str(0, "https://");
    }
    if text.ends_with(".awsapps.com") {
        text.push_str("/start");
    }
    let text = text.as_str();
    let url = StartUrl::new(text).map_err(|error| error.to_string())?;
    if !url.is_https() {
        return Err(format!("`{text}` does not begin with https://"));
    }
    check_writable("sso_start_url", text)?;
    Ok(url)
}

/// Parses a region. A typed answer must look like one; options may name regions of the future.
pub(super) fn region_name(text: &str, is_typed: bool) -> Result<Region, String> {
    const DIRECTIONS: [&str; 9] = [
        "north",
        "south",
        "east",
        "west",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ];
    let region = Region::new(text).map_err(|error| error.to_string())?;
    let mut parts = text.rsplit('-');
    let (number, direction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_plausible = number.bytes().all(|byte| byte.is_ascii_digit())
        && DIRECTIONS.contains(&direction)
        && parts.next().is_some();
    if is_typed && !is_plausible {
        return Err(format!("`{text}` is not a region: expected a name such as us-east-1"));
    }
    Ok(region)
}

fn scopes(text: &str) -> Result<String, String> {
    check_writable("sso_registration_scopes", text)?;
    Ok(text.to_owned())
}

/// Checks that the configuration file can contain the value, before the sign-in.
pub(super) fn check_writable(key: &str, value: &str) -> Result<(), String> {
    let empty = Document::parse("", Dialect::Config);
    let set = Edit::set(SectionKind::Profile, "default", key, value).apply(&empty);
    set.map(drop).map_err(|error| error.to_string())
}
