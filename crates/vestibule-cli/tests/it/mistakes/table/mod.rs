//! A table of mistakes: what the program says about each, and that following its hint ends it.

mod commands;
mod environment;
mod network;
mod profiles;
mod programs;
mod sessions;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use vestibule_emulator::{Emulator, IamRole};

use super::tidy;
use crate::support::{CONFIG, Output, TestEnv};

const THREADS: usize = 4;
/// The subject of web identity tokens.
const SUBJECT: &str = "system:serviceaccount:default:app";
const NOT_SIGNED_IN: &str = "[default]\nregion = us-east-1\n";

/// A mistake, the message about it, and the correction that the hint asks for.
struct Row {
    name: &'static str,
    args: Vec<String>,
    variables: Vec<(&'static str, Option<String>)>,
    /// Files below the home folder; a text of `None` is a folder.
    files: Vec<(&'static str, Option<String>)>,
    code: i32,
    cause: &'static str,
    /// The line, variable or argument.
    place: &'static str,
    hint: &'static str,
    fix: Vec<Fix>,
}

/// What a user does who follows a hint.
enum Fix {
    /// Writes these lines in place of the line that the hint, or else the message, names.
    Line(&'static str),
    /// Sets the variable that the hint names.
    Value(&'static str),
    /// Unsets the variables that the hint names.
    Unset,
    /// Runs the command of the hint, whose output has this text.
    Run(&'static str),
    /// Types other arguments.
    Args(&'static [&'static str]),
    /// Sets another variable; `None` unsets it.
    Set(&'static str, Option<&'static str>),
    /// Writes a file.
    Write(&'static str, &'static str),
    /// Removes a file or folder.
    Remove(&'static str),
}

/// Returns a row for `export-credentials` with the default configuration, signed in.
fn row(name: &'static str) -> Row {
    Row {
        name,
        args: vec!["export-credentials".to_owned()],
        variables: Vec::new(),
        files: vec![(".aws/config", Some(CONFIG.to_owned()))],
        code: 6,
        cause: "",
        place: "",
        hint: "",
        fix: Vec::new(),
    }
}

impl Row {
    fn args(mut self, args: &[&str]) -> Self {
        self.args = args.iter().map(|&arg| arg.to_owned()).collect();
        self
    }

    fn var(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, Some(value.into())));
        self
    }

    fn without(mut self, name: &'static str) -> Self {
        self.variables.push((name, None));
        self
    }

    fn file(mut self, path: &'static str, text: &str) -> Self {
        self.files.push((path, Some(text.to_owned())));
        self
    }

    fn folder(mut self, path: &'static str) -> Self {
        self.files.push((path, None));
        self
    }

    fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    /// Replaces text of the default configuration.
    fn edit(self, from: &str, to: &str) -> Self {
        assert!(CONFIG.contains(from), "{from}");
        self.config(&CONFIG.replacen(from, to, 1))
    }

    fn fails(mut self, code: i32, cause: &'static str, place: &'static str) -> Self {
        (self.code, self.cause, self.place) = (code, cause, place);
        self
    }

    fn hint(mut self, hint: &'static str, fix: impl IntoIterator<Item = Fix>) -> Self {
        self.hint = hint;
        self.fix = fix.into_iter().collect();
        self
    }

    /// As [`Row::hint`] for `correct PLACE, then try again`.
    fn correct(self, fix: Fix) -> Self {
        let place = self.place;
        let hint = format!("correct {place}, then try again");
        self.hint(hint.leak(), [fix])
    }
}

/// A home folder with a mistake in it.
struct Scenario<'a> {
    env: &'a TestEnv,
    row: &'a Row,
    args: Vec<String>,
    variables: BTreeMap<&'static str, Option<String>>,
}

impl<'a> Scenario<'a> {
    /// Restores the home folder of a user who has signed in, and makes the mistake.
    fn new(env: &'a TestEnv, start: &[(String, Vec<u8>)], row: &'a Row) -> Self {
        for entry in fs::read_dir(env.path("")).unwrap() {
            remove(&entry.unwrap().path());
        }
        for (path, bytes) in start {
            env.write(path, "");
            fs::write(env.path(path), bytes).unwrap();
        }
        for (path, text) in &row.files {
            let path = env.path(path);
            remove(&path);
            match text {
                Some(text) => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, Self::filled(env, text)).unwrap();
                }
                None => fs::create_dir_all(&path).unwrap(),
            }
        }
        let variables = row.variables.iter().cloned().collect();
        Self { env, row, args: row.args.clone(), variables }
    }

    /// Replaces the placeholders of a text.
    fn filled(env: &TestEnv, text: &str) -> String {
        let identity = || env.emulator.identity_token("sts", SUBJECT, Duration::from_secs(86_400));
        let text = if text == "IDENTITY" { &identity() } else { text };
        text.replace("EMULATOR", &env.server.http())
            .replace("TLS", &env.server.https())
            .replace("PROGRAM", env!("CARGO_BIN_EXE_vestibule"))
            .replace("~/", &env.path("").display().to_string())
    }

    fn run(&self, command: Command) -> Output {
        let mut run = self.env.prepared(command).env("AWS_EC2_METADATA_DISABLED", "true");
        for (name, value) in &self.variables {
            run = match value {
                Some(value) => run.env(name, Self::filled(self.env, value)),
                None => run.env_remove(name),
            };
        }
        run.run()
    }

