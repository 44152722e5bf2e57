use proptest::prelude::*;
use serde_json::json;
use vestibule_emulator::Emulator;

use crate::client::{Client, OIDC, post, send};
use crate::signer::send_unsigned;

#[test]
fn body_longer_than_a_mebibyte_is_refused() {
    let emulator = Emulator::default();
    let most = http::Request::post(format!("{OIDC}/token")).body(vec![b' '; 1 << 20].into());
    assert_eq!(send(&emulator, most.unwrap()).status(), 400);
    let more = http::Request::post(format!("{OIDC}/token")).body(vec![b' '; (1 << 20) + 1].into());
    assert_eq!(send(&emulator, more.unwrap()).status(), 413);
}

#[test]
fn oversized_client_name_or_redirect_uri_is_refused() {
    let emulator = Emulator::default();
    let name = "x".repeat(16 << 10);
    let body = json!({ "clientName": name, "clientType": "public" });
    assert_eq!(post(&emulator, "/client/register", &body).0, 400);
    let client = Client::with_scope(&emulator);
    let redirect = format!("http://127.0.0.1/oauth/callback?x={}", "x".repeat(2048));
    assert_eq!(emulator.authorize(&client.authorize_url(&[("redirect_uri", &redirect)])), None);
}

#[test]
fn deep_or_malformed_json_is_refused() {
    let emulator = Emulator::default();
    for body in ["[".repeat(100_000), "{\"a\":".repeat(10_000), "\u{feff}{}".into(), "1".into()] {
        let request = http::Request::post(format!("{OIDC}/token")).body(body.into()).unwrap();
        assert_eq!(send(&emulator, request).status(), 400);
    }
    assert_eq!(post(&emulator, "/token", &json!([])).0, 400);
}

#[test]
fn client_name_is_escaped_on_pages() {
    let emulator = Emulator::default();
    let name = "<script>alert(1)</script>\u{1b}[31m\n";
    let client = Client::register(&emulator, &json!({ "clientName": name }));
    let started = client.start();
    let code = started["userCode"].as_str().unwrap();
    for path in ["/".to_owned(), format!("/device?user_code={code}")] {
        let page = crate::client::page(&emulator, &format!("http://127.0.0.1{path}"));
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"), "{page}");
    }
    assert!(!emulator.requests()[0].about.contains(char::is_control));
}

fn paths() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "/client/register",
        "/device_authorization",
        "/token",
        "/token?aws_iam=t",
        "/authorize",
        "/federation/credentials",
        "/assignment/accounts",
        "/assignment/roles",
        "/logout",
        "/",
        "/v1/authorize",
        "/v1/sessions/confirmation",
        "/v1/token",
        "/v1/credentials",
        "/v2/credentials/",
        "/2016-11-01/credentialprovider/",
        "/latest/api/token",
        "/latest/meta-data/iam/security-credentials/",
        "/device",
        "/emulator/fail",
        "/emulator/approve",
        "/emulator/identity-token",
        "/emulator/advance",
        "/emulator/revoke",
    ]);
    (known, "[a-z_%0-9=&+?-]{0,40}").prop_map(|(path, query)| {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}{query}")
    })
}

const HOSTS: [&str; 4] = [
    "127.0.0.1:1",
    "oidc.us-east-1.amazonaws.com",
    "sts.cn-north-1.amazonaws.com.cn",
    "us-east-1.signin.aws.amazon.com",
];

proptest! {
    #[test]
    fn any_request_gets_a_response(
        path in paths(),
        method in prop::sample::select(vec!["GET", "POST", "PUT", "HEAD"]),
        header in "[ -~]{0,80}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let emulator = Emulator::default();
        for host in HOSTS {
            let request = http::Request::builder()
                .method(method)
                .uri(format!("http://{host}{path}"))
                .header("authorization", format!("AWS4-HMAC-SHA256 {header}"))
                .header("x-amz-date", &header)
                .header("dpop", &header)
                .header("x-aws-ec2-metadata-token", &header)
                .header("x-aws-ec2-metadata-token-ttl-seconds", &header)
                .header("x-amz-sso_bearer_token", &header)
                .body(body.clone().into());
            if let Ok(request) = request {
                let response = send(&emulator, request);
                prop_assert!(response.headers().contains_key("date"));
            }
        }
    }

    #[test]
    fn any_sts_parameter_gets_an_error_response(
        action in prop::sample::select(vec!["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"]),
        name in prop::sample::select(vec![
            "RoleArn", "RoleSessionName", "WebIdentityToken", "SAMLAssertion", "PrincipalArn",
            "DurationSeconds", "Policy",
        ]),
        value in "\\PC{0,60}",
    ) {
        let arn = "arn:aws:iam::111122223333:role/R";
        let parameters = [
            (name, value.as_str()), ("RoleArn", arn), ("PrincipalArn", arn),
            ("RoleSessionName", "me"), ("WebIdentityToken", "a.b.c"), ("SAMLAssertion", "PHg+"),
        ];
        let form = crate::signer::action(action, &parameters);
        let response = send_unsigned(&Emulator::default(), &form);
        prop_assert!(response.starts_with("40"), "{response}");
    }

    #[test]
    fn any_registration_member_gets_a_response(
        member in prop::sample::select(vec![
            "clientName", "clientType", "scopes", "grantTypes", "redirectUris", "issuerUrl",
        ]),
        value in "\\PC{0,40}",
    ) {
        let emulator = Emulator::default();
        for value in [json!(value), json!([value]), json!({ "x": value }), json!(1e300)] {
            let mut body = json!({ "clientName": "x", "clientType": "public" });
            body[member] = value;
            let (status, _) = post(&emulator, "/client/register", &body);
            prop_assert!(matches!(status, 200 | 400));
        }
    }
}
