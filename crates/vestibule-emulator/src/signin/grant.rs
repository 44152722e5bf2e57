use vestibule_types::{Region, Timestamp};

use super::program::Program;
use super::proof::Key;

/// What a person approved, on its way through a browser.
pub(super) struct Code {
    pub(super) program: Program,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) user: String,
    pub(super) region: Region,
    pub(super) expires: Timestamp,
    pub(super) spent: bool,
}

/// What buys the next credentials, for who has the key. It works as long as the session lasts,
/// also when there are newer ones.
#[derive(Clone)]
pub(super) struct Refresh {
    pub(super) program: Program,
    pub(super) session: String,
    pub(super) key: Key,
    pub(super) region: Region,
}
