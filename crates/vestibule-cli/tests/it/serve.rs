//! `serve`: the container credentials endpoint.

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use vestibule_emulator::Emulator;
#[cfg(unix)]
use vestibule_emulator::Operation;

#[cfg(unix)]
use crate::roles;
#[cfg(unix)]
use crate::support::in_terminal;
use crate::support::{CONFIG, Output, Running, TestEnv, command, send_raw};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");

/// Returns an environment in which the profile `dev` has credentials and `default` has none.
fn env(emulator: vestibule_emulator::Builder) -> TestEnv {
    let env = TestEnv::with_emulator(emulator);
    env.write(".aws/config", &CONFIG.replace("[default]", "[profile dev]"));
    env.run(["login", "--profile", "dev"]).succeeded();
    env
}

fn serve_for(env: &TestEnv, command: &[&str]) -> Output {
    env.run([&["serve", "--profile", "dev", "--"], command].concat())
}

/// Starts a server without a command and returns the variables that it prints.
fn start_server<'a>(env: &'a TestEnv, args: &[&str]) -> (Running<'a>, BTreeMap<String, String>) {
    let mut running = env.vestibule([&["serve", "--profile", "dev"], args].concat()).start();
    let variables = variables(&mut running);
    (running, variables)
}

fn variables(running: &mut Running<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    while !variables.contains_key("AWS_DEFAULT_REGION") {
        let line = running.line().unwrap();
        // As PowerShell sets them, on Windows.
        let line = line.trim_end().replace("$Env:", "export ").replace(" = '", "=");
        let Some((_, line)) = line.split_once("export ") else { continue };
        let (name, value) = line.split_once('=').unwrap();
        variables.insert(name.to_owned(), value.trim_end_matches('\'').to_owned());
    }
    variables
}

/// Requests credentials from the endpoint in the variables.
fn request(variables: &BTreeMap<String, String>) -> String {
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let (host, path) = uri.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let token = &variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    send_raw(
        host,
        &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n"),
    )
    .unwrap()
}

fn credentials(variables: &BTreeMap<String, String>) -> serde_json::Value {
    let response = request(variables);
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{response}");
    serde_json::from_str(body).unwrap()
}

#[test]
fn serve_gives_the_command_an_endpoint() {
    let env = env(Emulator::builder());
    let identity = serve_for(&env, &[PROGRAM, "whoami"]);
    let expected = env.run(["whoami", "--profile", "dev"]);
    assert_eq!(identity.succeeded().json(), expected.succeeded().json());
    let (name, value) = command::print_environment();
    let words = command::words();
    let args = ["serve", "--profile", "dev", "--"];
    let args = args.into_iter().chain(words.iter().map(String::as_str));
    let explained = env.vestibule(args).env(name, value).run();
    let ours: Vec<_> = explained.stdout.lines().filter(|line| line.starts_with("AWS_")).collect();
    assert!(ours.iter().any(|line| line.starts_with("AWS_CONTAINER_AUTHORIZATION_TOKEN=")));
    assert!(
        ours.contains(&"AWS_REGION=us-east-1") && ours.contains(&"AWS_DEFAULT_REGION=us-east-1")
    );
    assert!(!explained.stdout.contains("KEY") && !explained.stdout.contains("AWS_PROFILE"));
}

/// SDKs use the profile `default` before they use a container endpoint.
#[test]
fn serve_hides_credentials_of_the_default_profile() {
    let env = env(Emulator::builder());
    let config = fs::read_to_string(env.path(".aws/config")).unwrap();
    let default = "[default]\noutput = yaml\nrole_arn = arn:aws:iam::999999999999:role/Other\n\
                   source_profile = default\n";
    let config = format!("{default}{config}");
    env.write(".aws/config", &config);
    env.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n",
    );
    let temporary = env.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let run = |command: &[&str]| {
        let run = env.vestibule([&["serve", "--profile", "dev", "--"], command].concat());
        run.env("TMPDIR", &temporary).env("TEMP", &temporary).env("TMP", &temporary).run()
    };
    let identity = run(&[PROGRAM, "whoami"]);
    assert_eq!(identity.succeeded().json()["Account"], "111122223333");
    assert_eq!(run(&[PROGRAM, "configure", "get", "output"]).succeeded().stdout, "yaml\n");
    let named = run(&[PROGRAM, "configure", "get", "sso_role_name", "--profile", "dev"]);
    assert_eq!(named.succeeded().stdout, "SampleRole\n");
    #[cfg(unix)]
    {
        let modes = "ls -ld $AWS_CONFIG_FILE $(dirname $AWS_CONFIG_FILE) | cut -c1-10";
        let seen = run(&["sh", "-c", modes]);
        assert_eq!(seen.succeeded().stdout, "drwx------\n-rw-------\n");
    }
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "nothing stays");
    assert_eq!(fs::read_to_string(env.path(".aws/config")).unwrap(), config);

    let (running, _) = start_server(&env, &[]);
    running.wait_for_error_line("prefer the profile `default` to this endpoint");
    running.stop();
}

