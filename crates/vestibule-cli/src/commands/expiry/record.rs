use std::collections::BTreeMap;

use vestibule::Timestamp;
use vestibule::providers::Folder;
use vestibule::world::{World, WriteMode};

/// The name of the file, which has the expiration of each session that was warned of last.
const FILE: &str = "expiry-warnings.json";

/// Records a warning; returns true for the first process that warns of this expiration.
///
/// If nothing can be stored, each process warns: too many warnings do less harm than none.
pub(super) fn is_first(world: &World, session: &str, expires_at: Timestamp) -> bool {
    let Some(home) = world.vars.home(world.platform) else { return true };
    let path = Folder::vestibule(&home, world.platform).file(FILE);
    // Another process is recording a warning now, most likely this one.
    let lock = match world.files.try_lock(&path.with_extension("lock")) {
        Ok(None) => return false,
        lock => lock,
    };
    let bytes = world.files.read(&path).unwrap_or_default();
    let mut warned: BTreeMap<String, String> = serde_json::from_slice(&bytes).unwrap_or_default();
    let expires_at = expires_at.to_string();
    if warned.get(session) == Some(&expires_at) {
        return false;
    }
    // Expirations in one format sort by time; those that have passed are of no use.
    let now = world.clock.now().to_string();
    warned.retain(|_, at| now <= *at);
    warned.insert(session.to_owned(), expires_at);
    if let Ok(bytes) = serde_json::to_vec(&warned) {
        // Best effort: another process may warn again.
        let _ = world.files.replace(&path, &bytes, WriteMode::BestEffort);
    }
    drop(lock);
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vestibule::world::memory;

    use super::*;

    #[test]
    fn warning_is_recorded_once_per_session_and_expiration() {
        let world = memory::world();
        let soon = world.clock.now() + Duration::from_secs(60);
        assert!(is_first(&world, "my-sso", soon));
        assert!(!is_first(&world, "my-sso", soon));
        assert!(is_first(&world, "other", soon));
        assert!(is_first(&world, "my-sso", soon + Duration::from_secs(60)));
    }
}
