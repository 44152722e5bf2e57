//! Profiles that assume a role.

use std::time::{Duration, SystemTime};

use vestibule_emulator::{Emulator, IamRole, IamUser, Operation};

use crate::support::{Running, TestEnv, in_terminal};

const ROLE: &str = "\
[profile ops]
role_arn = arn:aws:iam::111122223333:role/ops
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/ann
region = us-east-1

[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-a-secret
";

#[test]
fn mfa_code_without_a_terminal_is_an_error() {
    let env = TestEnv::new();
    env.write(".aws/config", ROLE);
    for args in [&["whoami", "--profile", "ops"][..], &["whoami", "--profile", "ops", "--no-input"]]
    {
        env.run(args)
            .exits_with(4)
            .stderr_contains(
                "error: a code of the MFA device arn:aws:iam::111122223333:mfa/ann is needed",
            )
            .stderr_contains("prompts are disabled")
            .stderr_contains("chosen by mfa_serial, ~/.aws/config:4")
            .stderr_contains("vestibule whoami --profile ops");
    }
    assert!(env.emulator.requests().is_empty());
}

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/ann";

/// Returns an environment with an MFA device and the profile `ops`, whose role requires a code.
pub(crate) fn with_device() -> TestEnv {
    let ann = IamUser::new("111122223333", "ann").access_key("AKIAEXAMPLE", "not-a-secret");
    // The seed of RFC 6238 in base32, which also lists the codes of the year 2033.
    let ann = ann.mfa_device(SERIAL, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let ops = IamRole::new("111122223333", "ops").trusts("arn:aws:iam::111122223333:user/ann");
    let env = TestEnv::with_emulator(Emulator::builder().iam_user(ann).iam_role(ops.mfa()));
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    env.advance(Duration::from_secs(2_000_000_000).saturating_sub(now));
    env.write(".aws/config", ROLE);
    env
}

/// Starts the program in a terminal and types the code of the device.
pub(crate) fn with_code<'a>(env: &'a TestEnv, words: &str) -> Running<'a> {
    let program = env!("CARGO_BIN_EXE_vestibule");
    let terminal = in_terminal(&format!("{program} {words}"));
    let mut running = env.prepared(terminal).with_keyboard().start();
    running.type_line("279037");
    running
}

#[test]
fn mfa_code_is_prompted_once_per_hour() {
    let env = with_device();
    let whoami = with_code(&env, "whoami --profile ops");
    let shown = whoami.wait();
    assert!(shown.succeeded().stdout.contains(&format!("MFA code for {SERIAL}: ")), "{shown:?}");
    assert!(shown.stdout.contains("assumed-role/ops/"), "{shown:?}");
    // The cached credentials serve other commands without a code.
    env.run(["export-credentials", "--profile", "ops"]).succeeded();
    assert_eq!(env.emulator.count(Operation::AssumeRole), 1);
    env.advance(Duration::from_secs(61 * 60));
    env.run(["export-credentials", "--profile", "ops"]).exits_with(4);
}
