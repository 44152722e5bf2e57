use std::borrow::Cow;

use serde_json::{Map, Value, json};
use vestibule::{Account, AccountId, Configuration, ErrorKind, IdentityCenter, RoleName};
use vestibule_sync::{AccountTags, Tags};

use super::account_map::account_tags;
use super::target::{identity_center, inline_sessions, listed_account_name};
use super::{columns, session_state};
use crate::app::App;
use crate::args::{ListAccounts, ListProfiles, ListRoles, ListSessions, Rows};
use crate::error::{ASSIGNED_BY, Error};
use crate::exit::Exit;
use crate::picker;
use crate::quoting::shell_word;
use crate::role_args::account_id;
use crate::screen;
use crate::table::{self, Cell};
use crate::waiting::Wait;

/// Lists the names of profiles; with `--long` and on a terminal, with their accounts and roles.
pub(crate) fn profiles(app: &App<'_>, args: &ListProfiles) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let names = configuration.files().profile_names();
    let is_plain = !args.long && !args.rows.csv && args.rows.filter.is_none();
    let is_table = args.long || args.rows.csv || is_table(app);
    if is_plain && !is_table {
        return print_names(app, names);
    }
    let mut names: Vec<String> = names.map(Cow::into_owned).collect();
    if !is_plain {
        names.sort_by(|a, b| picker::natural_order(a, b));
    }
    let rows: Vec<_> = columns::profile_rows(&configuration, &names).collect();
    if is_table {
        return print_rows(app, columns::HEADS, &rows, &args.rows);
    }
    let rows = rows.into_iter().filter(|row| matches(row, &args.rows));
    print_names(app, rows.map(|[name, ..]| name))
}

/// Returns whether names are printed with what they stand for.
fn is_table(app: &App<'_>) -> bool {
    !app.printer.json && screen::result_width().is_some()
}

/// Lists the names of sessions; with `--long`, as JSON and on a terminal also their states, and
/// sessions without a name.
pub(crate) fn sessions(app: &App<'_>, args: &ListSessions) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let is_json = app.printer.json;
    if !args.long && !is_json && !is_table(app) {
        return print_names(app, configuration.session_names());
    }
    let summary = |center: Result<IdentityCenter, vestibule::Error>| match center {
        Ok(center) => session_state::summary(&center.blocking().status(), is_json),
        Err(error) if is_json => ("invalidConfiguration".to_owned(), error.to_string()),
        Err(error) => ("invalid configuration".to_owned(), error.to_string()),
    };
    let named = columns::session_rows(&configuration).into_iter().map(|[name, url, region]| {
        let (state, reason) = summary(configuration.identity_center_named(&name, "list-sessions"));
        [name, url, region, state, reason]
    });
    let inline = inline_sessions(&configuration).into_iter().map(|(profile, session)| {
        let (url, region) = (session.start_url.to_string(), session.region.to_string());
        let (state, reason) = summary(configuration.identity_center_for(session));
        // As in the reports of `status`.
        let name = if is_json { url.clone() } else { format!("profile {profile}") };
        [name, url, region, state, reason]
    });
    let heads = ["SESSION", "START URL", "REGION", "STATE", "REASON"];
    print_rows(app, heads, &named.chain(inline).collect::<Vec<_>>(), &Rows::default())
}

pub(crate) fn accounts(app: &App<'_>, args: &ListAccounts) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let center = identity_center(&configuration, &args.session)?;
    let accounts = center.blocking().accounts()?;
    center.update_listing(|listing| {
        let names = accounts.iter().map(|account| (&account.account_id, account.name.as_deref()));
        listing.set_accounts(names);
    });
    let tags = tags_of_session(&configuration, &center)?;
    let tags_of = |account: &Account| tags.get(&account.account_id, account.name.as_deref());
    let row = |account: &Account| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let tags = tags_of(account).map(Tags::to_string).unwrap_or_default();
        [account.account_id.to_string(), text(&account.name), text(&account.email), tags]
    };
    if accounts.is_empty() {
        app.printer.note(&format!("No account is assigned to you: {ASSIGNED_BY}."));
    }
    if app.printer.json {
        let accounts = accounts.iter().filter(|account| matches(&row(account), &args.rows));
        let accounts: Vec<_> = accounts
            .map(|account| {
                let mut object = json!({ "accountId": account.account_id.as_str(),
                        "accountName": account.name, "emailAddress": account.email });
                if let Some(tags) = tags_of(account) {
                    object["tags"] = tags_json(tags);
                }
                object
            })
            .collect();
        app.printer.result(&json!(accounts).to_string())?;
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = accounts.iter().map(row).collect();
    print_tagged(app, ["ACCOUNT", "NAME", "EMAIL", "TAGS"], rows, &tags, &args.rows)
}

