//! A session that is signed in to an in-process emulator of IAM Identity Center.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vestibule::world::{Clock as _, World, WriteMode, memory};
use vestibule::{Flow, Session, SignInOptions, Ui, Vars, Verification, WebAddress};
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

/// The token file of `my-sso`.
const TOKEN_FILE: &str = "/home/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";

/// A session and the emulator to which it is signed in.
///
/// The session uses the emulator's clock, which stands still until it is advanced.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The emulator that issues the credentials.
    pub emulator: Emulator,
    /// The session under test.
    pub session: Session,
    world: World,
}

impl SignedIn {
    /// Signs in with these endpoint URLs, each with its service ID, such as `S3`.
    pub fn with_services(urls: &[(&str, &str)]) -> Self {
        let clock = Clock::manual(Clock::real().now());
        Self::with_emulator(Emulator::builder().clock(clock).build(), urls)
    }

    fn with_emulator(emulator: Emulator, urls: &[(&str, &str)]) -> Self {
        let vars = urls.iter().map(|(id, url)| (format!("AWS_ENDPOINT_URL_{id}"), *url));
        let world = World {
            vars: vars.collect::<Vars>().with("HOME", "/home"),
            files: Arc::new(memory::Files::default().with("/home/.aws/config", CONFIG)),
            transport: Arc::new(emulator.clone()),
            clock: Arc::new(emulator.clock()),
            ..memory::world()
        };
        let session = Session::builder().world(world.clone()).load_blocking().unwrap();
        let signed_in = Self { emulator, session, world };
        signed_in.sign_in();
        signed_in
    }

    /// Signs in and drops cached credentials.
    pub fn sign_in(&self) {
        let center = self.session.configuration().identity_center().unwrap();
        let options = SignInOptions::new(Flow::DeviceCode);
        center.blocking().sign_in(options, &AutoApprover(self.emulator.clone())).unwrap();
        self.session.forget();
    }

    /// Signs in as the AWS CLI does, which writes the token file and nothing else.
    pub fn sign_in_with_another_tool(&self) {
        let theirs = Self::with_emulator(self.emulator.clone(), &[]);
        let center = theirs.session.configuration().identity_center().unwrap();
        let token = center.blocking().token(Duration::ZERO).unwrap();
        let file = Path::new(TOKEN_FILE);
        self.world.files.replace(file, &token.write(), WriteMode::BestEffort).unwrap();
    }

    /// Advances the clock until the role credentials have expired, but not the portal session.
    pub fn expire_credentials(&self) {
        self.emulator.clock().advance(Duration::from_secs(2 * 3_600));
    }

    /// Revokes the portal session and drops cached credentials.
    pub fn revoke(&self) {
        self.emulator.revoke_sessions();
        self.session.forget();
    }

    /// Returns the access key ID of the current credentials.
    pub fn access_key_id(&self) -> String {
        self.session.blocking().credentials().unwrap().access_key_id().to_owned()
    }
}

/// Approves every sign-in request.
struct AutoApprover(Emulator);

impl Ui for AutoApprover {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}
