//! The life of an IAM Identity Center sign-in: live token, refresh, sign in, sign out.
