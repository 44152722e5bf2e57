//! Tokens for EKS clusters, databases and Git.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::support::{CONFIG, TestEnv, query, send_raw};

const CLUSTER: &str = "arn:aws:eks:us-east-1:111122223333:cluster/my-cluster";

/// Returns the URL in the token of an `ExecCredential`.
fn url(credential: &Value) -> String {
    let token = credential["status"]["token"].as_str().unwrap();
    let url = URL_SAFE_NO_PAD.decode(token.strip_prefix("k8s-aws-v1.").unwrap()).unwrap();
    String::from_utf8(url).unwrap()
}

/// Sends the request of a token, as EKS does with the name of its cluster.
fn identity_of(url: &str, cluster: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let head = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    send_raw(host, &format!("{head}x-k8s-aws-id: {cluster}\r\n\r\n")).unwrap()
}

#[test]
fn eks_token_identifies_the_role_to_its_cluster_only() {
    let env = TestEnv::signed_in();
    let printed = env.run(["eks", "get-token", "--cluster-name", "my-cluster"]);
    let credential = printed.succeeded().json();
    assert_eq!(credential["kind"], "ExecCredential");
    assert_eq!(credential["apiVersion"], "client.authentication.k8s.io/v1beta1");
    assert!(printed.stdout.starts_with("{\n    \"kind\": \"ExecCredential\",\n"));
    assert!(printed.stdout.ends_with("\"\n    }\n}\n\n"));
    let url = url(&credential);
    let identity = identity_of(&url, "my-cluster");
    assert!(identity.contains("assumed-role/AWSReservedSSO_SampleRole"), "{identity}");
    let other = identity_of(&url, "another");
    assert!(other.contains("SignatureDoesNotMatch"), "{other}");
    // Credentials of a second ago: a token is made without a request.
    let requests = env.emulator.count(vestibule_emulator::Operation::GetRoleCredentials);
    env.run(["eks", "get-token", "--cluster-id", "x", "--json"]).succeeded().json();
    let after = env.emulator.count(vestibule_emulator::Operation::GetRoleCredentials);
    assert_eq!(requests, after);
}

#[test]
fn eks_token_expires_with_its_credentials() {
    let env = TestEnv::new();
    let get_token = |expiration: &str| {
        let get_token = env.vestibule(["eks", "get-token", "--cluster-name", "x"]);
        let get_token = get_token
            .env("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
            .env("AWS_SESSION_TOKEN", "token")
            .env("AWS_CREDENTIAL_EXPIRATION", expiration)
            .env("KUBERNETES_EXEC_INFO", r#"{"apiVersion":"client.authentication.k8s.io/v1"}"#);
        let credential = get_token.run().succeeded().json();
        assert_eq!(credential["apiVersion"], "client.authentication.k8s.io/v1");
        credential["status"]["expirationTimestamp"].as_str().unwrap().to_owned()
    };
    let soon = vestibule::Timestamp::from_unix(now() + 300, 0).unwrap().to_string();
    assert_eq!(get_token(&soon), soon);
    assert_ne!(get_token("2999-01-01T00:00:00Z"), "2999-01-01T00:00:00Z");
}

fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.unwrap().as_secs()).unwrap()
}

