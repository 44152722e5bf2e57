use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use vestibule_profile::Sourced;
use vestibule_types::{Credentials, Region, RoleArn, SecretAccessKey, Timestamp};
use vestibule_wire::{EndpointParams, Request};
use vestibule_world::{Clock as _, block_on, memory};

use super::*;

const DEVICE: &str = "arn:aws:iam::111122223333:mfa/ann";

/// A machine, an STS, and somebody with a device.
struct Lab {
    world: World,
    clock: memory::Clock,
    status: Arc<Mutex<u16>>,
    bodies: Arc<Mutex<Vec<String>>>,
    asked: Arc<AtomicU32>,
    is_there: Arc<Mutex<bool>>,
}

impl Lab {
    fn new() -> Self {
        let clock = memory::Clock::default();
        let status = Arc::new(Mutex::new(200));
        let bodies: Arc<Mutex<Vec<String>>> = Arc::default();
        let (now, code, log) = (clock.clone(), status.clone(), bodies.clone());
        let transport = memory::Transport::new(move |request: Request| {
            let mut log = log.lock().unwrap();
            log.push(String::from_utf8(request.body().to_vec()).unwrap());
            let status = *code.lock().unwrap();
            let body = match status {
                200 => granted(log.len(), now.now()),
                _ => "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                      <Message>MultiFactorAuthentication failed</Message></Error></ErrorResponse>"
                    .to_owned(),
            };
            Ok(http::Response::builder().status(status).body(Bytes::from(body)).unwrap())
        });
        let world = World {
            transport: Arc::new(transport),
            clock: Arc::new(clock.clone()),
            files: Arc::new(memory::Files::default()),
            ..memory::world()
        };
        let is_there = Arc::new(Mutex::new(true));
        Self { world, clock, status, bodies, asked: Arc::default(), is_there }
    }

    fn role(&self) -> AssumeRole<Keys> {
        let mut role = Role::new(RoleArn::new("arn:aws:iam::111122223333:role/ops").unwrap());
        role.mfa_serial = Some(Sourced::by_default(DEVICE.to_owned()));
        let (asked, is_there) = (self.asked.clone(), self.is_there.clone());
        let prompt = MfaPrompt::blocking(move |device| {
            assert_eq!(device, DEVICE);
            if !*is_there.lock().unwrap() {
                return Err(std::io::ErrorKind::Unsupported.into());
            }
            asked.fetch_add(1, Ordering::SeqCst);
            Ok(Secret::new("123456"))
        });
        let folder = Folder::cli("/home", self.world.platform);
        AssumeRole::new(Keys, role, sts()).with_mfa_prompt(prompt).with_cache(folder)
    }

    fn provide(&self, role: &AssumeRole<Keys>) -> String {
        match block_on(role.provide(&self.world)) {
            Ok(Answer::Credentials(keys)) => keys.access_key_id().to_owned(),
            Ok(Answer::NotConfigured(reason)) => reason.to_string(),
            Err(error) => format!("{:?}: {error}", error.kind()),
        }
    }

    fn pass(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

fn sts() -> Sts {
    Sts::of(EndpointParams::new(Region::new("us-east-1").unwrap()))
}

fn granted(number: usize, now: Timestamp) -> String {
    let end = now + Duration::from_secs(3600);
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser>\
         <AssumedRoleId>AROA:me</AssumedRoleId>\
         <Arn>arn:aws:sts::111122223333:assumed-role/ops/me</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>hidden\
         </SecretAccessKey><SessionToken>hidden</SessionToken><Expiration>{end}</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

#[derive(Debug)]
struct Keys;

impl Provider for Keys {
    fn name(&self) -> &'static str {
        "keys"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        let keys = Credentials::new("AKID", SecretAccessKey::new("hidden"));
        Box::pin(async move { Ok(Answer::Credentials(keys)) })
    }
}

#[test]
fn a_person_is_asked_once_as_long_as_the_credentials_last() {
    let lab = Lab::new();
    let role = lab.role();
    assert_eq!(lab.provide(&role), "ASIA1");
    let body = lab.bodies.lock().unwrap()[0].clone();
    assert!(body.contains("TokenCode=123456"), "{body}");
    assert!(body.contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3Amfa%2Fann"), "{body}");
    // Another process, half an hour later.
    lab.pass(30);
    assert_eq!(lab.provide(&lab.role()), "ASIA1");
    assert_eq!(lab.asked(), 1);
    lab.pass(20);
    assert_eq!(lab.provide(&role), "ASIA2");
    assert_eq!(lab.asked(), 2);
}

#[test]
fn with_nobody_there_what_is_left_is_used_to_its_end() {
    let lab = Lab::new();
    let role = lab.role();
    *lab.is_there.lock().unwrap() = false;
    let needed = format!("CodeNeeded: a code of the MFA device {DEVICE} is needed");
    assert_eq!(lab.provide(&role), needed);
    *lab.is_there.lock().unwrap() = true;
    assert_eq!(lab.provide(&role), "ASIA1");
    *lab.is_there.lock().unwrap() = false;
    lab.pass(50);
    assert_eq!(lab.provide(&role), "ASIA1");
    lab.pass(10);
    assert_eq!(lab.provide(&role), needed);
}

#[test]
fn a_code_that_was_refused_leaves_nothing_behind() {
    let lab = Lab::new();
    *lab.status.lock().unwrap() = 403;
    let role = lab.role();
    let refused = "Refused: role `arn:aws:iam::111122223333:role/ops` could not be assumed";
    assert_eq!(lab.provide(&role), refused);
    *lab.status.lock().unwrap() = 200;
    assert_eq!(lab.provide(&role), "ASIA2");
    assert_eq!(lab.asked(), 2);
}

#[test]
fn what_is_no_code_is_not_sent() {
    let lab = Lab::new();
    for typed in ["", "12345", "1234567", "12345x", "1234 56"] {
        let prompt = MfaPrompt::blocking(move |_| Ok(Secret::new(typed)));
        let role = lab.role().with_mfa_prompt(prompt);
        assert!(lab.provide(&role).starts_with("CodeNeeded"), "{typed}");
    }
    assert!(lab.bodies.lock().unwrap().is_empty());
}
