//! `cargo xtask ten-lines`: the programs of `docs/sso-in-ten-lines.md`, built and run as a newcomer would.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::http::put;
use crate::moto::Moto;
use crate::packages::{self, Package};
use crate::run::cargo;
use crate::scene::Scene;
use crate::snippets::snippets;

pub(crate) const COMMAND: Command = Command {
    name: "ten-lines",
    takes: "",
    about: "build and run the programs of docs/sso-in-ten-lines.md, in front of an emulator and moto",
    run: |args: Args| {
        args.finish()?;
        run()
    },
};

const PAGE: &str = "docs/sso-in-ten-lines.md";
const FOLDER: &str = "target/ten-lines";

fn run() -> Result {
    let page = fs::read_to_string(PAGE).map_err(Failure::at(PAGE))?;
    let programs = programs(&page);
    if programs.len() != 4 {
        return Err(Failure::new(format!("{PAGE}: {} programs instead of four", programs.len())));
    }
    let patches = patches()?;
    let scene = Scene::set("ten-lines", &["--auto-approve"])?;
    let moto = Moto::start()?;
    put(&format!("{}/my-bucket", moto.url))?;
    let login = scene.vestibule()?.args(["login", "--use-device-code"]).status();
    if !login.is_ok_and(|status| status.success()) {
        return Err(Failure::new("nobody could sign in"));
    }
    for program in programs {
        let start = Instant::now();
        let binary = program.build(&patches)?;
        let built = start.elapsed().as_secs();
        let mut command = scene.program(&binary);
        let output = command.env("AWS_ENDPOINT_URL_S3", &moto.url).output();
        let output = output.map_err(Failure::at(&binary))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || said.trim().is_empty() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::new(format!("`{}` failed: {said}{error}", program.name)));
        }
        println!("{}: built in {built} s, and it says: {}", program.name, said.trim_end());
    }
    moto.end().map(drop)
}

/// One program of the page.
#[derive(Debug, PartialEq, Eq)]
struct Program<'a> {
    /// What cargo calls it.
    name: String,
    /// Its `[dependencies]`.
    dependencies: &'a str,
    main: &'a str,
}

/// Each section with its dependencies and its code, in that order.
fn programs(page: &str) -> Vec<Program<'_>> {
    let program = |section| {
        let (title, text) = str::split_once(section, '\n')?;
        let of = |language: &str| {
            let mut found = snippets(text).into_iter();
            found.find(|snippet| snippet.language == language).map(|snippet| snippet.text)
        };
        let name = title.to_lowercase().replace(|it: char| !it.is_ascii_alphanumeric(), "-");
        Some(Program { name, dependencies: of("toml")?, main: of("rust")? })
    };
    page.split("\n## ").skip(1).filter_map(program).collect()
}

impl Program<'_> {
    fn build(&self, patches: &str) -> Result<PathBuf> {
        let Self { name, dependencies, main } = self;
        let folder = Path::new(FOLDER).join(name);
        let manifest = folder.join("Cargo.toml");
        let package = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             {dependencies}\n[patch.crates-io]\n{patches}\n[workspace]\n"
        );
        fs::create_dir_all(folder.join("src"))
            .and_then(|()| fs::write(&manifest, package))
            .and_then(|()| fs::write(folder.join("src/main.rs"), main))
            .map_err(Failure::at(&manifest))?;
        let target = Path::new(FOLDER).join("target");
        cargo(["build", "--quiet", "--manifest-path"])
            .arg(&manifest)
            .arg("--target-dir")
            .arg(&target)
            .run()?;
        let binary = target.join("debug").join(name);
        std::path::absolute(&binary).map_err(Failure::at(&binary))
    }
}

/// All our crates, where they are.
fn patches() -> Result<String> {
    let patch = |package: &Package| {
        let path = std::path::absolute(&package.folder).map_err(Failure::at(&package.folder))?;
        Ok(format!("{} = {{ path = '{}' }}\n", package.name, path.display()))
    };
    packages::ours()?.iter().filter(|package| package.is_published).map(patch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_a_section_with_dependencies_and_code() {
        let page = "# Page\n\n## Before\n\n```console\n$ true\n```\n\n## On its_own\n\n\
                    ```toml\n[dependencies]\n```\n\n```rust\nfn main() {}\n```\n";
        let [program] = programs(page).try_into().unwrap();
        let expected = Program {
            name: "on-its-own".into(),
            dependencies: "[dependencies]\n",
            main: "fn main() {}\n",
        };
        assert_eq!(program, expected);
    }
}
