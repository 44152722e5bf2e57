use serde_json::json;
use vestibule::config::{Dialect as FileDialect, Edit, SectionKind};
use vestibule::oidc::ACCOUNT_ACCESS;
use vestibule::{Account, AccountId, Configuration, ErrorKind, IdentityCenter, Region, RoleName};

use super::sso_session::{
    Answers, Prompts, check_writable, name_field, region_name, section_name, session_name,
};
use super::wizard::{Field, Wizard};
use crate::app::App;
use crate::args::{ConfigureSso, OUTPUT_FORMATS};
use crate::commands::columns;
use crate::commands::sign_in::{self, Conditions};
use crate::error::Error;
use crate::exit::Exit;
use crate::picker::natural_key;
use crate::printer::Tone;
use crate::prompt::{Prompt, cancelled};
use crate::quoting::{Dialect, shell_word};
use crate::role_args::account_id;
use crate::waiting;

/// Prompts for the same values as `aws configure sso`, and writes the same sections.
pub(super) fn run(app: &App<'_>, args: &ConfigureSso) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let terminal = app.wizard_terminal();
    let wizard = Wizard::new(terminal.as_ref().map(|terminal| terminal as &dyn Prompt));
    let old = ExistingProfile::new(&configuration);
    let answers = collect_answers(app, args, &configuration, &wizard, &old);
    waiting::set_interrupt_note(None);
    let answers =
        answers.map_err(|error| wizard.unfinished_error(COMMAND, &configuration, error))?;

    let edited = super::edit(&configuration, FileDialect::Config, &answers.edits(), args.dry_run)?;
    let about = json!({
        "profile": answers.name, "ssoSession": answers.session.name,
        "accountId": answers.role.as_ref().map(|(account, _)| account.as_str()),
        "roleName": answers.role.as_ref().map(|(_, role)| role.as_str()),
    });
    super::show(app, &edited, args.dry_run, &about)?;
    if !args.dry_run && !app.printer.json {
        let name = shell_word(&answers.name);
        let location = configuration.locations().config;
        let saved = app.printer.tone(Tone::Good, &format!("Saved profile {name} to {location}."));
        // Without a region the next command would fail.
        let region = match (&answers.region, old.get("region")) {
            (None, None) => format!(" --region {}", answers.session.region),
            _ => String::new(),
        };
        app.printer.note(&format!("{saved} Next: vestibule whoami --profile {name}{region}"));
        if answers.name != "default" && app.vars.get("AWS_PROFILE") != Some(&*answers.name) {
            let line = Dialect::current().assignment("AWS_PROFILE", &answers.name);
            app.printer.note(&format!("For aws, terraform and other tools in this shell: {line}"));
        }
    }
    Ok(Exit::Done)
}

/// Returns the profile to write, from options and prompts.
fn collect_answers(
    app: &App<'_>,
    args: &ConfigureSso,
    configuration: &Configuration,
    wizard: &Wizard<'_>,
    old: &ExistingProfile<'_>,
) -> Result<Profile, Error> {
    if wizard.is_interactive() && args.session.session_name.is_none() {
        wizard.print(&INTRODUCTION);
    }
    wizard.record_options([
        ("--session-name", &args.session.session_name),
        ("--start-url", &args.session.start_url),
        ("--sso-region", &args.session.sso_region),
        ("--registration-scopes", &args.session.registration_scopes),
        ("--account-id", &args.account_id),
        ("--role-name", &args.role_name),
        ("--region", &app.global.region),
        ("--output-format", &args.output_format),
        ("--profile", &app.global.profile),
    ]);
    let name = select_session(wizard, configuration, args, old.get("sso_session"))?;
    let mut session =
        Answers::find(wizard, configuration, &args.session, name, Prompts::ForMissing)?;
    session.confirm(wizard, configuration, args.session.overwrite)?;
    let role = if let (Some(account), Some(role)) = (&args.account_id, &args.role_name) {
        // Without an account or role to look up, no sign-in is needed.
        Some((account_id(account, None)?, role_name(role)?))
    } else {
        waiting::set_interrupt_note(wizard.interrupt_note(COMMAND, configuration));
        select_role(app, args, configuration, wizard, &mut session)?
    };
    let mut answers = Profile::find(app, args, wizard, configuration, session, role)?;
    while !answers.confirm(wizard, configuration, args.session.overwrite)? {
        // The name of an option cannot be asked for again.
        if app.global.profile.is_some() {
            return Err(cancelled());
        }
        answers.name = profile_name(wizard, None, None)?;
    }
    Ok(answers)
}

