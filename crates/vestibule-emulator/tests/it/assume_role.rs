use vestibule_emulator::{Builder, Emulator, Fault, IamRole, IamUser, Operation};

use crate::client::seconds;
use crate::signer::{IDENTITY, Keys, action, assert_contains, element, send_unsigned};

const ROLE: &str = "arn:aws:iam::444455556666:role/Deployer";
const SERIAL: &str = "arn:aws:iam::111122223333:mfa/dev";
/// The seed of RFC 6238, in base32.
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn with(role: IamRole) -> Builder {
    let dev = IamUser::new("111122223333", "dev").access_key("AKIADEV", "dev's");
    let other = IamUser::new("111122223333", "other").access_key("AKIAOTHER", "other's");
    Emulator::builder().iam_user(dev.mfa_device(SERIAL, SEED)).iam_user(other).iam_role(role)
}

fn deployer() -> IamRole {
    IamRole::new("444455556666", "Deployer").trusts("arn:aws:iam::111122223333:user/dev")
}

fn dev() -> Keys {
    Keys::lasting("AKIADEV", "dev's")
}

fn assume(more: &[(&str, &str)]) -> String {
    let mut parameters = vec![("RoleArn", ROLE), ("RoleSessionName", "me")];
    for pair in more {
        parameters.retain(|(name, _)| *name != pair.0);
        parameters.push(*pair);
    }
    action("AssumeRole", &parameters)
}

#[test]
fn assumed_role_credentials_are_known_to_sts() {
    let emulator = with(deployer()).build();
    let response = dev().send(&emulator, &assume(&[("SourceIdentity", "me"), ("Policy", "{}")]));
    assert_contains(
        &response,
        &[
            "200 <AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <AssumeRoleResult><Credentials><AccessKeyId>ASIA",
            "<Expiration>2026-01-01T01:00:00Z</Expiration></Credentials>",
            "<Arn>arn:aws:sts::444455556666:assumed-role/Deployer/me</Arn></AssumedRoleUser>",
            "<PackedPolicySize>0</PackedPolicySize><SourceIdentity>me</SourceIdentity>",
        ],
    );
    let keys = Keys::of_xml(&response);
    let user_id = element(&response, "AssumedRoleId").to_owned();
    assert!(user_id.starts_with("AROA") && user_id.ends_with(":me"), "{user_id}");
    let identity = keys.send(&emulator, IDENTITY);
    assert_eq!(element(&identity, "UserId"), user_id);
    assert_eq!(element(&identity, "Account"), "444455556666");
    assert_eq!(emulator.requests()[0].about, format!("AKIADEV {ROLE}"));
    let secrets = emulator.secrets();
    assert!(secrets.contains(&keys.secret) && secrets.contains(&keys.token.unwrap()));
}

#[test]
fn untrusted_caller_and_unknown_role_get_the_same_error() {
    let emulator = with(deployer()).build();
    let other = Keys::lasting("AKIAOTHER", "other's");
    let absent = "arn:aws:iam::444455556666:role/Absent";
    for (keys, user, role) in [(other, "other", ROLE), (dev(), "dev", absent)] {
        let refusal = format!(
            "403 <ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
             <Type>Sender</Type><Code>AccessDenied</Code><Message>User: \
             arn:aws:iam::111122223333:user/{user} is not authorized to perform: sts:AssumeRole \
             on resource: {role}</Message></Error>"
        );
        assert_contains(&keys.send(&emulator, &assume(&[("RoleArn", role)])), &[&refusal]);
    }
    let forged = Keys::lasting("AKIADEV", "other's");
    assert_contains(&forged.send(&emulator, &assume(&[])), &["<Code>SignatureDoesNotMatch</Code>"]);
    let unsigned = send_unsigned(&emulator, &assume(&[]));
    assert_contains(&unsigned, &["<Code>MissingAuthenticationToken</Code>"]);
}

#[test]
fn chained_role_session_is_limited_to_one_hour() {
    let emulator = with(deployer())
        .iam_role(
            IamRole::new("444455556666", "Next").trusts(ROLE).max_session_duration(seconds(7200)),
        )
        .build();
    let first = Keys::of_xml(&dev().send(&emulator, &assume(&[])));
    let next = ("RoleArn", "arn:aws:iam::444455556666:role/Next");
    let second = Keys::of_xml(&first.send(&emulator, &assume(&[next])));
    let arn = "arn:aws:sts::444455556666:assumed-role/Next/me";
    assert_eq!(second.arn(&emulator), arn);
    assert_contains(&dev().send(&emulator, &assume(&[next])), &["<Code>AccessDenied</Code>"]);
    assert_contains(
        &first.send(&emulator, &assume(&[next, ("DurationSeconds", "3601")])),
        &["<Code>ValidationError</Code>", "role chaining"],
    );
    // An expired session cannot assume another role.
    emulator.clock().advance(seconds(3600));
    assert_contains(
        &first.send(&emulator, &assume(&[next])),
        &["403 ", "<Code>ExpiredToken</Code>"],
    );
}

