//! The code of `docs/test-your-sso-code.md`. Its Rust is a doctest of the facade.

#[cfg(unix)]
use std::os::unix::fs::symlink as link_folder;
#[cfg(windows)]
use std::os::windows::fs::symlink_dir as link_folder;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use vestibule_e2e::snippets::{Snippet, snippets};
use vestibule_e2e::test_env::{TestEnv, built};
use vestibule_e2e::{peers, process};

const PAGE: &str = "docs/test-your-sso-code.md";

#[test]
fn snippets_of_the_page_run_as_they_stand() -> Result<()> {
    let page = std::fs::read_to_string(peers::workspace(PAGE))?;
    // Each snippet starts its own emulator; this provides the folder and the programs.
    let env = TestEnv::start(&[])?;
    link_folder(peers::folder("snippets")?.join("node_modules"), env.home().join("node_modules"))?;
    let mut count = 0;
    for Snippet { language, text, file } in snippets(&page) {
        let write = |name: &str| std::fs::write(env.home().join(name), text);
        let arguments: &[&str] = match language {
            "toml" | "ini" => {
                write(file.with_context(|| format!("{PAGE}: no name before\n{text}"))?)?;
                continue;
            }
            "rust" | "console" => continue,
            "sh" => &["sh", "-eu", "snippet.sh"],
            "python" if text.contains("def test_") => {
                &["python3", "-m", "pytest", "-q", "test_snippet.py"]
            }
            "python" => &["python3", "snippet.py"],
            "js" => &["node", "snippet.mjs"],
            "yaml" => {
                let arguments = compose_command(text)?;
                let arguments = arguments.iter().map(String::as_str).chain(["--until-eof"]);
                run(&env, &arguments.collect::<Vec<_>>())?;
                count += 1;
                continue;
            }
            other => bail!("{PAGE}: no runner for `{other}`"),
        };
        write(arguments[arguments.len() - 1])?;
        run(&env, arguments)?;
        count += 1;
    }
    ensure!(count >= 6, "{PAGE}: only {count} snippets ran");
    Ok(())
}

fn run(env: &TestEnv, arguments: &[&str]) -> Result<()> {
    println!("$ {}", arguments.join(" "));
    process::stdout(&mut command(env, arguments)?).map(drop)
}

/// Returns the command of the first service of a compose file, which runs without a container here.
fn compose_command(compose: &str) -> Result<Vec<String>> {
    let command = compose.lines().find_map(|line| line.trim().strip_prefix("command: "));
    let command = command.context("the compose file has no command")?;
    serde_json::from_str(command).with_context(|| command.to_owned())
}

/// A command in the home folder, which finds the workspace's programs first.
fn command(env: &TestEnv, arguments: &[&str]) -> Result<Command> {
    let programs = built("vestibule")?;
    let programs = programs.parent().unwrap_or(Path::new("")).display();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = env.program(Path::new(arguments[0]));
    command
        .args(&arguments[1..])
        .env_remove("AWS_ENDPOINT_URL")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PATH", format!("{programs}:/usr/bin:/bin:{path}"))
        .current_dir(env.home());
    if arguments[0] == "python3" {
        let packages = [peers::folder("botocore")?, peers::folder("pytest")?];
        command.env("PYTHONPATH", std::env::join_paths(packages)?);
    }
    Ok(command)
}
