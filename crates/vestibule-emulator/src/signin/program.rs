use std::sync::Arc;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::route::Place;
use crate::state::Client;

/// The two programs that the service knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// One on the machine of the browser.
    Same,
    /// One elsewhere: a person carries the code.
    Cross,
}

impl Program {
    pub(super) fn of(client_id: &str) -> Option<Self> {
        [Self::Same, Self::Cross].into_iter().find(|program| program.client_id() == client_id)
    }

    pub(super) fn client_id(self) -> &'static str {
        match self {
            Self::Same => "arn:aws:signin:::devtools/same-device",
            Self::Cross => "arn:aws:signin:::devtools/cross-device",
        }
    }

    /// Whether the code may be sent there.
    pub(super) fn comes_back_to(self, redirect_uri: &str, place: &Place) -> bool {
        match self {
            Self::Same => redirect_uri
                .strip_prefix("http://127.0.0.1:")
                .and_then(|rest| rest.strip_suffix("/oauth/callback"))
                .is_some_and(|port| port.parse::<u16>().is_ok()),
            Self::Cross => redirect_uri == format!("{}/v1/sessions/confirmation", place.base),
        }
    }

    /// As sessions and pages name it.
    pub(super) fn client(self) -> Arc<Client> {
        let name = match self {
            Self::Same => "aws login, on this machine",
            Self::Cross => "aws login, on another machine",
        };
        Arc::new(Client {
            id: self.client_id().to_owned(),
            secret: String::new(),
            name: name.to_owned(),
            scopes: vec!["openid".to_owned()],
            grant_types: Vec::new(),
            redirect_uris: Vec::new(),
            expires: Timestamp::EPOCH + Duration::MAX,
        })
    }
}
