//! The buckets of the default profile, by way of `vestibule-aws-sdk`, whose TLS the client shares.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = vestibule_aws_sdk::load().await?.into_builder();
        let config = config.http_client(vestibule_aws_sdk::https_client()).build();
        let s3 = aws_sdk_s3::Client::new(&config);
        for bucket in s3.list_buckets().send().await?.buckets() {
            println!("{}", bucket.name().unwrap_or_default());
        }
        Ok(())
    })
}