/// Returns the tags that the user configured for the accounts of a session.
fn tags_of_session(
    configuration: &Configuration,
    center: &IdentityCenter,
) -> Result<AccountTags, Error> {
    let session = center.session().name.as_ref();
    session.map_or(Ok(AccountTags::default()), |name| account_tags(configuration, name))
}

/// Prints rows with a last column for tags, which is left out if none are configured.
fn print_tagged(
    app: &App<'_>,
    heads: [&str; 4],
    rows: Vec<[String; 4]>,
    tags: &AccountTags,
    args: &Rows,
) -> Result<Exit, Error> {
    if !tags.is_empty() {
        return print_rows(app, heads, &rows, args);
    }
    let [first, second, third, _] = heads;
    let rows: Vec<_> =
        rows.into_iter().map(|[first, second, third, _]| [first, second, third]).collect();
    print_rows(app, [first, second, third], &rows, args)
}

/// A role that is assigned to the user.
struct AssignedRole {
    account_id: AccountId,
    /// `None` if the account has no name, or has not been listed.
    account_name: Option<String>,
    role: RoleName,
    tags: Option<Tags>,
}

/// Lists the roles in one account, or in all.
pub(crate) fn roles(app: &App<'_>, args: &ListRoles) -> Result<Exit, Error> {
    let session = args.session.sso_session.as_deref();
    let account = args.account_id.as_deref().map(|id| account_id(id, session)).transpose()?;
    let configuration = app.configuration()?;
    let center = identity_center(&configuration, &args.session)?;
    let tags = tags_of_session(&configuration, &center)?;
    let progress = Wait::begin("Listing roles");
    let roles = if let Some(account) = &account {
        let name = listed_account_name(&center, account);
        let roles = roles_of(&center, &tags, account, name.as_deref());
        roles.map_err(|error| not_assigned(app, error, args))?
    } else {
        let accounts = center.blocking().accounts()?;
        let mut roles = Vec::new();
        for (done, account) in accounts.iter().enumerate() {
            progress.set("accounts: listing roles", done, accounts.len());
            roles.extend(roles_of(&center, &tags, &account.account_id, account.name.as_deref())?);
        }
        roles
    };
    drop(progress);
    if roles.is_empty() {
        let place = account.as_ref().map(|account| format!(" in account {account}"));
        let place = place.unwrap_or_default();
        app.printer.note(&format!("No role{place} is assigned to you: {ASSIGNED_BY}."));
    }
    if app.printer.json {
        let shown = roles.iter().filter(|role| matches(&role.columns(), &args.rows));
        let shown: Vec<_> = shown.map(AssignedRole::json).collect();
        app.printer.result(&json!(shown).to_string())?;
        return Ok(Exit::Done);
    }
    if account.is_none() {
        let rows = roles.iter().map(AssignedRole::columns).collect();
        return print_tagged(app, ["ACCOUNT", "NAME", "ROLE", "TAGS"], rows, &tags, &args.rows);
    }
    let rows: Vec<_> = roles.iter().map(|role| [role.role.to_string()]).collect();
    if args.rows.csv {
        return print_rows(app, ["ROLE"], &rows, &args.rows);
    }
    let rows = rows.into_iter().filter(|row| matches(row, &args.rows));
    print_names(app, rows.map(|[name]| name))
}

impl AssignedRole {
    fn columns(&self) -> [String; 4] {
        let tags = self.tags.as_ref().map(Tags::to_string).unwrap_or_default();
        let name = self.account_name.clone().unwrap_or_default();
        [self.account_id.to_string(), name, self.role.to_string(), tags]
    }

    /// Returns an object with the names of `aws sso list-account-roles`.
    fn json(&self) -> Value {
        let mut object = json!({ "accountId": self.account_id.as_str(),
                "accountName": self.account_name, "roleName": self.role.as_str() });
        if let Some(tags) = &self.tags {
            object["tags"] = tags_json(tags);
        }
        object
    }
}

fn tags_json(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| (key.to_owned(), json!(value))).collect()
}

