use serde_json::json;
use vestibule::AccountId;

use crate::advice::Failure;
use crate::app::App;
use crate::args::{ListRoles, OneSession};
use crate::exit::Exit;

pub(crate) fn profiles(app: &App<'_>) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let names = configuration.files().profile_names().map(std::borrow::Cow::into_owned);
    names_or_json(app, names)
}

pub(crate) fn sessions(app: &App<'_>) -> Result<Exit, Failure> {
    names_or_json(app, app.configuration()?.session_names())
}

pub(crate) fn accounts(app: &App<'_>, args: &OneSession) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let center = super::center(&configuration, args)?;
    let accounts = center.blocking().accounts()?;
    center.keep_listing(|listing| {
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
    for account in accounts {
        let mut line = account.account_id.to_string();
        for part in [&account.name, &account.email].into_iter().flatten() {
            line.push('\t');
            // The names are people's: no control character reaches the terminal.
            line.extend(part.chars().filter(|c| !c.is_control()));
        }
        app.printer.result(&line)?;
    }
    Ok(Exit::Done)
}

pub(crate) fn roles(app: &App<'_>, args: &ListRoles) -> Result<Exit, Failure> {
    let account = AccountId::new(&args.account_id)
        .map_err(|error| Failure::new(Exit::Usage, format!("--account-id: {error}")))?;
    let configuration = app.configuration()?;
    let center = super::center(&configuration, &args.session)?;
    let roles = center.blocking().roles(&account)?;
    center.keep_listing(|listing| listing.set_roles(&account, &roles));
    names_or_json(app, roles.iter().map(ToString::to_string))
}

/// One name a line, or a list.
fn names_or_json(app: &App<'_>, names: impl Iterator<Item = String>) -> Result<Exit, Failure> {
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