const COMMAND: &str = "vestibule configure sso";

/// Lines of less than 80 columns.
const INTRODUCTION: [&str; 3] = [
    "This sets up a profile for AWS IAM Identity Center. You need the start URL,",
    "where you sign in to AWS (such as https://d-1234567890.awsapps.com/start), and",
    "the region of the Identity Center instance. Your administrator knows both.",
];

/// Returns the name of the session: that of the option, an existing one, or a new one.
fn select_session(
    wizard: &Wizard<'_>,
    configuration: &Configuration,
    args: &ConfigureSso,
    default: Option<String>,
) -> Result<String, Error> {
    const NEW: &str = "(new session)";
    let mut existing = columns::session_rows(configuration);
    let is_named = args.session.session_name.is_some() || args.session.start_url.is_some();
    if wizard.is_interactive() && !is_named && !existing.is_empty() {
        existing.push([NEW.to_owned(), String::new(), String::new()]);
        let name = |row: &[String; 3]| row[0].clone();
        let select = wizard.select("SSO session:", "--session-name", existing, Clone::clone, name);
        let [name, ..] = select?;
        if name != NEW {
            return Ok(name);
        }
    }
    wizard.answer(&name_field(&args.session, default), session_name)
}

/// The existing profile, if one was named and exists.
struct ExistingProfile<'a> {
    name: Option<String>,
    profile: Option<vestibule::Profile<'a>>,
}

impl<'a> ExistingProfile<'a> {
    fn new(configuration: &'a Configuration) -> Self {
        let choice = configuration.profile();
        let name = choice.origin.is_given().then_some(choice.value);
        let profile = name.as_deref().and_then(|name| configuration.files().profile(name));
        Self { name, profile }
    }

    fn get(&self, key: &str) -> Option<String> {
        Some(self.profile?.get(key)?.text().to_owned())
    }
}

/// The profile to write.
#[derive(Debug)]
struct Profile {
    name: String,
    session: Answers,
    /// `None` if the portal lists no account; such a profile gives a bearer token only.
    role: Option<(AccountId, RoleName)>,
    region: Option<Region>,
    output: Option<String>,
}

impl Profile {
    fn find(
        app: &App<'_>,
        args: &ConfigureSso,
        wizard: &Wizard<'_>,
        configuration: &Configuration,
        session: Answers,
        role: Option<(AccountId, RoleName)>,
    ) -> Result<Self, Error> {
        let old = ExistingProfile::new(configuration);
        let region_default = || wizard.is_interactive().then(|| session.region.to_string());
        let region = Field {
            message: "Default region (optional):",
            help: Some("the region for your AWS resources, such as us-east-1"),
            flag: "--region",
            given: app.global.region.as_deref(),
            default: Some(old.get("region").or_else(region_default).unwrap_or_default()),
        };
        let region = wizard.answer(&region, |text| match text {
            "" => Ok(None),
            text => region_name(text, wizard.is_interactive()).map(Some),
        })?;
        let output = Field {
            message: "Output format of the AWS CLI (optional):",
            help: Some("json, yaml, yaml-stream, text or table"),
            flag: "--output-format",
            given: args.output_format.as_deref(),
            default: Some(old.get("output").unwrap_or_default()),
        };
        let output = wizard.answer(&output, |text| match text {
            "" => Ok(None),
            text if OUTPUT_FORMATS.contains(&text) => Ok(Some(text.to_owned())),
            text => {
                Err(format!("`{text}` is not a format: expected {}", OUTPUT_FORMATS.join(", ")))
            }
        })?;
        let default = match &role {
            _ if wizard.is_interactive() && configuration.files().profile("default").is_none() => {
                "default".to_owned()
            }
            Some((account, role)) => format!("{role}-{account}"),
            None => session.name.clone(),
        };
        let name = profile_name(wizard, old.name.as_deref(), Some(default))?;
        Ok(Self { name, session, role, region, output })
    }

