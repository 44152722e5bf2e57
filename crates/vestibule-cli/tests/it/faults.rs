//! Everything that can go wrong on the way, over real sockets and files: it passes, or it is a
//! clear error, soon, with the right exit code; and nobody loses a session.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use vestibule::Timestamp;
use vestibule_emulator::{Emulator, Fault, Operation, Rotation};

use crate::support::{Lab, Ran};

const MINUTE: Duration = Duration::from_secs(60);

/// Asks for credentials while `operation` goes wrong `times` times; an `expired` token comes first
/// where there is one to refresh. A minute bounds the wait, retries included.
#[track_caller]
fn check(operation: Operation, fault: &str, times: u32, expected: i32) {
    let lab = Lab::over(Emulator::builder().rotation(Rotation::Reusable));
    lab.run(["login"]).succeeded();
    if operation == Operation::CreateToken {
        lab.pass(MINUTE * 60);
    }
    let before = fs::read(lab.token_file()).unwrap();
    for fault in fault.split('+') {
        lab.emulator.fail(operation).times(times).with(fault.parse().unwrap());
    }
    let began = Instant::now();
    let ran = lab.run(["export-credentials"]);
    assert!(began.elapsed() < MINUTE / 2, "{fault}: {:?}", began.elapsed());
    assert_eq!(ran.code, Some(expected), "{operation} {fault}: {ran:#?}");
    if expected != 0 {
        ran.says("error: ");
        assert!(
            !ran.stderr.contains("vestibule login"),
            "{fault} is no reason to sign in: {ran:#?}"
        );
        assert_eq!(fs::read(lab.token_file()).unwrap(), before, "{fault}");
    }
    // What passed is over.
    lab.emulator.heal();
    lab.run(["export-credentials"]).succeeded();
    assert_eq!(lab.pages_opened().len(), 1, "{fault}");
}

#[test]
fn what_passes_is_waited_out() {
    thread::scope(|scope| {
        for operation in [Operation::GetRoleCredentials, Operation::CreateToken] {
            for fault in ["latency:300", "reset", "reset-mid-body", "500", "502", "503", "429"] {
                scope.spawn(move || check(operation, fault, 1, 0));
            }
        }
        scope.spawn(|| check(Operation::GetRoleCredentials, "TooManyRequestsException", 2, 0));
    });
}

#[test]
fn what_does_not_pass_is_an_error_and_not_a_sign_in() {
    thread::scope(|scope| {
        for operation in [Operation::GetRoleCredentials, Operation::CreateToken] {
            for fault in ["reset", "reset-mid-body", "truncate", "endless", "html", "500", "503"] {
                scope.spawn(move || check(operation, fault, 100, 1));
            }
            // A redirect leads nowhere that a token may go.
            scope.spawn(move || check(operation, "302", 100, 1));
            scope.spawn(move || check(operation, "418", 100, 1));
        }
        scope.spawn(|| check(Operation::GetRoleCredentials, "TooManyRequestsException", 100, 1));
    });
}

/// A fault on a token that still works is no fault.
#[test]
fn a_token_in_its_last_minutes_outlives_the_service() {
    let lab = Lab::signed_in();
    lab.pass(MINUTE * 57);
    lab.emulator.fail(Operation::CreateToken).always().with(Fault::Reset);
    let ran = lab.run(["export-credentials"]);
    ran.succeeded().says("the old one still works");
}

/// A lost answer has spent a refresh token that works once: that is said, and a sign-in helps.
#[test]
fn a_spent_refresh_token_is_a_sign_in() {
    let lab = Lab::signed_in();
    lab.pass(MINUTE * 60);
    lab.emulator.fail(Operation::CreateToken).with(Fault::ResetMidBody);
    let ran = lab.run(["export-credentials"]);
    ran.ended(4).says("hint: vestibule login --sso-session my-sso");
    lab.run(["login"]).succeeded();
    lab.run(["export-credentials"]).succeeded();
}

#[test]
fn a_sign_in_waits_faults_out_too() {
    thread::scope(|scope| {
        for fault in ["reset", "500", "503", "429", "latency:300"] {
            scope.spawn(move || {
                let lab = Lab::new();
                for operation in [Operation::RegisterClient, Operation::CreateToken] {
                    lab.emulator.fail(operation).with(fault.parse().unwrap());
                }
                lab.run(["login"]).succeeded();
            });
        }
        for fault in ["reset", "500", "html", "endless", "truncate", "302"] {
            scope.spawn(move || {
                let lab = Lab::new();
                lab.emulator.fail(Operation::RegisterClient).always().with(fault.parse().unwrap());
                lab.run(["login"]).ended(1).says("could not sign in to sso-session `my-sso`");
                assert!(lab.pages_opened().is_empty());
                assert!(lab.leftovers().is_empty());
            });
        }
    });
}

