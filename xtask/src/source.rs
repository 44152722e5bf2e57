//! The text files of the repository, which the checks read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::report::Hint as _;
use crate::run::program;

/// A text file that git tracks or, since it does not ignore it, would track.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the root of the workspace.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Folders whose files are data, kept byte for byte.
const DATA: &[&str] = &["corpus", "testdata"];

/// The extensions of files that people write: code, manifests, prose, CI, and the one script.
const WRITTEN: &[&str] = &["rs", "toml", "md", "yml", ""];

/// Returns all files that people write, sorted by path.
pub(crate) fn files() -> Result<Vec<Source>> {
    let listed = program("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .read()
        .hint("the checks look at what git sees: work in a clone")?;
    let mut paths: Vec<_> =
        listed.split_terminator('\0').map(PathBuf::from).filter(|path| is_written(path)).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().filter(|path| path.is_file()).map(Source::read).collect()
}

fn is_written(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    WRITTEN.contains(&extension)
        && !path.iter().any(|folder| DATA.iter().any(|data| folder == *data))
}

impl Source {
    fn read(path: PathBuf) -> Result<Self> {
        let text = std::fs::read_to_string(&path)
            .with_context(|| path.display().to_string())
            .hint("data that is not text belongs in `testdata/` or `corpus/`")?;
        Ok(Self { path, text })
    }

    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|own| own == extension)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.path.file_name().is_some_and(|own| own == name)
    }

    /// Returns whether the file is Rust code of a crate of the product, and not only tests.
    pub(crate) fn is_ours(&self) -> bool {
        let folder = self.path.iter().nth(2);
        self.has_extension("rs")
            && self.path.starts_with("crates")
            && folder.is_some_and(|folder| folder == "src")
            && !self.is_named("tests.rs")
    }

    /// Returns the part before `mod tests`, which is at the end of every file.
    pub(crate) fn code(&self) -> &str {
        let tests = self.text.find("#[cfg(test)]\nmod ");
        tests.map_or(self.text.as_str(), |tests| &self.text[..tests])
    }

    /// Returns the lines of [`code`](Self::code) that are not comments, with their numbers from one.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code()
            .lines()
            .enumerate()
            .map(|(before, line)| (before + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_file_is_not_read() {
        assert!(is_written(Path::new("crates/a/src/lib.rs")));
        assert!(is_written(Path::new(".ci/run")));
        assert!(!is_written(Path::new("crates/a/testdata/config")));
        assert!(!is_written(Path::new("fuzz/corpus/config/tabs")));
        assert!(!is_written(Path::new("Cargo.lock")));
    }

    #[test]
    fn code_ends_where_the_tests_begin() {
        let text = "//! Doc.\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
        let source = Source { path: "crates/a/src/b.rs".into(), text: text.into() };
        let lines: Vec<_> = source.code_lines().map(|(_, line)| line).collect();
        assert_eq!(lines, ["fn f() {}", ""]);
    }

    #[test]
    fn test_file_is_not_code_of_the_product() {
        let ours = |path: &str| Source { path: path.into(), text: String::new() }.is_ours();
        assert!(ours("crates/a/src/b.rs"));
        assert!(ours("crates/a/src/b/c.rs"));
        assert!(!ours("crates/a/tests/it/main.rs"));
        assert!(!ours("crates/a/src/b/tests.rs"));
        assert!(!ours("xtask/src/main.rs"));
    }
}
