//! The arguments of `agent`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::duration::Span;

pub(super) const NOTES: &str = "\
A pattern is a profile name, or ACCOUNT/ROLE with the account's id; `*` matches any text, `?` any
character. With VESTIBULE_AGENT in the environment, vestibule exec, export-credentials, serve and
others request credentials from the agent, and need no configuration and no token.";

#[derive(Args, Clone, Debug)]
pub(crate) struct Agent {
    /// Profiles or roles whose credentials are given (repeatable)
    #[arg(long, value_name = "PATTERN", required = true)]
    pub(crate) allow: Vec<String>,
    /// Path of the Unix socket [default: $XDG_RUNTIME_DIR/vestibule-agent.sock, else
    /// ~/.aws/vestibule/agent.sock]; on Windows the name of the pipe
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// Ask before credentials are given, with the program in $SSH_ASKPASS
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Do not ask again about the same request for this long
    #[arg(long, value_name = "DURATION", default_value = "0s", requires = "confirm")]
    pub(crate) confirm_for: Span,
    /// Append a line of JSON for each request to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Run this command with the agent in its environment, and exit when it exits
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}
