//! The words after `cargo xtask`.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// What is left of the command line; each reading takes its words out.
#[derive(Debug, Default)]
pub(crate) struct Args {
    words: Vec<String>,
    /// Where the developer stands: commands run at the root, paths are given from here.
    from: PathBuf,
}

impl Args {
    pub(crate) fn from_env() -> Result<Self> {
        let from = std::env::current_dir()
            .map_err(|error| Failure::new(format!("the current folder cannot be read: {error}")))?;
        Ok(Self { words: std::env::args().skip(1).collect(), from })
    }

    /// The first word, unless it is a flag.
    pub(crate) fn positional(&mut self) -> Option<String> {
        self.words.first().is_some_and(|word| !word.starts_with('-')).then(|| self.words.remove(0))
    }

    /// Whether `--name` is there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// The word after `--name`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(at);
        if at == self.words.len() {
            return Err(Failure::new(format!("`{name}` wants a value")));
        }
        Ok(Some(self.words.remove(at)))
    }

    /// The folder after `--name`, wherever the developer stands.
    pub(crate) fn folder(&mut self, name: &str) -> Result<Option<PathBuf>> {
        let Some(given) = self.value(name)? else {
            return Ok(None);
        };
        let folder = self.from.join(Path::new(&given));
        if !folder.is_dir() {
            return Err(Failure::new(format!("`{name} {given}`: no such folder")));
        }
        Ok(Some(folder))
    }

    /// All that is left, for the program that the command starts.
    pub(crate) fn rest(self) -> Vec<String> {
        self.words
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result {
        match self.words.as_slice() {
            [] => Ok(()),
            words => Err(Failure::new(format!("not understood: `{}`", words.join(" ")))
                .fix("`cargo xtask help` says what each command takes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &str) -> Args {
        Args { words: words.split_whitespace().map(Into::into).collect(), from: PathBuf::new() }
    }

    #[test]
    fn each_reading_takes_its_words_out() {
        let mut args = args("config --seconds 5 --bless");
        assert_eq!(args.positional().as_deref(), Some("config"));
        assert_eq!(args.value("--seconds").unwrap().as_deref(), Some("5"));
        assert!(args.flag("--bless"));
        assert!(!args.flag("--bless"));
        assert!(args.finish().is_ok());
    }

    #[test]
    fn a_value_must_follow_its_name() {
        assert!(args("--seconds").value("--seconds").is_err());
    }

    #[test]
    fn what_nobody_read_is_an_error() {
        assert!(args("--sceonds 5").finish().is_err());
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        assert!(args("--suites nowhere").folder("--suites").is_err());
    }
}
