//! Faults of the network, the services and the file system: each is retried or reported with the
//! right exit code within a bounded time, and no session is lost.

use std::fs;
#[cfg(unix)]
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use vestibule::Timestamp;
use vestibule_emulator::{Emulator, Fault, Operation, Rotation};

#[cfg(unix)]
use crate::storage::change_owner;
#[cfg(unix)]
use crate::support::Output;
use crate::support::TestEnv;

const MINUTE: Duration = Duration::from_secs(60);

/// Requests credentials while `operation` fails `times` times. For `CreateToken` the access token
/// has expired before.
#[track_caller]
fn check(operation: Operation, fault: &str, times: u32, expected: i32) {
    let env = TestEnv::with_emulator(Emulator::builder().rotation(Rotation::Reusable));
    env.run(["login"]).succeeded();
    if operation == Operation::CreateToken {
        env.advance(MINUTE * 60);
    }
    let before = fs::read(env.token_file()).unwrap();
    for fault in fault.split('+') {
        env.emulator.fail(operation).times(times).with(fault.parse().unwrap());
    }
    let began = Instant::now();
    let ran = env.run(["export-credentials"]);
    assert!(began.elapsed() < MINUTE / 2, "{fault}: {:?}", began.elapsed());
    assert_eq!(ran.code, Some(expected), "{operation} {fault}: {ran:#?}");
    if expected != 0 {
        ran.stderr_contains("error: ");
        assert!(
            !ran.stderr.contains("vestibule login"),
            "{fault} is no reason to sign in: {ran:#?}"
        );
        assert_eq!(fs::read(env.token_file()).unwrap(), before, "{fault}");
    }
    // The fault is gone.
    env.emulator.clear_faults();
    env.run(["export-credentials"]).succeeded();
    assert_eq!(env.pages_opened().len(), 1, "{fault}");
}

#[test]
fn transient_faults_are_retried() {
    thread::scope(|scope| {
        for operation in [Operation::GetRoleCredentials, Operation::CreateToken] {
            for fault in ["latency:300", "500", "503", "429"] {
                scope.spawn(move || check(operation, fault, 1, 0));
            }
        }
        for fault in ["reset", "reset-mid-body", "502"] {
            scope.spawn(move || check(Operation::GetRoleCredentials, fault, 1, 0));
        }
        scope.spawn(|| check(Operation::GetRoleCredentials, "TooManyRequestsException", 2, 0));
    });
}

#[test]
fn permanent_faults_are_errors_without_a_sign_in() {
    thread::scope(|scope| {
        for operation in [Operation::GetRoleCredentials, Operation::CreateToken] {
            for fault in ["reset", "reset-mid-body", "truncate", "endless", "html", "500", "503"] {
                scope.spawn(move || check(operation, fault, 100, 1));
            }
            // A token must not be sent to the target of a redirect.
            scope.spawn(move || check(operation, "302", 100, 1));
            scope.spawn(move || check(operation, "418", 100, 1));
        }
        scope.spawn(|| check(Operation::GetRoleCredentials, "TooManyRequestsException", 100, 1));
    });
}

/// A failed refresh is not an error while the access token is valid.
#[test]
fn token_near_expiry_is_used_while_the_service_is_down() {
    let env = TestEnv::signed_in();
    env.advance(MINUTE * 57);
    env.emulator.fail(Operation::CreateToken).always().with(Fault::Reset);
    let ran = env.run(["export-credentials"]);
    ran.succeeded().stderr_contains("it has not expired yet");
}

/// A lost response may have spent the refresh token, so it is not sent again at once. If the service
/// does not accept it later, the user is told what happened.
#[test]
fn lost_response_is_not_a_refusal_until_the_service_refuses() {
    let env = TestEnv::signed_in();
    env.advance(MINUTE * 60);
    env.emulator.fail(Operation::CreateToken).with(Fault::ResetMidBody);
    let ran = env.run(["export-credentials"]);
    ran.exits_with(1).stderr_contains("could not be refreshed");
    env.run(["status"]).exits_with(3);
    let ran = env.run(["export-credentials"]);
    ran.exits_with(4)
        .stderr_contains("the response to a refresh was lost")
        .stderr_contains("hint: vestibule login --sso-session my-sso");
    env.run(["status"]).exits_with(4);
    env.run(["login"]).succeeded();
    env.run(["export-credentials"]).succeeded();
}

