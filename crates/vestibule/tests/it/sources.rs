//! Credential sources that are servers, checked by `GetCallerIdentity`.

use std::sync::Arc;
use std::time::Duration;

use vestibule::world::{World, memory};
use vestibule::{ErrorKind, Session, Vars};
use vestibule_emulator::{
    Builder, Container, Emulator, Fault, IamRole, IamUser, Instance, Operation,
};
use vestibule_types::with_causes;

const CONFIG: &str = "\
[profile base]
aws_access_key_id = AKIADEV
aws_secret_access_key = dev's
region = us-east-1

[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = base
role_session_name = me
external_id = partner-7
duration_seconds = 7200

[profile next]
role_arn = arn:aws:iam::444455556666:role/Next
source_profile = deploy
role_session_name = me

[profile from-instance]
role_arn = arn:aws:iam::444455556666:role/Next
credential_source = Ec2InstanceMetadata
role_session_name = machine
region = us-east-1

[profile from-container]
role_arn = arn:aws:iam::444455556666:role/Next
credential_source = EcsContainer
role_session_name = task
region = us-east-1

[profile pod]
role_arn = arn:aws:iam::444455556666:role/Pod
web_identity_token_file = /var/token
role_session_name = app
region = us-east-1
";
const SUBJECT: &str = "system:serviceaccount:default:app";

fn builder() -> Builder {
    let hour = Duration::from_secs(3600);
    Emulator::builder()
        .iam_user(IamUser::new("111122223333", "dev").access_key("AKIADEV", "dev's"))
        .iam_role(
            IamRole::new("444455556666", "Deployer")
                .trusts("arn:aws:iam::111122223333:user/dev")
                .external_id("partner-7")
                .max_session_duration(2 * hour),
        )
        .iam_role(
            IamRole::new("444455556666", "Next")
                .trusts("arn:aws:iam::444455556666:role/Deployer")
                .trusts("arn:aws:iam::111122223333:role/WebServer")
                .trusts("arn:aws:iam::111122223333:role/Task"),
        )
        .iam_role(IamRole::new("444455556666", "Pod").trusts_identity("sts", SUBJECT))
        .instance(Instance::new().role("111122223333", "WebServer"))
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .container(Container::eks("111122223333", "Pod", SUBJECT))
}

/// Returns a session with these variables, and with this text in `/var/token`.
fn session(emulator: &Emulator, profile: &str, vars: &[(&str, &str)], token: &str) -> Session {
    let files =
        memory::Files::default().with("/home/.aws/config", CONFIG).with("/var/token", token);
    let vars = vars.iter().fold(Vars::default().with("HOME", "/home"), |vars, (name, value)| {
        vars.with(*name, *value)
    });
    let world = World {
        vars,
        files: Arc::new(files),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    };
    let builder = Session::builder().world(world);
    let builder = if profile.is_empty() { builder } else { builder.profile(profile) };
    builder.load_blocking().unwrap()
}

#[track_caller]
fn check_identity(session: &Session, arn: &str) {
    let identity = session.blocking().caller_identity().unwrap();
    assert_eq!(identity.arn, arn);
}

#[test]
fn roles_are_assumed_along_a_chain_of_profiles() {
    let emulator = builder().build();
    let user = session(&emulator, "base", &[], "");
    check_identity(&user, "arn:aws:iam::111122223333:user/dev");
    let deploy = session(&emulator, "deploy", &[], "");
    check_identity(&deploy, "arn:aws:sts::444455556666:assumed-role/Deployer/me");
    let expires = deploy.blocking().credentials().unwrap().expires_at().unwrap();
    assert_eq!(expires.saturating_since(deploy.now()), Duration::from_secs(7200));
    let next = session(&emulator, "next", &[], "");
    check_identity(&next, "arn:aws:sts::444455556666:assumed-role/Next/me");
    assert_eq!(
        next.blocking().credentials().unwrap().account_id().unwrap().as_str(),
        "444455556666"
    );
}

#[test]
fn user_that_the_role_does_not_trust_is_denied() {
    let role = IamRole::new("444455556666", "Deployer").trusts("444455556666");
    let user = IamUser::new("111122223333", "dev").access_key("AKIADEV", "dev's");
    let emulator = Emulator::builder().iam_user(user).iam_role(role).build();
    let error = session(&emulator, "deploy", &[], "").blocking().credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(with_causes(&error).contains("not authorized to perform: sts:AssumeRole"));
}

#[test]
fn role_is_assumed_again_before_its_credentials_expire() {
    let emulator = builder().build();
    let session = session(&emulator, "deploy", &[], "");
    for _ in 0..6 {
        check_identity(&session, "arn:aws:sts::444455556666:assumed-role/Deployer/me");
        emulator.clock().advance(Duration::from_secs(7100));
    }
    assert_eq!(emulator.count(Operation::AssumeRole), 6);
}

#[test]
fn role_is_assumed_with_a_token_file() {
    let emulator = builder().build();
    let token = emulator.identity_token("sts", SUBJECT, Duration::from_secs(60));
    let arn = "arn:aws:sts::444455556666:assumed-role/Pod/app";
    check_identity(&session(&emulator, "pod", &[], &format!("{token}\n")), arn);
    let vars = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/Pod"),
        ("AWS_ROLE_SESSION_NAME", "app"),
        ("AWS_REGION", "us-east-1"),
    ];
    check_identity(&session(&emulator, "", &vars, &token), arn);
    emulator.clock().advance(Duration::from_secs(60));
    let expired = session(&emulator, "pod", &[], &token);
    let error = with_causes(&expired.blocking().credentials().unwrap_err());
    assert!(error.contains("ExpiredTokenException") && !error.contains(&token), "{error}");
}

