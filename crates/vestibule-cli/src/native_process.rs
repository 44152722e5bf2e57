//! Helper programs that this program takes the place of.

use std::sync::Arc;

use vestibule::providers::{EndpointParams, NativeProcesses, ProcessCommand};
use vestibule::{ChosenBy, Platform, Provider, Settings};
use vestibule_os::browser::split_command_line;
use vestibule_roles_anywhere::{Options, RolesAnywhere, SERVICE};

/// Characters that a shell would act on. A line with one of them is left to the shell.
const SHELL_SYNTAX: &[char] = match Platform::HERE {
    Platform::Unix => &[
        '$', '`', '|', '&', ';', '<', '>', '*', '?', '~', '(', ')', '{', '}', '[', ']', '#', '!',
        '\\', '\n',
    ],
    Platform::Windows => &['%', '^', '|', '&', '<', '>', '\n'],
};

/// Returns the providers of helper programs that need not be run.
pub(crate) fn providers() -> NativeProcesses {
    NativeProcesses::new(|command, settings| {
        let options = options(command)?;
        let by = ChosenBy::setting("credential_process", &command.command.origin);
        let provider = RolesAnywhere::new(options, params(settings)).with_chosen_by(by);
        Some(Arc::new(provider) as Arc<dyn Provider>)
    })
}

/// Returns the endpoint parameters of Roles Anywhere.
pub(crate) fn params(settings: &Settings) -> EndpointParams {
    EndpointParams::default()
        .with_fips(settings.use_fips.value)
        .with_dual_stack(settings.use_dual_stack.value)
        .with_url(settings.endpoint_urls.get(SERVICE).map(|url| url.value.clone()))
}

fn options(command: &ProcessCommand) -> Option<Options> {
    // The line is read for the names of files, and may contain a secret only for other programs.
    let line = command.command.value.line().expose();
    if line.contains(SHELL_SYNTAX) {
        return None;
    }
    Options::from_command_line(&split_command_line(line, std::env::consts::OS)?)
}
