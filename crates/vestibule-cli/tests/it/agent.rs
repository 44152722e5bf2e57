//! `agent`: credentials for programs without a token.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use vestibule_emulator::Operation;

use crate::support::{CONFIG, Invocation, Running, TestEnv};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");
const PROFILES: &str = "
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = eu-west-1

[profile prod]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
";

fn env() -> TestEnv {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}{PROFILES}"));
    env.run(["login"]).succeeded();
    env
}

/// Starts an agent and waits until it listens.
fn start<'a>(env: &'a TestEnv, options: &[&str], variables: &[(&str, &str)]) -> Running<'a> {
    let socket = env.path("agent.sock").display().to_string();
    let agent = env.vestibule([&["agent", "--socket", &socket], options].concat());
    let mut agent =
        variables.iter().fold(agent, |agent, (name, value)| agent.env(name, value)).start();
    assert_eq!(agent.line().unwrap(), format!("export VESTIBULE_AGENT={socket}\n"));
    agent
}

/// Returns an invocation on a machine without configuration and token, with the agent's socket.
fn remote<'a>(env: &'a TestEnv, args: &[&str]) -> Invocation<'a> {
    fs::create_dir_all(env.path("remote")).unwrap();
    let remote = env.vestibule(args).env("HOME", env.path("remote"));
    remote.env("VESTIBULE_AGENT", env.path("agent.sock")).env("AWS_EC2_METADATA_DISABLED", "true")
}

/// As launchd and systemd stop services.
#[test]
fn agent_ends_with_sigterm_and_removes_its_socket() {
    let env = env();
    start(&env, &["--allow", "dev"], &[]).stop().succeeded();
    assert!(!env.path("agent.sock").exists());
}

