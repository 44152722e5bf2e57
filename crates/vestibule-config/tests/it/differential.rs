//! Inputs that the SDKs read differently, and what this project decided.

use serde_json::{Value as Json, json};
use vestibule_config::SectionKind;

use crate::suites;
use crate::view::{Files, nested};

#[test]
fn differential_suite() {
    let Some(suite) = suites::json("config-differential.json") else { return };
    let cases = suite["cases"].as_array().expect("a list of cases");
    let failures: Vec<_> = cases.iter().filter_map(|case| check(case).err()).collect();
    suites::conclude("config-differential", cases.len(), &failures);
}

fn check(case: &Json) -> Result<(), String> {
    let files = Files::parse(bytes(&case["config"]), bytes(&case["credentials"]));
    let expected = &case["follow"]["expected"];
    let got = if let Err((file, error)) = files.strict() {
        json!({ "error": error.kind().id(), "file": file, "line": error.line() })
    } else {
        let mut got = json!({
            "profiles": files.sections(SectionKind::Profile, nested),
            "sso_sessions": files.sections(SectionKind::SsoSession, nested),
        });
        if expected.get("services").is_some() {
            got["services"] = files.sections(SectionKind::Services, nested);
        }
        got
    };
    if &abridged(got.clone()) == expected {
        Ok(())
    } else {
        Err(format!("{}: {}\nexpected {expected}\ngot {got}", case["id"], case["note"]))
    }
}

/// A text, raw bytes, a text in pieces, or no file.
fn bytes(input: &Json) -> Vec<u8> {
    match input {
        Json::String(text) => text.clone().into(),
        Json::Array(pieces) => pieces.iter().flat_map(bytes).collect(),
        Json::Object(_) if input["base64"].is_string() => base64(&input["base64"]),
        Json::Object(_) if input["concat"].is_array() => bytes(&input["concat"]),
        Json::Object(_) => {
            let count = input["count"].as_u64().and_then(|count| usize::try_from(count).ok());
            bytes(&input["repeat"]).repeat(count.expect("a number of repetitions"))
        }
        _ => Vec::new(),
    }
}

fn base64(text: &Json) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.as_str().unwrap_or_default().trim_end_matches('=').bytes();
    let sextets: Vec<_> = digits
        .map(|digit| DIGITS.iter().position(|&known| known == digit).expect("a base64 digit"))
        .collect();
    let group = |group: &[usize]| {
        let bits =
            group.iter().fold(0, |bits, sextet| bits << 6 | sextet) << (6 * (4 - group.len()));
        u32::try_from(bits).expect("24 bits").to_be_bytes()[1..group.len()].to_vec()
    };
    sextets.chunks(4).flat_map(group).collect()
}

/// The suite writes very long values as `<x repeated 100000 times>`.
fn abridged(value: Json) -> Json {
    match value {
        Json::String(text) if 1000 < text.len() => {
            let first = text.chars().next().unwrap_or_default();
            let same = text.chars().all(|char| char == first);
            if same {
                format!("<{first} repeated {} times>", text.len()).into()
            } else {
                text.into()
            }
        }
        Json::Object(map) => map.into_iter().map(|(key, value)| (key, abridged(value))).collect(),
        other => other,
    }
}
