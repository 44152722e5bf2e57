use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use vestibule_console_login::DpopKey;
use vestibule_sso::{ConsoleSession, ConsoleSessions, Error};
use vestibule_types::{Region, Timestamp};
use vestibule_wire::{EndpointParams, Request};
use vestibule_world::{
    Files as _, TransportError, TransportErrorKind, World, WriteMode, block_on, memory,
};

use crate::support::spell;

const OLD: &str = "OLD";
const NEW: &str = "NEW";
const ARN: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
const FOLDER: &str = "/home/.aws/login/cache";
const FILE: &str = "/home/.aws/login/cache/\
                    4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";

/// Returns a file whose credentials have so many seconds left when the tests begin.
fn file(left: i64) -> Value {
    let now = memory::world().clock.now();
    let ends = Timestamp::from_unix(now.unix_seconds() + left, 0).unwrap();
    json!({
        "accessToken": {
            "accessKeyId": OLD, "secretAccessKey": "secret", "sessionToken": "session",
            "accountId": "012345678910", "expiresAt": ends.to_string()
        },
        "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "old-refresh",
        "dpopKey": DpopKey::from_random(&[7; 32]).to_pem().as_str(), "other": 1.50
    })
}

/// A machine with a file and a service.
struct TestEnv {
    world: World,
    files: memory::Files,
    clock: memory::Clock,
    requests: Arc<AtomicU32>,
    sessions: ConsoleSessions,
    session: ConsoleSession,
}

impl TestEnv {
    /// Responds with this status, or not at all.
    fn new(file: &Value, status: Option<u16>) -> Self {
        Self::responding(file, move |request| {
            let host = request.uri().host().unwrap().to_owned();
            let status = status.ok_or_else(|| TransportError::new(TransportErrorKind::Lost, host));
            status.map(|status| (status, Value::Null))
        })
    }

    fn responding(
        file: &Value,
        respond: impl Fn(&Request) -> Result<(u16, Value), TransportError> + Send + Sync + 'static,
    ) -> Self {
        let requests = Arc::new(AtomicU32::new(0));
        let counter = requests.clone();
        let transport = memory::Transport::new(move |request| {
            counter.fetch_add(1, Ordering::Relaxed);
            let (status, body) = respond(&request)?;
            let body = if status == 200 { tokens() } else { body };
            let response = http::Response::builder().status(status);
            Ok(response.body(Bytes::from(body.to_string())).unwrap())
        });
        let files = memory::Files::default().with(FILE, file.to_string());
        let clock = memory::Clock::default();
        let world = World {
            files: Arc::new(files.clone()),
            clock: Arc::new(clock.clone()),
            transport: Arc::new(transport),
            ..memory::world()
        };
        let sessions = ConsoleSessions::at_home(&world.vars, world.platform);
        let params = EndpointParams::new(Region::new("us-east-2").unwrap());
        let session = ConsoleSession::new(ARN, params);
        Self { world, files, clock, requests, sessions, session }
    }

    /// Returns the id of the key, or the error.
    fn key(&self) -> Result<String, Error> {
        let credentials = block_on(self.sessions.credentials(&self.world, &self.session));
        credentials.map(|credentials| credentials.access_key_id().to_owned())
    }

    fn state(&self) -> &'static str {
        block_on(self.sessions.status(&self.world, &self.session)).state.unwrap().as_str()
    }

    fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    fn stored(&self) -> Value {
        serde_json::from_slice(&self.files.read(Path::new(FILE)).unwrap()).unwrap()
    }
}

fn tokens() -> Value {
    json!({
        "accessToken": {"accessKeyId": NEW, "secretAccessKey": "s", "sessionToken": "t"},
        "expiresIn": 900, "refreshToken": "new-refresh"
    })
}

