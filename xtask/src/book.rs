//! `cargo xtask book`: the pages of `docs` as one site.

mod commands;
mod links;
mod stage;

use std::path::Path;

use anyhow::Context as _;

use crate::Command;
use crate::args::Args;
use crate::end_to_end;
use crate::program_files;
use crate::report::{Hint as _, report};
use crate::run::program;

pub(crate) const COMMAND: Command = Command {
    name: "book",
    takes: "[--screenshots DIR]",
    about: "build docs/ into target/book/site, check its links, and visit each page in Chromium (2 min)",
    run: |mut args: Args| {
        let screenshots = args.folder("--screenshots")?;
        args.finish()?;
        end_to_end::build()?;
        let folder = Path::new("target/book");
        let manual = folder.join("manual");
        program_files::write(Path::new("target/debug/vestibule"), &manual)?;
        stage::write(folder, &commands::markdown(&manual.join("man"))?)?;
        let site = std::path::absolute(folder.join("site")).context("the site")?;
        program("mdbook").arg("build").arg(folder).arg("--dest-dir").arg(&site).run().hint(
            "install mdBook: cargo install mdbook --version '^0.5' --no-default-features \
             --features search --locked --debug",
        )?;
        report("book", &links::check(&site)?)?;
        end_to_end::visit_book(&site, screenshots.as_deref())?;
        println!("{}", site.join("index.html").display());
        Ok(())
    },
};
