//! The vocabulary of AWS sign-in: secrets, credentials, timestamps, accounts, roles, sessions.
