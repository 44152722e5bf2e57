//! `cargo xtask snippets`: the code in `docs/test-your-sso-code.md`, run as it stands.
//!
//! Its Rust is a doctest of the facade.

use std::path::Path;
use std::process::Stdio;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::scene::{Scene, own_path};
use crate::subjects;

pub(crate) const COMMAND: Command = Command {
    name: "snippets",
    takes: "",
    about: "run the code that docs/test-your-sso-code.md shows to adopters",
    run: |args: Args| {
        args.finish()?;
        run()
    },
};

const PAGE: &str = "docs/test-your-sso-code.md";

/// One piece of code, and what is needed to run it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snippet<'a> {
    pub(crate) language: &'a str,
    pub(crate) text: &'a str,
    /// The last name in backquotes before it: that of a file, if it is one.
    name: &'a str,
}

fn run() -> Result {
    let page = std::fs::read_to_string(PAGE).map_err(Failure::at(PAGE))?;
    let [python, js] = ["botocore", "snippets"]
        .map(|subject| std::path::absolute(subjects::install(subject)?).map_err(Failure::at(PAGE)));
    let (python, js) = (python?, js?);
    // For its folder, and for the programs: each snippet starts an emulator of its own.
    let scene = Scene::set("snippets", &[])?;
    let mut ran = 0;
    for Snippet { language, text, name } in snippets(&page) {
        let file = |name: &str| {
            let file = scene.home.join(name);
            std::fs::write(&file, text).map_err(Failure::at(&file))
        };
        match language {
            "toml" | "ini" => file(name)?,
            "sh" => {
                file("snippet.sh")?;
                play(&scene, &["sh", "-eu", "snippet.sh"], None)?;
                ran += 1;
            }
            "python" => {
                file("snippet.py")?;
                play(&scene, &["python3", "snippet.py"], Some(&python))?;
                ran += 1;
            }
            "js" => {
                // Where Node looks for packages: beside the file, or above it.
                let modules = scene.home.join("node_modules");
                std::os::unix::fs::symlink(js.join("node_modules"), &modules)
                    .map_err(Failure::at(&modules))?;
                file("snippet.mjs")?;
                play(&scene, &["node", "snippet.mjs"], None)?;
                ran += 1;
            }
            "rust" | "console" => {}
            other => return Err(Failure::new(format!("{PAGE}: nothing runs `{other}`"))),
        }
    }
    if ran < 3 {
        return Err(Failure::new(format!("{PAGE}: only {ran} snippets ran")));
    }
    println!("{ran} snippets of {PAGE} do what they say");
    Ok(())
}

/// Runs a program in the scene's home, with ours and the distribution's before a developer's own.
fn play(scene: &Scene, words: &[&str], python: Option<&Path>) -> Result {
    println!("$ {}", words.join(" "));
    let own = own_path()?;
    let own = own.parent().unwrap_or(Path::new("")).display();
    let rest = std::env::var("PATH").unwrap_or_default();
    let mut command = scene.program(Path::new(words[0]));
    let output = command
        .args(&words[1..])
        .env_remove("AWS_ENDPOINT_URL")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PATH", format!("{own}:/usr/bin:/bin:{rest}"))
        .envs(python.map(|packages| ("PYTHONPATH", packages)))
        .current_dir(&scene.home)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| Failure::new(format!("`{}` cannot be run: {error}", words[0])))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Err(Failure::new(format!("`{}` ended with {}:\n{said}", words.join(" "), output.status)))
}

pub(crate) fn snippets(page: &str) -> Vec<Snippet<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    let mut name = "";
    while let Some((before, after)) = rest.split_once("```") {
        name = before.rsplit('`').nth(1).unwrap_or(name);
        let Some((language, after)) = after.split_once('\n') else { break };
        let Some((text, after)) = after.split_once("```") else { break };
        found.push(Snippet { language, text, name });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_have_a_language_and_a_name() {
        let page =
            "# Page\n\nSee `x`.\nIn `a.toml`:\n\n```toml\na = 1\n```\n\nThen\n\n```sh\ntrue\n```\n";
        let toml = Snippet { language: "toml", text: "a = 1\n", name: "a.toml" };
        let sh = Snippet { language: "sh", text: "true\n", name: "a.toml" };
        assert_eq!(snippets(page), [toml, sh]);
    }
}
