use std::path::Path;

use vestibule_world::Vars;

use super::{has_opener, has_screen, is_wsl};

/// Files that container engines create in their containers.
const CONTAINER_MARKERS: [&str; 2] = ["/.dockerenv", "/run/.containerenv"];

/// Returns the reason why a browser started here cannot complete a sign-in, as text for the user;
/// `None` if it can.
///
/// A sign-in with a redirect needs a browser on the machine that listens. In an SSH session the
/// user's browser runs on another machine. In a container or without a screen there is no
/// browser, unless `$BROWSER` names one.
pub fn unavailable_reason(vars: &Vars) -> Option<&'static str> {
    let is_container =
        cfg!(unix) && CONTAINER_MARKERS.iter().any(|marker| Path::new(marker).exists());
    decide(vars, is_container, has_opener(vars), std::env::consts::OS)
}

fn decide(vars: &Vars, is_container: bool, has_opener: bool, os: &str) -> Option<&'static str> {
    let is_unix_desktop = !matches!(os, "macos" | "windows");
    if vars.first(&["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"]).is_some() {
        Some("this is an SSH session")
    } else if vars.get("BROWSER").is_some() {
        None
    } else if is_container || vars.first(&["container", "KUBERNETES_SERVICE_HOST"]).is_some() {
        Some("this is a container")
    } else if has_opener {
        None
    } else if is_wsl(vars) {
        Some("WSL has no program here that opens a browser")
    } else if is_unix_desktop && !has_screen(vars) {
        Some("there is no screen")
    } else {
        Some("no program here opens a browser")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], is_container: bool, has_opener: bool, expected: Option<&str>) {
        let vars = names.iter().map(|&name| (name, "x")).collect();
        assert_eq!(decide(&vars, is_container, has_opener, "linux"), expected);
    }

    #[test]
    fn desktop_has_a_browser() {
        check(&["DISPLAY"], false, true, None);
        check(&["WSL_DISTRO_NAME"], false, true, None);
        assert_eq!(decide(&Vars::default(), false, true, "macos"), None);
    }

    #[test]
    fn machine_without_a_browser_gives_the_reason() {
        check(&["SSH_CONNECTION", "DISPLAY"], false, true, Some("this is an SSH session"));
        check(&["DISPLAY"], true, true, Some("this is a container"));
        check(&["container", "DISPLAY"], false, true, Some("this is a container"));
        check(&[], false, false, Some("there is no screen"));
        check(&["DISPLAY"], false, false, Some("no program here opens a browser"));
        check(&["WSL_INTEROP"], false, false, Some("WSL has no program here that opens a browser"));
    }

    #[test]
    fn browser_variable_is_used_except_over_ssh() {
        check(&["BROWSER"], true, false, None);
        check(&["BROWSER"], false, false, None);
        check(&["BROWSER", "SSH_TTY"], false, false, Some("this is an SSH session"));
    }
}
