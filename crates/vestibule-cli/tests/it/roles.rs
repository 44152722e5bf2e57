//! Roles that a profile assumes.

use crate::support::Lab;

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
