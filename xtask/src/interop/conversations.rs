//! What the clients are asked, in the order in which a person would try it.

use std::path::Path;
use std::process::Command;

use super::clients::{Client, Clients};
use super::files::{
    cannot_run, check, count, end_console_credentials, end_token, forget_roles, refreshes, run,
    token, write,
};
use super::sources;
use super::table::{Cell, Table};
use crate::demo;
use crate::failure::Result;
use crate::scene::{Scene, TOKEN_FILE};

type Conversation = fn(&Clients, &mut Table<'_>) -> Result;

pub(super) const ALL: [Conversation; 8] = [
    our_sign_in,
    refresh,
    sign_in_of_the_aws_cli,
    console,
    configuration,
    fed_by_us,
    sources::ask,
    services,
];

const NO_SIGN_IN: &str = "has no sign-in of its own";
const NO_CONFIGURE: &str = "does not write configuration";
const OURSELVES: &str = "is who wrote or read it";

/// `vestibule login`, both flows; everybody resolves the role and asks STS.
fn our_sign_in(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
    table.row("uses the sign-in of `vestibule login` (device code)", |client| {
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, "default")?)
    })?;
    run(scene.vestibule()?.args(["logout"]))?;
    let browser = demo::person()?;
    run(scene.vestibule()?.args(["login", "--use-pkce"]).env("BROWSER", browser))?;
    table.row("uses the sign-in of `vestibule login` (authorization code)", |client| {
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, "default")?)
    })?;
    scene.obeys_the_models()
}

/// The token is over: each refreshes it in turn, and everybody goes on with what it wrote.
fn refresh(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
    let mut written = Vec::new();
    table.row("refreshes an expired token that `vestibule` wrote", |client| {
        end_token(&scene)?;
        forget_roles(&scene)?;
        let before = refreshes(&scene)?;
        let cell = is_sample(&mut clients.caller(client, &scene, "default")?)?;
        written.push((client, token(&scene)?));
        match cell {
            Cell::Works if refreshes(&scene)? == before => {
                Ok(Cell::Fails("did not refresh".into()))
            }
            cell => Ok(cell),
        }
    })?;
    table.row("goes on with a token that each of the others refreshed", |client| {
        for (writer, text) in &written {
            write(&scene.home.join(TOKEN_FILE), text)?;
            forget_roles(&scene)?;
            let before = refreshes(&scene)?;
            let cell = is_sample(&mut clients.caller(client, &scene, "default")?)?;
            if let Cell::Fails(said) = cell {
                return Ok(Cell::Fails(format!("after {}: {said}", writer.name())));
            }
            if refreshes(&scene)? != before {
                let words = format!("refreshed what {} had just refreshed", writer.name());
                return Ok(Cell::Fails(words));
            }
        }
        Ok(Cell::Works)
    })?;
    table.row(
        "refreshes again what each of the others refreshed; nobody loses the session",
        |client| {
            for (writer, _) in &written {
                end_token(&scene)?;
                forget_roles(&scene)?;
                run(&mut clients.caller(*writer, &scene, "default")?)?;
                end_token(&scene)?;
                forget_roles(&scene)?;
                if let Cell::Fails(said) =
                    is_sample(&mut clients.caller(client, &scene, "default")?)?
                {
                    return Ok(Cell::Fails(format!("after {}: {said}", writer.name())));
                }
            }
            Ok(Cell::Works)
        },
    )?;
    scene.obeys_the_models()
}

/// `aws sso login`; we resolve, refresh and sign out. And the other way about.
fn sign_in_of_the_aws_cli(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    let sign_in = || run(&mut clients.aws(&scene, &["sso", "login", "--no-browser"]));
    sign_in()?;
    table.row("uses the sign-in of `aws sso login`", |client| {
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, "default")?)
    })?;
    table.row("refreshes it", |client| {
        end_token(&scene)?;
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, "default")?)
    })?;
    let log_out = |command: &mut Command| -> Result<Cell> {
        let cell = check(command, |_| true)?;
        let over = scene.vestibule()?.arg("whoami").output().map_err(cannot_run)?.status;
        forget_roles(&scene)?;
        let theirs = clients.caller(Client::AwsCli, &scene, "default")?.output();
        let is_over = over.code() == Some(4) && !theirs.map_err(cannot_run)?.status.success();
        Ok(if is_over { cell } else { Cell::Fails("somebody is still signed in".into()) })
    };
    table.row("signs out what the other one signed in", |client| match client {
        Client::Vestibule => log_out(scene.vestibule()?.arg("logout")),
        Client::AwsCli => {
            run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
            log_out(&mut clients.aws(&scene, &["sso", "logout"]))
        }
        _ => Ok(Cell::Unasked(NO_SIGN_IN)),
    })?;
    scene.obeys_the_models()
}

