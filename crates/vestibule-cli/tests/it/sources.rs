//! Credential sources that need no sign-in, configured by environment variables.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use vestibule_emulator::{Container, Emulator, IamRole};

use crate::support::{Invocation, Output, TestEnv};

const SUBJECT: &str = "system:serviceaccount:default:app";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Returns an environment without SSO configuration.
fn env() -> TestEnv {
    let emulator = Emulator::builder()
        .iam_role(IamRole::new("111122223333", "Pod").trusts_identity("sts", SUBJECT))
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .container(Container::eks("111122223333", "Pod", SUBJECT))
        .container(Container::greengrass("111122223333", "Core", "the core's own"));
    let env = TestEnv::with_emulator(emulator);
    env.write(".aws/config", "[default]\nregion = us-east-1\n");
    env
}

fn whoami<'a>(env: &'a TestEnv, uri: &str) -> Invocation<'a> {
    let uri = format!("{}{uri}", env.server.http());
    env.vestibule(["whoami"]).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)
}

#[track_caller]
fn is(ran: &Output, role_and_name: &str) {
    let arn = format!("arn:aws:sts::111122223333:assumed-role/{role_and_name}");
    assert_eq!(ran.succeeded().json()["Arn"], arn);
}

#[test]
fn container_endpoints_give_credentials() {
    let env = env();
    is(&whoami(&env, "/v2/credentials/e8b1f0").run(), "Task/e8b1f0");
    whoami(&env, "/v2/credentials/another")
        .run()
        .exits_with(1)
        .stderr_contains("InvalidIdInRequest");

    env.write("token", &env.emulator.identity_token("pods.eks.amazonaws.com", SUBJECT, DAY));
    let pod = || {
        let token = env.path("token");
        whoami(&env, "/v1/credentials").env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token)
    };
    is(&pod().run(), "Pod/eks-emulated-app");
    env.write("token", &env.emulator.identity_token("elsewhere", SUBJECT, DAY));
    pod().run().exits_with(1).stderr_contains("HTTP 400");

    let core = |token: &str| {
        whoami(&env, "/2016-11-01/credentialprovider/")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)
            .run()
    };
    is(&core("the core's own"), "Core/core");
    core("another").exits_with(1).stderr_contains("HTTP 403");
}

#[test]
fn web_identity_token_file_gives_role_credentials() {
    let env = env();
    let whoami = || {
        env.vestibule(["whoami"])
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", env.path("token"))
            .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Pod")
            .env("AWS_ROLE_SESSION_NAME", "app")
            .run()
    };
    whoami().exits_with(1).stderr_contains("token");
    env.write("token", &env.emulator.identity_token("sts", SUBJECT, DAY));
    is(&whoami(), "Pod/app");
    env.advance(DAY);
    whoami().exits_with(1).stderr_contains("ExpiredTokenException");
}

/// A laptop whose network drops packets to the instance metadata address.
#[test]
fn no_source_is_reported_within_a_second_and_a_half() {
    let env = TestEnv::with_emulator(Emulator::builder());
    env.write(".aws/config", "");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let began = Instant::now();
    env.run(["--version"]).succeeded();
    let start = began.elapsed();
    let began = Instant::now();
    let ran = env
        .vestibule(["export-credentials"])
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
        .run();
    let took = began.elapsed().saturating_sub(start);
    ran.exits_with(7)
        .stderr_contains("AWS_ACCESS_KEY_ID")
        .stderr_contains("AWS_WEB_IDENTITY_TOKEN_FILE")
        .stderr_contains("did not respond");
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}
