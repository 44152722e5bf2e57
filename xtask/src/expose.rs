//! `cargo xtask expose`: where secrets become text.
//!
//! `.expose()` is the only way from a secret to its text, so the list of its call sites is the list of places
//! where one could leak. It is checked in, so a new call site is a line to review.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use crate::Command;
use crate::args::Args;
use crate::counts::{self, Counts};
use crate::report::report;
use crate::source::{self, Source};

pub(crate) const COMMAND: Command = Command {
    name: "expose",
    takes: "[--bless]",
    about: "secrets are read only where xtask/expose.toml says",
    run: |mut args: Args| {
        let bless = args.flag("--bless");
        args.finish()?;
        if bless { write() } else { check() }
    },
};

const LIST: &str = "xtask/expose.toml";

const HEADER: &str = "\
# Where the text of a secret is read, and how often, outside tests.
# A line that appears here is reviewed: is it a secret header, a signature, or a file of mode 0600?
# Written by `cargo xtask expose --bless`.
";

pub(crate) fn check() -> Result<()> {
    report("expose", &findings(&counts::read(LIST)?, &found(&source::files()?)))
}

fn write() -> Result<()> {
    let places =
        found(&source::files()?).into_iter().map(|(path, count)| format!("\"{path}\" = {count}\n"));
    let text: String = std::iter::once(HEADER.to_owned()).chain(places).collect();
    std::fs::write(LIST, text).context(LIST)
}

fn found(sources: &[Source]) -> Counts {
    let ours = sources.iter().filter(|source| source.is_ours());
    ours.map(|source| (source.path.display().to_string(), calls(source)))
        .filter(|(_, count)| 0 < *count)
        .collect()
}

/// Counts calls as a method, and uses as a function.
fn calls(source: &Source) -> u32 {
    let calls =
        |line| [".expose()", "::expose"].map(|call| str::matches(line, call)).into_iter().flatten();
    source.code_lines().flat_map(|(_, line)| calls(line)).map(|_| 1).sum()
}

fn findings(listed: &Counts, found: &Counts) -> Vec<String> {
    let paths: BTreeSet<_> = listed.keys().chain(found.keys()).collect();
    let differs = |path: &String| {
        let [listed, found] =
            [listed, found].map(|counts| counts.get(path).copied().unwrap_or_default());
        (listed != found).then(|| {
            format!(
                "{path}: {found} calls of `expose`, {LIST} says {listed}; if each is intended, \
                 run `cargo xtask expose --bless` and say why in the commit"
            )
        })
    };
    paths.into_iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_and_path_calls_count_but_comments_and_tests_do_not() {
        let text = "/// See `.expose()`.\nfn f() { a.expose(); b.map(Secret::expose); }\n\n\
                    #[cfg(test)]\nmod tests {\n    fn g() { c.expose(); }\n}\n";
        assert_eq!(calls(&Source { path: "crates/a/src/b.rs".into(), text: text.into() }), 2);
    }

    #[test]
    fn added_and_removed_call_sites_are_findings() {
        let counts = |name: &str| Counts::from([(name.to_owned(), 1)]);
        assert_eq!(findings(&counts("a.rs"), &counts("a.rs")), Vec::<String>::new());
        assert_eq!(findings(&counts("a.rs"), &counts("b.rs")).len(), 2);
    }
}
