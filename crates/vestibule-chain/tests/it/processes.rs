//! Programs that print credentials (`credential_process`).

use std::io;
use std::sync::Arc;

use vestibule_chain::build;
use vestibule_world::{Command, Finished, World, memory};

use crate::support::{context, outcome, plan_of, world};

const CONFIG: &str = "[profile dev]\ncredential_process = /bin/helper --password hidden\n";
/// The variable of the AWS CLI with the profiles of the helpers that call this one.
const CALLERS: &str = "_AWS_CLI_PROFILE_CHAIN";

/// Checks the outcome if the program that the profile names runs like this.
#[track_caller]
fn check(
    vars: &[(&str, &str)],
    run: impl Fn(&Command) -> io::Result<Finished> + Send + Sync + 'static,
    expected: &str,
) {
    let processes = Arc::new(memory::Processes::new(run));
    let world = World { processes, ..world(CONFIG, vars) };
    let provider = build(&plan_of(&world, "dev"), &context(&world)).unwrap();
    assert_eq!(outcome(&world, &provider), expected);
}

fn finished(code: Option<i32>, stdout: &str, stderr: &str) -> Finished {
    Finished::new(code, stdout.as_bytes().to_vec().into(), stderr)
}

fn keys() -> Finished {
    let output = r#"{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "hidden"}"#;
    finished(Some(0), output, "a warning")
}

#[test]
fn failed_program_is_an_error_with_its_status_and_error_output() {
    check(
        &[],
        |_| Ok(finished(Some(3), "hidden", "no ticket\n")),
        "Refused: `/bin/helper` exited with status 3: no ticket \
         (credential_process, ~/.aws/config:2)",
    );
    check(
        &[],
        |_| Ok(finished(None, "hidden", "")),
        "Refused: `/bin/helper` was killed by a signal (credential_process, ~/.aws/config:2)",
    );
    check(
        &[],
        |_| Ok(finished(Some(0), "hidden", "")),
        "Refused: `/bin/helper` printed no credentials: invalid JSON (line 1, column 1) \
         (credential_process, ~/.aws/config:2)",
    );
}

#[test]
fn program_stopped_at_a_limit_is_an_error_that_names_the_limit() {
    let stopped = "and was stopped (credential_process, ~/.aws/config:2)";
    for (kind, limit) in [
        (io::ErrorKind::TimedOut, "did not exit within 60 s"),
        (io::ErrorKind::FileTooLarge, "printed more than 64 KiB"),
    ] {
        let expected = format!("Refused: `/bin/helper` {limit}, {stopped}");
        check(&[], move |_| Err(io::Error::new(kind, limit)), &expected);
    }
    check(
        &[],
        |_| Err(io::ErrorKind::NotFound.into()),
        "Refused: `/bin/helper` could not be run: entity not found \
         (credential_process, ~/.aws/config:2)",
    );
}

#[test]
fn program_gets_the_profiles_of_its_callers_and_its_own() {
    for (callers, expected) in [(None, "dev"), (Some("one,two,three"), "one,two,three,dev")] {
        let vars: Vec<_> = callers.map(|callers| (CALLERS, callers)).into_iter().collect();
        let run = move |command: &Command| {
            assert_eq!(command.vars, [(CALLERS.to_owned(), expected.to_owned())]);
            assert_eq!(command.line.expose(), "/bin/helper --password hidden");
            Ok(keys())
        };
        check(&vars, run, "AKID of process");
    }
}

#[test]
fn programs_that_call_each_other_in_a_loop_are_an_error() {
    for (callers, path) in [("dev,other", "dev → other → dev"), ("a,b,c,d", "a → b → c → d → dev")]
    {
        let expected = format!(
            "Configuration: credential helpers call each other in a loop: {path} \
             (credential_process, ~/.aws/config:2)"
        );
        check(&[(CALLERS, callers)], |_| panic!("the program was run"), &expected);
    }
}
