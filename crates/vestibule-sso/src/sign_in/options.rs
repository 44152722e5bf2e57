use std::time::Duration;

use vestibule_oidc::Flow;

/// Options of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInOptions {
    /// The flow.
    pub flow: Flow,
    /// The reason for the device authorization flow, if it was selected because a browser cannot be
    /// used (`IdentityCenter::sign_in_options` in the facade, [`SignInOptions::auto`]). `None` if
    /// the caller selected the flow.
    pub device_code_reason: Option<&'static str>,
    /// The port for the redirect; 0 for any free one.
    pub port: u16,
    /// Whether a listener is opened for the redirect.
    pub listens: bool,
    /// A session that lasts longer than this makes the sign-in unnecessary; `None` if none does.
    pub min_remaining: Option<Duration>,
    /// Whether the portal session is ended before the user is asked.
    pub ends_portal_session: bool,
}

impl SignInOptions {
    /// Uses this flow and any free port, whatever token is stored.
    pub fn new(flow: Flow) -> Self {
        Self {
            flow,
            device_code_reason: None,
            port: 0,
            listens: true,
            min_remaining: None,
            ends_portal_session: false,
        }
    }

    /// Selects the authorization code flow, unless there is a reason why a browser cannot return to
    /// this machine: then it is the device authorization flow.
    pub fn auto(device_code_reason: Option<&'static str>) -> Self {
        let flow = match device_code_reason {
            Some(_) => Flow::DeviceCode,
            None => Flow::AuthorizationCode,
        };
        Self { device_code_reason, ..Self::new(flow) }
    }

    /// Uses a fixed port for the redirect.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Opens no listener for the redirect: the user copies its address from the browser, which shows
    /// an error page, and [`Ui::pasted`](crate::Ui::pasted) returns it. For browsers on another
    /// machine, for hosts that cannot listen, and for tests.
    #[must_use]
    pub fn without_listener(mut self) -> Self {
        self.listens = false;
        self
    }

    /// Sets how long the session must last to make the sign-in unnecessary.
    ///
    /// That is checked once this process has the lock for signing in, since another process may
    /// have signed in meanwhile.
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = Some(span);
        self
    }

    /// Ends the session at the portal before the user is asked, so that the new one has the
    /// assignments of that time. If the portal cannot be reached, that is a warning in the log. If
    /// the sign-in cannot be performed, the session goes on.
    #[must_use]
    pub fn ending_portal_session(mut self) -> Self {
        self.ends_portal_session = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_is_that_of_a_browser_unless_there_is_a_reason_against_it() {
        for (reason, flow) in
            [(None, Flow::AuthorizationCode), (Some("this is an SSH session"), Flow::DeviceCode)]
        {
            let options = SignInOptions::auto(reason);
            assert_eq!((options.flow, options.device_code_reason), (flow, reason));
        }
    }
}
