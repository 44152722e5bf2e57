//! The text of a registry, from a folder or a git repository.
//!
//! Git fetches one commit into a bare repository that is removed afterwards, and prints one file of
//! it: nothing is checked out, so that neither filters nor links of the repository have an effect, and
//! hooks are disabled.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vestibule::world::Files as _;
use vestibule_os::{DiskFiles, Limits, Terminal};
use vestibule_types::printable_line;

use super::record::Record;
use crate::app::App;
use crate::error::Error;
use crate::exit::Exit;
use crate::other_program;
use crate::temporary_folder::TemporaryFolder;

/// The name of the file in the folder or the repository.
pub(super) const FILE: &str = "vestibule-registry";

/// The time for one call of git.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The length of a registry.
const MAX_BYTES: u64 = 1 << 20;

/// Variables of a caller that is a hook of git itself.
const REMOVED: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Where a registry is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Folder(PathBuf),
    /// A URL, or `USER@HOST:PATH`.
    Git(String),
}

impl Source {
    /// Parses a source; an error says what is accepted.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if vestibule_types::printable(text) != text || text.starts_with('-') {
            return Err("it is neither a folder nor a URL");
        }
        if let Some((scheme, _)) = vestibule_types::split_scheme(text) {
            let user = vestibule_types::host_of(text).rsplit_once('@');
            return match scheme {
                _ if user.is_some_and(|(user, _)| user.contains(':')) => {
                    Err("it contains a password; use a credential helper of git")
                }
                "https" | "ssh" | "file" => Ok(Self::Git(text.to_owned())),
                _ => Err("the scheme of the URL is not https, ssh or file"),
            };
        }
        // `HELPER::ADDRESS` would run a program.
        let is_scp = text.split_once(':').is_some_and(|(host, path)| {
            host.contains('@') && !host.contains('/') && !path.is_empty() && !path.starts_with(':')
        });
        if is_scp && !Path::new(text).exists() {
            return Ok(Self::Git(text.to_owned()));
        }
        match dunce::canonicalize(text) {
            Ok(path) if path.is_dir() => Ok(Self::Folder(path)),
            _ => Err("it is neither a folder nor a URL"),
        }
    }
}

/// The text of a registry, and its commit.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) text: String,
    pub(super) commit: Option<String>,
}

/// Reads the registry of a record.
pub(super) fn fetch(app: &App<'_>, record: &Record) -> Result<Fetched, Error> {
    let source = Source::parse(&record.source)
        .map_err(|error| Error::new(Exit::Failed, format!("{}: {error}", record.source)))?;
    let (bytes, commit) = match source {
        Source::Folder(_) if record.requires_signature => {
            let message = "a folder has no signature; name the URL of a git repository";
            return Err(Error::new(Exit::Usage, message));
        }
        Source::Folder(folder) => {
            let path = folder.join(FILE);
            let bytes = DiskFiles.read(&path).map_err(|error| {
                let message = format!("the registry {} could not be read", path.display());
                Error::failed(message, &error)
            })?;
            (bytes.to_vec(), None)
        }
        Source::Git(url) => {
            let repository = Repository::create(app)?;
            let commit = repository.fetch(&url)?;
            if record.requires_signature {
                repository.verify(&commit)?;
            }
            (repository.file(&commit)?, Some(commit))
        }
    };
    let is_short = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_BYTES);
    match String::from_utf8(bytes) {
        Ok(text) if is_short => Ok(Fetched { text, commit }),
        _ => Err(Error::new(Exit::Failed, format!("{FILE} is longer than 1 MiB, or is not UTF-8"))),
    }
}

/// A bare repository, which is removed on drop.
#[derive(Debug)]
struct Repository {
    folder: TemporaryFolder,
    may_prompt: bool,
}

impl Repository {
    fn create(app: &App<'_>) -> Result<Self, Error> {
        let configuration = app.configuration()?;
        let entropy = &*configuration.blocking_world().entropy;
        let folder = TemporaryFolder::create(entropy).map_err(|error| {
            let message = "a folder for temporary files could not be created";
            Error::failed(message, &error)
        })?;
        let repository = Self { folder, may_prompt: app.may_prompt() };
        repository.git("init", &["--quiet", "--bare", "--template="])?;
        Ok(repository)
    }

    /// Fetches the newest commit and returns its hash.
    fn fetch(&self, url: &str) -> Result<String, Error> {
        let options = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--"];
        self.git("fetch", &[&options[..], &[url, "HEAD"]].concat())?;
        let hash = self.git("rev-parse", &["--verify", "FETCH_HEAD^{commit}"])?;
        let hash = String::from_utf8_lossy(&hash).trim().to_owned();
        let is_hash = 40 <= hash.len() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash { Ok(hash) } else { Err(Error::new(Exit::Failed, "git printed no commit")) }
    }

    fn verify(&self, commit: &str) -> Result<(), Error> {
        self.git("verify-commit", &[commit]).map(drop).map_err(|error| {
            let message = format!("the commit {commit} has no signature that git trusts");
            let error = error
                .causes()
                .into_iter()
                .fold(Error::new(Exit::Failed, message), Error::with_cause);
            error.with_hint("ask who maintains the registry, or see `git help verify-commit`")
        })
    }

    fn file(&self, commit: &str) -> Result<Vec<u8>, Error> {
        self.git("cat-file", &["blob", &format!("{commit}:{FILE}")])
    }

    /// Runs a command of git and returns what it prints.
    fn git(&self, command: &str, args: &[&str]) -> Result<Vec<u8>, Error> {
        let mut git = Command::new("git");
        git.args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"])
            .args(["-c", "protocol.ext.allow=never", "-c", "gc.auto=0"])
            .arg("-C")
            .arg(self.folder.path())
            .arg(command)
            .args(args)
            .env("GIT_ALLOW_PROTOCOL", "file:https:ssh");
        for name in REMOVED {
            git.env_remove(name);
        }
        if !self.may_prompt {
            git.env("GIT_TERMINAL_PROMPT", "0");
        }
        let limits = Limits { timeout: TIMEOUT, output: MAX_BYTES + 1 };
        other_program::run(git, Terminal::Shared, limits).map_err(|failed| {
            let error = Error::new(Exit::Failed, format!("`git {command}` {}", failed.problem));
            let stderr = printable_line(&failed.stderr, 300);
            if stderr.is_empty() { error } else { error.with_cause(stderr) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_a_url_of_a_safe_scheme_or_a_folder() {
        for url in [
            "https://git.test/team/registry.git",
            "ssh://git@git.test/registry",
            "git@git.test:team/registry.git",
            "file:///srv/registry",
        ] {
            assert_eq!(Source::parse(url), Ok(Source::Git(url.to_owned())));
        }
        assert!(matches!(Source::parse("/"), Ok(Source::Folder(_))));
        for text in [
            "",
            "-oProxyCommand=evil",
            "--upload-pack=evil",
            "http://git.test/registry",
            "ext::sh -c evil",
            "ext::sh@x -c evil",
            "https://ann:secret@git.test/registry",
            "/nonexistent",
            "https://git.test/\n",
        ] {
            Source::parse(text).unwrap_err();
        }
    }
}
