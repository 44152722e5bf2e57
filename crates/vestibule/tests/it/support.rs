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

/// Returns a world with that configuration, and the transport and clock of an emulator.
pub(crate) fn world(emulator: &Emulator) -> World {
    World {
        files: Arc::new(memory::Files::default().with("/home/.aws/config", CONFIG)),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock()),
        ..memory::world()
    }
}

/// Approves every sign-in request. On drop, checks that no request violated the service models.
pub(crate) struct AutoApprover(pub(crate) Emulator);

impl Ui for AutoApprover {
    fn show(&self, verification: &Verification) {
        self.0.approve(&verification.user_code).unwrap();
    }

    fn open(&self, _page: &WebAddress) {}
}

impl Drop for AutoApprover {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.0.violations(), [], "requests that violate the service models");
        }
    }
}
