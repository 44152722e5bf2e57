use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use vestibule::Session;

use crate::SessionCredentials;

/// The beginning of a store: the credentials of a session, its region, and the endpoint of S3 if
/// one is configured. What is left to say is the bucket.
///
/// An endpoint without TLS is taken at its word: somebody wrote `http:`.
pub fn amazon_s3(session: &Arc<Session>) -> AmazonS3Builder {
    let credentials = Arc::new(SessionCredentials::new(session.clone()));
    let mut store = AmazonS3Builder::new().with_credentials(credentials);
    if let Some(region) = session.region() {
        store = store.with_region(region.as_str());
    }
    if let Some(url) = session.settings().endpoint_urls.get("s3") {
        store = store.with_allow_http(url.value.starts_with("http:")).with_endpoint(&url.value);
    }
    store
}
