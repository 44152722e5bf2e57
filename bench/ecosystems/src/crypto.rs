//! The TLS crypto provider, which some clients require even for plain HTTP.

/// Installs ring as the default crypto provider, which vestibule uses too.
pub fn install_ring() {
    // Fails if another test of this process installed it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