#[test]
fn serve_excludes_the_endpoint_from_proxies() {
    let env = env(Emulator::builder());
    let no_proxy = |name: &str, value: &str| {
        let words = command::words();
        let args = ["serve", "--profile", "dev", "--"];
        let run = env.vestibule(args.into_iter().chain(words.iter().map(String::as_str)));
        let (command, print) = command::print_environment();
        let run = run.env(command, print).env(name, value).env("NO_PROXY", "127.0.0.1").run();
        let lines = run.succeeded().stdout.lines();
        lines.filter_map(|line| line.strip_prefix("NO_PROXY=")).collect::<String>()
    };
    assert_eq!(no_proxy("HTTP_PROXY", "http://proxy.example"), "127.0.0.1,127.0.0.1,localhost");
    assert_eq!(no_proxy("OTHER", "x"), "127.0.0.1");
}

#[cfg(unix)]
#[test]
fn serve_exits_with_the_status_of_the_command_and_forwards_signals() {
    let env = env(Emulator::builder());
    serve_for(&env, &["hostname"]).succeeded();
    serve_for(&env, &["sh", "-c", "exit 7"]).exits_with(7);
    serve_for(&env, &["sh", "-c", "kill -KILL $$"]).exits_with(137);
    serve_for(&env, &["/etc"]).exits_with(126).stderr_contains("`/etc` could not be run");
    serve_for(&env, &["/nowhere"]).exits_with(127);

    let script =
        "trap 'echo stopped; exit 3' HUP INT TERM; echo ready; while :; do sleep 0.1; done";
    for signal in ["HUP", "INT", "TERM"] {
        let args = ["serve", "--profile", "dev", "--", "sh", "-c", script];
        let mut running = env.vestibule(args).start();
        assert_eq!(running.line().unwrap(), "ready\n");
        running.signal(signal);
        assert_eq!(running.line().unwrap(), "stopped\n");
        running.wait().exits_with(3);
    }
}

/// The terminal sends Ctrl-C to the command itself; a second copy would force many programs to quit.
#[cfg(unix)]
#[test]
fn serve_ctrl_c_at_a_terminal_arrives_once() {
    let env = env(Emulator::builder());
    let script = "trap \"echo stopped\" INT; trap \"exit 3\" TERM; echo ready; \
                  while :; do sleep 0.1; done";
    let inside = format!("{PROGRAM} serve --profile dev -- sh -c '{script}'");
    let mut running = env.prepared(in_terminal(&inside)).with_keyboard().start();
    assert_eq!(running.line().unwrap().trim(), "ready");
    running.type_line("\u{3}");
    while running.line().unwrap().trim_start_matches("^C").trim() != "stopped" {}
    // Every Ctrl-C must print exactly one line.
    running.type_line("\u{3}");
    while running.line().unwrap().trim_start_matches("^C").trim() != "stopped" {}
    let said: String = running.killed_after(Duration::from_millis(300)).stdout;
    assert_eq!(said.matches("stopped").count(), 2, "{said}");
}

#[test]
fn serve_requires_its_token() {
    let env = env(Emulator::builder());
    let (running, variables) = start_server(&env, &[]);
    assert_eq!(variables["AWS_REGION"], "us-east-1");
    let keys = credentials(&variables);
    assert_eq!(keys["AccountId"], "111122223333");
    assert!(keys["Expiration"].as_str().unwrap().ends_with('Z'));

    let mut wrong = variables.clone();
    wrong.insert("AWS_CONTAINER_AUTHORIZATION_TOKEN".into(), "guess".into());
    assert!(request(&wrong).starts_with("HTTP/1.1 403 "));

    let ran = running.stop();
    ran.stderr_contains("  docker run --rm --network host -e AWS_CONTAINER_CREDENTIALS_FULL_URI ");
    assert!(!ran.stderr.contains(&variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]));
    assert!(!ran.stdout.contains(keys["SecretAccessKey"].as_str().unwrap()));
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let host = uri.strip_prefix("http://").unwrap().strip_suffix("/credentials").unwrap();
    assert!(send_raw(host, "").is_err(), "the port is closed");
}

