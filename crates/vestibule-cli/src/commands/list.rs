use serde_json::json;

use super::columns;
use super::target::identity_center;
use crate::app::{App, account_id};
use crate::args::{ListRoles, OneSession};
use crate::error::Error;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::screen;
use crate::table::{self, Cell};

pub(crate) fn profiles(app: &App<'_>) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let names = configuration.files().profile_names().map(std::borrow::Cow::into_owned);
    print_names(app, names)
}

pub(crate) fn sessions(app: &App<'_>) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    if app.printer.json || screen::result_width().is_none() {
        return print_names(app, configuration.session_names());
    }
    print_rows(app, ["SESSION", "START URL", "REGION"], &columns::of_sessions(&configuration))
}

pub(crate) fn accounts(app: &App<'_>, args: &OneSession) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let center = identity_center(&configuration, args)?;
    let progress = Progress::start(&app.printer, "Listing accounts");
    let accounts = center.blocking().accounts()?;
    drop(progress);
    center.update_listing(|listing| {
        let names = accounts.iter().map(|account| (&account.account_id, account.name.as_deref()));
        listing.set_accounts(names);
    });
    if app.printer.json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| {
                json!({ "accountId": account.account_id.as_str(), "accountName": account.name,
                        "emailAddress": account.email })
            })
            .collect();
        app.printer.result(&json!(accounts).to_string())?;
        return Ok(Exit::Done);
    }
    let rows = accounts.into_iter().map(|account| {
        [
            account.account_id.to_string(),
            account.name.unwrap_or_default(),
            account.email.unwrap_or_default(),
        ]
    });
    print_rows(app, ["ACCOUNT", "NAME", "EMAIL"], &rows.collect::<Vec<_>>())
}

pub(crate) fn roles(app: &App<'_>, args: &ListRoles) -> Result<Exit, Error> {
    let account = account_id(&args.account_id)?;
    let configuration = app.configuration()?;
    let center = identity_center(&configuration, &args.session)?;
    let progress = Progress::start(&app.printer, "Listing roles");
    let roles = center.blocking().roles(&account)?;
    drop(progress);
    center.update_listing(|listing| listing.set_roles(&account, &roles));
    print_names(app, roles.iter().map(ToString::to_string))
}

/// Prints a table on a terminal, and tab-separated rows without a header elsewhere.
fn print_rows<const N: usize>(
    app: &App<'_>,
    heads: [&str; N],
    rows: &[[String; N]],
) -> Result<Exit, Error> {
    let lines = match screen::result_width() {
        Some(width) if !rows.is_empty() => {
            let cells = |row: &[String; N]| row.each_ref().map(Cell::from);
            let rows: Vec<_> = rows.iter().map(cells).collect();
            table::lines(&app.printer, heads, &rows, width)
        }
        _ => {
            let line = |row: &[String; N]| {
                let row = row.each_ref().map(|text| screen::printable(text));
                row.join("\t").trim_end_matches('\t').to_owned()
            };
            rows.iter().map(line).collect()
        }
    };
    app.printer.raw(&lines.into_iter().map(|line| line + "\n").collect::<String>())?;
    Ok(Exit::Done)
}

/// Prints one name per line, or a JSON list.
fn print_names(app: &App<'_>, names: impl Iterator<Item = String>) -> Result<Exit, Error> {
    if app.printer.json {
        let names: Vec<String> = names.collect();
        app.printer.result(&json!(names).to_string())?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for name in names {
        text.push_str(&name);
        text.push('\n');
    }
    app.printer.raw(&text)?;
    Ok(Exit::Done)
}
