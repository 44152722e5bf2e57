use serde_json::Value;
use vestibule_emulator::{Emulator, Fault, Instance, Operation};
use vestibule_wire::Response;

use crate::client::{read, seconds, send};
use crate::signer::{IDENTITY, Keys, assert_contains};

const AT: &str = "http://169.254.169.254/latest";
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const ROLES: &str = "/meta-data/iam/security-credentials";
const EXTENDED: &str = "/meta-data/iam/security-credentials-extended";

fn emulator() -> Emulator {
    with(Instance::new().role("111122223333", "WebServer"))
}

fn with(instance: Instance) -> Emulator {
    Emulator::builder().instance(instance).build()
}

fn put(emulator: &Emulator, headers: &[(&str, &str)]) -> Response {
    let mut request = http::Request::put(format!("{AT}/api/token"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(emulator, request.body("".into()).unwrap())
}

fn open(emulator: &Emulator) -> String {
    let response = put(emulator, &[(TTL, "21600")]);
    assert_eq!(response.headers()[TTL], "21600");
    String::from_utf8(response.body().to_vec()).unwrap()
}

fn get(emulator: &Emulator, path: &str, token: Option<&str>) -> Response {
    let mut request = http::Request::get(format!("{AT}{path}"));
    if let Some(token) = token {
        request = request.header("x-aws-ec2-metadata-token", token);
    }
    send(emulator, request.body("".into()).unwrap())
}

fn text(emulator: &Emulator, path: &str) -> (u16, String) {
    let response = get(emulator, path, Some(&open(emulator)));
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

fn document(emulator: &Emulator, folder: &str) -> Value {
    let response = get(emulator, &format!("{folder}/WebServer"), Some(&open(emulator)));
    let (status, document) = read(&response);
    assert_eq!(status, 200);
    document
}

fn keys(document: &Value) -> Keys {
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("Token")) }
}

#[test]
fn instance_credentials_are_known_to_sts() {
    let emulator = emulator();
    assert_eq!(text(&emulator, &format!("{ROLES}/")), (200, "WebServer".into()));
    let document = document(&emulator, ROLES);
    assert_eq!(document["Code"], "Success");
    assert_eq!(document["Expiration"], "2026-01-01T01:00:00Z");
    assert_eq!(document.get("AccountId"), None);
    let arn = "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0";
    assert_eq!(keys(&document).arn(&emulator), arn);
}

#[test]
fn extended_api_has_the_account_id() {
    let document = document(&emulator(), EXTENDED);
    assert_eq!(document["AccountId"], "111122223333");
    let older = with(Instance::new().role("111122223333", "WebServer").without_extended_api());
    assert_eq!(text(&older, &format!("{EXTENDED}/")).0, 404);
    assert_eq!(text(&older, &format!("{ROLES}/")).0, 200);
}

#[test]
fn metadata_has_region_and_zone() {
    let emulator = Emulator::default();
    let region = "/meta-data/placement/region";
    assert_eq!(text(&emulator, region), (200, "us-east-1".into()));
    let zone = "/meta-data/placement/availability-zone";
    assert_eq!(text(&emulator, zone), (200, "us-east-1a".into()));
    assert_eq!(text(&emulator, "/meta-data/nothing").0, 404);
}

#[test]
fn instance_without_role_has_no_credentials() {
    let emulator = Emulator::default();
    assert_eq!(text(&emulator, &format!("{ROLES}/")).0, 404);
    assert_eq!(text(&emulator, &format!("{ROLES}/WebServer")).0, 404);
    let other = self::emulator();
    assert_eq!(text(&other, &format!("{ROLES}/Other")).0, 404);
}

#[test]
fn forwarded_or_unbounded_token_request_is_refused() {
    let emulator = emulator();
    for ttl in [&[][..], &[(TTL, "0")], &[(TTL, "21601")], &[(TTL, "long")]] {
        assert_eq!(put(&emulator, ttl).status(), 400, "{ttl:?}");
    }
    let outside = [(TTL, "60"), ("x-forwarded-for", "192.0.2.1")];
    assert_eq!(put(&emulator, &outside).status(), 403);
    assert_eq!(put(&emulator, &[(TTL, "1")]).status(), 200);
}

#[test]
fn request_without_valid_token_is_refused() {
    let emulator = emulator();
    let status = |token| get(&emulator, &format!("{ROLES}/"), token).status().as_u16();
    assert_eq!((status(None), status(Some("unknown"))), (401, 401));
    let token = open(&emulator);
    emulator.clock().advance(seconds(21_599));
    assert_eq!(status(Some(&token)), 200);
    emulator.clock().advance(seconds(1));
    assert_eq!(status(Some(&token)), 401);
}

#[test]
fn version_1_request_needs_permission() {
    let emulator = with(Instance::new().role("111122223333", "WebServer").allow_version_1());
    let path = format!("{ROLES}/");
    assert_eq!(get(&emulator, &path, None).status(), 200);
    assert_eq!(get(&emulator, &path, Some("unknown")).status(), 401);
}

#[test]
fn credentials_are_refreshed_before_they_expire_unless_stale() {
    let emulator = emulator();
    let first = document(&emulator, ROLES);
    emulator.clock().advance(seconds(3299));
    assert_eq!(document(&emulator, ROLES)["AccessKeyId"], first["AccessKeyId"]);
    emulator.fail(Operation::GetInstanceCredentials).always().with(Fault::Stale);
    emulator.clock().advance(seconds(600));
    let stale = document(&emulator, ROLES);
    assert_eq!(stale["AccessKeyId"], first["AccessKeyId"]);
    assert_contains(&keys(&stale).send(&emulator, IDENTITY), &["<Code>ExpiredToken</Code>"]);
    emulator.clear_faults();
    let fresh = document(&emulator, ROLES);
    assert_ne!(fresh["AccessKeyId"], first["AccessKeyId"]);
    assert_contains(&keys(&fresh).send(&emulator, IDENTITY), &["200 "]);
}

#[test]
fn scripted_credentials_error_is_in_the_document() {
    let emulator = emulator();
    let code = "AssumeRoleUnauthorizedAccess";
    emulator.fail(Operation::GetInstanceCredentials).with(Fault::Error(code.into()));
    assert_eq!(document(&emulator, ROLES)["Code"], code);
    assert_eq!(emulator.requests().last().unwrap().error.as_deref(), Some(code));
}
