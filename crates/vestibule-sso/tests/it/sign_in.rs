use std::sync::Mutex;
use std::time::Duration;

use vestibule_oidc::{Flow, SignInMachine as _, SignedIn, Step};
use vestibule_sso::{BegunSignIn, PendingSignIn, SignInError, SignInOptions};
use vestibule_types::{Region, StartUrl};
use vestibule_world::{Clock as _, Files as _, WriteMode, block_on};

use crate::screen::{Screen, state};
use crate::support::{Answer, TestEnv, beside, spell};

pub(crate) const SIGNED_IN: &str = r#"{"accessToken":"acc","expiresIn":3600,"refreshToken":"ref"}"#;

/// A service that exchanges any code, and where the user approves a device before the third request.
pub(crate) fn approves() -> TestEnv {
    let questions = Mutex::new(0);
    TestEnv::new(move |path, body| -> Answer {
        match path {
            "/logout" => (200, ""),
            "/client/register" => (
                200,
                r#"{"clientId":"cid","clientSecret":"hidden","clientSecretExpiresAt":1798761600}"#,
            ),
            "/device_authorization" => (
                200,
                r#"{"deviceCode":"dev","userCode":"ABCD-EFGH","verificationUri":"https://d.test/",
                "expiresIn":600,"interval":1}"#,
            ),
            _ if body.contains("authorization_code") => (200, SIGNED_IN),
            _ => {
                *questions.lock().unwrap() += 1;
                if *questions.lock().unwrap() < 3 {
                    (400, r#"{"error":"authorization_pending"}"#)
                } else {
                    (200, SIGNED_IN)
                }
            }
        }
    })
}

pub(crate) fn sign_in(env: &TestEnv, screen: &Screen) -> Result<String, SignInError> {
    let options = SignInOptions::new(Flow::DeviceCode);
    block_on(env.sessions.sign_in(&env.world, &env.instance, options, screen))
        .map(|token| token.access_token.expose().to_owned())
}

#[test]
fn sign_in_is_stored_where_every_tool_looks() {
    let env = approves();
    let screen = Screen::default();
    assert_eq!(sign_in(&env, &screen).unwrap(), "acc");
    assert_eq!(screen.shown(), ["ABCD-EFGH"]);
    let stored = env.stored().unwrap();
    assert_eq!(stored.refresh_token.as_ref().unwrap().expose(), "ref");
    assert_eq!(stored.client_id.as_deref(), Some("cid"));
    assert_eq!(env.live().unwrap(), "acc");

    // The registration is kept, and serves the next sign-in.
    let before = env.requested().len();
    sign_in(&env, &screen).unwrap();
    assert_eq!(env.requested()[before..], ["/device_authorization", "/token"]);
}

#[test]
fn read_only_cache_is_an_error_before_the_user_is_asked() {
    let env = approves();
    env.files.freeze();
    let screen = Screen::default();
    let error = sign_in(&env, &screen).unwrap_err();
    assert!(matches!(error, SignInError::NotStorable { .. }));
    assert!(spell(&error).contains("/home/.aws/sso/cache"), "{error}");
    assert!(env.requested().is_empty() && screen.shown().is_empty());
}

#[test]
fn world_without_listener_is_an_error() {
    let env = approves();
    let options = SignInOptions::new(Flow::AuthorizationCode);
    let screen = Screen::default();
    let error = block_on(env.sessions.sign_in(&env.world, &env.instance, options, &screen));
    assert!(matches!(error, Err(SignInError::Listen { .. })));
    assert!(env.requested().is_empty());
}

/// Between looking at the session and asking for a sign-in, another process may have signed in.
#[test]
fn token_of_another_process_makes_the_sign_in_unnecessary() {
    let env = approves();
    let screen = Screen::default();
    env.store(3600, Some("ref"));
    let options = SignInOptions::new(Flow::DeviceCode).with_min_remaining(Duration::from_secs(900));
    let token = block_on(env.sessions.sign_in(&env.world, &env.instance, options, &screen));
    assert_eq!(token.unwrap().access_token.expose(), "old-access");
    assert!(env.requested().is_empty() && screen.shown().is_empty());

    env.store(900, Some("ref"));
    let token = block_on(env.sessions.sign_in(&env.world, &env.instance, options, &screen));
    assert_eq!(token.unwrap().access_token.expose(), "acc");
}

