use vestibule_emulator::{Emulator, IamRole};

use crate::client::seconds;
use crate::signer::{Keys, action, assert_contains, send_unsigned};

const SUBJECT: &str = "system:serviceaccount:default:app";

fn emulator() -> Emulator {
    let role = IamRole::new("111122223333", "Pod").trusts_identity("sts.amazonaws.com", SUBJECT);
    Emulator::builder().iam_role(role).build()
}

fn assume(emulator: &Emulator, token: &str) -> String {
    let parameters = [
        ("RoleArn", "arn:aws:iam::111122223333:role/Pod"),
        ("RoleSessionName", "app"),
        ("WebIdentityToken", token),
    ];
    send_unsigned(emulator, &action("AssumeRoleWithWebIdentity", &parameters))
}

#[test]
fn identity_token_assumes_a_trusting_role() {
    let emulator = emulator();
    let token = emulator.identity_token("sts.amazonaws.com", SUBJECT, seconds(3600));
    let response = assume(&emulator, &token);
    assert_contains(
        &response,
        &[
            "200 <AssumeRoleWithWebIdentityResponse",
            "<SubjectFromWebIdentityToken>system:serviceaccount:default:app<",
            "<Audience>sts.amazonaws.com</Audience>",
            "<Provider>https://identity.example.com</Provider>",
        ],
    );
    let arn = Keys::of_xml(&response).arn(&emulator);
    assert_eq!(arn, "arn:aws:sts::111122223333:assumed-role/Pod/app");
    assert!(emulator.secrets().contains(&token));
}

#[test]
fn identity_token_with_wrong_claims_is_refused() {
    let emulator = emulator();
    let token = |audience, subject| emulator.identity_token(audience, subject, seconds(60));
    let denied =
        ["403 ", "<Code>AccessDenied</Code>", "Not authorized to perform sts:AssumeRoleWithWeb"];
    assert_contains(&assume(&emulator, &token("sts.amazonaws.com", "other")), &denied);
    assert_contains(&assume(&emulator, &token("elsewhere", SUBJECT)), &denied);
    let good = token("sts.amazonaws.com", SUBJECT);
    let mut forged = good.clone();
    forged.pop();
    let invalid = "400 <ErrorResponse";
    let stranger = "No OpenIDConnect provider found in your account";
    assert_contains(
        &assume(&emulator, &forged),
        &[invalid, "<Code>InvalidIdentityToken<", stranger],
    );
    assert_contains(
        &assume(&emulator, "no token"),
        &[invalid, "<Code>InvalidIdentityToken<", "valid JWT"],
    );
    assert_contains(&assume(&emulator, ""), &[invalid, "Value null at &#39;webIdentityToken&#39;"]);
    emulator.clock().advance(seconds(60));
    assert_contains(&assume(&emulator, &good), &[invalid, "<Code>ExpiredTokenException<"]);
}
