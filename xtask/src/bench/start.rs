//! `cargo xtask bench start`: what a whole process costs, from its start to its end, beside the peers.
//!
//! Two commands run in turn, and the ratio is taken pair by pair: the speed of a machine drifts.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::pairs::{self, Pairs};
use super::weight::{self, MANIFEST};
use crate::failure::{Failure, Result, report};
use crate::run::{cargo, program};
use crate::scene::{CONFIG, Scene, release};

/// Of the stripped binary.
const LARGEST: u64 = 5_000_000;
/// All that the binary may load: glibc, and the compiler's half of it, which libc6 depends on.
const GLIBC: [&str; 5] = ["linux-vdso", "libc.so", "libm.so", "ld-linux", "libgcc_s"];

const EXPORT: &[&str] = &["export-credentials"];
const COMPLETE: &[&str] = &["complete", "bash", "--at", "profile-49", "--", "whoami", "--profile"];

/// What a measured process does, and what it may cost.
struct Row {
    what: &'static str,
    ours: &'static [&'static str],
    /// How many profiles there are besides the one that is used.
    profiles: u32,
    /// Whether the service has to be asked for the role's credentials.
    asks: bool,
    limit: Limit,
}

enum Limit {
    /// So many times what a peer takes.
    Times(Peer, f64),
    Milliseconds(f64),
}

#[derive(Clone, Copy)]
enum Peer {
    Empty,
    AwsConfig,
    AwsCli,
}

const ROWS: &[Row] = &[
    Row {
        what: "`export-credentials`, cached",
        ours: EXPORT,
        profiles: 0,
        asks: false,
        limit: Limit::Times(Peer::Empty, 1.6),
    },
    Row {
        what: "the same, 5,000 profiles",
        ours: EXPORT,
        profiles: 5_000,
        asks: false,
        limit: Limit::Times(Peer::Empty, 2.0),
    },
    Row {
        what: "`export-credentials`, one call",
        ours: EXPORT,
        profiles: 0,
        asks: true,
        limit: Limit::Times(Peer::AwsConfig, 0.6),
    },
    Row {
        what: "`export-credentials`, cached",
        ours: EXPORT,
        profiles: 0,
        asks: false,
        limit: Limit::Times(Peer::AwsCli, 1.0 / 150.0),
    },
    Row {
        what: "`status --prompt`",
        ours: &["status", "--prompt"],
        profiles: 0,
        asks: false,
        limit: Limit::Milliseconds(5.0),
    },
    Row {
        what: "completion, 10,000 profiles",
        ours: COMPLETE,
        profiles: 10_000,
        asks: false,
        limit: Limit::Milliseconds(30.0),
    },
    Row {
        what: "`list-profiles`, 10,000 profiles",
        ours: &["list-profiles"],
        profiles: 10_000,
        asks: false,
        limit: Limit::Milliseconds(10.0),
    },
];

pub(crate) fn measure() -> Result {
    let stage = Stage::set()?;
    let mut findings = stage.weigh()?;
    println!("\n| process | median | beside | its median | pair by pair | allowed |");
    println!("|---|---:|---|---:|---:|---:|");
    for row in ROWS {
        findings.extend(stage.measure(row)?);
    }
    report("start", &findings)
}

/// The programs, and a home in which somebody is signed in.
struct Stage {
    scene: Scene,
    vestibule: PathBuf,
    empty: PathBuf,
    aws_config: PathBuf,
    aws_cli: PathBuf,
}

impl Stage {
    fn set() -> Result<Self> {
        let aws_cli = aws_cli()?;
        cargo(["build", "--release", "--quiet", "--package", "vestibule-cli"]).run()?;
        let [empty, aws_config] = ["weight-empty", "weight-aws-config"].map(built);
        let scene = Scene::set("start", &["--auto-approve"])?;
        let vestibule = release("vestibule")?;
        let stage = Self { scene, vestibule, empty: empty?, aws_config: aws_config?, aws_cli };
        for profiles in [0, 5_000, 10_000] {
            let file = stage.config(profiles);
            std::fs::write(&file, config(profiles)).map_err(Failure::at(&file))?;
        }
        pairs::time(stage.run(&stage.vestibule, 0).args(["login", "--use-device-code"]))?;
        Ok(stage)
    }

    fn config(&self, profiles: u32) -> PathBuf {
        self.scene.home.join(format!("config-{profiles}"))
    }

