use std::sync::{Arc, Mutex};

use bytes::Bytes;
use vestibule_profile::{Files, Overrides, settings};
use vestibule_types::AccountId;
use vestibule_wire::Request;
use vestibule_world::{Clock, block_on, memory};

use super::*;

const KEYS: &str = r#"{"Code": "Success", "AccessKeyId": "AKID", "SecretAccessKey": "hidden",
    "Token": "hidden", "AccountId": "012345678901", "Expiration": "2026-01-01T01:00:00Z"}"#;
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const EXTENDED: &str = "/latest/meta-data/iam/security-credentials-extended/";

/// An instance with the role `it`; `respond` may return another response for a path.
fn world(
    vars: &[(&str, &str)],
    respond: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
) -> (World, Arc<Mutex<Vec<String>>>) {
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = requests.clone();
    let transport = memory::Transport::new(move |request: Request| {
        log.lock().unwrap().push(request.uri().to_string());
        let path = request.uri().path();
        let token = request.headers().get("x-aws-ec2-metadata-token");
        assert_eq!(token.is_some(), request.method() == "GET");
        let (status, body) = respond(path).unwrap_or_else(|| match path {
            "/latest/api/token" => (200, "token"),
            "/latest/meta-data/placement/region" => (200, "eu-north-1"),
            ROLES => (200, "it"),
            path if path.starts_with(ROLES) => (200, KEYS),
            _ => (404, "<html>"),
        });
        let body = Bytes::from_static(body.as_bytes());
        Ok(http::Response::builder().status(status).body(body).unwrap())
    });
    let base = memory::world();
    let vars = vars.iter().fold(base.vars, |vars, &(name, value)| vars.with(name, value));
    (World { vars, transport: Arc::new(transport), ..base }, requests)
}

fn instance(world: &World) -> InstanceMetadata {
    let files = Files::from_texts("", "");
    let settings = settings(&files, &world.vars, &Overrides::default()).unwrap();
    InstanceMetadata::new(settings.metadata)
}

fn provide(world: &World, instance: &InstanceMetadata) -> String {
    match block_on(instance.provide(world)) {
        Ok(Lookup::Credentials(keys)) => {
            let account = keys.account_id().map_or("no account", AccountId::as_str);
            format!("{} {} {account}", keys.access_key_id(), keys.expires_at().unwrap())
        }
        Ok(Lookup::NotConfigured(reason)) => reason.to_string(),
        Err(error) => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            let (kind, source) = (error.kind(), source.unwrap_or_default());
            let by = error.chosen_by().map(|by| format!(" ({by})")).unwrap_or_default();
            format!("{kind:?} {error}{source}{by}")
        }
    }
}

#[track_caller]
fn check(
    vars: &[(&str, &str)],
    respond: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
    expected: &str,
    requests: usize,
) {
    let (world, log) = world(vars, respond);
    assert_eq!(provide(&world, &instance(&world)), expected);
    assert_eq!(log.lock().unwrap().len(), requests);
}

#[test]
fn three_requests_give_credentials() {
    check(&[], |_| None, "AKID 2026-01-01T01:00:00Z no account", 3);
}

#[test]
fn missing_instance_is_not_configured() {
    let world = memory::world();
    let expected = "instance: no instance metadata: could not connect to 169.254.169.254";
    assert_eq!(provide(&world, &instance(&world)), expected);
    let disabled = "instance: disabled (AWS_EC2_METADATA_DISABLED)";
    check(&[("AWS_EC2_METADATA_DISABLED", "True")], |_| None, disabled, 0);
    let no_role = |path: &str| (path == ROLES).then_some((404, ""));
    check(&[], no_role, "instance: the instance has no role", 2);
}

#[test]
fn no_response_within_timeout_means_no_instance() {
    #[derive(Debug)]
    struct Silent;

    impl vestibule_world::Transport for Silent {
        fn send(
            &self,
            _request: Request,
        ) -> BoxFuture<'_, Result<vestibule_wire::Response, TransportError>> {
            Box::pin(std::future::pending())
        }
    }

    for (seconds, vars) in [(1, vec![]), (3, vec![("AWS_METADATA_SERVICE_TIMEOUT", "3")])] {
        let (world, _) = world(&vars, |_| None);
        let world = World { transport: Arc::new(Silent), ..world };
        let began = world.clock.now();
        assert_eq!(
            provide(&world, &instance(&world)),
            "instance: no instance metadata: 169.254.169.254 did not respond; in \
             a container on an instance, the hop limit must be 2 or more"
        );
        assert_eq!(world.clock.now().saturating_since(began).as_secs(), seconds);
    }
}

