//! The buckets of the default profile, by way of `aws-config`: all with default features, or
//! as light as it can be had.

use std::error::Error;

use aws_config::BehaviorVersion;
#[cfg(feature = "ring")]
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let loader = aws_config::defaults(BehaviorVersion::latest());
        #[cfg(feature = "ring")]
        let loader = loader.http_client(
            aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
        );
        let s3 = aws_sdk_s3::Client::new(&loader.load().await);
        for bucket in s3.list_buckets().send().await?.buckets() {
            println!("{}", bucket.name().unwrap_or_default());
        }
        Ok(())
    })
}
