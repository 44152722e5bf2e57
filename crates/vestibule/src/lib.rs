//! AWS SDK authentication without the SDK: sign in once, credentials and region from then on.
