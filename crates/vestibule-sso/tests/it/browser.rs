//! Sign-ins with a browser: redirects, pasted addresses, cancellation and failures.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vestibule_oidc::{Flow, FlowError, Redirected, Verification, WebAddress};
use vestibule_sso::{Event, SignInCause, SignInError, SignInOptions, Ui, page};
use vestibule_types::Secret;
use vestibule_world::{
    BoxFuture, Callback, Callbacks, Clock as _, Listener, TransportError, TransportErrorKind,
    World, block_on, memory,
};

use crate::screen::{Screen, state};
use crate::sign_in::approves;
use crate::support::{Answer, LOST, TestEnv};

/// A browser, which requests these paths once it has opened the page.
#[derive(Clone, Debug, Default)]
struct Browser {
    /// `STATE` is replaced by the state in the address of the page.
    paths: Vec<&'static str>,
    requests: Arc<Mutex<VecDeque<String>>>,
    /// The pages that it was shown in response.
    pages: Arc<Mutex<Vec<String>>>,
}

impl Ui for Browser {
    fn show(&self, _verification: &Verification) {}

    fn open(&self, page: &WebAddress) {
        let paths = self.paths.iter().map(|path| path.replace("STATE", state(page.as_str())));
        self.requests.lock().unwrap().extend(paths);
    }
}

impl Listener for Browser {
    fn bind(&self, _port: u16) -> io::Result<Box<dyn Callbacks>> {
        Ok(Box::new(self.clone()))
    }
}

impl Callbacks for Browser {
    fn port(&self) -> u16 {
        50_000
    }

    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>> {
        let Some(target) = self.requests.lock().unwrap().pop_front() else {
            return Box::pin(std::future::pending());
        };
        let pages = self.pages.clone();
        let respond = move |page: &str| pages.lock().unwrap().push(page.to_owned());
        Box::pin(async { Ok(Callback::new(Secret::new(target), respond)) })
    }
}

/// Signs in with the authorization code flow, and returns how long that took.
fn sign_in(env: &TestEnv, world: &World, ui: &dyn Ui) -> (Result<String, String>, Duration) {
    let start = env.clock.now();
    let options = SignInOptions::new(Flow::AuthorizationCode);
    let options = if world.listener.is_some() { options } else { options.without_listener() };
    let token = block_on(env.sessions.sign_in(world, &env.instance, options, ui));
    let token = token.map(|token| token.access_token.expose().to_owned());
    (token.map_err(|error| cause(&error)), env.clock.now().saturating_since(start))
}

/// Returns the cause of a failed sign-in in one word.
fn cause(error: &SignInError) -> String {
    let SignInError::Failed { source, .. } = error else { return error.to_string() };
    match source {
        SignInCause::Flow(FlowError::Denied(_)) => "denied",
        SignInCause::Flow(FlowError::Expired) => "expired",
        SignInCause::Flow(FlowError::Cancelled) => "cancelled",
        SignInCause::Flow(FlowError::Service(_)) => "service",
        SignInCause::Transport(_) => "transport",
        other => return other.to_string(),
    }
    .to_owned()
}

#[test]
fn redirect_signs_in_after_one_of_another_sign_in() {
    let stray = "/oauth/callback?code=c&state=another";
    for (last, expected, redirected) in [
        ("/oauth/callback?code=c&state=STATE", Ok("acc"), Redirected::Accepted),
        ("/oauth/callback?error=access_denied&state=STATE", Err("denied"), Redirected::Denied),
    ] {
        let env = approves();
        let browser = Browser { paths: vec![stray, last], ..Browser::default() };
        let world = World { listener: Some(Arc::new(browser.clone())), ..env.world.clone() };
        let (token, took) = sign_in(&env, &world, &browser);
        assert_eq!(token.as_deref().map_err(String::as_str), expected);
        assert_eq!(*browser.pages.lock().unwrap(), [page(Redirected::Ignored), page(redirected)]);
        assert_eq!(took, Duration::ZERO, "nothing is waited for after the redirect");
    }
}

#[test]
fn pasted_redirect_signs_in_after_one_of_another_sign_in() {
    let env = approves();
    let screen = Screen::pasting(["?code=c&state=another", "http://x/?code=c&state=STATE"]);
    let (token, took) = sign_in(&env, &env.world, &screen);
    assert_eq!(token.unwrap(), "acc");
    assert_eq!(took, Duration::from_millis(400));
    let redirect = Event::Redirect(Duration::from_secs(600));
    assert_eq!(screen.events(), [redirect, Event::StrayPaste]);
}

#[test]
fn sign_in_without_a_redirect_expires_after_ten_minutes() {
    let env = approves();
    let (token, took) = sign_in(&env, &env.world, &Screen::default());
    assert_eq!((token.unwrap_err().as_str(), took), ("expired", Duration::from_secs(600)));
}

#[test]
fn sign_in_ends_as_soon_as_the_user_cancels() {
    let env = approves();
    // One check before each of four steps, and then one each 200 milliseconds.
    let screen = Screen::cancelling_after(8);
    let (token, took) = sign_in(&env, &env.world, &screen);
    assert_eq!((token.unwrap_err().as_str(), took), ("cancelled", Duration::from_millis(600)));
}

/// Returns the cause of the failure if all requests fail like this, their number, and the events.
fn sign_in_with_failing_requests(kind: TransportErrorKind) -> (String, usize, Vec<Event>) {
    let env = approves();
    let requests = env.requests.clone();
    let transport = memory::Transport::new(move |request| {
        requests.lock().unwrap().push(request.uri().path().to_owned());
        Err(TransportError::new(kind, "https://oidc.test"))
    });
    let world = World { transport: Arc::new(transport), ..env.world.clone() };
    let screen = Screen::default();
    let (token, _) = sign_in(&env, &world, &screen);
    (token.unwrap_err(), env.requested().len(), screen.events())
}

#[test]
fn request_without_a_response_is_repeated_unless_that_cannot_help() {
    use TransportErrorKind::{Connect, Lost, Tls};
    let transport = || "transport".to_owned();
    assert_eq!(sign_in_with_failing_requests(Tls), (transport(), 1, Vec::new()));
    for kind in [Connect, Lost] {
        let retries = [2, 4].map(|seconds| Event::Retry(Duration::from_secs(seconds)));
        assert_eq!(sign_in_with_failing_requests(kind), (transport(), 3, retries.to_vec()));
    }
}

#[test]
fn denial_after_a_lost_response_is_a_denial() {
    let requests = Mutex::new(0);
    let env = TestEnv::new(move |_, _| -> Answer {
        let mut requests = requests.lock().unwrap();
        *requests += 1;
        if *requests == 1 {
            return LOST;
        }
        (400, r#"{"error":"access_denied"}"#)
    });
    let (token, _) = sign_in(&env, &env.world, &Screen::default());
    assert_eq!(token.unwrap_err(), "denied");
}