#[test]
fn login_transient_faults_are_retried() {
    thread::scope(|scope| {
        for fault in ["reset", "500", "503", "429", "latency:300"] {
            scope.spawn(move || {
                let env = TestEnv::new();
                for operation in [Operation::RegisterClient, Operation::CreateToken] {
                    env.emulator.fail(operation).with(fault.parse().unwrap());
                }
                env.run(["login"]).succeeded();
            });
        }
        for fault in ["reset", "500", "html", "endless", "truncate", "302"] {
            scope.spawn(move || {
                let env = TestEnv::new();
                env.emulator.fail(Operation::RegisterClient).always().with(fault.parse().unwrap());
                env.run(["login"])
                    .exits_with(1)
                    .stderr_contains("Could not sign in to SSO session \"my-sso\".");
                assert!(env.pages_opened().is_empty());
                assert!(env.leftovers().is_empty());
            });
        }
    });
}

/// Starts a server that sends the same response to every connection.
fn service(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn retry_after_is_respected() {
    let env = TestEnv::signed_in();
    let patient = service(
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n",
    );
    let began = Instant::now();
    let ran = env.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", patient).run();
    ran.exits_with(1);
    // Two delays of at least one second.
    assert!(Duration::from_secs(2) <= began.elapsed() && began.elapsed() < MINUTE);
}

#[test]
fn http_redirect_is_not_followed() {
    let env = TestEnv::signed_in();
    let calls = env.emulator.requests().len();
    let elsewhere = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}/federation/credentials\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        env.server.http()
    );
    let ran = env
        .vestibule(["export-credentials"])
        .env("AWS_ENDPOINT_URL", service(String::leak(elsewhere)))
        .run();
    ran.exits_with(1);
    assert_eq!(env.emulator.requests().len(), calls, "the token went elsewhere");
}

#[test]
fn non_http_response_is_an_error() {
    let env = TestEnv::signed_in();
    for answer in ["SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", ""]
    {
        // The second response is shorter than its Content-Length.
        let silent = service(answer);
        env.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", silent).run().exits_with(1);
    }
}

#[test]
fn untrusted_certificate_is_an_error() {
    let env = TestEnv::signed_in();
    let over_tls =
        || env.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", env.server.https());
    let ran = over_tls().run();
    ran.exits_with(1).stderr_contains("certificate");
    // A retry cannot change the certificate.
    env.write("ca.pem", env.server.ca_pem());
    over_tls().env("AWS_CA_BUNDLE", env.path("ca.pem")).run().succeeded();

    env.advance(MINUTE * 60);
    over_tls().run().exits_with(1).stderr_contains("certificate");
    over_tls().env("AWS_CA_BUNDLE", env.path("ca.pem")).run().succeeded();
}

#[test]
fn unresolvable_host_and_closed_port_are_errors() {
    let env = TestEnv::signed_in();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, host) in [
        ("http://no-such-host.invalid".to_owned(), "no-such-host.invalid"),
        (format!("http://{closed}"), "127.0.0.1"),
    ] {
        let began = Instant::now();
        let ran = env.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", url).run();
        ran.exits_with(1).stderr_contains(host);
        assert!(began.elapsed() < MINUTE);
    }
}

/// The expiration of a token is computed from `expiresIn` and the local clock. That of role
/// credentials is the portal's time, which is corrected by the clock skew.
#[test]
fn clock_skew_of_an_hour_is_reported_and_corrected() {
    for (seconds, which) in [(-3600, "behind"), (3600, "ahead of")] {
        let env = TestEnv::new();
        env.set_ahead(seconds);
        let login = env.run(["login"]);
        login.succeeded().stderr_contains(&format!("clock is 60 minutes {which} the service's"));
        let an_hour = ["(1h left)", "(59m 5"];
        assert!(an_hour.iter().any(|left| login.stderr.contains(left)), "{login:#?}");
        assert_eq!(login.stderr.matches("warning: ").count(), 1, "{login:#?}");
        let keys = env.run(["export-credentials"]);
        keys.succeeded().stderr_contains(which);
        // Both were issued for an hour, within a minute.
        let time = |text: &serde_json::Value| text.as_str().unwrap().parse::<Timestamp>().unwrap();
        let (keys, token) = (time(&keys.json()["Expiration"]), time(&env.token()["expiresAt"]));
        assert!((0..60).contains(&keys.seconds_since(token)), "{which}: {keys}, {token}");
        env.run(["whoami"]).succeeded();
        assert_eq!(env.emulator.count(Operation::CreateToken), 1, "no refresh of a fresh token");
        env.advance(MINUTE * 120);
        env.run(["export-credentials"]).succeeded();
        assert_eq!(env.emulator.count(Operation::CreateToken), 2);
    }
}

/// Runs the program with at most so many open files.
#[cfg(unix)]
fn with_file_descriptors(env: &TestEnv, limit: u32) -> Output {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -n {limit}; exec \"$0\" \"$@\"")])
        .args([env!("CARGO_BIN_EXE_vestibule"), "list-accounts"]);
    env.prepared(command).run()
}

