//! Completion, tested in the real shells.

use std::path::Path;
use std::process::Command;

use crate::support::TestEnv;

/// The last profile name contains a command substitution, which must never be run.
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

/// Returns an environment, signed in, with accounts and roles listed.
fn env() -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", CONFIG);
    env.run(["login"]).succeeded();
    env.run(["list-accounts"]).succeeded();
    env.run(["list-roles", "--account-id", "111122223333"]).succeeded();
    for shell in ["bash", "zsh", "fish"] {
        let script = env.run(["completions", shell]).succeeded().stdout.clone();
        env.write(&format!("completions.{shell}"), &script);
    }
    env
}

/// Returns the output of a shell that has the program in its PATH.
fn shell(env: &TestEnv, name: &str, args: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_vestibule")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(name);
    command.current_dir(env.path("")).args(args);
    let ran = env.prepared(command).env("PATH", path).run();
    assert!(!env.path("boom").exists(), "a name was run");
    ran.succeeded().stdout.clone()
}

/// Returns the words that bash would insert in place of the last one.
fn bash(env: &TestEnv, line: &str) -> String {
    let script = format!(
        ". ./completions.bash; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         $(complete -p vestibule | sed 's/.*-F \\([^ ]*\\).*/\\1/') vestibule; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    shell(env, "bash", &["-c", &script])
}

#[test]
fn bash_completes_names() {
    let env = env();
    assert_eq!(bash(&env, "vestibule whoami --profile ''"), "default\ndev\n'a $(touch boom) b'\n");
    assert_eq!(bash(&env, "vestibule exec d"), "default\ndev\n");
    assert_eq!(bash(&env, "vestibule login --sso-session c"), "corp\n");
    assert_eq!(bash(&env, "vestibule list-roles --account-id 1"), "111122223333\n");
    let role = "vestibule configure sso --account-id 111122223333 --role-name ''";
    assert_eq!(bash(&env, role), "SampleRole\n");
    assert_eq!(bash(&env, "vestibule whoa"), "whoami\n");
    assert_eq!(bash(&env, "vestibule export-credentials --format = d"), "dotenv\n");
}

/// Inside an open quote bash inserts the word as it is, so a name that it would expand is left out.
#[test]
fn bash_leaves_out_names_that_it_would_expand() {
    let env = env();
    let complete = |at: &str| {
        let args = ["complete", "bash", &format!("--at={at}"), "--", "whoami", "--profile"];
        env.run(args).succeeded().stdout.clone()
    };
    assert_eq!(complete("\"a"), "");
    assert_eq!(complete("\"d"), "default\ndev\n");
    assert_eq!(complete("'a"), "a $(touch boom) b\n");
    assert_eq!(complete("a"), "'a $(touch boom) b'\n");
    assert_eq!(complete("a\\ $"), "");
}

#[test]
fn fish_completes_names() {
    let env = env();
    let complete = |line: &str| {
        let script = format!("source completions.fish; complete -C {line}");
        shell(&env, "fish", &["--no-config", "-c", &script])
    };
    let profiles = complete("'vestibule whoami --profile '");
    assert_eq!(profiles, "default\ndev\na $(touch boom) b\n");
    assert_eq!(complete("'vestibule exec de'"), "default\ndev\n");
    assert_eq!(complete("'vestibule login --sso-session c'"), "corp\n");
    assert_eq!(complete("'vestibule list-roles --account-id 1'"), "111122223333\tSample\n");
    let role = complete("'vestibule configure sso --account-id 111122223333 --role-name '");
    assert_eq!(role, "SampleRole\n");
    assert!(complete("'vestibule who'").starts_with("whoami\tShow the account"));
}

/// Zsh completes only on a terminal, which `zpty` provides. A command typed in front of the line
/// prints the completed line.
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
fn zsh_completes_names() {
    let env = env();
    let complete =
        |line: &str| shell(&env, "zsh", &["-f", "-c", ZSH, "zsh", line]).trim_end().to_owned();
    assert_eq!(complete("vestibule login --sso-session c"), "vestibule login --sso-session corp");
    assert_eq!(
        complete("vestibule list-roles --account-id 1"),
        "vestibule list-roles --account-id 111122223333"
    );
    assert_eq!(complete("vestibule exec def"), "vestibule exec default");
    assert_eq!(complete("vestibule who"), "vestibule whoami");
    assert_eq!(
        complete("vestibule whoami --profile a"),
        r"vestibule whoami --profile a $(touch boom) b"
    );
}

#[test]
fn completion_script_exists_for_every_shell() {
    let env = TestEnv::new();
    for shell in ["bash", "zsh", "fish", "powershell", "nushell"] {
        let script = env.run(["completions", shell]).succeeded().stdout.clone();
        assert!(script.contains(&format!("vestibule complete {shell}")), "{script}");
    }
}

#[test]
fn completion_makes_no_request_and_logout_clears_its_names() {
    let env = env();
    let calls = env.emulator.requests().len();
    let accounts = || {
        env.run(["complete", "fish", "--", "list-roles", "--account-id"]).succeeded().stdout.clone()
    };
    assert_eq!(accounts(), "111122223333\tSample\n");
    assert_eq!(env.emulator.requests().len(), calls);
    env.run(["logout"]).succeeded();
    assert_eq!(accounts(), "");
}

#[test]
fn completion_with_a_broken_configuration_is_silent() {
    let env = TestEnv::new();
    env.write(".aws/config", "[default\nnonsense");
    for words in [&["--", "--profile"][..], &["--", "nonsense", "--"], &["--at=--x=y"]] {
        let ran = env.run([&["complete", "zsh"], words].concat());
        assert_eq!(ran.succeeded().stderr, "");
    }
}
