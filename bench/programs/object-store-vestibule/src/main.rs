//! What is in a bucket, through `object_store`, with credentials by way of `vestibule-object-store`.

use std::error::Error;
use std::sync::Arc;

use object_store::ObjectStore as _;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let session = Arc::new(vestibule::Session::load().await?);
        let store = vestibule_object_store::amazon_s3(&session).with_bucket_name("mine").build()?;
        for object in store.list_with_delimiter(None).await?.objects {
            println!("{}", object.location);
        }
        Ok(())
    })
}
