//! `cargo xtask examples`: every example of the facade does what it says, in front of an emulator.

use std::path::Path;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::run::cargo;
use crate::scene::Scene;

pub(crate) const COMMAND: Command = Command {
    name: "examples",
    takes: "",
    about: "run every example of the facade as a person would, in front of an emulator",
    run: |args: Args| {
        args.finish()?;
        run()
    },
};

const FOLDER: &str = "crates/vestibule/examples";

fn run() -> Result {
    cargo(["build", "--quiet", "--package", "vestibule", "--examples"]).run()?;
    let scene = Scene::set("examples", &["--auto-approve"])?;
    for name in names()? {
        // Those that sign in find nobody signed in, the others somebody.
        let before = if name.starts_with("sign_in") {
            ["logout", "--all"]
        } else {
            ["login", "--use-device-code"]
        };
        said(scene.vestibule()?.args(before), before[0])?;
        let said =
            said(&mut scene.program(&crate::scene::built(&format!("examples/{name}"))?), &name)?;
        if !said.contains("ASIA") {
            return Err(Failure::new(format!("{name} printed no access key id: {said}")));
        }
        println!("{name}: {}", said.lines().last().unwrap_or_default());
    }
    Ok(())
}

/// All there are, in order.
fn names() -> Result<Vec<String>> {
    let folder = Path::new(FOLDER);
    let files = std::fs::read_dir(folder).map_err(Failure::at(folder))?;
    let name = |file: std::fs::DirEntry| Some(file.path().file_stem()?.to_str()?.to_owned());
    let mut names: Vec<_> = files.filter_map(|file| name(file.ok()?)).collect();
    names.sort();
    Ok(names)
}

/// What a program prints, if it ends well.
fn said(program: &mut std::process::Command, name: &str) -> Result<String> {
    let output =
        program.output().map_err(|error| Failure::new(format!("{name} cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::new(format!("{name} ended with {}: {error}", output.status)))
}
