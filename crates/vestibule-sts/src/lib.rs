//! AWS STS calls and Signature Version 4.
