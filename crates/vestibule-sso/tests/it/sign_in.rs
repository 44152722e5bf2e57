use std::sync::Mutex;
use std::time::Duration;

use vestibule_oidc::{Flow, Verification, WebAddress};
use vestibule_sso::{SignInError, SignInOptions, Ui};
use vestibule_types::Region;
use vestibule_world::{Files as _, WriteMode, block_on};

use crate::support::{Answer, TestEnv, spell};

/// Remembers what it was shown.
#[derive(Default)]
struct Screen(Mutex<Vec<String>>);

impl Ui for Screen {
    fn show(&self, verification: &Verification) {
        self.0.lock().unwrap().push(verification.user_code.clone());
    }

    fn open(&self, page: &WebAddress) {
        self.0.lock().unwrap().push(page.to_string());
    }
}

/// A service where the user approves before the third request.
fn approves() -> TestEnv {
    let questions = Mutex::new(0);
    TestEnv::new(move |path, _| -> Answer {
        match path {
            "/client/register" => (
                200,
                r#"{"clientId":"cid","clientSecret":"hidden","clientSecretExpiresAt":1798761600}"#,
            ),
            "/device_authorization" => (
                200,
                r#"{"deviceCode":"dev","userCode":"ABCD-EFGH","verificationUri":"https://d.test/",
                "expiresIn":600,"interval":1}"#,
            ),
            _ => {
                *questions.lock().unwrap() += 1;
                if *questions.lock().unwrap() < 3 {
                    (400, r#"{"error":"authorization_pending"}"#)
                } else {
                    (200, r#"{"accessToken":"acc","expiresIn":3600,"refreshToken":"ref"}"#)
                }
            }
        }
    })
}

fn sign_in(env: &TestEnv, screen: &Screen) -> Result<String, SignInError> {
    let options = SignInOptions::new(Flow::DeviceCode);
    block_on(env.sessions.sign_in(&env.world, &env.instance, options, screen))
        .map(|token| token.access_token.expose().to_owned())
}

#[test]
fn sign_in_is_stored_where_every_tool_looks() {
    let env = approves();
    let screen = Screen::default();
    assert_eq!(sign_in(&env, &screen).unwrap(), "acc");
    assert_eq!(*screen.0.lock().unwrap(), ["ABCD-EFGH"]);
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
    assert!(env.requested().is_empty() && screen.0.lock().unwrap().is_empty());
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
    assert!(env.requested().is_empty() && screen.0.lock().unwrap().is_empty());

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
fn scopes_that_were_added_are_missing() {
    let mut env = approves();
    sign_in(&env, &Screen::default()).unwrap();
    assert!(env.status().missing_scopes.is_empty());
    env.instance.session.scopes = vec!["sso:account:access".into(), "extra:scope".into()];
    assert_eq!(env.status().missing_scopes, ["extra:scope"]);
    assert_eq!(env.state(), "valid");
}
