//! The browser of the user at this machine.

use vestibule_oidc::Flow;
use vestibule_sso::SignInOptions;
use vestibule_types::Vars;

/// Opens an absolute `http` or `https` address in `$BROWSER`, else in the desktop's browser, without
/// waiting for it. Returns whether a browser was started.
pub use vestibule_os::browser::open;

/// Returns the reason why a browser started here cannot complete a sign-in; `None` if it can.
pub use vestibule_os::browser::unavailable_reason;

/// Returns options with the flow that fits this machine, and the reason for a device code.
///
/// With a usable browser it is the authorization code flow, whose redirect returns to this machine.
/// Over SSH, in a container, or without a browser, it is the device authorization flow.
pub fn sign_in_options(vars: &Vars) -> (SignInOptions, Option<&'static str>) {
    match unavailable_reason(vars) {
        Some(reason) => (SignInOptions::new(Flow::DeviceCode), Some(reason)),
        None => (SignInOptions::new(Flow::AuthorizationCode), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssh_session_uses_a_device_code() {
        let vars = Vars::default().with("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
        let (options, reason) = sign_in_options(&vars);
        assert_eq!(options.flow, Flow::DeviceCode);
        assert!(reason.is_some());
    }
}
