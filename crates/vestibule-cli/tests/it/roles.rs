//! Roles that a profile assumes.

use std::process::Command;
use std::time::{Duration, SystemTime};

use vestibule_emulator::{Emulator, IamRole, IamUser, Operation};

use crate::support::{Lab, Running};

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
fn who_is_not_there_is_not_asked_for_a_code() {
    let lab = Lab::new();
    lab.write(".aws/config", ROLE);
    for args in [&["whoami", "--profile", "ops"][..], &["whoami", "--profile", "ops", "--no-input"]]
    {
        lab.run(args)
            .ended(4)
            .says("error: a code of the MFA device arn:aws:iam::111122223333:mfa/ann is needed")
            .says("nobody can be asked")
            .says("chosen by mfa_serial, ~/.aws/config:4")
            .says("vestibule whoami --profile ops");
    }
    assert!(lab.emulator.requests().is_empty());
}

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/ann";

/// Ann with her device, and the profile `ops` for a role that wants a code of it.
pub(crate) fn with_device() -> Lab {
    let ann = IamUser::new("111122223333", "ann").access_key("AKIAEXAMPLE", "not-a-secret");
    // That of RFC 6238, in base32; it also says what the device shows in 2033.
    let ann = ann.mfa_device(SERIAL, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let ops = IamRole::new("111122223333", "ops").trusting("arn:aws:iam::111122223333:user/ann");
    let lab = Lab::over(Emulator::builder().iam_user(ann).iam_role(ops.with_mfa()));
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    lab.pass(Duration::from_secs(2_000_000_000).saturating_sub(now));
    lab.write(".aws/config", ROLE);
    lab
}

/// The program at a terminal, where somebody types what the device shows.
pub(crate) fn with_code<'a>(lab: &'a Lab, words: &str) -> Running<'a> {
    let mut terminal = Command::new("script");
    let program = env!("CARGO_BIN_EXE_vestibule");
    terminal.args(["-qec", &format!("{program} {words}"), "/dev/null"]);
    let mut running = lab.prepared(terminal).with_keyboard().start();
    running.types("279037");
    running
}

#[test]
fn a_code_is_typed_at_the_terminal_once_for_an_hour() {
    let lab = with_device();
    let whoami = with_code(&lab, "whoami --profile ops");
    let shown = whoami.ends();
    assert!(shown.succeeded().stdout.contains(&format!("MFA code for {SERIAL}: ")), "{shown:?}");
    assert!(shown.stdout.contains("assumed-role/ops/"), "{shown:?}");
    // Other programs need no code, with or without a terminal.
    lab.run(["export-credentials", "--profile", "ops"]).succeeded();
    assert_eq!(lab.emulator.count(Operation::AssumeRole), 1);
    lab.pass(Duration::from_secs(61 * 60));
    lab.run(["export-credentials", "--profile", "ops"]).ended(4);
}
