//! `configure registry`, with folders and repositories of git.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{CONFIG, TestEnv};

/// A registry with the session and a role of the emulator.
pub(crate) const REGISTRY: &str = "\
# vestibule-registry 1
[profile team-dev]
sso_session = team
sso_account_id = 111122223333
sso_role_name = SampleRole
region = eu-west-1

[sso-session team]
sso_start_url = https://provided-domain.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
vestibule_sync_template = t-{role_name}
";

const ADD: [&str; 4] = ["configure", "registry", "add", "team"];
const SYNC: [&str; 3] = ["configure", "registry", "sync"];

/// Runs git in a repository, with the home folder of the environment.
#[track_caller]
fn git(env: &TestEnv, folder: &PathBuf, args: &[&str]) {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]);
    git.args(args).env("HOME", env.path("")).env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
}

/// Returns an environment with a repository, and its URL.
fn repository() -> (TestEnv, PathBuf, String) {
    let env = TestEnv::new();
    env.write("repository/vestibule-registry", REGISTRY);
    let folder = env.path("repository");
    git(&env, &folder, &["init", "--quiet"]);
    git(&env, &folder, &["add", "."]);
    git(&env, &folder, &["commit", "--quiet", "-m", "Share profiles"]);
    let url = format!("file://{}", folder.display());
    (env, folder, url)
}

fn config(env: &TestEnv) -> String {
    fs::read_to_string(env.path(".aws/config")).unwrap()
}

#[test]
fn registry_of_a_folder_is_previewed_added_and_used() {
    let env = TestEnv::new();
    env.write("shared/vestibule-registry", REGISTRY);
    let folder = env.path("shared").display().to_string();
    let preview = env.run([&ADD[..], &[&folder, "--dry-run"]].concat());
    assert!(preview.succeeded().stdout.contains("\n+[profile team-dev]\n"), "{preview:?}");
    assert_eq!(config(&env), CONFIG);
    env.run([&ADD[..], &[&folder]].concat()).succeeded().stderr_contains("2 added");
    assert!(config(&env).starts_with(CONFIG), "{}", config(&env));
    env.run(["login", "team-dev"]).succeeded();
    env.run(["whoami", "team-dev"]).succeeded();
    env.run(["configure", "sync", "--sso-session", "team", "--dry-run"]).succeeded();
    env.run([&ADD[..], &[&folder]].concat()).exits_with(2).stderr_contains("team exists");
    let listed = env.run(["configure", "registry", "list", "--json"]).succeeded().json();
    assert_eq!(listed[0]["registry"], "team");
    env.run(["configure", "registry", "remove", "team"]).succeeded();
    assert_eq!(config(&env).trim_end(), CONFIG.trim_end());
    env.run(["configure", "registry", "remove", "team"]).exits_with(2);
}

#[test]
fn registry_in_git_is_synchronized_and_pruned() {
    let (env, folder, url) = repository();
    env.run([&ADD[..], &[&url]].concat()).succeeded();
    let again = env.run([&SYNC[..], &["--json"]].concat()).succeeded().json();
    let report = &again["registries"][0];
    assert_eq!((&report["changed"], report["kept"].as_array().unwrap().len()), (&false.into(), 2));
    assert_eq!(report["commit"].as_str().unwrap().len(), 40);
    let text = REGISTRY.replace("team-dev", "team-prod").replace("eu-west-1", "us-west-2");
    env.write("repository/vestibule-registry", &text);
    git(&env, &folder, &["commit", "--quiet", "-a", "-m", "Rename"]);
    let ran = env.run(SYNC);
    ran.succeeded().stderr_contains("no longer in the registry, kept without --prune");
    assert!(config(&env).contains("[profile team-prod]"));
    env.run([&SYNC[..], &["team", "--prune"]].concat()).succeeded().stderr_contains("1 removed");
    assert!(!config(&env).contains("team-dev"));
}

