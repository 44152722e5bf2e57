//! The arguments of `agent`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::duration::Span;

pub(super) const NOTES: &str = "\
A pattern is a profile name, or ACCOUNT/ROLE with the account's id; `*` matches any text, `?` any
character. Programs with VESTIBULE_AGENT in their environment need no configuration and no token:
vestibule exec, export-credentials, serve and the others ask the agent.";

#[derive(Args, Clone, Debug)]
pub(crate) struct Agent {
    /// Profiles or roles to give credentials of (repeatable)
    #[arg(long, value_name = "PATTERN", required = true)]
    pub(crate) allow: Vec<String>,
    /// Path of the Unix socket [default: $XDG_RUNTIME_DIR/vestibule-agent.sock, else
    /// ~/.aws/vestibule/agent.sock]; on Windows the name of the pipe
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// Ask for each request, by the program in $SSH_ASKPASS
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Time for which a confirmed request is not asked about again
    #[arg(long, value_name = "DURATION", default_value = "0s", requires = "confirm")]
    pub(crate) confirm_for: Span,
    /// Append a line of JSON for each request to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Run this command with the agent in its environment, and exit when it exits
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}
