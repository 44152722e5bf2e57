use std::fs;

use vestibule_os::{Shell, browser};
use vestibule_types::Secret;
use vestibule_world::{Command, Processes, Vars, block_on};

#[test]
fn browser_is_started_and_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let [go, seen] = ["go", "seen"].map(|name| home.path().join(name).display().to_string());
    block_on(Shell::default().run(&Command::shell(Secret::new(format!("mkfifo '{go}' '{seen}'")))))
        .unwrap();
    let script = format!(r#"read -r _ <"{go}"; echo "$0" >"{seen}""#);
    let vars = Vars::default().with("BROWSER", format!("/missing/browser:sh -c '{script}' %s"));

    let url = "https://x.test/?redirect=http%3A%2F%2F127.0.0.1";
    assert!(browser::open(url, &vars));
    fs::write(go, "go\n").unwrap();
    assert_eq!(fs::read_to_string(seen).unwrap(), format!("{url}\n"));
}

#[test]
fn file_url_or_missing_browser_starts_nothing() {
    let vars = Vars::default().with("BROWSER", "true");
    assert!(browser::open("https://x.test", &vars));
    assert!(!browser::open("file:///etc/passwd", &vars));
    assert!(!browser::open("https://x.test", &vars.with("BROWSER", "/missing/browser")));
}
