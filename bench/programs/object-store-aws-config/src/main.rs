//! What is in a bucket, through `object_store`, with credentials by way of `aws-config`.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use object_store::aws::{AmazonS3Builder, AwsCredential};
use object_store::{CredentialProvider, ObjectStore as _};

#[derive(Debug)]
struct Credentials(SharedCredentialsProvider);

impl CredentialProvider for Credentials {
    type Credential = AwsCredential;

    fn get_credential<'a, 'b>(
        &'a self,
    ) -> Pin<Box<dyn Future<Output = object_store::Result<Arc<AwsCredential>>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let found = self.0.provide_credentials().await.map_err(|error| {
                object_store::Error::Generic { store: "S3", source: Box::new(error) }
            })?;
            Ok(Arc::new(AwsCredential {
                key_id: found.access_key_id().to_owned(),
                secret_key: found.secret_access_key().to_owned(),
                token: found.session_token().map(str::to_owned),
            }))
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let provider = config.credentials_provider().ok_or("no provider")?;
        let mut store = AmazonS3Builder::new()
            .with_credentials(Arc::new(Credentials(provider)))
            .with_bucket_name("mine");
        if let Some(region) = config.region() {
            store = store.with_region(region.as_ref());
        }
        for object in store.build()?.list_with_delimiter(None).await?.objects {
            println!("{}", object.location);
        }
        Ok(())
    })
}
