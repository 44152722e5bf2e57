use std::io;
use std::path::Path;

use crate::cache_files::{Content, parse, read_complete};
use crate::{Cause, Context, Finding, Fix};

/// Reports files that no tool can use.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let files = context.folders();
    let files = files.iter().flat_map(|folder| context.json_files(folder));
    files.filter_map(|file| check_file(context, &file)).collect()
}

fn check_file(context: &Context<'_>, file: &Path) -> Option<Finding> {
    let now = context.world.clock.now();
    let shown = context.display_path(file);
    let found = match read_complete(context, file) {
        Ok(bytes) => parse(&bytes),
        // Another process removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            return Some(Finding::problem(
                Cause::Machine,
                format!("{shown} cannot be read: {error}"),
            ));
        }
    };
    let (text, is_removable) = match found {
        Err(reason) => (format!("{shown} is corrupt: {reason}"), true),
        Ok(Content::Registration(registration)) if registration.expires_at <= now => {
            let expired_at = (context.time)(registration.expires_at);
            (format!("the client registration in {shown} expired at {expired_at}"), true)
        }
        Ok(Content::Token(token)) => {
            let expired_at = token.registration_expires_at.filter(|time| *time <= now)?;
            token.refresh_token.as_ref()?;
            let expired_at = (context.time)(expired_at);
            (
                format!(
                    "the token in {shown} cannot be refreshed: its client registration expired at {expired_at}"
                ),
                false,
            )
        }
        Ok(_) => return None,
    };
    let cause = if is_removable { Cause::Machine } else { Cause::SignInNeeded };
    let finding = Finding::problem(cause, text);
    Some(if is_removable {
        finding.with_fix(Fix::Remove(file.to_owned()))
    } else {
        finding.with_remedy(super::sign_in::remedy_for(context, file))
    })
}
