//! What came of it: a row a question, a column a client.

use std::fmt::Write as _;
use std::path::Path;

use super::clients::{Client, Clients};
use crate::failure::{Failure, Result};

pub(super) enum Cell {
    Works,
    /// What it said instead.
    Fails(String),
    /// Why the question does not arise.
    Unasked(&'static str),
}

pub(super) struct Table<'a> {
    clients: &'a Clients,
    rows: Vec<(&'static str, Vec<Cell>)>,
}

impl<'a> Table<'a> {
    pub(super) fn new(clients: &'a Clients) -> Self {
        Self { clients, rows: Vec::new() }
    }

    /// Asks each client, and says at once what came of it.
    pub(super) fn row(
        &mut self,
        question: &'static str,
        mut ask: impl FnMut(Client) -> Result<Cell>,
    ) -> Result {
        let cells = Client::ALL.map(&mut ask).into_iter().collect::<Result<Vec<_>>>()?;
        println!("{question}");
        for (client, cell) in Client::ALL.iter().zip(&cells) {
            println!("    {:16} {}", client.name(), cell.word());
        }
        self.rows.push((question, cells));
        Ok(())
    }

    /// The cells that fail.
    pub(super) fn red(&self) -> Vec<String> {
        let mut red = Vec::new();
        for (question, cells) in &self.rows {
            for (client, cell) in Client::ALL.iter().zip(cells) {
                if let Cell::Fails(said) = cell {
                    red.push(format!("{question}: {}: {said}", client.name()));
                }
            }
        }
        red
    }

    pub(super) fn write(&self, file: impl AsRef<Path>, lines: &[String]) -> Result {
        let mut page = HEAD.to_owned();
        let mut columns = "|  |".to_owned();
        for (client, version) in &self.clients.versions {
            let _ = write!(columns, " {} {version} |", client.name());
        }
        let _ = writeln!(page, "{columns}\n|---|{}", "---|".repeat(Client::ALL.len()));
        let mut reasons: Vec<&str> = Vec::new();
        for (question, cells) in &self.rows {
            let _ = write!(page, "| {question} |");
            for cell in cells {
                let _ = match cell {
                    Cell::Works => write!(page, " yes |"),
                    Cell::Fails(_) => write!(page, " **no** |"),
                    Cell::Unasked(reason) => {
                        let known = reasons.iter().position(|other| other == reason);
                        let number = known.unwrap_or_else(|| {
                            reasons.push(reason);
                            reasons.len() - 1
                        });
                        write!(page, " – [{}] |", number + 1)
                    }
                };
            }
            page.push('\n');
        }
        page.push('\n');
        for (number, reason) in reasons.iter().enumerate() {
            let _ = writeln!(page, "- [{}] {reason}.", number + 1);
        }
        page.push_str("\n## Many at once\n\n");
        for line in lines {
            let _ = writeln!(page, "- {line}.");
        }
        std::fs::write(&file, page).map_err(Failure::at(&file))
    }
}

impl Cell {
    fn word(&self) -> &str {
        match self {
            Self::Works => "yes",
            Self::Fails(said) => said,
            Self::Unasked(reason) => reason,
        }
    }
}

const HEAD: &str = "\
# Who reads what

This page is written by `cargo xtask interop`, which installs other people's clients, unmodified, and lets them share files and sign-ins with ours.
A cell that says no fails the build.
All of them talk to `vestibule-emulator`; the AWS CLI and botocore know nothing of it, since it is their proxy and answers under the names of AWS.

";
