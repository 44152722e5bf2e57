use std::io;
use std::path::Path;

use vestibule_cache::{JsonError, Kind, Registration, RoleCredentials, Token};

use crate::cache_files::read_complete;
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
        Content::Corrupt(reason) => (format!("{shown} is corrupt: {reason}"), true),
        Content::Registration(registration) if registration.expires_at <= now => {
            let expired_at = registration.expires_at;
            (format!("the client registration in {shown} expired at {expired_at}"), true)
        }
        Content::Token(token) => {
            let expired_at = token.registration_expires_at.filter(|time| *time <= now)?;
            token.refresh_token.as_ref()?;
            (
                format!(
                    "the token in {shown} cannot be refreshed: its client registration expired at {expired_at}"
                ),
                false,
            )
        }
        Content::Registration(_) | Content::Other => return None,
    };
    let cause = if is_removable { Cause::Machine } else { Cause::SignInNeeded };
    let finding = Finding::problem(cause, text);
    Some(if is_removable {
        finding.with_fix(Fix::Remove(file.to_owned()))
    } else {
        finding.with_remedy(super::sign_in::remedy_for(context, file))
    })
}

enum Content {
    Token(Token),
    Registration(Registration),
    /// Role credentials, or a file of another tool.
    Other,
    Corrupt(JsonError),
}

fn parse(bytes: &[u8]) -> Content {
    let token = || Token::read(bytes).map(Content::Token);
    let content = match Kind::detect(bytes) {
        Some(Kind::Token) => token(),
        Some(Kind::Registration) => Registration::read(bytes).map(Content::Registration),
        Some(Kind::RoleCredentials) => RoleCredentials::read(bytes).map(|_| Content::Other),
        // A file that is not a JSON object is corrupt; any other may belong to another tool.
        _ => match Token::read(bytes) {
            Err(
                reason @ (JsonError::Truncated | JsonError::Syntax { .. } | JsonError::NotAnObject),
            ) => Err(reason),
            _ => Ok(Content::Other),
        },
    };
    content.unwrap_or_else(Content::Corrupt)
}