#[test]
fn credentials_are_refreshed_within_five_minutes_of_their_expiration() {
    for (left, status, expected, requests) in [
        (301, Some(200), OLD, 0),
        (300, Some(200), NEW, 1),
        (-1, Some(200), NEW, 1),
        // Any failure but a denial leaves unexpired credentials in use.
        (300, Some(400), OLD, 1),
        (300, Some(500), OLD, 3),
        (300, None, OLD, 3),
    ] {
        let env = TestEnv::new(&file(left), status);
        assert_eq!(env.key().unwrap(), expected, "{left} {status:?}");
        assert_eq!(env.requests(), requests, "{left} {status:?}");
    }
}

#[test]
fn expired_or_denied_credentials_need_a_sign_in_or_a_retry() {
    for (left, status, code, expected) in [
        (-1, Some(400), "INVALID_REQUEST", "sign in"),
        (-1, Some(401), "TOKEN_EXPIRED", "sign in"),
        (-1, Some(500), "server_error", "transient"),
        (-1, None, "", "transient"),
        (300, Some(401), "TOKEN_EXPIRED", "sign in"),
        (300, Some(403), "INSUFFICIENT_PERMISSIONS", "permanent"),
    ] {
        let env = TestEnv::responding(&file(left), move |_| match status {
            Some(status) => Ok((status, json!({"error": code}))),
            None => Err(TransportError::new(TransportErrorKind::Lost, "host")),
        });
        let error = env.key().unwrap_err();
        let found = match &error {
            Error::SignInNeeded(_) => "sign in",
            Error::CannotRefresh { is_transient: true, .. } => "transient",
            _ => "permanent",
        };
        assert_eq!(found, expected, "{status:?}: {}", spell(&error));
        assert!(error.to_string().contains(&format!("console session \"{ARN}\"")), "{error}");
        assert_eq!(env.stored(), file(left));
        if expected == "sign in" {
            assert_eq!(env.state(), "expired");
            let requests = env.requests();
            env.key().unwrap_err();
            assert_eq!(env.requests(), requests, "the refusal is remembered");
        }
    }
}

#[test]
fn refresh_of_credentials_that_expired_years_ago_is_decided_by_the_service() {
    let years_ago = file(-6 * 365 * 24 * 3600);
    let env = TestEnv::new(&years_ago, Some(200));
    assert_eq!(env.state(), "refreshable");
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (NEW, 1));

    let env = TestEnv::new(&years_ago, Some(400));
    assert!(env.key().unwrap_err().needs_sign_in());
    assert_eq!((env.state(), env.requests()), ("expired", 1));
}

#[test]
fn missing_or_corrupt_file_needs_a_sign_in() {
    let env = TestEnv::new(&json!({"accessToken": {}}), Some(200));
    let text = env.key().unwrap_err().to_string();
    assert!(text.contains("the cached token is corrupt"), "{text}");
    env.files.remove(Path::new(FILE)).unwrap();
    let expected = format!("You are not signed in to console session \"{ARN}\".");
    assert_eq!(env.key().unwrap_err().to_string(), expected);
    assert_eq!(env.requests(), 0);
}

#[test]
fn refreshed_file_keeps_members_of_other_tools() {
    let env = TestEnv::new(&file(0), Some(200));
    assert_eq!(env.key().unwrap(), NEW);
    let mut expected = file(900);
    expected["accessToken"]["accessKeyId"] = json!(NEW);
    expected["accessToken"]["secretAccessKey"] = json!("s");
    expected["accessToken"]["sessionToken"] = json!("t");
    expected["refreshToken"] = json!("new-refresh");
    assert_eq!(env.stored(), expected);
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (NEW, 1));
}

#[test]
fn region_of_the_login_takes_precedence_over_that_of_the_profile() {
    for (region, host) in [(json!(null), "us-east-2"), (json!("eu-west-1"), "eu-west-1")] {
        let mut file = file(0);
        file["signInRegion"] = region;
        let env = TestEnv::responding(&file, move |request| {
            assert_eq!(
                *request.uri(),
                format!("https://{host}.signin.aws.amazon.com/v1/token").as_str()
            );
            assert!(request.headers().contains_key("dpop"));
            Ok((200, Value::Null))
        });
        assert_eq!(env.key().unwrap(), NEW);
    }
}

