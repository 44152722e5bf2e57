use std::time::Duration;

use vestibule::Configuration;
use vestibule::config::SectionKind;
use vestibule_os::browser::split_command_line;

use super::super::target::Target;
use crate::duration::Span;
use crate::error::{Error, correct};
use crate::exit::Exit;

/// The time of the warning, where no other is configured.
const WARNING: Duration = Duration::from_secs(15 * 60);

/// The warnings that the `[sso-session]`, or a profile without one, asks for.
#[derive(Debug)]
pub(super) struct Settings {
    /// `vestibule_expiry_hook`: a program and its arguments.
    pub(super) hook: Option<Vec<String>>,
    /// `vestibule_expiry_notification`.
    pub(super) has_notification: bool,
    /// `vestibule_expiry_warning`.
    pub(super) warning: Duration,
}

impl Settings {
    pub(super) fn read(configuration: &Configuration, session: &Target) -> Result<Self, Error> {
        let (kind, name) = match session {
            Target::Center(center) => match &center.session().name {
                Some(name) => (SectionKind::SsoSession, name.to_string()),
                None => (SectionKind::Profile, configuration.profile().value),
            },
            Target::Console(login) => (SectionKind::Profile, login.profile().to_owned()),
        };
        let section = configuration.files().config().section(kind, &name);
        let get = |key: &str| {
            let value = section.as_ref().and_then(|section| section.get(key))?;
            Some(value.text().into_owned()).filter(|text| !text.is_empty())
        };
        Self::parse(get).map_err(|(key, message)| {
            let section = match kind {
                SectionKind::SsoSession => format!("[sso-session {name}]"),
                _ => format!("profile \"{name}\""),
            };
            let file = configuration.files().config_location();
            let message = format!("{key} of {section} is not valid: {message} ({file})");
            Error::new(Exit::Configuration, message)
                .with_hint(correct(format_args!("{key} in {file}")))
        })
    }

    /// Parses the values; an error has the key.
    fn parse(get: impl Fn(&str) -> Option<String>) -> Result<Self, (&'static str, String)> {
        const HOOK: &str = "vestibule_expiry_hook";
        const NOTIFICATION: &str = "vestibule_expiry_notification";
        const DURATION: &str = "vestibule_expiry_warning";
        let hook = get(HOOK).map(|line| split_command_line(&line, std::env::consts::OS));
        let hook = match hook {
            Some(None) => return Err((HOOK, "a quotation mark is missing".to_owned())),
            hook => hook.flatten().filter(|words| !words.is_empty()),
        };
        let has_notification = match get(NOTIFICATION).map(|text| text.to_lowercase()).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err((NOTIFICATION, "expected `true` or `false`".to_owned())),
        };
        let warning = get(DURATION).map(|text| text.parse::<Span>()).transpose();
        let warning = warning.map_err(|error| (DURATION, error))?.map_or(WARNING, |span| span.0);
        Ok(Self { hook, has_notification, warning })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(settings: &[(&str, &str)]) -> Result<Settings, (&'static str, String)> {
        Settings::parse(|key| {
            let found = settings.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn settings_have_defaults() {
        let settings = parse(&[]).unwrap();
        assert_eq!(settings.hook, None);
        assert!(!settings.has_notification);
        assert_eq!(settings.warning, Duration::from_secs(900));
    }

    #[test]
    fn invalid_settings_name_their_key() {
        for key in ["vestibule_expiry_notification", "vestibule_expiry_warning"] {
            assert_eq!(parse(&[(key, "soon")]).unwrap_err().0, key);
        }
        if cfg!(unix) {
            let hook = "vestibule_expiry_hook";
            assert_eq!(parse(&[(hook, "notify 'me")]).unwrap_err().0, hook);
        }
    }
}
