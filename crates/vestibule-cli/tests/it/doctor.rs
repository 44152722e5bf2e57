//! `doctor`, with one planted fault per case.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::support::{CONFIG, Output, TestEnv, hint_here};

/// A planted fault and the expected finding.
struct Fault {
    name: &'static str,
    plant: fn(&TestEnv),
    env: &'static [(&'static str, &'static str)],
    check: &'static str,
    /// Parts of the finding's message.
    says: &'static [&'static str],
    hint: &'static str,
    code: i32,
    /// Exit code after `--fix`, if `--fix` changes something.
    fixed: Option<i32>,
}

const FIX: &str = "vestibule doctor --fix";

const FAULTS: &[Fault] = &[
    Fault {
        name: "the clock is off by an hour",
        plant: |env| env.set_ahead(3600),
        env: &[],
        check: "clock",
        says: &["this machine's clock is 60 minutes ahead of that of http://127.0.0.1:"],
        hint: if cfg!(target_os = "linux") {
            "sudo timedatectl set-ntp true"
        } else {
            "set the clock of this machine, then try again"
        },
        code: 1,
        fixed: None,
    },
    Fault {
        name: "a cache file that others may read",
        plant: |env| set_mode(&env.token_file(), 0o644),
        env: &[],
        check: "file modes",
        says: &[
            "~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json is readable",
            "0644",
        ],
        hint: FIX,
        code: 1,
        fixed: Some(0),
    },
    Fault {
        name: "a credentials file that others may read",
        plant: |env| {
            env.write(".aws/credentials", "[other]\n");
            set_mode(&env.path(".aws/credentials"), 0o640);
        },
        env: &[],
        check: "file modes",
        says: &["~/.aws/credentials is readable by other users (0640)"],
        hint: FIX,
        code: 1,
        fixed: Some(0),
    },
    Fault {
        name: "a config file that others may change",
        plant: |env| set_mode(&env.path(".aws/config"), 0o666),
        env: &[],
        check: "file modes",
        says: &["~/.aws/config is writable by other users (0666)"],
        hint: FIX,
        code: 1,
        fixed: Some(0),
    },
    Fault {
        name: "a cache folder that others may change",
        plant: |env| set_mode(&env.path(".aws/sso/cache"), 0o777),
        env: &[],
        check: "file modes",
        says: &["~/.aws/sso/cache is writable by other users (0777)"],
        hint: "chmod go-w HOME/.aws/sso/cache",
        code: 1,
        fixed: None,
    },
    Fault {
        name: "a corrupt cache file",
        plant: |env| {
            env.write(".aws/cli/cache/torn.json", "{\"ProviderType\": \"sso\", ");
            set_mode(&env.path(".aws/cli/cache/torn.json"), 0o600);
        },
        env: &[],
        check: "cache",
        says: &["~/.aws/cli/cache/torn.json is corrupt: truncated JSON"],
        hint: FIX,
        code: 1,
        fixed: Some(0),
    },
    Fault {
        name: "a corrupt token",
        plant: |env| fs::write(env.token_file(), "nonsense").unwrap(),
        env: &[],
        check: "cache",
        says: &["is corrupt: invalid JSON"],
        hint: FIX,
        code: 4,
        // Being signed out is not a fault.
        fixed: Some(0),
    },
    Fault {
        name: "an expired registration",
        plant: |env| {
            let text =
                r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2020-01-01T00:00:00Z"}"#;
            env.write(".aws/sso/cache/botocore-client-id-us-east-1.json", text);
            set_mode(&env.path(".aws/sso/cache/botocore-client-id-us-east-1.json"), 0o600);
        },
        env: &[],
        check: "cache",
        says: &[
            "the client registration in ~/.aws/sso/cache/botocore",
            "expired at 2020-01-01T00:00:00Z",
        ],
        hint: FIX,
        code: 1,
        fixed: Some(0),
    },
    Fault {
        name: "a token whose registration expired",
        plant: |env| {
            let file = env.token_file();
            let mut token = env.token();
            token["registrationExpiresAt"] = "2020-01-01T00:00:00Z".into();
            fs::write(file, token.to_string()).unwrap();
        },
        env: &[],
        check: "cache",
        says: &["cannot be refreshed: its client registration expired at 2020-01-01T00:00:00Z"],
        hint: "vestibule login --sso-session my-sso",
        code: 4,
        fixed: None,
    },
    Fault {
        name: "a session with two start URLs",
        plant: |env| {
            let second = "sso_start_url = https://other-domain.awsapps.com/start\n";
            env.write(".aws/config", &format!("{CONFIG}{second}"));
        },
        env: &[],
        check: "start URLs",
        says: &["sso-session `my-sso` has a second sso_start_url (~/.aws/config:11)"],
        hint: "correct ~/.aws/config:11, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a profile that gives its session another start URL",
        plant: |env| {
            let other = "[profile old]\nsso_session = my-sso\n\
                         sso_start_url = https://other-domain.awsapps.com/start\n";
            env.write(".aws/config", &format!("{CONFIG}{other}"));
        },
        env: &[],
        check: "start URLs",
        says: &[
            "sso-session `my-sso` has two start URLs: https://provided-domain.awsapps.com/start",
            "(~/.aws/config:9) and https://other-domain.awsapps.com/start (~/.aws/config:13)",
        ],
        hint: "correct ~/.aws/config:13, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a token of another start URL under the session's name",
        plant: |env| {
            let text = env.token().to_string().replace("provided-domain", "other-domain");
            fs::write(env.token_file(), text).unwrap();
        },
        env: &[],
        check: "sign-in",
        says: &["the cached token was issued for", "other-domain", "provided-domain"],
        hint: "vestibule login --sso-session my-sso",
        code: 4,
        fixed: None,
    },
    Fault {
        name: "a start URL from the browser's address line",
        plant: |env| env.write(".aws/config", &CONFIG.replace("/start", "/start/#/")),
        env: &[],
        check: "start URLs",
        says: &["sso_start_url ends in a fragment (~/.aws/config:9)"],
        hint: FIX,
        code: 6,
        fixed: Some(0),
    },
    Fault {
        name: "a profile behind keys in the environment",
        plant: |_| {},
        env: &[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "hush")],
        check: "environment",
        says: &["AWS_ACCESS_KEY_ID takes precedence over profile `default`"],
        hint: "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a CA bundle that is not there",
        plant: |_| {},
        env: &[("AWS_CA_BUNDLE", "/no/bundle.pem")],
        check: "CA bundle",
        says: &["/no/bundle.pem does not exist (AWS_CA_BUNDLE)"],
        hint: "unset AWS_CA_BUNDLE",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a CA bundle without a certificate",
        plant: |env| {
            let key = "region = us-east-1\nca_bundle = ~/.aws/config\n";
            env.write(".aws/config", &CONFIG.replacen("region = us-east-1\n", key, 1));
        },
        env: &[],
        check: "CA bundle",
        says: &["(~/.aws/config:6)"],
        hint: "correct ~/.aws/config:6, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a portal that cannot be reached",
        plant: |_| {},
        env: &[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")],
        check: "endpoints",
        says: &["could not connect to 127.0.0.1:9: connection refused"],
        hint: "check the network and the proxy settings (HTTPS_PROXY): http://127.0.0.1:9 must be reachable",
        code: 1,
        fixed: None,
    },
    Fault {
        name: "an untrusted certificate",
        plant: |env| fs::write(env.path("endpoint"), env.server.https()).unwrap(),
        env: &[],
        check: "endpoints",
        says: &["could not open a TLS connection to localhost:", "UnknownIssuer"],
        hint: "set AWS_CA_BUNDLE, or ca_bundle in ~/.aws/config, to a PEM file with the root",
        code: 1,
        fixed: None,
    },
    Fault {
        name: "a certificate of a proxy that intercepts TLS",
        plant: |env| fs::write(env.path("endpoint"), env.server.https()).unwrap(),
        env: &[],
        check: "certificate",
        says: &["a proxy may intercept TLS, and neither AWS_CA_BUNDLE nor ca_bundle is set"],
        hint: "set AWS_CA_BUNDLE, or ca_bundle in ~/.aws/config, to a PEM file with the root",
        code: 1,
        fixed: None,
    },
    Fault {
        name: "expired keys in the environment",
        plant: |_| {},
        env: &[
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z"),
        ],
        check: "environment",
        says: &[
            "the credentials in AWS_ACCESS_KEY_ID expired at 2020-01-01T00:00:00Z",
            "(AWS_CREDENTIAL_EXPIRATION)",
        ],
        hint: "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_CREDENTIAL_EXPIRATION",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a proxy whose address cannot be read",
        plant: |env| {
            let key = "region = us-east-1\nendpoint_url = https://portal.test\n";
            env.write(".aws/config", &CONFIG.replacen("region = us-east-1\n", key, 1));
        },
        env: &[("AWS_ENDPOINT_URL", ""), ("HTTPS_PROXY", "socks5://proxy.test")],
        check: "proxy",
        says: &["HTTPS_PROXY"],
        hint: "",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a profile that is there twice",
        plant: |env| env.write(".aws/config", &format!("{CONFIG}[default]\noutput = json\n")),
        env: &[],
        check: "config files",
        says: &["~/.aws/config:11:2: expected each section once"],
        hint: "correct ~/.aws/config:11, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a line that cannot be read",
        plant: |env| env.write(".aws/config", &format!("{CONFIG}[profile x]\nregion\n")),
        env: &[],
        check: "config files",
        says: &["~/.aws/config:12:7: expected `=` after the key"],
        hint: "correct ~/.aws/config:12, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a profile that names no session there is",
        plant: |env| env.write(".aws/config", "[default]\nsso_session = corp\n"),
        env: &[],
        check: "profile",
        says: &["sso-session named `corp`", "was not found"],
        hint: "correct ~/.aws/config:2, then try again",
        code: 6,
        fixed: None,
    },
    Fault {
        name: "a sign-in that is over",
        plant: |env| {
            let mut token = env.token();
            token["refreshToken"] = Value::Null;
            fs::write(env.token_file(), token.to_string()).unwrap();
            env.advance(Duration::from_secs(9 * 3600));
        },
        env: &[],
        check: "sign-in",
        says: &["SSO session `my-sso` expired at"],
        hint: "vestibule login --sso-session my-sso",
        code: 4,
        fixed: None,
    },
];

