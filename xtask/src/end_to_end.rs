//! The commands that run `vestibule-e2e`: they build the programs, install the peers, and start it.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use crate::args::Args;
use crate::dist::figures;
use crate::peers;
use crate::run::cargo;
use crate::{Command, cross};

pub(crate) const DEMO: Command = Command {
    name: "demo",
    takes: "[--open]",
    about: "the main job against the emulator; with --open you approve the sign-in (1 min)",
    run: |mut args: Args| {
        let open = args.flag("--open").then_some("--open");
        args.finish()?;
        build()?;
        Ok(cargo(["run", "--quiet", "--package", E2E, "--bin", "demo", "--"]).args(open).run()?)
    },
};

pub(crate) const INTEROP: Command = Command {
    name: "interop",
    takes: "",
    about: "share sessions with the AWS CLI and three SDKs, and write docs/interop.md",
    run: |args: Args| {
        args.finish()?;
        // On its own: the program does not contain a client of D-Bus.
        cargo(["build", "--quiet", "-p", "vestibule-keychain", "--features", "system", "--bins"])
            .run()?;
        test("interop", "peers", &[], &["botocore", "js", "rust"])
    },
};

pub(crate) const MOTO: Command = Command {
    name: "moto",
    takes: "",
    about: "the tests of STS and instance metadata, against the emulator and against moto",
    run: |args: Args| {
        args.finish()?;
        build()?;
        peers::install("moto")?;
        let tests = ["cargo", "test", "--package", "vestibule-cli", "--test", "it", "servers::"];
        Ok(cargo(["run", "--quiet", "--package", E2E, "--bin", "with-moto", "--"])
            .args(tests)
            .env(peers::VARIABLE, peers::folder()?)
            .run()?)
    },
};

pub(crate) const PAGES: Command = Command {
    name: "pages",
    takes: "[--screenshots DIR]",
    about: "visit every page in Chromium, light, dark and narrow, and check accessibility",
    run: |mut args: Args| {
        let screenshots = args.folder("--screenshots")?;
        args.finish()?;
        build()?;
        visit("every_page", screenshots.as_deref(), |command| command)
    },
};

pub(crate) const SNIPPETS: Command = Command {
    name: "snippets",
    takes: "",
    about: "run the code of docs/test-your-sso-code.md",
    run: |args: Args| {
        args.finish()?;
        test("docs", "peers", &["snippets::"], &["botocore", "pytest", "snippets"])
    },
};

pub(crate) const RECIPES: Command = Command {
    name: "recipes",
    takes: "",
    about: "run the recipes of docs/recipes and the prompts of docs/prompt.md",
    run: |args: Args| {
        args.finish()?;
        test("recipes", "peers", &[], &["botocore", "js", "moto", "recipes", "devcontainers"])
    },
};

pub(crate) const TEN_LINES: Command = Command {
    name: "ten-lines",
    takes: "",
    about: "build and run the programs of docs/sso-in-ten-lines.md",
    run: |args: Args| {
        args.finish()?;
        test("docs", "peers", &["ten_lines::"], &["moto"])
    },
};

pub(crate) const EXAMPLES: Command = Command {
    name: "examples",
    takes: "",
    about: "run every example of the facade, and those with ureq",
    run: |args: Args| {
        args.finish()?;
        let packages = ["vestibule", "vestibule-oidc", "vestibule-portal", "vestibule-cache"]
            .map(|it| ["-p", it]);
        cargo(["build", "--quiet", "--examples"]).args(packages.as_flattened()).run()?;
        test("docs", "peers", &["examples::"], &[])
    },
};

/// Visits every page of a book.
pub(crate) fn visit_book(site: &Path, screenshots: Option<&Path>) -> Result<()> {
    let site = std::path::absolute(site)?;
    visit("book_pages", screenshots, |command| command.env("VESTIBULE_BOOK", site))
}

