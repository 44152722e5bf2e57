//! Where the program finds credentials without a sign-in, each told by variables alone.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use vestibule_emulator::{Container, Emulator, IamRole};

use crate::support::{Invocation, Lab, Ran};

const SUBJECT: &str = "system:serviceaccount:default:app";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A home without configuration.
fn lab() -> Lab {
    let emulator = Emulator::builder()
        .iam_role(IamRole::new("111122223333", "Pod").trusting_identity("sts", SUBJECT))
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .container(Container::eks("111122223333", "Pod", SUBJECT))
        .container(Container::greengrass("111122223333", "Core", "the core's own"));
    let lab = Lab::over(emulator);
    lab.write(".aws/config", "[default]\nregion = us-east-1\n");
    lab
}

fn whoami<'a>(lab: &'a Lab, uri: &str) -> Invocation<'a> {
    let uri = format!("{}{uri}", lab.server.http());
    lab.vestibule(["whoami"]).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)
}

#[track_caller]
fn is(ran: &Ran, role_and_name: &str) {
    let arn = format!("arn:aws:sts::111122223333:assumed-role/{role_and_name}");
    assert_eq!(ran.succeeded().json()["Arn"], arn);
}

#[test]
fn containers_ask_their_agents() {
    let lab = lab();
    is(&whoami(&lab, "/v2/credentials/e8b1f0").run(), "Task/e8b1f0");
    whoami(&lab, "/v2/credentials/another").run().ended(1).says("InvalidIdInRequest");

    lab.write("token", &lab.emulator.identity_token("pods.eks.amazonaws.com", SUBJECT, DAY));
    let pod = || {
        let token = lab.path("token");
        whoami(&lab, "/v1/credentials").env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token)
    };
    is(&pod().run(), "Pod/eks-emulated-app");
    lab.write("token", &lab.emulator.identity_token("elsewhere", SUBJECT, DAY));
    pod().run().ended(1).says("HTTP 400");

    let core = |token: &str| {
        whoami(&lab, "/2016-11-01/credentialprovider/")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)
            .run()
    };
    is(&core("the core's own"), "Core/core");
    core("another").ended(1).says("HTTP 403");
}

#[test]
fn a_token_in_a_file_opens_a_role() {
    let lab = lab();
    let whoami = || {
        lab.vestibule(["whoami"])
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", lab.path("token"))
            .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Pod")
            .env("AWS_ROLE_SESSION_NAME", "app")
            .run()
    };
    whoami().ended(1).says("token");
    lab.write("token", &lab.emulator.identity_token("sts", SUBJECT, DAY));
    is(&whoami(), "Pod/app");
    lab.pass(DAY);
    whoami().ended(1).says("ExpiredTokenException");
}

/// A laptop whose network swallows what is sent to an instance's metadata.
#[test]
fn where_nothing_is_set_up_that_is_said_in_a_second_and_a_half() {
    let lab = Lab::over(Emulator::builder());
    lab.write(".aws/config", "");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let began = Instant::now();
    let ran = lab
        .vestibule(["export-credentials"])
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
        .run();
    let took = began.elapsed();
    ran.ended(7).says("AWS_ACCESS_KEY_ID").says("AWS_WEB_IDENTITY_TOKEN_FILE").says("no answer");
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}
