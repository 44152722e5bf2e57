//! The endpoint that containers have, for a command or for whoever is told of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use vestibule_emulator::{Emulator, Operation};

use crate::roles;
use crate::support::{CONFIG, Lab, Ran, Running, say};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");

/// A home in which the profile `dev` has credentials and `default` is nobody.
fn lab(emulator: vestibule_emulator::Builder) -> Lab {
    let lab = Lab::over(emulator);
    lab.write(".aws/config", &CONFIG.replace("[default]", "[profile dev]"));
    lab.run(["login", "--profile", "dev"]).succeeded();
    lab
}

fn serve_for(lab: &Lab, command: &[&str]) -> Ran {
    lab.run([&["serve", "--profile", "dev", "--"], command].concat())
}

/// A server of its own, and the variables that it prints.
fn alone<'a>(lab: &'a Lab, args: &[&str]) -> (Running<'a>, BTreeMap<String, String>) {
    let mut running = lab.vestibule([&["serve", "--profile", "dev"], args].concat()).start();
    let variables = variables(&mut running);
    (running, variables)
}

fn variables(running: &mut Running<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    while !variables.contains_key("AWS_DEFAULT_REGION") {
        let line = running.line().unwrap();
        let Some((_, line)) = line.split_once("export ") else { continue };
        let (name, value) = line.split_once('=').unwrap();
        variables.insert(name.to_owned(), value.trim_end().to_owned());
    }
    variables
}

/// Asks as the variables say.
fn ask(variables: &BTreeMap<String, String>) -> String {
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let (host, path) = uri.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let token = &variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    say(host, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n"))
        .unwrap()
}

fn credentials(variables: &BTreeMap<String, String>) -> serde_json::Value {
    let answer = ask(variables);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_command_asks_by_itself() {
    let lab = lab(Emulator::builder());
    let identity = serve_for(&lab, &[PROGRAM, "whoami"]);
    let expected = lab.run(["whoami", "--profile", "dev"]);
    assert_eq!(identity.succeeded().json(), expected.succeeded().json());
    let explained = serve_for(&lab, &["env"]);
    let ours: Vec<_> = explained.stdout.lines().filter(|line| line.starts_with("AWS_")).collect();
    assert!(ours.iter().any(|line| line.starts_with("AWS_CONTAINER_AUTHORIZATION_TOKEN=")));
    assert!(
        ours.contains(&"AWS_REGION=us-east-1") && ours.contains(&"AWS_DEFAULT_REGION=us-east-1")
    );
    assert!(!explained.stdout.contains("KEY") && !explained.stdout.contains("AWS_PROFILE"));
}

/// SDKs look at the profile `default` before they ask anybody.
#[test]
fn another_default_does_not_come_first() {
    let lab = lab(Emulator::builder());
    let config = fs::read_to_string(lab.path(".aws/config")).unwrap();
    let default = "[default]\noutput = yaml\nrole_arn = arn:aws:iam::999999999999:role/Other\n\
                   source_profile = default\n";
    let config = format!("{default}{config}");
    lab.write(".aws/config", &config);
    lab.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n",
    );
    let temporary = lab.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let run = |command: &[&str]| {
        let run = lab.vestibule([&["serve", "--profile", "dev", "--"], command].concat());
        run.env("TMPDIR", &temporary).run()
    };
    let identity = run(&[PROGRAM, "whoami"]);
    assert_eq!(identity.succeeded().json()["Account"], "111122223333");
    assert_eq!(run(&[PROGRAM, "configure", "get", "output"]).succeeded().stdout, "yaml\n");
    let named = run(&[PROGRAM, "configure", "get", "sso_role_name", "--profile", "dev"]);
    assert_eq!(named.succeeded().stdout, "SampleRole\n");
    let seen = run(&["sh", "-c", "stat -c %a $AWS_CONFIG_FILE $(dirname $AWS_CONFIG_FILE)"]);
    assert_eq!(seen.succeeded().stdout, "600\n700\n");
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "nothing stays");
    assert_eq!(fs::read_to_string(lab.path(".aws/config")).unwrap(), config);

    let (running, _) = alone(&lab, &[]);
    running.gets("TERM");
    running.ends().succeeded().says("SDKs take the profile `default` before they ask here");
}

