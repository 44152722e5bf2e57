//! Files of other versions. `tests/artifacts/VERSION` has what a version wrote, and stays as it was.
//!
//! This version reads the files of every version, and every version reads the files of this one: it
//! writes no member that they do not know, and they skip members that later versions add.

#![expect(clippy::disallowed_methods, reason = "the kept files are in the repository")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use vestibule::world::{Files as _, World, memory};
use vestibule::{ErrorKind, Flow, Session, SessionState, SignInOptions, Timestamp};
use vestibule_emulator::Emulator;
use vestibule_test_env::{AutoApprover, CONFIG};

/// Set it to a value to write the files of this version.
const WRITE: &str = "VESTIBULE_WRITE_ARTIFACTS";

/// Members that were added after a version, with the file and why that version skips them.
const ADDED_SINCE: [(&str, &str, &str); 0] = [];

const HOME: &str = "/home/.aws";
const TOKEN: &str = "sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";
const RECORD: &str = "sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.session";
const FOLDERS: [&str; 2] = ["sso/cache", "cli/cache"];

#[test]
fn signed_in_files_of_every_version_give_credentials_and_are_refreshed() {
    for version in versions() {
        let stored = read(&version.join("signed-in"));
        let token: Value = serde_json::from_slice(contents(&stored, TOKEN)).unwrap();
        let expected = token.clone();
        let transport = memory::Transport::new(move |request| {
            let response = match request.uri().path() {
                "/token" => {
                    let body: Value = serde_json::from_slice(request.body()).unwrap();
                    for member in ["refreshToken", "clientId", "clientSecret"] {
                        assert_eq!(body[member], expected[member], "{member}");
                    }
                    json!({"accessToken": "new", "refreshToken": "newer", "expiresIn": 3600})
                }
                _ => json!({"roleCredentials": {
                    "accessKeyId": "ASIANEW", "secretAccessKey": "s", "sessionToken": "t",
                    "expiration": 1_767_232_800_000_u64,
                }}),
            };
            Ok(http::Response::new(response.to_string().into()))
        });
        let clock = memory::Clock::new("2026-01-01T00:05:00Z".parse().unwrap());
        let files = memory_files(&stored);
        let world = World {
            files: Arc::new(files.clone()),
            transport: Arc::new(transport),
            clock: Arc::new(clock.clone()),
            ..memory::world()
        };
        let load = || {
            let builder = Session::builder().world(world.clone()).share_role_credentials(true);
            builder.load_blocking().unwrap()
        };
        let session = load();
        check_signed_in(&session);

        // Those of the file, without a request.
        let credentials = session.blocking().credentials().unwrap();
        assert!(contents_with(&stored, credentials.access_key_id()), "{version:?}");

        clock.advance(Duration::from_secs(3600));
        let credentials = load().blocking().credentials().unwrap();
        assert_eq!(credentials.access_key_id(), "ASIANEW");
        let refreshed = files.read(&Path::new(HOME).join(TOKEN)).unwrap();
        let refreshed: Value = serde_json::from_slice(&refreshed).unwrap();
        assert_eq!(refreshed["refreshToken"], "newer");
        assert_eq!(refreshed["startUrl"], token["startUrl"]);
    }
}

#[test]
fn refused_refresh_of_every_version_needs_a_sign_in_without_a_request() {
    for version in versions() {
        let world = World {
            files: Arc::new(memory_files(&read(&version.join("refused")))),
            transport: Arc::new(memory::Transport::unreachable()),
            clock: Arc::new(memory::Clock::new("2026-01-01T09:00:01Z".parse().unwrap())),
            ..memory::world()
        };
        let session = Session::builder().world(world).load_blocking().unwrap();
        let error = session.blocking().credentials().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInNeeded, "{error}");
    }
}

#[test]
fn written_members_are_known_to_every_version() {
    let written = written();
    let this_version = artifacts().join(env!("CARGO_PKG_VERSION"));
    if std::env::var_os(WRITE).is_some() {
        for (path, contents) in &written {
            let path = this_version.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, contents).unwrap();
        }
    }
    assert!(this_version.is_dir(), "{} is missing: see RELEASING.md", this_version.display());
    for version in versions() {
        for (path, contents) in &written {
            let Ok(stored) = std::fs::read(version.join(path)) else {
                panic!("{} is missing: the name of the file has changed", path.display());
            };
            let unknown = &members(contents) - &members(&stored);
            let unknown: Vec<_> = unknown
                .iter()
                .filter(|member| {
                    !ADDED_SINCE
                        .iter()
                        .any(|(file, added, _)| path.ends_with(file) && added == member)
                })
                .collect();
            assert!(unknown.is_empty(), "{version:?} does not know {unknown:?} of {path:?}");
        }
    }
}

