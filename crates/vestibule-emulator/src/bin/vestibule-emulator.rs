//! `vestibule-emulator`: IAM Identity Center and STS on loopback.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use vestibule_emulator::{Builder, Clock, Emulator, Server, SystemEntropy};
use vestibule_types::Region;

/// Emulates IAM Identity Center (OIDC and access portal) and STS on loopback.
///
/// When it is ready, it prints one line of JSON: the addresses for `AWS_ENDPOINT_URL`, of which the
/// first is for `HTTPS_PROXY` too, and the file for `AWS_CA_BUNDLE`. It serves until Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(version, after_help = "Example: vestibule-emulator --port 4599 --auto-approve")]
struct Args {
    /// Port for HTTP; 0 uses any free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Port for HTTPS; 0 uses any free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    tls_port: u16,
    /// File to write the CA certificate to
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// Approve every sign-in at once
    #[arg(long)]
    auto_approve: bool,
    /// TOML file with accounts, roles, users, sessions, clock and faults
    #[arg(long, value_name = "PATH", conflicts_with_all = ["accounts", "roles", "start_url", "region"])]
    config: Option<PathBuf>,
    /// Fault to schedule, such as `fail CreateToken twice with slow_down`; can be repeated
    #[arg(long, value_name = "SENTENCE")]
    fault: Vec<String>,
    /// Number of accounts
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accounts: u32,
    /// Number of roles in each account
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    roles: u32,
    /// Start URL of the instance; can be repeated
    #[arg(long, value_name = "URL", default_value = "https://provided-domain.awsapps.com/start")]
    start_url: Vec<String>,
    /// Region of the instance
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    region: Region,
    /// Exit when standard input is closed
    #[arg(long)]
    until_eof: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    let stopped = if args.until_eof { None } else { Some(Stopped::new()?) };
    let server = Server::start_at(emulator(args)?, args.port, args.tls_port)?;
    if let Some(path) = &args.ca_file {
        std::fs::write(path, server.ca_pem()).map_err(|error| file_error(path, " ", &error))?;
    }
    let ready = serde_json::json!({
        "http": server.http(),
        "https": server.https(),
        "ca": args.ca_file,
    });
    writeln!(io::stdout(), "{ready}")?;
    match stopped {
        Some(stopped) => stopped.wait(),
        None => drop(io::copy(&mut io::stdin().lock(), &mut io::sink())?),
    }
    Ok(())
}

/// Ctrl-C or SIGTERM. In a container the emulator is the first process, which neither would end.
#[cfg(unix)]
struct Stopped(signal_hook::iterator::Signals);

#[cfg(unix)]
impl Stopped {
    fn new() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        signal_hook::iterator::Signals::new([SIGINT, SIGTERM]).map(Self)
    }

    fn wait(mut self) {
        self.0.forever().next();
    }
}

/// Waits for ever, as Ctrl-C ends the process.
#[cfg(not(unix))]
struct Stopped;

#[cfg(not(unix))]
impl Stopped {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    fn wait(self) {
        loop {
            std::thread::park();
        }
    }
}

fn emulator(args: &Args) -> io::Result<Emulator> {
    let mut builder = Emulator::builder().clock(Clock::real()).entropy(Arc::new(SystemEntropy));
    builder = match &args.config {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| file_error(path, " ", &error))?;
            builder.toml(&text).map_err(|error| file_error(path, "", &error))?
        }
        None => with_accounts(args, builder),
    };
    for sentence in &args.fault {
        builder = builder
            .script(sentence)
            .map_err(|error| io::Error::other(error.message().to_owned()))?;
    }
    if args.auto_approve {
        builder = builder.auto_approve();
    }
    // Best effort: a closed stderr does not stop the emulator.
    builder = builder.on_violation(|violation| {
        let _ = writeln!(io::stderr(), "violation: {violation}");
    });
    Ok(builder.build())
}

/// Adds accounts and roles: those of AWS's examples, and then numbered ones.
fn with_accounts(args: &Args, mut builder: Builder) -> Builder {
    builder = builder.region(args.region.clone());
    for url in &args.start_url {
        builder = builder.start_url(url);
    }
    for n in 1..=args.accounts {
        let (id, name) = match n {
            1 => ("111122223333".to_owned(), "Sample".to_owned()),
            _ => (format!("{:012}", 200_000_000_000 + u64::from(n)), format!("Sample {n}")),
        };
        builder = builder.account(&id, name);
        for m in 1..=args.roles {
            let role = if m == 1 { "SampleRole".to_owned() } else { format!("SampleRole{m}") };
            builder = builder.role(&id, role);
        }
    }
    builder
}

/// Returns an error in a file: `PATH:LINE:COLUMN: …`, or `PATH: …`.
fn file_error(path: &Path, separator: &str, problem: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("{}:{separator}{problem}", path.display()))
}
