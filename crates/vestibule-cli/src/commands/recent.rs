//! Profiles that the user selected recently, so that the picker can show them first.

use std::fs;
use std::path::PathBuf;

use crate::app::App;

/// Number of names to remember.
const MAX: usize = 20;
/// A larger file is not ours.
const MAX_BYTES: usize = 16 << 10;

fn path(app: &App<'_>) -> Option<PathBuf> {
    let folder = match app.vars.get("XDG_STATE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(app.vars.get("HOME")?).join(".local/state"),
    };
    folder.is_absolute().then(|| folder.join("vestibule/recent-profiles"))
}

/// Returns the names, the most recent first.
pub(super) fn load(app: &App<'_>) -> Vec<String> {
    let text = path(app).and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    if MAX_BYTES < text.len() {
        return Vec::new();
    }
    text.lines().take(MAX).map(str::to_owned).collect()
}

/// Puts a name first. Errors are ignored, because the order is only a convenience.
pub(super) fn store(app: &App<'_>, name: &str, recent: &[String]) {
    let Some(path) = path(app) else { return };
    let others = recent.iter().map(String::as_str).filter(|other| *other != name);
    let names: Vec<_> = std::iter::once(name).chain(others).take(MAX).collect();
    let write = || {
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder)?;
        let temporary = path.with_extension(std::process::id().to_string());
        fs::write(&temporary, names.join("\n") + "\n")?;
        fs::rename(&temporary, &path)
    };
    let _ = write();
}
