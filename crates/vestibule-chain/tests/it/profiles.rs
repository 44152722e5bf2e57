//! The provider of each kind of profile.

use std::sync::Arc;

use expect_test::{Expect, expect};
use vestibule_chain::{Lookup, NativeProcesses, Planned, Provider, build, default_chain};
use vestibule_emulator::{Container, Emulator, IamRole, IamUser, Instance};
use vestibule_test_env::sign_in;
use vestibule_types::{Credentials, SecretAccessKey};
use vestibule_world::{Finished, World, WriteMode, block_on, memory};

use crate::support::{context, outcome, plan_of, with_emulator, world};

/// One profile of each kind; the default one is that of the README.
const PROFILES: &str = "
[profile keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = hidden
[profile process]
credential_process = /bin/helper --password hidden
[profile web]
role_arn = arn:aws:iam::111122223333:role/Ops
web_identity_token_file = /token
[profile environment]
credential_source = Environment
[profile container]
credential_source = EcsContainer
[profile instance]
credential_source = Ec2InstanceMetadata
[profile role]
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = keys
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = keys
mfa_serial = GAHT12345678
[profile after-mfa]
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = mfa
[profile bearer]
sso_session = my-sso
[profile after-bearer]
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = bearer
[profile empty]
region = us-east-1
";

const CONTAINER: (&str, &str) =
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/e8b1f0");

fn profiles(vars: &[(&str, &str)]) -> World {
    world(&format!("{}{PROFILES}", vestibule_test_env::CONFIG), vars)
}

fn provider(world: &World, profile: &str) -> Planned {
    build(&plan_of(world, profile), &context(world)).unwrap()
}

#[test]
fn profile_has_location_and_refresh_policy_of_its_source() {
    let world = profiles(&[CONTAINER]);
    let expected = expect![[r"
        keys: profile, Strict
        default: sso, Early { advisory: None }
        process: `/bin/helper` (credential_process, ~/.aws/config:16), Strict
        web: web-identity, Early { advisory: None }
        environment: AWS_ACCESS_KEY_ID (AWS_CREDENTIAL_EXPIRATION), Strict
        container: http://169.254.170.2 (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), StaticStability { advisory: None }
        instance: instance, StaticStability { advisory: None }
        role: assume-role, Early { advisory: None }
        mfa: assume-role, Strict
        after-mfa: assume-role, Strict
        bearer: profile, Strict
        empty: profile, Strict
    "]];
    let profiles = "keys default process web environment container instance role mfa after-mfa \
                    bearer empty";
    let lines = profiles.split(' ').map(|profile| {
        let provider = provider(&world, profile);
        let (location, policy) = (provider.location(&world), provider.refresh_policy());
        format!("{profile}: {location}, {policy:?}\n")
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn credentials_name_the_provider_that_issued_them() {
    let emulator = Emulator::builder()
        .iam_user(IamUser::new("111122223333", "dev").access_key("AKIAKEYS", "hidden"))
        .iam_role(
            IamRole::new("111122223333", "Ops")
                .trusts("arn:aws:iam::111122223333:user/dev")
                .trusts_identity("sts", "app"),
        )
        .instance(Instance::new().role("111122223333", "WebServer"))
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .build();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "hidden")];
    let vars = [keys[0], keys[1], CONTAINER, ("AWS_REGION", "us-east-1")];
    let processes = memory::Processes::new(|_| Ok(printed("AKIAPROCESS")));
    let world =
        World { processes: Arc::new(processes), ..with_emulator(profiles(&vars), &emulator) };
    let token = emulator.identity_token("sts", "app", std::time::Duration::from_secs(60));
    world.files.replace("/token".as_ref(), token.as_bytes(), WriteMode::BestEffort).unwrap();
    sign_in(&world, &emulator);
    for (profile, expected) in [
        ("keys", "profile"),
        ("default", "sso"),
        ("process", "process"),
        ("web", "web-identity"),
        ("environment", "environment"),
        ("container", "container"),
        ("instance", "instance"),
        ("role", "assume-role"),
    ] {
        match block_on(provider(&world, profile).provide(&world)) {
            Ok(Lookup::Credentials(found)) => assert_eq!(found.provider(), Some(expected)),
            other => panic!("{profile}: {other:?}"),
        }
    }
}

/// Returns the result of a program that prints this access key.
fn printed(access_key_id: &str) -> Finished {
    let output = format!(
        r#"{{"Version": 1, "AccessKeyId": "{access_key_id}", "SecretAccessKey": "hidden"}}"#
    );
    Finished::new(Some(0), output.into_bytes().into(), "")
}

#[test]
fn profile_that_selects_an_unconfigured_source_is_an_error() {
    let world = profiles(&[]);
    let check = |profile, expected: &Expect| {
        expected.assert_eq(&outcome(&world, &provider(&world, profile)));
    };
    check(
        "environment",
        &expect![
            "Refused: profile `environment` has no credentials: environment: AWS_ACCESS_KEY_ID is not set"
        ],
    );
    check(
        "container",
        &expect![
            "Refused: profile `container` has no credentials: container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set"
        ],
    );
    check(
        "after-bearer",
        &expect![
            "Refused: profile `after-bearer` has no credentials: sso: profile `bearer` gives a bearer token only: it has no sso_account_id and sso_role_name (sso_session, ~/.aws/config:37)"
        ],
    );
}

#[test]
fn profile_without_credentials_lets_the_chain_try_the_next_source() {
    let emulator =
        Emulator::builder().instance(Instance::new().role("111122223333", "WebServer")).build();
    let world = with_emulator(profiles(&[]), &emulator);
    let check = |profile, expected: &Expect| {
        expected.assert_eq(&outcome(&world, &provider(&world, profile)));
        let chain = default_chain(&plan_of(&world, profile), &context(&world)).unwrap();
        let Ok(Lookup::Credentials(found)) = block_on(chain.provide(&world)) else { panic!() };
        assert_eq!(found.provider(), Some("instance"));
    };
    check(
        "bearer",
        &expect![
            "not configured: sso: profile `bearer` gives a bearer token only: it has no sso_account_id and sso_role_name (sso_session, ~/.aws/config:37)"
        ],
    );
    check(
        "empty",
        &expect![
            "not configured: profile: profile `empty` did not contain credential information (~/.aws/config:41)"
        ],
    );
}

#[test]
fn chain_has_the_name_of_the_source_that_was_used() {
    let world = profiles(&[]);
    let chain = default_chain(&plan_of(&world, "keys"), &context(&world)).unwrap();
    assert_eq!(outcome(&world, &chain), "AKIAKEYS of profile");
    assert_eq!(chain.name(), "profile");
}

#[test]
fn native_provider_takes_the_place_of_its_program() {
    let processes = memory::Processes::new(|_| Ok(printed("AKIAPROCESS")));
    let world = World { processes: Arc::new(processes), ..profiles(&[]) };
    let native = |program: &'static str| {
        NativeProcesses::new(move |command, _settings| {
            let keys = Credentials::new("AKIANATIVE", SecretAccessKey::new("hidden"));
            let is_native = command.command.value.program() == program;
            is_native.then(|| Arc::new(keys.with_provider("sso")) as Arc<dyn Provider>)
        })
    };
    let outcome = |processes| {
        let context = context(&world).with_native_processes(processes);
        outcome(&world, &build(&plan_of(&world, "process"), &context).unwrap())
    };
    // The credentials name the source behind the provider.
    assert_eq!(outcome(native("/bin/helper")), "AKIANATIVE of sso");
    assert_eq!(outcome(native("/bin/other")), "AKIAPROCESS of process");
    assert_eq!(outcome(NativeProcesses::default()), "AKIAPROCESS of process");
}