/// Answers every connection with the same words.
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
fn retry_after_is_heeded() {
    let lab = Lab::signed_in();
    let patient = service(
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n",
    );
    let began = Instant::now();
    let ran = lab.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", patient).run();
    ran.ended(1);
    // Two pauses, of a second at the very least.
    assert!(Duration::from_secs(2) <= began.elapsed() && began.elapsed() < MINUTE);
}

#[test]
fn a_redirect_is_not_followed() {
    let lab = Lab::signed_in();
    let calls = lab.emulator.requests().len();
    let elsewhere = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}/federation/credentials\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        lab.server.http()
    );
    let ran = lab
        .vestibule(["export-credentials"])
        .env("AWS_ENDPOINT_URL", service(String::leak(elsewhere)))
        .run();
    ran.ended(1);
    assert_eq!(lab.emulator.requests().len(), calls, "the token went elsewhere");
}

#[test]
fn what_is_no_http_is_an_error() {
    let lab = Lab::signed_in();
    for answer in ["SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", ""]
    {
        // The middle one closes before all of it came.
        let silent = service(answer);
        lab.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", silent).run().ended(1);
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_an_error() {
    let lab = Lab::signed_in();
    let over_tls =
        || lab.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", lab.server.https());
    let ran = over_tls().run();
    ran.ended(1).says("certificate");
    // Asking again does not change who signed it.
    lab.write("ca.pem", lab.server.ca_pem());
    over_tls().env("AWS_CA_BUNDLE", lab.path("ca.pem")).run().succeeded();

    lab.pass(MINUTE * 60);
    over_tls().run().ended(1).says("certificate");
    over_tls().env("AWS_CA_BUNDLE", lab.path("ca.pem")).run().succeeded();
}

#[test]
fn a_host_without_an_address_or_nobody_there_is_an_error() {
    let lab = Lab::signed_in();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, host) in [
        ("http://no-such-host.invalid".to_owned(), "no-such-host.invalid"),
        (format!("http://{closed}"), "127.0.0.1"),
    ] {
        let began = Instant::now();
        let ran = lab.vestibule(["export-credentials"]).env("AWS_ENDPOINT_URL", url).run();
        ran.ended(1).says(host);
        assert!(began.elapsed() < MINUTE);
    }
}

/// A token's expiry comes from `expiresIn` and our own clock. Role credentials are dated by the
/// portal: their end is told by our clock, too, so that both serve as long as they really last.
#[test]
fn a_clock_an_hour_off_is_said_and_costs_nothing() {
    for (seconds, which) in [(-3600, "behind"), (3600, "ahead of")] {
        let lab = Lab::new();
        lab.set_ahead(seconds);
        let login = lab.run(["login"]);
        login.succeeded().says(&format!("clock is 60 minutes {which} the service's"));
        let an_hour = ["(1h left)", "(59m 5"];
        assert!(an_hour.iter().any(|left| login.stderr.contains(left)), "{login:#?}");
        assert_eq!(login.stderr.matches("warning: ").count(), 1, "{login:#?}");
        let keys = lab.run(["export-credentials"]);
        keys.succeeded().says(which);
        // Both were given for an hour, one soon after the other.
        let time = |text: &serde_json::Value| text.as_str().unwrap().parse::<Timestamp>().unwrap();
        let (keys, token) = (time(&keys.json()["Expiration"]), time(&lab.token()["expiresAt"]));
        assert!((0..60).contains(&keys.seconds_since(token)), "{which}: {keys}, {token}");
        lab.run(["whoami"]).succeeded();
        assert_eq!(lab.emulator.count(Operation::CreateToken), 1, "no refresh of a fresh token");
        lab.pass(MINUTE * 120);
        lab.run(["export-credentials"]).succeeded();
        assert_eq!(lab.emulator.count(Operation::CreateToken), 2);
    }
}

/// Runs the program where no file can grow, as on a full disk.
fn on_a_full_disk(lab: &Lab, args: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_vestibule"))
        .args(args);
    lab.prepared(command).run()
}

#[test]
fn on_a_full_disk_a_refresh_works_and_a_sign_in_is_not_begun() {
    let lab = Lab::signed_in();
    lab.pass(MINUTE * 60);
    let before = fs::read(lab.token_file()).unwrap();
    let ran = on_a_full_disk(&lab, &["export-credentials"]);
    ran.succeeded().says("could not be stored");
    assert_eq!(fs::read(lab.token_file()).unwrap(), before);
    on_a_full_disk(&lab, &["login", "--force"]).ended(1).says(".aws/sso/cache");
    assert_eq!(lab.pages_opened().len(), 1);
    assert!(lab.leftovers().is_empty(), "{:?}", lab.leftovers());
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let lab = Lab::signed_in();
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else { return };
    let ran = lab.vestibule(["export-credentials"]).with_stdout(Stdio::from(full)).run();
    ran.ended(1).says("the result could not be written");
}

/// Runs the program where a folder takes no new file. Modes do not stop root, so it is run for
/// somebody else then, to whom all of the home belongs.
fn read_only(lab: &Lab, folder: &Path, args: &[&str]) -> Ran {
    const NOBODY: u32 = 65534;
    let mut command = if tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0 {
        // It may have been built where only root can look.
        let program = lab.path("program");
        fs::copy(env!("CARGO_BIN_EXE_vestibule"), &program).unwrap();
        give(&lab.path("."), NOBODY);
        let mut command = Command::new(program);
        command.uid(NOBODY).gid(NOBODY);
        command
    } else {
        Command::new(env!("CARGO_BIN_EXE_vestibule"))
    };
    command.args(args);
    fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
    let ran = lab.prepared(command).run();
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    ran
}

/// Makes a place and all that is in it somebody's.
fn give(path: &Path, to: u32) {
    chown(path, Some(to), Some(to)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), to);
        }
    }
}

