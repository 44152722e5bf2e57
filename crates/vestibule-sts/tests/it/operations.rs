//! The request of each operation, and the reading of its response.

use std::time::Duration;

use expect_test::{Expect, expect};
use vestibule_sts::sigv4::{Options, SignableRequest, SigningParams};
use vestibule_sts::{
    AssumeRole, AssumeRoleWithSaml, AssumeRoleWithWebIdentity, ErrorKind, GetCallerIdentity,
    GetSessionToken, Limits, Mfa, SERVICE,
};
use vestibule_types::{
    AccountId, Credentials, Region, RoleArn, RoleSessionName, Secret, SecretAccessKey,
    SessionToken, Timestamp,
};
use vestibule_wire::retry::Outcome;
use vestibule_wire::{Endpoint, Operation, Response};

fn sts() -> Endpoint {
    Endpoint::parse("https://sts.us-east-1.amazonaws.com", None).unwrap()
}

fn role() -> (RoleArn, RoleSessionName) {
    let arn = RoleArn::new("arn:aws:iam::111122223333:role/SampleRole").unwrap();
    (arn, RoleSessionName::new("ann@example.com").unwrap())
}

/// Checks the request, one member a line.
#[track_caller]
fn check_request(operation: &impl Operation, expected: &Expect) {
    let request = operation.request(&sts()).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().path(), "/");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    expected.assert_eq(&std::str::from_utf8(request.body()).unwrap().replace('&', "\n"));
}

fn response(action: &str, result: &str) -> Response {
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <{action}Result>\n\
         {result}\n  </{action}Result>\n  <ResponseMetadata><RequestId>c6104cbe</RequestId>\
         </ResponseMetadata>\n</{action}Response>"
    );
    http::Response::new(body.into())
}

fn error(code: &str, message: &str) -> Response {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    http::Response::builder().status(400).body(body.into()).unwrap()
}

const KEYS: &str = "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>a/b+c\
    </SecretAccessKey><SessionToken>token==</SessionToken><Expiration>2026-01-01T01:00:00.123Z\
    </Expiration></Credentials>";
const USER: &str = "<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:ann</AssumedRoleId><Arn>\
    arn:aws:sts::111122223333:assumed-role/SampleRole/ann</Arn></AssumedRoleUser>";

#[track_caller]
fn check_credentials(credentials: &Credentials, account: Option<&str>) {
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.secret_access_key().expose(), "a/b+c");
    assert_eq!(credentials.session_token().unwrap().expose(), "token==");
    assert_eq!(credentials.expires_at().unwrap().to_string(), "2026-01-01T01:00:00Z");
    assert_eq!(credentials.account_id().map(AccountId::as_str), account);
}

