//! The figures of installations, which the tests of a release write, on the page about installing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::release::Target;
use crate::cross::PROGRAMS;
use crate::run::program;

const PAGE: &str = "docs/install.md";
const END: &str = "<!-- End of the table. -->\n";

/// Returns the file to which tests append figures, after removing those of the last run.
pub(crate) fn file() -> Result<PathBuf> {
    let file = std::path::absolute("target/dist-figures")?;
    if file.exists() {
        std::fs::remove_file(&file).with_context(|| file.display().to_string())?;
    }
    Ok(file)
}

/// Returns the figures in this file, one JSON object in each line.
pub(crate) fn read(file: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Kinds of artifacts, by how their names end.
const KINDS: [(&str, &[&str]); 9] = [
    ("archive", &[".tar.gz", ".zip"]),
    ("container image", &[".oci.tar"]),
    ("Debian package", &[".deb"]),
    ("RPM", &[".rpm"]),
    ("Arch Linux package, made and installed", &["PKGBUILD"]),
    ("formula of Homebrew", &["vestibule.rb"]),
    ("expression of Nix", &["vestibule.nix"]),
    ("npm package of the program", &[".tgz"]),
    ("wheel of the program; on x86-64 Linux with a new virtual environment", &[".whl"]),
];

/// The platforms, as tests name them, with the heads of their columns and their targets.
const PLATFORMS: [(&str, &str, &str); 3] = [
    ("Native", "Linux, x86-64", "x86_64-unknown-linux-musl"),
    ("Arm64", "Linux, arm64 (qemu)", "aarch64-unknown-linux-musl"),
    ("Windows", "Windows, x86-64 (Wine)", "x86_64-pc-windows-gnu"),
];

/// Writes the sizes of programs, and how long each artifact took from its installation to credentials.
pub(super) fn write_artifacts(targets: &[Target], release: &Path, figures: &[Value]) -> Result<()> {
    let heads = PLATFORMS.map(|(_, head, _)| head).join(" | ");
    let head = |first: &str| format!("| {first} | {heads} |\n|---|---:|---:|---:|\n");
    let mut text = format!("{}:\n\n{}", machine()?, head("program"));
    for name in PROGRAMS.map(|program| program.name) {
        let size = |(_, _, triple): (&str, &str, &str)| {
            let target = targets.iter().find(|target| target.triple == triple);
            target.map_or(String::new(), |target| megabytes(target.size(name)))
        };
        let _ = writeln!(text, "| `{name}` | {} |", PLATFORMS.map(size).join(" | "));
    }
    let _ = write!(text, "\n{}", head("file, and seconds to credentials"));
    for (kind, suffixes) in KINDS {
        let cell = |(platform, _, _): (&str, &str, &str)| {
            let artifact = |figure: &Value| figure["artifact"].as_str().map(str::to_owned);
            let figure = figures.iter().find(|figure| {
                figure["platform"] == platform
                    && artifact(figure)
                        .is_some_and(|name| suffixes.iter().any(|suffix| name.ends_with(suffix)))
            });
            figure.map_or(String::new(), |figure| {
                let name = artifact(figure).unwrap_or_default();
                let size = std::fs::metadata(release.join(&name)).map_or(0, |file| file.len());
                let seconds = figure["seconds"].as_f64().unwrap_or_default();
                // A manifest is small; what it installs is the archive.
                let size =
                    if size < 100_000 { String::new() } else { format!("{}, ", megabytes(size)) };
                format!("{size}{seconds:.1} s")
            })
        };
        let _ = writeln!(text, "| {kind} | {} |", PLATFORMS.map(cell).join(" | "));
    }
    write("dist --try --write", &text)
}

/// Writes how long each way of installation took in a clean root.
pub(super) fn write_ways(figures: &[Value]) -> Result<()> {
    let seconds = |figure: &Value, key: &str| figure[key].as_f64().unwrap_or_default();
    let mut figures = figures.to_vec();
    figures.sort_by(|one, other| seconds(one, "processor").total_cmp(&seconds(other, "processor")));
    let mut text = format!(
        "{}:\n\n| with | commands | seconds | of which the processor worked |\n|---|---:|---:|---:|\n",
        machine()?
    );
    for figure in &figures {
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} | {:.1} |",
            figure["way"].as_str().unwrap_or_default(),
            figure["commands"],
            seconds(figure, "seconds"),
            seconds(figure, "processor")
        );
    }
    write("newcomers --write", &text)
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
}

/// Says when and on what the figures were measured.
fn machine() -> Result<String> {
    let date = program("date").args(["-u", "+%F"]).read()?;
    let cores = std::thread::available_parallelism()?;
    let processors = std::fs::read_to_string("/proc/cpuinfo").context("/proc/cpuinfo")?;
    let model =
        processors.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let load = std::fs::read_to_string("/proc/loadavg").context("/proc/loadavg")?;
    Ok(format!(
        "On {date}, on {cores} cores ({}), at a load of {}",
        model.unwrap_or("an unknown processor"),
        load.split(' ').next().unwrap_or_default()
    ))
}

/// Replaces the text that a command generates on the page.
fn write(command: &str, text: &str) -> Result<()> {
    let page = std::fs::read_to_string(PAGE).context(PAGE)?;
    let new =
        replace(&page, command, text).with_context(|| format!("{PAGE}: nothing by {command}"))?;
    std::fs::write(PAGE, new).context(PAGE)
}

fn replace(page: &str, command: &str, text: &str) -> Option<String> {
    let start = format!("<!-- Generated by `cargo xtask {command}`. -->\n");
    let (before, rest) = page.split_once(&start)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{start}{text}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_of_the_command_is_replaced() {
        let part = |command: &str, text: &str| {
            format!("<!-- Generated by `cargo xtask {command}`. -->\n{text}{END}")
        };
        let page = format!("a\n{}b\n{}c\n", part("one", "old\n"), part("two", "old\n"));
        let expected = format!("a\n{}b\n{}c\n", part("one", "old\n"), part("two", "new\n"));
        assert_eq!(replace(&page, "two", "new\n"), Some(expected));
        assert_eq!(replace(&page, "three", "new\n"), None);
    }

    #[test]
    fn megabytes_have_two_decimals() {
        assert_eq!(megabytes(3_895_000), "3.89 MB");
        assert_eq!(megabytes(1_005_000), "1.00 MB");
    }
}