/// `vestibule login --console`, which is `aws login`; everybody uses and refreshes it.
fn console(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    write(&scene.home.join(".aws/config"), "[profile console]\nregion = us-east-1\n")?;
    let mut login = scene.vestibule()?;
    login.args(["login", "--console", "--profile", "console"]).env("BROWSER", demo::person()?);
    run(&mut login)?;
    let ask = |client: Client| {
        if client == Client::AwsCli {
            return Ok(Cell::Unasked("knows nothing of it before version 2.32"));
        }
        let mut command = clients.caller(client, &scene, "console")?;
        if client == Client::JavaScript {
            command.arg("chain");
        }
        check(&mut command, |said| said.contains("arn:aws:iam::111122223333:user/sample-user"))
    };
    table.row("uses the console sign-in of `vestibule login --console`", ask)?;
    table.row("refreshes its credentials, with proof of possession", |client| {
        end_console_credentials(&scene)?;
        let before = count(&scene, "CreateOAuth2Token")?;
        match ask(client)? {
            Cell::Works if count(&scene, "CreateOAuth2Token")? == before => {
                Ok(Cell::Fails("did not refresh".into()))
            }
            cell => Ok(cell),
        }
    })?;
    scene.obeys_the_models()
}

/// What `configure` wrote, on either side.
fn configuration(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
    // Before the other one: a role that has a profile of its own gets no second.
    run(scene.vestibule()?.args(["configure", "sync", "--sso-session", "my-sso"]).args(SYNC))?;
    table.row("reads what `vestibule configure sync` wrote", |client| {
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, SYNCED)?)
    })?;
    run(scene.vestibule()?.args(CONFIGURE_SSO))?;
    table.row("reads what `vestibule configure sso` wrote", |client| {
        forget_roles(&scene)?;
        is_sample(&mut clients.caller(client, &scene, "written")?)
    })?;
    let set = ["configure", "set", "region", "eu-central-1", "--profile", "theirs"];
    run(&mut clients.aws(&scene, &set))?;
    table.row("its `configure set` is read by `vestibule`", |client| match client {
        Client::Vestibule => Ok(Cell::Unasked(OURSELVES)),
        Client::AwsCli => {
            let mut get = scene.vestibule()?;
            get.args(["configure", "get", "region", "--profile", "theirs"]);
            check(&mut get, |said| said.trim() == "eu-central-1")
        }
        _ => Ok(Cell::Unasked(NO_CONFIGURE)),
    })?;
    run(scene.vestibule()?.args([
        "configure",
        "set",
        "region",
        "eu-west-3",
        "--profile",
        "theirs",
    ]))?;
    table.row("reads what `vestibule configure set` wrote", |client| match client {
        Client::Vestibule => Ok(Cell::Unasked(OURSELVES)),
        Client::AwsCli => {
            let get = ["configure", "get", "region", "--profile", "theirs"];
            check(&mut clients.aws(&scene, &get), |said| said.trim() == "eu-west-3")
        }
        _ => Ok(Cell::Unasked("has no command that shows a setting")),
    })?;
    scene.obeys_the_models()
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

/// A profile that `configure sync` makes, and how it is asked to.
const SYNCED: &str = "synced-111122223333-SampleRole";
const SYNC: [&str; 3] = ["--template", "synced-{account_id}-{role_name}", "--no-input"];

/// Credentials by way of our program: a container's endpoint, and a process.
fn fed_by_us(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
    let nothing = scene.home.join("nothing");
    write(&nothing, "")?;
    table.row("is fed by `vestibule serve`", |client| {
        let theirs = clients.caller(client, &scene, "default")?;
        let mut serve = scene.vestibule()?;
        serve.args(["serve", "--", "env", "-u", "AWS_PROFILE"]);
        // What the child may see: its own way to the emulator, and no file to find a sign-in in.
        let mut shown = vec![format!("AWS_CONFIG_FILE={}", nothing.display())];
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
        scene.home.join(".aws/config").display(),
        scene.url,
        Path::new(scene.vestibule()?.get_program()).display(),
    );
    let file = scene.home.join("helper");
    write(&file, &helper)?;
    table.row("is fed by `credential_process = vestibule export-credentials`", |client| {
        let mut command = clients.caller(client, &scene, "helper")?;
        command.env("AWS_CONFIG_FILE", &file);
        if client == Client::JavaScript {
            command.arg("chain");
        }
        is_sample(&mut command)
    })?;
    scene.obeys_the_models()
}

/// The emulator, as AWS's own clients see it.
fn services(clients: &Clients, table: &mut Table<'_>) -> Result {
    let scene = scene()?;
    table.row(
        "its clients of all four services find the emulator as AWS is",
        |client| match client {
            Client::Botocore => check(&mut clients.python(&scene, "services.py")?, |_| true),
            Client::Vestibule => Ok(Cell::Unasked("`cargo xtask test` is about nothing else")),
            _ => Ok(Cell::Unasked("has the parts of them that the rows above use")),
        },
    )?;
    Ok(())
}

fn scene() -> Result<Scene> {
    Scene::start("interop", &["--auto-approve"])
}

fn is_sample(command: &mut Command) -> Result<Cell> {
    check(command, |said| {
        said.contains("arn:aws:sts::111122223333:assumed-role/") && said.contains("SampleRole")
    })
}
