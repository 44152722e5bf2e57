//! What a release is made of: the version and its commit, and the programs of each target.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::archive::Entry;
use crate::cross::{self, PROGRAMS};
use crate::run::{cargo, program};

/// One file of a release.
pub(super) struct Artifact {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The version that is released.
pub(super) struct Release {
    pub(super) version: String,
    pub(super) repository: String,
    pub(super) commit: String,
    /// When the commit was made, in seconds since 1970: the time of all files.
    pub(super) time: u64,
    pub(super) rfc3339: String,
    pub(super) rfc2822: String,
}

impl Release {
    /// Reads the version of the program, and the commit that is checked out.
    pub(super) fn read() -> Result<Self> {
        let metadata = cargo(["metadata", "--format-version", "1", "--no-deps"]).read()?;
        let metadata: Value = serde_json::from_str(&metadata)?;
        let package = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == "vestibule-cli"))
            .context("`cargo metadata` lists no vestibule-cli")?;
        let text =
            |key: &str| package[key].as_str().map(str::to_owned).with_context(|| key.to_owned());
        let date = |format: &str| {
            program("git")
                .args(["log", "-1", &format!("--date=format-local:{format}"), "--format=%cd"])
                .env("TZ", "UTC")
                .env("LC_ALL", "C")
                .read()
        };
        Ok(Self {
            version: text("version")?,
            repository: text("repository")?,
            commit: log("--format=%H")?,
            time: log("--format=%ct")?.parse().context("the time of the commit")?,
            rfc3339: date("%Y-%m-%dT%H:%M:%SZ")?,
            rfc2822: date("%a, %d %b %Y %H:%M:%S +0000")?,
        })
    }

    /// Fails if another commit is checked out since: the programs name the one that they are built from.
    pub(super) fn check_commit(&self) -> Result<()> {
        let now = log("--format=%H")?;
        ensure!(
            now == self.commit,
            "commit {} was checked out when the first program was built, and now it is {now}\nhint: run this in a clone of its own",
            self.commit
        );
        Ok(())
    }

    /// Fills `{version}` and `{repository}` in.
    pub(super) fn fill(&self, template: &str) -> String {
        template.replace("{version}", &self.version).replace("{repository}", &self.repository)
    }

    /// The page from which an artifact is downloaded.
    pub(super) fn url(&self, artifact: &str) -> String {
        format!("{}/releases/download/v{}/{artifact}", self.repository, self.version)
    }
}

/// Returns this of the commit that is checked out.
fn log(format: &str) -> Result<String> {
    Ok(program("git").args(["log", "-1", format]).read()?)
}

/// The programs for one platform.
pub(super) struct Target {
    pub(super) triple: String,
    /// The files of `cross::PROGRAMS`, by name.
    programs: BTreeMap<&'static str, Vec<u8>>,
}

impl Target {
    /// Reads the programs that were built into this folder.
    pub(super) fn read(triple: &str, folder: &Path) -> Result<Self> {
        let read = |name| {
            let path = folder.join(file_name(triple, name));
            Ok((name, std::fs::read(&path).with_context(|| path.display().to_string())?))
        };
        let programs = PROGRAMS.iter().map(|program| read(program.name)).collect::<Result<_>>()?;
        let target = Self { triple: triple.to_owned(), programs };
        if target.platform().is_none() {
            bail!(
                "`{triple}` is no target of a release\nhint: add it to PLATFORMS in xtask/src/dist/release.rs"
            );
        }
        Ok(target)
    }

    /// Returns a program by name, in this folder.
    pub(super) fn program(&self, name: &str, folder: &str) -> Entry {
        let bytes = self.programs.get(name).cloned().unwrap_or_default();
        Entry::program(format!("{folder}{}", file_name(&self.triple, name)), bytes)
    }

    /// Returns all programs, in this folder.
    pub(super) fn programs(&self, folder: &str) -> impl Iterator<Item = Entry> {
        self.programs.keys().map(move |name| self.program(name, folder))
    }

    /// Returns the size of a program by name.
    pub(super) fn size(&self, name: &str) -> u64 {
        self.programs.get(name).map_or(0, |program| program.len() as u64)
    }

    /// Returns a finding if the program is too large.
    pub(super) fn large_program(&self) -> Option<String> {
        let most = cross::most_bytes(&self.triple);
        let size = self.size("vestibule");
        (most < size).then(|| format!("{}: vestibule has {size} bytes, over {most}", self.triple))
    }