/// An inline profile shares the name of its token with the IDE's.
#[test]
fn token_of_another_tool_is_not_overwritten_or_removed() {
    let mut env = approves();
    env.store(3600, Some("ref"));
    let registration = r#"{"clientId":"cid","clientSecret":"s","expiresAt":"2027-01-01T00:00:00Z",
        "scopes":["codewhisperer:completions"]}"#;
    let path = std::path::Path::new("/home/.aws/sso/cache/ide.json");
    env.files.replace(path, registration.as_bytes(), WriteMode::Durable).unwrap();
    assert_eq!(env.state(), "notOurs");
    let error = sign_in(&env, &Screen::default()).unwrap_err();
    assert!(matches!(error, SignInError::OtherTool { .. }), "{error}");
    assert!(env.live().unwrap_err().needs_sign_in());
    let out = block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
    assert!(out.kept.is_some() && !out.was_signed_in);
    assert_eq!(env.stored().unwrap().access_token.expose(), "old-access");
    // Nor if the region is another one, too.
    env.instance.session.region = Region::new("us-east-2").unwrap();
    assert!(matches!(sign_in(&env, &Screen::default()), Err(SignInError::OtherTool { .. })));
    assert!(block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap().kept.is_some());
    assert_eq!(env.stored().unwrap().access_token.expose(), "old-access");
    assert!(env.requested().is_empty());
}

#[test]
fn portal_session_is_estimated_from_the_sign_in() {
    let env = approves();
    assert!(env.status().portal_session.is_none());
    sign_in(&env, &Screen::default()).unwrap();
    let session = env.status().portal_session.unwrap();
    assert!(!session.is_learned);
    assert_eq!(session.length(), Duration::from_secs(8 * 3600));
    // A token that another tool stored is of a session whose beginning is unknown.
    env.store_text(&env.token_text("others", 3600, None));
    assert!(env.status().portal_session.is_none());
}

#[test]
fn status_has_the_expiration_of_the_client_registration() {
    let env = approves();
    assert_eq!(env.status().registration_expires_at, None);
    sign_in(&env, &Screen::default()).unwrap();
    let at = env.status().registration_expires_at.unwrap();
    assert_eq!(at.to_string(), "2027-01-01T00:00:00Z");
}

#[test]
fn portal_in_another_region_is_an_error_before_the_user_is_asked() {
    for (region, is_same) in [("us-east-1", false), ("eu-west-1", true)] {
        let mut env = approves();
        let url = "https://ssoins-1.portal.eu-west-1.app.aws/";
        env.instance.session.start_url = StartUrl::new(url).unwrap();
        env.instance.session.region = Region::new(region).unwrap();
        let screen = Screen::default();
        let signed_in = sign_in(&env, &screen);
        if is_same {
            assert_eq!(signed_in.unwrap(), "acc");
        } else {
            let error = signed_in.unwrap_err();
            assert_eq!(
                error.to_string(),
                "sso_region of SSO session \"my-sso\" is us-east-1, but its portal is in eu-west-1."
            );
            assert!(env.requested().is_empty() && screen.shown().is_empty());
        }
    }
}

fn begin(env: &TestEnv, options: SignInOptions) -> Box<PendingSignIn> {
    match block_on(env.sessions.begin_sign_in(&env.world, &env.instance, options)).unwrap() {
        BegunSignIn::Pending(pending) => pending,
        BegunSignIn::SignedIn(_) => panic!("the user is signed in"),
    }
}

/// Performs the steps of a sign-in, and returns its result and the page that was opened.
fn drive(env: &TestEnv, pending: &mut PendingSignIn) -> (SignedIn, Option<String>) {
    let mut opened = None;
    for _ in 0..20 {
        match pending.machine.step(env.clock.now()) {
            Step::Send(request) => {
                let response = block_on(env.world.send(request)).unwrap();
                pending.machine.handle_response(&response, env.clock.now());
            }
            Step::Open(page) => {
                let redirect = format!("/?code=c&state={}", state(page.as_str()));
                pending.machine.handle_redirect(&redirect);
                opened = Some(page.to_string());
            }
            Step::Wait(span) => env.clock.advance(span),
            Step::Done(signed_in) => return (signed_in, opened),
            Step::Show(_) | Step::StoreRegistration(_) | Step::AwaitRedirect { .. } => {}
            Step::Failed(error) => panic!("{error}"),
        }
    }
    panic!("the sign-in makes no progress")
}

