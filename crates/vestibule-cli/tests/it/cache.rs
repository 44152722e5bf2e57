//! `cache`: lists, verifies and repairs the files that all AWS tools share.

use std::fs;

use crate::support::{Output, TestEnv};

#[test]
fn cache_list_names_each_file_without_its_secrets() {
    let env = TestEnv::signed_in();
    env.run(["export-credentials"]).succeeded();
    let files = env.run(["cache", "list", "--json"]).succeeded().json();
    let kind = |kind: &str| {
        let mut files = files.as_array().unwrap().iter();
        files.find(|file| file["kind"] == kind).unwrap_or_else(|| panic!("{files:?}")).clone()
    };
    let token = kind("access token");
    assert_eq!(token["file"], env.token_file().display().to_string());
    assert_eq!(token["ssoSession"], "my-sso");
    assert_eq!(token["writtenBy"], "AWS CLI or vestibule");
    assert_eq!(token["state"], "valid");
    assert!(token["expiresAt"].is_string());
    assert_eq!(kind("role credentials")["state"], "valid");
    let table = env.run(["cache", "list"]);
    assert!(table.succeeded().stdout.contains("access token"), "{table:?}");
    env.run(["cache", "verify"]).succeeded();
}

#[test]
fn cache_repair_keeps_the_first_object_and_a_backup() {
    let env = TestEnv::signed_in();
    let path = env.token_file();
    let token = fs::read_to_string(&path).unwrap();
    // Two tools without a lock: the shorter text over the longer one.
    let torn = format!("{token}2026-01-01T00:00:00Z\"}}");
    fs::write(&path, &torn).unwrap();
    env.run(["cache", "verify"]).exits_with(1).stderr_contains("hint: vestibule cache repair\n");
    env.run(["cache", "repair", "--dry-run"]).succeeded().stderr_contains("Would repair ");
    assert_eq!(fs::read_to_string(&path).unwrap(), torn);
    env.run(["cache", "repair"]).succeeded().stderr_contains("Repaired ");
    assert_eq!(fs::read_to_string(&path).unwrap(), token);
    let backup = path.with_extension("corrupt");
    assert_eq!(fs::read_to_string(&backup).unwrap(), torn);
    env.run(["whoami"]).succeeded();
    env.run(["cache", "repair"]).succeeded().stderr_contains("No file is corrupt.\n");
    fs::remove_file(backup).unwrap();
}

#[test]
fn cache_repair_of_a_truncated_file_changes_nothing() {
    let env = TestEnv::signed_in();
    let path = env.token_file();
    let token = fs::read_to_string(&path).unwrap();
    let truncated = &token[..token.len() / 2];
    fs::write(&path, truncated).unwrap();
    env.run(["cache", "repair"])
        .exits_with(1)
        .stderr_contains("has no complete object; vestibule doctor --fix removes it\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), truncated);
    env.run(["cache", "verify"]).exits_with(1).stderr_contains("hint: vestibule doctor --fix\n");
}

#[test]
fn cache_and_doctor_use_the_token_folder_of_the_environment() {
    let env = TestEnv::new();
    let folder = env.path("tokens");
    let run = |args: &[&str]| -> Output {
        env.vestibule(args).env("VESTIBULE_TOKEN_FOLDER", &folder).run()
    };
    run(&["login"]).succeeded();
    let files = run(&["cache", "list", "--json"]).succeeded().json();
    let token = files.as_array().unwrap().iter().find(|file| file["kind"] == "access token");
    let path = std::path::PathBuf::from(token.unwrap()["file"].as_str().unwrap());
    assert!(path.starts_with(&folder), "{files}");
    assert_eq!(token.unwrap()["ssoSession"], "my-sso");

    let token = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{token}}}")).unwrap();
    let doctor = run(&["doctor"]);
    assert!(doctor.exits_with(4).stdout.contains("~/tokens"), "{doctor:?}");
    run(&["cache", "verify"]).exits_with(1);
    run(&["cache", "repair"]).succeeded().stderr_contains("Repaired ");
    assert_eq!(fs::read_to_string(&path).unwrap(), token);
    run(&["cache", "verify"]).succeeded();
    assert_eq!(
        env.run(["cache", "list", "--json"]).succeeded().json().as_array().unwrap().len(),
        0
    );
}
