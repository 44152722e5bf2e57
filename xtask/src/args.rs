//! The arguments after `cargo xtask COMMAND`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use pico_args::Arguments;

use crate::report::Hint as _;

/// The arguments that are not yet read: each reading takes them out, options first.
pub(crate) struct Args {
    arguments: Arguments,
    /// The developer's folder: commands run at the root, and paths are given from here.
    folder: PathBuf,
}

impl Args {
    pub(crate) fn from_env() -> Result<Self> {
        let folder = std::env::current_dir().context("cannot read the current folder")?;
        Ok(Self { arguments: Arguments::from_env(), folder })
    }

    /// Returns the command.
    pub(crate) fn command(&mut self) -> Result<Option<String>> {
        Ok(self.arguments.subcommand()?)
    }

    /// Returns the next argument that is no option.
    pub(crate) fn positional(&mut self) -> Result<Option<String>> {
        Ok(self.arguments.opt_free_from_str()?)
    }

    /// Whether `--name` is given.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.arguments.contains(name)
    }

    /// Returns the value of `--name`.
    pub(crate) fn value(&mut self, name: &'static str) -> Result<Option<String>> {
        Ok(self.arguments.opt_value_from_str(name)?)
    }

    /// Returns the folder that `--name` gives.
    pub(crate) fn folder(&mut self, name: &'static str) -> Result<Option<PathBuf>> {
        let Some(given) = self.value(name)? else { return Ok(None) };
        let folder = self.folder.join(&given);
        ensure!(folder.is_dir(), "`{name} {given}`: no such folder");
        Ok(Some(folder))
    }

    /// Returns all other arguments, for the program that the command runs.
    pub(crate) fn rest(self) -> Vec<String> {
        let rest = self.arguments.finish();
        rest.into_iter().map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    /// Fails if an argument is left.
    pub(crate) fn finish(self) -> Result<()> {
        let rest = self.rest();
        (|| {
            ensure!(rest.is_empty(), "unknown arguments: `{}`", rest.join(" "));
            Ok(())
        })()
        .hint("`cargo xtask help` lists what each command takes")
    }
}
