//! `cargo xtask interop`: unmodified clients of others beside ours, on the same files and the same sign-in.

mod clients;
mod conversations;
mod files;
mod sources;
mod stampede;
mod table;

use crate::Command;
use crate::args::Args;
use crate::failure::{Result, report};
use clients::Clients;
use table::Table;

pub(crate) const COMMAND: Command = Command {
    name: "interop",
    takes: "",
    about: "share sign-ins with the AWS CLI and three SDKs, and write docs/interop.md",
    run: |args: Args| {
        args.finish()?;
        matrix()
    },
};

fn matrix() -> Result {
    let clients = Clients::install()?;
    let mut table = Table::new(&clients);
    for conversation in conversations::ALL {
        (conversation)(&clients, &mut table)?;
    }
    let lines = stampede::share(&clients)?;
    table.write("docs/interop.md", &lines)?;
    report("interop", &table.red())
}