    /// Asks before an existing profile is changed to another account or role; false if the user
    /// declines.
    fn confirm(
        &self,
        wizard: &Wizard<'_>,
        configuration: &Configuration,
        overwrite: bool,
    ) -> Result<bool, Error> {
        let Some(old) = configuration.files().profile(&self.name) else { return Ok(true) };
        let Some((account, role)) = &self.role else { return Ok(true) };
        for (key, new) in [("sso_account_id", account.as_str()), ("sso_role_name", role.as_str())] {
            let Some(old) = old.get(key).filter(|old| old.text() != new) else { continue };
            let change = format!(
                "Profile `{}` has {key} {} ({}), which would become {new}",
                self.name,
                old.text(),
                old.origin()
            );
            return wizard.confirm_overwrite(&change, overwrite);
        }
        Ok(true)
    }

    /// Returns the edits in the order of the AWS CLI: the profile, then its session. Legacy keys are
    /// removed, because they could contradict the session.
    fn edits(&self) -> Vec<Edit> {
        let set = |key, value: &str| Edit::set(SectionKind::Profile, &self.name, key, value);
        let remove = |key| Edit::remove(SectionKind::Profile, &self.name, key);
        let mut edits = vec![
            remove("sso_start_url"),
            remove("sso_region"),
            set("sso_session", &self.session.name),
        ];
        match &self.role {
            Some((account, role)) => {
                edits.push(set("sso_account_id", account.as_str()));
                edits.push(set("sso_role_name", role.as_str()));
            }
            None => edits.extend([remove("sso_account_id"), remove("sso_role_name")]),
        }
        edits.extend(self.region.iter().map(|region| set("region", region.as_str())));
        edits.extend(self.output.iter().map(|output| set("output", output)));
        edits.extend(self.session.edits());
        edits
    }
}

/// Returns the name of the profile to write: that of an option, or the answer.
fn profile_name(
    wizard: &Wizard<'_>,
    given: Option<&str>,
    default: Option<String>,
) -> Result<String, Error> {
    let (message, flag) = ("Profile name:", "--profile");
    let field = Field { message, help: None, flag, given, default };
    wizard.answer(&field, |text| section_name(SectionKind::Profile, text))
}

/// Returns the account and role that the user selects, after a sign-in if necessary; `None` if the
/// session gives no access to accounts.
fn select_role(
    app: &App<'_>,
    args: &ConfigureSso,
    configuration: &Configuration,
    wizard: &Wizard<'_>,
    session: &mut Answers,
) -> Result<Option<(AccountId, RoleName)>, Error> {
    let mut center = configuration.identity_center_for(session.session(configuration)?)?;
    if sign_in::current_token(&center, sign_in::MIN_REMAINING).is_err() {
        center = sign_in_at(app, args, wizard, session, center)?;
        // The answers so far are kept if the user cancels.
        if wizard.is_interactive() && !args.dry_run {
            super::edit(configuration, FileDialect::Config, &session.edits(), false)?;
            wizard.set_saved_session(&session.name);
            waiting::set_interrupt_note(wizard.interrupt_note(COMMAND, configuration));
        }
    }
    let selected = select_account_and_role(args, wizard, &center);
    if !is_sign_in_needed(&selected) {
        return selected.map(Some);
    }
    let scopes = session.session(configuration)?.scopes;
    if !scopes.is_empty() && !scopes.iter().any(|scope| scope == ACCOUNT_ACCESS) {
        app.printer.note(&format!(
            "The session has no scope {ACCOUNT_ACCESS}, so that it lists no accounts. The profile \
             will give a bearer token only."
        ));
        return Ok(None);
    }
    // The token was revoked before it expired.
    if wizard.has_signed_in() {
        return selected.map(Some);
    }
    center = sign_in_at(app, args, wizard, session, center)?;
    select_account_and_role(args, wizard, &center).map(Some)
}

