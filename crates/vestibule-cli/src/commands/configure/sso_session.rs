use serde_json::json;
use vestibule::config::{Dialect, Document, Edit, SectionKind};
use vestibule::{Configuration, Region, SessionName, SsoSession, StartUrl};

use super::interview::{Interview, Question};
use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::args::{ConfigureSession, SessionAnswers};
use crate::exit::Exit;

/// What the AWS CLI proposes; without it the service gives no refresh token.
const SCOPES: &str = "sso:account:access";

pub(super) fn run(app: &App<'_>, args: &ConfigureSession) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let interview = Interview::at_keyboard(app);
    let question = name_question(&args.answers, None);
    let name = interview.answer(&question, session_name)?;
    let answers = Answers::find(&interview, &configuration, &args.answers, name, true)?;
    answers.warn(app);
    let edited = super::edit(&configuration, Dialect::Config, &answers.edits(), args.dry_run)?;
    super::show(app, &edited, args.dry_run, &json!({ "ssoSession": answers.name }))?;
    if !args.dry_run && !app.printer.json {
        let name = shell_word(&answers.name);
        app.printer.note(&format!("To sign in: vestibule login --sso-session {name}"));
    }
    Ok(Exit::Done)
}

pub(super) fn name_question(args: &SessionAnswers, fallback: Option<String>) -> Question<'_> {
    Question {
        words: "Name of the sso-session",
        flag: "--session-name",
        given: args.session_name.as_deref(),
        fallback,
    }
}

/// A name that the config file can hold.
pub(super) fn session_name(text: &str) -> Result<String, String> {
    SessionName::new(text).map_err(|error| error.to_string())?;
    section_name(SectionKind::SsoSession, text)
}

/// A section name that the config file can hold.
pub(super) fn section_name(kind: SectionKind, text: &str) -> Result<String, String> {
    let empty = Document::parse("", Dialect::Config);
    let added = Edit::add_section(kind, text).apply(&empty);
    added.map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// An sso-session to be.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) start_url: StartUrl,
    pub(super) region: Region,
    /// `None` leaves what the file has.
    scopes: Option<String>,
    pub(super) is_new: bool,
}

impl Answers {
    /// Takes what is given and what the file has; asks for the rest, or for all of it.
    pub(super) fn find(
        interview: &Interview<'_>,
        configuration: &Configuration,
        args: &SessionAnswers,
        name: String,
        asks_for_all: bool,
    ) -> Result<Self, Failure> {
        let section = configuration.files().config().section(SectionKind::SsoSession, &name);
        let old = |key| {
            let value = section?.get(key)?.text().into_owned();
            (!value.is_empty()).then_some(value)
        };
        let is_new = section.is_none();
        // Who only picks a session is not asked what is in it.
        let nobody = Interview::new(None);
        let about =
            |old: &Option<String>| if asks_for_all || old.is_none() { interview } else { &nobody };
        let url = old("sso_start_url");
        let start_url = about(&url).answer(
            &Question {
                words: "Start URL of the access portal",
                flag: "--start-url",
                given: args.start_url.as_deref(),
                fallback: url.clone(),
            },
            start_url,
        )?;
        let portal = || configuration.portal_region_blocking(&start_url).map(|it| it.to_string());
        let given = args.sso_region.is_some();
        let region = old("sso_region").or_else(|| portal().filter(|_| !given));
        let region = about(&region).answer(
            &Question {
                words: "Region of the Identity Center instance",
                flag: "--sso-region",
                given: args.sso_region.as_deref(),
                fallback: region.clone(),
            },
            Region::new,
        )?;
        let scopes = if asks_for_all || is_new || args.registration_scopes.is_some() {
            let question = Question {
                words: "Scopes to register for",
                flag: "--registration-scopes",
                given: args.registration_scopes.as_deref(),
                fallback: old("sso_registration_scopes").or_else(|| Some(SCOPES.to_owned())),
            };
            Some(interview.answer(&question, scopes)?)
        } else {
            None
        };
        Ok(Self { name, start_url, region, scopes, is_new })
    }

    /// In the order of the AWS CLI.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let set = |key, value| Edit::set(SectionKind::SsoSession, &self.name, key, value);
        let mut edits = vec![
            set("sso_start_url", self.start_url.as_str()),
            set("sso_region", self.region.as_str()),
        ];
        edits.extend(self.scopes.as_deref().map(|text| set("sso_registration_scopes", text)));
        edits
    }

    /// The session to sign in to.
    pub(super) fn session(&self, configuration: &Configuration) -> Result<SsoSession, Failure> {
        let name = SessionName::new(&self.name)
            .map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
        let section = configuration.files().config().section(SectionKind::SsoSession, &self.name);
        let old = section.and_then(|section| section.get("sso_registration_scopes"));
        let scopes = self.scopes.clone().or_else(|| Some(old?.text().into_owned()));
        let scopes = scopes.unwrap_or_default();
        let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
        let session = SsoSession::named(name, self.start_url.clone(), self.region.clone());
        Ok(session.with_scopes(scopes))
    }

    /// An address that is pasted often ends in what other tools then spell differently.
    pub(super) fn warn(&self, app: &App<'_>) {
        let text = self.start_url.as_str();
        if text.ends_with(['/', '#']) {
            let bare = text.trim_end_matches(['/', '#']);
            app.printer.note(&format!(
                "note: `{text}` is kept as typed; tools that spell it `{bare}` take it for another"
            ));
        }
    }
}

fn start_url(text: &str) -> Result<StartUrl, String> {
    let url = StartUrl::new(text).map_err(|error| error.to_string())?;
    if !url.is_https() {
        return Err(format!("`{text}` does not begin with https://"));
    }
    writable("sso_start_url", text)?;
    Ok(url)
}

fn scopes(text: &str) -> Result<String, String> {
    writable("sso_registration_scopes", text)?;
    Ok(text.to_owned())
}

/// A value that the config file can hold: better said at once than after a sign-in.
pub(super) fn writable(key: &str, value: &str) -> Result<(), String> {
    let empty = Document::parse("", Dialect::Config);
    let set = Edit::set(SectionKind::Profile, "default", key, value).apply(&empty);
    set.map(drop).map_err(|error| error.to_string())
}
