//! AWS IAM Identity Center OIDC: registration, device flow, authorization code with PKCE, refresh.