#[cfg(unix)]
#[test]
fn serve_socket_is_removed_on_sigterm() {
    let env = env(Emulator::builder());
    let socket = env.path("serve.sock");
    let (running, variables) = start_server(&env, &["--socket", socket.to_str().unwrap()]);
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "http://localhost/credentials");
    running.stop().stderr_contains("curl --unix-socket ");
    assert!(!socket.exists());

    let path = socket.to_str().unwrap();
    env.run(["serve", "--profile", "dev", "--socket", path, "--", "test", "-S", path])
        .succeeded()
        .stderr_contains("note: SDKs cannot use a socket by themselves");
    assert!(!socket.exists());
}

#[test]
fn serve_json_prints_the_variables() {
    let env = env(Emulator::builder());
    let mut running = env.vestibule(["serve", "--profile", "dev", "--json"]).start();
    let said: serde_json::Value = serde_json::from_str(&running.line().unwrap()).unwrap();
    let variables = said["variables"].as_object().unwrap();
    let variables = variables
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    credentials(&variables);
    assert!(said["docker"].as_str().unwrap().starts_with("docker run "));
    assert_eq!(running.stop().stderr, "");
}

#[test]
fn serve_refreshes_credentials_and_reports_a_revoked_session() {
    let env = env(Emulator::builder().role_duration(Duration::from_secs(60)));
    let (running, variables) = start_server(&env, &[]);
    let first = credentials(&variables);
    assert_ne!(first["AccessKeyId"], credentials(&variables)["AccessKeyId"]);

    env.emulator.revoke_sessions();
    let response = request(&variables);
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(response.contains(r#"{"code":"SignInNeeded","message":""#), "{response}");
    assert!(response.contains("(hint: vestibule login --sso-session my-sso)"), "{response}");

    env.run(["login", "--profile", "dev"]).succeeded();
    running.stop();
}

/// The terminal belongs to the command by then.
#[cfg(unix)]
#[test]
fn serve_prompts_for_an_mfa_code_only_at_the_start() {
    let env = roles::with_device();
    let config = fs::read_to_string(env.path(".aws/config")).unwrap();
    env.write(".aws/config", &config.replace("role_arn", "duration_seconds = 900\nrole_arn"));
    // By the program's clock the role credentials expire in a few seconds.
    env.set_ahead(env.ahead() + 896);
    let mut running = roles::with_code(&env, "serve --profile ops");
    let variables = variables(&mut running);
    let refused = std::iter::repeat_with(|| request(&variables)).find(|it| !it.contains(" 200 OK"));
    let refused = refused.unwrap();
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    assert!(refused.contains("prompts are disabled while credentials are served"), "{refused}");
    assert!(refused.contains("vestibule whoami --profile ops"), "{refused}");
    running.type_line("\u{3}");
    running.wait();
    assert_eq!(env.emulator.count(Operation::AssumeRole), 1);
}

#[test]
fn serve_startup_errors_are_reported_at_once() {
    let env = env(Emulator::builder());
    let (running, variables) = start_server(&env, &[]);
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let port = uri.rsplit_once(':').unwrap().1.strip_suffix("/credentials").unwrap();
    env.run(["serve", "--profile", "dev", "--port", port])
        .exits_with(1)
        .stderr_contains(&format!("error: port {port} is already in use\n"))
        .stderr_contains("hint: leave --port out to have any free one");
    env.write("taken", "mine");
    let taken = env.path("taken");
    env.run(["serve", "--profile", "dev", "--socket", taken.to_str().unwrap()])
        .exits_with(1)
        .stderr_contains(if cfg!(unix) { "already exists" } else { "Unix sockets" });
    running.stop();

    env.run(["logout", "--profile", "dev"]).succeeded();
    serve_for(&env, &["hostname"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --sso-session my-sso");
}