#[test]
fn refusing_instance_is_an_error() {
    let at = "instance metadata (http://169.254.169.254)";
    let refused =
        |refused, with: (u16, &'static str)| move |path: &str| (path == refused).then_some(with);
    let token = "/latest/api/token";
    let role = "/latest/meta-data/iam/security-credentials/it";
    let no_reason = |status| format!("the service gave no reason (HTTP {status})");
    let expected =
        format!("Closed {at} is disabled, or closed to this process: {}", no_reason(403));
    check(&[], refused(token, (403, "")), &expected, 1);
    let expected = format!("Transient {at} gave no token: {}", no_reason(400));
    check(&[], refused(token, (400, "")), &expected, 1);
    let expected = format!("Transient {at} gave no token: {}", no_reason(503));
    check(&[], refused(token, (503, "")), &expected, 4);
    check(&[("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")], refused(token, (503, "")), &expected, 1);
    let expected = format!("Transient {at} gave no credentials: {}", no_reason(400));
    check(&[], refused(ROLES, (400, "")), &expected, 2);
    let expected = format!("Transient {at} gave no credentials: {}", no_reason(404));
    check(&[], refused(role, (404, "")), &expected, 3);
    let expected = format!("Transient {at} gave no credentials: Failed (HTTP 200)");
    check(&[], refused(role, (200, r#"{"Code": "Failed"}"#)), &expected, 3);
    let code = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot"}"#;
    let expected = format!(
        "Configuration {at} has a role that EC2 is not allowed to assume; check the trust policy of the role: \
         AssumeRoleUnauthorizedAccess: EC2 cannot (HTTP 200)"
    );
    check(&[], refused(role, (200, code)), &expected, 3);
}

#[test]
fn closed_metadata_at_a_configured_endpoint_is_rejected() {
    let url = "http://127.0.0.1:1338";
    let closed = |path: &str| (path == "/latest/api/token").then_some((403, ""));
    let expected = format!(
        "Rejected instance metadata ({url}) is disabled, or closed to this process: the service gave \
         no reason (HTTP 403)"
    );
    check(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)], closed, &expected, 1);
    let (world, _) = world(&[], closed);
    assert_eq!(provide(&world, &instance(&world).with_endpoint(url)), expected);
}

#[test]
fn missing_tokio_runtime_is_an_error() {
    let transport = memory::Transport::new(|_: Request| {
        Err(TransportError::new(TransportErrorKind::NoRuntime, "http://169.254.169.254"))
    });
    let world = World { transport: Arc::new(transport), ..memory::world() };
    let found = provide(&world, &instance(&world));
    assert!(found.starts_with("Unreachable instance metadata"), "{found}");
}

#[test]
fn invalid_endpoint_names_its_setting_unless_it_is_set_in_code() {
    const URL: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    type Change = fn(InstanceMetadata) -> InstanceMetadata;
    let check = |vars: &[(&str, &str)], change: Change, setting: Option<&str>| {
        let (world, _) = world(vars, |_| None);
        let error = block_on(change(instance(&world)).provide(&world)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.chosen_by().map(ToString::to_string).as_deref(), setting);
    };
    check(&[(URL, "no-url")], |instance| instance, Some(URL));
    check(&[(URL, "http://a")], |instance| instance.with_endpoint("no-url"), None);
    check(&[(MODE, "IPv7")], |instance| instance, Some(MODE));
    check(&[(MODE, "IPv4")], |instance| instance.with_endpoint_mode("IPv7"), None);
}

#[test]
fn invalid_endpoint_mode_is_an_error_unless_url_is_set() {
    check(
        &[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv7")],
        |_| None,
        "Configuration `IPv7` is not a valid endpoint mode: expected `IPv4` or `IPv6` \
         (AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE)",
        0,
    );
    check(
        &[
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv7"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://there"),
        ],
        |_| None,
        "AKID 2026-01-01T01:00:00Z no account",
        3,
    );
}

#[test]
fn expired_credentials_are_extended_by_ten_to_fifteen_minutes() {
    let (mut world, _) = world(&[], |_| None);
    let late = memory::Clock::default();
    late.advance(Duration::from_secs(86_400));
    let now = late.now();
    world.clock = Arc::new(late);
    let found = block_on(instance(&world).provide(&world)).unwrap();
    let Lookup::Credentials(keys) = found else { panic!() };
    let left = keys.expires_at().unwrap().saturating_since(now).as_secs();
    assert!((600..=900).contains(&left), "{left}");
}

#[test]
fn account_id_is_requested_only_if_wanted() {
    let extended = |path: &str| match path {
        EXTENDED => Some((200, "it")),
        path if path.starts_with(EXTENDED) => Some((200, KEYS)),
        _ => None,
    };
    let (new, asked) = world(&[], extended);
    let expected = "AKID 2026-01-01T01:00:00Z 012345678901";
    assert_eq!(provide(&new, &instance(&new).with_account_id()), expected);
    assert!(asked.lock().unwrap().last().unwrap().ends_with("-extended/it"));

    let (old, asked) = world(&[], |_| None);
    assert_eq!(provide(&old, &instance(&old).with_account_id()), expected);
    assert_eq!(asked.lock().unwrap().len(), 4);
}

#[test]
fn region_is_that_of_the_instance() {
    let region = |world: &World| block_on(instance(world).region(world));
    let (here, _) = world(&[], |_| None);
    assert_eq!(region(&here).unwrap().unwrap().as_str(), "eu-north-1");
    assert!(region(&memory::world()).unwrap().is_none());
}

#[test]
fn region_is_missing_only_if_the_instance_says_so() {
    let respond = |status| {
        move |path: &str| (path == "/latest/meta-data/placement/region").then_some((status, ""))
    };
    let region = |world: &World| block_on(instance(world).region(world));
    assert!(region(&world(&[], respond(404)).0).unwrap().is_none());
    let error = region(&world(&[], respond(400)).0).unwrap_err();
    let expected = "instance metadata (http://169.254.169.254) gave no region";
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Transient, expected));
}