impl Fault {
    fn run(&self, env: &TestEnv, args: &[&str]) -> Output {
        let mut invocation = env.vestibule([&["doctor", "--json"], args].concat());
        if let Ok(endpoint) = fs::read_to_string(env.path("endpoint")) {
            invocation = invocation.env("AWS_ENDPOINT_URL", endpoint);
        }
        self.env.iter().fold(invocation, |ran, (name, value)| ran.env(name, value)).run()
    }

    fn is_found(&self) {
        let env = TestEnv::signed_in();
        (self.plant)(&env);
        let ran = self.run(&env, &[]);
        let home = env.path("").display().to_string();
        let tidy = |value: &Value| {
            let text = value.as_str().unwrap_or_default();
            text.replace(home.trim_end_matches('/'), "HOME")
        };
        let findings = findings(&ran);
        let said = |finding: &Value| {
            let text = finding["message"].as_str().unwrap();
            finding["check"] == self.check
                && finding["state"] == "problem"
                && self.says.iter().all(|part| text.contains(part))
        };
        let Some(found) = findings.iter().find(|finding| said(finding)) else {
            panic!("{}: not found: {ran:#?}", self.name)
        };
        let hint = tidy(&found["remedy"]);
        let expected = hint_here(self.hint);
        assert!(hint.starts_with(&expected) && hint.is_empty() == expected.is_empty(), "{hint}");
        assert_eq!(ran.code, Some(self.code), "{}: {ran:#?}", self.name);
        can_be_typed(&env, found["remedy"].as_str().unwrap_or_default());

        let mended = self.run(&env, &["--fix"]);
        match self.fixed {
            Some(code) => {
                assert_eq!(mended.code, Some(code), "{}: {mended:#?}", self.name);
                let findings = self::findings(&mended);
                assert!(findings.iter().any(|finding| finding["state"] == "fixed"), "{mended:#?}");
                assert!(!findings.iter().any(said), "{}: {mended:#?}", self.name);
            }
            None => assert_eq!(mended.code, Some(self.code), "{}: {mended:#?}", self.name),
        }
    }
}