    fn vestibule(&self) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command.args(self.args.iter().map(|arg| Self::filled(self.env, arg)));
        self.run(command)
    }

    fn check(&mut self) -> Result<(), String> {
        let Row { name, code, cause, place, hint, .. } = self.row;
        let failed = self.vestibule();
        let shown = tidy(self.env, &failed.stderr);
        let expect = |condition: bool, what: &str| {
            condition.then_some(()).ok_or_else(|| format!("{name}: {what}\n{failed:#?}"))
        };
        expect(failed.code == Some(*code), &format!("exit code {code}"))?;
        expect(shown.contains(cause), &format!("cause `{cause}`"))?;
        expect(shown.contains(place), &format!("place `{place}`"))?;
        let given = shown.lines().find_map(|line| line.strip_prefix("hint: "));
        expect(given == Some(hint), &format!("hint `{hint}`"))?;
        for fix in &self.row.fix {
            self.follow(fix, &shown)?;
        }
        let after = self.vestibule();
        let is_over = after.code == Some(0) && !tidy(self.env, &after.stderr).contains(cause);
        is_over.then_some(()).ok_or_else(|| format!("{name}: not corrected by {hint}\n{after:#?}"))
    }

    fn follow(&mut self, fix: &Fix, shown: &str) -> Result<(), String> {
        let Row { name, place, hint, .. } = self.row;
        // What stands between `correct` and the comma.
        let named = hint.strip_prefix("correct ").and_then(|hint| hint.split(',').next());
        // Of two places, the row says which one it is.
        let named = named.filter(|named| !named.contains(" or "));
        match fix {
            Fix::Line(lines) => {
                let named = named.unwrap_or(place);
                let (path, line) =
                    named.rsplit_once(':').unwrap_or_else(|| panic!("{name}: {named}"));
                let path = self.env.path(path.trim_start_matches("~/"));
                let line: usize = line.parse().unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let mut text: Vec<&str> = text.lines().collect();
                let lines = Self::filled(self.env, lines);
                text[line - 1] = &lines;
                fs::write(&path, text.join("\n") + "\n").unwrap();
            }
            Fix::Value(value) => {
                let named = self.variables.keys().find(|name| Some(**name) == named);
                let named = *named.unwrap_or_else(|| panic!("{name}: no variable in {hint}"));
                self.variables.insert(named, Some((*value).to_owned()));
            }
            Fix::Unset => {
                let unset: Vec<_> =
                    self.variables.keys().copied().filter(|name| hint.contains(name)).collect();
                assert!(!unset.is_empty(), "{name}");
                self.variables.extend(unset.into_iter().map(|name| (name, None)));
            }
            Fix::Run(expected) => {
                let command = hint.replacen("vestibule", env!("CARGO_BIN_EXE_vestibule"), 1);
                assert_ne!(command, *hint, "{name}: no command");
                let mut shell = Command::new("sh");
                shell.args(["-c", &command]);
                let ran = self.run(shell);
                if ran.code != Some(0) || !(ran.stdout.clone() + &ran.stderr).contains(expected) {
                    return Err(format!(
                        "{name}: `{hint}` does not show `{expected}`\n{shown}{ran:#?}"
                    ));
                }
            }
            Fix::Args(args) => self.args = args.iter().map(|&arg| arg.to_owned()).collect(),
            Fix::Set(name, value) => {
                self.variables.insert(name, value.map(str::to_owned));
            }
            Fix::Write(path, text) => self.env.write(path, &Self::filled(self.env, text)),
            Fix::Remove(path) => remove(&self.env.path(path)),
        }
        Ok(())
    }
}

fn remove(path: &Path) {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    // It may not exist.
    let _ = removed;
}

/// Returns the tokens and root certificates, by their path below the home folder.
fn files_of(env: &TestEnv) -> Vec<(String, Vec<u8>)> {
    let read = |path: &str| (path.to_owned(), fs::read(env.path(path)).unwrap());
    let folder = ".aws/sso/cache";
    let tokens = fs::read_dir(env.path(folder)).unwrap();
    let tokens = tokens.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let tokens = tokens.map(|name| read(&format!("{folder}/{name}")));
    tokens.chain(["ca.pem", "other.pem"].map(read)).collect()
}

/// Follows the hint of each mistake.
#[test]
fn mistakes_end_when_their_hint_is_followed() {
    let groups = [
        profiles::rows(),
        sessions::rows(),
        environment::rows(),
        network::rows(),
        programs::rows(),
        commands::rows(),
    ];
    let rows = groups.into_iter().flatten().collect::<Vec<_>>();
    assert!(60 <= rows.len(), "{}", rows.len());
    let other_root = TestEnv::new().server.ca_pem().to_owned();
    let (next, failures) = (Mutex::new(rows.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let keys = ("111122223333", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI-EXAMPLEKEY");
                let pod = IamRole::new("111122223333", "Pod").trusts_identity("sts", SUBJECT);
                let emulator = Emulator::builder()
                    .access_key(keys.0, keys.1, keys.2)
                    .eks_cluster("my-cluster")
                    .iam_role(pod);
                let env = TestEnv::with_emulator(emulator);
                env.run(["login"]).succeeded();
                env.write("ca.pem", env.server.ca_pem());
                env.write("other.pem", &other_root);
                let start = files_of(&env);
                loop {
                    let Some(row) = next.lock().unwrap().next() else { return };
                    let mut scenario = Scenario::new(&env, &start, row);
                    if let Err(failure) = scenario.check() {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), rows.len(), failures.join("\n"));
}
