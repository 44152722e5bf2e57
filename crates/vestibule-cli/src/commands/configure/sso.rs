use std::time::Duration;

use serde_json::json;
use vestibule::config::{Dialect, Edit, SectionKind};
use vestibule::{Account, AccountId, Configuration, ErrorKind, IdentityCenter, Region, RoleName};

use super::interview::{Interview, Question};
use super::sso_session::{Answers, name_question, section_name, session_name, writable};
use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::args::ConfigureSso;
use crate::commands::login;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::screen::printable;

/// A token that lasts this long serves a wizard.
const LONG_ENOUGH: Duration = Duration::from_secs(15 * 60);

/// Asks what `aws configure sso` asks, and writes what it writes.
pub(super) fn run(app: &App<'_>, args: &ConfigureSso) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let interview = Interview::at_keyboard(app);
    let old = Old::new(&configuration);

    let question = name_question(&args.session, old.get("sso_session"));
    let name = interview.answer(&question, session_name)?;
    let mut session = Answers::find(&interview, &configuration, &args.session, name, false)?;
    session.warn(app);
    let role = match (&args.account_id, &args.role_name) {
        // Nobody has to sign in for what is known already.
        (Some(account), Some(role)) => Some((account_id(account)?, role_name(role)?)),
        _ => pick_role(app, args, &configuration, &interview, &mut session)?,
    };
    let answers = Profile::find(app, args, &interview, &old, session, role)?;

    let edited = super::edit(&configuration, Dialect::Config, &answers.edits(), args.dry_run)?;
    let about = json!({
        "profile": answers.name, "ssoSession": answers.session.name,
        "accountId": answers.role.as_ref().map(|(account, _)| account.as_str()),
        "roleName": answers.role.as_ref().map(|(_, role)| role.as_str()),
    });
    super::show(app, &edited, args.dry_run, &about)?;
    if !args.dry_run && !app.printer.json {
        let name = shell_word(&answers.name);
        app.printer.note(&format!("To use it: vestibule whoami --profile {name}"));
    }
    Ok(Exit::Done)
}

/// The profile as it is before, where it was named and exists.
struct Old<'a> {
    name: Option<String>,
    profile: Option<vestibule::Profile<'a>>,
}

impl<'a> Old<'a> {
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
    /// `None` where the portal shows none: such a profile yields a token.
    role: Option<(AccountId, RoleName)>,
    region: Option<Region>,
    output: Option<String>,
}

impl Profile {
    fn find(
        app: &App<'_>,
        args: &ConfigureSso,
        interview: &Interview<'_>,
        old: &Old<'_>,
        session: Answers,
        role: Option<(AccountId, RoleName)>,
    ) -> Result<Self, Failure> {
        let region = Question {
            words: "Region to work in",
            flag: "--region",
            given: app.global.region.as_deref(),
            fallback: Some(old.get("region").unwrap_or_default()),
        };
        let region = interview.answer(&region, |text| match text {
            "" => Ok(None),
            text => Region::new(text).map(Some),
        })?;
        let output = Question {
            words: "Output format of aws",
            flag: "--output-format",
            given: args.output_format.as_deref(),
            fallback: Some(old.get("output").unwrap_or_default()),
        };
        let output = interview.answer(&output, |text| match text {
            "" => Ok(None),
            text => writable("output", text).map(|()| Some(text.to_owned())),
        })?;
        let fallback = match &role {
            Some((account, role)) => format!("{role}-{account}"),
            None => session.name.clone(),
        };
        let name = Question {
            words: "Name of the profile",
            flag: "--profile",
            given: old.name.as_deref(),
            fallback: Some(fallback),
        };
        let name = interview.answer(&name, |text| section_name(SectionKind::Profile, text))?;
        Ok(Self { name, session, role, region, output })
    }

