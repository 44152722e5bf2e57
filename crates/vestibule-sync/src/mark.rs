//! How a profile says whose it is.

use vestibule::config::Section;

/// The key that marks a profile as ours to change and to remove; its value is `true`.
///
/// A key, not a comment: it moves with its section, whatever tool sorts or realigns the file, and the
/// AWS CLI and the SDKs read past keys that they do not know. Who wants to keep such a profile as it is
/// removes the line.
pub const MARK: &str = "vestibule_sync";

pub(crate) const MARKED: &str = "true";

pub(crate) fn is_marked(section: Section<'_>) -> bool {
    section.get(MARK).is_some_and(|value| value.text() == MARKED)
}