#[test]
fn instance_has_a_role_and_can_assume_another() {
    let emulator = builder().build();
    let machine = session(&emulator, "", &[("AWS_REGION", "us-east-1")], "");
    let arn = "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0";
    check_identity(&machine, arn);
    let role = session(&emulator, "from-instance", &[], "");
    check_identity(&role, "arn:aws:sts::444455556666:assumed-role/Next/machine");
    let at = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338")];
    check_identity(
        &session(&emulator, "from-instance", &at, ""),
        "arn:aws:sts::444455556666:assumed-role/Next/machine",
    );
    let without = session(&Emulator::default(), "", &[("AWS_REGION", "us-east-1")], "");
    let error = without.blocking().credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NothingConfigured, "{error}");
}

#[test]
fn stale_instance_credentials_are_used_until_new_ones_are_available() {
    let emulator = builder().build();
    let vars = [("AWS_REGION", "us-east-1")];
    let first = session(&emulator, "", &vars, "").blocking().credentials().unwrap();
    emulator.fail(Operation::GetInstanceCredentials).always().with(Fault::Stale);
    emulator.clock().advance(Duration::from_secs(7200));
    let session = session(&emulator, "", &vars, "");
    let stale = session.blocking().credentials().unwrap();
    assert_eq!(stale.access_key_id(), first.access_key_id());
    assert!(session.now() < stale.expires_at().unwrap());
    emulator.clear_faults();
    emulator.clock().advance(Duration::from_secs(3600));
    let fresh = session.blocking().credentials().unwrap();
    assert_ne!(fresh.access_key_id(), first.access_key_id());
}

#[test]
fn expired_credentials_are_used_only_from_metadata() {
    let region = ("AWS_REGION", "us-east-1");
    let task = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/e8b1f0");
    for (profile, vars, operation, is_metadata) in [
        ("deploy", vec![], Operation::AssumeRole, false),
        ("pod", vec![], Operation::AssumeRoleWithWebIdentity, false),
        ("", vec![region], Operation::GetInstanceCredentials, true),
        ("", vec![region, task], Operation::GetContainerCredentials, true),
    ] {
        let emulator = builder().build();
        let day = Duration::from_secs(24 * 3600);
        let token = emulator.identity_token("sts", SUBJECT, day);
        let session = session(&emulator, profile, &vars, &token);
        let first = session.blocking().credentials().unwrap();
        emulator.fail(operation).always().with(Fault::Reset);
        emulator.clock().advance(day / 2);
        let after = session.blocking().credentials();
        match after {
            Ok(after) => assert!(is_metadata && after.access_key_id() == first.access_key_id()),
            Err(error) => assert!(!is_metadata, "{operation}: {error}"),
        }
        // A failed refresh is tried again within 30 seconds; static stability waits for minutes.
        emulator.clear_faults();
        emulator.clock().advance(Duration::from_secs(if is_metadata { 600 } else { 30 }));
        let fresh = session.blocking().credentials().unwrap();
        assert_ne!(fresh.access_key_id(), first.access_key_id(), "{operation}");
    }
}

#[test]
fn containers_get_credentials_from_their_agents() {
    let emulator = builder().build();
    let task = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/e8b1f0");
    let region = ("AWS_REGION", "us-east-1");
    let task_arn = "arn:aws:sts::111122223333:assumed-role/Task/e8b1f0";
    check_identity(&session(&emulator, "", &[task, region], ""), task_arn);
    let role = "arn:aws:sts::444455556666:assumed-role/Next/task";
    check_identity(&session(&emulator, "from-container", &[task], ""), role);

    let token = emulator.identity_token("pods.eks.amazonaws.com", SUBJECT, Duration::from_secs(60));
    let pod = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/token"),
        region,
    ];
    let pod_arn = "arn:aws:sts::111122223333:assumed-role/Pod/eks-emulated-app";
    check_identity(&session(&emulator, "", &pod, &token), pod_arn);
    emulator.clock().advance(Duration::from_secs(60));
    let expired = session(&emulator, "", &pod, &token);
    let error = with_causes(&expired.blocking().credentials().unwrap_err());
    assert!(error.contains("(HTTP 400)") && !error.contains(&token), "{error}");
}