#[test]
fn wrong_external_id_is_refused() {
    let emulator = with(deployer().external_id("partner-7")).build();
    assert_contains(&dev().send(&emulator, &assume(&[("ExternalId", "partner-7")])), &["200 "]);
    for other in [&[][..], &[("ExternalId", "partner-8")]] {
        assert_contains(
            &dev().send(&emulator, &assume(other)),
            &["403 ", "<Code>AccessDenied</Code>"],
        );
    }
}

#[test]
fn mfa_code_assumes_a_role_once() {
    let emulator = with(deployer().mfa()).build();
    emulator.clock().set(vestibule_types::Timestamp::from_unix(1_234_567_890, 0).unwrap());
    let mfa = |code| assume(&[("SerialNumber", SERIAL), ("TokenCode", code)]);
    assert_contains(
        &dev().send(&emulator, &assume(&[])),
        &["is not authorized to perform: sts:AssumeRole"],
    );
    let wrong = ["403 ", "<Code>AccessDenied</Code>", "invalid MFA one time pass code"];
    assert_contains(&dev().send(&emulator, &mfa("000000")), &wrong);
    assert_contains(&dev().send(&emulator, &mfa("005924")), &["200 "]);
    assert_contains(&dev().send(&emulator, &mfa("005924")), &wrong);
    let half = assume(&[("SerialNumber", SERIAL)]);
    assert_contains(
        &dev().send(&emulator, &half),
        &["<Code>AccessDenied</Code>", "must provide both"],
    );
    let other = Keys::lasting("AKIAOTHER", "other's");
    assert_contains(&other.send(&emulator, &mfa("005924")), &["verify your MFA serial number"]);
    assert_contains(
        &dev().send(&emulator, &mfa("12345x")),
        &["<Code>ValidationError</Code>", "tokenCode"],
    );
}

#[test]
fn role_session_duration_out_of_bounds_is_refused() {
    let emulator = with(deployer().max_session_duration(seconds(7200))).build();
    let request = |seconds| dev().send(&emulator, &assume(&[("DurationSeconds", seconds)]));
    assert_contains(&request("7200"), &["<Expiration>2026-01-01T02:00:00Z</Expiration>"]);
    assert_contains(&request("900"), &["<Expiration>2026-01-01T00:15:00Z</Expiration>"]);
    let invalid = "400 <ErrorResponse";
    assert_contains(
        &request("899"),
        &[
            invalid,
            "<Code>ValidationError</Code><Message>1 validation error detected: Value \
             &#39;899&#39; at &#39;durationSeconds&#39; failed to satisfy constraint: Member must \
             have value greater than or equal to 900</Message>",
        ],
    );
    assert_contains(&request("43201"), &[invalid, "less than or equal to 43200"]);
    assert_contains(
        &request("7201"),
        &[invalid, "exceeds the MaxSessionDuration set for this role"],
    );
    assert_contains(&request("long"), &[invalid, "<Code>MalformedInput</Code>"]);
}

#[test]
fn invalid_parameter_gets_the_error_of_the_model() {
    let emulator = with(deployer()).build();
    for (name, value, says) in [
        ("RoleArn", "", "Value null at &#39;roleArn&#39;"),
        ("RoleArn", "arn:short", "length greater than or equal to 20"),
        ("RoleArn", "not-an-arn-but-long-enough", "is invalid"),
        ("RoleSessionName", "a", "length greater than or equal to 2"),
        ("RoleSessionName", &"x".repeat(65), "length less than or equal to 64"),
        ("RoleSessionName", "a b", "[\\w+=,.@-]*"),
        ("ExternalId", "a b", "externalId"),
        ("Policy", "no JSON", "Syntax errors in policy."),
    ] {
        assert_contains(
            &dev().send(&emulator, &assume(&[(name, value)])),
            &["400 <ErrorResponse", says],
        );
    }
}

#[test]
fn scripted_sts_error_has_the_status_of_its_code() {
    let emulator = with(deployer()).build();
    for (code, status) in [("RegionDisabledException", "403 "), ("PackedPolicyTooLarge", "400 ")] {
        emulator.fail(Operation::AssumeRole).with(Fault::Error(code.into()));
        assert_contains(
            &dev().send(&emulator, &assume(&[])),
            &[status, &format!("<Code>{code}</Code>")],
        );
    }
    assert_contains(&dev().send(&emulator, &assume(&[])), &["200 "]);
}