#[test]
fn eks_token_without_a_sign_in_hints_at_the_login_command() {
    let env = TestEnv::new();
    env.run(["eks", "get-token", "--cluster-name", "x"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --sso-session my-sso");
    env.run(["eks", "get-token"]).exits_with(2);
    env.run(["eks", "get-token", "--cluster-name", "x", "--role-arn", "x"]).exits_with(4);
}

/// The output is the AWS CLI's but for the time and what depends on it.
#[test]
fn eks_and_rds_tokens_are_those_of_the_installed_aws_cli() {
    let is_installed = Command::new("aws").arg("--version").output();
    if !is_installed.is_ok_and(|output| output.status.success()) {
        return;
    }
    let env = TestEnv::new();
    let run = |program: Option<&str>, args: &[&str]| {
        let command = match program {
            Some(program) => {
                let mut command = Command::new(program);
                command.args(args);
                env.prepared(command)
            }
            None => env.vestibule(args),
        };
        let keys = command
            .env("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
            .env("AWS_SESSION_TOKEN", "the/token+=");
        keys.run().succeeded().stdout.clone()
    };
    let args = ["eks", "get-token", "--cluster-name", "demo", "--region", "eu-west-1"];
    let [theirs, ours] = [Some("aws"), None].map(|program| run(program, &args));
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let masked = |text: &str| {
        let credential = parse(text);
        let status = &credential["status"];
        let token = status["token"].as_str().unwrap();
        let expires = status["expirationTimestamp"].as_str().unwrap();
        text.replace(token, "TOKEN").replace(expires, "TIME")
    };
    assert_eq!(masked(&ours), masked(&theirs));
    let [ours, theirs] = [ours, theirs].map(|text| url(&parse(&text)));
    assert_eq!(without_time(&ours), without_time(&theirs));

    let args = ["rds", "generate-db-auth-token", "--hostname", "db.example.com"];
    let args = [&args[..], &["--port", "5432", "--username", "jane d", "--region", "eu-west-1"]];
    let [theirs, ours] = [Some("aws"), None].map(|program| run(program, &args.concat()));
    assert_eq!(without_time(&ours), without_time(&theirs));
}

/// Returns a presigned URL without its time and its signature.
fn without_time(url: &str) -> String {
    let mut url = url.to_owned();
    for name in ["X-Amz-Date", "X-Amz-Signature"] {
        let value = query(url.trim_end())[name].to_owned();
        url = url.replace(&value, name);
    }
    url
}

#[test]
fn kubeconfig_command_works_in_a_bare_environment() {
    let env = TestEnv::signed_in();
    let config = format!(
        "{CONFIG}[profile dev]\nregion = eu-west-1\nsso_session = my-sso\n\
        sso_account_id = 111122223333\nsso_role_name = SampleRole\n"
    );
    env.write("elsewhere/config", &config);
    let update = ["eks", "update-kubeconfig", "dev", "--name", "my-cluster", "--alias", "mine"];
    let elsewhere = env.path("elsewhere/config");
    let printed = env.vestibule(update).env("AWS_CONFIG_FILE", &elsewhere).run();
    let path = env.path(".kube/config");
    printed.succeeded().stderr_contains(&format!("Added context mine in {}", path.display()));
    assert_eq!(printed.stdout, "");
    #[cfg(unix)]
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains(&format!("name: \"{}\"", CLUSTER.replace("us-east", "eu-west"))),
        "{text}"
    );
    assert!(text.contains("current-context: mine\n"), "{text}");

    // The `exec` entry, run as by a desktop application.
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| *line == "args:").unwrap();
    let args: Vec<_> = lines[at + 1..].iter().map_while(|line| line.strip_prefix("- ")).collect();
    let args: Vec<_> = args.iter().map(|arg| arg.trim_matches('"')).collect();
    assert_eq!(args[..4], ["eks", "get-token", "--profile", "dev"]);
    let program = lines.iter().find_map(|line| line.strip_prefix("command: ")).unwrap();
    assert!(program.trim_matches('"').starts_with('/'), "{program}");
    let mut command = Command::new(program.trim_matches('"'));
    command.args(args);
    let ran = env.prepared(command).env("PATH", "").env("AWS_CONFIG_FILE", &elsewhere).run();
    identity_of(&url(&ran.succeeded().json()), "my-cluster");

    let again = env.vestibule(update).env("AWS_CONFIG_FILE", &elsewhere).run();
    again.succeeded().stderr_contains("Updated context mine");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn kubeconfig_is_selected_and_kept_as_by_the_aws_cli() {
    let env = TestEnv::signed_in();
    env.write("one", "kind: Config\nclusters: []\n");
    env.write("two", &format!("kind: Config\nclusters: [{{name: '{CLUSTER}', cluster: {{}}}}]\n"));
    let list = format!("{}:{}", env.path("one").display(), env.path("two").display());
    let update = ["eks", "update-kubeconfig", "--name", "my-cluster"];
    let json = env.vestibule([&update[..], &["--json"]].concat()).env("KUBECONFIG", &list).run();
    let json = json.succeeded().json();
    assert_eq!(json["context"], CLUSTER);
    assert_eq!(json["updated"], true);
    assert_eq!(json["kubeconfig"], env.path("two").display().to_string());
    let shown = env.run([&update[..], &["--dry-run"]].concat());
    assert!(shown.succeeded().stdout.contains(CLUSTER));
    assert!(!env.path(".kube/config").exists());

    env.write("bad", "clusters: [");
    let bad = env.path("bad").display().to_string();
    env.run([&update[..], &["--kubeconfig", &bad]].concat())
        .exits_with(6)
        .stderr_contains("invalid YAML");
    assert_eq!(fs::read_to_string(&bad).unwrap(), "clusters: [");
    env.run(["eks", "update-kubeconfig", "--name", "unknown"])
        .exits_with(1)
        .stderr_contains("error: there is no cluster `unknown` in us-east-1\n");
}

/// `kubectl` reads what was written.
#[test]
fn kubeconfig_is_valid_for_the_installed_kubectl() {
    let env = TestEnv::signed_in();
    env.run(["eks", "update-kubeconfig", "--name", "my-cluster"]).succeeded();
    let mut kubectl = Command::new("kubectl");
    kubectl.args(["config", "view", "--raw", "--output", "json"]);
    if !kubectl.output().is_ok_and(|output| output.status.success()) {
        return;
    }
    let config = env.prepared(kubectl).run().succeeded().json();
    let exec = &config["users"][0]["user"]["exec"];
    assert_eq!(config["current-context"], CLUSTER);
    assert_eq!(exec["interactiveMode"], "IfAvailable");
    assert_eq!(exec["args"][0], "eks");
}

#[test]
fn database_passwords_are_printed_alone() {
    let env = TestEnv::signed_in();
    let rds = ["rds", "generate-db-auth-token", "--hostname", "db.example.com"];
    let rds = [&rds[..], &["--port", "5432", "--username", "jane"]].concat();
    let plain = env.run(&rds).succeeded().stdout.clone();
    assert!(plain.starts_with("db.example.com:5432/?Action=connect&DBUser=jane&"), "{plain}");
    assert_eq!(plain.lines().count(), 1);
    let json = env.run([&rds[..], &["--json"]].concat()).succeeded().json();
    assert!(json["token"].as_str().unwrap().contains("rds-db"));
    let cache = ["elasticache", "generate-auth-token", "--cache-name", "c", "--username", "j"];
    let cache = env.run([&cache[..], &["--serverless"]].concat());
    assert!(cache.succeeded().stdout.starts_with("c/?Action=connect&User=j&ResourceType="));
    let bad = ["dsql", "generate-db-connect-auth-token", "--hostname", "https://x/"];
    env.run(bad).exits_with(2).stderr_contains("`https://x/` is not a host name");
}

#[test]
fn git_gets_a_password_for_codecommit_only() {
    let env = TestEnv::signed_in();
    let fill = |request: &str| {
        let mut git = Command::new("git");
        let helper = format!(
            "credential.helper=!{} codecommit credential-helper",
            env!("CARGO_BIN_EXE_vestibule")
        );
        git.args(["-c", &helper, "-c", "credential.useHttpPath=true", "credential", "fill"]);
        let mut git = env.prepared(git).env("GIT_TERMINAL_PROMPT", "0").with_keyboard().start();
        request.split('\n').for_each(|line| git.type_line(line));
        git.wait()
    };
    let host = "git-codecommit.us-east-1.amazonaws.com";
    let filled = fill(&format!("protocol=https\nhost={host}\npath=v1/repos/demo\n"));
    let lines: Vec<_> = filled.succeeded().stdout.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("username=ASIA")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("password=20")), "{lines:?}");
    assert_ne!(fill("protocol=https\nhost=example.com\npath=x\n").code, Some(0));

    let mut without_path = env.vestibule(["codecommit", "credential-helper", "get"]);
    without_path = without_path.with_keyboard();
    let mut without_path = without_path.start();
    format!("protocol=https\nhost={host}\n")
        .split('\n')
        .for_each(|line| without_path.type_line(line));
    without_path
        .close_keyboard()
        .wait()
        .exits_with(2)
        .stderr_contains("hint: git config --global credential.useHttpPath true");
    env.run(["codecommit", "credential-helper", "store"]).succeeded();
}
