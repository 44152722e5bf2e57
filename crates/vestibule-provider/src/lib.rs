//! Credential providers as plain data: chain, cache, refresh policy.