/// Runs a test in Chromium.
fn visit(
    filter: &str,
    screenshots: Option<&Path>,
    with: impl FnOnce(xshell::Cmd<'static>) -> xshell::Cmd<'static>,
) -> Result<()> {
    let mut command = with(e2e("pages", "browser").arg(filter));
    if let Some(folder) = screenshots {
        command = command.env("VESTIBULE_SCREENSHOTS", folder);
    }
    Ok(command.run()?)
}

/// Runs the demo, and returns what it prints.
pub(crate) fn demo_output() -> Result<String> {
    build()?;
    Ok(cargo(["run", "--quiet", "--package", E2E, "--bin", "demo"]).read()?)
}

/// Installs each file of a release, and signs in with it: those for Windows under Wine, and those for
/// arm64 under qemu. Returns the figures of each.
pub(crate) fn try_out(release: &Path, triples: &[&str]) -> Result<Vec<Value>> {
    peers::install_all(&RELEASE_PEERS)?;
    let mut tests = e2e("dist", "peers").args(["--skip", "newcomers::"]);
    let has = |part: &str| triples.iter().any(|triple| triple.contains(part));
    if has("windows") {
        cross::require(&["wine", "wine64", "gcc-mingw-w64-x86-64"])?;
        tests = tests.env("VESTIBULE_WINE", cross::prepare_wine()?);
    }
    if has("aarch64") {
        cross::require(&["qemu-user"])?;
    }
    let figures = figures::file()?;
    tests
        .env(peers::VARIABLE, peers::folder()?)
        .env("VESTIBULE_DIST", std::path::absolute(release)?)
        .env("VESTIBULE_DIST_LIMITED", "yes")
        .env(FIGURES, &figures)
        .run()?;
    figures::read(&figures)
}

/// Installs those files of a release that need no root folder of their own, and signs in with them.
pub(crate) fn try_out_archives(release: &Path) -> Result<()> {
    peers::install_all(&RELEASE_PEERS)?;
    Ok(e2e("dist", "peers")
        .args(["archives_sign", "wheels_sign", "npm_packages_sign", "checksums", "manifests_match"])
        .env(peers::VARIABLE, peers::folder()?)
        .env("VESTIBULE_DIST", std::path::absolute(release)?)
        .run()?)
}

/// Installs the files of a release in these roots, as its readers do. Returns the figures of each way.
pub(crate) fn try_as_newcomers(release: &Path, roots: &Path) -> Result<Vec<Value>> {
    let figures = figures::file()?;
    e2e("dist", "peers")
        .env("VESTIBULE_DIST", std::path::absolute(release)?)
        .env("VESTIBULE_ROOTS", std::path::absolute(roots)?)
        .env(FIGURES, &figures)
        .arg("newcomers::")
        .run()?;
    figures::read(&figures)
}

const E2E: &str = "vestibule-e2e";

/// The peers with which the files of a release are tried.
const RELEASE_PEERS: [&str; 3] = ["pytest", "js", "schemas"];

/// Names the file to which tests append figures.
const FIGURES: &str = "VESTIBULE_FIGURES";

/// Runs one test of `vestibule-e2e`, or those of it that match, once its peers are installed.
fn test(test: &str, features: &str, filter: &[&str], needs: &[&str]) -> Result<()> {
    build()?;
    peers::install_all(needs)?;
    Ok(e2e(test, features).args(filter).env(peers::VARIABLE, peers::folder()?).run()?)
}

fn e2e(test: &str, features: &str) -> xshell::Cmd<'static> {
    cargo(["test", "--quiet", "--package", E2E, "--features", features, "--test", test]).args([
        "--",
        "--nocapture",
        "--test-threads",
        "1",
    ])
}

/// Builds the programs that the tests run.
pub(crate) fn build() -> Result<()> {
    Ok(cargo(["build", "--quiet", "-p", "vestibule-cli", "-p", "vestibule-emulator", "-p", E2E])
        .args(["--bins", "--features", "vestibule-emulator/server"])
        .run()?)
}
