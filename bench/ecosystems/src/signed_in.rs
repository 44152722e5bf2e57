//! A session that is signed in to an in-process emulator of IAM Identity Center.

use std::time::Duration;

use vestibule::world::{Clock as _, World};
use vestibule::{Session, Vars};
use vestibule_emulator::{Clock, Emulator};

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
        let vars = vars.collect::<Vars>().with("HOME", "/home");
        let world = World { vars, ..vestibule_test_env::world(&emulator) };
        let session = Session::builder().world(world.clone()).load_blocking().unwrap();
        let signed_in = Self { emulator, session, world };
        signed_in.sign_in();
        signed_in
    }

    /// Signs in and drops cached credentials.
    pub fn sign_in(&self) {
        vestibule_test_env::sign_in(&self.world, &self.emulator);
        self.session.forget();
    }

    /// Signs in as the AWS CLI does, which writes the token file and nothing else.
    pub fn sign_in_with_another_tool(&self) {
        vestibule_test_env::sign_in_with_another_tool(&self.world, &self.emulator);
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
