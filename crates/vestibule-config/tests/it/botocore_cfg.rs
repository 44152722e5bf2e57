//! The config files of botocore's unit tests, and how botocore reads them.

use serde_json::{Map, Value as Json};
use vestibule_config::SectionKind;

use crate::suites;
use crate::view::{Files, nested};

#[test]
fn files_of_botocore() {
    let Some(expected) = suites::json("botocore-cfg/expected.json") else { return };
    let files = expected.as_object().expect("a map of files");
    let failures: Vec<_> =
        files.iter().filter_map(|(file, expected)| check(file, expected).err()).collect();
    suites::conclude("botocore-cfg", files.len(), &failures);
}

fn check(file: &str, expected: &Json) -> Result<(), String> {
    let text =
        suites::bytes(&format!("botocore-cfg/{file}")).ok_or(format!("{file} is missing"))?;
    let files = Files::parse(text, Vec::new());
    match (files.strict(), expected["error"].is_string()) {
        (Err(_), true) => return Ok(()),
        (Err((_, error)), false) => return Err(format!("{file}: {error}")),
        (Ok(()), true) => return Err(format!("{file}: no error, but {expected}")),
        (Ok(()), false) => {}
    }
    let whats = expected.as_object().expect("a map of what is in the file").keys();
    let got: Json = whats.map(|what| (what.clone(), view(&files, what))).collect();
    if &got == expected { Ok(()) } else { Err(format!("{file}\nexpected {expected}\ngot {got}")) }
}

/// One of the things the suite states about a file.
fn view(files: &Files, what: &str) -> Json {
    match what {
        "services" => files.sections(SectionKind::Services, nested),
        "sso_sessions" => files.sections(SectionKind::SsoSession, nested),
        "profiles" => profiles(files).into_iter().map(|(name, _)| name).collect(),
        _ => profiles(files)
            .into_iter()
            .filter_map(|(name, keys)| Some((name, blocks(keys)?)))
            .collect(),
    }
}

fn profiles(files: &Files) -> Map<String, Json> {
    files.sections(SectionKind::Profile, nested).as_object().cloned().unwrap_or_default()
}

/// The keys of a profile that are blocks, if there are any.
fn blocks(keys: Json) -> Option<Json> {
    let Json::Object(keys) = keys else { return None };
    let blocks: Map<_, _> = keys.into_iter().filter(|(_, value)| value.is_object()).collect();
    (!blocks.is_empty()).then(|| blocks.into())
}
