//! Completion, in the shells themselves, as somebody at the keyboard has it.

use std::path::Path;
use std::process::Command;

use crate::support::Lab;

/// A name as nobody should give it; it must be inserted, and never run.
const CONFIG: &str = "\
[default]
sso_session = corp
[profile dev]
region = us-east-1
[profile 'a $(touch boom) b']
region = us-east-1
[sso-session corp]
sso_start_url = https://provided-domain.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
";

/// Somebody signed in and listed what there is.
fn lab() -> Lab {
    let lab = Lab::new();
    lab.write(".aws/config", CONFIG);
    lab.run(["login"]).succeeded();
    lab.run(["list-accounts"]).succeeded();
    lab.run(["list-roles", "--account-id", "111122223333"]).succeeded();
    for shell in ["bash", "zsh", "fish"] {
        let script = lab.run(["completions", shell]).succeeded().stdout.clone();
        lab.write(&format!("completions.{shell}"), &script);
    }
    lab
}

/// What a shell prints when it runs this, with the program in its path.
fn shell(lab: &Lab, name: &str, args: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_vestibule")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(name);
    command.current_dir(lab.path("")).args(args);
    let ran = lab.prepared(command).env("PATH", path).run();
    assert!(!lab.path("boom").exists(), "a name was run");
    ran.succeeded().stdout.clone()
}

/// The words that bash would put in the place of the last one.
fn bash(lab: &Lab, line: &str) -> String {
    let script = format!(
        ". ./completions.bash; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         $(complete -p vestibule | sed 's/.*-F \\([^ ]*\\).*/\\1/') vestibule; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    shell(lab, "bash", &["-c", &script])
}

#[test]
fn in_bash() {
    let lab = lab();
    assert_eq!(bash(&lab, "vestibule whoami --profile ''"), "default\ndev\n'a $(touch boom) b'\n");
    assert_eq!(bash(&lab, "vestibule login --sso-session c"), "corp\n");
    assert_eq!(bash(&lab, "vestibule list-roles --account-id 1"), "111122223333\n");
    let role = "vestibule configure sso --account-id 111122223333 --role-name ''";
    assert_eq!(bash(&lab, role), "SampleRole\n");
    assert_eq!(bash(&lab, "vestibule whoa"), "whoami\n");
    assert_eq!(bash(&lab, "vestibule export-credentials --format = d"), "dotenv\n");
}

#[test]
fn in_fish() {
    let lab = lab();
    let complete = |line: &str| {
        let script = format!("source completions.fish; complete -C {line}");
        shell(&lab, "fish", &["--no-config", "-c", &script])
    };
    let profiles = complete("'vestibule whoami --profile '");
    assert_eq!(profiles, "default\ndev\na $(touch boom) b\n");
    assert_eq!(complete("'vestibule login --sso-session c'"), "corp\n");
    assert_eq!(complete("'vestibule list-roles --account-id 1'"), "111122223333\tSample\n");
    let role = complete("'vestibule configure sso --account-id 111122223333 --role-name '");
    assert_eq!(role, "SampleRole\n");
    assert!(complete("'vestibule who'").starts_with("whoami\tAsk AWS"));
}

/// Zsh completes only at a terminal, and has one of its own to give: `zpty`. What it made of the
/// line is printed by a command typed in front of it.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "autoload -Uz compinit; compinit -u -D; source ./completions.zsh; PS1=
unset zle_bracketed_paste; bindkey '^I' complete-word; echo set''up"
zpty -r -m shell text '*setup*'
zpty -w -n shell "$1"$'\t\x01'"echo go''t:"$'\n'
zpty -r -m shell text $'*got:*\n'
print -r -- "${${text##*got:}%%$'\r'*}"
zpty -d shell
"#;

#[test]
fn in_zsh() {
    let lab = lab();
    let complete =
        |line: &str| shell(&lab, "zsh", &["-f", "-c", ZSH, "zsh", line]).trim_end().to_owned();
    assert_eq!(complete("vestibule login --sso-session c"), "vestibule login --sso-session corp");
    assert_eq!(
        complete("vestibule list-roles --account-id 1"),
        "vestibule list-roles --account-id 111122223333"
    );
    assert_eq!(complete("vestibule who"), "vestibule whoami");
    assert_eq!(
        complete("vestibule whoami --profile a"),
        r"vestibule whoami --profile a $(touch boom) b"
    );
}

#[test]
fn every_shell_has_a_script() {
    let lab = Lab::new();
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let script = lab.run(["completions", shell]).succeeded().stdout.clone();
        assert!(script.contains(&format!("vestibule complete {shell}")), "{script}");
    }
}

#[test]
fn nothing_is_asked_of_anybody_and_signing_out_forgets() {
    let lab = lab();
    let calls = lab.emulator.requests().len();
    let accounts = || {
        lab.run(["complete", "fish", "--", "list-roles", "--account-id"]).succeeded().stdout.clone()
    };
    assert_eq!(accounts(), "111122223333\tSample\n");
    assert_eq!(lab.emulator.requests().len(), calls);
    lab.run(["logout"]).succeeded();
    assert_eq!(accounts(), "");
}

#[test]
fn nothing_goes_wrong_while_somebody_types() {
    let lab = Lab::new();
    lab.write(".aws/config", "[default\nnonsense");
    for words in [&["--", "--profile"][..], &["--", "nonsense", "--"], &["--at=--x=y"]] {
        let ran = lab.run([&["complete", "zsh"], words].concat());
        assert_eq!(ran.succeeded().stderr, "");
    }
}