#[test]
fn a_proxy_gets_no_token() {
    let lab = lab(Emulator::builder());
    let env = |name: &str, value: &str| {
        let run = lab.vestibule(["serve", "--profile", "dev", "--", "sh", "-c", "echo $NO_PROXY"]);
        run.env(name, value).env("NO_PROXY", "127.0.0.1").run().succeeded().stdout.clone()
    };
    assert_eq!(env("HTTP_PROXY", "http://proxy.example"), "127.0.0.1,127.0.0.1,localhost\n");
    assert_eq!(env("OTHER", "x"), "127.0.0.1\n");
}

#[test]
fn its_status_is_ours_and_signals_are_its() {
    let lab = lab(Emulator::builder());
    serve_for(&lab, &["true"]).succeeded();
    serve_for(&lab, &["sh", "-c", "exit 7"]).ended(7);
    serve_for(&lab, &["sh", "-c", "kill -KILL $$"]).ended(137);
    serve_for(&lab, &["/etc"]).ended(126).says("`/etc` could not be run");
    serve_for(&lab, &["/nowhere"]).ended(127);

    let script =
        "trap 'echo stopped; exit 3' HUP INT TERM; echo ready; while :; do sleep 0.1; done";
    for signal in ["HUP", "INT", "TERM"] {
        let args = ["serve", "--profile", "dev", "--", "sh", "-c", script];
        let mut running = lab.vestibule(args).start();
        assert_eq!(running.line().unwrap(), "ready\n");
        running.gets(signal);
        assert_eq!(running.line().unwrap(), "stopped\n");
        running.ends().ended(3);
    }
}

/// Ctrl-C at a terminal reaches the command by itself; twice would mean "now!" to many.
#[test]
fn what_is_typed_at_the_terminal_arrives_once() {
    let lab = lab(Emulator::builder());
    let script = "trap \"echo stopped\" INT; trap \"exit 3\" TERM; echo ready; \
                  while :; do sleep 0.1; done";
    let inside = format!("{PROGRAM} serve --profile dev -- sh -c '{script}'");
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &inside, "/dev/null"]);
    let mut running = lab.prepared(terminal).with_keyboard().start();
    assert_eq!(running.line().unwrap().trim(), "ready");
    running.types("\u{3}");
    while running.line().unwrap().trim_start_matches("^C").trim() != "stopped" {}
    // The next thing it says is what comes of the next Ctrl-C.
    running.types("\u{3}");
    while running.line().unwrap().trim_start_matches("^C").trim() != "stopped" {}
    let said: String = running.killed_after(Duration::from_millis(300)).stdout;
    assert_eq!(said.matches("stopped").count(), 2, "{said}");
}

#[test]
fn who_is_told_may_ask_and_nobody_else() {
    let lab = lab(Emulator::builder());
    let (running, variables) = alone(&lab, &[]);
    assert_eq!(variables["AWS_REGION"], "us-east-1");
    let keys = credentials(&variables);
    assert_eq!(keys["AccountId"], "111122223333");
    assert!(keys["Expiration"].as_str().unwrap().ends_with('Z'));

    let mut wrong = variables.clone();
    wrong.insert("AWS_CONTAINER_AUTHORIZATION_TOKEN".into(), "guess".into());
    assert!(ask(&wrong).starts_with("HTTP/1.1 403 "));

    running.interrupts();
    let ran = running.ends();
    ran.ended(130).says("  docker run --rm --network host -e AWS_CONTAINER_CREDENTIALS_FULL_URI ");
    assert!(!ran.stderr.contains(&variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]));
    assert!(!ran.stdout.contains(keys["SecretAccessKey"].as_str().unwrap()));
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let host = uri.strip_prefix("http://").unwrap().strip_suffix("/credentials").unwrap();
    assert!(say(host, "").is_err(), "nobody listens any more");
}