fn findings(ran: &Output) -> Vec<Value> {
    ran.json()["findings"].as_array().unwrap().clone()
}

/// Checks that the hint is valid shell, and that commands of the program exist.
fn can_be_typed(env: &TestEnv, hint: &str) {
    if cfg!(windows) {
        // `cmd` and PowerShell have no way to parse a line without running it.
        return;
    }
    let is_command =
        ["vestibule ", "sudo ", "unset ", "chmod "].iter().any(|word| hint.starts_with(word));
    if !is_command {
        return;
    }
    let typed = match hint.strip_prefix("vestibule ") {
        Some(rest) => format!("{} {rest} --help", env!("CARGO_BIN_EXE_vestibule")),
        // Commands that would change the machine are only parsed.
        None => format!("sh -n -c '{hint}'"),
    };
    let mut shell = Command::new("sh");
    shell.args(["-c", &typed]);
    env.prepared(shell).run().succeeded();
}

/// Does nothing on Windows, which has no modes.
fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    #[cfg(windows)]
    let _ = (path, mode);
}

#[test]
fn doctor_finds_every_fault_and_fixes_the_safe_ones() {
    let exists_here = |fault: &&Fault| cfg!(unix) || fault.check != "file modes";
    FAULTS.iter().filter(exists_here).for_each(Fault::is_found);
}

