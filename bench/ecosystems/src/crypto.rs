//! Clients that want to be told who computes for TLS, even if they are to speak without.

/// It is ring, as in vestibule.
pub fn use_ring() {
    // Only the first test installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
