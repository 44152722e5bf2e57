//! The command line of `exec`, in which `--` is optional.

use std::ffi::OsString;

use crate::typed_line;

/// Options of `exec` that take a value. Everything else that begins with `-` is a flag.
const WITH_VALUE: [&str; 9] = [
    "--profile",
    "-p",
    "--region",
    "--timeout",
    "--color",
    "--min-remaining",
    "--sso-session",
    "--account-id",
    "--role-name",
];
/// Options that select credentials, so that the first positional argument is the command.
const SELECTS_CREDENTIALS: [&str; 4] = ["--profile", "-p", "--account-id", "--pick"];

/// Inserts `--` before the command of `exec`: `exec dev env`, `exec --profile dev env`.
pub(crate) fn insert_separator(mut args: Vec<OsString>) -> Vec<OsString> {
    let mut is_exec = false;
    let mut has_profile = false;
    let mut is_value = false;
    for index in 1..args.len() {
        let word = args[index].to_string_lossy().into_owned();
        if std::mem::take(&mut is_value) {
            continue;
        }
        if word == "--" {
            return args;
        }
        if word.starts_with('-') && word != "-" {
            let name = word.split('=').next().unwrap_or_default();
            let joined = word.starts_with("-p") && word.len() > 2;
            is_value = WITH_VALUE.contains(&name) && !word.contains('=');
            has_profile |= SELECTS_CREDENTIALS.contains(&name) || joined;
        } else if !is_exec {
            is_exec = word == "exec";
            if !is_exec {
                return args;
            }
        } else if has_profile {
            args.insert(index, "--".into());
            return args;
        } else {
            has_profile = true;
        }
    }
    args
}

/// Returns the command line with `--` in front of a word that was taken for the profile of `exec`, if
/// it is the name of a program: `exec -- terraform plan` for `exec terraform plan`.
pub(crate) fn separated(profile: &str) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    let file = format!("{profile}{}", std::env::consts::EXE_SUFFIX);
    let is_program = std::env::split_paths(&folders).any(|folder| folder.join(&file).is_file());
    let args = is_program.then(|| with_separator(typed_line::arguments(), profile))??;
    Some(typed_line::quoted(&args))
}

fn with_separator(mut args: Vec<String>, profile: &str) -> Option<Vec<String>> {
    let exec = args.iter().position(|arg| arg == "exec")?;
    let at = exec + args[exec..].iter().position(|arg| arg == profile)?;
    if args.get(at + 1).is_some_and(|arg| arg == "--") {
        args.remove(at + 1);
    }
    args.insert(at, "--".to_owned());
    Some(args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let args = line.split(' ').map(OsString::from).collect();
        let args = insert_separator(args);
        let args: Vec<_> = args.iter().map(|arg| arg.to_str().unwrap()).collect();
        assert_eq!(args.join(" "), expected);
    }

    #[test]
    fn separator_is_inserted_before_the_command() {
        check("v exec dev env -i", "v exec dev -- env -i");
        check("v exec --profile dev env -i", "v exec --profile dev -- env -i");
        check("v -p dev exec aws s3 ls --region x", "v -p dev exec -- aws s3 ls --region x");
        check("v exec -p=dev env", "v exec -p=dev -- env");
        check("v exec -pdev env", "v exec -pdev -- env");
        check("v exec dev --region x env", "v exec dev --region x -- env");
        check(
            "v exec --account-id 1 --role-name R env",
            "v exec --account-id 1 --role-name R -- env",
        );
        check("v exec --pick env", "v exec --pick -- env");
    }

    #[test]
    fn separator_is_not_inserted_twice_or_elsewhere() {
        check("v exec dev", "v exec dev");
        check("v exec dev -- env -- x", "v exec dev -- env -- x");
        check("v exec -- env", "v exec -- env");
        check("v login dev exec x", "v login dev exec x");
        check("v --region exec login dev", "v --region exec login dev");
    }

    #[test]
    fn separator_precedes_a_command_that_was_taken_for_a_profile() {
        let check = |line: &str, expected: &str| {
            let args = line.split(' ').map(str::to_owned).collect();
            let args = with_separator(args, "env").unwrap();
            assert_eq!(args.join(" "), expected);
        };
        check("exec env -i", "exec -- env -i");
        check("exec env -- a -- b", "exec -- env a -- b");
        check("--region x exec --json env a", "--region x exec --json -- env a");
        assert_eq!(with_separator(vec!["whoami".into(), "env".into()], "env"), None);
    }

    #[test]
    fn options_with_a_value_match_the_grammar() {
        let root = args::grammar_for(&["exec"]);
        let exec = root.find_subcommand("exec").unwrap();
        let with_value = exec.get_arguments().filter(|arg| !arg.is_positional());
        let with_value = with_value.filter(|arg| arg.get_action().takes_values());
        for arg in with_value {
            let long = format!("--{}", arg.get_long().unwrap());
            assert!(WITH_VALUE.contains(&long.as_str()), "{long}");
        }
    }
}