#[test]
fn hostile_registry_changes_nothing() {
    let (env, folder, url) = repository();
    env.run([&ADD[..], &[&url]].concat()).succeeded();
    let before = config(&env);
    let evil = format!("{REGISTRY}[profile evil]\ncredential_process = touch evil\n");
    env.write("repository/vestibule-registry", &evil);
    git(&env, &folder, &["commit", "--quiet", "-a", "-m", "Evil"]);
    let ran = env.run(SYNC);
    ran.exits_with(6).stderr_contains("must not set `credential_process`");
    // A link is not followed: git prints its text.
    fs::remove_file(folder.join("vestibule-registry")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", folder.join("vestibule-registry")).unwrap();
        git(&env, &folder, &["commit", "--quiet", "-a", "-m", "Link"]);
        env.run(SYNC).exits_with(6).stderr_contains("line 1: expected `# vestibule-registry 1`");
    }
    assert_eq!(config(&env), before);
    for source in ["--upload-pack=touch", "ext::touch evil", "http://git.test/x", "/nonexistent"] {
        let ran = env.run(["configure", "registry", "add", "other", "--", source]);
        ran.exits_with(2).stderr_contains("is not the source of a registry");
    }
    let missing = format!("{url}-missing");
    env.run(["configure", "registry", "add", "other", &missing])
        .exits_with(1)
        .stderr_contains("`git fetch` failed");
}

#[test]
fn hooks_and_filters_of_a_repository_do_not_run() {
    let (env, folder, url) = repository();
    let evil = env.path("evil").display().to_string();
    let script = format!("#!/bin/sh\ntouch '{evil}'\n");
    for hook in ["post-checkout", "reference-transaction", "post-update"] {
        env.write(&format!("repository/.git/hooks/{hook}"), &script);
    }
    env.write("repository/.gitattributes", "vestibule-registry filter=evil diff=evil\n");
    env.write(
        ".gitconfig",
        &format!(
            "[filter \"evil\"]\nsmudge = touch '{evil}'\n[diff \"evil\"]\ntextconv = touch '{evil}'\n\
             [core]\nhooksPath = {}\n",
            folder.join(".git/hooks").display()
        ),
    );
    #[cfg(unix)]
    for hook in ["post-checkout", "reference-transaction", "post-update"] {
        use std::os::unix::fs::PermissionsExt as _;
        let file = folder.join(".git/hooks").join(hook);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    env.run([&ADD[..], &[&url]].concat()).succeeded();
    assert!(!env.path("evil").exists());
}

#[test]
fn registry_that_requires_signatures_takes_signed_commits_only() {
    let (env, folder, url) = repository();
    let signed = [&ADD[..], &[&url, "--require-signature"]].concat();
    env.run(&signed).exits_with(1).stderr_contains("has no signature that git trusts");
    assert_eq!(config(&env), CONFIG);
    // Signatures are made with a key of ssh.
    let key = env.path("key");
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
    match keygen.status() {
        Ok(status) if status.success() => {}
        _ => return,
    }
    let public = fs::read_to_string(env.path("key.pub")).unwrap();
    env.write("signers", &format!("ann@example.com {public}"));
    let signers = env.path("signers").display().to_string();
    env.write(
        ".gitconfig",
        &format!("[gpg]\nformat = ssh\n[gpg \"ssh\"]\nallowedSignersFile = {signers}\n"),
    );
    let signing_key = format!("user.signingkey={}", key.display());
    let commit = ["commit", "--quiet", "--allow-empty", "-S", "-m", "Sign"];
    git(&env, &folder, &[&["-c", &signing_key][..], &commit].concat());
    env.run(&signed).succeeded();
    let listed = env.run(["configure", "registry", "list"]);
    assert!(listed.succeeded().stdout.contains("required"), "{listed:?}");
    git(&env, &folder, &["commit", "--quiet", "--allow-empty", "-m", "Forget to sign"]);
    env.run(SYNC).exits_with(1).stderr_contains("has no signature that git trusts");
}
