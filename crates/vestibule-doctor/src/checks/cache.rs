use std::path::Path;
use std::time::Duration;

use vestibule::world::block_on;
use vestibule_cache::{Kind, Registration, RoleCredentials, Token, Unreadable};

use crate::{Case, Cause, Finding, Fix};

/// A tool that knows no lock may just be writing.
const TORN_READS: u32 = 5;
const TORN_WAIT: Duration = Duration::from_millis(50);

/// Files that no tool can use.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let files = case.folders();
    let files = files.iter().flat_map(|folder| case.json_in(folder));
    files.filter_map(|file| unusable(case, &file)).collect()
}

fn unusable(case: &Case<'_>, file: &Path) -> Option<Finding> {
    let now = case.world.clock.now();
    let shown = case.shown(file);
    let (text, is_rubbish) = match settled(case, file)? {
        Content::Unreadable(why) => (format!("{shown} cannot be used: {why}"), true),
        Content::Registration(registration) if registration.expires_at <= now => {
            let end = registration.expires_at;
            (format!("the client registration in {shown} ended {end}"), true)
        }
        Content::Token(token) => {
            let end = token.registration_expires_at.filter(|end| *end <= now)?;
            token.refresh_token.as_ref()?;
            (
                format!("the token in {shown} cannot be refreshed: its registration ended {end}"),
                false,
            )
        }
        Content::Registration(_) | Content::Other => return None,
    };
    let lies = if is_rubbish { Cause::Machine } else { Cause::SignIn };
    let finding = Finding::problem(lies, text);
    Some(if is_rubbish {
        finding.with_fix(Fix::Remove(file.to_owned()))
    } else {
        finding.with_remedy(super::sign_in::remedy_for(case, file))
    })
}

enum Content {
    Token(Token),
    Registration(Registration),
    /// Role credentials, or another tool's business.
    Other,
    Unreadable(Unreadable),
}

/// What is in the file, once nobody is in the middle of writing it.
fn settled(case: &Case<'_>, file: &Path) -> Option<Content> {
    for attempt in 1.. {
        match read(&case.world.files.read(file).ok()?) {
            Content::Unreadable(why) if why.is_torn() && attempt < TORN_READS => {
                block_on(case.world.clock.sleep(TORN_WAIT));
            }
            content => return Some(content),
        }
    }
    None
}

fn read(bytes: &[u8]) -> Content {
    let token = || Token::read(bytes).map(Content::Token);
    let content = match Kind::of(bytes) {
        Some(Kind::Token) => token(),
        Some(Kind::Registration) => Registration::read(bytes).map(Content::Registration),
        Some(Kind::RoleCredentials) => RoleCredentials::read(bytes).map(|_| Content::Other),
        // What is no JSON at all is nobody's; all else may be another tool's.
        _ => match Token::read(bytes) {
            Err(
                why @ (Unreadable::Torn | Unreadable::NotJson { .. } | Unreadable::NotAnObject),
            ) => Err(why),
            _ => Ok(Content::Other),
        },
    };
    content.unwrap_or_else(Content::Unreadable)
}
