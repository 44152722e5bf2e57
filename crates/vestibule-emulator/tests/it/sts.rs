use hmac_sha256::{HMAC, Hash};
use vestibule_emulator::Emulator;
use vestibule_wire::{Request, Response};
use vestibule_world::Clock as _;

use crate::client::{Client, portal, seconds, send};

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const HOST: &str = "sts.us-east-1.amazonaws.com";

struct Keys {
    id: String,
    secret: String,
    token: Option<String>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Signs as the document says, at one fixed set of headers.
fn signed(keys: &Keys, at: &str, region: &str, service: &str) -> Request {
    let day = &at[..8];
    let token = keys.token.as_deref();
    let (more, names) = match token {
        Some(token) => {
            (format!("x-amz-security-token:{token}\n"), "host;x-amz-date;x-amz-security-token")
        }
        None => (String::new(), "host;x-amz-date"),
    };
    let hash = hex(&Hash::hash(BODY.as_bytes()));
    let canonical = format!("POST\n/\n\nhost:{HOST}\nx-amz-date:{at}\n{more}\n{names}\n{hash}");
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text =
        format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex(&Hash::hash(canonical.as_bytes())));
    let mut key = format!("AWS4{}", keys.secret).into_bytes();
    for part in [day, region, service, "aws4_request"] {
        key = HMAC::mac(part, key).to_vec();
    }
    let signature = hex(&HMAC::mac(text, key));
    let id = &keys.id;
    let mut request = http::Request::post(format!("https://{HOST}/"))
        .header("x-amz-date", at)
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("authorization", {
            format!(
                "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
            )
        });
    if let Some(token) = token {
        request = request.header("x-amz-security-token", token);
    }
    request.body(BODY.into()).unwrap()
}

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

fn text(answer: &Response) -> String {
    format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body()))
}

fn ask(emulator: &Emulator, keys: &Keys) -> String {
    let at = emulator.clock().now().compact();
    text(&send(emulator, signed(keys, &at, "us-east-1", "sts")))
}

#[track_caller]
fn has(answer: &str, parts: &[&str]) {
    for part in parts {
        assert!(answer.contains(part), "{part} is not in {answer}");
    }
}

#[test]
fn role_credentials_are_somebody() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    has(
        &ask(&emulator, &keys),
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
fn lasting_keys_are_somebody() {
    let emulator = Emulator::builder().access_key("111122223333", "AKIDEXAMPLE", "key").build();
    let keys = Keys { id: "AKIDEXAMPLE".into(), secret: "key".into(), token: None };
    let somebody = ["<Arn>arn:aws:iam::111122223333:user/emulated</Arn>"];
    has(&ask(&emulator, &keys), &somebody);
    for _ in 0..=4096 {
        role_keys(&emulator);
    }
    has(&ask(&emulator, &keys), &somebody);
}

#[test]
fn the_published_request_is_accepted() {
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
        .body(BODY.into())
        .unwrap();
    has(&text(&send(&emulator, request)), &["200 <GetCallerIdentityResponse"]);
}

#[test]
fn keys_expire_and_strangers_are_strangers() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let unknown = ["403 ", "<Type>Sender</Type><Code>InvalidClientTokenId</Code>"];
    has(
        &ask(&emulator, &Keys { id: "ASIAUNKNOWN".into(), secret: "x".into(), token: None }),
        &unknown,
    );
    let (id, secret) = (keys.id.clone(), keys.secret.clone());
    has(&ask(&emulator, &Keys { id: id.clone(), secret, token: None }), &unknown);
    let token = keys.token.clone();
    let forged = Keys { id, secret: "x".into(), token };
    has(
        &ask(&emulator, &forged),
        &["403 ", "<Code>SignatureDoesNotMatch</Code>", "does not match"],
    );
    emulator.clock().advance(seconds(3600));
    has(&ask(&emulator, &keys), &["403 ", "<Code>ExpiredToken</Code>"]);
}

#[test]
fn clocks_may_be_a_quarter_of_an_hour_apart() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let at = emulator.clock().now();
    let late = signed(&keys, &(at - seconds(901)).compact(), "us-east-1", "sts");
    has(
        &text(&send(&emulator, late)),
        &[
            "403 ",
            "<Code>SignatureDoesNotMatch</Code>",
            "Signature expired: 20251231T234459Z is now earlier than 20251231T234500Z \
         (20260101T000000Z - 15 min.)",
        ],
    );
    let early = signed(&keys, &(at + seconds(901)).compact(), "us-east-1", "sts");
    has(&text(&send(&emulator, early)), &["403 ", "Signature not yet current"]);
    let near = signed(&keys, &(at + seconds(900)).compact(), "us-east-1", "sts");
    has(&text(&send(&emulator, near)), &["200 "]);
}

#[test]
fn scopes_are_checked() {
    let emulator = Emulator::default();
    let keys = role_keys(&emulator);
    let at = emulator.clock().now().compact();
    let other_service = send(&emulator, signed(&keys, &at, "us-east-1", "s3"));
    has(&text(&other_service), &["403 ", "correct service"]);
    let other_region = send(&emulator, signed(&keys, &at, "eu-west-1", "sts"));
    has(&text(&other_region), &["403 ", "valid region"]);
}

#[test]
fn what_is_unsigned_or_not_emulated_says_so() {
    let emulator = Emulator::default();
    let post = |body: &'static str| {
        let request = http::Request::post(format!("https://{HOST}/")).body(body.into()).unwrap();
        text(&send(&emulator, request))
    };
    has(&post(BODY), &["403 ", "<Code>MissingAuthenticationToken</Code>"]);
    has(&post("Action=AssumeRole"), &["400 ", "<Code>InvalidAction</Code>"]);
    has(&post("\u{0}"), &["400 ", "<Code>InvalidAction</Code>"]);
}
