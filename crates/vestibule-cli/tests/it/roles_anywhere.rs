//! IAM Roles Anywhere, by its command and in place of AWS's helper.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use vestibule_emulator::{Emulator, Fault, IamRole, Operation};

use crate::support::TestEnv;

const ANCHOR: &str = "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/a";
const PROFILE: &str = "arn:aws:rolesanywhere:eu-west-1:111122223333:profile/b";
const ROLE: &str = "arn:aws:iam::111122223333:role/Machine";

/// Returns an environment with a certificate and its key: `me.pem` and `me.key`.
pub(crate) fn env() -> TestEnv {
    let (mut authority, authority_key) =
        (CertificateParams::default(), KeyPair::generate().unwrap());
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let anchor = authority.self_signed(&authority_key).unwrap().pem();
    let (issuer, key) = (Issuer::new(authority, authority_key), KeyPair::generate().unwrap());
    let certificate = CertificateParams::default().signed_by(&key, &issuer).unwrap().pem();
    let role = IamRole::new("111122223333", "Machine").trusts("rolesanywhere.amazonaws.com");
    let emulator = Emulator::builder()
        .trust_anchor(ANCHOR, anchor)
        .roles_anywhere_profile(PROFILE, ROLE)
        .iam_role(role);
    let env = TestEnv::with_emulator(emulator);
    env.write("me.pem", &certificate);
    env.write("me.key", &key.serialize_pem());
    env
}

/// Returns an environment, and the options of a command.
fn env_and_options() -> (TestEnv, Vec<String>) {
    let env = env();
    let file = |name: &str| env.path(name).display().to_string();
    let options = [
        ("--certificate", file("me.pem")),
        ("--private-key", file("me.key")),
        ("--trust-anchor-arn", ANCHOR.to_owned()),
        ("--profile-arn", PROFILE.to_owned()),
        ("--role-arn", ROLE.to_owned()),
    ];
    let options = options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect();
    (env, options)
}

#[test]
fn roles_anywhere_prints_credentials_for_other_programs() {
    let (env, options) = env_and_options();
    let args = [vec!["roles-anywhere".to_owned()], options].concat();
    let printed = env.run(&args).succeeded().json();
    assert_eq!(printed["Version"], 1);
    for member in ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] {
        assert!(printed[member].is_string(), "{member}");
    }
    env.write("me.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    env.run(&args).exits_with(6).stderr_contains("it is encrypted");
}

#[test]
fn profile_with_the_helper_of_aws_needs_no_helper() {
    let (env, options) = env_and_options();
    let line = format!("aws_signing_helper credential-process {}", options.join(" "));
    let config = format!("[profile machine]\nregion = us-east-1\ncredential_process = {line}\n");
    env.write(".aws/config", &config);
    // No folder of PATH has the helper.
    let run = |args: &[&str]| env.vestibule(args).env("PATH", "").run();
    let identity = run(&["whoami", "machine"]).succeeded().json();
    let arn = identity["Arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:sts::111122223333:assumed-role/Machine/"), "{arn}");
    assert_eq!(env.emulator.count(Operation::CreateSession), 1);
    env.emulator.fail(Operation::CreateSession).with(Fault::Error("AccessDeniedException".into()));
    let ran = run(&["whoami", "machine"]);
    ran.exits_with(1).stderr_contains("chosen by credential_process, ~/.aws/config:3");
    fs::remove_file(env.path("me.key")).unwrap();
    run(&["whoami", "machine"]).exits_with(6).stderr_contains("could not be read");
}

#[test]
fn helper_line_with_shell_syntax_is_run_by_the_shell() {
    let (env, options) = env_and_options();
    let line = format!("aws_signing_helper credential-process {} | cat", options.join(" "));
    env.write(".aws/config", &format!("[default]\ncredential_process = {line}\n"));
    env.run(["whoami"]).exits_with(1);
    assert_eq!(env.emulator.count(Operation::CreateSession), 0);
}