#[test]
fn failed_refresh_is_not_repeated_for_thirty_seconds() {
    let env = TestEnv::new(&file(200), Some(500));
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (OLD, 3));
    env.clock.advance(Duration::from_secs(20));
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (OLD, 3));
    env.clock.advance(Duration::from_secs(10));
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (OLD, 6));
    env.clock.advance(Duration::from_secs(170));
    env.key().unwrap_err();
}

#[test]
fn credentials_that_cannot_be_stored_are_kept_in_memory() {
    let env = TestEnv::new(&file(0), Some(200));
    env.files.freeze();
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (NEW, 1));
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (NEW, 1));
    assert_eq!(env.stored(), file(0));
}

#[test]
fn credentials_of_a_tool_without_locks_are_waited_for_after_a_refusal() {
    let files = Arc::new(Mutex::new(None::<memory::Files>));
    let theirs = files.clone();
    let env = TestEnv::responding(&file(0), move |_| {
        let files = theirs.lock().unwrap().clone().unwrap();
        let mut file = file(900);
        file["accessToken"]["secretAccessKey"] = json!("theirs");
        files.replace(Path::new(FILE), file.to_string().as_bytes(), WriteMode::Durable).unwrap();
        Ok((400, Value::Null))
    });
    *files.lock().unwrap() = Some(env.files.clone());
    assert_eq!(env.key().unwrap(), OLD);
    assert_eq!(env.state(), "valid");
}

#[test]
fn signed_out_credentials_are_removed_with_their_record() {
    let env = TestEnv::new(&file(200), Some(400));
    assert_eq!((env.key().unwrap().as_str(), env.requests()), (OLD, 1));
    for was_signed_in in [true, false] {
        let removed = block_on(env.sessions.sign_out(&env.world, &env.session)).unwrap();
        assert_eq!(removed, was_signed_in);
        assert_eq!(env.state(), "never");
    }
    assert!(env.files.list(Path::new(FOLDER)).unwrap().is_empty());
}

#[test]
fn sign_out_of_others_removes_the_logins_that_no_profile_has() {
    let env = TestEnv::new(&file(200), Some(200));
    let login = file(200).to_string();
    let hash = |digit: &str| format!("{FOLDER}/{}", digit.repeat(64));
    let (other, record) = (hash("a") + ".json", hash("a") + ".session");
    // Files of other tools, and files that are no logins.
    let kept = [
        (format!("{FOLDER}/{}.json", "a".repeat(40)), login.as_str()),
        (hash("x") + ".json", &login),
        (hash("b") + ".bak", &login),
        (hash("b") + ".json", "{}"),
        (hash("c") + ".json", "{"),
        (FILE.to_owned(), &login),
    ];
    for (path, contents) in kept.iter().cloned().chain([(other.clone(), &*login), (record, "{}")]) {
        env.files.replace(Path::new(&path), contents.as_bytes(), WriteMode::Durable).unwrap();
    }
    let removed = block_on(env.sessions.sign_out_of_others(&env.world, &[ARN])).unwrap();
    assert_eq!(removed, [other]);
    let mut expected: Vec<_> = kept.iter().map(|(path, _)| PathBuf::from(path)).collect();
    expected.sort();
    assert_eq!(env.files.list(Path::new(FOLDER)).unwrap(), expected);
}

#[test]
fn debug_shows_no_secret() {
    let env = TestEnv::new(&file(0), Some(200));
    env.files.freeze();
    env.key().unwrap();
    let shown = format!("{:?} {:?}", env.sessions, env.session);
    assert!(shown.contains(ARN) && !shown.contains("new-refresh"), "{shown}");
}
