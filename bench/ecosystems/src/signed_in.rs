//! A person who has signed in to an Identity Center in this process.

use std::sync::Arc;
use std::time::Duration;

use vestibule::world::{Clock as _, World, memory};
use vestibule::{Flow, SignInOptions, Session, Ui, Vars, Verification, WebAddress};
use vestibule_emulator::{Clock, Emulator};

const CONFIG: &str = "\
[default]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
[sso-session my-sso]
sso_region = us-east-1
sso_start_url = https://provided-domain.awsapps.com/start
sso_registration_scopes = sso:account:access
";

/// A session, and the Identity Center it is signed in to.
///
/// The session uses the emulator's clock, which stands still until it is advanced.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What gives out the credentials.
    pub emulator: Emulator,
    /// What asks for them.
    pub session: Session,
}

impl SignedIn {
    /// With S3 and STS at these URLs.
    pub fn with_services(urls: &[(&str, &str)]) -> Self {
        let emulator = Emulator::builder().clock(Clock::manual(Clock::real().now())).build();
        let vars = urls.iter().map(|(id, url)| (format!("AWS_ENDPOINT_URL_{id}"), *url));
        let world = World {
            vars: vars.collect::<Vars>().with("HOME", "/home"),
            files: Arc::new(memory::Files::default().with("/home/.aws/config", CONFIG)),
            transport: Arc::new(emulator.clone()),
            clock: Arc::new(emulator.clock()),
            ..memory::world()
        };
        let session = Session::builder().world(world).load_blocking().unwrap();
        let signed_in = Self { emulator, session };
        signed_in.again();
        signed_in
    }

    /// Signs in once more.
    pub fn again(&self) {
        let center = self.session.configuration().identity_center().unwrap();
        let how = SignInOptions::new(Flow::DeviceCode);
        center.blocking().sign_in(how, &Person(self.emulator.clone())).unwrap();
        self.session.forget();
    }

    /// Lets the role's credentials come to their end; the sign-in goes on.
    pub fn let_credentials_end(&self) {
        self.emulator.clock().advance(Duration::from_secs(2 * 3_600));
    }

    /// Ends the sign-in at the portal, and with it what the session kept.
    pub fn revoke(&self) {
        self.emulator.revoke_sessions();
        self.session.forget();
    }

    /// The access key id that requests are signed with now.
    pub fn access_key_id(&self) -> String {
        self.session.blocking().credentials().unwrap().access_key_id().to_owned()
    }
}

/// Approves whatever is shown.
struct Person(Emulator);

impl Ui for Person {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}