#[test]
fn where_nothing_can_be_written_a_refresh_works_and_a_sign_in_is_not_begun() {
    let lab = Lab::signed_in();
    lab.pass(MINUTE * 60);
    let token = fs::read_to_string(lab.token_file()).unwrap();
    let folder = lab.path(".aws/sso/cache");
    let ran = read_only(&lab, &folder, &["export-credentials"]);
    ran.succeeded();
    assert_eq!(ran.stderr.matches("could not be stored").count(), 1, "{ran:#?}");
    assert_eq!(fs::read_to_string(lab.token_file()).unwrap(), token);
    let ran = read_only(&lab, &folder, &["login", "--force"]);
    ran.ended(1).says(".aws/sso/cache").says("hint: make ");
    assert_eq!(lab.pages_opened().len(), 1);
}

#[test]
fn a_cache_that_is_none_is_said_and_mended_by_a_sign_in() {
    for text in ["", "{", "[]", "{\"accessToken\": 1}", "\u{0}\u{0}", "{\"accessToken\":\"x\"}"] {
        let lab = Lab::signed_in();
        let file = lab.token_file();
        fs::write(&file, text).unwrap();
        let ran = lab.run(["export-credentials"]);
        ran.ended(4)
            .says(&file.display().to_string())
            .says("hint: vestibule login --sso-session my-sso");
        lab.run(["status"]).ended(4);
        lab.run(["login"]).succeeded();
        lab.run(["export-credentials"]).succeeded();
    }
}

#[test]
fn role_credentials_that_are_none_are_asked_for_again() {
    let lab = Lab::signed_in();
    lab.run(["export-credentials"]).succeeded();
    let folder = lab.path(".aws/cli/cache");
    for text in ["", "{", "[]", "{\"Credentials\": {}}"] {
        for entry in fs::read_dir(&folder).unwrap() {
            fs::write(entry.unwrap().path(), text).unwrap();
        }
        lab.run(["export-credentials"]).succeeded();
    }
    assert_eq!(lab.emulator.count(Operation::GetRoleCredentials), 5);
}

#[test]
fn a_sign_in_of_another_portal_is_none_of_ours() {
    let lab = Lab::signed_in();
    let text = fs::read_to_string(lab.token_file()).unwrap();
    fs::write(lab.token_file(), text.replace("provided-domain", "other-domain")).unwrap();
    lab.run(["export-credentials"])
        .ended(4)
        .says("https://other-domain.awsapps.com/start")
        .says("https://provided-domain.awsapps.com/start");
}

#[test]
fn a_session_that_was_revoked_is_found_and_the_hint_works() {
    let lab = Lab::signed_in();
    lab.emulator.revoke_sessions();
    lab.run(["export-credentials"]).ended(4).says("hint: vestibule login --sso-session my-sso");
    lab.run(["login", "--sso-session", "my-sso"]).succeeded().says("Signed in to");
    lab.run(["export-credentials"]).succeeded();
}
