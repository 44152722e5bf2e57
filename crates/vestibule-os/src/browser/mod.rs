//! Opening a browser, and reasons why that is impossible.

mod availability;
mod clipboard;
mod opener;
mod start;

use vestibule_world::Vars;

pub use availability::unavailable_reason;
pub use clipboard::copy;
pub use opener::{Opener, OpenerError};

use crate::find_program;

/// Opens a page in a browser; returns true if a program was started for it.
///
/// Whether the page appears is not known: the program may fail, or show nothing. So a sign-in
/// prints the address as well.
///
/// `$BROWSER` takes precedence and is read as by Python's
/// [`webbrowser`](https://docs.python.org/3/library/webbrowser.html): commands separated by `:`
/// (`;` on Windows), of which the first that starts is used; `%s` in an argument stands for the
/// URL, and without `%s` the URL is the last argument. If it is not set, the desktop's opener is
/// used. The browser is not waited for, and has no terminal.
///
/// Only an absolute `http` or `https` URL is opened: these programs would also open files.
pub fn open(url: &str, vars: &Vars) -> bool {
    is_web_address(url) && commands(url, vars).iter().any(|command| start::start(command, vars))
}

/// Returns true if the desktop's opener is installed.
fn has_opener(vars: &Vars) -> bool {
    let openers = openers(vars, std::env::consts::OS);
    cfg!(windows) || openers.iter().any(|opener| find_program(opener[0], vars).is_some())
}

fn commands(url: &str, vars: &Vars) -> Vec<Vec<String>> {
    match vars.get("BROWSER") {
        Some(browser) => from_variable(browser, url, std::env::consts::OS),
        None => openers(vars, std::env::consts::OS)
            .iter()
            .map(|opener| opener.iter().copied().chain([url]).map(str::to_owned).collect())
            .collect(),
    }
}

/// Returns the commands in `$BROWSER`, in order.
fn from_variable(browser: &str, url: &str, os: &str) -> Vec<Vec<String>> {
    let separator = if os == "windows" { ';' } else { ':' };
    let mut commands = Vec::new();
    for choice in browser.split(separator).filter(|choice| !choice.trim().is_empty()) {
        let mut split = split_command_line(choice, os).unwrap_or_default();
        // `&` means not to wait for the browser, which is never done.
        split.pop_if(|last| last == "&");
        if choice.contains("%s") {
            let arguments = split.iter().enumerate();
            let fill = |(index, argument): (usize, &String)| match index {
                0 => argument.clone(),
                _ => argument.replace("%s", url),
            };
            commands.push(arguments.map(fill).collect());
        } else {
            // Python takes the whole text as the name of a program; people also write arguments.
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

/// Returns the words of a command line that is run without a shell, read by the rules of the
/// platform (`std::env::consts::OS`); `None` if a quotation mark is missing.
pub fn split_command_line(line: &str, os: &str) -> Option<Vec<String>> {
    if os == "windows" { split_windows(line) } else { shlex::split(line) }
}

/// Splits a command line of Windows, where a backslash separates folders and only `"` quotes.
fn split_windows(line: &str) -> Option<Vec<String>> {
    let mut is_quoted = false;
    let parts = line.split(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    let parts = parts.filter(|part| !part.is_empty()).map(|part| part.replace('"', "")).collect();
    (!is_quoted).then_some(parts)
}

/// Returns the commands that open a page on this desktop; none without a screen.
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

/// Returns true on Linux inside Windows.
fn is_wsl(vars: &Vars) -> bool {
    vars.first(&["WSL_DISTRO_NAME", "WSL_INTEROP"]).is_some()
}

fn has_screen(vars: &Vars) -> bool {
    vars.first(&["DISPLAY", "WAYLAND_DISPLAY"]).is_some()
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_unsafe = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']))
        && !url.contains(is_unsafe)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://x.test/?a=%73";

    #[track_caller]
    fn check(browser: &str, expected: &[&[&str]]) {
        assert_eq!(from_variable(browser, URL, "linux"), expected);
    }

    #[test]
    fn browser_variable_is_read_as_by_python() {
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
    fn browser_variable_without_placeholder_gets_the_url_last() {
        check("firefox -P work", &[&["firefox -P work", URL], &["firefox", "-P", "work", URL]]);
    }

    #[test]
    fn browser_variable_on_windows_is_split_at_semicolons() {
        let expected = [[r"C:\firefox.exe", URL], [r"D:\b.exe", URL]];
        assert_eq!(from_variable(r"C:\firefox.exe;D:\b.exe", URL, "windows"), expected);
        let path = r"C:\Program Files\Mozilla Firefox\firefox.exe";
        let quoted = format!(r#""{path}" -P "my work" %s"#);
        assert_eq!(from_variable(&quoted, URL, "windows"), [[path, "-P", "my work", URL]]);
        assert_eq!(
            from_variable(r"C:\b.exe --new %s", URL, "windows"),
            [[r"C:\b.exe", "--new", URL]]
        );
    }

    #[test]
    fn command_line_is_split_by_the_rules_of_the_platform() {
        let split = |line, os| split_command_line(line, os).unwrap();
        assert_eq!(split(r"notify 'a b' c\;d", "linux"), ["notify", "a b", "c;d"]);
        assert_eq!(split(r#""C:\My Tools\n.exe" x"#, "windows"), [r"C:\My Tools\n.exe", "x"]);
        assert_eq!(split_command_line("notify 'a", "linux"), None);
        assert_eq!(split_command_line("notify \"a", "windows"), None);
    }

    #[test]
    fn desktop_without_a_screen_has_no_opener() {
        let bare = Vars::default();
        assert!(openers(&bare, "linux").is_empty());
        assert_eq!(openers(&bare.clone().with("DISPLAY", ":0"), "linux")[0], ["xdg-open"]);
        assert_eq!(openers(&bare, "macos"), [["open"]]);
    }

    #[test]
    fn wsl_opens_pages_with_the_programs_of_windows_first() {
        let handler = ["rundll32.exe", "url.dll,FileProtocolHandler"];
        for name in ["WSL_DISTRO_NAME", "WSL_INTEROP"] {
            let bare = Vars::default().with(name, "x");
            assert_eq!(openers(&bare, "linux"), [&["wslview"][..], &handler]);
            let with_screen = openers(&bare.with("DISPLAY", ":0"), "linux");
            assert_eq!(with_screen[1..3], [&handler[..], &["xdg-open"]]);
        }
    }

    #[test]
    fn only_web_addresses_can_be_opened() {
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
