//! `cargo xtask bench start`: the time of a whole process, beside peers.
//!
//! This program is small, since the cost of starting a process from it is part of both times.

mod pairs;
mod terminal;

use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use vestibule_e2e::process;
use vestibule_e2e::test_env::{CONFIG, TestEnv};

use pairs::Pairs;

/// The limit of the stripped binary.
const MAX_BYTES: u64 = 4_500_000;
/// The only libraries that the binary may load: glibc, and the compiler's part of it.
const GLIBC: [&str; 5] = ["linux-vdso", "libc.so", "libm.so", "ld-linux", "libgcc_s"];

const EXPORT: &[&str] = &["export-credentials"];
const COMPLETE: &[&str] = &["complete", "bash", "--at", "profile-49", "--", "whoami", "--profile"];

/// The exit code that says that a sign-in is needed.
const SIGN_IN_NEEDED: i32 = 4;
/// The session expires with the clocks this far ahead.
const LATER: &str = "30000";

/// One measured command.
struct Row {
    title: &'static str,
    arguments: &'static [&'static str],
    /// The number of profiles besides the one that is used.
    profiles: u32,
    state: State,
    limit: Limit,
}

/// What precedes the measured process, and how far it is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The role credentials are cached.
    Cached,
    /// They are not, so that the portal is called.
    NotCached,
    /// The service has refused a refresh, and the program remembers it.
    RefusedRefresh,
    /// The program draws a list on a terminal, and is measured until then.
    Picker,
}

enum Limit {
    /// As a multiple of a peer's time.
    Times(Peer, f64),
    Milliseconds(f64),
}

#[derive(Clone, Copy)]
enum Peer {
    EmptyProgram,
    AwsConfig,
    AwsCli,
}

const ROWS: &[Row] = &[
    Row {
        title: "`export-credentials`, cached",
        arguments: EXPORT,
        profiles: 0,
        state: State::Cached,
        limit: Limit::Times(Peer::EmptyProgram, 1.5),
    },
    Row {
        title: "the same, 5,000 profiles",
        arguments: EXPORT,
        profiles: 5_000,
        state: State::Cached,
        limit: Limit::Times(Peer::EmptyProgram, 1.9),
    },
    Row {
        title: "`export-credentials`, one call",
        arguments: EXPORT,
        profiles: 0,
        state: State::NotCached,
        limit: Limit::Times(Peer::AwsConfig, 0.5),
    },
    Row {
        title: "`export-credentials`, cached",
        arguments: EXPORT,
        profiles: 0,
        state: State::Cached,
        limit: Limit::Times(Peer::AwsCli, 1.0 / 150.0),
    },
    Row {
        title: "`status --prompt`",
        arguments: &["status", "--prompt"],
        profiles: 0,
        state: State::Cached,
        limit: Limit::Milliseconds(3.0),
    },
    Row {
        title: "completion, 10,000 profiles",
        arguments: COMPLETE,
        profiles: 10_000,
        state: State::Cached,
        limit: Limit::Milliseconds(8.0),
    },
    Row {
        title: "`list-profiles`, 10,000 profiles",
        arguments: &["list-profiles"],
        profiles: 10_000,
        state: State::Cached,
        limit: Limit::Milliseconds(8.0),
    },
    Row {
        title: "first frame of the picker, 5,000 profiles",
        arguments: &["whoami", "--pick"],
        profiles: 5_000,
        state: State::Picker,
        limit: Limit::Milliseconds(50.0),
    },
    // The last: it ends the session.
    Row {
        title: "exit 4 after a refused refresh",
        arguments: EXPORT,
        profiles: 0,
        state: State::RefusedRefresh,
        limit: Limit::Milliseconds(50.0),
    },
];

