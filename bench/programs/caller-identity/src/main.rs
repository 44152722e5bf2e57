//! Prints the caller identity of the AWS SDK for Rust's default credentials: `cargo xtask interop`.

use std::error::Error;

use aws_config::BehaviorVersion;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let identity = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await?;
        println!("{}", identity.arn().unwrap_or_default());
        Ok(())
    })
}
