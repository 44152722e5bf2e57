//! An emulator of IAM Identity Center and STS for tests.
