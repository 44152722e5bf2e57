//! Credential sources that need no SSO session: assumed roles, web identity, containers, instances.

use std::process::Command;

use anyhow::Result;
use vestibule_e2e::peers;
use vestibule_e2e::test_env::TestEnv;

use crate::clients::{Client, Clients};
use crate::session_files::check;
use crate::table::{Cell, Table};

const EMULATOR_CONFIG: &str = "crates/vestibule-e2e/tests/interop/drivers/sources.toml";
const CONFIG: &str = "\
[profile base]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY

[profile deploy]
region = us-east-1
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = base
external_id = partner-7
";

/// Configures each source as a user would, and nothing else.
pub(crate) fn credential_sources(clients: &Clients, table: &mut Table<'_>) -> Result<()> {
    let config = peers::workspace(EMULATOR_CONFIG);
    let env = TestEnv::start(&["--config", &config.to_string_lossy()])?;
    let file = env.home().join(".aws/config");
    std::fs::write(&file, CONFIG)?;
    let by_chain = |client: Client, profile: &str| -> Result<Command> {
        let mut command = clients.caller(client, &env, profile)?;
        command.env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
        if client == Client::JavaScript {
            command.arg("chain");
        }
        Ok(command)
    };
    table.row("assumes a role with the keys of another profile", |client| {
        in_role(&mut by_chain(client, "deploy")?, "444455556666:assumed-role/Deployer")
    })?;

    std::fs::write(&file, "")?;
    let token = env.home().join("token");
    let write_identity_token = |audience: &str| -> Result<()> {
        let what = format!("identity-token?subject=app&audience={audience}");
        Ok(std::fs::write(&token, env.control(&what)?)?)
    };
    let machine = |client: Client| -> Result<Command> {
        let mut command = by_chain(client, "")?;
        command.env_remove("AWS_PROFILE");
        Ok(command)
    };
    write_identity_token("sts.amazonaws.com")?;
    table.row("assumes a role with a token in a file", |client| {
        let mut command = machine(client)?;
        command
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
            .env("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/Deployer");
        in_role(&mut command, "444455556666:assumed-role/Deployer")
    })?;
    table.row("gets the credentials of an EC2 instance (metadata version 2)", |client| {
        let mut command = machine(client)?;
        // This old AWS CLI appends the path without a slash.
        let slash = if client == Client::AwsCli { "/" } else { "" };
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("{}{slash}", env.url()));
        in_role(&mut command, "111122223333:assumed-role/WebServer")
    })?;
    let agent = |client: Client, path: &str| -> Result<Command> {
        let mut command = machine(client)?;
        command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}{path}", env.url()));
        Ok(command)
    };
    table.row("gets the credentials of an ECS task", |client| {
        let mut command = agent(client, "/v2/credentials/e8b1f0")?;
        in_role(&mut command, "111122223333:assumed-role/Task")
    })?;
    write_identity_token("pods.eks.amazonaws.com")?;
    table.row("gets the credentials of an EKS pod", |client| {
        if client == Client::AwsCli {
            return Ok(Cell::NotApplicable("reads container token files since version 2.15"));
        }
        let mut command = agent(client, "/v1/credentials")?;
        command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token);
        in_role(&mut command, "111122223333:assumed-role/Pod")
    })?;
    env.check_service_models()
}

fn in_role(command: &mut Command, role: &str) -> Result<Cell> {
    let arn = format!("arn:aws:sts::{role}/");
    check(command, |stdout| stdout.contains(&arn))
}
