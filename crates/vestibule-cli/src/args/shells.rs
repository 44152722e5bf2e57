//! The arguments of commands that shells use.

use clap::{Args, ValueEnum};

use super::ProfileArg;

#[derive(Args, Debug)]
pub(crate) struct Use {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    /// Use no profile in this shell
    #[arg(long, conflicts_with = "positional")]
    pub(crate) unset: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Shell
    pub(crate) shell: Shell,
    /// Print the functions `vestibule-use` and `vestibule-env`, which switch the profile of the shell
    #[arg(long)]
    pub(crate) switch: bool,
}

/// `completions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Nushell,
}

#[derive(Args, Debug)]
pub(crate) struct Complete {
    /// Shell that reads the output
    pub(crate) shell: Shell,
    /// Beginning of the word at the cursor
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    pub(crate) at: String,
    /// Words before the cursor
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Select {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    /// Keep the profile of the environment, if there is one
    #[arg(long)]
    pub(crate) keep: bool,
}
