use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use vestibule_cache::Folder;
use vestibule_profile::Sourced;
use vestibule_types::{Credentials, Region, RoleArn, SecretAccessKey, Timestamp};
use vestibule_wire::{EndpointParams, Request};
use vestibule_world::{Clock as _, block_on, memory};

use super::*;
use crate::RoleCache;

const DEVICE: &str = "arn:aws:iam::111122223333:mfa/ann";

/// A machine, an STS, and a user with an MFA device.
struct TestEnv {
    world: World,
    clock: memory::Clock,
    status: Arc<Mutex<u16>>,
    bodies: Arc<Mutex<Vec<String>>>,
    prompts: Arc<AtomicU32>,
    has_prompt: Arc<Mutex<bool>>,
}

impl TestEnv {
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
                200 => response(log.len(), now.now()),
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
        let has_prompt = Arc::new(Mutex::new(true));
        Self { world, clock, status, bodies, prompts: Arc::default(), has_prompt }
    }

    fn role(&self) -> RoleCache<AssumeRole<Keys>> {
        let (prompts, has_prompt) = (self.prompts.clone(), self.has_prompt.clone());
        let prompt = MfaPrompt::blocking(move |device| {
            assert_eq!(device, DEVICE);
            if !*has_prompt.lock().unwrap() {
                return Err(std::io::ErrorKind::Unsupported.into());
            }
            prompts.fetch_add(1, Ordering::SeqCst);
            Ok(Secret::new("123456"))
        });
        self.role_with(prompt)
    }

    fn role_with(&self, prompt: MfaPrompt) -> RoleCache<AssumeRole<Keys>> {
        let mut role = Role::new(RoleArn::new("arn:aws:iam::111122223333:role/ops").unwrap());
        role.mfa_serial = Some(Sourced::by_default(DEVICE.to_owned()));
        let folder = Folder::cli("/home", self.world.platform);
        RoleCache::new(AssumeRole::new(Keys, role, sts()).with_mfa_prompt(prompt), folder)
    }

    fn provide(&self, role: &RoleCache<AssumeRole<Keys>>) -> String {
        match block_on(role.provide(&self.world)) {
            Ok(Lookup::Credentials(keys)) => keys.access_key_id().to_owned(),
            Ok(Lookup::NotConfigured(reason)) => reason.to_string(),
            Err(error) => format!("{:?}: {error}", error.kind()),
        }
    }

    fn pass(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    fn prompts(&self) -> u32 {
        self.prompts.load(Ordering::SeqCst)
    }
}

fn sts() -> Sts {
    Sts::with_params(EndpointParams::new(Region::new("us-east-1").unwrap()))
}

fn response(number: usize, now: Timestamp) -> String {
    let expiration = now + Duration::from_secs(3600);
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser>\
         <AssumedRoleId>AROA:me</AssumedRoleId>\
         <Arn>arn:aws:sts::111122223333:assumed-role/ops/me</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>hidden\
         </SecretAccessKey><SessionToken>hidden</SessionToken><Expiration>{expiration}</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

#[derive(Debug)]
struct Keys;

impl Provider for Keys {
    fn name(&self) -> &'static str {
        "keys"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        let keys = Credentials::new("AKID", SecretAccessKey::new("hidden"));
        Box::pin(async move { Ok(Lookup::Credentials(keys)) })
    }
}

#[test]
fn user_is_prompted_once_per_lifetime() {
    let env = TestEnv::new();
    let role = env.role();
    assert_eq!(env.provide(&role), "ASIA1");
    let body = env.bodies.lock().unwrap()[0].clone();
    assert!(body.contains("TokenCode=123456"), "{body}");
    assert!(body.contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3Amfa%2Fann"), "{body}");
    // Another process, half an hour later.
    env.pass(30);
    assert_eq!(env.provide(&env.role()), "ASIA1");
    assert_eq!(env.prompts(), 1);
    env.pass(20);
    assert_eq!(env.provide(&role), "ASIA2");
    assert_eq!(env.prompts(), 2);
}

#[test]
fn credentials_are_used_until_expiration_without_prompt() {
    let env = TestEnv::new();
    let role = env.role();
    *env.has_prompt.lock().unwrap() = false;
    let needed = format!("CodeNeeded: a code of the MFA device {DEVICE} is needed");
    assert_eq!(env.provide(&role), needed);
    *env.has_prompt.lock().unwrap() = true;
    assert_eq!(env.provide(&role), "ASIA1");
    *env.has_prompt.lock().unwrap() = false;
    env.pass(50);
    assert_eq!(env.provide(&role), "ASIA1");
    env.pass(10);
    assert_eq!(env.provide(&role), needed);
}

#[test]
fn refused_code_is_not_cached() {
    let env = TestEnv::new();
    *env.status.lock().unwrap() = 403;
    let role = env.role();
    let refused = "Refused: role `arn:aws:iam::111122223333:role/ops` could not be assumed";
    assert_eq!(env.provide(&role), refused);
    *env.status.lock().unwrap() = 200;
    assert_eq!(env.provide(&role), "ASIA2");
    assert_eq!(env.prompts(), 2);
}

#[test]
fn invalid_code_is_not_sent() {
    let env = TestEnv::new();
    for typed in ["", "12345", "1234567", "12345x", "1234 56"] {
        let prompt = MfaPrompt::blocking(move |_| Ok(Secret::new(typed)));
        let role = env.role_with(prompt);
        assert!(env.provide(&role).starts_with("CodeNeeded"), "{typed}");
    }
    assert!(env.bodies.lock().unwrap().is_empty());
}
