use std::sync::Arc;

use vestibule::world::{World, memory};
use vestibule::{Ui, Verification, WebAddress};
use vestibule_emulator::Emulator;

/// The configuration of the README.
pub(crate) const CONFIG: &str = "\
[default]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
output = json
[sso-session my-sso]
sso_region = us-east-1
sso_start_url = https://provided-domain.awsapps.com/start
sso_registration_scopes = sso:account:access
";

/// A world with that configuration, in front of this emulator and with its time.
pub(crate) fn world(emulator: &Emulator) -> World {
    World {
        files: Arc::new(memory::Files::default().with("/home/.aws/config", CONFIG)),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    }
}

/// A person who approves whatever is shown, and who in the end looks at what was asked of AWS.
pub(crate) struct Person(pub(crate) Emulator);

impl Ui for Person {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}

impl Drop for Person {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.0.violations(), [], "requests are as AWS's models have them");
        }
    }
}
