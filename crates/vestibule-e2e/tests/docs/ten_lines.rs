//! The programs of `docs/sso-in-ten-lines.md`, built and run as a newcomer would.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use vestibule_e2e::moto::Moto;
use vestibule_e2e::snippets::snippets;
use vestibule_e2e::test_env::TestEnv;
use vestibule_e2e::{peers, process};

const PAGE: &str = "docs/sso-in-ten-lines.md";
const PROGRAMS: usize = 5;

#[test]
fn programs_of_the_page_build_and_print_what_they_promise() -> Result<()> {
    let page = fs::read_to_string(peers::workspace(PAGE))?;
    let programs = programs(&page);
    ensure!(programs.len() == PROGRAMS, "{PAGE}: {} programs, not {PROGRAMS}", programs.len());
    let patches = patches()?;
    let env = TestEnv::start(&["--auto-approve"])?;
    let moto = Moto::start()?;
    ureq::put(&format!("{}/my-bucket", moto.url())).send_empty()?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    for program in programs {
        let start = Instant::now();
        let binary = program.build(&patches)?;
        let seconds = start.elapsed().as_secs();
        let mut command = env.program(&binary);
        let printed = process::stdout(command.env("AWS_ENDPOINT_URL_S3", moto.url()))?;
        ensure!(!printed.trim().is_empty(), "`{}` printed nothing", program.name);
        println!("{}: built in {seconds} s; prints: {}", program.name, printed.trim_end());
    }
    moto.stop()?;
    Ok(())
}

/// One program of the page.
#[derive(Debug, PartialEq, Eq)]
struct Program<'a> {
    /// The name of its package.
    name: String,
    /// Its `[dependencies]`.
    dependencies: &'a str,
    main: &'a str,
}

/// Returns each section that has dependencies and a program.
fn programs(page: &str) -> Vec<Program<'_>> {
    let program = |section| {
        let (title, text) = str::split_once(section, '\n')?;
        let block = |language: &str| {
            let mut found = snippets(text).into_iter();
            found.find(|snippet| snippet.language == language).map(|snippet| snippet.text)
        };
        let name = title.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Some(Program { name, dependencies: block("toml")?, main: block("rust")? })
    };
    page.split("\n## ").skip(1).filter_map(program).collect()
}

impl Program<'_> {
    fn build(&self, patches: &str) -> Result<PathBuf> {
        let Self { name, dependencies, main } = self;
        let folder = peers::workspace("target/ten-lines").join(name);
        fs::create_dir_all(folder.join("src"))?;
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 {dependencies}\n[patch.crates-io]\n{patches}\n[workspace]\n"
            ),
        )?;
        fs::write(folder.join("src/main.rs"), main)?;
        // Kept between runs, and shared with the other programs on the AWS SDK.
        let target = peers::workspace("target/peers/rust");
        process::stdout(
            Command::new("cargo")
                .args(["build", "--quiet", "--manifest-path"])
                .arg(folder.join("Cargo.toml"))
                .arg("--target-dir")
                .arg(&target),
        )?;
        Ok(target.join("debug").join(name))
    }
}

/// Replaces the workspace's crates by their folders.
fn patches() -> Result<String> {
    let mut patches = String::new();
    for entry in fs::read_dir(peers::workspace("crates"))? {
        let entry = entry?;
        let path = fs::canonicalize(entry.path())?;
        writeln!(patches, "{} = {{ path = '{}' }}", name_of(&path), path.display())?;
    }
    Ok(patches)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn program_is_a_section_with_dependencies_and_code() {
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
