use serde_json::Value;
use vestibule_emulator::Emulator;

use crate::client::{Client, portal, refused, seconds, send};

fn signed_in(emulator: &Emulator) -> String {
    Client::with_scope(emulator).sign_in()["accessToken"].as_str().unwrap().to_owned()
}

const KEYS: &str = "/federation/credentials?role_name=SampleRole&account_id=111122223333";

#[test]
fn role_credentials_expire_in_an_hour_in_milliseconds() {
    let emulator = Emulator::default();
    let token = signed_in(&emulator);
    let (status, body) = portal(&emulator, KEYS, &token);
    assert_eq!(status, 200);
    let keys = &body["roleCredentials"];
    assert_eq!(keys["expiration"].as_i64(), Some((1_767_225_600 + 3600) * 1000));
    assert!(keys["accessKeyId"].as_str().unwrap().starts_with("ASIA"));
    for secret in ["secretAccessKey", "sessionToken"] {
        let secret = keys[secret].as_str().unwrap().to_owned();
        assert!(emulator.secrets().contains(&secret));
    }
}

#[test]
fn missing_or_invalid_access_token_is_refused() {
    let emulator = Emulator::default();
    let token = signed_in(&emulator);
    refused(portal(&emulator, KEYS, "x"), (401, "UnauthorizedException"));
    refused(portal(&emulator, KEYS, ""), (401, "UnauthorizedException"));
    emulator.clock().advance(seconds(3600));
    let (status, body) = portal(&emulator, KEYS, &token);
    assert_eq!((status, body["message"].as_str()), {
        (401, Some("Session token not found or invalid"))
    });
    assert_eq!(body["__type"], "com.amazonaws.switchboard.portal#UnauthorizedException");
}

#[test]
fn access_token_in_another_region_is_refused() {
    let emulator = Emulator::default();
    let token = signed_in(&emulator);
    let elsewhere =
        http::Request::get("https://portal.sso.eu-west-1.amazonaws.com/assignment/accounts")
            .header("x-amz-sso_bearer_token", token)
            .body("".into());
    assert_eq!(send(&emulator, elsewhere.unwrap()).status(), 401);
}

#[test]
fn unassigned_role_is_forbidden_and_missing_parameter_is_invalid() {
    let emulator = Emulator::default();
    let token = signed_in(&emulator);
    let request = |path: &str| portal(&emulator, path, &token);
    let keys = "/federation/credentials";
    let forbidden = (403, "ForbiddenException");
    refused(request(&format!("{keys}?role_name=Other&account_id=111122223333")), forbidden);
    refused(request(&format!("{keys}?role_name=SampleRole&account_id=1")), forbidden);
    refused(request("/assignment/roles?account_id=1"), forbidden);
    let bad = (400, "InvalidRequestException");
    refused(request(&format!("{keys}?role_name=SampleRole")), bad);
    refused(request(&format!("{keys}?account_id=111122223333&role_name=")), bad);
    refused(request("/assignment/roles"), bad);
    for query in ["max_result=101", "max_result=0", "max_result=-1", "max_result=x"] {
        refused(request(&format!("/assignment/accounts?{query}")), bad);
    }
    for token in ["x", "YWNjb3VudHMvOTk", "MTExMTIyMjIzMzMzLzA", "%ff"] {
        refused(request(&format!("/assignment/accounts?next_token={token}")), bad);
    }
}

/// Returns the entries of a list, and the number of its pages.
fn pages(emulator: &Emulator, token: &str, path: &str, list: &str) -> (Vec<Value>, u32) {
    let (mut all, mut count, mut url) = (Vec::new(), 0, path.to_owned());
    loop {
        let (status, body) = portal(emulator, &url, token);
        assert_eq!(status, 200, "{body}");
        all.extend(body[list].as_array().unwrap().clone());
        count += 1;
        match body["nextToken"].as_str() {
            Some(next) => url = format!("{path}&next_token={next}"),
            None => return (all, count),
        }
    }
}

#[test]
fn long_list_is_paged() {
    let mut builder = Emulator::builder();
    for n in 0..250 {
        builder = builder.account(format!("{n:012}"), format!("Account {n}"));
    }
    for n in 0..45 {
        builder = builder.role("000000000007", format!("Role{n}"));
    }
    let emulator = builder.role("000000000999", "Lonely").build();
    let token = signed_in(&emulator);

    let accounts = "/assignment/accounts?max_result=100";
    let (all, count) = pages(&emulator, &token, accounts, "accountList");
    assert_eq!((all.len(), count), (251, 3));
    assert_eq!(all[7]["accountName"], "Account 7");
    assert_eq!(all[7]["emailAddress"], "000000000007@example.com");
    assert_eq!(all[250].as_object().unwrap().len(), 1, "an account need not have a name");

    let roles = "/assignment/roles?account_id=000000000007";
    let (all, count) = pages(&emulator, &token, roles, "roleList");
    assert_eq!((all.len(), count), (45, 3));
    assert_eq!(all[44]["roleName"], "Role44");
    assert_eq!(all[44]["accountId"], "000000000007");

    let (all, _) =
        pages(&emulator, &token, "/assignment/roles?account_id=000000000001", "roleList");
    assert!(all.is_empty());
}

#[test]
fn logout_revokes_the_session_but_not_role_credentials() {
    let emulator = Emulator::default();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    let token = tokens["accessToken"].as_str().unwrap();
    assert_eq!(portal(&emulator, "/logout", token), (200, Value::Null));
    refused(portal(&emulator, KEYS, token), (401, "UnauthorizedException"));
    refused(portal(&emulator, "/logout", token), (401, "UnauthorizedException"));
    refused(client.refresh(&tokens), (400, "invalid_grant"));
}
