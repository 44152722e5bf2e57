use std::sync::Mutex;
use std::time::Duration;

use vestibule_oidc::{Flow, Verification, WebAddress};
use vestibule_sso::{SignInError, SignInOptions, Ui};
use vestibule_world::block_on;

use crate::support::{Answer, Scene, spell};

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

/// A service where the person approves at the third question.
fn approves() -> Scene {
    let questions = Mutex::new(0);
    Scene::new(move |path, _| -> Answer {
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

fn sign_in(scene: &Scene, screen: &Screen) -> Result<String, SignInError> {
    let how = SignInOptions::new(Flow::DeviceCode);
    block_on(scene.sessions.sign_in(&scene.world, &scene.instance, how, screen))
        .map(|token| token.access_token.expose().to_owned())
}

#[test]
fn a_sign_in_is_stored_where_every_tool_looks() {
    let scene = approves();
    let screen = Screen::default();
    assert_eq!(sign_in(&scene, &screen).unwrap(), "acc");
    assert_eq!(*screen.0.lock().unwrap(), ["ABCD-EFGH"]);
    let stored = scene.stored().unwrap();
    assert_eq!(stored.refresh_token.as_ref().unwrap().expose(), "ref");
    assert_eq!(stored.client_id.as_deref(), Some("cid"));
    assert_eq!(scene.live().unwrap(), "acc");

    // The registration is kept, and serves the next sign-in.
    let before = scene.asked().len();
    sign_in(&scene, &screen).unwrap();
    assert_eq!(scene.asked()[before..], ["/device_authorization", "/token"]);
}

#[test]
fn a_cache_that_cannot_be_written_is_found_before_anybody_is_asked() {
    let scene = approves();
    scene.files.freeze();
    let screen = Screen::default();
    let error = sign_in(&scene, &screen).unwrap_err();
    assert!(matches!(error, SignInError::NotStorable { .. }));
    assert!(spell(&error).contains("/home/.aws/sso/cache"), "{error}");
    assert!(scene.asked().is_empty() && screen.0.lock().unwrap().is_empty());
}

#[test]
fn a_world_without_a_listener_says_so() {
    let scene = approves();
    let how = SignInOptions::new(Flow::AuthorizationCode);
    let screen = Screen::default();
    let error = block_on(scene.sessions.sign_in(&scene.world, &scene.instance, how, &screen));
    assert!(matches!(error, Err(SignInError::Listen { .. })));
    assert!(scene.asked().is_empty());
}

/// Between looking at the session and asking for a sign-in, another process may have signed in.
#[test]
fn nobody_is_asked_for_what_somebody_else_just_got() {
    let scene = approves();
    let screen = Screen::default();
    scene.store(3600, Some("ref"));
    let how = SignInOptions::new(Flow::DeviceCode).unless_lasting(Duration::from_secs(900));
    let token = block_on(scene.sessions.sign_in(&scene.world, &scene.instance, how, &screen));
    assert_eq!(token.unwrap().access_token.expose(), "old-access");
    assert!(scene.asked().is_empty() && screen.0.lock().unwrap().is_empty());

    scene.store(900, Some("ref"));
    let token = block_on(scene.sessions.sign_in(&scene.world, &scene.instance, how, &screen));
    assert_eq!(token.unwrap().access_token.expose(), "acc");
}
