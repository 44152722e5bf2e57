use serde_json::{Value, json};
use vestibule::config::{Document, SectionKind};
use vestibule::{Configuration, Edited, IdentityCenter, SessionName};
use vestibule_sync::{
    Assignments, Filter, Plan, PlannedProfile, Progress as Listed, Rules, Template,
    discard_checkpoint, list_assignments, referenced_profiles,
};
use vestibule_types::with_causes;

use crate::app::App;
use crate::args::ConfigureSync;
use crate::commands::account_map::{account_regions, account_tags, invalid_key, session_key};
use crate::commands::target::identity_center;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::program::own_path;
use crate::quoting::shell_word;
use crate::waiting::{self, Wait};
use crate::{role_args, screen, typed_line};

/// Hint after an interruption.
const RESUME: &str = "run the same command again: it continues";
const TEMPLATE_KEY: &str = "vestibule_sync_template";
/// Number of names in a summary.
const NAMES: usize = 5;

pub(super) fn run(app: &App<'_>, args: &ConfigureSync) -> Result<Exit, Error> {
    let filter = Filter::new(&args.include, &args.exclude).map_err(|error| {
        let hint = "vestibule configure sync --include 'prod*' --exclude '*/Admin*'";
        Error::new(Exit::Usage, format!("--include, --exclude: {error}")).with_hint(hint)
    })?;
    let region = role_args::region(app.global)?;
    let configuration = app.configuration()?;
    let center = identity_center(&configuration, &args.session)?;
    let Some(session) = center.session().name.clone() else {
        let text = "configure sync needs an sso-session, and the profile has none";
        let hint = "vestibule configure sso-session";
        return Err(Error::new(Exit::Usage, text).with_hint(hint));
    };

    let template = template(&configuration, args, &session)?;
    let template_text = template.to_string();
    let stored_template = session_key(&configuration, &session, TEMPLATE_KEY);
    let filter = filter.with_tags(account_tags(&configuration, &session)?);
    let regions = account_regions(&configuration, &session)?;
    let command = args.credential_process.then(|| credential_process(&session)).transpose()?;

    let assignments = list(&center, &filter)?;
    update_completion(&center, args, &assignments);
    // A mistyped pattern must not prune profiles.
    if !args.include.is_empty() && assignments.is_complete() && !assignments.has_any(&filter) {
        let text = "--include: no account or role matches";
        let session = shell_word(session.as_str());
        let hint = format!("vestibule list-accounts --sso-session {session}");
        return Err(Error::new(Exit::Usage, text).with_hint(hint));
    }
    let rules = Rules::new(&session, &center.session().start_url)
        .with_filter(filter)
        .with_template(template)
        .with_region(region)
        .with_default_region(center.session().region.clone())
        .with_account_regions(regions)
        .with_credential_process(command)
        .with_reserved_names(credentials_profile_names(&configuration))
        .with_pinned_names(referenced_profiles(configuration.files().credentials()))
        .with_renaming(args.template.is_some())
        .with_pruning(args.prune)
        .with_pruning_of_all(args.force);
    let plan = |document: &Document| rules.plan(&assignments, document);
    let (edited, plan) =
        super::edit_by_plan(&configuration, plan, |plan| &plan.edits, args.dry_run)?;
    if plan.is_pruning_withheld {
        let count = plan.stale.len();
        let text = format!(
            "the access portal lists no roles, and --prune would remove all managed profiles ({count})"
        );
        let session = shell_word(session.as_str());
        let hint = format!("vestibule configure sync --sso-session {session} --prune --force");
        return Err(Error::new(Exit::Failed, text).with_hint(hint));
    }
    if !args.dry_run && assignments.is_complete() {
        // The next run starts a new listing.
        discard_checkpoint(&center);
    }

    let summary = Summary {
        app,
        args,
        session: &session,
        template: &template_text,
        stored_template: stored_template.as_ref(),
        assignments: &assignments,
        plan: &plan,
    };
    summary.show(&edited)
}

/// Returns the template of the arguments, else that of the `[sso-session]`, else the default.
fn template(
    configuration: &Configuration,
    args: &ConfigureSync,
    session: &SessionName,
) -> Result<Template, Error> {
    if let Some(text) = &args.template {
        return text.parse().map_err(|error| {
            let hint = "vestibule configure sync --template '{account_name}-{role_name}'";
            Error::new(Exit::Usage, format!("--template: {error}")).with_hint(hint)
        });
    }
    let Some(text) = session_key(configuration, session, TEMPLATE_KEY) else {
        return Ok(Template::default());
    };
    text.parse().map_err(|error| invalid_key(configuration, session, TEMPLATE_KEY, &error))
}

