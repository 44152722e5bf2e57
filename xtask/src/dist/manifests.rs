//! Manifests of package managers, which download the archives of a release.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::release::{Artifact, Release, sha256};

const FOLDER: &str = "packaging/manifests";

/// Fills in each manifest of `packaging/manifests` whose artifacts are in this release.
///
/// `{url NAME}` and `{sha256 NAME}` stand for an artifact; lines between `{if NAME}` and `{end}` are
/// for releases that have it, and those between `{unless NAME}` and `{end}` for others.
pub(super) fn manifests(release: &Release, artifacts: &[Artifact]) -> Result<Vec<Artifact>> {
    let digests: BTreeMap<_, _> = artifacts
        .iter()
        .map(|artifact| (artifact.name.as_str(), sha256(&artifact.bytes)))
        .collect();
    let mut filled = Vec::new();
    let mut files = std::fs::read_dir(FOLDER)
        .with_context(|| FOLDER.to_owned())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    for path in files {
        let template =
            std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let template = without_missing(&digests, &release.fill(&template));
        if template.trim().is_empty() {
            continue;
        }
        match fill(release, &digests, &template) {
            Ok(text) => filled.push(Artifact { name, bytes: text.into_bytes() }),
            Err(missing) => println!("{name}: left out, since this release has no {missing}"),
        }
    }
    Ok(filled)
}

/// Leaves the lines out whose `{if NAME}` names no artifact of this release, and those whose
/// `{unless NAME}` names one.
fn without_missing(digests: &BTreeMap<&str, String>, template: &str) -> String {
    let mut conditions = Vec::new();
    let mut text = String::new();
    for line in template.split_inclusive('\n') {
        let word = line.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match word.and_then(|word| word.split_once(' ').or((word == "end").then_some((word, "")))) {
            Some(("if", name)) => conditions.push(digests.contains_key(name)),
            Some(("unless", name)) => conditions.push(!digests.contains_key(name)),
            Some(("end", _)) => drop(conditions.pop()),
            _ if conditions.iter().all(|holds| *holds) => text.push_str(line),
            _ => {}
        }
    }
    text
}

/// Returns the text, or the name of the artifact that is missing.
fn fill(
    release: &Release,
    digests: &BTreeMap<&str, String>,
    template: &str,
) -> std::result::Result<String, String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = split_at_placeholder(rest) {
        text.push_str(before);
        let (kind, name, after) = after;
        let digest = digests.get(name).ok_or_else(|| name.to_owned())?;
        text.push_str(&match kind {
            "url" => release.url(name),
            "SHA256" => digest.to_uppercase(),
            _ => digest.clone(),
        });
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// The text before the next placeholder; then its kind, its artifact, and the text after it.
type Split<'a> = (&'a str, (&'a str, &'a str, &'a str));

fn split_at_placeholder(text: &str) -> Option<Split<'_>> {
    ["{url ", "{sha256 ", "{SHA256 "]
        .iter()
        .filter_map(|open| {
            let (before, rest) = text.split_once(open)?;
            let (name, after) = rest.split_once('}')?;
            Some((before, (open.trim_matches(['{', ' ']), name, after)))
        })
        .min_by_key(|(before, _)| before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release() -> Release {
        Release {
            version: "1.2.3".into(),
            repository: "https://example.com/v".into(),
            commit: String::new(),
            time: 0,
            rfc3339: String::new(),
            rfc2822: String::new(),
        }
    }

    #[test]
    fn artifact_gets_its_url_and_digest() {
        let digests = BTreeMap::from([("a.zip", "0f".to_owned())]);
        let filled = fill(&release(), &digests, "{url a.zip} {sha256 a.zip} {SHA256 a.zip} {x}\n");
        assert_eq!(
            filled.unwrap(),
            "https://example.com/v/releases/download/v1.2.3/a.zip 0f 0F {x}\n"
        );
    }

    #[test]
    fn lines_for_a_missing_artifact_are_left_out() {
        let digests = BTreeMap::from([("a.zip", "0f".to_owned())]);
        let template = "1\n  {if a.zip}\n  2\n  {end}\n{if b.zip}\n3\n{end}\n4\n";
        assert_eq!(without_missing(&digests, template), "1\n  2\n4\n");
    }

    #[test]
    fn conditions_within_conditions_hold_together() {
        let digests = BTreeMap::from([("a.zip", "0f".to_owned())]);
        let template = "{unless b.zip}\n1\n{if a.zip}\n2\n{end}\n{if b.zip}\n3\n{end}\n{end}\n{unless a.zip}\n4\n{if a.zip}\n5\n{end}\n{end}\n6\n";
        assert_eq!(without_missing(&digests, template), "1\n2\n6\n");
    }

    #[test]
    fn missing_artifact_is_named() {
        assert_eq!(fill(&release(), &BTreeMap::new(), "{url b.zip}").unwrap_err(), "b.zip");
    }
}
