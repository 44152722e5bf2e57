//! Credential sources that are servers, checked by `GetCallerIdentity`.

use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::{Chain, Error, ErrorKind, Lookup, default_chain};
use vestibule_emulator::{
    Builder, Container, Emulator, Fault, IamRole, IamUser, Instance, Operation,
};
use vestibule_provider::Cached;
use vestibule_sts::sigv4::Signer;
use vestibule_sts::{GetCallerIdentity, SERVICE};
use vestibule_types::{Credentials, Region, with_causes};
use vestibule_wire::EndpointParams;
use vestibule_world::{Clock as _, World, WriteMode, block_on};

use crate::support;

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

/// The default chain of a profile, with a cache.
struct TestEnv {
    world: World,
    chain: Cached<Chain>,
}

impl TestEnv {
    /// Creates a chain with these variables, and with this text in `/var/token`.
    fn new(emulator: &Emulator, profile: &str, vars: &[(&str, &str)], token: &str) -> Self {
        let world = support::with_emulator(support::world(CONFIG, vars), emulator);
        let path = "/var/token".as_ref();
        world.files.replace(path, token.as_bytes(), WriteMode::BestEffort).unwrap();
        let plan = support::plan_of(&world, profile);
        let chain = Cached::new(default_chain(&plan, &support::context(&world)).unwrap());
        Self { world, chain }
    }

    fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        match block_on(self.chain.get(&self.world))? {
            Lookup::Credentials(credentials) => Ok(credentials),
            Lookup::NotConfigured(skipped) => panic!("{skipped}"),
        }
    }

    #[track_caller]
    fn check_identity(&self, arn: &str) {
        let credentials = Credentials::clone(&self.credentials().unwrap());
        let region = Region::new("us-east-1").unwrap();
        let params = EndpointParams::new(region.clone());
        let endpoint = vestibule_sts::endpoint(&params).unwrap();
        let signer = Signer::new(credentials, region, SERVICE);
        let call = self.world.call(&endpoint, &signer, &GetCallerIdentity);
        assert_eq!(block_on(call).unwrap().arn, arn);
    }
}

#[test]
fn roles_are_assumed_along_a_chain_of_profiles() {
    let emulator = builder().build();
    let user = TestEnv::new(&emulator, "base", &[], "");
    user.check_identity("arn:aws:iam::111122223333:user/dev");
    let deploy = TestEnv::new(&emulator, "deploy", &[], "");
    deploy.check_identity("arn:aws:sts::444455556666:assumed-role/Deployer/me");
    let expires = deploy.credentials().unwrap().expires_at().unwrap();
    assert_eq!(expires.saturating_since(emulator.clock().now()), Duration::from_secs(7200));
    let next = TestEnv::new(&emulator, "next", &[], "");
    next.check_identity("arn:aws:sts::444455556666:assumed-role/Next/me");
    assert_eq!(next.credentials().unwrap().account_id().unwrap().as_str(), "444455556666");
}

#[test]
fn user_that_the_role_does_not_trust_is_denied() {
    let role = IamRole::new("444455556666", "Deployer").trusts("444455556666");
    let user = IamUser::new("111122223333", "dev").access_key("AKIADEV", "dev's");
    let emulator = Emulator::builder().iam_user(user).iam_role(role).build();
    let error = TestEnv::new(&emulator, "deploy", &[], "").credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(with_causes(&error).contains("not authorized to perform: sts:AssumeRole"));
}

#[test]
fn role_is_assumed_again_before_its_credentials_expire() {
    let emulator = builder().build();
    let env = TestEnv::new(&emulator, "deploy", &[], "");
    for _ in 0..6 {
        env.check_identity("arn:aws:sts::444455556666:assumed-role/Deployer/me");
        emulator.clock().advance(Duration::from_secs(7100));
    }
    assert_eq!(emulator.count(Operation::AssumeRole), 6);
}

