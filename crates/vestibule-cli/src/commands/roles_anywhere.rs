use vestibule::Remedy;
use vestibule::world::block_on;
use vestibule_roles_anywhere::{ErrorKind, Options};

use crate::app::App;
use crate::args::{Format, RolesAnywhere};
use crate::error::{Error, hint};
use crate::exit::Exit;
use crate::{formats, native_process};

/// Prints the credentials of a role for the holder of a certificate.
pub(crate) fn run(app: &App<'_>, args: &RolesAnywhere) -> Result<Exit, Error> {
    let files = [args.certificate.clone(), args.private_key.clone()];
    let names = [&args.trust_anchor_arn, &args.profile_arn, &args.role_arn].map(Clone::clone);
    let mut options = Options::new(files, names);
    options.intermediates.clone_from(&args.intermediates);
    options.endpoint.clone_from(&args.endpoint);
    options.region.clone_from(&app.global.region);
    options.role_session_name.clone_from(&args.role_session_name);
    options.duration_seconds = u32::try_from(args.session_duration.0.as_secs()).unwrap_or(u32::MAX);
    let configuration = app.configuration()?;
    let params = native_process::params(&configuration.settings()?);
    let provider = vestibule_roles_anywhere::RolesAnywhere::new(options, params);
    let credentials = block_on(provider.credentials(configuration.blocking_world()));
    let credentials = credentials.map_err(|error| failed(&error))?;
    let text = formats::render(&credentials, None, Format::Process).map_err(|_| {
        Error::new(Exit::Failed, "the credentials contain characters that JSON cannot quote")
    })?;
    app.printer.raw(&text)?;
    Ok(Exit::Done)
}

fn failed(error: &vestibule_roles_anywhere::Error) -> Error {
    let exit = match error.kind() {
        ErrorKind::Call { .. } => Exit::Failed,
        _ => Exit::Configuration,
    };
    let failed = Error::from_source(exit, error);
    match hint(&Remedy::TryLater) {
        Some(hint) if error.is_transient() => failed.with_hint(hint),
        _ => failed,
    }
}