/// Returns the command of profiles that run this program, without the account and the role.
fn credential_process(session: &SessionName) -> Result<String, Error> {
    let program = own_path().display().to_string();
    let is_ordinary = |text: &str| {
        text.chars().all(|char| char.is_ascii_alphanumeric() || r"_-./:\+=".contains(char))
    };
    if !is_ordinary(session.as_str()) || !is_ordinary(&program) {
        let message = "--credential-process needs a session name and a path of this program without \
                       spaces and quotation marks";
        return Err(Error::new(Exit::Failed, message).with_cause(program));
    }
    Ok(format!("{program} export-credentials --sso-session {session}"))
}

/// Lists accounts and roles, with a progress line.
fn list(center: &IdentityCenter, filter: &Filter) -> Result<Assignments, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let progress = Wait::begin("Listing accounts");
    let on_progress = |listed: Listed| {
        if let Listed::Roles { done, total } = listed {
            progress.set("accounts: listing roles", done, total);
            let listed =
                format!("  {done} of {total} accounts are listed, and no profile was changed");
            let note = format!("{listed}\nhint: {RESUME}");
            waiting::set_interrupt_note(Some(note));
        }
    };
    waiting::set_timeout_hint(Some(RESUME));
    let listed = runtime.block_on(list_assignments(center, filter, &on_progress));
    waiting::set_timeout_hint(None);
    waiting::set_interrupt_note(None);
    Ok(listed?)
}

fn update_completion(center: &IdentityCenter, args: &ConfigureSync, listed: &Assignments) {
    center.update_listing(|listing| {
        if args.include.is_empty() && args.exclude.is_empty() {
            let accounts = listed.accounts.iter();
            listing.set_accounts(accounts.map(|one| (&one.account_id, one.name.as_deref())));
        }
        for account in &listed.accounts {
            listing.set_roles(&account.account_id, &account.roles);
        }
    });
}

fn credentials_profile_names(configuration: &Configuration) -> Vec<String> {
    let names = configuration.files().credentials().names(SectionKind::Profile);
    names.map(std::borrow::Cow::into_owned).collect()
}

/// Output of a run.
struct Summary<'a> {
    app: &'a App<'a>,
    args: &'a ConfigureSync,
    session: &'a SessionName,
    template: &'a str,
    /// `vestibule_sync_template` of the session.
    stored_template: Option<&'a String>,
    assignments: &'a Assignments,
    plan: &'a Plan,
}

