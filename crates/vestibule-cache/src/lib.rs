//! The text of the AWS SSO cache: token, registration and role-credential files.
