//! The access key id of the default profile, by way of `vestibule` with its default features.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let session = vestibule::Session::builder().load().await?;
        println!("{}", session.credentials().await?.access_key_id());
        Ok(())
    })
}