#[test]
fn role_is_assumed_with_a_token_file() {
    let emulator = builder().build();
    let token = emulator.identity_token("sts", SUBJECT, Duration::from_secs(60));
    let arn = "arn:aws:sts::444455556666:assumed-role/Pod/app";
    TestEnv::new(&emulator, "pod", &[], &format!("{token}\n")).check_identity(arn);
    let vars = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/Pod"),
        ("AWS_ROLE_SESSION_NAME", "app"),
        ("AWS_REGION", "us-east-1"),
    ];
    TestEnv::new(&emulator, "", &vars, &token).check_identity(arn);
    emulator.clock().advance(Duration::from_secs(60));
    let expired = TestEnv::new(&emulator, "pod", &[], &token);
    let error = with_causes(&expired.credentials().unwrap_err());
    assert!(error.contains("ExpiredTokenException") && !error.contains(&token), "{error}");
}

#[test]
fn instance_has_a_role_and_can_assume_another() {
    let emulator = builder().build();
    let machine = TestEnv::new(&emulator, "", &[("AWS_REGION", "us-east-1")], "");
    let arn = "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0";
    machine.check_identity(arn);
    let role = TestEnv::new(&emulator, "from-instance", &[], "");
    role.check_identity("arn:aws:sts::444455556666:assumed-role/Next/machine");
    let at = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338")];
    TestEnv::new(&emulator, "from-instance", &at, "")
        .check_identity("arn:aws:sts::444455556666:assumed-role/Next/machine");
    let without = TestEnv::new(&Emulator::default(), "", &[("AWS_REGION", "us-east-1")], "");
    let found = block_on(without.chain.get(&without.world));
    assert!(matches!(&found, Ok(Lookup::NotConfigured(_))), "{found:?}");
}

#[test]
fn stale_instance_credentials_are_used_until_new_ones_are_available() {
    let emulator = builder().build();
    let vars = [("AWS_REGION", "us-east-1")];
    let first = TestEnv::new(&emulator, "", &vars, "").credentials().unwrap();
    emulator.fail(Operation::GetInstanceCredentials).always().with(Fault::Stale);
    emulator.clock().advance(Duration::from_secs(7200));
    let env = TestEnv::new(&emulator, "", &vars, "");
    let stale = env.credentials().unwrap();
    assert_eq!(stale.access_key_id(), first.access_key_id());
    assert!(emulator.clock().now() < stale.expires_at().unwrap());
    emulator.clear_faults();
    emulator.clock().advance(Duration::from_secs(3600));
    let fresh = env.credentials().unwrap();
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
        let env = TestEnv::new(&emulator, profile, &vars, &token);
        let first = env.credentials().unwrap();
        emulator.fail(operation).always().with(Fault::Reset);
        emulator.clock().advance(day / 2);
        let after = env.credentials();
        match after {
            Ok(after) => assert!(is_metadata && after.access_key_id() == first.access_key_id()),
            Err(error) => assert!(!is_metadata, "{operation}: {error}"),
        }
        // A failed refresh is tried again within 30 seconds; static stability waits for minutes.
        emulator.clear_faults();
        emulator.clock().advance(Duration::from_secs(if is_metadata { 600 } else { 30 }));
        let fresh = env.credentials().unwrap();
        assert_ne!(fresh.access_key_id(), first.access_key_id(), "{operation}");
    }
}

#[test]
fn containers_get_credentials_from_their_agents() {
    let emulator = builder().build();
    let task = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/e8b1f0");
    let region = ("AWS_REGION", "us-east-1");
    let task_arn = "arn:aws:sts::111122223333:assumed-role/Task/e8b1f0";
    TestEnv::new(&emulator, "", &[task, region], "").check_identity(task_arn);
    let role = "arn:aws:sts::444455556666:assumed-role/Next/task";
    TestEnv::new(&emulator, "from-container", &[task], "").check_identity(role);

    let token = emulator.identity_token("pods.eks.amazonaws.com", SUBJECT, Duration::from_secs(60));
    let pod = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/token"),
        region,
    ];
    let pod_arn = "arn:aws:sts::111122223333:assumed-role/Pod/eks-emulated-app";
    TestEnv::new(&emulator, "", &pod, &token).check_identity(pod_arn);
    emulator.clock().advance(Duration::from_secs(60));
    let expired = TestEnv::new(&emulator, "", &pod, &token);
    let error = with_causes(&expired.credentials().unwrap_err());
    assert!(error.contains("(HTTP 400)") && !error.contains(&token), "{error}");
}
