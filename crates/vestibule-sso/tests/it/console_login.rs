use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use vestibule_console_login::{Device, file_name};
use vestibule_oidc::{Verification, WebAddress};
use vestibule_sso::{ConsoleSessions, Ui};
use vestibule_types::Secret;
use vestibule_wire::Endpoint;
use vestibule_world::{Files as _, World, block_on, memory};

const ARN: &str = "arn:aws:iam::012345678910:user/ann";
/// The claim `sub` is [`ARN`].
const TOKENS: &str = r#"{
    "accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "s", "sessionToken": "t"},
    "expiresIn": 900, "tokenType": "aws_sigv4", "refreshToken": "r",
    "idToken": "e30.eyJzdWIiOiJhcm46YXdzOmlhbTo6MDEyMzQ1Njc4OTEwOnVzZXIvYW5uIn0.c2ln"
}"#;

/// Pastes the text that the page would show, after one of another login.
#[derive(Default)]
struct Paster {
    state: Mutex<String>,
    pastes: Mutex<u32>,
    cancels: bool,
    is_another_user: bool,
}

impl Ui for Paster {
    fn show(&self, _verification: &Verification) {}

    fn open(&self, page: &WebAddress) {
        let (_, rest) = page.as_str().split_once("&state=").unwrap();
        *self.state.lock().unwrap() = rest.split('&').next().unwrap().to_owned();
    }

    fn pasted(&self) -> Option<Secret> {
        let mut pastes = self.pastes.lock().unwrap();
        *pastes += 1;
        // `state=S&code=C`.
        let stray = "c3RhdGU9UyZjb2RlPUM=".to_owned();
        let state = self.state.lock().unwrap();
        Some(Secret::new(if *pastes == 1 {
            stray
        } else {
            STANDARD.encode(format!("state={state}&code=C"))
        }))
    }

    fn cancelled(&self) -> bool {
        self.cancels
    }
}

fn login(files: &memory::Files, paster: &Paster) -> Result<String, String> {
    let transport = memory::Transport::new(|request| {
        assert!(request.headers().contains_key("dpop"));
        Ok(http::Response::new(Bytes::from_static(TOKENS.as_bytes())))
    });
    let world =
        World { files: Arc::new(files.clone()), transport: Arc::new(transport), ..memory::world() };
    let endpoint = Endpoint::parse("https://us-east-1.signin.aws.amazon.com", None).unwrap();
    let accepts = |arn: &str| arn == ARN && !paster.is_another_user;
    let sessions = ConsoleSessions::at_home(&world.vars, world.platform);
    block_on(sessions.sign_in(&world, endpoint, Device::Cross, paster, &accepts))
        .map_err(|error| error.to_string())
}

#[test]
fn pasted_text_signs_in_and_credentials_are_stored_under_the_arn() {
    let files = memory::Files::default();
    assert_eq!(login(&files, &Paster::default()), Ok(ARN.to_owned()));
    let path = Path::new("/home/.aws/login/cache").join(file_name(ARN));
    let token = vestibule_console_login::LoginToken::read(&files.read(&path).unwrap()).unwrap();
    assert_eq!(token.credentials().access_key_id(), "ASIA");
}

#[test]
fn read_only_cache_is_an_error_before_the_user_is_asked() {
    let files = memory::Files::default();
    let paster = Paster { cancels: true, ..Paster::default() };
    assert_eq!(login(&files, &paster), Err("Could not sign in to the console.".to_owned()));
    files.freeze();
    let expected = "The login cannot be stored, so it was not started.";
    assert_eq!(login(&files, &Paster::default()), Err(expected.to_owned()));
}

#[test]
fn credentials_of_another_user_are_not_stored() {
    let files = memory::Files::default();
    let paster = Paster { is_another_user: true, ..Paster::default() };
    let expected = format!("Another user signed in: {ARN}");
    assert_eq!(login(&files, &paster), Err(expected));
    let stored = files.list(Path::new("/home/.aws/login/cache"));
    assert!(stored.unwrap_or_default().is_empty());
}
