//! Many processes that find one expired token: processes of each client alone, and of vestibule together
//! with botocore, which takes no lock.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use vestibule_e2e::process;
use vestibule_e2e::test_env::TestEnv;

use crate::clients::{Client, Clients};
use crate::session_files::{expire_token, remove_role_credentials};

/// Processes in a stampede, and how many of them are botocore.
const PROCESSES: usize = 64;
const BOTOCORE: usize = 8;
/// Every second round starts vestibule later, to meet botocore at another point of its start.
const ROUNDS: u32 = 6;

/// Prints the access key id of the default profile.
const SCRIPT: &str = "\
import botocore.session
print(botocore.session.Session().get_credentials().get_frozen_credentials().access_key)
";

/// Processes of one client alone.
const ALONE: usize = 50;

/// Returns what each client does alone, as a table, and what they do together.
pub(crate) fn summary(clients: &Clients) -> Result<String> {
    Ok(format!("{}\n{}", each_alone(clients)?, together(clients)?))
}

/// Starts the processes of each client, one after the other as fast as possible, on a token that has
/// expired. Only vestibule must not fail.
fn each_alone(clients: &Clients) -> Result<String> {
    let [mut head, mut rule, mut cells] = ["| |", "|---|", ""].map(str::to_owned);
    write!(cells, "| {ALONE} processes |")?;
    for client in Client::ALL {
        let env = TestEnv::start(&["--auto-approve"])?;
        process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
        expire_token(&env)?;
        let before = env.requests("CreateToken")?;
        let mut children = Vec::new();
        for _ in 0..ALONE {
            children.push(spawn(&mut clients.caller(client, &env, "default")?)?);
        }
        let mut failed = 0;
        for child in children {
            let output = child.wait_with_output().context("cannot run a client")?;
            failed += usize::from(!output.status.success());
        }
        let refreshes = env.requests("CreateToken")? - before;
        write!(head, " {} |", client.name())?;
        rule.push_str("---|");
        write!(cells, " {} |", result(refreshes, failed))?;
        println!("{ALONE} processes of {}: {}", client.name(), result(refreshes, failed));
        if client == Client::Vestibule {
            ensure!(refreshes == 1 && failed == 0, "vestibule: {}", result(refreshes, failed));
        }
    }
    Ok(format!(
        "Each client alone: {ALONE} processes, started as fast as possible, find an access token that has \
         expired, with a refresh token that works once.\n\
         The busier the machine, the fewer of them start before the first has refreshed.\n\n{head}\n{rule}\n{cells}\n"
    ))
}

fn result(refreshes: i64, failed: usize) -> String {
    let requests = if refreshes == 1 { "refresh" } else { "refreshes" };
    format!("{refreshes} {requests}, {failed} fail")
}

fn together(clients: &Clients) -> Result<String> {
    let python_path = &clients.python_path;
    let env = TestEnv::start(&["--auto-approve"])?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    let mut calls = 0;
    for round in 0..ROUNDS {
        expire_token(&env)?;
        remove_role_credentials(&env)?;
        let before = env.requests("CreateToken")?;
        stampede(&env, python_path, round)?;
        process::stdout(env.vestibule()?.arg("whoami"))?;
        calls += env.requests("CreateToken")? - before;
    }
    let vestibule = PROCESSES - BOTOCORE;
    env.check_service_models()?;
    let line = format!(
        "Together: {ROUNDS} times {vestibule} vestibule processes and {BOTOCORE} of botocore on an expired token with \
         single-use refresh tokens: {calls} refreshes, no vestibule process failed, and the session stayed valid.\n"
    );
    println!("{line}");
    Ok(line)
}

/// Starts processes of botocore and of vestibule on an expired token. Every vestibule process must succeed; botocore
/// processes may fail, since they take no lock.
fn stampede(env: &TestEnv, python_path: &Path, round: u32) -> Result<()> {
    let theirs = (0..BOTOCORE)
        .map(|_| spawn(&mut botocore(env, python_path)))
        .collect::<Result<Vec<_>>>()?;
    // Another botocore process, which runs to its end, delays vestibule by about its start time.
    if round % 2 == 1 {
        botocore(env, python_path).output().context("cannot run a client")?;
        expire_token(env)?;
    }
    let ours = (0..PROCESSES - BOTOCORE)
        .map(|_| spawn(env.vestibule()?.arg("export-credentials")))
        .collect::<Result<Vec<_>>>()?;
    for child in ours {
        let output = child.wait_with_output().context("cannot run a client")?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!("vestibule lost the session: {stderr}");
        }
    }
    for child in theirs {
        child.wait_with_output().context("cannot run a client")?;
    }
    Ok(())
}

fn botocore(env: &TestEnv, python_path: &Path) -> Command {
    let mut command = env.program(Path::new("python3"));
    command.args(["-c", SCRIPT]).env("PYTHONPATH", python_path);
    command
}

fn spawn(command: &mut Command) -> Result<Child> {
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("cannot run a client")
}