#[test]
fn client_without_configuration_and_token_uses_allowed_profiles() {
    let env = env();
    let agent = start(&env, &["--allow", "de*"], &[]);
    let mode = fs::metadata(env.path("agent.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let identity = remote(&env, &["whoami", "--profile", "dev"]).run().succeeded().json();
    assert_eq!(identity["Account"], "111122223333");
    let keys = remote(&env, &["export-credentials", "dev"]).run().succeeded().json();
    assert!(keys["SessionToken"].is_string());
    let by_variable = remote(&env, &["export-credentials"]).env("AWS_PROFILE", "dev").run();
    assert_eq!(by_variable.succeeded().json(), keys);
    let words = "echo $AWS_REGION $VESTIBULE_PROFILE";
    let ran = remote(&env, &["exec", "dev", "--", "sh", "-c", words]).run();
    assert_eq!(ran.succeeded().stdout, "eu-west-1 dev\n");
    let served = remote(&env, &["serve", "dev", "--", PROGRAM, "whoami", "--no-input"]);
    // The command asks the endpoint and not the agent.
    let served = served.env("VESTIBULE_AGENT", env.path("agent.sock")).run();
    assert!(served.stdout.contains("111122223333") || served.code == Some(1), "{served:?}");
    assert!(!env.path("remote/.aws").exists());

    let denied = remote(&env, &["whoami", "--profile", "prod"]).run();
    denied
        .exits_with(1)
        .stderr_contains("the agent does not give the credentials of profile `prod`\n");
    remote(&env, &["whoami", "--profile", "unknown"]).run().exits_with(1);
    agent.interrupt();
    agent.wait().exits_with(130);
    assert!(!env.path("agent.sock").exists());
    remote(&env, &["whoami", "--profile", "dev"])
        .run()
        .exits_with(1)
        .stderr_contains("error: no agent listens at ")
        .stderr_contains(
            "hint: start one: vestibule agent --allow PROFILE; or unset VESTIBULE_AGENT\n",
        );
}

/// The state of this machine's sessions would say nothing about the credentials in use.
#[test]
fn status_explain_and_doctor_name_the_agent_without_a_request() {
    let env = env();
    let log = env.path("agent.log").display().to_string();
    let agent = start(&env, &["--allow", "dev", "--log", &log], &[]);
    let socket = env.path("agent.sock").display().to_string();
    let status = remote(&env, &["status", "dev"]).run().succeeded().stdout.clone();
    let expected = format!("the agent at {socket} (VESTIBULE_AGENT), of profile dev\n");
    assert_eq!(status, format!("in use        {expected}"));
    let json = remote(&env, &["status", "dev", "--json"]).run().succeeded().json();
    assert_eq!(json["inUse"]["source"], "agent");
    assert_eq!(remote(&env, &["status", "dev", "--prompt"]).run().stdout, "dev\n");
    let local = |args: &[&str]| env.vestibule(args).env("VESTIBULE_AGENT", &socket).run();
    assert!(local(&["status"]).succeeded().stdout.starts_with("in use        the agent at "));
    local(&["status", "--all"]).succeeded().stderr_contains("Credentials in use: the agent at ");
    let explained = remote(&env, &["explain", "dev"]).run().succeeded().stdout.clone();
    let reason = format!("the agent at {socket} supplies the credentials of profile dev\n");
    assert!(explained.contains(&reason), "{explained}");
    assert!(
        explained.contains("on the machine of the agent: vestibule explain dev"),
        "{explained}"
    );
    let json = remote(&env, &["explain", "dev", "--json"]).run().succeeded().json();
    assert_eq!(json["sources"][0]["name"], "agent");
    let doctor = remote(&env, &["doctor"]).run();
    let found = format!("agent         the agent at {socket} supplies the credentials\n");
    assert!(doctor.stdout.contains(&found), "{doctor:?}");
    assert_eq!(fs::read_to_string(&log).unwrap(), "");
    agent.interrupt();
    agent.wait().exits_with(130);
    let doctor = remote(&env, &["doctor"]).run();
    assert!(doctor.stdout.contains("agent         no agent listens at "), "{doctor:?}");
    assert!(doctor.stdout.contains("start one: vestibule agent --allow PROFILE"), "{doctor:?}");
}

#[test]
fn role_pattern_allows_the_role_by_itself_and_by_its_profiles() {
    let env = env();
    let _agent = start(&env, &["--allow", "111122223333/Sample*"], &[]);
    let role = ["--account-id", "111122223333", "--role-name", "SampleRole"];
    remote(&env, &[&["whoami"], &role[..]].concat()).run().succeeded();
    remote(&env, &["export-credentials", "prod"]).run().succeeded();
    let other = ["whoami", "--account-id", "111122223333", "--role-name", "Admin"];
    remote(&env, &other).run().exits_with(1);
}

#[test]
fn all_clients_share_one_request_to_the_portal() {
    let env = env();
    let _agent = start(&env, &["--allow", "dev"], &[]);
    let before = env.emulator.count(Operation::GetRoleCredentials);
    let clients: Vec<_> =
        (0..8).map(|_| remote(&env, &["export-credentials", "dev"]).start()).collect();
    for client in clients {
        client.wait().succeeded();
    }
    assert_eq!(env.emulator.count(Operation::GetRoleCredentials), before + 1);
}

#[test]
fn expired_session_is_reported_with_the_command_for_the_machine_of_the_agent() {
    let env = env();
    let _agent = start(&env, &["--allow", "dev"], &[]);
    env.run(["logout"]).succeeded();
    remote(&env, &["whoami", "--profile", "dev"])
        .run()
        .exits_with(4)
        .stderr_contains("error: The agent gave no credentials.\n")
        .stderr_contains("(hint: vestibule login --sso-session my-sso)");
    // After a sign-in the same agent works.
    env.run(["login"]).succeeded();
    remote(&env, &["whoami", "--profile", "dev"]).run().succeeded();
}

#[test]
fn unconfirmed_request_is_denied_and_logged_without_secrets() {
    let env = env();
    let ask = env.path("ask.sh");
    env.write(
        "ask.sh",
        "#!/bin/sh\necho \"$SSH_ASKPASS_PROMPT $1\" >> \"$HOME/asked\"\ntest -e \"$HOME/yes\"\n",
    );
    fs::set_permissions(&ask, fs::Permissions::from_mode(0o755)).unwrap();
    let log = env.path("agent.log").display().to_string();
    let options = ["--allow", "dev", "--confirm", "--confirm-for", "1h", "--log", &log];
    let _agent = start(&env, &options, &[("SSH_ASKPASS", ask.to_str().unwrap())]);
    let use_dev = || remote(&env, &["export-credentials", "dev"]).run();
    use_dev().exits_with(1).stderr_contains("the user did not confirm the use of profile `dev`");
    env.write("yes", "");
    let keys = use_dev().succeeded().json();
    use_dev().succeeded();
    let asked = fs::read_to_string(env.path("asked")).unwrap();
    assert_eq!(asked.lines().count(), 2, "{asked}");
    assert!(asked.starts_with("confirm Give vestibule (process "), "{asked}");
    assert!(asked.contains("the AWS credentials of profile `dev`?"), "{asked}");

    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    let log = fs::read_to_string(&log).unwrap();
    for secret in env.emulator.secrets() {
        assert!(!log.contains(&secret), "{log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line["given"] == true).collect::<Vec<_>>(),
        [false, true, true]
    );
    assert_eq!(lines[1]["accessKeyId"], keys["AccessKeyId"]);
    assert_eq!(lines[0]["profile"], "dev");
}

#[test]
fn command_of_the_agent_has_no_credentials_but_the_agent() {
    let env = env();
    let socket = env.path("a.sock").display().to_string();
    let agent = ["agent", "--allow", "dev", "--socket", &socket, "--"];
    let script = "env | grep ^AWS_SESSION; vestibule=$0; $vestibule whoami --profile dev && exit 7";
    let ran = env.vestibule([&agent[..], &["sh", "-c", script, PROGRAM]].concat());
    let ran = ran.env("AWS_SESSION_TOKEN", "another").run();
    ran.exits_with(7);
    assert!(ran.stdout.starts_with("{\n    \"UserId\""), "{ran:?}");
}

#[test]
fn confirmation_without_a_program_that_asks_is_an_error() {
    let env = env();
    let agent = env.vestibule(["agent", "--allow", "dev", "--confirm"]).env("PATH", "");
    agent.run().exits_with(2).stderr_contains("hint: export SSH_ASKPASS=PROGRAM\n");
    env.run(["agent"]).exits_with(2);
    env.run(["agent", "--allow", "/x"]).exits_with(2);
}

#[test]
fn changed_configuration_is_seen_by_the_next_request() {
    let env = env();
    let _agent = start(&env, &["--allow", "dev"], &[]);
    let region = || {
        let args = ["exec", "dev", "--", "sh", "-c", "echo $AWS_REGION"];
        remote(&env, &args).run().succeeded().stdout.clone()
    };
    assert_eq!(region(), "eu-west-1\n");
    let profiles = PROFILES.replace("eu-west-1", "ap-southeast-2");
    env.write(".aws/config", &format!("{CONFIG}{profiles}"));
    assert_eq!(region(), "ap-southeast-2\n");
}