fn is_sign_in_needed<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Library(error)) if error.kind() == ErrorKind::SignInNeeded)
}

/// Signs in, and returns the session in the region of its portal.
fn sign_in_at(
    app: &App<'_>,
    args: &ConfigureSso,
    wizard: &Wizard<'_>,
    session: &mut Answers,
    center: IdentityCenter,
) -> Result<IdentityCenter, Error> {
    let conditions = Conditions {
        unless_lasting: Some(sign_in::MIN_REMAINING),
        ends_portal_session: false,
        takes_pasted: !wizard.is_interactive(),
    };
    let region = sign_in::identity_center(app, &args.sign_in, &center, conditions)?;
    wizard.set_signed_in();
    let Some(region) = region else { return Ok(center) };
    app.printer.note(&format!("The portal is in {region}; sso_region is set to it."));
    session.region = region.clone();
    Ok(center.in_region(region)?)
}

fn select_account_and_role(
    args: &ConfigureSso,
    wizard: &Wizard<'_>,
    center: &IdentityCenter,
) -> Result<(AccountId, RoleName), Error> {
    let account = account(args, wizard, center)?;
    let role = role(args, wizard, center, &account)?;
    Ok((account, role))
}

fn account(
    args: &ConfigureSso,
    wizard: &Wizard<'_>,
    center: &IdentityCenter,
) -> Result<AccountId, Error> {
    if let Some(id) = &args.account_id {
        return account_id(id, None);
    }
    let mut accounts = center.blocking().accounts()?;
    if accounts.is_empty() {
        return Err(not_assigned("No AWS account is assigned to you in this portal"));
    }
    accounts.sort_by_cached_key(account_order);
    let id = |account: &Account| account.account_id.to_string();
    Ok(wizard.select("Account:", "--account-id", accounts, account_columns, id)?.account_id)
}

fn role(
    args: &ConfigureSso,
    wizard: &Wizard<'_>,
    center: &IdentityCenter,
    account: &AccountId,
) -> Result<RoleName, Error> {
    if let Some(name) = &args.role_name {
        return role_name(name);
    }
    let mut roles = center.blocking().roles(account)?;
    if roles.is_empty() {
        return Err(not_assigned(&format!("No role is assigned to you in account {account}")));
    }
    roles.sort_by_cached_key(|role| natural_key(role.as_str()));
    let column = |role: &RoleName| [role.to_string()];
    wizard.select("Role:", "--role-name", roles, column, RoleName::to_string)
}

fn not_assigned(text: &str) -> Error {
    Error::new(Exit::Failed, text)
        .with_hint("ask the administrator of IAM Identity Center for access")
}

fn role_name(text: &str) -> Result<RoleName, Error> {
    let name = RoleName::new(text).map_err(|error| error.to_string());
    let name = name.and_then(|name| check_writable("sso_role_name", text).map(|()| name));
    name.map_err(|error| Error::new(Exit::Usage, format!("--role-name: {error}")))
}

/// Returns the sort key: name, email address and id; accounts without a name come last.
fn account_order(account: &Account) -> impl Ord + use<> {
    let key = |text: &Option<String>| natural_key(text.as_deref().unwrap_or_default());
    let is_unnamed = account.name.is_none() && account.email.is_none();
    (is_unnamed, key(&account.name), key(&account.email), account.account_id.to_string())
}

/// Returns name (or id), id and email address.
fn account_columns(account: &Account) -> [String; 3] {
    let id = account.account_id.to_string();
    let name = account.name.clone().unwrap_or_else(|| id.clone());
    [name, id, account.email.clone().unwrap_or_default()]
}
