use std::io::{self, Read as _};

use vestibule_presign::{GitRequest, codecommit_credential};

use super::profile;
use crate::app::App;
use crate::args::{GitAction, GitCredential};
use crate::error::Error;
use crate::exit::Exit;

/// The size limit of a request of Git.
const MAX_REQUEST: u64 = 64 << 10;

/// Responds to a request of Git for a credential. Nothing is printed for other hosts, so that Git asks its
/// next helper.
pub(crate) fn run(app: &App<'_>, args: &GitCredential) -> Result<Exit, Error> {
    if args.action != GitAction::Get {
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MAX_REQUEST)
        .read_to_string(&mut text)
        .map_err(|error| Error::failed("the request of Git could not be read", &error))?;
    let Some(request) = GitRequest::parse(&text) else { return Ok(Exit::Done) };
    profile::with_credentials(app, |app| {
        let session = app.session()?;
        let credentials = session.blocking().credentials()?;
        let Some((user, password)) = codecommit_credential(&credentials, &request, session.now())
        else {
            let message = "Git did not send the path of the repository";
            return Err(Error::new(Exit::Usage, message)
                .with_hint("git config --global credential.useHttpPath true"));
        };
        let lines = format!("username={}\npassword={}\n", user.expose(), password.expose());
        app.printer.raw(&lines)?;
        Ok(Exit::Done)
    })
}
