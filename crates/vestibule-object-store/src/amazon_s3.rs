use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use vestibule::Session;

use crate::SessionCredentials;

/// Returns a builder with the credentials of a session, its region, and the configured endpoint of
/// S3, if any. Only the bucket is missing.
///
/// A configured endpoint with `http:` is used without TLS.
pub fn amazon_s3(session: &Session) -> AmazonS3Builder {
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