#[test]
fn a_supervisor_ends_it_and_the_socket() {
    let lab = lab(Emulator::builder());
    let socket = lab.path("serve.sock");
    let (running, variables) = alone(&lab, &["--socket", socket.to_str().unwrap()]);
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "http://localhost/credentials");
    running.gets("TERM");
    running.ends().succeeded().says("curl --unix-socket ");
    assert!(!socket.exists());

    let path = socket.to_str().unwrap();
    lab.run(["serve", "--profile", "dev", "--socket", path, "--", "test", "-S", path])
        .succeeded()
        .says("note: SDKs ask at ports; the command has to know the socket");
    assert!(!socket.exists());
}

#[test]
fn json_has_the_same() {
    let lab = lab(Emulator::builder());
    let mut running = lab.vestibule(["serve", "--profile", "dev", "--json"]).start();
    let said: serde_json::Value = serde_json::from_str(&running.line().unwrap()).unwrap();
    let variables = said["variables"].as_object().unwrap();
    let variables = variables
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    credentials(&variables);
    assert!(said["docker"].as_str().unwrap().starts_with("docker run "));
    running.gets("TERM");
    assert_eq!(running.ends().succeeded().stderr, "");
}

#[test]
fn credentials_are_refreshed_for_who_asks_again() {
    let lab = lab(Emulator::builder().role_duration(Duration::from_secs(60)));
    let (running, variables) = alone(&lab, &[]);
    let first = credentials(&variables);
    assert_ne!(first["AccessKeyId"], credentials(&variables)["AccessKeyId"]);

    lab.emulator.revoke_sessions();
    let answer = ask(&variables);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains(r#"{"code":"SignInNeeded","message":""#), "{answer}");
    assert!(answer.contains("(hint: vestibule login --sso-session my-sso)"), "{answer}");

    lab.run(["login", "--profile", "dev"]).succeeded();
    running.gets("TERM");
    running.ends().succeeded();
}

/// The terminal is somebody else's by then.
#[test]
fn a_code_is_asked_for_at_the_start_and_never_again() {
    let lab = roles::with_device();
    let config = fs::read_to_string(lab.path(".aws/config")).unwrap();
    lab.write(".aws/config", &config.replace("role_arn", "duration_seconds = 900\nrole_arn"));
    // By the program's clock there are seconds left of the quarter of an hour.
    lab.set_ahead(lab.ahead() + 896);
    let mut running = roles::with_code(&lab, "serve --profile ops");
    let variables = variables(&mut running);
    let refused = std::iter::repeat_with(|| ask(&variables)).find(|it| !it.contains(" 200 OK"));
    let refused = refused.unwrap();
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    assert!(refused.contains("nobody is asked while credentials are served"), "{refused}");
    assert!(refused.contains("vestibule whoami --profile ops"), "{refused}");
    running.types("\u{3}");
    running.ends();
    assert_eq!(lab.emulator.count(Operation::AssumeRole), 1);
}

#[test]
fn what_is_wrong_at_the_start_is_said_at_once() {
    let lab = lab(Emulator::builder());
    let (running, variables) = alone(&lab, &[]);
    let uri = &variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let port = uri.rsplit_once(':').unwrap().1.strip_suffix("/credentials").unwrap();
    lab.run(["serve", "--profile", "dev", "--port", port])
        .ended(1)
        .says(&format!("error: port {port} of 127.0.0.1 cannot be listened at\n"))
        .says("hint: leave --port out to have any free one");
    lab.write("taken", "mine");
    let taken = lab.path("taken");
    lab.run(["serve", "--profile", "dev", "--socket", taken.to_str().unwrap()])
        .ended(1)
        .says("there is something at ");
    running.gets("TERM");
    running.ends().succeeded();

    lab.run(["logout", "--profile", "dev"]).succeeded();
    serve_for(&lab, &["true"]).ended(4).says("hint: vestibule login --sso-session my-sso");
}
