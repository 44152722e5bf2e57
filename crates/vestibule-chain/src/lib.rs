//! The default AWS credential chain, assembled.
