//! Many processes on one expired token, some of them botocore's, which knows no lock of ours.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::clients::Clients;
use super::files::{cannot_run, end_token, forget_roles, refreshes, run};
use crate::failure::{Failure, Result};
use crate::scene::Scene;

/// Processes of a stampede, and how many of them are botocore's.
const ALL: usize = 64;
const THEIRS: usize = 8;
/// Each round starts ours a little later, to meet botocore at another point of its start.
const ROUNDS: u32 = 6;

/// Prints the access key id of the default profile.
const SCRIPT: &str = "\
import botocore.session
print(botocore.session.Session().get_credentials().get_frozen_credentials().access_key)
";

pub(super) fn share(clients: &Clients) -> Result<Vec<String>> {
    let botocore = &clients.python_path;
    let scene = Scene::start("interop", &["--auto-approve"])?;
    run(scene.vestibule()?.args(["login", "--use-device-code"]))?;
    let mut calls = 0;
    for round in 0..ROUNDS {
        end_token(&scene)?;
        forget_roles(&scene)?;
        let before = refreshes(&scene)?;
        stampede(&scene, botocore, round)?;
        run(scene.vestibule()?.arg("whoami"))?;
        calls += refreshes(&scene)? - before;
    }
    let ours = ALL - THEIRS;
    scene.obeys_the_models()?;
    let line = format!(
        "{ROUNDS} times {ours} processes of ours and {THEIRS} of botocore's on an expired token with \
         single-use refresh tokens: {calls} refreshes, no process of ours failed, the session lives"
    );
    println!("{line}");
    Ok(vec![line])
}

/// Ours all succeed; botocore's may lose a race among themselves.
fn stampede(scene: &Scene, botocore: &Path, round: u32) -> Result {
    let theirs =
        (0..THEIRS).map(|_| spawn(&mut their(scene, botocore))).collect::<Result<Vec<_>>>()?;
    // One more of theirs, run to its end, is a pause that botocore itself measures.
    if round % 2 == 1 {
        their(scene, botocore).output().map_err(cannot_run)?;
        end_token(scene)?;
    }
    let ours = (0..ALL - THEIRS)
        .map(|_| spawn(scene.vestibule()?.arg("export-credentials")))
        .collect::<Result<Vec<_>>>()?;
    for child in ours {
        let output = child.wait_with_output().map_err(cannot_run)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Failure::new(format!("one of ours lost the session: {said}")));
        }
    }
    for child in theirs {
        child.wait_with_output().map_err(cannot_run)?;
    }
    Ok(())
}

fn their(scene: &Scene, botocore: &Path) -> Command {
    let mut command = scene.program(Path::new("python3"));
    command.args(["-c", SCRIPT]).env("PYTHONPATH", botocore);
    command
}

fn spawn(command: &mut Command) -> Result<Child> {
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(cannot_run)
}
