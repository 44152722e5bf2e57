//! A sign-in with another tool is noticed by the next request of every adapter.

use std::time::Duration;

use ::object_store::CredentialProvider as _;
use aws_credential_types::provider::ProvideCredentials as _;
use ecosystems::SignedIn;
use reqsign_core::{Context, ProvideCredential as _};
use vestibule_emulator::{Fault, Operation};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn sign_in_with_another_tool_is_noticed_by_every_adapter_for_24_hours() {
    let signed_in = SignedIn::with_services(&[]);
    let session = || signed_in.session.clone();
    let sdk = vestibule_aws_sdk::sdk_config(&signed_in.session).unwrap();
    let sdk = sdk.credentials_provider().unwrap();
    let object_store = vestibule_object_store::SessionCredentials::new(session());
    let reqsign = vestibule_reqsign::SessionCredentials::new(session());
    let results = || async {
        [
            sdk.provide_credentials().await.is_ok(),
            object_store.get_credential().await.is_ok(),
            reqsign.provide_credential(&Context::new()).await.is_ok_and(|found| found.is_some()),
        ]
    };
    for hour in 0..24 {
        assert_eq!(results().await, [true; 3], "{hour}");
        // The service refuses the refresh, or cannot be reached: both are remembered.
        if hour % 2 == 0 {
            signed_in.emulator.expire_sessions();
        } else {
            signed_in.emulator.fail(Operation::CreateToken).always().with(Fault::Reset);
        }
        signed_in.emulator.clock().advance(HOUR * 2);
        assert_eq!(results().await, [false; 3], "{hour}");
        signed_in.emulator.clear_faults();
        signed_in.sign_in_with_another_tool();
    }
}
