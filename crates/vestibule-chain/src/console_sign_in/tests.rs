use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde_json::{Value, json};
use vestibule_console_login::DpopKey;
use vestibule_types::Region;
use vestibule_wire::Request;
use vestibule_world::{Files as _, TransportError, TransportErrorKind, block_on, memory};

use super::*;

const OLD: &str = "OLD";
const NEW: &str = "NEW";
const ARN: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
const FILE: &str = "/home/.aws/login/cache/\
                    4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";

/// A file whose credentials have so many seconds left when the tests begin.
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
struct Machine {
    world: World,
    files: memory::Files,
    clock: memory::Clock,
    asked: Arc<AtomicU32>,
    provider: ConsoleSignIn,
}

impl Machine {
    /// Answers with this status, or not at all.
    fn new(file: &Value, status: Option<u16>) -> Self {
        Self::answering(file, move |request| {
            let host = request.uri().host().unwrap().to_owned();
            let status = status.ok_or_else(|| TransportError::new(TransportErrorKind::Lost, host));
            status.map(|status| (status, Value::Null))
        })
    }

    fn answering(
        file: &Value,
        answer: impl Fn(&Request) -> Result<(u16, Value), TransportError> + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = asked.clone();
        let transport = memory::Transport::new(move |request| {
            counter.fetch_add(1, Ordering::Relaxed);
            let (status, body) = answer(&request)?;
            let body = if status == 200 { next() } else { body };
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
        let params = EndpointParams::new(Region::new("us-east-2").unwrap());
        Self { world, files, clock, asked, provider: ConsoleSignIn::new(ARN, params) }
    }

    /// The id of the key, or the kind and text of the error.
    fn provide(&self) -> Result<String, (ProvideErrorKind, String)> {
        match block_on(self.provider.provide(&self.world)) {
            Ok(Answer::Credentials(keys)) => Ok(keys.access_key_id().to_owned()),
            Ok(Answer::NotConfigured(reason)) => panic!("{reason}"),
            Err(error) => Err((error.kind(), error.to_string())),
        }
    }

    /// The id of the key, or the text of the error.
    fn key(&self) -> String {
        self.provide().unwrap_or_else(|(_, text)| text)
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    fn stored(&self) -> Value {
        serde_json::from_slice(&self.files.read(Path::new(FILE)).unwrap()).unwrap()
    }
}

fn next() -> Value {
    json!({
        "accessToken": {"accessKeyId": NEW, "secretAccessKey": "s", "sessionToken": "t"},
        "expiresIn": 900, "refreshToken": "new-refresh"
    })
}

#[test]
fn what_lasts_is_taken_and_what_ends_is_refreshed() {
    for (left, status, expected, asked) in [
        (301, Some(200), OLD, 0),
        (300, Some(200), NEW, 1),
        (-1, Some(200), NEW, 1),
        // Any failure but a denial is met by using on what works.
        (300, Some(400), OLD, 1),
        (300, Some(500), OLD, 3),
        (300, None, OLD, 3),
    ] {
        let machine = Machine::new(&file(left), status);
        assert_eq!(
            (machine.key().as_str(), machine.asked()),
            (expected, asked),
            "{left} {status:?}"
        );
    }
}

#[test]
fn what_is_over_needs_a_person_or_patience() {
    use ProvideErrorKind::{Refused, SignInNeeded, Transient};
    for (left, status, code, kind) in [
        (-1, Some(400), "INVALID_REQUEST", SignInNeeded),
        (-1, Some(401), "TOKEN_EXPIRED", SignInNeeded),
        (-1, Some(500), "server_error", Transient),
        (-1, None, "", Transient),
        (300, Some(401), "TOKEN_EXPIRED", SignInNeeded),
        (300, Some(403), "INSUFFICIENT_PERMISSIONS", Refused),
    ] {
        let machine = Machine::answering(&file(left), move |_| match status {
            Some(status) => Ok((status, json!({"error": code}))),
            None => Err(TransportError::new(TransportErrorKind::Lost, "host")),
        });
        let (found, text) = machine.provide().unwrap_err();
        assert_eq!(found, kind, "{status:?}: {text}");
        assert!(
            text.starts_with(&format!("login session `{ARN}`: the credentials work")),
            "{text}"
        );
        assert_eq!(machine.stored(), file(left));
    }
}

#[test]
fn a_file_that_is_none_needs_a_person() {
    let machine = Machine::new(&json!({"accessToken": {}}), Some(200));
    let (kind, text) = machine.provide().unwrap_err();
    let expected = format!(
        "login session `{ARN}`: {FILE} is not a readable sign-in: `dpopKey` is missing or empty"
    );
    assert_eq!((kind, text), (ProvideErrorKind::SignInNeeded, expected));

    machine.files.remove(Path::new(FILE)).unwrap();
    let (kind, text) = machine.provide().unwrap_err();
    let expected = format!("login session `{ARN}`: nobody has signed in ({FILE} does not exist)");
    assert_eq!((kind, text), (ProvideErrorKind::SignInNeeded, expected));
    assert_eq!(machine.asked(), 0);
}

#[test]
fn the_refreshed_file_keeps_what_others_put_there() {
    let machine = Machine::new(&file(0), Some(200));
    assert_eq!(machine.key(), NEW);
    let mut expected = file(900);
    expected["accessToken"]["accessKeyId"] = json!(NEW);
    expected["accessToken"]["secretAccessKey"] = json!("s");
    expected["accessToken"]["sessionToken"] = json!("t");
    expected["refreshToken"] = json!("new-refresh");
    assert_eq!(machine.stored(), expected);
    assert_eq!((machine.key().as_str(), machine.asked()), (NEW, 1));
}

#[test]
fn the_region_of_the_sign_in_goes_before_that_of_the_profile() {
    for (region, host) in [(json!(null), "us-east-2"), (json!("eu-west-1"), "eu-west-1")] {
        let mut file = file(0);
        file["signInRegion"] = region;
        let machine = Machine::answering(&file, move |request| {
            assert_eq!(
                *request.uri(),
                format!("https://{host}.signin.aws.amazon.com/v1/token").as_str()
            );
            assert!(request.headers().contains_key("dpop"));
            Ok((200, Value::Null))
        });
        assert_eq!(machine.key(), NEW);
    }
}

#[test]
fn after_a_failure_there_is_a_rest_while_credentials_work() {
    let machine = Machine::new(&file(200), Some(400));
    assert_eq!((machine.key().as_str(), machine.asked()), (OLD, 1));
    machine.clock.advance(Duration::from_secs(29));
    assert_eq!((machine.key().as_str(), machine.asked()), (OLD, 1));
    machine.clock.advance(Duration::from_secs(1));
    assert_eq!((machine.key().as_str(), machine.asked()), (OLD, 2));
    machine.clock.advance(Duration::from_secs(170));
    assert!(machine.provide().is_err());
}

#[test]
fn what_the_disk_would_not_take_is_used_by_this_process() {
    let machine = Machine::new(&file(0), Some(200));
    machine.files.freeze();
    assert_eq!((machine.key().as_str(), machine.asked()), (NEW, 1));
    assert_eq!((machine.key().as_str(), machine.asked()), (NEW, 1));
    assert_eq!(machine.stored(), file(0));
}

#[test]
fn a_tool_without_a_lock_may_be_quicker() {
    let files = Arc::new(Mutex::new(None::<memory::Files>));
    let theirs = files.clone();
    let machine = Machine::answering(&file(0), move |_| {
        let files = theirs.lock().unwrap().clone().unwrap();
        files
            .replace(Path::new(FILE), file(900).to_string().as_bytes(), WriteMode::Durable)
            .unwrap();
        Ok((400, Value::Null))
    });
    *files.lock().unwrap() = Some(machine.files.clone());
    assert_eq!(machine.key(), OLD);
}

#[test]
fn debug_shows_no_secret() {
    let machine = Machine::new(&file(0), Some(200));
    machine.files.freeze();
    assert_eq!(machine.key(), NEW);
    let shown = format!("{:?}", machine.provider);
    assert!(shown.contains(ARN) && !shown.contains("refresh"), "{shown}");
}
