//! Sessions in the keychain: what other clients do with the rest.

use std::path::PathBuf;

use anyhow::Result;
use vestibule_e2e::process;
use vestibule_e2e::test_env::TestEnv;

use crate::clients::{Client, Clients};
use crate::questions::{is_sample, start_env};
use crate::session_files::{expire_token, remove_role_credentials, token};
use crate::table::{Cell, Table};

/// The variable that names the program in place of `vestibule-keychain`.
const VARIABLE: &str = "VESTIBULE_KEYCHAIN_HELPER";

/// A keychain of files.
const SCRIPT: &str = r#"#!/bin/sh
folder=$(dirname "$0")
case $1 in
set) cat > "$folder/$2" ;;
get) [ -e "$folder/$2" ] || exit 3; cat "$folder/$2" ;;
remove) [ -e "$folder/$2" ] || exit 3; rm "$folder/$2" ;;
esac
"#;

/// `vestibule login` with a keychain; every client uses the access token of a bridge until it expires,
/// and of a sealed session the credentials that vestibule gives.
pub(crate) fn keychain(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let env = start_env()?;
    let keychain = write_keychain(&env)?;
    let vestibule = |args: &[&str]| -> Result<String> {
        process::stdout(env.vestibule()?.args(args).env(VARIABLE, &keychain))
    };
    let caller = |client: Client, profile: &str| -> Result<Cell> {
        remove_role_credentials(&env)?;
        let mut command = clients.caller(client, &env, profile)?;
        is_sample(command.env(VARIABLE, &keychain))
    };
    vestibule(&["login", "--use-device-code", "--token-store", "bridge"])?;
    table.row("uses a session whose refresh token is in the keychain (`bridge`)", |client| {
        caller(client, "default")
    })?;
    table.row(
        "leaves such a session as it is when its access token has expired, or refreshes it",
        |client| {
            expire_token(&env)?;
            let before = token(&env)?;
            let is_ours = client == Client::Vestibule;
            match caller(client, "default")? {
                Cell::No(failure) if is_ours => return Ok(Cell::No(failure)),
                Cell::Yes if !is_ours => return Ok(Cell::No("used an expired token".into())),
                _ if !is_ours && token(&env)? != before => {
                    return Ok(Cell::No("changed the token file".into()));
                }
                _ => {}
            }
            // The session lives.
            caller(Client::Vestibule, "default")
        },
    )?;
    vestibule(&["cache", "migrate", "--to", "sealed"])?;
    add_profile(&env, &keychain)?;
    table.row(
        "gets credentials of a session in the keychain (`sealed`) by `credential_process`",
        |client| {
            remove_role_credentials(&env)?;
            let mut command = clients.caller(client, &env, "sealed")?;
            if client == Client::JavaScript {
                command.arg("chain");
            }
            is_sample(&mut command)
        },
    )?;
    env.check_service_models()
}

fn write_keychain(env: &TestEnv) -> Result<PathBuf> {
    let folder = env.home().join("keychain");
    std::fs::create_dir(&folder)?;
    let path = folder.join("script");
    std::fs::write(&path, SCRIPT)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(path)
}

fn add_profile(env: &TestEnv, keychain: &std::path::Path) -> Result<()> {
    let config = env.home().join(".aws/config");
    let text = std::fs::read_to_string(&config)?;
    let profile = format!(
        "[profile sealed]\nregion = us-east-1\ncredential_process = env AWS_ENDPOINT_URL={} {VARIABLE}={} {} export-credentials --profile default\n",
        env.url(),
        keychain.display(),
        env.vestibule()?.get_program().display(),
    );
    Ok(std::fs::write(&config, text + &profile)?)
}
