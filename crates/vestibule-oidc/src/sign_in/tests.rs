//! Tests of every transition: `(event, now) -> step`.

use bytes::Bytes;
use vestibule_types::{ClientSecret, Region, SessionName, SsoSession, StartUrl, with_causes};
use vestibule_wire::{Endpoint, Response};
use zeroize::Zeroizing;

use super::*;
use crate::{ACCOUNT_ACCESS, Client, Flow, RedirectUri};

const REGISTERED: &str =
    r#"{"clientId":"cid","clientSecret":"hidden-client","clientSecretExpiresAt":7776000}"#;
const STARTED: &str = r#"{"deviceCode":"hidden-device","userCode":"ABCD-EFGH",
    "verificationUri":"https://device.test/","verificationUriComplete":"https://device.test/?c=1",
    "expiresIn":600,"interval":1}"#;
const TOKEN: &str =
    r#"{"accessToken":"hidden-access","expiresIn":3600,"refreshToken":"hidden-refresh"}"#;

/// A host that drives a sign-in, with its time.
struct Host {
    sign_in: SignIn,
    now: Timestamp,
}

impl Host {
    fn new(sign_in: impl FnOnce(Client) -> SignIn) -> Self {
        Self::with(None, sign_in)
    }

    fn with(known: Option<Registration>, sign_in: impl FnOnce(Client) -> SignIn) -> Self {
        let session = SsoSession::named(
            SessionName::new("my-sso").unwrap(),
            StartUrl::new("https://org.awsapps.com/start").unwrap(),
            Region::new("us-east-1").unwrap(),
        );
        let endpoint = Endpoint::parse("https://oidc.test", None).unwrap();
        let client = Client::for_session(&session, endpoint).with_registration(known);
        Self { sign_in: sign_in(client), now: Timestamp::EPOCH }
    }

    fn device() -> Self {
        Self::new(SignIn::device)
    }

    fn code() -> Self {
        Self::new(by_code)
    }

