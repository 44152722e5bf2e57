//! The access key id of the default profile, by way of `aws-config` with its default features.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_credential_types::provider::ProvideCredentials;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let provider = config.credentials_provider().ok_or("no provider")?;
        println!("{}", provider.provide_credentials().await?.access_key_id());
        Ok(())
    })
}
