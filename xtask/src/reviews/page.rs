//! The page about foreign crates, `docs/dependencies.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::tree::PLATFORMS;
use super::{Read, Review, Reviews, Source, Sources};

const HEADER: &str = "\
# Dependencies

The foreign crates below `vestibule` with its default features, on Linux, macOS and Windows, and what was read of them.
The compiler checks safe Rust, so the reviews are about the rest: `unsafe` code, and code that runs while a crate is built.

`cargo xtask reviews --bless` writes this page from `xtask/reviews.toml`, and `cargo xtask lint` fails for a crate with such code whose version in `Cargo.lock` has no review.
A review says what a reader saw, and is no proof.
Versions with known vulnerabilities are found by the advisory database of RustSec: see the [security policy](../SECURITY.md).

## Numbers

The word `unsafe` is counted outside comments, literals and tests, in all code of a crate: also in that for other platforms and for features that are off.

| crate | version | blocks | functions | impls | foreign | read |
|---|---|---:|---:|---:|---:|---|
";

/// Returns the page.
pub(super) fn render(reviews: &Reviews, sources: &Sources<'_>) -> String {
    let mut page = HEADER.to_owned();
    for (name, review) in reviews {
        row(&mut page, name, review);
    }
    let reviewed: BTreeMap<_, _> = sources
        .iter()
        .filter_map(|((name, _), source)| Some((name, (reviews.get(name)?, source))))
        .collect();
    for (platform, _) in PLATFORMS {
        let first = |source: &Source<'_>| {
            let has = |(platform, _): &&(_, _)| source.foreign.platforms.contains(platform);
            PLATFORMS.iter().find(has).is_some_and(|(first, _)| *first == platform)
        };
        let title = if platform == PLATFORMS[0].0 { "Everywhere" } else { platform };
        let _ = write!(page, "\n## {title}\n");
        for (name, (review, source)) in reviewed.iter().filter(|(_, (_, source))| first(source)) {
            section(&mut page, name, review, source);
        }
    }
    let others: Vec<_> = sources
        .keys()
        .filter(|(name, _)| !reviews.contains_key(name))
        .map(|(name, version)| format!("`{name}` {version}"))
        .collect();
    let _ = write!(
        page,
        "\n## Without such code\n\nThe compiler checks all of {}.\n",
        if others.is_empty() { "the others".to_owned() } else { others.join(", ") }
    );
    page
}

fn row(page: &mut String, name: &str, review: &Review) {
    let counts = review.unsafe_code;
    let read = match review.read {
        Read::All => "all",
        Read::UnsafeCode => "unsafe code",
        Read::Part => "part",
        Read::Declarations => "declarations only",
    };
    let _ = writeln!(
        page,
        "| `{name}` | {} | {} | {} | {} | {} | {read} |",
        review.version, counts.blocks, counts.functions, counts.impls, counts.foreign
    );
}

fn section(page: &mut String, name: &str, review: &Review, source: &Source<'_>) {
    let read = match review.read {
        Read::All => "all of it",
        Read::UnsafeCode => "its `unsafe` code that is compiled, with the code around it",
        Read::Part => "the part that is named below",
        Read::Declarations => "no: it declares functions, constants and types of the system",
    };
    let needed_by: Vec<_> =
        source.foreign.needed_by.iter().map(|name| format!("`{name}`")).collect();
    let _ = write!(page, "\n### {name} {}\n\n", review.version);
    let lines = [
        ("Needed by", Some(needed_by.join(", "))),
        ("Source", source.foreign.repository.as_ref().map(|url| format!("<{url}>"))),
        ("Read", Some(read.to_owned())),
        ("Does", Some(review.does.clone())),
        ("Rests on", review.rests_on.clone()),
        ("Input", Some(review.input.clone())),
        ("At build", review.build.clone()),
        ("Note", review.note.clone()),
    ];
    for (label, text) in lines.into_iter().filter_map(|(label, text)| Some((label, text?))) {
        let _ = writeln!(page, "- {label}: {text}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tree::Foreign;
    use super::super::unsafe_code::UnsafeCode;
    use super::*;

    #[test]
    fn page_has_a_row_and_a_section_for_each_review_below_its_first_platform() {
        let reviews = toml::from_str(
            "[a]\nversion = \"1.0.0\"\nunsafe = { blocks = 2 }\nread = \"part\"\ndoes = \"x\"\n\
             input = \"none\"\nnote = \"y\"\n",
        )
        .unwrap();
        let foreign = Foreign {
            platforms: BTreeSet::from(["macOS", "Windows"]),
            needed_by: BTreeSet::from(["b".to_owned()]),
            ..Foreign::default()
        };
        let ids = ["a", "c"].map(|name| (name.to_owned(), "1.0.0".to_owned()));
        let sources = ids
            .iter()
            .map(|id| (id, Source { foreign: &foreign, unsafe_code: UnsafeCode::default() }))
            .collect();
        let page = render(&reviews, &sources);
        assert!(page.contains("| `a` | 1.0.0 | 2 | 0 | 0 | 0 | part |\n"), "{page}");
        let section = "## macOS\n\n### a 1.0.0\n\n- Needed by: `b`\n- Read: the part that is named \
                       below\n- Does: x\n- Input: none\n- Note: y\n\n## Windows\n";
        assert!(page.contains(section), "{page}");
        assert!(page.ends_with("The compiler checks all of `c` 1.0.0.\n"), "{page}");
    }
}
