//! AWS STS calls and Signature Version 4.

pub mod sigv4;
