use vestibule_emulator::Emulator;
use vestibule_world::Clock as _;

use crate::client::{Client, portal, seconds, send};
use crate::signer::{HOST, IDENTITY, Keys, assert_contains, send_unsigned, signed, text};

fn role_keys(emulator: &Emulator) -> Keys {
    let tokens = Client::with_scope(emulator).sign_in();
    let path = "/federation/credentials?role_name=SampleRole&account_id=111122223333";
    let (_, body) = portal(emulator, path, tokens["accessToken"].as_str().unwrap());
    let text = |name: &str| body["roleCredentials"][name].as_str().unwrap().to_owned();
    Keys {
        id: text("accessKeyId"),
        secret: text("secretAccessKey"),
        token: Some(text("sessionToken")),
    }
}

#[test]
fn role_credentials_identify_the_role_session() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    assert_contains(
        &keys.send(&emulator, IDENTITY),
        &[
            "200 <GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
            "<Arn>arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_SampleRole_",
            "/sample-user</Arn>",
            "<UserId>AROA",
            "<Account>111122223333</Account>",
            "<RequestId>",
        ],
    );
    assert_eq!(emulator.requests().last().unwrap().about, keys.id);
}

#[test]
fn long_term_keys_identify_the_user() {
    let emulator = Emulator::builder().access_key("111122223333", "AKIDEXAMPLE", "key").build();
    let keys = Keys::lasting("AKIDEXAMPLE", "key");
    let user = ["<Arn>arn:aws:iam::111122223333:user/emulated</Arn>"];
    assert_contains(&keys.send(&emulator, IDENTITY), &user);
    for _ in 0..=4096 {
        role_keys(&emulator);
    }
    assert_contains(&keys.send(&emulator, IDENTITY), &user);
}

#[test]
fn published_signed_request_is_accepted() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let emulator = Emulator::builder().access_key("111122223333", "AKIDEXAMPLE", secret).build();
    let at = "20150830T123600Z";
    emulator.clock().set(vestibule_types::Timestamp::from_compact(at).unwrap());
    let request = http::Request::post(format!("https://{HOST}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-amz-date", at)
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=94405bc26f219569999dadb25c560bc61134371b330f394151ebb698c4d5fb3a",
        )
        .body(IDENTITY.into())
        .unwrap();
    assert_contains(&text(&send(&emulator, request)), &["200 <GetCallerIdentityResponse"]);
}

#[test]
fn expired_or_unknown_key_is_refused() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let unknown = ["403 ", "<Type>Sender</Type><Code>InvalidClientTokenId</Code>"];
    assert_contains(&Keys::lasting("ASIAUNKNOWN", "x").send(&emulator, IDENTITY), &unknown);
    let (id, secret) = (keys.id.clone(), keys.secret.clone());
    assert_contains(&Keys::lasting(&id, &secret).send(&emulator, IDENTITY), &unknown);
    let token = keys.token.clone();
    let forged = Keys { id, secret: "x".into(), token };
    assert_contains(
        &forged.send(&emulator, IDENTITY),
        &["403 ", "<Code>SignatureDoesNotMatch</Code>", "does not match"],
    );
    emulator.clock().advance(seconds(3600));
    assert_contains(&keys.send(&emulator, IDENTITY), &["403 ", "<Code>ExpiredToken</Code>"]);
}

#[test]
fn request_signed_more_than_15_minutes_apart_is_refused() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let at = emulator.clock().now();
    let late = signed(&keys, &(at - seconds(901)).compact(), "us-east-1", "sts", IDENTITY);
    assert_contains(
        &text(&send(&emulator, late)),
        &[
            "403 ",
            "<Code>SignatureDoesNotMatch</Code>",
            "Signature expired: 20251231T234459Z is now earlier than 20251231T234500Z \
         (20260101T000000Z - 15 min.)",
        ],
    );
    let early = signed(&keys, &(at + seconds(901)).compact(), "us-east-1", "sts", IDENTITY);
    assert_contains(&text(&send(&emulator, early)), &["403 ", "Signature not yet current"]);
    let near = signed(&keys, &(at + seconds(900)).compact(), "us-east-1", "sts", IDENTITY);
    assert_contains(&text(&send(&emulator, near)), &["200 "]);
}

#[test]
fn credential_scope_of_another_service_or_region_is_refused() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let at = emulator.clock().now().compact();
    let other_service = send(&emulator, signed(&keys, &at, "us-east-1", "s3", IDENTITY));
    assert_contains(&text(&other_service), &["403 ", "correct service"]);
    let other_region = send(&emulator, signed(&keys, &at, "eu-west-1", "sts", IDENTITY));
    assert_contains(&text(&other_region), &["403 ", "valid region"]);
}

#[test]
fn unsigned_or_unknown_action_is_refused() {
    let emulator = Emulator::default();
    assert_contains(
        &send_unsigned(&emulator, IDENTITY),
        &["403 ", "<Code>MissingAuthenticationToken</Code>"],
    );
    let invalid = ["400 ", "<Code>InvalidAction</Code>"];
    assert_contains(&send_unsigned(&emulator, "Action=DecodeAuthorizationMessage"), &invalid);
    assert_contains(&send_unsigned(&emulator, "\u{0}"), &invalid);
}
