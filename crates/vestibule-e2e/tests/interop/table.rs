//! The table of `docs/interop.md`: a row for a question, a column for a client.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::clients::{Client, Clients};

pub(crate) enum Cell {
    Yes,
    /// With the client's output.
    No(String),
    /// With the reason.
    NotApplicable(&'static str),
}

pub(crate) struct Table<'a> {
    clients: &'a Clients,
    rows: Vec<(&'static str, Vec<Cell>)>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(clients: &'a Clients) -> Self {
        Self { clients, rows: Vec::new() }
    }

    /// Runs each client for one question, and prints the result.
    pub(crate) fn row(
        &mut self,
        question: &'static str,
        mut run: impl FnMut(Client) -> Result<Cell>,
    ) -> Result<()> {
        let cells = Client::ALL.map(&mut run).into_iter().collect::<Result<Vec<_>>>()?;
        println!("{question}");
        for (client, cell) in Client::ALL.iter().zip(&cells) {
            println!("    {:16} {}", client.name(), cell.text());
        }
        self.rows.push((question, cells));
        Ok(())
    }

    /// Returns the cells that say no.
    pub(crate) fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for (question, cells) in &self.rows {
            for (client, cell) in Client::ALL.iter().zip(cells) {
                if let Cell::No(output) = cell {
                    failures.push(format!("{question}: {}: {output}", client.name()));
                }
            }
        }
        failures
    }

    pub(crate) fn write(&self, file: &Path, summary: &str) -> Result<()> {
        let mut page = HEAD.to_owned();
        page.push_str("|  |");
        for (client, version) in &self.clients.versions {
            write!(page, " {} {version} |", client.name())?;
        }
        writeln!(page, "\n|---|{}", "---|".repeat(Client::ALL.len()))?;
        let mut reasons: Vec<&str> = Vec::new();
        for (question, cells) in &self.rows {
            write!(page, "| {question} |")?;
            for cell in cells {
                match cell {
                    Cell::Yes => write!(page, " yes |")?,
                    Cell::No(_) => write!(page, " **no** |")?,
                    Cell::NotApplicable(reason) => {
                        let known = reasons.iter().position(|other| other == reason);
                        let index = known.unwrap_or_else(|| {
                            reasons.push(reason);
                            reasons.len() - 1
                        });
                        write!(page, " – [{}] |", index + 1)?;
                    }
                }
            }
            page.push('\n');
        }
        page.push('\n');
        for (index, reason) in reasons.iter().enumerate() {
            writeln!(page, "- [{}] {reason}.", index + 1)?;
        }
        page.push_str("\n## Concurrent processes\n\n");
        page.push_str(summary);
        Ok(std::fs::write(file, page)?)
    }
}

impl Cell {
    fn text(&self) -> &str {
        match self {
            Self::Yes => "yes",
            Self::No(output) => output,
            Self::NotApplicable(reason) => reason,
        }
    }
}

const HEAD: &str = "\
# Interoperability

Which clients of others share files and sessions with vestibule, and what each of them does with them.
`cargo xtask interop` installs the clients, unmodified, runs them, and writes this page; a cell that says no fails the build.
All clients talk to `vestibule-emulator`; the AWS CLI and botocore need no endpoint setting, since the emulator is their proxy and responds under AWS's host names.
The AWS CLI is that of Debian 12, since the package registries have only version 1; what version 2 has gained since then is code of botocore, which has a column of its own.
The keychain is GNOME Keyring with a D-Bus of its own.

";
