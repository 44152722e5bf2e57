//! Parts of web addresses.

/// Splits an address at `://` into its scheme and the rest. `None` if it has no scheme.
pub fn split_scheme(address: &str) -> Option<(&str, &str)> {
    address.split_once("://")
}

/// Returns the host of an address, and its port if it has one. The address may have no scheme.
///
/// ```
/// assert_eq!(vestibule_types::host_of("https://portal.test:8443/start"), "portal.test:8443");
/// ```
pub fn host_of(address: &str) -> &str {
    let rest = split_scheme(address).map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