#[cfg(unix)]
#[test]
fn too_few_file_descriptors_are_an_error_of_the_machine() {
    let env = TestEnv::with_emulator(
        Emulator::builder().session_duration(Duration::from_secs(90 * 24 * 3600)),
    );
    env.run(["login"]).succeeded();
    let mut failed = 0;
    for limit in [4, 6, 8, 10, 12] {
        // With a token that is about to expire, and with one that has expired.
        for minutes in [57, 3] {
            env.advance(MINUTE * minutes);
            let ran = with_file_descriptors(&env, limit);
            assert!(matches!(ran.code, Some(0 | 1)), "{limit}: {ran:?}");
            assert!(!ran.stderr.contains("vestibule login"), "{limit}: {ran:?}");
            failed += ran.code.unwrap_or_default();
        }
        env.run(["list-accounts"]).succeeded();
    }
    assert!(0 < failed, "no limit was too low");
    assert_eq!(env.pages_opened().len(), 1, "no second sign-in was needed");
}

#[cfg(unix)]
#[test]
fn unwritable_stdout_is_an_error() {
    let env = TestEnv::signed_in();
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else { return };
    let ran = env.vestibule(["export-credentials"]).with_stdout(Stdio::from(full)).run();
    ran.exits_with(1).stderr_contains("the result could not be written");
}

/// As `list-profiles | head -1` does.
#[test]
fn stdout_closed_by_its_reader_is_not_an_error() {
    let env = TestEnv::signed_in();
    for args in [
        &["list-profiles", "--long"][..],
        &["list-profiles", "--csv"],
        &["explain"],
        &["configure", "sync", "--dry-run"],
        &["list-accounts", "--json"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = env.vestibule(args).with_stdout(Stdio::from(writer)).run();
        assert_eq!(ran.succeeded().stderr, "", "{args:?}");
    }
}

#[test]
fn corrupt_token_is_reported_and_replaced_by_login() {
    for text in ["", "{", "[]", "{\"accessToken\": 1}", "\u{0}\u{0}", "{\"accessToken\":\"x\"}"] {
        let env = TestEnv::signed_in();
        let file = env.token_file();
        fs::write(&file, text).unwrap();
        let ran = env.run(["export-credentials"]);
        ran.exits_with(4)
            .stderr_contains(&file.display().to_string())
            .stderr_contains("hint: vestibule login --sso-session my-sso");
        env.run(["status"]).exits_with(4);
        env.run(["login"]).succeeded();
        env.run(["export-credentials"]).succeeded();
    }
}

#[test]
fn corrupt_role_credentials_are_fetched_again() {
    let env = TestEnv::signed_in();
    env.run(["export-credentials"]).succeeded();
    let folder = env.path(".aws/cli/cache");
    for text in ["", "{", "[]", "{\"Credentials\": {}}"] {
        for entry in fs::read_dir(&folder).unwrap() {
            fs::write(entry.unwrap().path(), text).unwrap();
        }
        env.run(["export-credentials"]).succeeded();
    }
    assert_eq!(env.emulator.count(Operation::GetRoleCredentials), 5);
}

#[test]
fn token_of_another_portal_is_not_used() {
    let env = TestEnv::signed_in();
    let text = fs::read_to_string(env.token_file()).unwrap();
    fs::write(env.token_file(), text.replace("provided-domain", "other-domain")).unwrap();
    env.run(["export-credentials"])
        .exits_with(4)
        .stderr_contains("https://other-domain.awsapps.com/start")
        .stderr_contains("https://provided-domain.awsapps.com/start");
}

#[test]
fn revoked_session_hint_works() {
    let env = TestEnv::signed_in();
    env.emulator.revoke_sessions();
    env.run(["export-credentials"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --sso-session my-sso");
    env.run(["login", "--sso-session", "my-sso"]).succeeded().stderr_contains("Signed in to");
    env.run(["export-credentials"]).succeeded();
}

#[cfg(unix)]
#[test]
fn root_in_the_home_of_another_user_is_announced_and_locks_no_user_out() {
    let env = TestEnv::new();
    let home = env.path("");
    change_owner(&home, 12_345);
    if fs::metadata(&home).is_ok_and(|home| home.uid() != 12_345) {
        return;
    }
    let ran = env.run(["configure", "set", "region", "eu-west-1"]);
    ran.succeeded().stderr_contains("note: running as root in the home folder of user 12345;");
    let config = fs::metadata(env.path(".aws/config")).unwrap();
    assert_eq!((config.uid(), config.gid()), (12_345, 12_345));
}