    fn run(&self, program: &Path, profiles: u32) -> Command {
        let mut command = self.scene.program(program);
        command.env("AWS_CONFIG_FILE", self.config(profiles));
        command
    }

    fn measure(&self, row: &Row) -> Result<Option<String>> {
        let mut ours = self.run(&self.vestibule, row.profiles);
        ours.args(row.ours);
        let prepare = || if row.asks { self.forget_roles() } else { Ok(()) };
        // What has to be in the cache is.
        pairs::time(&mut ours)?;
        let (pairs, peer, allowed, is_within) = match row.limit {
            Limit::Milliseconds(most) => {
                let pairs = pairs::run(&mut ours, None, 60, prepare)?;
                let is_within = pairs.ours_ms() <= most;
                (pairs, "", format!("{most} ms"), is_within)
            }
            Limit::Times(peer, most) => {
                let (name, mut theirs, rounds) = self.peer(peer, row.profiles);
                let pairs = pairs::run(&mut ours, Some(&mut theirs), rounds, prepare)?;
                let is_within = pairs.ratio() <= most;
                (pairs, name, share(most), is_within)
            }
        };
        print(row.what, &pairs, peer, &allowed);
        Ok((!is_within).then(|| format!("{}: over {allowed}", row.what)))
    }

    fn peer(&self, peer: Peer, profiles: u32) -> (&'static str, Command, u32) {
        match peer {
            Peer::Empty => ("an empty Rust program", self.run(&self.empty, profiles), 200),
            Peer::AwsConfig => ("`aws-config`", self.run(&self.aws_config, profiles), 60),
            Peer::AwsCli => {
                let mut aws = self.run(&self.aws_cli, profiles);
                aws.args(["configure", "export-credentials"]);
                ("AWS CLI v2", aws, 10)
            }
        }
    }

    fn forget_roles(&self) -> Result {
        let folder = self.scene.home.join(".aws/cli/cache");
        std::fs::remove_dir_all(&folder).map_err(Failure::at(&folder))
    }

    /// Size, and what the binary needs of the machine.
    fn weigh(&self) -> Result<Vec<String>> {
        let binary = &self.vestibule;
        let bytes = std::fs::metadata(binary).map_err(Failure::at(binary))?.len();
        println!("vestibule: {:.2} MB stripped", weight::megabytes(bytes));
        let mut findings = Vec::new();
        if LARGEST < bytes {
            findings.push(format!("vestibule: over {:.0} MB", weight::megabytes(LARGEST)));
        }
        let libraries = program("ldd").arg(binary).read()?;
        let is_glibc = |line: &&str| GLIBC.iter().any(|name| line.contains(name));
        let others = libraries.lines().filter(|line| !is_glibc(line));
        findings.extend(others.map(|line| format!("vestibule: needs more than glibc:{line}")));
        Ok(findings)
    }
}

/// A program of `bench/programs`, where `bench weight` builds it too.
fn built(name: &str) -> Result<PathBuf> {
    let folder = PathBuf::from("bench/target").join(name);
    cargo(["build", "--quiet", "--release", "--package", name])
        .args(MANIFEST)
        .arg("--target-dir")
        .arg(&folder)
        .run()?;
    let binary = folder.join("release").join(name);
    std::path::absolute(&binary).map_err(Failure::at(&binary))
}

/// The AWS CLI of the distribution, before one of a developer's own.
fn aws_cli() -> Result<PathBuf> {
    let own = [Path::new("/usr/bin/aws"), Path::new("aws")];
    let is_second = |aws: &&Path| {
        let version = program(aws).arg("--version").read();
        version.is_ok_and(|version| version.starts_with("aws-cli/2."))
    };
    own.into_iter()
        .find(is_second)
        .map(Path::to_owned)
        .ok_or_else(|| Failure::new("no AWS CLI v2").fix("`apt-get install awscli`"))
}

/// The scene's configuration after so many profiles of other people's.
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

fn print(what: &str, pairs: &Pairs, peer: &str, allowed: &str) {
    let ours = pairs.ours_ms();
    match pairs.theirs_ms() {
        None => println!("| {what} | {ours:.2} ms | | | | {allowed} |"),
        Some(theirs) => {
            let ratio = share(pairs.ratio());
            println!("| {what} | {ours:.2} ms | {peer} | {theirs:.2} ms | {ratio} | {allowed} |");
        }
    }
}

/// `1.6 times`, or `1/150`.
fn share(ratio: f64) -> String {
    if ratio < 0.1 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2} times") }
}
