//! AWS IAM Identity Center portal: role credentials, accounts, roles, sign-out.
