//! The buckets of the default profile, by way of `aws-config`, all with default features.

use std::error::Error;

use aws_config::BehaviorVersion;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let s3 = aws_sdk_s3::Client::new(&config);
        for bucket in s3.list_buckets().send().await?.buckets() {
            println!("{}", bucket.name().unwrap_or_default());
        }
        Ok(())
    })
}