/// `bench-start VESTIBULE EMPTY-PROGRAM AWS-CONFIG-PROGRAM`, all built for release.
fn main() -> Result<()> {
    let mut programs = std::env::args_os().skip(1).map(PathBuf::from);
    let mut program = || programs.next().context("run this by `cargo xtask bench start`");
    let setup = Setup::new(program()?, program()?, program()?)?;
    let mut findings = setup.check_binary()?;
    println!("\n| process | median | beside | its median | pair by pair | allowed |");
    println!("|---|---:|---|---:|---:|---:|");
    for row in ROWS {
        findings.extend(setup.measure(row)?);
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    exit(i32::from(!findings.is_empty()))
}

/// The programs, and a home with a session.
struct Setup {
    env: TestEnv,
    vestibule: PathBuf,
    empty: PathBuf,
    aws_config: PathBuf,
    aws_cli: PathBuf,
}

impl Setup {
    fn new(vestibule: PathBuf, empty: PathBuf, aws_config: PathBuf) -> Result<Self> {
        let env = TestEnv::start(&["--auto-approve"])?;
        let folder = env.home().join("bin");
        std::fs::create_dir(&folder)?;
        let installed = |program: PathBuf| install(&program, &folder);
        let (vestibule, empty) = (installed(vestibule)?, installed(empty)?);
        let (aws_config, aws_cli) = (installed(aws_config)?, aws_cli()?);
        let setup = Self { env, vestibule, empty, aws_config, aws_cli };
        for profiles in [0, 5_000, 10_000] {
            std::fs::write(setup.config_file(profiles), config(profiles))?;
        }
        pairs::time(setup.command(&setup.vestibule, 0).args(["login", "--use-device-code"]))?;
        Ok(setup)
    }

    fn config_file(&self, profiles: u32) -> PathBuf {
        self.env.home().join(format!("config-{profiles}"))
    }

    fn command(&self, program: &Path, profiles: u32) -> Command {
        let mut command = self.env.program(program);
        command.env("AWS_CONFIG_FILE", self.config_file(profiles));
        command
    }

    fn measure(&self, row: &Row) -> Result<Option<String>> {
        let mut ours = self.command(&self.vestibule, row.profiles);
        ours.args(row.arguments);
        self.prepare(row.state, &mut ours)?;
        let time = || self.time(row.state, &mut ours);
        let (pairs, peer, allowed, is_within) = match row.limit {
            Limit::Milliseconds(limit) => {
                let pairs = pairs::run(time, None, 60)?;
                let is_within = pairs.ours_ms() <= limit;
                (pairs, "", format!("{limit} ms"), is_within)
            }
            Limit::Times(peer, limit) => {
                let (name, mut command, rounds) = self.peer(peer, row.profiles);
                let pairs = pairs::run(time, Some(&mut command), rounds)?;
                let is_within = pairs.ratio() <= limit;
                (pairs, name, multiple(limit), is_within)
            }
        };
        print(row.title, &pairs, peer, &allowed);
        Ok((!is_within).then(|| format!("{}: over {allowed}", row.title)))
    }

    /// Brings the session into a state, and fills the cache.
    fn prepare(&self, state: State, ours: &mut Command) -> Result<()> {
        if state == State::RefusedRefresh {
            self.env.control(&format!("advance?seconds={LATER}"))?;
            ours.env("VESTIBULE_CLOCK_OFFSET", LATER);
        }
        self.time(state, ours).map(drop)
    }

    fn time(&self, state: State, ours: &mut Command) -> Result<Duration> {
        match state {
            State::Cached => pairs::time(ours),
            State::NotCached => {
                self.remove_role_credentials()?;
                pairs::time(ours)
            }
            State::RefusedRefresh => pairs::time_with_status(ours, SIGN_IN_NEEDED),
            State::Picker => terminal::time_until(ours, "type to filter"),
        }
    }

    fn peer(&self, peer: Peer, profiles: u32) -> (&'static str, Command, u32) {
        match peer {
            Peer::EmptyProgram => {
                ("an empty Rust program", self.command(&self.empty, profiles), 200)
            }
            Peer::AwsConfig => ("`aws-config`", self.command(&self.aws_config, profiles), 60),
            Peer::AwsCli => {
                let mut aws = self.command(&self.aws_cli, profiles);
                aws.args(["configure", "export-credentials"]);
                ("AWS CLI v2", aws, 10)
            }
        }
    }

    fn remove_role_credentials(&self) -> Result<()> {
        Ok(std::fs::remove_dir_all(self.env.home().join(".aws/cli/cache"))?)
    }

    /// Checks the size of the binary, and the libraries that it loads.
    fn check_binary(&self) -> Result<Vec<String>> {
        let binary = &self.vestibule;
        let bytes = std::fs::metadata(binary)?.len();
        println!("vestibule: {} kB stripped", bytes / 1000);
        let mut findings = Vec::new();
        if MAX_BYTES < bytes {
            findings.push(format!("vestibule: over {} kB", MAX_BYTES / 1000));
        }
        let libraries = process::stdout(Command::new("ldd").arg(binary))?;
        let is_glibc = |line: &&str| GLIBC.iter().any(|name| line.contains(name));
        let others = libraries.lines().filter(|line| !is_glibc(line));
        findings.extend(others.map(|line| format!("vestibule: loads more than glibc:{line}")));
        Ok(findings)
    }
}

/// Copies a program, as installing it does. The pages of a copied file are mapped in larger pieces than
/// those of a file that a linker has written, which is worth a tenth of a short run.
fn install(program: &Path, folder: &Path) -> Result<PathBuf> {
    let name = program.file_name().context("not a program")?;
    let installed = folder.join(name);
    std::fs::copy(program, &installed)?;
    Ok(installed)
}

/// Finds the AWS CLI of the distribution, which precedes one of a developer's own.
fn aws_cli() -> Result<PathBuf> {
    let path = PathBuf::from("/usr/bin/aws");
    let version = process::stdout(Command::new(&path).arg("--version"))
        .context("the AWS CLI is missing: `apt-get install awscli`")?;
    ensure!(version.starts_with("aws-cli/2."), "{} is not version 2: {version}", path.display());
    Ok(path)
}

/// The documented configuration after this many other profiles.
fn config(profiles: u32) -> String {
    let profile = |n| {
        format!(
            "[profile profile-{n}]\nsso_session = my-sso\nsso_account_id = {:012}\n\
             sso_role_name = Role{}\nregion = eu-west-1\n\n",
            n,
            n % 3
        )
    };
    (0..profiles).map(profile).chain([CONFIG.to_owned()]).collect()
}

fn print(title: &str, pairs: &Pairs, peer: &str, allowed: &str) {
    let ours = pairs.ours_ms();
    match pairs.peer_ms() {
        None => println!("| {title} | {ours:.2} ms | | | | {allowed} |"),
        Some(peer_ms) => {
            let ratio = multiple(pairs.ratio());
            println!("| {title} | {ours:.2} ms | {peer} | {peer_ms:.2} ms | {ratio} | {allowed} |");
        }
    }
}

/// `1.6 times`, or `1/150`.
fn multiple(ratio: f64) -> String {
    if ratio < 0.1 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2} times") }
}