/// Later versions may add members to any file.
#[test]
fn members_of_later_versions_are_skipped() {
    let this_version = artifacts().join(env!("CARGO_PKG_VERSION"));
    let extended: Vec<_> = read(&this_version.join("signed-in"))
        .into_iter()
        .map(|(path, contents)| match serde_json::from_slice::<Value>(&contents) {
            Ok(Value::Object(mut members)) => {
                members.insert("ofLaterVersions".to_owned(), json!({"a": [1]}));
                (path, Value::from(members).to_string().into_bytes())
            }
            _ => (path, contents),
        })
        .collect();
    let world = World {
        files: Arc::new(memory_files(&extended)),
        clock: Arc::new(memory::Clock::new("2026-01-01T00:05:00Z".parse().unwrap())),
        ..memory::world()
    };
    let builder = Session::builder().world(world).share_role_credentials(true);
    let session = builder.load_blocking().unwrap();
    check_signed_in(&session);
    session.blocking().credentials().unwrap();
}

/// Checks that the token is valid, and that it can be refreshed.
fn check_signed_in(session: &Session) {
    let status = session.configuration().identity_center().unwrap().blocking().status();
    let is_valid = matches!(status.state, Ok(SessionState::Valid { refresh: Ok(()), .. }));
    assert!(is_valid, "{status:?}");
}

type Stored = Vec<(PathBuf, Vec<u8>)>;

/// Returns the files that this version writes, after a sign-in and after a refused refresh.
fn written() -> Stored {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let emulator = Emulator::builder().starting_at(start).build();
    let files = memory::Files::default().with(format!("{HOME}/config"), CONFIG);
    let world = World {
        files: Arc::new(files.clone()),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    };
    let builder = Session::builder().world(world).share_role_credentials(true);
    let session = builder.load_blocking().unwrap();
    let center = session.configuration().identity_center().unwrap();
    let approver = AutoApprover::new(&emulator);
    center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &approver).unwrap();
    session.forget();
    session.blocking().credentials().unwrap();
    let mut written = collect(&files, "signed-in");

    emulator.clock().advance(Duration::from_secs(9 * 3600));
    session.forget();
    session.blocking().credentials().unwrap_err();
    written.extend(collect(&files, "refused"));
    written
}

fn collect(files: &memory::Files, scenario: &str) -> Stored {
    let mut collected = vec![(Path::new(scenario).join("config"), CONFIG.as_bytes().to_vec())];
    for folder in FOLDERS {
        for path in files.list(&Path::new(HOME).join(folder)).unwrap() {
            let contents = files.read(&path).unwrap().to_vec();
            if !contents.is_empty() {
                collected
                    .push((Path::new(scenario).join(path.strip_prefix(HOME).unwrap()), contents));
            }
        }
    }
    assert!(collected.iter().any(|(path, _)| path.ends_with(RECORD)), "{scenario}: no record");
    collected
}

fn artifacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/artifacts")
}

fn versions() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(artifacts()).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Returns the files below this folder, with their paths in it.
fn read(folder: &Path) -> Stored {
    let mut stored = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let contents = std::fs::read(&path).unwrap();
                stored.push((path.strip_prefix(folder).unwrap().to_owned(), contents));
            }
        }
    }
    stored
}

fn memory_files(stored: &Stored) -> memory::Files {
    stored.iter().fold(memory::Files::default(), |files, (path, contents)| {
        files.with(Path::new(HOME).join(path), contents.clone())
    })
}

fn contents<'a>(stored: &'a Stored, path: &str) -> &'a [u8] {
    &stored.iter().find(|(other, _)| other == Path::new(path)).unwrap().1
}

/// Whether a file contains this text.
fn contents_with(stored: &Stored, text: &str) -> bool {
    stored.iter().any(|(_, contents)| String::from_utf8_lossy(contents).contains(text))
}

/// Returns the members of a JSON file, each with the type of its value.
fn members(contents: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(value) = serde_json::from_slice(contents) {
        add_members("", &value, &mut found);
    }
    found
}

fn add_members(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                add_members(&format!("{prefix}.{name}"), value, found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                add_members(&format!("{prefix}[]"), element, found);
            }
        }
        Value::Null => drop(found.insert(format!("{prefix}: null"))),
        Value::Bool(_) => drop(found.insert(format!("{prefix}: boolean"))),
        Value::Number(_) => drop(found.insert(format!("{prefix}: number"))),
        Value::String(_) => drop(found.insert(format!("{prefix}: string"))),
    }
}
