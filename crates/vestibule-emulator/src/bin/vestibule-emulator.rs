//! `vestibule-emulator`: IAM Identity Center and STS on loopback.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use vestibule_emulator::{Emulator, Machine, Server};
use vestibule_types::Region;

/// Emulates IAM Identity Center (OIDC and access portal) and STS on loopback.
///
/// When it is ready it prints one line of JSON: the addresses to set `AWS_ENDPOINT_URL` to, and
/// the file to set `AWS_CA_BUNDLE` to. It answers until it is killed.
#[derive(Parser)]
#[command(version, after_help = "Example: vestibule-emulator --port 4599 --auto-approve")]
struct Args {
    /// Port for HTTP; 0 is any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Port for HTTPS; 0 is any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    tls_port: u16,
    /// Writes the certificate of the CA behind HTTPS to this file
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// Approves every sign-in at once
    #[arg(long)]
    auto_approve: bool,
    /// How many accounts there are
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accounts: u32,
    /// How many roles each account has
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    roles: u32,
    /// A start URL that leads here; may be given more than once
    #[arg(long, value_name = "URL", default_value = "https://provided-domain.awsapps.com/start")]
    start_url: Vec<String>,
    /// The region of the instance
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    region: Region,
    /// Ends when its standard input does
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
    let server = Server::start_at(emulator(args), args.port, args.tls_port)?;
    if let Some(path) = &args.ca_file {
        std::fs::write(path, server.ca_pem())
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
    }
    let ready = serde_json::json!({
        "http": server.http(),
        "https": server.https(),
        "ca": args.ca_file,
    });
    writeln!(io::stdout(), "{ready}")?;
    if args.until_eof {
        io::copy(&mut io::stdin().lock(), &mut io::sink())?;
        return Ok(());
    }
    loop {
        std::thread::park();
    }
}

/// The first account and role are those of AWS's examples; more of them are numbered.
fn emulator(args: &Args) -> Emulator {
    let mut builder = Emulator::builder()
        .region(args.region.clone())
        .clock(Arc::new(Machine))
        .entropy(Arc::new(Machine));
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
    if args.auto_approve {
        builder = builder.auto_approve();
    }
    builder.build()
}
