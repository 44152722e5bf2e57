//! The questions of the table: what each client can read, use and refresh.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use vestibule_e2e::process;
use vestibule_e2e::test_env::{TOKEN_FILE, TestEnv, approving_browser};

use crate::clients::{Client, Clients};
use crate::session_files::{
    check, expire_console_credentials, expire_token, remove_role_credentials, token,
};
use crate::table::{Cell, Table};
use crate::{keychain, sources};

type Question = fn(&Clients, &mut Table<'_>) -> Result<()>;

pub(crate) const ALL: [Question; 9] = [
    vestibule_login,
    refresh,
    aws_cli_login,
    console_login,
    configuration,
    credentials_from_vestibule,
    keychain::keychain,
    sources::credential_sources,
    service_clients,
];

const NO_SIGN_IN: &str = "has no sign-in command";
const NO_CONFIGURE: &str = "does not write configuration";
const OURSELVES: &str = "wrote or read it itself";

/// `vestibule login`, with both flows; every client gets role credentials and calls STS.
fn vestibule_login(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    table.row("uses the session of `vestibule login` (device code)", |client| {
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, "default")?)
    })?;
    process::stdout(env.vestibule()?.args(["logout"]))?;
    let browser = approving_browser()?;
    process::stdout(env.vestibule()?.args(["login", "--use-pkce"]).env("BROWSER", browser))?;
    table.row("uses the session of `vestibule login` (authorization code)", |client| {
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, "default")?)
    })?;
    env.check_service_models()
}

/// Each client in turn refreshes an expired token, and every client uses what it wrote.
fn refresh(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    let mut written = Vec::new();
    table.row("refreshes an expired token that `vestibule` wrote", |client| {
        expire_token(&env)?;
        remove_role_credentials(&env)?;
        let before = env.requests("CreateToken")?;
        let cell = is_sample(&mut clients.caller(client, &env, "default")?)?;
        written.push((client, token(&env)?));
        match cell {
            Cell::Yes if env.requests("CreateToken")? == before => {
                Ok(Cell::No("did not refresh".into()))
            }
            cell => Ok(cell),
        }
    })?;
    table.row("uses a token that each other client refreshed", |client| {
        for (writer, text) in &written {
            std::fs::write(env.home().join(TOKEN_FILE), text)?;
            remove_role_credentials(&env)?;
            let before = env.requests("CreateToken")?;
            let cell = is_sample(&mut clients.caller(client, &env, "default")?)?;
            if let Cell::No(failure) = cell {
                return Ok(Cell::No(format!("after {}: {failure}", writer.name())));
            }
            if env.requests("CreateToken")? != before {
                let failure = format!("refreshed what {} had just refreshed", writer.name());
                return Ok(Cell::No(failure));
            }
        }
        Ok(Cell::Yes)
    })?;
    table.row(
        "refreshes a token again that each other client refreshed, and the session stays valid",
        |client| {
            for (writer, _) in &written {
                expire_token(&env)?;
                remove_role_credentials(&env)?;
                process::stdout(&mut clients.caller(*writer, &env, "default")?)?;
                expire_token(&env)?;
                remove_role_credentials(&env)?;
                if let Cell::No(failure) = is_sample(&mut clients.caller(client, &env, "default")?)?
                {
                    return Ok(Cell::No(format!("after {}: {failure}", writer.name())));
                }
            }
            Ok(Cell::Yes)
        },
    )?;
    env.check_service_models()
}

/// `aws sso login`, used, refreshed and signed out by vestibule; and the reverse.
fn aws_cli_login(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    let sign_in = || process::stdout(&mut clients.aws(&env, &["sso", "login", "--no-browser"]));
    sign_in()?;
    table.row("uses the session of `aws sso login`", |client| {
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, "default")?)
    })?;
    table.row("refreshes it", |client| {
        expire_token(&env)?;
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, "default")?)
    })?;
    let sign_out = |command: &mut Command| -> Result<Cell> {
        let cell = check(command, |_| true)?;
        let status = env.vestibule()?.arg("whoami").output().context("cannot run a client")?.status;
        remove_role_credentials(&env)?;
        let theirs = clients.caller(Client::AwsCli, &env, "default")?.output();
        let is_signed_out =
            status.code() == Some(4) && !theirs.context("cannot run a client")?.status.success();
        Ok(if is_signed_out { cell } else { Cell::No("a client is still signed in".into()) })
    };
    table.row("signs out of a session of the other", |client| match client {
        Client::Vestibule => sign_out(env.vestibule()?.arg("logout")),
        Client::AwsCli => {
            process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
            sign_out(&mut clients.aws(&env, &["sso", "logout"]))
        }
        _ => Ok(Cell::NotApplicable(NO_SIGN_IN)),
    })?;
    env.check_service_models()
}

/// `vestibule login --console`, which is `aws login`; every client uses and refreshes it.
fn console_login(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    std::fs::write(env.home().join(".aws/config"), "[profile console]\nregion = us-east-1\n")?;
    let mut login = env.vestibule()?;
    login.args(["login", "--console", "--profile", "console"]).env("BROWSER", approving_browser()?);
    process::stdout(&mut login)?;
    let caller = |client: Client| {
        if client == Client::AwsCli {
            return Ok(Cell::NotApplicable("supports it since version 2.32"));
        }
        let mut command = clients.caller(client, &env, "console")?;
        if client == Client::JavaScript {
            command.arg("chain");
        }
        check(&mut command, |stdout| stdout.contains("arn:aws:iam::111122223333:user/sample-user"))
    };
    table.row("uses the console login of `vestibule login --console`", caller)?;
    table.row("refreshes its credentials, with proof of possession", |client| {
        expire_console_credentials(&env)?;
        let before = env.requests("CreateOAuth2Token")?;
        match caller(client)? {
            Cell::Yes if env.requests("CreateOAuth2Token")? == before => {
                Ok(Cell::No("did not refresh".into()))
            }
            cell => Ok(cell),
        }
    })?;
    env.check_service_models()
}

