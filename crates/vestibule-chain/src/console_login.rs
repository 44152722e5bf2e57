//! Drives a console sign-in through a world, as `vestibule_sso` does one to Identity Center.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use vestibule_console_login::{
    Device, Redirected, Seed, SignIn, SignInError, SignedIn, Step, file_name, folder,
};
use vestibule_oidc::WebAddress;
use vestibule_profile::{Base, Plan};
use vestibule_sso::{Event, Ui, page};
use vestibule_types::Timestamp;
use vestibule_wire::{Endpoint, Unsendable};
use vestibule_world::{Callbacks, Either, TransportError, World, WriteMode, race};
use zeroize::Zeroizing;

/// How often a wait looks up: for a pasted text, for a person who gave up.
const GLANCE: Duration = Duration::from_millis(200);

/// Why there is no console sign-in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleLoginError {
    /// Nowhere to store it.
    #[error("there is no home folder: HOME is not set")]
    NoHome,
    /// The cache cannot be written, found out before anybody was asked.
    #[error("a sign-in could not be stored in {}", folder.display())]
    NotStorable {
        /// The folder of the cache.
        folder: PathBuf,
        /// What the machine says.
        #[source]
        source: io::Error,
    },
    /// No port for the redirect.
    #[error("cannot listen for the redirect on 127.0.0.1 port {port}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the machine says.
        #[source]
        source: io::Error,
    },
    /// The machine says so.
    #[error(transparent)]
    Machine(SignInError),
    /// No answer came from the service, after asking again.
    #[error(transparent)]
    Transport(TransportError),
    /// The place for redirects closed.
    #[error("the redirect could not be received")]
    Redirect(#[source] io::Error),
    /// The credentials came, and could not be stored.
    #[error("the sign-in could not be stored")]
    Store(#[source] io::Error),
    /// Somebody else signed in than the caller would take.
    #[error("somebody else signed in: `{login_session}`")]
    NotAccepted {
        /// Who it was.
        login_session: String,
    },
}

/// A profile that gets its credentials in another way, and would go on to.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("profile `{profile}` has credentials by {by} already")]
#[non_exhaustive]
pub struct OtherSource {
    /// The profile.
    pub profile: String,
    /// What else it has, as it is called in the files.
    pub by: &'static str,
}

/// The `login_session` of a profile, `None` if it may be given one. Ask the person before it is
/// replaced by another.
///
/// # Errors
/// [`OtherSource`], as the AWS CLI refuses.
pub fn console_session(plan: &Plan) -> Result<Option<&str>, OtherSource> {
    let by = match &plan.base {
        _ if !plan.roles.is_empty() => "role_arn",
        Base::Login(session) => return Ok(Some(session.arn.value.trim())),
        Base::NotConfigured(_) => return Ok(None),
        Base::Keys(_) => "aws_access_key_id",
        Base::Sso(_) | Base::SsoToken(_) => "sso_session or sso_start_url",
        Base::Process(_) => "credential_process",
        Base::WebIdentity(_) => "web_identity_token_file",
        Base::Named(_) => "credential_source",
        _ => "another source",
    };
    Err(OtherSource { profile: plan.profile.value.clone(), by })
}

/// Signs a person in to the console and stores the credentials. Gives who it was, as an ARN: what
/// the profile's `login_session` has to say.
///
/// For [`Device::Same`] the port may be 0, for any free one; for [`Device::Cross`] the interface is
/// asked for what the person pasted. Nothing is stored unless `accepts` takes who it was.
///
/// # Errors
/// See [`ConsoleLoginError`].
pub async fn console_login(
    world: &World,
    at: Endpoint,
    device: Device,
    ui: &dyn Ui,
    accepts: &(dyn Fn(&str) -> bool + Sync),
) -> Result<String, ConsoleLoginError> {
    let cache = folder(&world.vars, world.platform).ok_or(ConsoleLoginError::NoHome)?;
    let not_storable = |source| {
        let folder = cache.path().to_owned();
        ConsoleLoginError::NotStorable { folder, source }
    };
    // Who it will be is not known yet, and every name will do.
    world.files.probe(&cache.file(&file_name(""))).map_err(not_storable)?;
    let signed_in = drive(world, at, device, ui).await?;
    // The answer is here: nothing is awaited before it is stored.
    let SignedIn { login_session, entry, .. } = *signed_in;
    if !accepts(&login_session) {
        return Err(ConsoleLoginError::NotAccepted { login_session });
    }
    let file = cache.file(&file_name(&login_session));
    world
        .files
        .replace(&file, &entry.write(), WriteMode::Durable)
        .map_err(ConsoleLoginError::Store)?;
    Ok(login_session)
}

async fn drive(
    world: &World,
    at: Endpoint,
    device: Device,
    ui: &dyn Ui,
) -> Result<Box<SignedIn>, ConsoleLoginError> {
    let (device, mut callbacks) = match device {
        Device::Same { port } => {
            let callbacks = bind(world, port)?;
            (Device::Same { port: callbacks.port() }, Some(callbacks))
        }
        Device::Cross => (Device::Cross, None),
    };
    let mut random = Zeroizing::new([0; Seed::LEN]);
    world.entropy.fill(&mut random[..]);
    let mut machine = SignIn::new(at, device, Seed::new(random));
    let mut fault = None;
    loop {
        if ui.cancelled() {
            machine.cancel();
        }
        match machine.step(world.clock.now()) {
            Step::Open(address) => ui.open(&web_address(&address)?),
            Step::AwaitRedirect { until } => {
                await_redirect(world, &mut machine, &mut callbacks, until, ui)
                    .await
                    .map_err(ConsoleLoginError::Redirect)?;
            }
            Step::Send(request) => match world.send(request).await {
                Ok(response) => machine.answered(&response, world.clock.now()),
                Err(error) if !error.kind.is_transient() => {
                    return Err(ConsoleLoginError::Transport(error));
                }
                Err(error) => {
                    tracing::debug!(%error, "no answer");
                    fault = Some(error);
                    machine.lost(world.clock.now());
                }
            },
            Step::Wait(span) => world.clock.sleep(span.min(GLANCE)).await,
            Step::Done(signed_in) => return Ok(signed_in),
            Step::Failed(error) => {
                return Err(match (error, fault) {
                    (SignInError::Unreachable, Some(fault)) => ConsoleLoginError::Transport(fault),
                    (error, _) => ConsoleLoginError::Machine(error),
                });
            }
            _ => {}
        }
    }
}

/// Until a redirect, pasted or received, had an effect, or the time or the person's patience is up.
async fn await_redirect(
    world: &World,
    machine: &mut SignIn,
    callbacks: &mut Option<Box<dyn Callbacks>>,
    until: Timestamp,
    ui: &dyn Ui,
) -> io::Result<()> {
    ui.progress(Event::Redirect);
    while world.clock.now() < until && !ui.cancelled() {
        match callbacks {
            None => world.clock.sleep(GLANCE).await,
            Some(callbacks) => {
                let next = race(callbacks.next(), world.clock.sleep(GLANCE)).await;
                if let Either::First(callback) = next {
                    let callback = callback?;
                    let redirected = machine.redirected(callback.target.expose());
                    callback.answer(&page(shown(redirected)));
                    if redirected != Redirected::Ignored {
                        return Ok(());
                    }
                }
            }
        }
        if let Some(pasted) = ui.pasted() {
            match machine.redirected(pasted.expose()) {
                Redirected::Ignored => ui.progress(Event::StrayPaste),
                _ => return Ok(()),
            }
        }
    }
    Ok(())
}

/// In the words of the page that both kinds of sign-in show.
fn shown(redirected: Redirected) -> vestibule_oidc::Redirected {
    match redirected {
        Redirected::Accepted => vestibule_oidc::Redirected::Accepted,
        Redirected::Ignored => vestibule_oidc::Redirected::Ignored,
        Redirected::Refused => vestibule_oidc::Redirected::Refused,
    }
}

fn web_address(address: &str) -> Result<WebAddress, ConsoleLoginError> {
    let unsendable = || SignInError::Unsendable(Unsendable::new("the authorize address"));
    WebAddress::new(address).ok_or_else(|| ConsoleLoginError::Machine(unsendable()))
}

fn bind(world: &World, port: u16) -> Result<Box<dyn Callbacks>, ConsoleLoginError> {
    let failed = |source| ConsoleLoginError::Listen { port, source };
    match &world.listener {
        Some(listener) => listener.bind(port).map_err(failed),
        None => Err(failed(io::ErrorKind::Unsupported.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use vestibule_oidc::Verification;
    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_types::{Secret, Vars};
    use vestibule_world::{Files as _, block_on, memory};

    use super::*;

    const ARN: &str = "arn:aws:iam::012345678910:user/ann";
    /// The claim `sub` is [`ARN`].
    const TOKENS: &str = r#"{
        "accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "s", "sessionToken": "t"},
        "expiresIn": 900, "tokenType": "aws_sigv4", "refreshToken": "r",
        "idToken": "e30.eyJzdWIiOiJhcm46YXdzOmlhbTo6MDEyMzQ1Njc4OTEwOnVzZXIvYW5uIn0.c2ln"
    }"#;

    /// A person who pastes what a page would send back, and a stray one first.
    #[derive(Default)]
    struct Person {
        state: Mutex<String>,
        pastes: Mutex<u32>,
        gives_up: bool,
        is_somebody_else: bool,
    }

    impl Ui for Person {
        fn show(&self, _verification: &Verification) {}

        fn open(&self, page: &WebAddress) {
            let (_, rest) = page.as_str().split_once("&state=").unwrap();
            *self.state.lock().unwrap() = rest.split('&').next().unwrap().to_owned();
        }

        fn pasted(&self) -> Option<Secret> {
            let mut pastes = self.pastes.lock().unwrap();
            *pastes += 1;
            // `state=S&code=C`, for nobody.
            let stray = "c3RhdGU9UyZjb2RlPUM=".to_owned();
            let state = self.state.lock().unwrap();
            Some(Secret::new(if *pastes == 1 {
                stray
            } else {
                STANDARD.encode(format!("state={state}&code=C"))
            }))
        }

        fn cancelled(&self) -> bool {
            self.gives_up
        }
    }

    fn login(files: &memory::Files, person: &Person) -> Result<String, String> {
        let transport = memory::Transport::new(|request| {
            assert!(request.headers().contains_key("dpop"));
            Ok(http::Response::new(Bytes::from_static(TOKENS.as_bytes())))
        });
        let world = World {
            files: Arc::new(files.clone()),
            transport: Arc::new(transport),
            ..memory::world()
        };
        let at = Endpoint::at("https://us-east-1.signin.aws.amazon.com", None).unwrap();
        let accepts = |arn: &str| arn == ARN && !person.is_somebody_else;
        block_on(console_login(&world, at, Device::Cross, person, &accepts))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_pasted_text_signs_in_and_is_stored_under_the_name_of_who_it_was() {
        let files = memory::Files::default();
        assert_eq!(login(&files, &Person::default()), Ok(ARN.to_owned()));
        let path = Path::new("/home/.aws/login/cache").join(file_name(ARN));
        let entry = vestibule_console_login::Entry::read(&files.read(&path).unwrap()).unwrap();
        assert_eq!(entry.credentials().access_key_id(), "ASIA");
    }

    #[test]
    fn nobody_is_asked_in_vain() {
        let files = memory::Files::default();
        let person = Person { gives_up: true, ..Person::default() };
        assert_eq!(login(&files, &person), Err("the sign-in was cancelled".to_owned()));
        files.freeze();
        let expected = "a sign-in could not be stored in /home/.aws/login/cache";
        assert_eq!(login(&files, &Person::default()), Err(expected.to_owned()));
    }

    #[test]
    fn nothing_is_kept_of_somebody_else() {
        let files = memory::Files::default();
        let person = Person { is_somebody_else: true, ..Person::default() };
        let expected = format!("somebody else signed in: `{ARN}`");
        assert_eq!(login(&files, &person), Err(expected));
        let kept = files.list(Path::new("/home/.aws/login/cache"));
        assert!(kept.unwrap_or_default().is_empty());
    }

    #[track_caller]
    fn guards(config: &str, expected: Result<Option<&str>, &str>) {
        let files = Files::from_texts(&format!("[default]\n{config}\n"), "");
        let plan = plan(&files, &Vars::default(), &Overrides::default()).unwrap();
        let found = console_session(&plan).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_profile_that_has_credentials_is_left_alone() {
        guards("region = us-east-1", Ok(None));
        guards(&format!("login_session = {ARN}"), Ok(Some(ARN)));
        for (config, by) in [
            ("aws_access_key_id = a\naws_secret_access_key = b", "aws_access_key_id"),
            ("credential_process = /bin/true", "credential_process"),
            (
                "sso_start_url = https://a.awsapps.com/start\nsso_region = us-east-1\n\
                 sso_account_id = 1\nsso_role_name = r",
                "sso_session or sso_start_url",
            ),
        ] {
            let expected = format!("profile `default` has credentials by {by} already");
            guards(config, Err(&expected));
        }
    }
}
