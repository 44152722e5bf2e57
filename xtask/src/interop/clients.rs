//! Who takes part, and how each is asked who it is.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::run::{cargo, program};
use crate::scene::{self, Scene};
use crate::subjects;

const DRIVERS: &str = "xtask/src/interop/drivers";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Vestibule,
    AwsCli,
    Botocore,
    JavaScript,
    Rust,
}

impl Client {
    pub(super) const ALL: [Self; 5] =
        [Self::Vestibule, Self::AwsCli, Self::Botocore, Self::JavaScript, Self::Rust];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Vestibule => "vestibule",
            Self::AwsCli => "AWS CLI",
            Self::Botocore => "botocore",
            Self::JavaScript => "JavaScript SDK",
            Self::Rust => "Rust SDK",
        }
    }
}

/// All of them, built or installed.
pub(super) struct Clients {
    aws: PathBuf,
    pub(super) python_path: PathBuf,
    node_modules: PathBuf,
    rust: PathBuf,
    pub(super) versions: Vec<(Client, String)>,
}

impl Clients {
    pub(super) fn install() -> Result<Self> {
        scene::build()?;
        let aws = aws_cli()?;
        let python_path = absolute(&subjects::install("botocore")?)?;
        let node_modules = absolute(&subjects::install("js")?)?;
        let manifest = ["--manifest-path", "bench/Cargo.toml"];
        let target = absolute(Path::new("target/peers"))?;
        cargo(["build", "--quiet", "--package", "caller-identity", "--target-dir"])
            .arg(&target)
            .args(manifest)
            .run()?;
        let rust = target.join("debug").join("caller-identity");
        let aws_version = program(&aws).arg("--version").read()?;
        let versions = vec![
            (Client::Vestibule, env!("CARGO_PKG_VERSION").to_owned()),
            (Client::AwsCli, first_number(&aws_version)),
            (Client::Botocore, pinned("requirements.txt", "botocore==")?),
            (Client::JavaScript, pinned("package.json", "\"@aws-sdk/credential-providers\": \"")?),
            (Client::Rust, locked("aws-config")?),
        ];
        Ok(Self { aws, python_path, node_modules, rust, versions })
    }

    /// Asks STS who the credentials of this profile are, and prints the ARN or the whole answer.
    pub(super) fn caller(&self, client: Client, scene: &Scene, profile: &str) -> Result<Command> {
        let mut command = match client {
            Client::Vestibule => scene.vestibule()?,
            Client::AwsCli => proxied(scene, &self.aws),
            Client::Botocore => self.python(scene, "boto3_caller.py")?,
            Client::JavaScript => self.node(scene)?,
            Client::Rust => scene.program(&self.rust),
        };
        match client {
            Client::Vestibule => command.arg("whoami"),
            Client::AwsCli => command.args(["sts", "get-caller-identity"]),
            _ => &mut command,
        };
        command.env("AWS_PROFILE", profile);
        Ok(command)
    }

    /// The AWS CLI with other words.
    pub(super) fn aws(&self, scene: &Scene, words: &[&str]) -> Command {
        let mut command = proxied(scene, &self.aws);
        command.args(words);
        command
    }

    /// A script for Python, with botocore and boto3 at hand.
    pub(super) fn python(&self, scene: &Scene, driver: &str) -> Result<Command> {
        let mut command = proxied(scene, Path::new("python3"));
        let driver = absolute(&Path::new(DRIVERS).join(driver))?;
        command.arg(driver).env("PYTHONPATH", &self.python_path);
        Ok(command)
    }

    /// Node's HTTP knows no proxy: it is told of the endpoint.
    fn node(&self, scene: &Scene) -> Result<Command> {
        let mut command = scene.program(Path::new("node"));
        let driver = absolute(&Path::new(DRIVERS).join("caller.mjs"))?;
        command.arg(driver).arg(&self.node_modules);
        Ok(command)
    }
}

/// Under the names of AWS, with nothing else told.
fn proxied(scene: &Scene, path: &Path) -> Command {
    let mut command = scene.program(path);
    command
        .env_remove("AWS_ENDPOINT_URL")
        .env("HTTPS_PROXY", &scene.url)
        .env("HTTP_PROXY", &scene.url)
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("AWS_CA_BUNDLE", &scene.ca);
    command
}

/// Debian's, since the registry for Python has version 1 alone.
fn aws_cli() -> Result<PathBuf> {
    let path = PathBuf::from("/usr/bin/aws");
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::new("the AWS CLI is not installed").fix("`apt-get install awscli`"))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(Failure::at(path))
}

fn first_number(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|&c| is_part(c)).collect()
}

fn pinned(list: &str, before: &str) -> Result<String> {
    after(&Path::new("crates/vestibule-conformance/subjects").join(list), before)
}

fn locked(package: &str) -> Result<String> {
    after(Path::new("bench/Cargo.lock"), &format!("name = \"{package}\"\nversion = \""))
}

fn after(file: &Path, before: &str) -> Result<String> {
    let text = std::fs::read_to_string(file).map_err(Failure::at(file))?;
    let (_, rest) = text
        .split_once(before)
        .ok_or_else(|| Failure::new(format!("{} has no `{before}`", file.display())))?;
    Ok(first_number(rest))
}