/// What `configure` of either program wrote.
fn configuration(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    // First, since a role that has a profile gets no second one.
    process::stdout(
        env.vestibule()?.args(["configure", "sync", "--sso-session", "my-sso"]).args(SYNC),
    )?;
    table.row("reads what `vestibule configure sync` wrote", |client| {
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, SYNCED)?)
    })?;
    process::stdout(env.vestibule()?.args(CONFIGURE_SSO))?;
    table.row("reads what `vestibule configure sso` wrote", |client| {
        remove_role_credentials(&env)?;
        is_sample(&mut clients.caller(client, &env, "written")?)
    })?;
    let set = ["configure", "set", "region", "eu-central-1", "--profile", "theirs"];
    process::stdout(&mut clients.aws(&env, &set))?;
    table.row("its `configure set` is read by `vestibule`", |client| match client {
        Client::Vestibule => Ok(Cell::NotApplicable(OURSELVES)),
        Client::AwsCli => {
            let mut get = env.vestibule()?;
            get.args(["configure", "get", "region", "--profile", "theirs"]);
            check(&mut get, |stdout| stdout.trim() == "eu-central-1")
        }
        _ => Ok(Cell::NotApplicable(NO_CONFIGURE)),
    })?;
    process::stdout(env.vestibule()?.args([
        "configure",
        "set",
        "region",
        "eu-west-3",
        "--profile",
        "theirs",
    ]))?;
    table.row("reads what `vestibule configure set` wrote", |client| match client {
        Client::Vestibule => Ok(Cell::NotApplicable(OURSELVES)),
        Client::AwsCli => {
            let get = ["configure", "get", "region", "--profile", "theirs"];
            check(&mut clients.aws(&env, &get), |stdout| stdout.trim() == "eu-west-3")
        }
        _ => Ok(Cell::NotApplicable("has no command that shows a setting")),
    })?;
    env.check_service_models()
}

const CONFIGURE_SSO: [&str; 17] = [
    "configure",
    "sso",
    "--profile",
    "written",
    "--session-name",
    "my-sso",
    "--start-url",
    "https://provided-domain.awsapps.com/start",
    "--sso-region",
    "us-east-1",
    "--account-id",
    "111122223333",
    "--role-name",
    "SampleRole",
    "--region",
    "us-east-1",
    "--no-input",
];

/// A profile that `configure sync` creates, and the options for it.
const SYNCED: &str = "synced-111122223333-SampleRole";
const SYNC: [&str; 3] = ["--template", "synced-{account_id}-{role_name}", "--no-input"];

/// Credentials by `vestibule serve`, and by `credential_process`.
fn credentials_from_vestibule(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    let empty = env.home().join("empty");
    std::fs::write(&empty, "")?;
    table.row("gets credentials from `vestibule serve`", |client| {
        let theirs = clients.caller(client, &env, "default")?;
        let mut serve = env.vestibule()?;
        serve.args(["serve", "--", "env", "-u", "AWS_PROFILE"]);
        // The child gets its own way to the emulator, and no file with a session.
        let mut shown = vec![format!("AWS_CONFIG_FILE={}", empty.display())];
        for (name, value) in theirs.get_envs() {
            let name = name.to_string_lossy();
            match value {
                _ if matches!(&*name, "AWS_PROFILE" | "PATH" | "HOME") => {}
                Some(value) => shown.push(format!("{name}={}", value.to_string_lossy())),
                None if name == "AWS_ENDPOINT_URL" => drop(serve.args(["-u", "AWS_ENDPOINT_URL"])),
                None => {}
            }
        }
        serve.args(shown).arg(theirs.get_program()).args(theirs.get_args());
        if client == Client::JavaScript {
            serve.arg("chain");
        }
        is_sample(&mut serve)
    })?;
    let helper = format!(
        "[profile helper]\nregion = us-east-1\ncredential_process = env AWS_CONFIG_FILE={} AWS_ENDPOINT_URL={} {} export-credentials --profile default --format process\n",
        env.home().join(".aws/config").display(),
        env.url(),
        Path::new(env.vestibule()?.get_program()).display(),
    );
    let file = env.home().join("helper");
    std::fs::write(&file, &helper)?;
    table.row(
        "gets credentials from `credential_process = vestibule export-credentials`",
        |client| {
            let mut command = clients.caller(client, &env, "helper")?;
            command.env("AWS_CONFIG_FILE", &file);
            if client == Client::JavaScript {
                command.arg("chain");
            }
            is_sample(&mut command)
        },
    )?;
    env.check_service_models()
}

/// The emulator, called by service clients of AWS.
fn service_clients(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    table.row("its clients of all four services accept the emulator", |client| match client {
        Client::Botocore => check(&mut clients.python(&env, "services.py"), |_| true),
        Client::Vestibule => Ok(Cell::NotApplicable("`cargo xtask test` does this")),
        _ => Ok(Cell::NotApplicable("the rows above use its service clients")),
    })?;
    Ok(())
}

pub(crate) fn start_env() -> Result<TestEnv> {
    TestEnv::start(&["--auto-approve"])
}

pub(crate) fn is_sample(command: &mut Command) -> Result<Cell> {
    check(command, |stdout| {
        stdout.contains("arn:aws:sts::111122223333:assumed-role/") && stdout.contains("SampleRole")
    })
}