    /// Returns the next step as text, after checking that `Debug` shows no secret.
    fn step(&mut self) -> String {
        let step = self.sign_in.step(self.now);
        let shown = format!("{:?} {step:?}", self.sign_in);
        for secret in ["hidden", "07070707-0707", "BwcHBwcH"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        match step {
            Step::Send(request) => {
                let body = String::from_utf8(request.body().to_vec()).unwrap();
                let grant = ["device_code", "authorization_code", "refresh_token"]
                    .into_iter()
                    .find(|grant| request.uri().path() == "/token" && body.contains(grant))
                    .unwrap_or_default();
                format!("send {} {grant}", request.uri().path()).trim_end().into()
            }
            Step::StoreRegistration(registration) => format!("store {}", registration.client_id),
            Step::Open(page) => format!("open {}", page.as_str().split('?').next().unwrap()),
            Step::Show(shown) => format!("show {} {}", shown.user_code, shown.complete_address),
            Step::AwaitRedirect { until } => format!("await {}", until.unix_seconds()),
            Step::Wait(span) => format!("wait {}", span.as_secs()),
            Step::Done(signed_in) => format!("done until {}", signed_in.expires_at.unix_seconds()),
            Step::Failed(error) => format!("failed: {}", with_causes(&error)),
        }
    }

    fn respond(&mut self, status: u16, body: &str) -> String {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response: Response = http::Response::builder().status(status).body(body).unwrap();
        self.sign_in.handle_response(&response, self.now);
        self.step()
    }

    fn refuse(&mut self, error: &str) -> String {
        let status = if error == "invalid_client" { 401 } else { 400 };
        self.respond(
            status,
            &format!(r#"{{"error":"{error}","error_description":"hidden-device no"}}"#),
        )
    }

    fn lose(&mut self) -> String {
        self.sign_in.handle_failure(self.now);
        self.step()
    }

    fn pass(&mut self, seconds: u64) -> String {
        self.now = self.now + Duration::from_secs(seconds);
        self.step()
    }

    /// Returns a host at the first poll after the code was shown.
    fn polling() -> Self {
        let mut host = Self::device();
        assert_eq!(host.step(), "send /client/register");
        assert_eq!(host.respond(200, REGISTERED), "store cid");
        assert_eq!(host.step(), "send /device_authorization");
        assert_eq!(host.respond(200, STARTED), "send /token device_code");
        let shown = "show ABCD-EFGH https://device.test/?c=1";
        assert_eq!(host.refuse("authorization_pending"), shown);
        assert_eq!(host.step(), "wait 1");
        assert_eq!(host.pass(1), "send /token device_code");
        host
    }

    fn awaiting() -> (Self, String) {
        let mut host = Self::code();
        assert_eq!(host.step(), "send /client/register");
        assert_eq!(host.respond(200, REGISTERED), "store cid");
        let page = match host.sign_in.step(host.now) {
            Step::Open(page) => page.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(host.step(), "await 600");
        let state = page.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        (host, state)
    }
}

fn by_code(client: Client) -> SignIn {
    SignIn::code(client, RedirectUri::loopback(4321), &Seed::new(Zeroizing::new([7; 64])))
}

fn known(flow: Flow) -> Registration {
    Registration::new("old", ClientSecret::new("s"), Timestamp::EPOCH + Duration::from_secs(9999))
        .with_scopes(vec![ACCOUNT_ACCESS.into()], flow.grant_types().map(str::to_owned).to_vec())
}

#[test]
fn approved_device_code_signs_in() {
    let mut host = Host::polling();
    assert_eq!(host.refuse("authorization_pending"), "wait 1");
    assert_eq!(host.pass(1), "send /token device_code");
    assert_eq!(host.respond(200, TOKEN), "done until 3602");
    assert_eq!(host.step(), "done until 3602");
}

#[test]
fn approved_client_signs_in_without_showing_a_code() {
    let mut host = Host::device();
    host.step();
    host.respond(200, REGISTERED);
    host.step();
    host.respond(200, STARTED);
    assert_eq!(host.respond(200, TOKEN), "done until 3600");
}

#[test]
fn slow_down_lengthens_the_interval_permanently() {
    let mut host = Host::polling();
    assert_eq!(host.refuse("slow_down"), "wait 6");
    host.pass(6);
    assert_eq!(host.refuse("authorization_pending"), "wait 6");
    host.pass(6);
    assert_eq!(host.refuse("slow_down"), "wait 11");
}

#[test]
fn failed_polls_double_the_wait_until_a_response() {
    let mut host = Host::polling();
    assert_eq!(host.lose(), "wait 2");
    host.pass(2);
    assert_eq!(host.respond(503, "<html>"), "wait 4");
    host.pass(4);
    assert_eq!(host.lose(), "wait 8");
    host.pass(8);
    assert_eq!(host.refuse("authorization_pending"), "wait 1");
    host.pass(1);
    assert_eq!(host.lose(), "wait 2");
}

/// The user may be approving while the service fails.
#[test]
fn failing_service_is_polled_until_the_request_expires() {
    let mut host = Host::polling();
    for wait in [2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(host.respond(503, "<html>"), format!("wait {wait}"));
        assert_eq!(host.pass(wait), "send /token device_code");
    }
    assert_eq!(host.respond(200, TOKEN), "done until 3783");
}

#[test]
fn request_that_is_not_approved_in_time_expires() {
    let mut host = Host::polling();
    assert_eq!(host.pass(600), "failed: the sign-in request expired before it was approved");
    let mut host = Host::polling();
    assert_eq!(
        host.refuse("expired_token"),
        "failed: the sign-in request expired before it was approved"
    );
    let (mut host, _) = Host::awaiting();
    assert_eq!(host.pass(600), "failed: the sign-in request expired before it was approved");
}

#[test]
fn denied_request_fails_without_secrets_in_the_error() {
    let mut host = Host::polling();
    assert_eq!(
        host.refuse("access_denied"),
        "failed: the sign-in request was denied: access_denied: … no (HTTP 400)"
    );
    let mut host = Host::polling();
    assert_eq!(
        host.refuse("invalid_grant"),
        "failed: the grant is no longer valid: invalid_grant: … no (HTTP 400)"
    );
}

#[test]
fn earlier_registration_is_used_while_it_is_usable() {
    let mut host = Host::with(Some(known(Flow::DeviceCode)), SignIn::device);
    assert_eq!(host.step(), "send /device_authorization");
    let mut host = Host::with(Some(known(Flow::AuthorizationCode)), by_code);
    assert_eq!(host.step(), "send /authorize");
    assert_eq!(host.respond(200, "<html>"), "open https://oidc.test/authorize");
    let mut host = Host::with(Some(known(Flow::DeviceCode)), by_code);
    assert_eq!(host.step(), "send /client/register");
    let mut host = Host::with(Some(known(Flow::DeviceCode)), SignIn::device);
    assert_eq!(host.pass(9900), "send /client/register");
}

#[test]
fn rejected_registration_is_replaced_once() {
    let mut host = Host::with(Some(known(Flow::DeviceCode)), SignIn::device);
    assert_eq!(host.step(), "send /device_authorization");
    assert_eq!(host.refuse("invalid_client"), "send /client/register");
    assert_eq!(host.respond(200, REGISTERED), "store cid");
    assert_eq!(host.step(), "send /device_authorization");
    let error = host.respond(401, r#"{"error":"invalid_client"}"#);
    assert!(error.starts_with("failed: the client registration is no longer valid"), "{error}");
}

#[test]
fn registration_that_the_page_does_not_know_is_replaced_before_the_user_is_asked() {
    let mut host = Host::with(Some(known(Flow::AuthorizationCode)), by_code);
    assert_eq!(host.step(), "send /authorize");
    assert_eq!(host.respond(400, "<html>"), "send /client/register");
    assert_eq!(host.respond(200, REGISTERED), "store cid");
    assert_eq!(host.step(), "open https://oidc.test/authorize");
    let mut host = Host::with(Some(known(Flow::AuthorizationCode)), by_code);
    assert_eq!(host.step(), "send /authorize");
    assert_eq!(host.lose(), "wait 2");
    assert_eq!(host.pass(2), "send /authorize");
    assert_eq!(host.respond(503, ""), "open https://oidc.test/authorize");
}

/// A code belongs to the client that it was issued to, so the user approves once more.
#[test]
fn registration_rejected_with_the_code_opens_another_page() {
    let mut host = Host::with(Some(known(Flow::AuthorizationCode)), by_code);
    assert_eq!(host.step(), "send /authorize");
    assert_eq!(host.respond(302, ""), "open https://oidc.test/authorize");
    assert_eq!(host.step(), "await 600");
    let state = "07070707-0707-4707-8707-070707070707";
    let redirect = format!("/oauth/callback?code=hidden-code&state={state}");
    assert_eq!(host.sign_in.handle_redirect(&redirect), Redirected::Accepted);
    assert_eq!(host.step(), "send /token authorization_code");
    assert_eq!(host.respond(401, r#"{"error":"invalid_client"}"#), "send /client/register");
    assert_eq!(host.respond(200, REGISTERED), "store cid");
    assert_eq!(host.step(), "open https://oidc.test/authorize");
    assert_eq!(host.step(), "await 600");
    assert_eq!(host.sign_in.handle_redirect(&redirect), Redirected::Accepted);
    assert_eq!(host.step(), "send /token authorization_code");
    assert_eq!(
        host.refuse("expired_token"),
        "failed: the sign-in request expired before it was approved"
    );
}

#[test]
fn failing_service_is_retried_twice() {
    let mut host = Host::device();
    host.step();
    assert_eq!(host.respond(500, ""), "wait 2");
    assert_eq!(host.pass(2), "send /client/register");
    assert_eq!(host.lose(), "wait 4");
    assert_eq!(host.pass(4), "send /client/register");
    assert_eq!(host.lose(), "failed: the sign-in service could not be reached");
}

#[test]
fn malformed_response_is_retried() {
    let mut host = Host::polling();
    assert_eq!(host.respond(200, r#"{"accessToken":""}"#), "wait 2");
    let mut host = Host::device();
    host.step();
    host.respond(200, REGISTERED);
    host.step();
    let file = STARTED.replace("https://device.test/", "file:///etc/passwd");
    assert_eq!(host.respond(200, &file), "wait 2");
}

#[test]
fn redirect_with_code_signs_in() {
    let (mut host, state) = Host::awaiting();
    let redirect = format!("/oauth/callback?code=hidden-code&state={state}");
    assert_eq!(host.sign_in.handle_redirect(&redirect), Redirected::Accepted);
    assert_eq!(host.sign_in.handle_redirect(&redirect), Redirected::Ignored, "a second tab");
    assert_eq!(host.step(), "send /token authorization_code");
    assert_eq!(host.respond(503, ""), "wait 2");
    assert_eq!(host.pass(2), "send /token authorization_code");
    assert_eq!(host.respond(200, TOKEN), "done until 3602");
}

#[test]
fn unrelated_redirects_are_ignored() {
    let (mut host, _) = Host::awaiting();
    for address in ["/oauth/callback?code=x&state=y", "/oauth/callback?error=access_denied", ""] {
        assert_eq!(host.sign_in.handle_redirect(address), Redirected::Ignored, "{address}");
    }
    assert_eq!(host.step(), "await 600");
}

#[test]
fn redirect_with_error_fails_with_its_description() {
    let (mut host, state) = Host::awaiting();
    let denied =
        format!("/oauth/callback?error=access_denied&error_description=%1b[1mno&state={state}");
    assert_eq!(host.sign_in.handle_redirect(&denied), Redirected::Denied);
    assert_eq!(host.step(), "failed: the sign-in request was denied: access_denied: \\u{1b}[1mno");
}

#[test]
fn cancelled_sign_in_ignores_later_events() {
    let (mut host, state) = Host::awaiting();
    host.sign_in.cancel();
    let late = format!("/oauth/callback?code=x&state={state}");
    assert_eq!(host.sign_in.handle_redirect(&late), Redirected::Ignored);
    assert_eq!(host.step(), "failed: the sign-in was cancelled");
    let mut host = Host::polling();
    host.sign_in.cancel();
    assert_eq!(host.step(), "failed: the sign-in was cancelled");
    assert_eq!(host.respond(200, TOKEN), "failed: the sign-in was cancelled");
}

#[test]
fn authorize_url_equals_that_of_the_aws_cli() {
    let mut host = Host::with(Some(known(Flow::AuthorizationCode)), by_code);
    assert_eq!(host.step(), "send /authorize");
    let response = http::Response::new(Bytes::new());
    host.sign_in.handle_response(&response, host.now);
    let Step::Open(page) = host.sign_in.step(host.now) else { panic!("no page") };
    let query = page.as_str().split_once('?').unwrap().1;
    let names: Vec<_> = query.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!(
        names.join(" "),
        "response_type client_id redirect_uri state code_challenge_method scopes code_challenge"
    );
    assert!(query.contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback"));
    assert!(query.contains("state=07070707-0707-4707-8707-070707070707"), "{query}");
    assert!(query.contains("scopes=sso%3Aaccount%3Aaccess"));
}

#[test]
fn debug_of_a_request_shows_method_and_uri() {
    let step = Host::device().sign_in.step(Timestamp::EPOCH);
    assert_eq!(format!("{step:?}"), "Send(POST https://oidc.test/client/register)");
}
