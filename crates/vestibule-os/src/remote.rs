//! Whether a browser on this machine can bring a sign-in back to it.

use std::path::Path;

use vestibule_world::Vars;

use crate::browser;

/// Files that container engines put into their containers.
const CONTAINER_MARKERS: [&str; 2] = ["/.dockerenv", "/run/.containerenv"];

/// Why a browser started here would not help, in words for people; `None` where it would.
///
/// A sign-in with a redirect needs a browser on the machine that listens. Over SSH there is
/// none: the one in front of the person runs elsewhere. In a container or without a screen there
/// is none either, unless `$BROWSER` names one.
pub fn why(vars: &Vars) -> Option<&'static str> {
    let is_container = CONTAINER_MARKERS.iter().any(|marker| Path::new(marker).exists());
    decide(vars, is_container, browser::has_opener(vars), std::env::consts::OS)
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
    } else if browser::is_wsl(vars) {
        Some("WSL has no program here that opens a browser")
    } else if is_unix_desktop && !browser::has_screen(vars) {
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
    fn a_desktop_has_a_browser() {
        check(&["DISPLAY"], false, true, None);
        check(&["WSL_DISTRO_NAME"], false, true, None);
        assert_eq!(decide(&Vars::default(), false, true, "macos"), None);
    }

    #[test]
    fn each_place_without_one_says_why() {
        check(&["SSH_CONNECTION", "DISPLAY"], false, true, Some("this is an SSH session"));
        check(&["DISPLAY"], true, true, Some("this is a container"));
        check(&["container", "DISPLAY"], false, true, Some("this is a container"));
        check(&[], false, false, Some("there is no screen"));
        check(&["DISPLAY"], false, false, Some("no program here opens a browser"));
        check(&["WSL_INTEROP"], false, false, Some("WSL has no program here that opens a browser"));
    }

    #[test]
    fn a_named_browser_is_a_way_but_not_over_ssh() {
        check(&["BROWSER"], true, false, None);
        check(&["BROWSER"], false, false, None);
        check(&["BROWSER", "SSH_TTY"], false, false, Some("this is an SSH session"));
    }
}
