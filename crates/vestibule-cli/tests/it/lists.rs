//! Lists: what they show in a pipe and on a terminal, and hints about what is not assigned.

use std::fmt::Write as _;
use std::process::Command;

use crate::support::{CONFIG, Output, TestEnv, in_terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");

/// Returns an environment with 1,200 profiles, of which each has the same problem, signed in.
fn with_many_profiles() -> TestEnv {
    let env = TestEnv::signed_in();
    let mut config = CONFIG.to_owned();
    for n in 1..=1_200 {
        write!(
            config,
            "\n[profile account-{n}]\nsso_session = my-sso\nsso_account_id = 11112222{n:04}\n\
             sso_role_name = Role{n}\nregoin = us-east-1\n"
        )
        .unwrap();
    }
    env.write(".aws/config", &config);
    env
}

/// Returns the lines of a command on a terminal of this width.
fn on_terminal(env: &TestEnv, width: usize, args: &str) -> Vec<String> {
    let line = in_terminal(&format!("stty cols {width} rows 24; {PROGRAM} {args} --color never"));
    let output = env.prepared(line).env("TERM", "xterm").run();
    output.stdout.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Returns the words of each line, without the ellipsis of a cut column.
fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.trim_end_matches('…').to_owned()).collect()
}

#[test]
fn lists_have_the_same_rows_in_a_pipe_and_on_a_terminal() {
    let env = with_many_profiles();
    for (args, heads) in [
        ("list-profiles", 1),
        ("list-profiles --long", 1),
        ("list-sessions", 1),
        ("list-sessions --long", 1),
        ("list-accounts", 1),
        ("list-roles", 1),
        ("list-roles --account-id 111122223333", 0),
    ] {
        let piped = env.run(args.split(' ')).succeeded().stdout.clone();
        for width in [80, 140] {
            let shown = on_terminal(&env, width, args);
            let rows = &shown[heads..];
            assert_eq!(rows.len(), piped.lines().count(), "{args} at {width}: {shown:?}");
            assert!(rows.iter().all(|row| row.chars().count() <= width), "{args} at {width}");
            for (row, piped) in rows.iter().zip(piped.lines()) {
                let (row, piped) = (words(row), words(piped));
                let is_same = |(cut, whole): (&String, &String)| whole.starts_with(cut.as_str());
                assert!(row.iter().zip(&piped).all(is_same), "{args}: {row:?} {piped:?}");
            }
        }
    }
    for args in ["status", "status --all", "explain", "configure list"] {
        // The time left may differ by a second.
        let without_digits =
            |line: &str| line.trim_end().replace(|c: char| c.is_ascii_digit(), "0");
        let piped: Vec<_> = env.run(args.split(' ')).stdout.lines().map(without_digits).collect();
        let shown: Vec<_> =
            on_terminal(&env, 140, args).iter().map(|it| without_digits(it)).collect();
        assert_eq!(shown, piped, "{args}");
    }
}

#[test]
fn explain_on_a_narrow_terminal_breaks_lines_between_words() {
    let env = TestEnv::new();
    let shown = on_terminal(&env, 80, "explain");
    let is_long_word = |line: &String| line.split(' ').any(|word| 60 < word.len());
    let too_wide = |line: &&String| 80 < line.chars().count() && !is_long_word(line);
    assert_eq!(shown.iter().find(too_wide), None);
    assert!(shown.iter().any(|line| line == "  through my-sso"), "{shown:?}");
}

#[test]
fn lint_on_a_terminal_shows_a_problem_of_many_profiles_once() {
    let env = with_many_profiles();
    let shown = on_terminal(&env, 200, "configure lint");
    // Similar keys are looked up for the first hundred only, so that there are two messages.
    assert_eq!(shown.len(), 2 * 4, "{shown:?}");
    let others = "the same in 99 other profile sections: account-2, account-3, account-4, … (lines";
    assert!(shown[3].contains(others), "{shown:?}");
    assert!(shown[7].contains("the same in 1099 other profile sections"), "{shown:?}");
    let piped = env.run(["configure", "lint"]).stdout;
    assert_eq!(piped.matches("unknown key `regoin`").count(), 1_200);
    let json = env.run(["configure", "lint", "--json"]).json();
    let keys = json.as_array().unwrap().iter().filter(|found| found["key"] == "regoin");
    assert_eq!(keys.count(), 1_200);
}

/// Follows the hints of a command as typed, until no hint is left.
fn follow_hints(env: &TestEnv, command: &str) -> Vec<Output> {
    let mut outputs = Vec::new();
    let mut next = Some(command.to_owned());
    while let Some(line) = next {
        assert!(outputs.len() < 4, "a circle: {outputs:#?}");
        let words = line.strip_prefix("vestibule ").unwrap_or_else(|| panic!("not ours: {line}"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{PROGRAM} {words}")]);
        let output = env.prepared(shell).run();
        next =
            output.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).map(str::to_owned);
        outputs.push(output);
    }
    outputs
}

#[test]
fn hints_about_a_role_or_account_that_is_not_assigned_end() {
    let env = TestEnv::signed_in();
    let denied = "sso_role_name = Nope\nregion = us-east-1\n";
    let legacy =
        "sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1\n";
    env.write(
        ".aws/config",
        &format!(
            "{CONFIG}\n[profile role]\nsso_session = my-sso\nsso_account_id = 111122223333\n{denied}\
             [profile account]\nsso_session = my-sso\nsso_account_id = 999999999999\n{denied}\
             [profile 'old one']\nsso_account_id = 999999999999\n{legacy}{denied}"
        ),
    );
    env.run(["login", "old one"]).succeeded();
    for (command, steps) in [
        ("vestibule whoami role", 2),
        ("vestibule whoami account", 3),
        ("vestibule exec 'old one' -- true", 3),
        ("vestibule console --account-id 999999999999 --role-name R --sso-session my-sso", 3),
    ] {
        let outputs = follow_hints(&env, command);
        assert_eq!(outputs.len(), steps, "{command}: {outputs:#?}");
        outputs[0].exits_with(1).stderr_contains("an administrator of IAM Identity Center assigns");
        outputs.last().unwrap().succeeded();
    }
}