    /// The profile first, then its session, as the AWS CLI has it. What an older profile says of
    /// the sign-in itself would contradict the session.
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

/// What the portal shows, after a sign-in if one is needed.
fn pick_role(
    app: &App<'_>,
    args: &ConfigureSso,
    configuration: &Configuration,
    interview: &Interview<'_>,
    session: &mut Answers,
) -> Result<Option<(AccountId, RoleName)>, Failure> {
    let mut center = configuration.identity_center_at(session.session(configuration)?)?;
    if session.is_new || login::live(&center, LONG_ENOUGH).is_none() {
        let needless = (!session.is_new).then_some(LONG_ENOUGH);
        let takes_pasted = !interview.is_live();
        if let Some(region) = login::sign_in(app, &args.sign_in, &center, needless, takes_pasted)? {
            app.printer.note(&format!("The portal is in {region}, which is used as sso_region."));
            center = center.in_region(region.clone())?;
            session.region = region;
        }
    }
    match choose(app, args, interview, &center) {
        Err(Failure::Library(error)) if error.kind() == ErrorKind::SignInNeeded => {
            app.printer.note("The portal shows no accounts; the profile will yield a token only.");
            Ok(None)
        }
        chosen => chosen.map(Some),
    }
}

fn choose(
    app: &App<'_>,
    args: &ConfigureSso,
    interview: &Interview<'_>,
    center: &IdentityCenter<'_>,
) -> Result<(AccountId, RoleName), Failure> {
    let account = account(app, args, interview, center)?;
    let role = role(args, interview, center, &account)?;
    Ok((account, role))
}

fn account(
    app: &App<'_>,
    args: &ConfigureSso,
    interview: &Interview<'_>,
    center: &IdentityCenter<'_>,
) -> Result<AccountId, Failure> {
    if let Some(id) = &args.account_id {
        return account_id(id);
    }
    let progress = Progress::of(&app.printer, "asking for the accounts");
    let mut accounts = center.blocking().accounts()?;
    drop(progress);
    if accounts.is_empty() {
        return Err(nothing("the portal lists no account for you"));
    }
    accounts.sort_by_cached_key(order);
    Ok(interview.choose("Account", "--account-id", accounts, label)?.account_id)
}

fn role(
    args: &ConfigureSso,
    interview: &Interview<'_>,
    center: &IdentityCenter<'_>,
    account: &AccountId,
) -> Result<RoleName, Failure> {
    if let Some(name) = &args.role_name {
        return role_name(name);
    }
    let mut roles = center.blocking().roles(account)?;
    if roles.is_empty() {
        return Err(nothing(&format!("the portal lists no role for you in {account}")));
    }
    roles.sort_by_cached_key(|role| role.as_str().to_lowercase());
    interview.choose("Role", "--role-name", roles, |role| printable(role.as_str()))
}

fn nothing(text: &str) -> Failure {
    Failure::new(Exit::Failed, text).because("whoever administers IAM Identity Center assigns them")
}

fn account_id(text: &str) -> Result<AccountId, Failure> {
    let id = AccountId::new(text).map_err(|error| error.to_string());
    let id = id.and_then(|id| writable("sso_account_id", text).map(|()| id));
    id.map_err(|error| Failure::new(Exit::Usage, format!("--account-id: {error}")))
}

fn role_name(text: &str) -> Result<RoleName, Failure> {
    let name = RoleName::new(text).map_err(|error| error.to_string());
    let name = name.and_then(|name| writable("sso_role_name", text).map(|()| name));
    name.map_err(|error| Failure::new(Exit::Usage, format!("--role-name: {error}")))
}

/// By name, then address, then id; those with an id alone come last.
fn order(account: &Account) -> (bool, String, String, String) {
    let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
    let bare = account.name.is_none() && account.email.is_none();
    (bare, lower(&account.name), lower(&account.email), account.account_id.to_string())
}

/// `Name, address (id)`, or what there is of it.
fn label(account: &Account) -> String {
    let id = &account.account_id;
    match (&account.name, &account.email) {
        (Some(name), Some(email)) => printable(&format!("{name}, {email} ({id})")),
        (Some(text), None) | (None, Some(text)) => printable(&format!("{text} ({id})")),
        (None, None) => id.to_string(),
    }
}
