use std::process::Command;
use std::time::Duration;

use vestibule::Vars;
use vestibule_os::{Limits, Terminal, find_program};

use crate::other_program;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Variables that hand the text to PowerShell, which would read an argument as code.
const TITLE: &str = "VESTIBULE_NOTIFICATION_TITLE";
const TEXT: &str = "VESTIBULE_NOTIFICATION_TEXT";

/// Shows a toast under the name of PowerShell, since a toast needs an installed application.
const POWERSHELL: &str = "\
$ErrorActionPreference = 'Stop';
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime];
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent('ToastText02');
$lines = $xml.GetElementsByTagName('text');
[void]$lines.Item(0).AppendChild($xml.CreateTextNode($env:VESTIBULE_NOTIFICATION_TITLE));
[void]$lines.Item(1).AppendChild($xml.CreateTextNode($env:VESTIBULE_NOTIFICATION_TEXT));
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe';
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml);
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($toast)";

/// Shows a notification on the desktop by the platform's program.
pub(super) fn show(title: &str, text: &str, vars: &Vars) -> Result<(), String> {
    let words = command(std::env::consts::OS, title, text);
    let program =
        find_program(&words[0], vars).ok_or_else(|| format!("`{}` is not installed", words[0]))?;
    let mut command = Command::new(program);
    command.args(&words[1..]).env(TITLE, title).env(TEXT, text);
    let limits = Limits { timeout: TIMEOUT, output: 0 };
    let shown = other_program::run(command, Terminal::None, limits).map(drop);
    shown.map_err(|failure| format!("`{}` {}", words[0], failure.problem))
}

/// Returns the command line. No text becomes part of a script.
fn command(os: &str, title: &str, text: &str) -> Vec<String> {
    let words: &[&str] = match os {
        "macos" => &[
            "osascript",
            "-e",
            "on run argv",
            "-e",
            "display notification (item 2 of argv) with title (item 1 of argv)",
            "-e",
            "end run",
            title,
            text,
        ],
        "windows" => &["powershell", "-NoProfile", "-NonInteractive", "-Command", POWERSHELL],
        // The text may have markup.
        _ => &["notify-send", "--app-name=vestibule", "--", title, &escape_markup(text)],
    };
    words.iter().map(|&word| word.to_owned()).collect()
}

fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_notification_is_never_part_of_a_script() {
        let text = "a <b> & \"; do shell script \"x";
        let linux = command("linux", "AWS session", text);
        assert_eq!(linux[3..], ["AWS session", "a &lt;b&gt; &amp; \"; do shell script \"x"]);
        let macos = command("macos", "AWS session", text);
        assert_eq!(macos[7..], ["AWS session", text]);
        let windows = command("windows", "AWS session", text);
        assert!(windows.iter().all(|word| !word.contains(text)));
    }
}
