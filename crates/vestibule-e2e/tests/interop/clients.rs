//! The clients, and the command with which each of them calls STS `GetCallerIdentity`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use vestibule_e2e::peers;
use vestibule_e2e::process;
use vestibule_e2e::test_env::TestEnv;

const DRIVERS: &str = "crates/vestibule-e2e/tests/interop/drivers";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    Vestibule,
    AwsCli,
    Botocore,
    JavaScript,
    Rust,
}

impl Client {
    pub(crate) const ALL: [Self; 5] =
        [Self::Vestibule, Self::AwsCli, Self::Botocore, Self::JavaScript, Self::Rust];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Vestibule => "vestibule",
            Self::AwsCli => "AWS CLI",
            Self::Botocore => "botocore",
            Self::JavaScript => "JavaScript SDK",
            Self::Rust => "Rust SDK",
        }
    }
}

/// Where each client is installed, and its version.
pub(crate) struct Clients {
    aws: PathBuf,
    pub(crate) python_path: PathBuf,
    node_modules: PathBuf,
    rust: PathBuf,
    pub(crate) versions: Vec<(Client, String)>,
}

impl Clients {
    /// Finds what xtask has installed.
    pub(crate) fn find() -> Result<Self> {
        // Debian's: the registry for Python has version 1 alone.
        let aws = PathBuf::from("/usr/bin/aws");
        ensure!(aws.exists(), "the AWS CLI is not installed: `apt-get install awscli`");
        let aws_version = process::stdout(Command::new(&aws).arg("--version"))?;
        let js = "\"@aws-sdk/credential-providers\": \"";
        let rust = "name = \"aws-config\"\nversion = \"";
        Ok(Self {
            aws,
            python_path: peers::folder("botocore")?,
            node_modules: peers::folder("js")?,
            rust: peers::folder("rust")?.join("debug/caller-identity"),
            versions: vec![
                (Client::Vestibule, env!("CARGO_PKG_VERSION").to_owned()),
                (Client::AwsCli, first_version(&aws_version)),
                (Client::Botocore, pinned("requirements.txt", "botocore==")?),
                (Client::JavaScript, pinned("package.json", js)?),
                (Client::Rust, version_after("bench/Cargo.lock", rust)?),
            ],
        })
    }

    /// Calls `GetCallerIdentity` with a profile, and prints the ARN or the whole response.
    pub(crate) fn caller(&self, client: Client, env: &TestEnv, profile: &str) -> Result<Command> {
        let mut command = match client {
            Client::Vestibule => env.vestibule()?,
            Client::AwsCli => proxied(env, &self.aws),
            Client::Botocore => self.python(env, "boto3_caller.py"),
            Client::JavaScript => self.node(env),
            Client::Rust => env.program(&self.rust),
        };
        match client {
            Client::Vestibule => command.arg("whoami"),
            Client::AwsCli => command.args(["sts", "get-caller-identity"]),
            _ => &mut command,
        };
        command.env("AWS_PROFILE", profile);
        Ok(command)
    }

    /// The AWS CLI with other arguments.
    pub(crate) fn aws(&self, env: &TestEnv, arguments: &[&str]) -> Command {
        let mut command = proxied(env, &self.aws);
        command.args(arguments);
        command
    }

    /// A Python script that can import botocore and boto3.
    pub(crate) fn python(&self, env: &TestEnv, driver: &str) -> Command {
        let mut command = proxied(env, Path::new("python3"));
        command.arg(peers::workspace(DRIVERS).join(driver)).env("PYTHONPATH", &self.python_path);
        command
    }

    /// Node's HTTP client uses no proxy, so it gets the endpoint.
    fn node(&self, env: &TestEnv) -> Command {
        let mut command = env.program(Path::new("node"));
        command.arg(peers::workspace(DRIVERS).join("caller.mjs")).arg(&self.node_modules);
        command
    }
}

/// A client that reaches the emulator under AWS's own host names, by a proxy.
fn proxied(env: &TestEnv, path: &Path) -> Command {
    let mut command = env.program(path);
    command
        .env_remove("AWS_ENDPOINT_URL")
        .env("HTTPS_PROXY", env.url())
        .env("HTTP_PROXY", env.url())
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("AWS_CA_BUNDLE", env.ca_file());
    command
}

fn first_version(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|&c| is_part(c)).collect()
}

fn pinned(list: &str, before: &str) -> Result<String> {
    version_after(&format!("crates/vestibule-conformance/subjects/{list}"), before)
}

fn version_after(file: &str, before: &str) -> Result<String> {
    let text = std::fs::read_to_string(peers::workspace(file)).context(file.to_owned())?;
    let (_, rest) =
        text.split_once(before).with_context(|| format!("{file} does not contain `{before}`"))?;
    Ok(first_version(rest))
}
