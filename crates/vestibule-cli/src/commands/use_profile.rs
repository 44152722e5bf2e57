use crate::app::App;
use crate::args::Use;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;
use crate::switching::{Installation, calling_shell, installation};

/// Returns the error with the command line that switches the profile of the shell, which only a
/// function of the shell can do.
pub(crate) fn run(app: &App<'_>, args: &Use) -> Result<Exit, Error> {
    let Installation { line, file, separator } = installation(calling_shell(&app.vars));
    let word = match &app.global.profile {
        _ if args.unset => " --unset".to_owned(),
        Some(name) => format!(" {}", shell_word(name)),
        None => String::new(),
    };
    let message = "A program cannot change the profile of the shell that started it; \
                   the shell function vestibule-use can";
    let error = Error::new(Exit::Usage, message);
    Err(match separator {
        Some(separator) => error
            .with_cause(format!("the first command below belongs in {file}, for each new shell"))
            .with_hint(format!("{line}{separator}vestibule-use{word}")),
        None => error
            .with_cause(format!(
                "add `source vestibule-switch.nu` to {file}, and start a new shell"
            ))
            .with_hint(line),
    })
}
