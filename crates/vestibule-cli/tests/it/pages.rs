//! Commands in the documentation are valid.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::TestEnv;

/// Returns the pages in `docs` and the README of each crate.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files =
        |folder: &str| fs::read_dir(root.join(folder)).unwrap().map(|it| it.unwrap().path());
    let docs = files("docs").filter(|path| path.extension().is_some_and(|it| it == "md"));
    let readmes = files("crates").map(|folder| folder.join("README.md"));
    docs.chain(readmes.filter(|path| path.is_file())).collect()
}

/// Returns the commands that begin with `vestibule `, in backquotes or after a prompt.
fn commands(page: &str) -> Vec<&str> {
    let mut is_prose = true;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_prose = !is_prose;
        } else if is_prose {
            found.extend(line.split('`').skip(1).step_by(2));
        } else {
            found.extend(line.strip_prefix("$ "));
        }
    }
    found.retain(|code| code.starts_with("vestibule "));
    found
}

/// Returns the arguments of the program, up to shell syntax or another command.
fn our_words(command: &str) -> Vec<&str> {
    let end =
        [" -- ", " |", " &&", " #", " \\", ";", " …"].iter().filter_map(|it| command.find(it));
    let ours = &command[..end.min().unwrap_or(command.len())];
    ours.split_whitespace()
        .skip(1)
        .map(|word| if word == "SHELL" { "bash" } else { word })
        .collect()
}

#[test]
fn documented_commands_are_valid() {
    let env = TestEnv::new();
    let mut told = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        // The agent needs Unix sockets.
        let exists_here = |command: &&str| cfg!(unix) || !command.starts_with("vestibule agent");
        for command in commands(&page).into_iter().filter(exists_here) {
            let ran = env.run([&our_words(command)[..], &["--help"]].concat());
            assert_eq!(ran.code, Some(0), "{}: `{command}`: {}", path.display(), ran.stderr);
            told += 1;
        }
    }
    assert!(50 < told, "{told}");
}
