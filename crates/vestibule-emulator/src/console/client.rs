use crate::origin::Origin;

/// A client of the service, which has two and takes no registrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// A program on the same computer as the browser.
    SameDevice,
    /// A program on another computer: the user pastes the code there.
    CrossDevice,
}

impl Client {
    pub(super) fn from_id(client_id: &str) -> Option<Self> {
        [Self::SameDevice, Self::CrossDevice].into_iter().find(|client| client.id() == client_id)
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::SameDevice => "arn:aws:signin:::devtools/same-device",
            Self::CrossDevice => "arn:aws:signin:::devtools/cross-device",
        }
    }

    /// Returns whether the client may have this redirect URI.
    pub(super) fn allows_redirect(self, redirect_uri: &str, origin: &Origin) -> bool {
        match self {
            Self::SameDevice => redirect_uri
                .strip_prefix("http://127.0.0.1:")
                .and_then(|rest| rest.strip_suffix("/oauth/callback"))
                .is_some_and(|port| port.parse::<u16>().is_ok()),
            Self::CrossDevice => {
                redirect_uri == format!("{}/v1/sessions/confirmation", origin.base)
            }
        }
    }

    /// Returns the name on pages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SameDevice => "aws login, on this computer",
            Self::CrossDevice => "aws login, on another computer",
        }
    }
}