#[test]
fn assume_role_request_has_all_parameters() {
    let (role, name) = role();
    let (code, assertion) = (Secret::new("123456"), Secret::new("assertion"));
    let limits = Limits::default()
        .with_duration(Duration::from_secs(900))
        .with_policy("{\"Version\": \"2012-10-17\"}")
        .with_policy_arns(&["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:2"]);
    let operation = AssumeRole::new(&role, &name)
        .with_limits(limits)
        .with_tags(&[("Team", "a b"), ("Cost", "")])
        .with_transitive_tags(&["Team"])
        .with_external_id("ext+1")
        .with_mfa(Mfa { serial: "arn:aws:iam::111122223333:mfa/ann", code: &code })
        .with_source_identity("ann")
        .with_context("arn:aws:iam::aws:contextProvider/IdentityCenter", &assertion);
    check_request(
        &operation,
        &expect![[r"
            Action=AssumeRole
            Version=2011-06-15
            RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FSampleRole
            RoleSessionName=ann%40example.com
            PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess
            PolicyArns.member.2.arn=arn%3A2
            Policy=%7B%22Version%22%3A%20%222012-10-17%22%7D
            DurationSeconds=900
            Tags.member.1.Key=Team
            Tags.member.1.Value=a%20b
            Tags.member.2.Key=Cost
            Tags.member.2.Value=
            TransitiveTagKeys.member.1=Team
            ExternalId=ext%2B1
            SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3Amfa%2Fann
            TokenCode=123456
            SourceIdentity=ann
            ProvidedContexts.member.1.ProviderArn=arn%3Aaws%3Aiam%3A%3Aaws%3AcontextProvider%2FIdentityCenter
            ProvidedContexts.member.1.ContextAssertion=assertion"]],
    );
    assert!(!format!("{operation:?}").contains("123456"));

    let session = operation.read(&response("AssumeRole", &format!("{USER}{KEYS}"))).unwrap();
    check_credentials(&session.credentials, Some("111122223333"));
    assert_eq!(session.arn, "arn:aws:sts::111122223333:assumed-role/SampleRole/ann");
}

#[test]
fn assume_role_hides_code_and_assertion_in_errors() {
    let (role, name) = role();
    let (code, assertion) = (Secret::new("123456"), Secret::new("eyJh.eyJz"));
    let operation = AssumeRole::new(&role, &name)
        .with_mfa(Mfa { serial: "GAHT12345678", code: &code })
        .with_context("arn:aws:iam::aws:contextProvider/IdentityCenter", &assertion);
    let error = operation.read(&error("AccessDenied", "123456 or eyJh.eyJz is bad")).unwrap_err();
    assert_eq!(error.to_string(), "AccessDenied: … or … is bad (HTTP 400)");
}

#[test]
fn throttled_request_of_each_operation_is_retried() {
    fn check(operation: &impl Operation) {
        let name = operation.name();
        let throttled = error("Throttling", "Rate exceeded");
        assert_eq!(operation.error_code(&throttled).as_deref(), Some("Throttling"), "{name}");
        assert_eq!(operation.outcome(&throttled), Outcome::Throttled(None), "{name}");
        assert_eq!(operation.outcome(&error("AccessDenied", "no")), Outcome::Final, "{name}");
    }

    let (role, name) = role();
    let token = Secret::new("token");
    check(&AssumeRole::new(&role, &name));
    check(&AssumeRoleWithWebIdentity::new(&role, &name, &token));
    check(&AssumeRoleWithSaml::new(&role, "arn:aws:iam::111122223333:saml-provider/P", &token));
    check(&GetSessionToken::default());
    check(&GetCallerIdentity);
}

#[test]
fn assume_role_request_without_options_has_role_and_session_name() {
    let (role, name) = role();
    check_request(
        &AssumeRole::new(&role, &name),
        &expect![[r"
            Action=AssumeRole
            Version=2011-06-15
            RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FSampleRole
            RoleSessionName=ann%40example.com"]],
    );
}

#[test]
fn assume_role_with_web_identity_hides_its_token_in_errors() {
    let (role, name) = role();
    let token = Secret::new("eyJh.eyJz.c2ln");
    let operation = AssumeRoleWithWebIdentity::new(&role, &name, &token);
    check_request(
        &operation,
        &expect![[r"
            Action=AssumeRoleWithWebIdentity
            Version=2011-06-15
            RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FSampleRole
            RoleSessionName=ann%40example.com
            WebIdentityToken=eyJh.eyJz.c2ln"]],
    );
    let session =
        operation.read(&response("AssumeRoleWithWebIdentity", &format!("{KEYS}{USER}"))).unwrap();
    check_credentials(&session.credentials, Some("111122223333"));

    let error = error("InvalidIdentityToken", "No provider for eyJh.eyJz.c2ln");
    let error = operation.read(&error).unwrap_err();
    assert_eq!(error.to_string(), "InvalidIdentityToken: No provider for … (HTTP 400)");
    assert_eq!(error.kind(), ErrorKind::Permanent);
}

#[test]
fn assume_role_with_saml_returns_credentials() {
    let (role, _) = role();
    let assertion = Secret::new("PHNhbWw+");
    let operation =
        AssumeRoleWithSaml::new(&role, "arn:aws:iam::111122223333:saml-provider/P", &assertion)
            .with_limits(Limits::default().with_duration(Duration::from_secs(3600)));
    check_request(
        &operation,
        &expect![[r"
            Action=AssumeRoleWithSAML
            Version=2011-06-15
            RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FSampleRole
            PrincipalArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Asaml-provider%2FP
            SAMLAssertion=PHNhbWw%2B
            DurationSeconds=3600"]],
    );
    assert_eq!(operation.name(), "AssumeRoleWithSAML");
    let session =
        operation.read(&response("AssumeRoleWithSAML", &format!("{KEYS}{USER}"))).unwrap();
    check_credentials(&session.credentials, Some("111122223333"));
}

#[test]
fn get_session_token_returns_credentials() {
    let code = Secret::new("123456");
    let operation = GetSessionToken::default()
        .with_duration(Duration::from_secs(43_200))
        .with_mfa(Mfa { serial: "GAHT12345678", code: &code });
    check_request(
        &operation,
        &expect![[r"
            Action=GetSessionToken
            Version=2011-06-15
            DurationSeconds=43200
            SerialNumber=GAHT12345678
            TokenCode=123456"]],
    );
    check_credentials(&operation.read(&response("GetSessionToken", KEYS)).unwrap(), None);
}

#[test]
fn get_caller_identity_returns_the_identity() {
    check_request(
        &GetCallerIdentity,
        &expect![[r"
            Action=GetCallerIdentity
            Version=2011-06-15"]],
    );
    let identity = "<UserId>AIDAEXAMPLE</UserId><Account>000000000042</Account><Arn>arn:aws:iam::\
        000000000042:user/ann</Arn>";
    let identity = GetCallerIdentity.read(&response("GetCallerIdentity", identity)).unwrap();
    assert_eq!(
        (identity.user_id.as_str(), identity.account.as_str()),
        ("AIDAEXAMPLE", "000000000042")
    );
    assert_eq!(identity.arn, "arn:aws:iam::000000000042:user/ann");
}

#[test]
fn response_without_a_required_member_is_an_error() {
    let (role, name) = role();
    let invalid = KEYS.replace("2026-01-01T01:00:00.123Z", "soon");
    for (result, expected) in [
        (KEYS, "AssumedRoleUser/Arn"),
        (USER, "Credentials/AccessKeyId"),
        (&format!("{USER}{invalid}"), "Credentials/Expiration"),
        (&format!("{USER}{}", KEYS.replace("a/b+c", "")), "Credentials/SecretAccessKey"),
    ] {
        let error =
            AssumeRole::new(&role, &name).read(&response("AssumeRole", result)).unwrap_err();
        let expected = format!(
            "expected {expected} in the response to AssumeRole, got something else (HTTP 200)"
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.kind(), ErrorKind::Malformed);
    }
}

/// The signatures were computed with botocore.
#[test]
fn signature_equals_that_of_botocore() {
    let key = SecretAccessKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let credentials = Credentials::new("AKIDEXAMPLE", key);
    let region = Region::new("us-east-1").unwrap();
    let time = Timestamp::from_compact("20150830T123600Z").unwrap();
    let request = GetCallerIdentity.request(&sts()).unwrap();
    for (token, expected) in [
        (None, "94405bc26f219569999dadb25c560bc61134371b330f394151ebb698c4d5fb3a"),
        (Some("TOKEN"), "85daa06aef3254e3dfad9298ea7fe969a8642e5a7e09dd659d8b465d22bb2263"),
    ] {
        let credentials = credentials.clone().with_session_token(token.map(SessionToken::new));
        let signing = SigningParams::new(&credentials, &region, SERVICE, time);
        let signed = signing.in_headers(&SignableRequest::from_request(&request).unwrap());
        assert_eq!(signed.signature(), expected);

        let mut request = request.clone();
        signing.sign(&mut request).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert!(authorization.ends_with(expected), "{authorization}");
        assert_eq!(request.headers().contains_key("x-amz-security-token"), token.is_some());
    }
}

#[test]
fn session_token_is_signed_unless_the_service_adds_it_later() {
    let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"))
        .with_session_token(SessionToken::new("TOKEN"));
    let region = Region::new("us-east-1").unwrap();
    let request = sts().get("/").finish().unwrap();
    let request = SignableRequest::from_request(&request).unwrap();
    for (sign_token, names) in
        [(true, "host;x-amz-date;x-amz-security-token"), (false, "host;x-amz-date")]
    {
        let signed = SigningParams::new(&credentials, &region, SERVICE, Timestamp::EPOCH)
            .with_options(Options::default().with_sign_token(sign_token))
            .in_headers(&request);
        let header = |name| signed.additions().find(|(other, _)| *other == name).unwrap().1;
        assert_eq!(header("x-amz-security-token").expose(), "TOKEN");
        let authorization = header("authorization").expose();
        assert!(authorization.contains(&format!("SignedHeaders={names},")), "{authorization}");
        let string_to_sign: Vec<_> = signed.string_to_sign().lines().collect();
        let [algorithm, time, scope, hash] = string_to_sign[..] else { panic!("four lines") };
        assert_eq!((algorithm, time), ("AWS4-HMAC-SHA256", "19700101T000000Z"));
        assert_eq!((scope, hash.len()), ("19700101/us-east-1/sts/aws4_request", 64));
    }
}

#[test]
fn presigned_uri_contains_the_signature() {
    let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"))
        .with_session_token(SessionToken::new("to/ken"));
    let region = Region::new("us-east-1").unwrap();
    let time = Timestamp::from_compact("20150830T123600Z").unwrap();
    let mut request = sts().get("/").query("Action", "GetCallerIdentity").finish().unwrap();
    let signing = SigningParams::new(&credentials, &region, SERVICE, time);
    signing.presign(&mut request, Duration::from_secs(60)).unwrap();
    let address = request.uri().to_string();
    let (before, signature) = address.split_once("&X-Amz-Signature=").unwrap();
    assert_eq!(signature.len(), 64);
    expect![[r"
        https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity
        X-Amz-Algorithm=AWS4-HMAC-SHA256
        X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request
        X-Amz-Date=20150830T123600Z
        X-Amz-Expires=60
        X-Amz-SignedHeaders=host
        X-Amz-Security-Token=to%2Fken"]]
    .assert_eq(&before.replace('&', "\n"));
    assert!(request.headers().is_empty());
}

#[test]
fn session_token_with_line_feed_is_an_error() {
    let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"))
        .with_session_token(SessionToken::new("two\nlines"));
    let region = Region::new("us-east-1").unwrap();
    let mut request = GetCallerIdentity.request(&sts()).unwrap();
    let signing = SigningParams::new(&credentials, &region, SERVICE, Timestamp::EPOCH);
    let error = signing.sign(&mut request).unwrap_err();
    assert_eq!(
        error.to_string(),
        "header x-amz-security-token contains characters that are not allowed in an HTTP request"
    );
}