impl Summary<'_> {
    fn show(&self, edited: &Edited) -> Result<Exit, Error> {
        let printer = &self.app.printer;
        let dry_run = self.args.dry_run;
        if printer.json || dry_run {
            super::show(self.app, edited, dry_run, &self.json())?;
        }
        if !printer.json {
            self.print(edited);
        }
        Ok(if self.assignments.is_complete() { Exit::Done } else { Exit::Failed })
    }

    fn print(&self, edited: &Edited) {
        let Self { plan, assignments, .. } = self;
        let printer = &self.app.printer;
        printer.note(&self.summary());
        if !self.args.dry_run {
            self.list("added", &plan.added);
            self.list("changed", &plan.changed);
            self.list("removed", &plan.removed);
        }
        super::name_backup(self.app, edited);
        self.list("skipped: you have your own profile for the role", &plan.unmanaged);
        self.list("skipped: the profile name is taken", &plan.name_conflicts);
        self.list("skipped: the role name has control or invisible characters", &plan.unprintable);
        self.list("no longer listed, kept without --prune", &plan.stale);
        self.list("excluded by --include or --exclude, kept without --prune", &plan.excluded);
        self.list("kept, though another profile is for the same role", &plan.duplicates);
        let suffixes = "named with the session, since a profile of another session has the name";
        self.list(suffixes, &plan.session_suffixes);
        let renamed = if self.args.dry_run { "to rename" } else { "renamed" };
        let renamed = format!("{renamed}, with their settings and the references to them");
        self.list(&renamed, &plan.renamed);
        let reason = "the new name is taken, or a reference to the old one cannot be changed";
        self.list(&format!("not renamed: {reason}"), &plan.not_renamed);
        self.list("kept under their names, though the template gives others", &plan.kept_names);
        self.print_template_hint();
        for failed in &assignments.failed {
            let name = screen::printable(failed.name.as_deref().unwrap_or_default());
            let error = printer.tone(Tone::Bad, "error:");
            let id = &failed.account_id;
            printer.note(&format!(
                "{error} the roles of {id} {name}: {}",
                with_causes(&*failed.error)
            ));
        }
        if !assignments.is_complete() {
            let kept = if self.args.prune { "nothing was removed; " } else { "" };
            printer.hint(&format!("{kept}run the same command again to list the rest"));
        } else if let Some(command) = self.next() {
            printer.note(&format!("Next: {}", printer.tone(Tone::Command, &command)));
        }
    }

    /// Returns a command that uses a profile that was added, or writes it after a dry run.
    fn next(&self) -> Option<String> {
        let added = self.plan.added.first()?;
        Some(if self.args.dry_run {
            typed_line::without("--dry-run")
        } else {
            format!("vestibule exec {} -- aws sts get-caller-identity", shell_word(&added.name))
        })
    }

    /// Prints how to rename profiles, and how to use the template of this run in every run.
    fn print_template_hint(&self) {
        let (command, template) = match &self.args.template {
            Some(template) if self.stored_template != Some(template) && !self.args.dry_run => {
                let session = shell_word(self.session.as_str());
                let arguments = format!("{} --sso-session {session}", shell_word(template));
                ("vestibule configure set vestibule_sync_template", arguments)
            }
            None if !self.plan.kept_names.is_empty() => {
                ("vestibule configure sync --template", shell_word(self.template))
            }
            _ => return,
        };
        let about = if self.args.template.is_some() { "for later runs" } else { "to rename them" };
        self.app.printer.hint(&format!("{about}: {command} {template}"));
    }

    /// `Profiles for 2 accounts: 4 added, 0 changed, 0 removed, 0 unchanged.`
    fn summary(&self) -> String {
        let words = if self.args.dry_run {
            ["to add", "to change", "to remove"]
        } else {
            ["added", "changed", "removed"]
        };
        let plan = self.plan;
        let changes =
            [(&plan.added, Tone::Good), (&plan.changed, Tone::Warning), (&plan.removed, Tone::Bad)];
        let changes = changes.into_iter().zip(words).map(|((profiles, tone), word)| {
            let text = format!("{} {word}", profiles.len());
            if profiles.is_empty() { text } else { self.app.printer.tone(tone, &text) }
        });
        let changes: Vec<_> = changes.collect();
        let (accounts, _) = self.assignments.count();
        let plural = if accounts == 1 { "" } else { "s" };
        let (changes, kept) = (changes.join(", "), plan.unchanged.len());
        let renamed = match (plan.renamed.len(), self.args.dry_run) {
            (0, _) => String::new(),
            (count, true) => format!(", {count} to rename"),
            (count, false) => format!(", {count} renamed"),
        };
        format!("Profiles for {accounts} account{plural}: {changes}{renamed}, {kept} unchanged.")
    }

    /// Prints a count and the first names.
    fn list(&self, what: &str, profiles: &[PlannedProfile]) {
        if profiles.is_empty() {
            return;
        }
        let mut names: Vec<_> = profiles
            .iter()
            .take(NAMES)
            .map(|profile| {
                let name = |name: &str| shell_word(&screen::printable(name));
                match &profile.previous_name {
                    Some(previous) => format!("{} -> {}", name(previous), name(&profile.name)),
                    None => name(&profile.name),
                }
            })
            .collect();
        if NAMES < profiles.len() {
            names.push("…".to_owned());
        }
        let count = profiles.len();
        self.app.printer.note(&format!("{count} {what}: {}", names.join(", ")));
    }

    fn json(&self) -> Value {
        let Self { plan, assignments, .. } = self;
        let profile = |profile: &PlannedProfile| {
            let mut object = json!({ "profile": profile.name, "accountId": profile.account_id,
                    "roleName": profile.role });
            if let Some(previous) = &profile.previous_name {
                object["previousProfile"] = json!(previous);
            }
            object
        };
        let all = |profiles: &[PlannedProfile]| profiles.iter().map(profile).collect::<Vec<_>>();
        let failed = assignments.failed.iter().map(|failed| {
            json!({ "accountId": failed.account_id.as_str(), "accountName": failed.name,
                    "reason": with_causes(&*failed.error) })
        });
        let (accounts, roles) = assignments.count();
        json!({
            "ssoSession": self.session.as_str(), "complete": assignments.is_complete(),
            "accounts": accounts, "roles": roles, "added": all(&plan.added),
            "updated": all(&plan.changed), "kept": all(&plan.unchanged),
            "removed": all(&plan.removed), "stale": all(&plan.stale),
            "excluded": all(&plan.excluded), "renamed": all(&plan.renamed),
            "keptNames": all(&plan.kept_names), "notRenamed": all(&plan.not_renamed),
            "duplicates": all(&plan.duplicates), "sessionSuffixes": all(&plan.session_suffixes),
            "unprintable": all(&plan.unprintable),
            "others": all(&plan.unmanaged), "nameless": all(&plan.name_conflicts),
            "failed": failed.collect::<Vec<_>>(),
        })
    }
}