    /// Whether this machine can run the programs.
    pub(super) fn runs_here(&self) -> bool {
        self.triple.starts_with(std::env::consts::ARCH)
            && self.triple.contains(std::env::consts::OS)
    }

    /// The processor, as RPM names it.
    pub(super) fn processor(&self) -> &str {
        self.triple.split('-').next().unwrap_or_default()
    }

    pub(super) fn is_windows(&self) -> bool {
        self.triple.contains("windows")
    }

    /// Whether the programs need no library of the machine.
    pub(super) fn is_static(&self) -> bool {
        self.triple.ends_with("musl")
    }

    pub(super) fn wheel_tags(&self) -> &'static [&'static str] {
        self.platform().map_or(&[], |platform| platform.wheel_tags)
    }

    pub(super) fn node_os(&self) -> &'static str {
        self.platform().map_or("", |platform| platform.node.0)
    }

    pub(super) fn node_cpu(&self) -> &'static str {
        self.platform().map_or("", |platform| platform.node.1)
    }

    /// The processor, as images and Debian name it.
    pub(super) fn architecture(&self) -> &'static str {
        if self.node_cpu() == "x64" { "amd64" } else { self.node_cpu() }
    }

    fn platform(&self) -> Option<&'static Platform> {
        PLATFORMS.iter().find(|platform| platform.triple == self.triple)
    }
}

/// How the registries name a target.
struct Platform {
    triple: &'static str,
    wheel_tags: &'static [&'static str],
    /// `process.platform` and `process.arch`.
    node: (&'static str, &'static str),
}

/// Returns a line for each platform that these targets leave out, with the way to add it.
pub(super) fn left_out(targets: &[Target]) -> Vec<String> {
    let mut seen: Vec<_> =
        targets.iter().filter_map(Target::platform).map(|covered| covered.node).collect();
    let mut lines = Vec::new();
    for Platform { triple, node, .. } in PLATFORMS {
        if seen.contains(node) {
            continue;
        }
        seen.push(*node);
        let (system, processor) = node;
        let reason = if *system == "darwin" {
            "is not built here, since it needs the SDK of a Mac"
        } else {
            "is not among the targets"
        };
        lines.push(format!(
            "{system} on {processor} {reason}: `--programs {triple}=DIR` adds its programs"
        ));
    }
    lines
}

/// A static program runs with either library of Linux.
const PLATFORMS: &[Platform] = &[
    Platform {
        triple: "x86_64-unknown-linux-musl",
        wheel_tags: &["manylinux_2_17_x86_64", "musllinux_1_1_x86_64"],
        node: ("linux", "x64"),
    },
    Platform {
        triple: "aarch64-unknown-linux-musl",
        wheel_tags: &["manylinux_2_17_aarch64", "musllinux_1_1_aarch64"],
        node: ("linux", "arm64"),
    },
    Platform {
        triple: "x86_64-unknown-linux-gnu",
        wheel_tags: &["manylinux_2_36_x86_64"],
        node: ("linux", "x64"),
    },
    Platform {
        triple: "aarch64-unknown-linux-gnu",
        wheel_tags: &["manylinux_2_36_aarch64"],
        node: ("linux", "arm64"),
    },
    Platform {
        triple: "x86_64-pc-windows-gnu",
        wheel_tags: &["win_amd64"],
        node: ("win32", "x64"),
    },
    Platform {
        triple: "aarch64-apple-darwin",
        wheel_tags: &["macosx_11_0_arm64"],
        node: ("darwin", "arm64"),
    },
    Platform {
        triple: "x86_64-apple-darwin",
        wheel_tags: &["macosx_10_12_x86_64"],
        node: ("darwin", "x64"),
    },
];

fn file_name(triple: &str, program: &str) -> String {
    let suffix = if triple.contains("windows") { ".exe" } else { "" };
    format!("{program}{suffix}")
}

/// Returns the page of a program, which registries of packages show.
pub(super) fn readme(program: &str) -> Result<String> {
    let name = if program == "vestibule" { "vestibule-cli" } else { program };
    let path = format!("crates/{name}/README.md");
    std::fs::read_to_string(&path).context(path)
}

/// Returns the SHA-256 digest in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hmac_sha256::Hash::hash(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
