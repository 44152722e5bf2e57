//! One page of recipes, and the machine on which its blocks run.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::NamedTempFile;
use vestibule_e2e::snippets::{Snippet, snippets};
use vestibule_e2e::test_env::{TestEnv, built};
use vestibule_e2e::{peers, process};

/// The profile that all recipes use.
const CONFIG: &str = "\
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
";

/// The subject of the identity tokens that `Deployer` trusts.
pub(crate) const SUBJECT: &str = "repo:me/app:ref:refs/heads/main";

const EMULATOR: &str = r#"
users = ["ann"]
auto-approve = true
[[account]]
id = "111122223333"
name = "Sample"
roles = ["SampleRole"]
[[iam-role]]
account = "111122223333"
name = "Deployer"
trusts = ["arn:aws:iam::111122223333:root"]
trusts-identities = [{ audience = "sts.amazonaws.com", subject = "repo:me/app:ref:refs/heads/main" }]
"#;

/// A page with its files written, in a home whose user is signed in.
pub(crate) struct Recipe {
    pub(crate) env: TestEnv,
    page: &'static str,
    text: String,
    /// The number of blocks of `sh` that have run.
    blocks_run: Cell<usize>,
    variables: Vec<(String, OsString)>,
}

impl Recipe {
    /// Reads a page of `docs`, writes its files, and signs in.
    pub(crate) fn start(page: &'static str) -> Result<Self> {
        let settings = NamedTempFile::new()?;
        fs::write(settings.path(), EMULATOR)?;
        let settings = settings.path().to_str().context("the temporary folder is not UTF-8")?;
        let env = TestEnv::start(&["--config", settings])?;
        let text = fs::read_to_string(peers::workspace(page)).context(page)?;
        let recipe = Self { env, page, text, blocks_run: Cell::new(0), variables: Vec::new() };
        fs::create_dir_all(recipe.project())?;
        recipe.write_file("~/.aws/config", CONFIG)?;
        for Snippet { text, file, .. } in snippets(&recipe.text) {
            // A file of the whole machine is only shown.
            if let Some(file) = file.filter(|file| !file.starts_with('/')) {
                recipe.write_file(file, text)?;
            }
        }
        recipe.sh("vestibule login dev --use-device-code")?;
        Ok(recipe)
    }

    /// Adds an environment variable.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Returns the folder in which the blocks run.
    pub(crate) fn project(&self) -> PathBuf {
        self.env.home().join("project")
    }

    /// Runs the next block of `sh` as it stands, and returns what it prints.
    pub(crate) fn run_next(&self) -> Result<String> {
        let index = self.blocks_run.get();
        let block = snippets(&self.text).into_iter().filter(|it| it.language == "sh").nth(index);
        let block = block.with_context(|| format!("{} has only {index} blocks", self.page))?;
        self.blocks_run.set(index + 1);
        self.sh(block.text)
    }

    /// Runs lines of a shell, and returns what they print.
    pub(crate) fn sh(&self, lines: &str) -> Result<String> {
        println!("{}", lines.trim_end());
        let printed = process::stdout(self.command("sh").args(["-euc", lines]))?;
        println!("{printed}");
        Ok(printed)
    }

    /// Returns a command in the project's folder. Clients reach the emulator under the host names
    /// of AWS, since it is their proxy.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.env.program(Path::new(program));
        command
            .env_remove("AWS_ENDPOINT_URL")
            .env("HTTPS_PROXY", self.env.url())
            .env("HTTP_PROXY", self.env.url())
            .env("NO_PROXY", "127.0.0.1,localhost")
            .env("AWS_CA_BUNDLE", self.env.ca_file())
            .env("SSL_CERT_FILE", self.env.ca_file())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PATH", path(self.env.home()))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.project());
        command
    }

    /// Returns the text of a file that the page shows.
    pub(crate) fn read_file(&self, file: &str) -> Result<String> {
        let path = self.resolve(file);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    /// Returns the blocks of a language.
    pub(crate) fn blocks(&self, language: &str) -> Vec<&str> {
        let blocks = snippets(&self.text).into_iter();
        blocks.filter(|block| block.language == language).map(|block| block.text).collect()
    }

    /// Writes a program of the project, such as one that a page only names.
    pub(crate) fn write_program(&self, file: &str, text: &str) -> Result<()> {
        self.write_file(file, text)?;
        Ok(fs::set_permissions(self.resolve(file), fs::Permissions::from_mode(0o700))?)
    }

    /// Returns a YAML file as JSON.
    pub(crate) fn yaml(&self, file: &str) -> Result<Value> {
        const SCRIPT: &str = "import json, sys; from ruamel.yaml import YAML\n\
                              json.dump(YAML(typ='safe').load(open(sys.argv[1])), sys.stdout)";
        let mut python = self.command("python3");
        python.env("PYTHONPATH", peers::folder("recipes")?).args(["-c", SCRIPT]).arg(file);
        Ok(serde_json::from_str(&process::stdout(&mut python)?)?)
    }

    /// Checks that every block of `sh` has run.
    pub(crate) fn finish(self) -> Result<()> {
        let blocks = self.blocks("sh").len();
        let run = self.blocks_run.get();
        ensure!(blocks == run, "{}: only {run} of {blocks} blocks ran", self.page);
        self.env.check_service_models()
    }

    /// Adds the text to a file, which may exist.
    fn write_file(&self, file: &str, text: &str) -> Result<()> {
        ensure!(!Path::new(file).is_absolute(), "{file} is outside of the test's folder");
        let path = self.resolve(file);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        Ok(file.write_all(text.as_bytes())?)
    }

    fn resolve(&self, file: &str) -> PathBuf {
        match file.strip_prefix("~/") {
            Some(file) => self.env.home().join(file),
            None => self.project().join(file),
        }
    }
}

/// Returns a `PATH` with the programs of the test first, then those of the workspace and the peers.
fn path(home: &Path) -> OsString {
    let own = built("vestibule").ok().and_then(|program| program.parent().map(Path::to_owned));
    let peers = peers::folder("recipes").ok().map(|peer| peer.join("bin"));
    let system = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"].map(PathBuf::from);
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let inherited: Vec<_> = std::env::split_paths(&inherited).collect();
    let first = [home.join("bin")].into_iter().chain(own).chain(peers);
    std::env::join_paths(first.chain(system).chain(inherited)).unwrap_or_default()
}

/// Returns whether a program that no package registry has is installed, and says if it is not.
pub(crate) fn is_installed(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).output().is_ok();
    if !found {
        println!("not run: {program} is not installed");
    }
    found
}

/// Fails if the text is not in what was printed.
pub(crate) fn expect(printed: &str, expected: &str) -> Result<()> {
    ensure!(printed.contains(expected), "expected `{expected}` in:\n{printed}");
    Ok(())
}

/// Checks the pages, not the tools.
#[test]
fn every_recipe_names_its_check_and_is_listed() -> Result<()> {
    let folder = peers::workspace("docs/recipes");
    let list = fs::read_to_string(folder.join("README.md"))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "README.md" || path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        expect(&list, &format!("]({name})"))?;
        let page = fs::read_to_string(&path)?;
        ensure!(page.contains("\nChecked by `"), "{name} does not say what checked it");
        ensure!(page.contains("\n## What goes wrong\n"), "{name} does not say what goes wrong");
    }
    Ok(())
}