#[test]
fn doctor_healthy_machine_reports_ok() {
    let env = TestEnv::signed_in();
    let ran = env.run(["doctor"]);
    let lines: Vec<_> = ran.succeeded().stdout.lines().collect();
    // Access control lists are not checked.
    let is_skipped = |line: &str| cfg!(windows) && line.starts_with("note     file modes");
    assert!(lines.iter().all(|line| line.starts_with("ok ") || is_skipped(line)), "{ran:#?}");
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains("signed by"), "{ran:#?}");
}

#[test]
fn doctor_names_the_proxy_and_the_root_certificate() {
    let env = TestEnv::signed_in();
    env.write("ca.pem", env.server.ca_pem());
    let doctor = env.vestibule(["doctor"]);
    let doctor = doctor.env("AWS_ENDPOINT_URL", env.server.https());
    let ran = doctor.env("AWS_CA_BUNDLE", env.path("ca.pem")).run();
    assert!(ran.succeeded().stdout.contains("is signed by vestibule emulator CA"), "{ran:#?}");
    assert!(ran.stdout.contains("~/ca.pem (AWS_CA_BUNDLE)"), "{ran:#?}");

    let doctor = env.vestibule(["doctor"]).env("AWS_ENDPOINT_URL", "http://portal.test");
    let ran = doctor.env("HTTP_PROXY", "http://me:hush@127.0.0.1:9").run();
    assert!(
        ran.exits_with(1).stdout.contains("http://portal.test through http://127.0.0.1:9"),
        "{ran:#?}"
    );
    assert!(!ran.stdout.contains("hush"), "{ran:#?}");
}

#[test]
fn doctor_without_configuration_reports_no_problem() {
    let env = TestEnv::new();
    fs::remove_file(env.path(".aws/config")).unwrap();
    let ran = env.run(["doctor"]);
    assert!(ran.succeeded().stdout.contains("hint: vestibule configure sso"), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn doctor_fix_does_not_follow_links() {
    let env = TestEnv::signed_in();
    let target = env.path("target.json");
    fs::write(&target, "{\"ProviderType\": \"sso\"").unwrap();
    set_mode(&target, 0o644);
    fs::create_dir_all(env.path(".aws/cli/cache")).unwrap();
    let link = env.path(".aws/cli/cache/link.json");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    // Only the link to the corrupt file is removed.
    env.run(["doctor", "--fix"]).succeeded();
    assert!(!link.exists());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o644);
}

#[cfg(unix)]
#[test]
fn doctor_reports_files_of_another_owner() {
    let env = TestEnv::signed_in();
    // Only root can give a file away.
    if std::os::unix::fs::chown(env.token_file(), Some(12_345), None).is_err() {
        return;
    }
    let ran = env.run(["doctor"]);
    let stdout = &ran.exits_with(1).stdout;
    assert!(stdout.contains(".json is owned by another user (uid 12345, expected 0)"), "{stdout}");
    assert!(stdout.contains("hint: sudo chown -R 0 "), "{stdout}");
}
