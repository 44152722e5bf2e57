//! Opening a browser.

mod words;

use std::path::Path;
use std::process::{Child, Command, Stdio};

use vestibule_world::Vars;

use crate::thread;

/// Opens a page; true if a program was started for it.
///
/// `$BROWSER` decides where it is set, as in Python's
/// [`webbrowser`](https://docs.python.org/3/library/webbrowser.html): commands separated by `:`
/// (`;` on Windows), the first that starts wins; `%s` in an argument stands for the address, and
/// without one the address is the only argument. Otherwise the desktop's own opener is asked.
/// What is started is not waited for, and gets no terminal.
///
/// Only an absolute `http` or `https` URL is opened: these programs open anything, files included.
pub fn open(url: &str, vars: &Vars) -> bool {
    is_web_address(url) && commands(url, vars).iter().any(|command| start(command))
}

/// True if the desktop has an opener that is installed.
pub(crate) fn has_opener(vars: &Vars) -> bool {
    openers(vars, std::env::consts::OS).iter().any(|opener| is_installed(opener[0], vars))
}

fn commands(url: &str, vars: &Vars) -> Vec<Vec<String>> {
    match vars.get("BROWSER") {
        Some(browser) => chosen(browser, url, std::env::consts::OS),
        None => openers(vars, std::env::consts::OS)
            .iter()
            .map(|opener| opener.iter().copied().chain([url]).map(str::to_owned).collect())
            .collect(),
    }
}

/// What `$BROWSER` says, in order.
fn chosen(browser: &str, url: &str, os: &str) -> Vec<Vec<String>> {
    let separator = if os == "windows" { ';' } else { ':' };
    let mut commands = Vec::new();
    for choice in browser.split(separator).filter(|choice| !choice.trim().is_empty()) {
        let mut split = words::split(choice);
        // `&` asks not to wait, and we never do.
        split.pop_if(|last| last == "&");
        if choice.contains("%s") {
            let arguments = split.iter().enumerate();
            let fill = |(at, word): (usize, &String)| match at {
                0 => word.clone(),
                _ => word.replace("%s", url),
            };
            commands.push(arguments.map(fill).collect());
        } else {
            // Python takes all of it for a program's name; people also write arguments.
            commands.push(vec![choice.to_owned(), url.to_owned()]);
            if 1 < split.len() {
                split.push(url.to_owned());
                commands.push(split);
            }
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// What opens a page on this desktop; none where there is no screen.
fn openers(vars: &Vars, os: &str) -> Vec<&'static [&'static str]> {
    match os {
        "macos" => return vec![&["open"]],
        "windows" => return vec![&["rundll32", "url.dll,FileProtocolHandler"]],
        _ => {}
    }
    let mut openers: Vec<&[&str]> = Vec::new();
    if is_wsl(vars) {
        openers.extend([&["wslview"][..], &["rundll32.exe", "url.dll,FileProtocolHandler"]]);
    }
    if has_screen(vars) {
        let desktop: [&[&str]; 4] =
            [&["xdg-open"], &["gio", "open"], &["sensible-browser"], &["x-www-browser"]];
        openers.extend(desktop);
    }
    openers
}

/// Linux inside Windows.
pub(crate) fn is_wsl(vars: &Vars) -> bool {
    vars.first(&["WSL_DISTRO_NAME", "WSL_INTEROP"]).is_some()
}

pub(crate) fn has_screen(vars: &Vars) -> bool {
    vars.first(&["DISPLAY", "WAYLAND_DISPLAY"]).is_some()
}

fn is_installed(program: &str, vars: &Vars) -> bool {
    let folders = vars.get("PATH").unwrap_or_default();
    cfg!(windows) || folders.split(':').any(|folder| Path::new(folder).join(program).is_file())
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let odd = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']))
        && !url.contains(odd)
}

fn start(command: &[String]) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C here is not meant for the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(reap).is_ok()
}

/// A child that ends is a zombie until somebody asks after it.
fn reap(mut child: Child) {
    let _ = thread::spawn("vestibule-browser", move || drop(child.wait()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://x.test/?a=%73";

    #[track_caller]
    fn check(browser: &str, expected: &[&[&str]]) {
        assert_eq!(chosen(browser, URL, "linux"), expected);
    }

    #[test]
    fn browser_is_read_as_python_reads_it() {
        check("firefox", &[&["firefox", URL]]);
        check("firefox:w3m", &[&["firefox", URL], &["w3m", URL]]);
        check(
            "firefox --url=%s -P 'my work'",
            &[&["firefox", &format!("--url={URL}"), "-P", "my work"]],
        );
        check("links %s &", &[&["links", URL]]);
        check(":: :", &[]);
    }

    #[test]
    fn arguments_without_a_place_for_the_address_get_it_last() {
        check("firefox -P work", &[&["firefox -P work", URL], &["firefox", "-P", "work", URL]]);
    }

    #[test]
    fn windows_paths_hold_colons() {
        let expected = [[r"C:\firefox.exe", URL], [r"D:\b.exe", URL]];
        assert_eq!(chosen(r"C:\firefox.exe;D:\b.exe", URL, "windows"), expected);
    }

    #[test]
    fn nothing_is_asked_to_open_where_there_is_no_screen() {
        let bare = Vars::default();
        assert!(openers(&bare, "linux").is_empty());
        assert_eq!(openers(&bare.clone().with("DISPLAY", ":0"), "linux")[0], ["xdg-open"]);
        assert_eq!(openers(&bare.clone().with("WSL_DISTRO_NAME", "x"), "linux")[0], ["wslview"]);
        assert_eq!(openers(&bare, "macos"), [["open"]]);
    }

    #[test]
    fn only_web_addresses_are_opened() {
        for url in ["http://127.0.0.1:80/", "https://x.test", "https://x.test/#/a?b=c&d=%20"] {
            assert!(is_web_address(url), "{url}");
        }
        for url in [
            "",
            "x.test",
            "//x.test",
            "http://",
            "https:///etc/passwd",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-https://x.test",
            " https://x.test",
            "https://x.test/ --flag",
            "https://x.test/\n",
            "https://x.test/\"",
            "https://x.test/ü",
        ] {
            assert!(!is_web_address(url), "{url}");
        }
    }
}
