//! `cargo xtask interop`: unmodified clients of others beside ours, on one sign-in.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::Command as Xtask;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::scene::{Scene, TOKEN_FILE};
use crate::subjects;

pub(crate) const COMMAND: Xtask = Xtask {
    name: "interop",
    takes: "",
    about: "share one sign-in with botocore, also while its token is being renewed",
    run: |args: Args| {
        args.finish()?;
        share()
    },
};

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

fn share() -> Result {
    let botocore = std::path::absolute(subjects::install("botocore")?)
        .map_err(|error| Failure::new(format!("no path to botocore: {error}")))?;
    let scene = Scene::set("interop", &["--auto-approve"])?;
    ok(scene.vestibule()?.args(["login", "--use-device-code"]), "sign in")?;

    ok(&mut their(&scene, &botocore), "botocore with our token")?;
    println!("botocore resolves the role's credentials from our sign-in");

    end_token(&scene)?;
    ok(&mut their(&scene, &botocore), "botocore with our expired token")?;
    ok(scene.vestibule()?.arg("whoami"), "whoami after botocore rewrote the token")?;
    println!("botocore renews our token, and we go on with what it wrote");

    let mut calls = 0;
    for round in 0..ROUNDS {
        end_token(&scene)?;
        forget_roles(&scene)?;
        let before = renewals(&scene)?;
        stampede(&scene, &botocore, round)?;
        ok(scene.vestibule()?.arg("whoami"), "whoami after a stampede")?;
        calls += renewals(&scene)? - before;
    }
    let ours = ALL - THEIRS;
    println!(
        "{ROUNDS} stampedes of {ours} of ours and {THEIRS} of botocore's on an expired token:"
    );
    println!("{calls} renewals, no process of ours failed, the session lives");
    scene.obeys_the_models()
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

/// Lets the stored access token be over, as an hour would.
fn end_token(scene: &Scene) -> Result {
    let file = scene.home.join(TOKEN_FILE);
    let text = std::fs::read_to_string(&file).map_err(Failure::at(&file))?;
    let mut token: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("the token file is torn: {error}")))?;
    token["expiresAt"] = json!("2020-01-01T00:00:00Z");
    std::fs::write(&file, token.to_string()).map_err(Failure::at(&file))
}

/// Without shared role credentials everybody needs the token.
fn forget_roles(scene: &Scene) -> Result {
    let folder: PathBuf = scene.home.join(".aws/cli");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(Failure::at(&folder))
    } else {
        Ok(())
    }
}

fn renewals(scene: &Scene) -> Result<i64> {
    let log: Value = serde_json::from_str(&scene.ask("requests")?)
        .map_err(|error| Failure::new(format!("the emulator's log: {error}")))?;
    Ok(log["counts"]["CreateToken"].as_i64().unwrap_or_default())
}

fn ok(command: &mut Command, what: &str) -> Result {
    let output = command.output().map_err(cannot_run)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::new(format!("{what} ended with {}: {said}", output.status)))
}

fn spawn(command: &mut Command) -> Result<Child> {
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(cannot_run)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn cannot_run(error: std::io::Error) -> Failure {
    Failure::new(format!("a client cannot be run: {error}"))
}
