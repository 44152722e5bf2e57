//! Credentials without a sign-in: what the emulator says to who assumes a role, or is a machine.

use std::process::Command;

use super::clients::{Client, Clients};
use super::files::{check, write};
use super::table::{Cell, Table};
use crate::failure::Result;
use crate::http::post;
use crate::scene::Scene;

const DESCRIBED: &str = "xtask/src/interop/drivers/sources.toml";
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

/// Each source is asked for by what a person would set, and by nothing else.
pub(super) fn ask(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = Scene::start("interop", &["--config", DESCRIBED])?;
    let file = scene.home.join(".aws/config");
    write(&file, CONFIG)?;
    let by_chain = |client: Client, profile: &str| -> Result<Command> {
        let mut command = clients.caller(client, &scene, profile)?;
        command.env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
        if client == Client::JavaScript {
            command.arg("chain");
        }
        Ok(command)
    };
    table.row("assumes a role with the keys of another profile", |client| {
        in_role(&mut by_chain(client, "deploy")?, "444455556666:assumed-role/Deployer")
    })?;

    write(&file, "")?;
    let token = scene.home.join("token");
    let made_out_to = |audience: &str| -> Result {
        let what = format!("identity-token?subject=app&audience={audience}");
        write(&token, &post(&format!("{}/emulator/{what}", scene.url), "")?.body)
    };
    let machine = |client: Client| -> Result<Command> {
        let mut command = by_chain(client, "")?;
        command.env_remove("AWS_PROFILE");
        Ok(command)
    };
    made_out_to("sts.amazonaws.com")?;
    table.row("assumes a role with a token in a file", |client| {
        let mut command = machine(client)?;
        command
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
            .env("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/Deployer");
        in_role(&mut command, "444455556666:assumed-role/Deployer")
    })?;
    table.row("has the credentials of an EC2 instance (metadata version 2)", |client| {
        let mut command = machine(client)?;
        // An AWS CLI this old writes the path right behind it.
        let slash = if client == Client::AwsCli { "/" } else { "" };
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("{}{slash}", scene.url));
        in_role(&mut command, "111122223333:assumed-role/WebServer")
    })?;
    let agent = |client: Client, path: &str| -> Result<Command> {
        let mut command = machine(client)?;
        command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}{path}", scene.url));
        Ok(command)
    };
    table.row("has the credentials of a task of ECS", |client| {
        let mut command = agent(client, "/v2/credentials/e8b1f0")?;
        in_role(&mut command, "111122223333:assumed-role/Task")
    })?;
    made_out_to("pods.eks.amazonaws.com")?;
    table.row("has the credentials of a pod of EKS", |client| {
        if client == Client::AwsCli {
            return Ok(Cell::Unasked("reads no token files of containers before version 2.15"));
        }
        let mut command = agent(client, "/v1/credentials")?;
        command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token);
        in_role(&mut command, "111122223333:assumed-role/Pod")
    })?;
    scene.obeys_the_models()
}

fn in_role(command: &mut Command, role: &str) -> Result<Cell> {
    let arn = format!("arn:aws:sts::{role}/");
    check(command, |said| said.contains(&arn))
}
