//! Sessions in a real keychain: GNOME Keyring, over a D-Bus of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use vestibule_e2e::process;
use vestibule_e2e::test_env::{TOKEN_FILE, TestEnv, built};

use crate::clients::{Client, Clients};
use crate::questions::{is_sample, start_env};
use crate::session_files::{expire_token, remove_role_credentials, token};
use crate::table::{Cell, Table};

/// The variable by which clients of D-Bus find it.
const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// Unlocks a new keyring, prints the address of its bus, and waits for the end of stdin.
const START: &str = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
                     echo \"$DBUS_SESSION_BUS_ADDRESS\" && cat";

const NEEDS_SIGN_IN: &str = "finds no token that it could use, says so, and changes no file";

/// `vestibule login` with a keychain; every client uses the access token of a bridge until it expires,
/// and of a sealed session the credentials that vestibule gives.
pub(crate) fn keychain(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    let keyring = Keyring::start(&env)?;
    let vestibule = |args: &[&str]| -> Result<String> {
        process::stdout(env.vestibule()?.args(args).env(BUS, &keyring.bus))
    };
    let caller = |client: Client, profile: &str| -> Result<Cell> {
        remove_role_credentials(&env)?;
        let mut command = clients.caller(client, &env, profile)?;
        if profile == PROCESS && client == Client::JavaScript {
            command.arg("chain");
        }
        is_sample(command.env(BUS, &keyring.bus))
    };
    // Other clients cannot use the token: they ask the user to sign in, and the session stays valid.
    let is_left_alone = |client: Client| -> Result<Cell> {
        let before = token(&env).ok();
        match caller(client, "default")? {
            Cell::Yes => return Ok(Cell::No("used a token that it cannot have".into())),
            _ if token(&env).ok() != before => {
                return Ok(Cell::No("changed the token file".into()));
            }
            _ => {}
        }
        match caller(Client::Vestibule, "default")? {
            Cell::Yes => Ok(Cell::NotApplicable(NEEDS_SIGN_IN)),
            cell => Ok(cell),
        }
    };

    vestibule(&["login", "--use-device-code", "--token-store", "bridge"])?;
    ensure!(!token(&env)?.contains("refreshToken"), "a refresh token is in the file of a bridge");
    table.row("uses the access token of a session in the keychain (`bridge`)", |client| {
        caller(client, "default")
    })?;
    table.row("refreshes it when it has expired", |client| {
        expire_token(&env)?;
        match client {
            Client::Vestibule => caller(client, "default"),
            _ => is_left_alone(client),
        }
    })?;
    table.row("uses what `vestibule` refreshed", |client| caller(client, "default"))?;

    vestibule(&["cache", "migrate", "--to", "sealed"])?;
    ensure!(!env.home().join(TOKEN_FILE).exists(), "a sealed session has a token file");
    table.row(
        "uses a session that is wholly in the keychain (`sealed`)",
        |client| match client {
            Client::Vestibule => caller(client, "default"),
            _ => is_left_alone(client),
        },
    )?;
    add_profile(&env)?;
    table.row("gets its credentials by `credential_process`", |client| caller(client, PROCESS))?;

    vestibule(&["cache", "migrate", "--to", "files"])?;
    table.row("refreshes the session after `vestibule cache migrate --to files`", |client| {
        expire_token(&env)?;
        let before = env.requests("CreateToken")?;
        match caller(client, "default")? {
            Cell::Yes if env.requests("CreateToken")? == before => {
                Ok(Cell::No("did not refresh".into()))
            }
            cell => Ok(cell),
        }
    })?;
    env.check_service_models()
}

const PROCESS: &str = "process";

/// Adds a profile whose credentials are those of `vestibule export-credentials`.
fn add_profile(env: &TestEnv) -> Result<()> {
    let config = env.home().join(".aws/config");
    let text = std::fs::read_to_string(&config)?;
    let profile = format!(
        "[profile {PROCESS}]\nregion = us-east-1\ncredential_process = env AWS_ENDPOINT_URL={} {} export-credentials --profile default\n",
        env.url(),
        env.vestibule()?.get_program().display(),
    );
    Ok(std::fs::write(&config, text + &profile)?)
}

/// GNOME Keyring with its D-Bus, which end when this is dropped.
struct Keyring {
    bus: String,
    session: Child,
}

impl Keyring {
    fn start(env: &TestEnv) -> Result<Self> {
        let helper = built("vestibule-keychain")?;
        ensure!(helper.is_file(), "{} was not built", helper.display());
        let mut session = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", START])
            .env("HOME", env.home())
            .env("XDG_DATA_HOME", env.home().join("data"))
            .env("XDG_RUNTIME_DIR", env.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("dbus-run-session: `apt-get install dbus gnome-keyring`")?;
        let mut bus = String::new();
        if let Some(stdout) = session.stdout.take() {
            BufReader::new(stdout).read_line(&mut bus)?;
        }
        ensure!(!bus.is_empty(), "gnome-keyring-daemon: `apt-get install gnome-keyring`");
        Ok(Self { bus: bus.trim().to_owned(), session })
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        drop(self.session.stdin.take());
        let _ = self.session.wait();
    }
}