/// Adds the command that lists the accounts to an error of an account that the user may not use.
fn not_assigned(app: &App<'_>, error: Error, args: &ListRoles) -> Error {
    if error.kind() != ErrorKind::Refused.as_str() || error.hint().is_some() {
        return error;
    }
    let option = match (&args.session.sso_session, &app.global.profile) {
        (Some(name), _) => format!(" --sso-session {}", shell_word(name)),
        (None, Some(name)) => format!(" --profile {}", shell_word(name)),
        (None, None) => String::new(),
    };
    let hint = format!("vestibule list-accounts{option}");
    let causes = error.causes().into_iter().chain([ASSIGNED_BY.to_owned()]);
    let program = Error::new(error.exit(), error.message()).with_kind(ErrorKind::Refused);
    causes.fold(program, Error::with_cause).with_hint(hint)
}

fn roles_of(
    center: &IdentityCenter,
    tags: &AccountTags,
    account: &AccountId,
    account_name: Option<&str>,
) -> Result<Vec<AssignedRole>, Error> {
    let roles = center.blocking().roles(account)?;
    center.update_listing(|listing| listing.set_roles(account, &roles));
    let tags = tags.get(account, account_name);
    let assigned = |role| AssignedRole {
        account_id: account.clone(),
        account_name: account_name.map(str::to_owned),
        role,
        tags: tags.cloned(),
    };
    Ok(roles.into_iter().map(assigned).collect())
}

/// Returns whether a row contains the text of `--filter`, ignoring case.
fn matches<const N: usize>(row: &[String; N], args: &Rows) -> bool {
    let Some(text) = &args.filter else { return true };
    let text = text.to_lowercase();
    row.iter().any(|column| column.to_lowercase().contains(&text))
}

/// Prints a table on a terminal, and tab-separated rows without a header elsewhere.
fn print_rows<const N: usize>(
    app: &App<'_>,
    heads: [&str; N],
    rows: &[[String; N]],
    args: &Rows,
) -> Result<Exit, Error> {
    let rows: Vec<&[String; N]> = rows.iter().filter(|row| matches(row, args)).collect();
    if app.printer.json {
        let object = |row: &&[String; N]| {
            let members = heads.iter().zip(row.iter());
            let members = members.map(|(head, column)| (json_key(head), json!(column)));
            Value::from(members.collect::<Map<_, _>>())
        };
        let rows: Vec<Value> = rows.iter().map(object).collect();
        app.printer.result(&json!(rows).to_string())?;
        return Ok(Exit::Done);
    }
    let lines: Vec<String> = match screen::result_width() {
        _ if args.csv => {
            let head = heads.map(json_key);
            std::iter::once(csv_line(&head)).chain(rows.iter().map(|row| csv_line(*row))).collect()
        }
        Some(width) if !rows.is_empty() => {
            let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(Cell::from)).collect();
            table::lines(&app.printer, heads, &rows, width)
        }
        _ => {
            let line = |row: &&[String; N]| {
                let row = row.each_ref().map(|text| screen::printable(text));
                row.join("\t").trim_end_matches('\t').to_owned()
            };
            rows.iter().map(line).collect()
        }
    };
    app.printer.raw(&lines.into_iter().map(|line| line + "\n").collect::<String>())?;
    Ok(Exit::Done)
}

/// Returns the key of a column: `ACCOUNT NAME` is `accountName`.
fn json_key(head: &str) -> String {
    let mut key = String::new();
    for (index, word) in head.to_lowercase().split(' ').enumerate() {
        let (first, rest) = word.split_at(word.len().min(1));
        key += &if index == 0 { first.to_owned() } else { first.to_uppercase() };
        key += rest;
    }
    key
}

/// Returns a line of RFC 4180. A leading formula character is quoted away for spreadsheets.
fn csv_line(columns: &[String]) -> String {
    let field = |text: &String| {
        let text = screen::printable(text);
        let is_formula = text.starts_with(['=', '+', '-', '@']);
        if is_formula || text.contains([',', '"']) {
            let prefix = if is_formula { "'" } else { "" };
            format!("\"{prefix}{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    columns.iter().map(field).collect::<Vec<_>>().join(",")
}

/// Prints one name per line, or a JSON list.
fn print_names(app: &App<'_>, names: impl Iterator<Item = impl AsRef<str>>) -> Result<Exit, Error> {
    if app.printer.json {
        let names: Vec<Value> = names.map(|name| name.as_ref().into()).collect();
        app.printer.result(&json!(names).to_string())?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for name in names {
        text.push_str(name.as_ref());
        text.push('\n');
    }
    app.printer.raw(&text)?;
    Ok(Exit::Done)
}