#[test]
fn driven_sign_in_stores_its_registration_once() {
    let env = approves();
    let options = SignInOptions::new(Flow::DeviceCode);
    for has_registration in [false, true] {
        let mut pending = begin(&env, options);
        let before = env.requested().len();
        let (signed_in, _) = drive(&env, &mut pending);
        let registered = env.requested()[before..].iter().any(|path| path == "/client/register");
        assert_eq!(registered, !has_registration);
        let token = block_on(pending.finish(&env.world, signed_in)).unwrap();
        assert_eq!(token.access_token.expose(), "acc");
    }
}

#[test]
fn redirect_without_a_listener_goes_to_the_selected_or_an_unused_port() {
    for selected in [0, 1_234] {
        let env = approves();
        let options = SignInOptions::new(Flow::AuthorizationCode).with_port(selected);
        let mut pending = begin(&env, options.without_listener());
        assert!(pending.callbacks.is_none());
        let (_, page) = drive(&env, &mut pending);
        let page = page.unwrap();
        let (_, rest) = page.split_once("127.0.0.1%3A").unwrap();
        let port: u16 = rest.split('%').next().unwrap().parse().unwrap();
        if selected == 0 {
            assert!(49_152 <= port, "{page}");
        } else {
            assert_eq!(port, selected, "{page}");
        }
    }
}

#[test]
fn begun_sign_in_has_the_lock_until_it_is_dropped() {
    let env = approves();
    let is_locked = || env.files.try_lock(&beside("login.lock")).unwrap().is_none();
    let pending = begin(&env, SignInOptions::new(Flow::DeviceCode));
    assert!(is_locked());
    drop(pending);
    assert!(!is_locked());
}

#[test]
fn portal_session_is_ended_when_a_driven_sign_in_begins_if_the_options_say_so() {
    for ends in [false, true] {
        let env = approves();
        env.store(3_600, Some("ref"));
        let options = SignInOptions::new(Flow::DeviceCode);
        let options = if ends { options.ending_portal_session() } else { options };
        drop(begin(&env, options));
        let (requested, state): (&[&str], _) =
            if ends { (&["/logout"], "revoked") } else { (&[], "valid") };
        assert_eq!(env.requested(), requested);
        assert_eq!(env.state(), state);
    }
}

/// Nothing else can prevent the sign-in then, so that the user is not left without a session.
#[test]
fn portal_session_is_ended_once_right_before_the_user_is_asked() {
    let env = approves();
    env.store(3_600, Some("ref"));
    let options = SignInOptions::new(Flow::DeviceCode).ending_portal_session();
    let screen = Screen::default();
    let token = block_on(env.sessions.sign_in(&env.world, &env.instance, options, &screen));
    assert_eq!(token.unwrap().access_token.expose(), "acc");
    assert_eq!(
        env.requested(),
        ["/client/register", "/device_authorization", "/token", "/logout", "/token", "/token"]
    );
}

/// The tokens of an IDE may replace each other in one file.
#[test]
fn scopes_of_a_token_are_those_of_its_own_client() {
    let env = approves();
    for (client, scope) in [("cid", "sso:account:access"), ("ide", "codewhisperer:completions")] {
        let registration = format!(
            r#"{{"clientId":"{client}","clientSecret":"s","expiresAt":"2027-01-01T00:00:00Z",
            "scopes":["{scope}"]}}"#
        );
        let path = format!("/home/.aws/sso/cache/{client}.json");
        let path = std::path::Path::new(&path);
        env.files.replace(path, registration.as_bytes(), WriteMode::Durable).unwrap();
    }
    for (client, state) in [("cid", "valid"), ("ide", "notOurs"), ("cid", "valid")] {
        let text = env.token_text("access", 3_600, Some("ref"));
        env.store_text(&text.replace("\"cid\"", &format!("\"{client}\"")));
        assert_eq!(env.state(), state, "{client}");
    }
}

#[test]
fn scopes_that_were_added_are_missing() {
    let mut env = approves();
    sign_in(&env, &Screen::default()).unwrap();
    assert!(env.status().missing_scopes.is_empty());
    env.instance.session.scopes = vec!["sso:account:access".into(), "extra:scope".into()];
    assert_eq!(env.status().missing_scopes, ["extra:scope"]);
    assert_eq!(env.state(), "valid");
}
